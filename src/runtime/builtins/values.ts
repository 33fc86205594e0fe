/**
 * Built-in functions that ask after a value's type or give it another one.
 */

import { errors } from '../errors';
import { paidText } from '../paid-text';
import { typeOf } from '../show';
import type { GuestArray, GuestBuffer, GuestMap, Value } from '../value';
import { builtin, type Family, optional, required } from './builtin';
import { anything, base, collection, numberOrString } from './checks';
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

/** What a digit or a letter stands for; none of another character. */
function digitValue(unit: number): number {
  if (unit >= 48 && unit <= 57) return unit - 48;
  const letter = unit | 32;
  return letter >= 97 && letter <= 122 ? letter - 87 : Number.NaN;
}

/** The whole number that digits of a base stand for. The host's own function takes also what only begins with a number. */
function parseWhole(text: string, base: number): number | null {
  const trimmed = text.trim();
  const first = trimmed.startsWith('-') || trimmed.startsWith('+') ? 1 : 0;
  if (trimmed.length === first) return null;
  for (let i = first; i < trimmed.length; i++) {
    if (!(digitValue(trimmed.charCodeAt(i)) < base)) return null;
  }
  return Number.parseInt(trimmed, base);
}

const parsing = {
  per: '16 characters of a string',
  units: (value: number | string): number => (typeof value === 'string' ? reading(value.length) : 0),
};

const partsOf = (value: string | GuestArray | GuestBuffer | GuestMap): number =>
  value instanceof Map ? value.size : value.length;

export const values: Family = {
  len: builtin({
    takes: [required('collection', collection)],
    gives: 'a number',
    says: 'Counts the UTF-16 units of a string, the elements of an array or a buffer, or the entries of a map.',
    counts: (value) => (collection.accepts(value) ? partsOf(value) : undefined),
    body: partsOf,
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
    takes: [required('value', numberOrString), optional('base', base)],
    gives: 'a number, or null',
    says:
      'Truncates a number, or the number that a string stands for; `null` where there is no whole number. With a base, the ' +
      'string has to consist of its digits: `int("ff", 16)`.',
    fuel: parsing,
    body: (value, base) => {
      if (base !== undefined && typeof value !== 'string')
        throw errors.argumentType('int', 1, 'a string where there is a base', value);
      const number = base === undefined ? toNumber(value) : parseWhole(String(value), base);
      const whole = Math.trunc(number ?? Number.NaN);
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
