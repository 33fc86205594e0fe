/**
 * Where guests' values come into being: every allocation that an instruction makes goes through here.
 */

import { errors } from './errors';
import type { LinkedFunction } from './linked';
import { Box, Closure, type GuestArray, type GuestMap, isKey, type Value } from './value';

/** An array of these elements; the machine hands over a fresh host array. */
export const array = (items: GuestArray): GuestArray => items;

/** A map of `key, value, key, value ...`; a later duplicate wins. */
export function map(entries: GuestArray): GuestMap {
  const result: GuestMap = new Map();
  for (let i = 0; i < entries.length; i += 2) {
    const key = entries[i]!;
    if (!isKey(key)) throw errors.badKey(key);
    result.set(key, entries[i + 1]!);
  }
  return result;
}

export const closure = (fn: LinkedFunction, captured: GuestArray): Closure => new Closure(fn, captured);

export const box = (value: Value | undefined): Box => new Box(value);
