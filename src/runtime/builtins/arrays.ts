/**
 * Built-in functions of arrays, of which some take buffers as well. Those that change the array in place say so; all others
 * leave their arguments alone.
 */

import * as allocation from '../allocation';
import { copied, isBuffer, kindOf, makeBuffer, move, withArticle } from '../buffers';
import { errors } from '../errors';
import { thread } from '../thread';
import type { GuestArray, GuestBuffer, Value } from '../value';
import { builtin, type Family, optional, required, variadic } from './builtin';
import { anything, array, arrayOrBuffer, count, sequence, wholeNumber } from './checks';
import {
  countBetween,
  matching,
  moving,
  newArray,
  newBuffer,
  newCharacters,
  newLike,
  newString,
  reading,
  searching,
} from './costs';
import { detached } from './detached';

const perElement = 'element of the result';

/** V8 keeps an array that is made longer than this at once as a hash table. */
const longestDense = 2 ** 25;

/** Up to here a loop takes less time than V8's `fill`, which is a call out of compiled code. */
const shortFill = 1000;

function filled(length: number, value: Value): GuestArray {
  if (length <= shortFill) {
    const result = new Array<Value>(length);
    for (let i = 0; i < length; i++) result[i] = value;
    return result;
  }
  if (length <= longestDense) return new Array<Value>(length).fill(value);
  const result: GuestArray = [];
  for (let i = 0; i < length; i++) result.push(value);
  return result;
}

/** Counts in steps of the index, because adding one to a number above 2 ** 53 would not change it. */
function range(from: number, to: number): GuestArray {
  const result: GuestArray = [];
  const length = to - from;
  for (let i = 0; i < length; i++) result.push(from + i);
  return result;
}

const isNumber = (value: Value): value is number => typeof value === 'number';
const isString = (value: Value): value is string => typeof value === 'string';

function sorted(items: GuestArray | GuestBuffer): GuestArray | GuestBuffer {
  const rounds = Math.ceil(Math.log2(items.length + 1));
  if (isBuffer(items)) {
    thread.charge(items.length * rounds + newBuffer(kindOf(items), items.length));
    return copied(items).sort();
  }
  thread.charge(items.length);
  // Of the rounds, one is for telling what there is to sort.
  if (items.every(isNumber)) {
    thread.charge(items.length * Math.max(rounds - 1, 0));
    allocation.forArray(items.length); // the numbers alone
    allocation.forArray(items.length);
    return Array.from(Float64Array.from(items).sort());
  }
  if (items.every(isString)) {
    const characters = items.reduce((sum, item) => sum + item.length, 0);
    thread.charge(items.length * Math.max(rounds - 1, 0) + reading(characters) * rounds);
    allocation.forArray(items.length);
    return items.slice().sort();
  }
  throw errors.notSortable('sorted');
}

function indexOf(items: GuestArray | GuestBuffer | string, value: Value, name: string): number {
  if (isBuffer(items)) {
    thread.charge(moving(items.length));
    return typeof value === 'number' && items.length > 0 ? items.indexOf(value) : -1;
  }
  if (typeof items !== 'string') {
    thread.charge(matching(items.length, value));
    return items.indexOf(value);
  }
  if (typeof value !== 'string') throw errors.argumentType(name, 2, 'a string', value);
  thread.charge(searching(items, value));
  return items.indexOf(value);
}

/** The characters in the opposite order; the two units of one beyond U+FFFF stay together. */
function reversed(text: string): string {
  thread.charge(newCharacters(text) + newString(text.length));
  return Array.from(text).reverse().join('');
}

/** What `concat` takes after an array or a buffer, and how many elements there are in all. */
function checkedLength(parts: readonly (GuestArray | GuestBuffer)[]): number {
  const kind = kindOrArray(parts[0]!);
  let length = 0;
  parts.forEach((part, i) => {
    if (kindOrArray(part) !== kind) {
      throw errors.argumentType('concat', i + 1, kind === 'array' ? 'an array' : withArticle(kind), part);
    }
    length += part.length;
  });
  return length;
}

const kindOrArray = (items: GuestArray | GuestBuffer) => (isBuffer(items) ? kindOf(items) : 'array');

/** Of parts that are all arrays, or all buffers of one kind. */
function joined(parts: readonly (GuestArray | GuestBuffer)[]): GuestArray | GuestBuffer {
  const [first] = parts;
  if (!isBuffer(first!)) return ([] as GuestArray).concat(...(parts as GuestArray[])); // as the first
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const result = makeBuffer(kindOf(first), length);
  let at = 0;
  for (const part of parts as GuestBuffer[]) {
    // As above.
    move(result, at, part, 0, part.length);
    at += part.length;
  }
  return result;
}

