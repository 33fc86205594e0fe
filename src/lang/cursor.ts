/**
 * The parser's hold on the stream of tokens: looking ahead, taking, demanding, failing, and how deep it is.
 */

import { Abandoned, type Problem, type Report } from './diagnostics';
import { Lexer } from './lexer';
import { problems } from './problems';
import { type Dialect, describeToken, type Token } from './tokens';

/** Levels of constructs inside each other. An operator that waits for its right side counts as half of one. */
export const nestingLimit = 500;

/** Unwinds to the statement that is being parsed; what is wrong has been reported. */
export class SyntaxFailure extends Error {}

export class Cursor {
  /** Tokens looked at but not taken. */
  private readonly ahead: Token[] = [];
  private readonly lexer: Lexer;
  /** The end of the token taken last. */
  protected lastEnd = 0;
  protected lastType: string = 'end';
  /** Halves of levels. */
  protected depth = 0;
  /** Parentheses and brackets that are open in the statement being parsed. */
  protected brackets = 0;
  /** Braces of maps that are. */
  protected maps = 0;
  /** Where the last `//` is that was taken as division. */
  protected lastDivision = -1;
  private lastReported = -1;

  constructor(
    protected readonly report: Report,
    protected readonly dialect: Dialect,
  ) {
    this.lexer = new Lexer(report, dialect);
  }

  /** The token `distance` places ahead; 0 is the next. */
  protected peek(distance = 0): Token {
    while (this.ahead.length <= distance) this.ahead.push(this.lexer.next());
    return this.ahead[distance]!;
  }

  protected take(): Token {
    const token = this.peek();
    this.ahead.shift();
    this.lastEnd = token.end;
    this.lastType = token.type;
    return token;
  }

  protected at(type: string): boolean {
    return this.peek().type === type;
  }

  protected accept(type: string): boolean {
    if (!this.at(type)) return false;
    this.take();
    return true;
  }

  /** Takes a token of this type or fails; `what` says in a message what is missing. */
  protected expect(type: string, what = `'${type}'`): Token {
    return this.at(type) ? this.take() : this.failExpected(what);
  }

  /** Takes a name to declare or refer to. */
  protected expectName(what: string): Token {
    return this.at('name') ? this.take() : this.failExpected(what);
  }

  protected failExpected(what: string): never {
    const found = this.peek();
    return this.fail(
      problems.expected(what, describeToken(found), found.type === 'end', this.divisionOnLine),
    );
  }

  /** Reports a problem at the next token and unwinds, silently where something was reported there before. */
  protected fail(problem: Problem, place: Token = this.peek()): never {
    if (place.type !== 'bad' && place.start !== this.lastReported)
      this.report.add(problem, place.start, place.end);
    this.lastReported = place.start;
    throw new SyntaxFailure();
  }

  /** Whether a `//` was taken as division on the line at hand, which explains an error behind it. */
  private get divisionOnLine(): boolean {
    if (this.lastDivision < 0) return false;
    const { source } = this.report;
    return source.positionAt(this.lastDivision).line === source.positionAt(this.lastEnd).line;
  }

  /** Goes `halves` of a level deeper; the caller takes them back. */
  protected enter(halves: number): void {
    this.depth += halves;
    if (this.depth <= 2 * nestingLimit) return;
    const { start, end } = this.peek();
    this.report.add(problems.nestedTooDeeply(nestingLimit), start, end);
    throw new Abandoned();
  }
}
