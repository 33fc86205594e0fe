/**
 * What the parameters of built-in functions accept.
 */

import { isBuffer } from '../buffers';
import { type GuestArray, type GuestBuffer, type GuestMap, isKey, type Key, type Value } from '../value';
import type { Check } from './builtin';

export const anything: Check = { wanted: 'any value', accepts: (_value): _value is Value => true };

export const number: Check<number> = {
  wanted: 'a number',
  accepts: (value): value is number => typeof value === 'number',
};

export const wholeNumber: Check<number> = {
  wanted: 'a whole number',
  accepts: (value): value is number => Number.isInteger(value),
  within: 'number',
};

/** Lengths, counts and places. */
export const count: Check<number> = {
  wanted: 'a whole number from 0 up',
  accepts: (value): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0,
  within: 'number',
};

/** At most as many as `JSON.stringify` allows. */
export const indentation: Check<number> = {
  wanted: 'a whole number from 0 to 10',
  accepts: (value): value is number => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 10,
  within: 'number',
};

export const codeUnit: Check<number> = {
  wanted: 'a whole number from 0 to 65535',
  accepts: (value): value is number => typeof value === 'number' && (value & 0xffff) === value,
  within: 'number',
};

export const codePoint: Check<number> = {
  wanted: 'a whole number from 0 to 1114111',
  accepts: (value): value is number =>
    Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 0x10ffff,
  within: 'number',
};

/** The bases in which a number can be written with digits and letters. */
export const base: Check<number> = {
  wanted: 'a whole number from 2 to 36',
  accepts: (value): value is number => Number.isInteger(value) && Number(value) >= 2 && Number(value) <= 36,
  within: 'number',
};

/** How many parts to make at the most. */
export const countFromOne: Check<number> = {
  wanted: 'a whole number from 1 up',
  accepts: (value): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 1,
  within: 'number',
};

export const string: Check<string> = {
  wanted: 'a string',
  accepts: (value): value is string => typeof value === 'string',
};

export const filledString: Check<string> = {
  wanted: 'a string that is not empty',
  accepts: (value): value is string => typeof value === 'string' && value !== '',
  within: 'string',
};

export const numberOrString: Check<number | string> = {
  wanted: 'a number or a string',
  accepts: (value): value is number | string => typeof value === 'number' || typeof value === 'string',
};

export const arrayOrMap: Check<GuestArray | GuestMap> = {
  wanted: 'an array or a map',
  accepts: (value): value is GuestArray | GuestMap => Array.isArray(value) || value instanceof Map,
};

export const numberOrArray: Check<number | GuestArray> = {
  wanted: 'a number or an array',
  accepts: (value): value is number | GuestArray => typeof value === 'number' || Array.isArray(value),
};

export const array: Check<GuestArray> = {
  wanted: 'an array',
  accepts: (value): value is GuestArray => Array.isArray(value),
};

export const arrayOrBuffer: Check<GuestArray | GuestBuffer> = {
  wanted: 'an array or a buffer',
  accepts: (value): value is GuestArray | GuestBuffer => Array.isArray(value) || isBuffer(value),
};

/** Whatever an index takes elements or characters of. */
export const sequence: Check<GuestArray | GuestBuffer | string> = {
  wanted: 'an array, a buffer or a string',
  accepts: (value): value is GuestArray | GuestBuffer | string =>
    typeof value === 'string' || Array.isArray(value) || isBuffer(value),
};

/** What a buffer can be made of. */
export const lengthOrNumbers: Check<number | GuestArray | GuestBuffer> = {
  wanted: 'a whole number from 0 up, an array or a buffer',
  accepts: (value): value is number | GuestArray | GuestBuffer =>
    typeof value === 'number'
      ? Number.isInteger(value) && value >= 0
      : Array.isArray(value) || isBuffer(value),
  within: 'number',
};

export const map: Check<GuestMap> = {
  wanted: 'a map',
  accepts: (value): value is GuestMap => value instanceof Map,
};

export const key: Check<Key> = { wanted: 'a string, a number or a boolean', accepts: isKey };

/** Whatever has a length. */
export const collection: Check<string | GuestArray | GuestBuffer | GuestMap> = {
  wanted: 'a string, an array, a buffer or a map',
  accepts: (value): value is string | GuestArray | GuestBuffer | GuestMap =>
    sequence.accepts(value) || value instanceof Map,
};
