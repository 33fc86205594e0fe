/**
 * Built-in functions that make buffers, and those that change numbers in bulk, of buffers and of arrays.
 */

import { type BufferKind, isBuffer, makeBuffer, move, withArticle } from '../buffers';
import { errors } from '../errors';
import type { GuestArray, GuestBuffer, Value } from '../value';
import { type Builtin, builtin, type Family, optional, required } from './builtin';
import { anything, arrayOrBuffer, count, lengthOrNumbers } from './checks';
import { countBetween, newArray, newBuffer, visiting } from './costs';

type Elements = GuestArray | GuestBuffer;

/** @throws ErrorValue where one of the elements, `from` up to `to`, is no number */
function checkNumbers(name: string, position: number, items: GuestArray, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    if (typeof items[i] !== 'number') throw errors.notNumbers(name, position);
  }
}

/** Puts numbers, which the array has been seen to hold, into a buffer. */
function store(target: GuestBuffer, at: number, items: GuestArray, from: number, length: number): void {
  for (let i = 0; i < length; i++) target[at + i] = items[from + i] as number; // see above
}

/** Copies elements into an array, which may be the source: then in the order in which none is lost. */
function assign(target: GuestArray, at: number, source: Elements, from: number, length: number): void {
  if (target === source && from < at) {
    for (let i = length - 1; i >= 0; i--) target[at + i] = source[from + i]!;
  } else {
    for (let i = 0; i < length; i++) target[at + i] = source[from + i]!;
  }
}

function copyInto(target: Elements, at: number, source: Elements, from: number, length: number): void {
  if (!isBuffer(target)) assign(target, at, source, from, length);
  else if (isBuffer(source)) move(target, at, source, from, length);
  else store(target, at, source, from, length);
}

const maker = (kind: BufferKind, holds: string): Builtin =>
  builtin({
    takes: [required('of', lengthOrNumbers)],
    gives: withArticle(kind),
    says: `Makes a buffer of ${holds}: of this length, all zeros, or of the numbers of an array or a buffer.`,
    fuel: {
      per: '16 elements, or per element of an array',
      units: (of) => {
        if (typeof of === 'number') return newBuffer(kind, of);
        return newBuffer(kind, of.length) + (isBuffer(of) ? 0 : of.length);
      },
    },
    body: (of) => {
      if (typeof of === 'number') return makeBuffer(kind, of);
      const { length } = of;
      if (!isBuffer(of)) checkNumbers(kind, 1, of, 0, length);
      const made = makeBuffer(kind, length);
      copyInto(made, 0, of, 0, length);
      return made;
    },
  });

function fill(of: Elements, value: Value, from: number, to: number): Elements {
  if (!isBuffer(of)) return of.fill(value, from, to);
  if (typeof value !== 'number') throw errors.argumentType('fill', 2, 'a number', value);
  return of.length === 0 ? of : of.fill(value, from, to);
}

function sum(of: Elements): number {
  if (!isBuffer(of)) checkNumbers('sum', 1, of, 0, of.length);
  let total = 0;
  for (let i = 0; i < of.length; i++) total += of[i] as number; // seen above
  return total;
}

export const buffers: Family = {
  f64: maker('f64', 'IEEE doubles'),
  i32: maker('i32', 'whole numbers from -2147483648 to 2147483647, others wrapped'),
  u8: maker('u8', 'whole numbers from 0 to 255, others wrapped'),
  array_of: builtin({
    takes: [required('of', arrayOrBuffer)],
    gives: 'an array',
    says: 'Copies the elements of a buffer or an array into a new array.',
    fuel: { per: 'element', units: (of) => newArray(of.length) },
    body: (of) => {
      const result: GuestArray = [];
      for (let i = 0; i < of.length; i++) result.push(of[i]!);
      return result;
    },
  }),
  fill: builtin({
    takes: [
      required('of', arrayOrBuffer),
      required('value', anything),
      optional('from', count),
      optional('to', count),
    ],
    gives: 'the array or buffer',
    says: 'Assigns the value to the elements from `from` up to but not including `to`, or to all, in place.',
    fuel: {
      per: '16 elements of a buffer, or per element of an array',
      units: (of, _value, from = 0, to = of.length) => visiting(of, countBetween(of.length, from, to)),
    },
    body: (of, value, from = 0, to = of.length) => fill(of, value, from, to),
  }),
  copy_into: builtin({
    takes: [
      required('target', arrayOrBuffer),
      required('at', count),
      required('source', arrayOrBuffer),
      optional('from', count),
      optional('to', count),
    ],
    gives: 'the target',
    says:
      'Copies the elements of the source, from `from` up to but not including `to`, or all, over those of the target from ' +
      '`at` on, in place. Both may be the same: what is copied is what was there before.',
    fuel: {
      per: '16 elements from buffer to buffer, else per element',
      units: (target, at, source, from = 0, to = source.length) => {
        const length = countBetween(source.length, from, to);
        if (at + length > target.length) throw errors.doesNotFit('copy_into', length, at, target.length);
        return isBuffer(target) ? visiting(source, length) : length;
      },
    },
    body: (target, at, source, from = 0, to = source.length) => {
      const length = countBetween(source.length, from, to);
      if (isBuffer(target) && !isBuffer(source)) checkNumbers('copy_into', 3, source, from, from + length);
      copyInto(target, at, source, from, length);
      return target;
    },
  }),
  sum: builtin({
    takes: [required('of', arrayOrBuffer)],
    gives: 'a number',
    says: 'Adds the numbers of an array or a buffer, from the first to the last; 0 of none.',
    fuel: {
      per: '16 elements of a buffer, or per element of an array',
      units: (of) => visiting(of, of.length),
    },
    body: sum,
  }),
};
