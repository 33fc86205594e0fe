/**
 * The guest's values: the closed domain of everything a guest program can hold. Guest arrays are host arrays, guest maps are
 * host `Map`s and guest buffers are host typed arrays for speed, but no guest operation looks a property up by name on them, so no host prototype is
 * ever reached from guest code.
 */

import type { ErrorValue } from './errors';
import type { Instance } from './instances';
import type { LinkedFunction } from './linked';
import type { ClassValue } from './objects';

export type Value =
  | null
  | boolean
  | number
  | string
  | GuestArray
  | GuestMap
  | GuestBuffer
  | Closure
  | HostFunction
  | ClassValue
  | Instance
  | ErrorValue
  | Handle
  | Box;

export type GuestArray = Value[];

/** What can be the key of a map. Numbers compare by SameValueZero, strings by value. */
export type Key = string | number | boolean;

export type GuestMap = Map<Key, Value>;

/** Numbers of one kind; `buffers.ts` says what they may be and do. */
export type GuestBuffer = Float64Array | Int32Array | Uint8Array;

/** A function value of the guest: code and the variables it captured. */
export class Closure {
  constructor(
    readonly fn: LinkedFunction,
    readonly free: Value[],
  ) {}
}

/** The home of a variable that is both captured and assigned. Compiled programs never see one as a value. */
export class Box {
  /** @param value `undefined` until the variable is defined */
  constructor(public value: Value | undefined) {}
}

/** Something of the host's that a guest can hold, compare and hand back, and not look into. */
export class Handle {
  /** What no other object has, whatever its prototype says, nor a proxy of a handle. */
  readonly #mark = true;

  constructor(readonly target: unknown) {}

  static is(value: object): value is Handle {
    return #mark in value;
  }
}

/** A function that the host provides. Built-ins are host functions too. */
export class HostFunction {
  /**
   * @param name what guests and messages call it
   * @param minArity the fewest arguments it takes
   * @param maxArity the most arguments it takes; `Infinity` for any number
   * @param call the body: gets guest values and returns one, or throws an `ErrorValue`
   * @param isOwn whether no function of the host's is called by it, so that nothing but values can have changed behind it
   * @param ofNumbers what it does where all arguments are numbers, if that is nothing but to compute another number
   * @param counts what it does where that is nothing but to count the parts of a value; gives `undefined` for other values
   */
  constructor(
    readonly name: string,
    readonly minArity: number,
    readonly maxArity: number,
    readonly call: (...args: Value[]) => Value,
    readonly isOwn = false,
    readonly ofNumbers?: (...numbers: number[]) => number,
    readonly counts?: (value: Value) => number | undefined,
  ) {}
}

export const isKey = (value: Value): value is Key =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** Only `null` and `false` are falsy. */
export const truthy = (value: Value): boolean => value !== false && value !== null;

/**
 * The same number, as the host keeps small integers. Hosts have two forms of numbers like 2, and their compilers take code that has
 * met the other one, as parsing `2.0` may give, for code on doubles from then on.
 */
export const asSmall = (value: number): number => {
  const whole = value | 0;
  return Object.is(whole, value) ? whole : value;
};
