/**
 * Bytes being written, the counterpart of `BinaryReader`: LEB128 numbers, doubles, texts and sections with their length.
 */

import { writeWtf8, wtf8Length } from './wtf8';

/** Beyond this a LEB128 number is refused on both sides: seven bytes of seven bits. */
export const unsignedLimit = 2 ** 49;

export class BinaryWriter {
  private bytes = new Uint8Array(1024);
  private length = 0;

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** Four bytes, big-endian. */
  word(value: number): void {
    for (const shift of [24, 16, 8, 0]) this.byte((value >>> shift) & 0xff);
  }

  /**
   * Unsigned LEB128.
   * @throws RangeError for what is no whole number below 2^49
   */
  unsigned(value: number): void {
    if (!Number.isInteger(value) || value < 0 || value >= unsignedLimit) {
      throw new RangeError(`${value} cannot be encoded: it must be a whole number from 0 to 2^49 - 1`);
    }
    let rest = value;
    while (rest >= 0x80) {
      this.byte(0x80 | (rest % 0x80));
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** LEB128 of a zigzag: 0, -1, 1, -2, ... as 0, 1, 2, 3, ... */
  signed(value: number): void {
    this.unsigned(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** Eight bytes, big-endian; every NaN as the same one. */
  double(value: number): void {
    this.reserve(8);
    new DataView(this.bytes.buffer).setFloat64(this.length, value);
    if (Number.isNaN(value)) this.bytes.set([0x7f, 0xf8, 0, 0, 0, 0, 0, 0], this.length);
    this.length += 8;
  }

  /** The length in bytes, and WTF-8. */
  text(value: string): void {
    const length = wtf8Length(value);
    this.unsigned(length);
    this.reserve(length);
    this.length = writeWtf8(this.bytes, this.length, value);
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** A count, and each item. */
  list<T>(items: readonly T[], write: (item: T) => void): void {
    this.unsigned(items.length);
    for (const item of items) write(item);
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  private reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const wider = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
    wider.set(this.bytes);
    this.bytes = wider;
  }
}
