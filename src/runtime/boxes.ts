/**
 * Variables that are captured and assigned live in boxes; these are the three things that can be done to one. Code that
 * was not made by our compiler can name a slot that holds no box, so each checks.
 */

import { errors } from './errors';
import { undefinedVariable } from './slow';
import { Box, type Value } from './value';

/** The variable's value where it is defined. */
export const tryRead = (box: Value): Value | undefined => (box instanceof Box ? box.value : undefined);

/** The variable's value; an error before it is defined. */
export function read(box: Value): Value {
  if (!(box instanceof Box)) throw errors.notABox(box);
  return box.value === undefined ? undefinedVariable() : box.value;
}

/** Assigns the variable; an error before it is defined. */
export function assign(box: Value, value: Value): void {
  if (!(box instanceof Box)) throw errors.notABox(box);
  if (box.value === undefined) undefinedVariable();
  box.value = value;
}

/** Gives the variable its first value. */
export function define(box: Value, value: Value): void {
  if (!(box instanceof Box)) throw errors.notABox(box);
  box.value = value;
}
