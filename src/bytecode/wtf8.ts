/**
 * Strings as bytes: WTF-8 (https://simonsapin.github.io/wtf-8/), which is UTF-8 where a surrogate without its partner is
 * encoded like any other code point, so that every guest string survives.
 */

// Of code points, too: those beyond 16 bits are no surrogates, whatever their low bits are.
const isHigh = (unit: number): boolean => unit >> 10 === 0x36;
const isLow = (unit: number): boolean => unit >> 10 === 0x37;

/** How many bytes the text takes. */
export function wtf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) length += 1;
    else if (isHigh(unit) && isLow(text.charCodeAt(i + 1))) {
      // Two units become four bytes.
      length += 2;
      i++;
    } else length += 2;
  }
  return length;
}

/**
 * Writes text at `offset`; there must be room.
 * @returns the offset behind it
 */
export function writeWtf8(bytes: Uint8Array, offset: number, text: string): number {
  let at = offset;
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i)!;
    if (point < 0x80) {
      bytes[at++] = point;
      continue;
    }
    if (point < 0x800) {
      bytes[at++] = 0xc0 | (point >> 6);
    } else {
      if (point < 0x10000) {
        bytes[at++] = 0xe0 | (point >> 12);
      } else {
        bytes[at++] = 0xf0 | (point >> 18);
        bytes[at++] = 0x80 | ((point >> 12) & 0x3f);
        i++;
      }
      bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
    }
    bytes[at++] = 0x80 | (point & 0x3f);
  }
  return at;
}

/** Units turned into text at once: what every host's argument list can hold. */
const chunkUnits = 4096;

/** A sequence by its first byte: the bytes that follow, the bits of the first, the least code point that needs it. */
function sequenceOf(first: number): readonly [following: number, bits: number, least: number] | undefined {
  if (first < 0xc2) return undefined;
  if (first < 0xe0) return [1, first & 0x1f, 0x80];
  if (first < 0xf0) return [2, first & 0x0f, 0x800];
  if (first < 0xf5) return [3, first & 0x07, 0x10000];
  return undefined;
}

/**
 * Reads text of the bytes from `start` up to `end`.
 * @param fail makes the error to throw for what is not WTF-8, given its offset
 */
export function readWtf8(
  bytes: Uint8Array,
  start: number,
  end: number,
  fail: (offset: number) => Error,
): string {
  let text = '';
  let units: number[] = [];
  let previous = 0;
  for (let at = start; at < end; ) {
    const first = bytes[at]!;
    if (first < 0x80) {
      units.push((previous = first));
      at++;
    } else {
      const point = readPoint(bytes, at, end);
      // A pair has only one encoding, as one code point.
      if (point < 0 || (isHigh(previous) && isLow(point))) throw fail(at);
      if (point < 0x10000) {
        units.push((previous = point));
      } else {
        units.push(0xd7c0 + (point >> 10), 0xdc00 | (point & 0x3ff));
        previous = 0;
      }
      at += 1 + sequenceOf(first)![0];
    }
    if (units.length >= chunkUnits) {
      text += String.fromCharCode(...units);
      units = [];
    }
  }
  return text + String.fromCharCode(...units);
}

/** The code point encoded at `at`; -1 where there is none. */
function readPoint(bytes: Uint8Array, at: number, end: number): number {
  const sequence = sequenceOf(bytes[at]!);
  if (sequence === undefined) return -1;
  const [following, bits, least] = sequence;
  if (at + following >= end) return -1;
  let point = bits;
  for (let i = 1; i <= following; i++) {
    const byte = bytes[at + i]!;
    if ((byte & 0xc0) !== 0x80) return -1;
    point = (point << 6) | (byte & 0x3f);
  }
  return point < least || point > 0x10ffff ? -1 : point;
}
