/**
 * Where guests' values come into being: every allocation that an instruction makes goes through here.
 */

import * as allocation from './allocation';
import { errors } from './errors';
import type { LinkedFunction } from './linked';
import { lookingUp } from './text-costs';
import { thread } from './thread';
import { Box, Closure, type GuestArray, type GuestMap, isKey, type Value } from './value';

/** An array of these elements; the machine hands over a fresh host array. */
export function array(items: GuestArray): GuestArray {
  thread.mark();
  allocation.forArray(items.length);
  return items;
}

/** A map of `key, value, key, value ...`; a later duplicate wins. */
export function map(entries: GuestArray): GuestMap {
  thread.mark();
  allocation.forMap(entries.length / 2);
  const result: GuestMap = new Map();
  for (let i = 0; i < entries.length; i += 2) {
    const key = entries[i]!;
    if (!isKey(key)) throw errors.badKey(key);
    const cost = lookingUp(key, result.size);
    if (cost > 0) thread.charge(cost);
    result.set(key, entries[i + 1]!);
  }
  return result;
}

export function closure(fn: LinkedFunction, captured: GuestArray): Closure {
  thread.mark();
  allocation.forClosure(captured.length);
  return new Closure(fn, captured);
}

export function box(value: Value | undefined): Box {
  thread.mark();
  allocation.forBox();
  return new Box(value);
}
