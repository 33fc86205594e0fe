/**
 * The parser: statements, blocks and recovery. After an error it goes on at the next statement, so that one run tells all
 * that is wrong.
 */

import type { Block, CatchClause, Expression, For, Let, Name, SourceFile, Statement, Try } from './ast';
import { SyntaxFailure } from './cursor';
import { Abandoned, type Report } from './diagnostics';
import { statementWords } from './expression-parser';
import { ModuleParser } from './module-parser';
import { problems } from './problems';
import type { Dialect, Token } from './tokens';

/**
 * Parses a source. What is wrong goes to the report; the tree is whole only if nothing did.
 * @returns the source as a block without braces
 */
export function parse(report: Report, dialect: Dialect): SourceFile {
  return new Parser(report, dialect).program();
}

/** Tokens that, with `statementWords`, are taken for the start of a statement when they begin a line. */
const lineStarts: ReadonlySet<string> = new Set([
  'name',
  'number',
  'string',
  'head',
  'fn',
  'if',
  '{',
  'static',
]);

class Parser extends ModuleParser {
  program(): SourceFile {
    const statements: Statement[] = [];
    try {
      for (;;) {
        this.statements(statements, false);
        if (this.at('end')) break;
        // A '}' too many.
        this.recovering(() => this.failExpected('a statement'));
        this.take();
      }
    } catch (error) {
      if (!(error instanceof Abandoned)) throw error;
    }
    const { imports, exports } = this;
    return { kind: 'block', statements, imports, exports, start: 0, end: this.lastEnd };
  }

  protected block(): Block {
    const open = this.expect('{', "'{'");
    return this.blockFrom(open, []);
  }

  protected blockFrom(open: Token, first: readonly Statement[]): Block {
    const { brackets, maps } = this;
    this.brackets = this.maps = 0;
    this.enter(2);
    const statements = [...first];
    this.statements(statements, first.length > 0);
    if (this.at('end')) {
      this.fail(problems.unclosed('}', '{', this.report.source.positionAt(open.start).line));
    }
    this.expect('}');
    this.depth -= 2;
    this.brackets = brackets;
    this.maps = maps;
    return { kind: 'block', statements, start: open.start, end: this.lastEnd };
  }

  /** Statements up to a `}` or the end, neither of them taken. */
  private statements(into: Statement[], separate: boolean): void {
    if (separate) this.accept(';');
    while (!this.at('}') && !this.at('end')) {
      if (this.accept(';')) continue;
      this.recovering(() => {
        if (!this.moduleStatement(into)) into.push(this.statement());
        this.accept(';');
      });
    }
  }

  /** Does `parse`; after an error in it goes on at the next statement of the same block, or member of the same class. */
  protected recovering(parse: () => void): void {
    const { depth, enclosing } = this;
    try {
      this.brackets = this.maps = 0;
      parse();
    } catch (error) {
      if (!(error instanceof SyntaxFailure)) throw error;
      this.depth = depth;
      this.enclosing = enclosing;
      this.skipToStatement(this.brackets, this.maps);
    }
  }

  /**
   * Skips to behind a `;`, before the `}` of the block, or to a line that begins a statement.
   * @param brackets parentheses and brackets that were open where the error was found
   * @param maps braces of maps that were
   */
  private skipToStatement(brackets: number, maps: number): void {
    let braces = maps;
    let parentheses = brackets;
    for (let first = true; !this.at('end'); first = false) {
      const { type, newline } = this.peek();
      if (braces <= maps) {
        const open = parentheses > 0 || braces > 0;
        if (type === ';') {
          this.take();
          // The header of a 'for' has semicolons of its own, but lines seldom end with them.
          if (!open || this.peek().newline) return;
          continue;
        }
        if (newline && statementWords.has(type)) return;
        if (newline && !first && !open && lineStarts.has(type)) return;
      }
      if (type === '{') braces++;
      else if (type === '}' && braces-- === 0) return;
      else if (type === '(' || type === '[') parentheses++;
      else if (type === ')' || type === ']') parentheses--;
      this.take();
    }
  }

