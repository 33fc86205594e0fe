/**
 * Mathematics. All follow IEEE 754: where a result is not defined it is NaN, which `is_nan` tells from every number.
 */

import { errors } from '../errors';
import { thread } from '../thread';
import type { GuestArray } from '../value';
import { type Builtin, builtin, type Family, required, variadic } from './builtin';
import { number, numberOrArray } from './checks';

/** A function of one number. */
const ofOne = (says: string, body: (x: number) => number): Builtin =>
  builtin({ takes: [required('x', number)], gives: 'a number', says, body });

/** A function of two numbers. */
const ofTwo = (
  names: readonly [string, string],
  says: string,
  body: (x: number, y: number) => number,
): Builtin =>
  builtin({
    takes: [required(names[0], number), required(names[1], number)],
    gives: 'a number',
    says,
    body,
  });

/** A function of one or more numbers. */
const ofMany = (says: string, body: (...numbers: number[]) => number): Builtin =>
  variadic({
    takes: [required('x', number)],
    more: required('others', number),
    gives: 'a number',
    says,
    body,
  });

/** A test of one number. */
const testOfOne = (says: string, body: (x: number) => boolean): Builtin =>
  builtin({ takes: [required('x', number)], gives: 'a boolean', says, body });

/** A number that has a name. Names are functions, because those can be hidden by a declaration and cost nothing unused. */
const constant = (says: string, value: number): Builtin =>
  builtin({ takes: [], gives: 'a number', says, body: () => value });

/** The elements, which must all be numbers; a unit of fuel for each. */
function numbersIn(items: GuestArray, name: string): readonly number[] {
  thread.charge(items.length);
  if (!items.every(isNumber)) throw errors.notNumbers(name, 1);
  return items;
}

const isNumber = (value: unknown): value is number => typeof value === 'number';

/** Of one or more numbers, or of the numbers in one array. */
const extreme = (name: 'min' | 'max', says: string, body: (...numbers: number[]) => number): Builtin =>
  variadic({
    takes: [required('x', numberOrArray)],
    more: required('others', number),
    gives: 'a number, or null',
    says,
    fuel: { per: 'element of an array' },
    ofNumbers: body,
    body: (x, ...others) => {
      if (typeof x === 'number') return body(x, ...others);
      if (others.length > 0) throw errors.argumentType(name, 1, 'a number where others follow', x);
      const items = numbersIn(x, name);
      return items.length === 0 ? null : items.reduce((found, item) => body(found, item));
    },
  });

/** What is left of a division that rounds down. */
function modulo(x: number, y: number): number {
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
}

function clamped(x: number, low: number, high: number): number {
  if (low > high) throw errors.argumentRange('clamp', 3, `at least ${low}`, high);
  return Math.min(Math.max(x, low), high);
}

const hasSign = (x: number): boolean => x < 0 || Object.is(x, -0);

