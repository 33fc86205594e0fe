/**
 * The lexer: source text to tokens, one at a time, so that a large source never stands in memory as a list of them. It
 * reports what is wrong in the text itself and gives a `bad` token in its place, which the parser knows not to complain
 * about again.
 */

import { Abandoned, type Report } from './diagnostics';
import { problems } from './problems';
import { readEscape } from './strings';
import { type Dialect, endsOperand, type Token, type Vocabulary, vocabularies } from './tokens';

const numberPattern =
  /0[xX][0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|0[bB][01]+(?:_[01]+)*|0[oO][0-7]+(?:_[0-7]+)*|\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d+(?:_\d+)*)?/y;
const integerPattern = /\d+/y;
/** What runs on after a number and makes it none. */
const numberTailPattern = /[\p{ID_Continue}$]+|\.\d[\p{ID_Continue}]*/uy;
const namePattern = /[\p{ID_Start}_][\p{ID_Continue}]*/uy;

export class Lexer {
  private at = 0;
  private newline = false;
  private last: string = 'end';
  /** For each interpolation that is open: how many braces are open in it. */
  private readonly interpolations: number[] = [];
  private readonly text: string;
  private readonly words: Vocabulary;

  constructor(
    private readonly report: Report,
    private readonly dialect: Dialect,
  ) {
    this.text = report.source.text;
    this.words = vocabularies[dialect];
  }

  /**
   * The next token; at the end of the text `end`, again and again.
   * @throws Abandoned where a string or comment has no end: all the rest would be misread
   */
  next(): Token {
    this.newline = false;
    this.skipBlank();
    const token = this.scan();
    this.at = token.end;
    this.last = token.type;
    return token;
  }

  private token(type: string, start: number, end: number, value: number | string = ''): Token {
    return { type, value, start, end, newline: this.newline };
  }

  private skipBlank(): void {
    const { text } = this;
    for (;;) {
      const c = text.charCodeAt(this.at);
      if (c === 10) {
        this.newline = true;
        this.at++;
      } else if (c === 32 || c === 9 || c === 13 || c === 0xfeff || c === 0xa0) {
        this.at++;
      } else if (c === 35 || (c === 47 && text.charCodeAt(this.at + 1) === 47 && this.commentHere())) {
        const end = text.indexOf('\n', this.at);
        this.at = end < 0 ? text.length : end;
      } else if (c === 47 && text.charCodeAt(this.at + 1) === 42) {
        this.skipBlockComment();
      } else {
        return;
      }
    }
  }

  /** Whether a `//` here begins a comment: it does unless it stands after an operand on the same line of Weft. */
  private commentHere(): boolean {
    return this.dialect === 'monkey' || this.newline || !endsOperand.has(this.last);
  }

  private skipBlockComment(): void {
    const start = this.at;
    const end = this.text.indexOf('*/', start + 2);
    if (end < 0) {
      this.report.add(problems.unterminatedComment(), start, start + 2);
      throw new Abandoned();
    }
    this.at = end + 2;
    // A comment over several lines is a line break, as where it ends with its line.
    const newline = this.text.indexOf('\n', start);
    if (newline >= 0 && newline < this.at) this.newline = true;
  }

  private scan(): Token {
    const { text, at } = this;
    if (at >= text.length) return this.token('end', text.length, text.length);
    const c = text.charCodeAt(at);
    if (c >= 48 && c <= 57) return this.number();
    if (c === 34) return this.dialect === 'monkey' ? this.plainString() : this.string('string', 'head');
    const depth = this.interpolations.length - 1;
    if (depth >= 0) {
      if (c === 123) this.interpolations[depth]!++;
      else if (c === 125 && this.interpolations[depth]!-- === 0) {
        this.interpolations.pop();
        return this.string('tail', 'middle');
      }
    }
    const signs = this.words.signs.get(text[at]!);
    const sign = signs?.find((candidate) => text.startsWith(candidate, at));
    if (sign !== undefined) return this.token(sign, at, at + sign.length);
    return this.word();
  }

  private word(): Token {
    const { text, at } = this;
    namePattern.lastIndex = at;
    const name = namePattern.exec(text)?.[0];
    if (name === undefined) {
      const character = String.fromCodePoint(text.codePointAt(at)!);
      this.report.add(problems.badCharacter(character), at, at + character.length);
      return this.token('bad', at, at + character.length);
    }
    const end = at + name.length;
    return this.words.keywords.has(name)
      ? this.token(name, at, end, name)
      : this.token('name', at, end, name);
  }

  private number(): Token {
    const { text, at } = this;
    const pattern = this.dialect === 'monkey' ? integerPattern : numberPattern;
    pattern.lastIndex = at;
    const digits = pattern.exec(text)![0];
    const end = at + digits.length;
    numberTailPattern.lastIndex = end;
    const tail = numberTailPattern.exec(text)?.[0];
    if (tail !== undefined) {
      const fraction = this.dialect === 'monkey' && /^\.\d/.test(tail);
      this.report.add(
        fraction ? problems.integersOnly() : problems.badNumber(digits + tail),
        at,
        end + tail.length,
      );
      return this.token('bad', at, end + tail.length);
    }
    const value = Number(digits.replaceAll('_', ''));
    if (value === Number.POSITIVE_INFINITY) {
      this.report.add(
        problems.numberTooLarge(digits.length > 30 ? `${digits.slice(0, 30)}...` : digits),
        at,
        end,
      );
      return this.token('bad', at, end);
    }
    return this.token('number', at, end, value);
  }

  /** A string of Monkey: a backslash is itself. */
  private plainString(): Token {
    const { text, at } = this;
    const end = text.indexOf('"', at + 1);
    if (end < 0) return this.unterminated(at);
    return this.token('string', at, end + 1, text.slice(at + 1, end));
  }

  /**
   * A string from its quote, or on from the `}` of an interpolation.
   * @param whole the type of token where it goes to the closing quote
   * @param part the type where an interpolation follows
   */
  private string(whole: string, part: string): Token {
    const { text } = this;
    const start = this.at;
    const pieces: string[] = [];
    let at = start + 1;
    for (let plain = at; ; ) {
      const c = text.charCodeAt(at);
      if (Number.isNaN(c)) return this.unterminated(start);
      if (c === 34) {
        pieces.push(text.slice(plain, at));
        return this.token(whole, start, at + 1, pieces.join(''));
      }
      if (c === 36 && text.charCodeAt(at + 1) === 123) {
        pieces.push(text.slice(plain, at));
        this.interpolations.push(0);
        return this.token(part, start, at + 2, pieces.join(''));
      }
      if (c !== 92) {
        at++;
        continue;
      }
      pieces.push(text.slice(plain, at));
      const found = readEscape(text, at);
      if (found.value === undefined) {
        if (at + 1 >= text.length) return this.unterminated(start);
        this.report.add(problems.badEscape(text.slice(at, found.end)), at, found.end);
      } else {
        pieces.push(found.value);
      }
      at = plain = found.end;
    }
  }

  private unterminated(start: number): never {
    this.report.add(problems.unterminatedString(), start, start + 1);
    throw new Abandoned();
  }
}
