/**
 * The shape of an entry in the table of built-in functions, and the two ways of making one. An entry says all there is
 * to know of a function; `host-function.ts` makes what guests call of it, `tools/builtins-markdown.ts` the documentation.
 */

import type { Value } from '../value';

/** What a parameter accepts. */
export interface Check<T extends Value = Value> {
  /** In words that fit after "must be". */
  readonly wanted: string;
  readonly accepts: (value: Value) => value is T;
  /** The type that a value has to have at the least; of such a one a refusal names the value, not the type. */
  readonly within?: 'number' | 'string';
}

export interface Parameter<C extends Check = Check, Optional extends boolean = boolean> {
  readonly name: string;
  readonly check: C;
  readonly optional: Optional;
}

/** What a call costs beyond the call itself. Small functions that do a fixed amount of work cost nothing. */
interface Fuel<Arguments extends readonly unknown[]> {
  /** What one unit pays for, in words that fit after "per". */
  readonly per: string;
  /**
   * The units to charge before the work is done: a whole number. It also refuses what would outgrow the limits, so that
   * nothing too large is even paid for. Absent where the body charges as it learns what there is to do.
   */
  readonly units?: (...args: Arguments) => number;
}

interface Described {
  /** What it returns, in words. */
  readonly gives: string;
  /** One sentence for the documentation. */
  readonly says: string;
  /** What the host has to grant for programs to be given it. */
  readonly needs?: 'clock';
  /** Whether it calls a function that the host has handed in. */
  readonly callsHost?: true;
  /** What it does where all arguments are numbers, if that costs nothing and its parameters do not say so. */
  readonly ofNumbers?: (...numbers: number[]) => number;
  /** What it does of values whose parts it counts, where it does nothing else; `undefined` for other values. */
  readonly counts?: (value: Value) => number | undefined;
}

/** An entry of the table. The body gets arguments that passed their checks; an optional one left out is `undefined`. */
export interface Builtin extends Described {
  readonly takes: readonly Parameter[];
  /** Any number of further arguments. */
  readonly more?: Parameter;
  readonly fuel?: Fuel<Value[]>;
  readonly body: (...args: Value[]) => Value;
}

type Argument<P> =
  P extends Parameter<Check<infer T>, infer Optional> ? (Optional extends true ? T | undefined : T) : never;

type Arguments<P extends readonly Parameter[]> = { readonly [I in keyof P]: Argument<P[I]> };

interface FixedParts<P extends readonly Parameter[]> extends Described {
  readonly takes: P;
  readonly fuel?: Fuel<Arguments<P>>;
  readonly body: (...args: Arguments<P>) => Value;
}

interface VariadicParts<P extends readonly Parameter[], T extends Value> extends Described {
  readonly takes: P;
  readonly more: Parameter<Check<T>>;
  readonly fuel?: Fuel<readonly [...Arguments<P>, ...T[]]>;
  readonly body: (...args: [...Arguments<P>, ...T[]]) => Value;
}

export const required = <C extends Check>(name: string, check: C): Parameter<C, false> => ({
  name,
  check,
  optional: false,
});

export const optional = <C extends Check>(name: string, check: C): Parameter<C, true> => ({
  name,
  check,
  optional: true,
});

/** A function with a fixed list of parameters, the last of which may be optional. */
export const builtin = <const P extends readonly Parameter[]>(parts: FixedParts<P>): Builtin =>
  parts as unknown as Builtin; // the body is only ever called after its parameters' checks

/** A function that takes any number of arguments after its fixed ones. */
export const variadic = <const P extends readonly Parameter[], T extends Value>(
  parts: VariadicParts<P, T>,
): Builtin => parts as unknown as Builtin; // as above

/** One family of functions, by name. */
export type Family = Readonly<Record<string, Builtin>>;
