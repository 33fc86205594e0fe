/**
 * What the functions written in Weft check their arguments with: host functions that only the prelude can import.
 */

import { isBuffer } from '../buffers';
import { errors } from '../errors';
import { Closure, HostFunction, type Value } from '../value';

/** Makes a check that takes the function's name, the argument's position and the argument. */
const check = (name: string, wanted: string, accepts: (value: Value) => boolean): HostFunction =>
  new HostFunction(
    name,
    3,
    3,
    (caller, position, value) => {
      if (accepts(value!)) return null;
      throw errors.argumentType(String(caller), Number(position), wanted, value!);
    },
    true,
  );

export const preludeChecks: ReadonlyMap<string, HostFunction> = new Map(
  [
    check('check_items', 'an array or a buffer', (value) => value instanceof Array || isBuffer(value)),
    check(
      'check_function',
      'a function',
      (value) => value instanceof Closure || value instanceof HostFunction,
    ),
  ].map((made) => [made.name, made]),
);