export const arrays: Family = {
  array: builtin({
    takes: [required('length', count), optional('value', anything)],
    gives: 'an array',
    says: 'Makes an array of this length, every element the value, or `null` without one.',
    fuel: { per: perElement, units: (length) => newArray(length) },
    body: (length, value = null) => filled(length, value),
  }),
  range: builtin({
    takes: [required('from', wholeNumber), optional('to', wholeNumber)],
    gives: 'an array of numbers',
    says: 'Counts from `from` up to but not including `to`; `range(to)` counts from 0.',
    fuel: {
      per: perElement,
      units: (from, to) => newArray(Math.max(to === undefined ? from : to - from, 0)),
    },
    body: (from, to) => (to === undefined ? range(0, from) : range(from, to)),
  }),
  first: builtin({
    takes: [required('of', arrayOrBuffer)],
    gives: 'the element, or null',
    says: 'Gives the first element; `null` if there is none.',
    body: (items) => (items.length === 0 ? null : items[0]!),
  }),
  last: builtin({
    takes: [required('of', arrayOrBuffer)],
    gives: 'the element, or null',
    says: 'Gives the last element; `null` if there is none.',
    body: (items) => (items.length === 0 ? null : items[items.length - 1]!),
  }),
  rest: builtin({
    takes: [required('array', array)],
    gives: 'an array, or null',
    says: 'Copies all elements but the first; `null` if the array is empty.',
    fuel: { per: perElement, units: (items) => newArray(items.length) },
    body: (items) => (items.length === 0 ? null : items.slice(1)),
  }),
  push: builtin({
    takes: [required('array', array), required('value', anything)],
    gives: 'an array',
    says: 'Copies the array and adds the value at the end.',
    fuel: { per: perElement, units: (items) => newArray(items.length + 1) },
    body: (items, value) => {
      const copy = items.slice();
      copy.push(value);
      return copy;
    },
  }),
  append: builtin({
    takes: [required('array', array), required('value', anything)],
    gives: 'the array',
    says: 'Adds the value at the end, in place.',
    body: (items, value) => {
      allocation.forElement(items.length);
      items.push(value);
      return items;
    },
  }),
  pop: builtin({
    takes: [required('array', array)],
    gives: 'the element, or null',
    says: 'Removes the last element, in place; `null` if the array is empty.',
    body: (items) => (items.length === 0 ? null : items.pop()!),
  }),
  insert: builtin({
    takes: [required('array', array), required('index', count), required('value', anything)],
    gives: 'the array',
    says: 'Puts the value before the element at the index, in place; the length as index puts it at the end.',
    fuel: { per: 'element moved', units: (items, index) => countBetween(items.length, index, items.length) },
    body: (items, index, value) => {
      const { length } = items;
      if (index > length) throw errors.argumentRange('insert', 2, `an index from 0 to ${length}`, index);
      allocation.forElement(length);
      items.splice(index, 0, value);
      return items;
    },
  }),
  remove: builtin({
    takes: [required('array', array), required('index', count)],
    gives: 'the element',
    says: 'Removes the element at the index, in place.',
    fuel: { per: 'element moved', units: (items, index) => countBetween(items.length, index, items.length) },
    body: (items, index) => {
      const { length } = items;
      if (index >= length) throw errors.argumentRange('remove', 2, `less than the length, ${length}`, index);
      return items.splice(index, 1)[0]!;
    },
  }),
  slice: builtin({
    takes: [required('of', sequence), required('from', count), optional('to', count)],
    gives: 'an array, a buffer or a string',
    says: 'Copies the elements or characters from `from` up to but not including `to`, or to the end.',
    fuel: {
      per: 'element, or per 16 characters or elements of a buffer, of the result',
      units: (of, from, to = of.length) => {
        const length = countBetween(of.length, from, to);
        return typeof of === 'string' ? newString(length) : newLike(of, length);
      },
    },
    body: (of, from, to = of.length) => {
      if (typeof of === 'string') return detached(of.slice(from, to), of);
      return isBuffer(of) ? copied(of, from, countBetween(of.length, from, to)) : of.slice(from, to);
    },
  }),
  concat: variadic({
    takes: [required('first', arrayOrBuffer)],
    more: required('others', arrayOrBuffer),
    gives: 'an array or a buffer',
    says: 'Joins arrays, or buffers of one kind, to a new one.',
    fuel: {
      per: 'element, or per 16 elements of a buffer, of the result',
      units: (...parts) => newLike(parts[0], checkedLength(parts)),
    },
    body: (...parts) => joined(parts),
  }),
  reverse: builtin({
    takes: [required('of', sequence)],
    gives: 'an array, a buffer or a string',
    says: 'Copies the elements, or the characters, in the opposite order.',
    fuel: {
      per: 'element or character, or per 16 elements of a buffer, of the result',
      units: (of) => (typeof of === 'string' ? 0 : newLike(of, of.length)),
    },
    body: (of) => {
      if (typeof of === 'string') return reversed(of);
      return isBuffer(of) ? copied(of).reverse() : of.slice().reverse();
    },
  }),
  sorted: builtin({
    takes: [required('of', arrayOrBuffer)],
    gives: 'an array or a buffer',
    says: 'Copies a buffer, or an array of numbers only or of strings only, in rising order, any NaN last.',
    fuel: { per: 'comparison: n log n for n elements, and per 16 characters compared' },
    body: sorted,
  }),
  index_of: builtin({
    takes: [required('of', sequence), required('value', anything)],
    gives: 'a number, or null',
    says: 'Gives the index of the first element equal to the value, or of the first such part of a string; else `null`.',
    fuel: { per: 'element, or per 16 characters or elements of a buffer' },
    body: (of, value) => {
      const index = indexOf(of, value, 'index_of');
      return index < 0 ? null : index;
    },
  }),
  contains: builtin({
    takes: [required('of', sequence), required('value', anything)],
    gives: 'a boolean',
    says: 'Tells whether an element equals the value, or the value is part of the string.',
    fuel: { per: 'element, or per 16 characters or elements of a buffer' },
    body: (of, value) => indexOf(of, value, 'contains') >= 0,
  }),
};
