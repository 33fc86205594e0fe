/**
 * What work on strings and arrays costs in fuel, and the refusal of what would outgrow their limits. Every built-in
 * function that makes a string or an array asks here first.
 */

import * as allocation from '../allocation';

const charactersPerUnit = 16;

/** Patterns up to this length are found at the price of reading the text once. */
const shortPattern = 256;

/** The cost of reading this many characters. */
export const reading = (length: number): number => Math.ceil(length / charactersPerUnit);

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

/**
 * The cost of looking for `pattern` in `text`. Hosts search long patterns in time that is in the worst case in
 * proportion to the product of both lengths, so that is what a long pattern costs.
 */
export const searching = (text: string, pattern: string): number =>
  reading(text.length * Math.ceil(Math.max(pattern.length, 1) / shortPattern));
