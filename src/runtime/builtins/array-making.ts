/**
 * Built-in functions that make arrays of other arrays: of their elements side by side, without their nesting, without
 * duplicates. They leave their arguments alone.
 */

import * as allocation from '../allocation';
import { lookingUp } from '../text-costs';
import { thread } from '../thread';
import type { GuestArray, Value } from '../value';
import { builtin, type Family, optional, required, variadic } from './builtin';
import { array, count } from './checks';
import { newArray } from './costs';

const shortest = (arrays: readonly GuestArray[]): number =>
  arrays.reduce((length, items) => Math.min(length, items.length), Number.POSITIVE_INFINITY);

function zipped(arrays: readonly GuestArray[]): GuestArray {
  const result: GuestArray = [];
  const length = shortest(arrays);
  for (let i = 0; i < length; i++) result.push(arrays.map((items) => items[i]!));
  return result;
}

/**
 * Nesting is walked with an explicit stack. An array that is met again and again is paid for each time, and takes the room of an
 * element even where it is empty: or a few shared arrays would keep the host busy with a result that never grows.
 */
function flattened(items: GuestArray, depth: number): GuestArray {
  const result: GuestArray = [];
  const stack: { readonly items: GuestArray; at: number }[] = [];
  let deepest = 0;
  let met = 0;
  const enter = (inner: GuestArray): void => {
    thread.charge(1 + inner.length);
    allocation.forElement(met++);
    if (stack.length > deepest) {
      deepest = stack.length;
      allocation.forLevel();
    }
    stack.push({ items: inner, at: 0 });
  };
  enter(items);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    if (top.at === top.items.length) {
      stack.pop();
      continue;
    }
    const item = top.items[top.at++]!;
    if (Array.isArray(item) && stack.length <= depth) {
      enter(item);
    } else {
      allocation.forElement(result.length);
      result.push(item);
    }
  }
  return result;
}

/** A set of all elements: of those that are alike it keeps the first. */
function unique(items: GuestArray): GuestArray {
  allocation.forMap(items.length);
  const found = new Set<Value>();
  for (const item of items) {
    const cost = lookingUp(item, found.size);
    if (cost > 0) thread.charge(cost);
    found.add(item);
  }
  return [...found];
}

export const arrayMaking: Family = {
  zip: variadic({
    takes: [required('array', array)],
    more: required('others', array),
    gives: 'an array of arrays',
    says: 'Gives an array of the first elements, one of the second ones and so on, as many as the shortest array has.',
    fuel: {
      per: 'element of the results',
      units: (...arrays) => {
        const length = shortest(arrays);
        allocation.forArrays(length, arrays.length);
        return length * arrays.length;
      },
    },
    body: (...arrays) => zipped(arrays),
  }),
  flatten: builtin({
    takes: [required('array', array), optional('depth', count)],
    gives: 'an array',
    says: 'Puts the elements of the arrays that are elements in their place, so many levels deep, one unless given.',
    fuel: { per: 'array and element that is met' },
    body: (items, depth = 1) => flattened(items, depth),
  }),
  unique: builtin({
    takes: [required('array', array)],
    gives: 'an array',
    says: 'Copies the elements, of those that would be the same key of a map only the first.',
    fuel: {
      per: 'element, and per 16 characters of a string longer than 256',
      units: (items) => newArray(items.length),
    },
    body: unique,
  }),
};
