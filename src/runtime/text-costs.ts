/**
 * What reading, joining and comparing strings cost in fuel, the same for instructions and built-in functions. Short strings cost
 * nothing beyond the instruction.
 */

import type { Value } from './value';

/** Characters that are read or written for a unit of fuel. */
const charactersPerUnit = 16;

/** Strings up to this length are compared and looked up at the price of the instruction. */
const shortText = 256;

/** Joined strings are put together when they are first read, if ever, and then by the block. */
const joinedPerUnit = 256;

/** V8 hashes longer strings by their length alone: in the worst case it compares a key with every other. */
const longestHashed = 2 ** 14 - 1;

/** The cost of reading or writing this many characters. */
export const reading = (length: number): number => Math.ceil(length / charactersPerUnit);

/** The cost of writing a collection's text: of that many characters in that many pieces, which are elements and signs. */
export const writing = (length: number, pieces: number): number => reading(length) + (pieces >> 1);

/** The cost of joining two strings to one of this length. */
export const joining = (length: number): number => Math.floor(length / joinedPerUnit);

/** The cost of comparing two strings. */
export function comparing(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  return length <= shortText ? 0 : reading(length);
}

/** The cost of telling whether a string equals a value: strings of different lengths differ at once. */
export const equating = (a: string, b: Value): number =>
  a.length > shortText && typeof b === 'string' && a.length === b.length ? reading(a.length) : 0;

/** Whether any string equates with a value at no cost. */
export const isShort = (value: Value): boolean => typeof value !== 'string' || value.length <= shortText;

/** The cost of looking a key up in a map of `size` entries. */
export function lookingUp(key: Value, size: number): number {
  if (typeof key !== 'string' || key.length <= shortText) return 0;
  return reading(key.length) * (key.length > longestHashed ? size + 1 : 1);
}
