/**
 * Bytes being read, none of them trusted: nothing is read beyond the end, and nothing is allocated for a count that the
 * bytes left cannot hold.
 */

import { hostLimits } from '../runtime/limits';
import { unsignedLimit } from './binary-writer';
import { readWtf8 } from './wtf8';

export interface DecodeErrorData {
  /** In the input. */
  readonly offset: number;
  readonly expected: string;
  readonly found: string;
}

/** Bytes that are no module of this version. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';

  constructor(readonly data: DecodeErrorData) {
    super(`byte ${data.offset}: expected ${data.expected}, found ${data.found}`);
  }
}

export class BinaryReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 0;
  private end: number;

  constructor(bytes: Uint8Array) {
    // Kinds of byte array that hosts derive, such as Node's, give views instead of copies.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.length;
  }

  /** Where the next byte is read. */
  get offset(): number {
    return this.at;
  }

  /** Bytes left of what may be read: of the section, inside one. */
  get left(): number {
    return this.end - this.at;
  }

  /** The error for what was just read from `offset` on. */
  error(offset: number, expected: string, found: string): DecodeError {
    return new DecodeError({ offset, expected, found });
  }

  byte(what: string): number {
    this.need(1, what);
    return this.bytes[this.at++]!;
  }

  /** Four bytes, big-endian. */
  word(what: string): number {
    this.need(4, what);
    const value = this.view.getUint32(this.at);
    this.at += 4;
    return value;
  }

  /** Eight bytes, big-endian. */
  double(what: string): number {
    this.need(8, what);
    const value = this.view.getFloat64(this.at);
    this.at += 8;
    return value;
  }

  /** Unsigned LEB128 below `bound`, in the fewest bytes. */
  unsigned(what: string, bound = 2 ** 32): number {
    const start = this.at;
    let value = 0;
    for (let scale = 1; scale < unsignedLimit; scale *= 0x80) {
      const byte = this.byte(what);
      value += (byte & 0x7f) * scale;
      if (byte >= 0x80) continue;
      if (byte === 0 && scale > 1) throw this.error(start, `${what} in the fewest bytes`, 'a padded number');
      if (value >= bound) throw this.error(start, `${what} below ${bound}`, String(value));
      return value;
    }
    throw this.error(start, what, 'a number of more than 7 bytes');
  }

  /** LEB128 of a zigzag. */
  signed(what: string): number {
    const value = this.unsigned(what, unsignedLimit);
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  text(what: string): string {
    const start = this.at;
    const length = this.unsigned(`the length of ${what}`);
    this.need(length, what);
    // No text has more units than bytes.
    if (length > hostLimits.stringLength)
      throw this.error(start, `${what} of ${hostLimits.stringLength} bytes at most`, String(length));
    this.at += length;
    return readWtf8(this.bytes, this.at - length, this.at, (offset) =>
      this.error(offset, `${what} in WTF-8`, 'other bytes'),
    );
  }

  /** A copy of the next bytes. */
  raw(length: number, what: string): Uint8Array {
    this.need(length, what);
    this.at += length;
    return this.bytes.slice(this.at - length, this.at);
  }

  /**
   * A count and that many items.
   * @param least the fewest bytes that an item takes
   */
  list<T>(what: string, least: number, read: (index: number) => T): T[] {
    const start = this.at;
    const count = this.unsigned(`the number of ${what}`);
    if (count * least > this.left) {
      throw this.error(start, `${what} that fit in the ${this.left} bytes left`, `${count} of them`);
    }
    const items: T[] = [];
    for (let i = 0; i < count; i++) items.push(read(i));
    return items;
  }

  /** Reads the next `length` bytes with `read`, which must read them all. */
  within<T>(length: number, what: string, read: () => T): T {
    this.need(length, what);
    const outer = this.end;
    this.end = this.at + length;
    const result = read();
    this.finish(what);
    this.end = outer;
    return result;
  }

  /** @throws DecodeError where bytes are left */
  finish(what: string): void {
    if (this.left > 0) throw this.error(this.at, `the end of ${what}`, `${this.left} bytes more`);
  }

  private need(bytes: number, what: string): void {
    if (bytes <= this.left) return;
    const found = this.left === 0 ? 'the end' : `only ${this.left} bytes`;
    throw this.error(this.at, what, found);
  }
}
