/**
 * JSON (RFC 8259) as values: objects become maps, whose keys are data and nothing else. Nesting is kept on an explicit stack and
 * bounded. What is made is charged to the guest before it is made; reading the text has been paid for by its length.
 */

import * as allocation from './allocation';
import { detached } from './builtins/detached';
import { type ErrorValue, errors } from './errors';
import { deepestJson } from './json-writer';
import { lookingUp } from './text-costs';
import { thread } from './thread';
import type { GuestArray, GuestMap, Value } from './value';

/** The characters that the grammar names, as UTF-16 units. */
const sign = {
  tab: 9,
  lineFeed: 10,
  carriageReturn: 13,
  space: 32,
  quote: 34,
  plus: 43,
  comma: 44,
  minus: 45,
  point: 46,
  zero: 48,
  nine: 57,
  colon: 58,
  openBracket: 91,
  backslash: 92,
  closeBracket: 93,
  u: 117,
  openBrace: 123,
  closeBrace: 125,
} as const;

/** What an escape of one character stands for. */
const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

const literals: ReadonlyMap<string, [string, Value]> = new Map([
  ['n', ['null', null]],
  ['t', ['true', true]],
  ['f', ['false', false]],
]);

/** Fuel for a value, and for an array or an object besides. */
const unitsPerValue = 1;
const unitsPerCollection = 3;
/** Escapes that are put together for a unit, beyond what reading them costs. */
const escapesPerUnit = 2;

/** Pieces of a string that are joined at a time: one by one would keep too many of them. */
const piecesAtATime = 4096;

const isDigit = (unit: number): boolean => unit >= sign.zero && unit <= sign.nine;

const isHexDigit = (unit: number): boolean =>
  isDigit(unit) || (unit >= 65 && unit <= 70) || (unit >= 97 && unit <= 102);

/** An array or an object that is being read. */
interface Open {
  readonly collection: GuestArray | GuestMap;
  /** Of the entry whose value comes next. */
  key: string;
}

class Reader {
  private at = 0;
  private readonly stack: Open[] = [];
  private deepest = 0;

  constructor(private readonly text: string) {}

  read(): Value {
    for (;;) {
      this.skipSpace();
      let value = this.begin();
      // A value is complete: it may be the last of what it stands in.
      while (value !== undefined) {
        this.skipSpace();
        const top = this.stack.at(-1);
        if (top === undefined) {
          if (this.at < this.text.length) throw this.wrong('nothing more is expected after the value');
          return value;
        }
        this.put(top, value);
        value = this.next(top);
      }
    }
  }

  /** Reads a value, or the beginning of one whose first element comes next: then it gives nothing. */
  private begin(): Value | undefined {
    thread.charge(unitsPerValue);
    const unit = this.unit();
    if (unit === sign.openBracket || unit === sign.openBrace) return this.open(unit === sign.openBrace);
    if (unit === sign.quote) return this.string();
    if (unit === sign.minus || isDigit(unit)) return this.number();
    const literal = literals.get(this.text[this.at] ?? '');
    if (literal === undefined || !this.text.startsWith(literal[0], this.at)) throw this.expected('a value');
    this.at += literal[0].length;
    return literal[1];
  }

  private open(isObject: boolean): Value | undefined {
    const depth = this.stack.length + 1;
    if (depth > deepestJson) throw this.wrong(`it nests more than ${deepestJson} deep`);
    thread.charge(unitsPerCollection);
    if (depth > this.deepest) {
      this.deepest = depth;
      allocation.forLevel();
    }
    if (isObject) allocation.forMap(0);
    else allocation.forArray(0);
    const collection: GuestArray | GuestMap = isObject ? new Map() : [];
    this.at++;
    this.skipSpace();
    if (this.unit() === (isObject ? sign.closeBrace : sign.closeBracket)) {
      this.at++;
      return collection;
    }
    const opened: Open = { collection, key: '' };
    this.stack.push(opened);
    if (isObject) this.readKey(opened);
    return undefined;
  }

  private put({ collection, key }: Open, value: Value): void {
    if (collection instanceof Map) {
      const cost = lookingUp(key, collection.size);
      if (cost > 0) thread.charge(cost);
      allocation.forEntry();
      collection.set(key, value);
    } else {
      allocation.forElement(collection.length);
      collection.push(value);
    }
  }

  /** Goes on behind a value: to the next, or past the end of what holds it, which it gives. */
  private next(top: Open): Value | undefined {
    const isObject = top.collection instanceof Map;
    const unit = this.unit();
    if (unit === sign.comma) {
      this.at++;
      if (isObject) {
        this.skipSpace();
        this.readKey(top);
      }
      return undefined;
    }
    if (unit !== (isObject ? sign.closeBrace : sign.closeBracket)) {
      throw this.expected(isObject ? "',' or '}'" : "',' or ']'");
    }
    this.at++;
    this.stack.pop();
    return top.collection;
  }

