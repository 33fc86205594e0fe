/**
 * The functions that every program finds without declaring them: one table, put together of its families. Functions
 * that call guests back (`map`, `filter`, `sort` ...) are not here but in the prelude, written in Weft.
 */

import { arrayElements } from './builtins/array-elements';
import { arrayMaking } from './builtins/array-making';
import { arrays } from './builtins/arrays';
import { buffers } from './builtins/buffers';
import type { Builtin, Family } from './builtins/builtin';
import { hostFunction } from './builtins/host-function';
import { io } from './builtins/io';
import { json } from './builtins/json';
import { maps } from './builtins/maps';
import { numbers } from './builtins/numbers';
import { randomness } from './builtins/randomness';
import { strings } from './builtins/strings';
import { time } from './builtins/time';
import { values } from './builtins/values';
import { preludeNames } from './generated/prelude';
import type { HostFunction } from './value';

export type { Builtin } from './builtins/builtin';

/** The families by the titles of the documentation, in its order. */
export const builtinFamilies: Readonly<Record<string, Family>> = {
  'Writing and checking': io,
  Values: values,
  Numbers: numbers,
  Strings: strings,
  Arrays: { ...arrays, ...arrayElements, ...arrayMaking },
  Buffers: buffers,
  Maps: maps,
  JSON: json,
  'Random numbers': randomness,
  Time: time,
};

/** Every built-in function by its name. */
export const builtins: Readonly<Record<string, Builtin>> = Object.assign(
  {},
  ...Object.values(builtinFamilies),
);

export const builtinNames: readonly string[] = Object.keys(builtins);

/** The built-in functions that only programs of a VM with a clock are given. */
export const needClock: ReadonlySet<string> = new Set(
  builtinNames.filter((name) => builtins[name]!.needs === 'clock'),
);

/** What programs may name without declaring it: these, and the functions of the prelude. */
export const standardNames: readonly string[] = [...builtinNames, ...preludeNames];

/** What a module that imports a built-in function's name is given. */
export const builtinFunctions: ReadonlyMap<string, HostFunction> = new Map(
  Object.entries(builtins).map(([name, builtin]) => [name, hostFunction(name, builtin)]),
);
