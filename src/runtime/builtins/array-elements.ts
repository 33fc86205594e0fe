/**
 * Built-in functions of the elements of arrays, and of the parts of strings, that are equal to a value, and of their places.
 */

import { isBuffer } from '../buffers';
import { errors } from '../errors';
import { thread } from '../thread';
import type { GuestArray, GuestBuffer, Value } from '../value';
import { builtin, type Family, required } from './builtin';
import { anything, array, arrayOrMap, count, sequence } from './checks';
import { matching, moving, searching, searchingBack } from './costs';
import { occurrences } from './occurrences';

type Sequence = GuestArray | GuestBuffer | string;

function lastIndexOf(of: Sequence, value: Value): number {
  if (isBuffer(of)) {
    thread.charge(moving(of.length));
    return typeof value === 'number' && of.length > 0 ? of.lastIndexOf(value) : -1;
  }
  if (typeof of !== 'string') {
    thread.charge(matching(of.length, value));
    return of.lastIndexOf(value);
  }
  if (typeof value !== 'string') throw errors.argumentType('last_index_of', 2, 'a string', value);
  thread.charge(searchingBack(of, value));
  return of.lastIndexOf(value);
}

function counted(of: Sequence, value: Value): number {
  if (isBuffer(of)) {
    thread.charge(of.length);
    let found = 0;
    for (let i = 0; i < of.length; i++) if (of[i] === value) found++;
    return found;
  }
  if (typeof of !== 'string') {
    thread.charge(matching(of.length, value));
    return of.reduce<number>((found, item) => found + (item === value ? 1 : 0), 0);
  }
  if (typeof value !== 'string') throw errors.argumentType('count', 2, 'a string', value);
  if (value === '') throw errors.argumentEmpty('count', 2);
  thread.charge(searching(of, value));
  return occurrences(of, value);
}

function swapped(items: GuestArray, i: number, j: number): GuestArray {
  const { length } = items;
  if (i >= length) throw errors.argumentRange('swap', 2, `less than the length, ${length}`, i);
  if (j >= length) throw errors.argumentRange('swap', 3, `less than the length, ${length}`, j);
  const item = items[i]!;
  items[i] = items[j]!;
  items[j] = item;
  return items;
}

export const arrayElements: Family = {
  last_index_of: builtin({
    takes: [required('of', sequence), required('value', anything)],
    gives: 'a number, or null',
    says: 'Gives the index of the last element equal to the value, or of the last such part of a string; else `null`.',
    fuel: {
      per: 'element, or per 16 elements of a buffer, or per 16 characters times 16 characters of the part',
    },
    body: (of, value) => {
      const index = lastIndexOf(of, value);
      return index < 0 ? null : index;
    },
  }),
  count: builtin({
    takes: [required('of', sequence), required('value', anything)],
    gives: 'a number',
    says: 'Counts the elements equal to the value, or how often the value, not empty, stands in the string without overlaps.',
    fuel: { per: 'element, or per 16 characters' },
    body: counted,
  }),
  swap: builtin({
    takes: [required('array', array), required('i', count), required('j', count)],
    gives: 'the array',
    says: 'Exchanges the elements at two indices, in place.',
    body: swapped,
  }),
  clear: builtin({
    takes: [required('of', arrayOrMap)],
    gives: 'null',
    says: 'Removes all elements or entries, in place.',
    body: (of) => {
      if (of instanceof Map) of.clear();
      else of.length = 0;
      return null;
    },
  }),
};
