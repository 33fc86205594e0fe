/**
 * Built-in functions of arrays. Those that change the array in place say so; all others leave their arguments alone.
 */

import * as allocation from '../allocation';
import { errors } from '../errors';
import { thread } from '../thread';
import type { GuestArray, Value } from '../value';
import { builtin, type Family, optional, required, variadic } from './builtin';
import { anything, array, arrayOrString, count, wholeNumber } from './checks';
import { matching, newArray, newString, reading, searching } from './costs';
import { detached } from './detached';

const perElement = 'element of the result';

/** V8 keeps an array that is made longer than this at once as a hash table. */
const longestDense = 2 ** 25;

function filled(length: number, value: Value): GuestArray {
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

/** How many elements a slice of a collection of this length has. */
function sliced(length: number, from: number, to: number): number {
  return Math.max(Math.min(to, length) - from, 0);
}

const isNumber = (value: Value): value is number => typeof value === 'number';
const isString = (value: Value): value is string => typeof value === 'string';

function sorted(items: GuestArray): GuestArray {
  thread.charge(items.length);
  // Of the rounds, one is for telling what there is to sort.
  const rounds = Math.ceil(Math.log2(items.length + 1));
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

function indexOf(items: GuestArray | string, value: Value, name: string): number {
  if (typeof items !== 'string') {
    thread.charge(matching(items.length, value));
    return items.indexOf(value);
  }
  if (typeof value !== 'string') throw errors.argumentType(name, 2, 'a string', value);
  thread.charge(searching(items, value));
  return items.indexOf(value);
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
    takes: [required('array', array)],
    gives: 'the element, or null',
    says: 'Gives the first element; `null` if the array is empty.',
    body: (items) => (items.length === 0 ? null : items[0]!),
  }),
  last: builtin({
    takes: [required('array', array)],
    gives: 'the element, or null',
    says: 'Gives the last element; `null` if the array is empty.',
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
    fuel: { per: 'element moved', units: (items, index) => sliced(items.length, index, items.length) },
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
    fuel: { per: 'element moved', units: (items, index) => sliced(items.length, index, items.length) },
    body: (items, index) => {
      const { length } = items;
      if (index >= length) throw errors.argumentRange('remove', 2, `less than the length, ${length}`, index);
      return items.splice(index, 1)[0]!;
    },
  }),
  slice: builtin({
    takes: [required('of', arrayOrString), required('from', count), optional('to', count)],
    gives: 'an array or a string',
    says: 'Copies the elements or characters from `from` up to but not including `to`, or to the end.',
    fuel: {
      per: 'element, or per 16 characters, of the result',
      units: (of, from, to = of.length) => {
        const length = sliced(of.length, from, to);
        return typeof of === 'string' ? newString(length) : newArray(length);
      },
    },
    body: (of, from, to) => (typeof of === 'string' ? detached(of.slice(from, to), of) : of.slice(from, to)),
  }),
  concat: variadic({
    takes: [required('array', array)],
    more: required('others', array),
    gives: 'an array',
    says: 'Joins arrays to a new one.',
    fuel: {
      per: perElement,
      units: (...parts) => newArray(parts.reduce((sum, part) => sum + part.length, 0)),
    },
    body: (items, ...others) => items.concat(...others),
  }),
  reverse: builtin({
    takes: [required('array', array)],
    gives: 'an array',
    says: 'Copies the elements in the opposite order.',
    fuel: { per: perElement, units: (items) => newArray(items.length) },
    body: (items) => items.slice().reverse(),
  }),
  sorted: builtin({
    takes: [required('array', array)],
    gives: 'an array',
    says: 'Copies an array of numbers only, or of strings only, in rising order, any NaN last.',
    fuel: { per: 'comparison: n log n for n elements, and per 16 characters compared' },
    body: sorted,
  }),
  index_of: builtin({
    takes: [required('of', arrayOrString), required('value', anything)],
    gives: 'a number, or null',
    says: 'Gives the index of the first element equal to the value, or of the first such part of a string; else `null`.',
    fuel: { per: 'element, or per 16 characters' },
    body: (of, value) => {
      const index = indexOf(of, value, 'index_of');
      return index < 0 ? null : index;
    },
  }),
  contains: builtin({
    takes: [required('of', arrayOrString), required('value', anything)],
    gives: 'a boolean',
    says: 'Tells whether an element equals the value, or the value is part of the string.',
    fuel: { per: 'element, or per 16 characters' },
    body: (of, value) => indexOf(of, value, 'contains') >= 0,
  }),
};
