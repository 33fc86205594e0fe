/**
 * What work on strings and arrays costs in fuel, and the refusal of what would outgrow their limits. Every built-in
 * function that makes a string or an array asks here first.
 */

import * as allocation from '../allocation';
import { type BufferKind, isBuffer, kindOf } from '../buffers';
import { lookingUp, reading } from '../text-costs';
import type { GuestArray, GuestBuffer, Key } from '../value';

export { reading };

/** Patterns up to this length are found at the price of reading the text once. */
const shortPattern = 256;

/** The cost of making a string of this length, which must be one that a guest can have. */
export function newString(length: number): number {
  allocation.forString(length);
  return reading(length);
}

/** The cost of making an array of this length, which must be one that a guest can have. */
export function newArray(length: number): number {
  allocation.forArray(length);
  return length;
}

/** Elements of a buffer that are made, copied or looked at for a unit of fuel. */
const elementsPerUnit = 16;

/** The cost of going over so many elements of a buffer. */
export const moving = (length: number): number => Math.ceil(length / elementsPerUnit);

/** The cost of making a buffer of this length, which must be one that a guest can have. */
export function newBuffer(kind: BufferKind, length: number): number {
  allocation.forBuffer(kind, length);
  return moving(length);
}

/** The cost of making an array or a buffer of this length, like one that is there. */
export const newLike = (like: GuestArray | GuestBuffer, length: number): number =>
  isBuffer(like) ? newBuffer(kindOf(like), length) : newArray(length);

/** The cost of going over so many elements of an array or a buffer. */
export const visiting = (items: GuestArray | GuestBuffer, length: number): number =>
  isBuffer(items) ? moving(length) : length;

/** How many elements or characters a part of a sequence of this length has. */
export const countBetween = (length: number, from: number, to: number): number =>
  Math.max(Math.min(to, length) - from, 0);

/** The cost of making an array of the characters of a text. Of the first 256 the host has strings already. */
export function newCharacters(text: string): number {
  if (/[\u0100-\uffff]/.test(text)) allocation.forStrings(text.length, text.length);
  else allocation.forArray(text.length);
  return text.length;
}

/** The cost of making so many arrays of two elements, and an array of them. */
export function newPairs(count: number): number {
  allocation.forArrays(count, 2);
  return count;
}

/**
 * The cost of looking for `pattern` in `text`. Hosts search long patterns in time that is in the worst case in
 * proportion to the product of both lengths, so that is what a long pattern costs.
 */
export const searching = (text: string, pattern: string): number =>
  reading(text.length * Math.ceil(Math.max(pattern.length, 1) / shortPattern));

/** The same from the end: hosts compare the pattern at every place. */
export const searchingBack = (text: string, pattern: string): number =>
  reading(text.length * Math.max(reading(pattern.length), 1));

/** The cost of comparing every element of an array with a value. */
export const matching = (length: number, value: unknown): number =>
  length * (typeof value === 'string' ? Math.max(reading(value.length), 1) : 1);

/** The cost of looking a key up. */
export const finding = (entries: ReadonlyMap<Key, unknown>, key: Key): number => lookingUp(key, entries.size);