  protected statement(): Statement {
    const word = this.peek();
    switch (word.type) {
      case 'let':
        return this.letStatement();
      case 'class':
        return this.classDeclaration();
      case 'return':
        return this.returnStatement();
      case 'fn':
        return this.dialect === 'weft' && this.peek(1).type === 'name'
          ? this.declaration()
          : this.expressionStatement();
      case 'while': {
        this.take();
        const condition = this.condition('while');
        const body = this.block();
        return { kind: 'while', condition, body, start: word.start, end: body.end };
      }
      case 'do': {
        this.take();
        const body = this.block();
        this.expect('while', "'while' after the block of 'do'");
        const condition = this.condition('while');
        return { kind: 'doWhile', body, condition, start: word.start, end: this.lastEnd };
      }
      case 'for':
        return this.forStatement();
      case 'break':
      case 'continue':
        this.take();
        return { kind: word.type === 'break' ? 'break' : 'continue', start: word.start, end: word.end };
      case 'throw': {
        this.take();
        const value = this.expression();
        return { kind: 'throw', value, start: word.start, end: value.end };
      }
      case 'try':
        return this.tryStatement();
      default:
        return this.expressionStatement();
    }
  }

  private letStatement(): Let {
    const word = this.take();
    const name = this.name("a name after 'let'");
    let value: Expression | undefined;
    if (this.dialect === 'monkey' || this.at('=')) {
      this.expect('=', "'=' after the name");
      value = this.expression(name.name);
    }
    return { kind: 'let', name, value, start: word.start, end: this.lastEnd };
  }

  private declaration(): Let {
    const word = this.take();
    const name = this.name();
    const value = this.functionFrom(word, name.name);
    return { kind: 'let', name, value, start: word.start, end: value.end };
  }

  private returnStatement(): Statement {
    const word = this.take();
    const next = this.peek();
    const bare = next.type === ';' || next.type === '}' || next.type === 'end';
    // A value begins on the line of its 'return'; Monkey does not see lines.
    const value = bare || (next.newline && this.dialect === 'weft') ? undefined : this.expression();
    if (value !== undefined && this.enclosing?.member === 'constructor' && !this.enclosing.nested) {
      this.report.add(problems.constructorValue(), value.start, value.end);
    }
    return { kind: 'return', value, start: word.start, end: this.lastEnd };
  }

  private expressionStatement(): Statement {
    const first = this.peek();
    const expression = this.dialect === 'weft' ? this.statementExpression() : this.expression();
    return { kind: 'expression', expression, start: first.start, end: expression.end };
  }

  /** An expression at the start of a statement of Weft, where a brace begins a block unless it looks like a map. */
  private statementExpression(): Expression {
    if (this.at('{') && !this.looksLikeMap()) return this.block();
    if (!this.at('if')) return this.expression();
    this.enter(2);
    const first = this.ifExpression();
    this.statementIf = first;
    const whole = this.expressionFrom(first);
    this.depth -= 2;
    return whole;
  }

  /** Whether `{}`, or `{` and a literal or a name with a colon behind it, follows. */
  private looksLikeMap(): boolean {
    const key = this.peek(1);
    switch (key.type) {
      case '}':
        return true;
      case '-':
        return this.peek(2).type === 'number' && this.peek(3).type === ':';
      case 'name':
      case 'number':
      case 'string':
      case 'true':
      case 'false':
      case 'null':
        return this.peek(2).type === ':';
      default:
        return false;
    }
  }

  private forStatement(): Statement {
    const { start } = this.take();
    this.brackets++;
    this.expect('(', "'(' after 'for'");
    const declared = this.at('let') ? 1 : 0;
    if (this.peek(declared).type === 'name' && this.peek(declared + 1).type === 'in') {
      if (declared) this.take();
      return this.forInStatement(start, this.name());
    }
    const init = this.at(';') ? undefined : declared ? this.letStatement() : this.expression();
    this.expect(';', "';' after the start of the loop");
    const condition = this.at(';') ? undefined : this.expression();
    this.expect(';', "';' after the condition of the loop");
    const step = this.at(')') ? undefined : this.expression();
    this.expect(')');
    this.brackets--;
    const body = this.block();
    const node: For = { kind: 'for', init, condition, step, body, start, end: body.end };
    return node;
  }

  private forInStatement(start: number, name: Name): Statement {
    this.expect('in');
    const iterable = this.expression();
    this.expect(')');
    this.brackets--;
    const body = this.block();
    return { kind: 'forIn', name, iterable, body, start, end: body.end };
  }

  private tryStatement(): Try {
    const { start } = this.take();
    const body = this.block();
    const handler = this.accept('catch') ? this.catchClause() : undefined;
    const finalizer = this.accept('finally') ? this.block() : undefined;
    if (handler === undefined && finalizer === undefined) this.fail(problems.tryAlone(this.at('end')));
    return { kind: 'try', body, handler, finalizer, start, end: this.lastEnd };
  }

  private catchClause(): CatchClause {
    if (!this.at('(')) return { name: undefined, body: this.block() };
    this.brackets++;
    this.expect('(');
    const name = this.name('a name for the error');
    this.expect(')');
    this.brackets--;
    return { name, body: this.block() };
  }
}