  private readKey(top: Open): void {
    if (this.unit() !== sign.quote) throw this.expected('a key in double quotes');
    top.key = this.string();
    this.skipSpace();
    if (this.unit() !== sign.colon) throw this.expected("':'");
    this.at++;
  }

  private number(): number {
    const start = this.at;
    if (this.unit() === sign.minus) this.at++;
    if (this.unit() === sign.zero) this.at++;
    else this.digits();
    if (this.unit() === sign.point) {
      this.at++;
      this.digits();
    }
    const unit = this.unit();
    if (unit === 69 || unit === 101) {
      this.at++;
      if (this.unit() === sign.plus || this.unit() === sign.minus) this.at++;
      this.digits();
    }
    const value = Number(this.text.slice(start, this.at));
    if (!Number.isFinite(value)) throw this.wrong('a number is too large', start);
    return value;
  }

  private digits(): void {
    if (!isDigit(this.unit())) throw this.expected('a digit');
    while (isDigit(this.unit())) this.at++;
  }

  /** Reads a string from its opening quote to past its closing one. */
  private string(): string {
    const open = this.at++;
    let length = 0;
    let escaped = 0;
    for (let unit = this.unit(); unit !== sign.quote; unit = this.unit()) {
      if (Number.isNaN(unit)) throw this.wrong('a string is not closed', open);
      if (unit < sign.space) throw this.wrong('a control character is not escaped');
      if (unit === sign.backslash) {
        escaped++;
        this.skipEscape();
      } else {
        this.at++;
      }
      length++;
    }
    allocation.forString(length);
    thread.charge(Math.ceil(escaped / escapesPerUnit));
    const end = this.at++;
    if (escaped === 0) return detached(this.text.slice(open + 1, end), this.text);
    return this.unescaped(open + 1, end, escaped);
  }

  private skipEscape(): void {
    const start = this.at++;
    if (this.unit() !== sign.u) {
      if (!escapes.has(this.text[this.at] ?? '')) throw this.wrong('there is no such escape', start);
      this.at++;
      return;
    }
    this.at++;
    for (const end = this.at + 4; this.at < end; this.at++) {
      if (!isHexDigit(this.unit())) throw this.expected('a hexadecimal digit');
    }
  }

  /** The string between two places, in which there are so many escapes, all of them sound. */
  private unescaped(start: number, end: number, escaped: number): string {
    const { text } = this;
    let joined = '';
    let pieces: string[] = [];
    let from = start;
    for (let left = escaped; left > 0; left--) {
      const slash = text.indexOf('\\', from);
      pieces.push(text.slice(from, slash), this.escapeAt(slash));
      from = slash + (text.charCodeAt(slash + 1) === sign.u ? 6 : 2);
      if (pieces.length >= piecesAtATime) {
        joined += pieces.join('');
        pieces = [];
      }
    }
    pieces.push(text.slice(from, end));
    return joined + pieces.join('');
  }

  private escapeAt(slash: number): string {
    const simple = escapes.get(this.text[slash + 1]!);
    if (simple !== undefined) return simple;
    return String.fromCharCode(Number.parseInt(this.text.slice(slash + 2, slash + 6), 16));
  }

  /** The unit that comes next; NaN at the end. */
  private unit(): number {
    return this.text.charCodeAt(this.at);
  }

  private skipSpace(): void {
    for (let unit = this.unit(); isSpace(unit); unit = this.unit()) this.at++;
  }

  private expected(what: string): ErrorValue {
    const found = this.at < this.text.length ? JSON.stringify(this.text[this.at]) : 'the end of the text';
    return this.wrong(`${what} is expected, not ${found}`);
  }

  private wrong(what: string, place = this.at): ErrorValue {
    const { text } = this;
    let line = 1;
    let lineStart = 0;
    for (let i = text.indexOf('\n'); i >= 0 && i < place; i = text.indexOf('\n', i + 1)) {
      line++;
      lineStart = i + 1;
    }
    return errors.badJson(what, line, place - lineStart + 1);
  }
}

const isSpace = (unit: number): boolean =>
  unit === sign.space || unit === sign.lineFeed || unit === sign.carriageReturn || unit === sign.tab;

/**
 * The value that a JSON text stands for.
 *
 * @throws ErrorValue where it is no JSON, with line and column
 */
export const parseJson = (text: string): Value => new Reader(text).read();
