/**
 * Mathematics. All follow IEEE 754: where a result is not defined it is NaN, which `is_nan` tells from every number.
 */

import { type Builtin, builtin, type Family, required, variadic } from './builtin';
import { number } from './checks';

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

export const numbers: Family = {
  abs: ofOne('Drops the sign.', Math.abs),
  sign: ofOne('Gives -1, 0 or 1 with the sign of the number.', Math.sign),
  min: ofMany('Gives the smallest; NaN if any is NaN.', Math.min),
  max: ofMany('Gives the largest; NaN if any is NaN.', Math.max),
  floor: ofOne('Rounds down.', Math.floor),
  ceil: ofOne('Rounds up.', Math.ceil),
  round: ofOne('Rounds to the nearest whole number, halves up.', Math.round),
  trunc: ofOne('Rounds toward zero.', Math.trunc),
  sqrt: ofOne('Gives the square root; NaN of a negative number.', Math.sqrt),
  cbrt: ofOne('Gives the cube root.', Math.cbrt),
  pow: ofTwo(['base', 'exponent'], 'Raises to a power, as `**` does.', (base, exponent) => base ** exponent),
  hypot: ofMany('Gives the square root of the sum of the squares.', Math.hypot),
  exp: ofOne("Raises e, Euler's number, to a power; `exp(1)` is e itself.", Math.exp),
  log: ofOne('Gives the natural logarithm; NaN of a negative number.', Math.log),
  log2: ofOne('Gives the logarithm to base 2.', Math.log2),
  log10: ofOne('Gives the logarithm to base 10.', Math.log10),
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
  pi: builtin({
    takes: [],
    gives: 'a number',
    says: 'Gives the ratio of the circumference of a circle to its diameter.',
    body: () => Math.PI,
  }),
  is_nan: builtin({
    takes: [required('x', number)],
    gives: 'a boolean',
    says: 'Tells whether a result is NaN, "not a number", which no number equals, itself included.',
    body: (x) => Number.isNaN(x),
  }),
};
