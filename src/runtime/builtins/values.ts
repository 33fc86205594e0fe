/**
 * Built-in functions that ask after a value's type or give it another one.
 */

import { paidText } from '../paid-text';
import { typeOf } from '../show';
import type { Value } from '../value';
import { builtin, type Family, required } from './builtin';
import { anything, collection, numberOrString } from './checks';
import { reading } from './costs';

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const hexadecimal = /^0[xX][\da-fA-F]+$/;
const infinity = /^[+-]?Infinity$/;

/** The number that a text stands for, as programs write numbers and as `str` gives them. */
function parseNumber(text: string): number | null {
  const trimmed = text.trim();
  const isNumber = decimal.test(trimmed) || hexadecimal.test(trimmed) || infinity.test(trimmed);
  return isNumber ? Number(trimmed) : null;
}

const parsing = {
  per: '16 characters of a string',
  units: (value: number | string): number => (typeof value === 'string' ? reading(value.length) : 0),
};

export const values: Family = {
  len: builtin({
    takes: [required('collection', collection)],
    gives: 'a number',
    says: 'Counts the UTF-16 units of a string, the elements of an array or a buffer, or the entries of a map.',
    body: (value) => (value instanceof Map ? value.size : value.length),
  }),
  type: builtin({
    takes: [required('value', anything)],
    gives: 'a string',
    says:
      'Names the type: `null`, `boolean`, `number`, `string`, `array`, `map`, `function`, `class`, `instance`, `error`, `f64 buffer`, ' +
      '`i32 buffer` or `u8 buffer`.',
    body: (value) => typeOf(value),
  }),
  str: builtin({
    takes: [required('value', anything)],
    gives: 'a string',
    says: 'Gives the text of a value, as `puts` writes it.',
    fuel: { per: '16 characters of the result' },
    body: (value) => paidText(value),
  }),
  int: builtin({
    takes: [required('value', numberOrString)],
    gives: 'a number, or null',
    says: 'Truncates a number, or the number that a string stands for; `null` where there is no whole number.',
    fuel: parsing,
    body: (value) => {
      const whole = Math.trunc(toNumber(value) ?? Number.NaN);
      return Number.isFinite(whole) ? whole : null;
    },
  }),
  float: builtin({
    takes: [required('value', numberOrString)],
    gives: 'a number, or null',
    says: 'Gives a number itself, or the number that a string stands for; `null` where it stands for none.',
    fuel: parsing,
    body: (value): Value => toNumber(value),
  }),
};

const toNumber = (value: number | string): number | null =>
  typeof value === 'number' ? value : parseNumber(value);