export const numbers: Family = {
  abs: ofOne('Drops the sign.', Math.abs),
  sign: ofOne('Gives -1, 0 or 1 with the sign of the number.', Math.sign),
  copysign: ofTwo(
    ['x', 'y'],
    'Gives the first number with the sign of the second, which may be that of -0.',
    (x, y) => (hasSign(x) === hasSign(y) ? x : -x),
  ),
  min: extreme(
    'min',
    'Gives the smallest number, or that of an array, `null` if it is empty; NaN if any is NaN.',
    Math.min,
  ),
  max: extreme(
    'max',
    'Gives the largest number, or that of an array, `null` if it is empty; NaN if any is NaN.',
    Math.max,
  ),
  clamp: builtin({
    takes: [required('x', number), required('low', number), required('high', number)],
    gives: 'a number',
    says: 'Gives the number, or the bound that it is beyond.',
    body: clamped,
  }),
  floor: ofOne('Rounds down.', Math.floor),
  ceil: ofOne('Rounds up.', Math.ceil),
  round: ofOne('Rounds to the nearest whole number, halves up.', Math.round),
  trunc: ofOne('Rounds toward zero.', Math.trunc),
  fround: ofOne('Rounds to the nearest number of 32 bits (IEEE 754 single precision).', Math.fround),
  fmod: ofTwo(
    ['x', 'y'],
    'Gives what a division that rounds toward zero leaves, as `%` does, but NaN for a division by zero.',
    (x, y) => x % y,
  ),
  mod: ofTwo(
    ['x', 'y'],
    'Gives what a division that rounds down leaves: it has the sign of the divisor; NaN for a division by zero.',
    modulo,
  ),
  sqrt: ofOne('Gives the square root; NaN of a negative number.', Math.sqrt),
  cbrt: ofOne('Gives the cube root.', Math.cbrt),
  pow: ofTwo(['base', 'exponent'], 'Raises to a power, as `**` does.', (base, exponent) => base ** exponent),
  hypot: ofMany('Gives the square root of the sum of the squares.', Math.hypot),
  exp: ofOne("Raises e, Euler's number, to a power; `exp(1)` is e itself.", Math.exp),
  exp2: ofOne('Raises 2 to a power.', (x) => 2 ** x),
  expm1: ofOne('Gives `exp(x) - 1`, exact also where the number is near zero.', Math.expm1),
  log: ofOne('Gives the natural logarithm; NaN of a negative number.', Math.log),
  log2: ofOne('Gives the logarithm to base 2.', Math.log2),
  log10: ofOne('Gives the logarithm to base 10.', Math.log10),
  log1p: ofOne('Gives `log(1 + x)`, exact also where the number is near zero.', Math.log1p),
  sin: ofOne('Gives the sine of an angle in radians.', Math.sin),
  cos: ofOne('Gives the cosine of an angle in radians.', Math.cos),
  tan: ofOne('Gives the tangent of an angle in radians.', Math.tan),
  asin: ofOne('Gives the angle in radians that has this sine.', Math.asin),
  acos: ofOne('Gives the angle in radians that has this cosine.', Math.acos),
  atan: ofOne('Gives the angle in radians that has this tangent.', Math.atan),
  atan2: ofTwo(['y', 'x'], 'Gives the angle in radians from the x axis to the point (x, y).', Math.atan2),
  sinh: ofOne('Gives the hyperbolic sine.', Math.sinh),
  cosh: ofOne('Gives the hyperbolic cosine.', Math.cosh),
  tanh: ofOne('Gives the hyperbolic tangent.', Math.tanh),
  asinh: ofOne('Gives the number that has this hyperbolic sine.', Math.asinh),
  acosh: ofOne('Gives the number from 0 up that has this hyperbolic cosine; NaN below 1.', Math.acosh),
  atanh: ofOne('Gives the number that has this hyperbolic tangent.', Math.atanh),
  imul: ofTwo(['x', 'y'], 'Multiplies as 32-bit integers with sign, dropping what goes beyond.', Math.imul),
  clz32: ofOne('Counts the zero bits before the first one of a 32-bit integer.', Math.clz32),
  pi: constant('Gives the ratio of the circumference of a circle to its diameter.', Math.PI),
  euler: constant("Gives e, Euler's number.", Math.E),
  inf: constant('Gives infinity, which is greater than any other number.', Number.POSITIVE_INFINITY),
  nan: constant('Gives NaN, the result of what is not defined, which no number equals.', Number.NaN),
  epsilon: constant('Gives the difference between 1 and the next number above it.', Number.EPSILON),
  max_int: constant(
    'Gives 2 ** 53 - 1: up to here every whole number has its own value.',
    Number.MAX_SAFE_INTEGER,
  ),
  min_int: constant('Gives -(2 ** 53 - 1).', Number.MIN_SAFE_INTEGER),
  max_float: constant('Gives the greatest number below infinity.', Number.MAX_VALUE),
  min_float: constant('Gives the smallest number above zero.', Number.MIN_VALUE),
  is_nan: testOfOne(
    'Tells whether a result is NaN, "not a number", which no number equals, itself included.',
    Number.isNaN,
  ),
  is_finite: testOfOne('Tells whether a number is neither infinite nor NaN.', Number.isFinite),
  is_integer: testOfOne('Tells whether a number is whole.', Number.isInteger),
};
