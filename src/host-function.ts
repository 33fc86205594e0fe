/**
 * A host's function as guests call it: checks and converts what crosses, charges its cost, and turns whatever it throws into
 * an error of the guest's world.
 */

import { type Origin, originOf } from './heddle-error';
import { type BufferCrossing, checkCrossing } from './host-buffers';
import { type FunctionHandles, type HostInput, type HostValue, toGuest, toHost } from './host-value';
import { ErrorValue, errors } from './runtime/errors';
import { Interrupt, thread, type VmState } from './runtime/thread';
import { HostFunction, type Value } from './runtime/value';

/** What a host function does: gets copies of the arguments, gives a value or the promise of one. */
export type HostCallback = (...args: HostValue[]) => HostInput | Promise<HostInput | void> | void;

export interface HostFunctionOptions {
  /** What is called. */
  readonly run: HostCallback;
  /**
   * Arguments it takes: how many, or the fewest and the most, which may be `Infinity`. Without it, as many as `run` declares
   * before the first that has a default or is a rest parameter.
   */
  readonly arity?: number | readonly [fewest: number, most: number];
  /**
   * Units of fuel for a call, a whole number, or what computes them from the arguments. Charged before the call; none unless
   * said. Elements and entries of arguments and results are charged besides, a unit each.
   */
  readonly cost?: number | ((...args: HostValue[]) => number);
  /** How the buffers among its arguments come: as the VM's option of the same name says, unless given. */
  readonly buffers?: BufferCrossing;
}

/** Host functions by the name that guests use. */
export type HostFunctions = Readonly<Record<string, HostCallback | HostFunctionOptions>>;

/** Thrown by a host function: throws its value in the guest, as the guest's own `throw` would. */
export class GuestThrow extends Error {
  override readonly name = 'GuestThrow';

  constructor(readonly value: HostInput) {
    super('a host function throws a value in the guest');
  }
}

/** Another object with a `then` is data like any other, and its `then` is never called. */
const isPromise = (value: unknown): value is Promise<unknown> => value instanceof Promise;

/** Whether a function says of itself that it will give a promise. */
const isAsync = (run: HostCallback): boolean =>
  Object.prototype.toString.call(run) === '[object AsyncFunction]';

/** Nobody waits for a promise: that it fails is no unhandled rejection. */
export function forget(promise: Promise<unknown>): void {
  whenSettled(promise, nothing, nothing);
}

const nothing = (): void => {};

/**
 * Has one of two functions called when a promise is settled; not by its own `then`, which may be anything.
 *
 * @throws TypeError where it is no promise, but an object that says so
 */
export function whenSettled(
  promise: Promise<unknown>,
  fulfilled: (value: unknown) => void,
  rejected: (reason: unknown) => void,
): void {
  Promise.prototype.then.call(promise, fulfilled, rejected);
}

function checkCost(name: string, units: number): number {
  if (Number.isSafeInteger(units) && units >= 0) return units;
  throw new RangeError(`the cost of '${name}' must be a whole number from 0 up, not ${String(units)}`);
}

/** Charges what is copied for the host, before it is. */
const pay = (units: number): void => thread.charge(units);

/** @throws RangeError where arity or cost make no sense */
export function makeHostFunction(
  name: string,
  callback: HostCallback | HostFunctionOptions,
  functions: FunctionHandles,
): HostFunction {
  const options = typeof callback === 'function' ? { run: callback } : callback;
  const { run, cost = 0, buffers = functions.buffers } = options;
  if (typeof run !== 'function') throw new TypeError(`the host function '${name}' is no function`);
  const [fewest, most] = arityOf(name, options);
  if (typeof cost === 'number') checkCost(name, cost);
  checkCrossing(buffers);
  const async = isAsync(run);

  return new HostFunction(name, fewest, most, (...args) => {
    const state = thread.vm;
    try {
      if (async && !thread.suspendable) throw errors.cannotWait(name);
      const given = args.map((arg) => toHost(arg, functions, state, pay, buffers));
      const units = typeof cost === 'number' ? cost : checkCost(name, cost(...given));
      if (units > 0) thread.charge(units);
      const result = run(...given);
      if (!isPromise(result)) return resultOf(result, functions, state);
      if (thread.suspendable) {
        throw new Interrupt({ kind: 'await', host: name, promise: Promise.resolve(result) }, 'instruction');
      }
      forget(Promise.resolve(result));
      throw errors.cannotWait(name);
    } catch (thrown) {
      throw thrownByHost(name, thrown, functions, state);
    }
  });
}

function arityOf(name: string, { run, arity = run.length }: HostFunctionOptions): readonly [number, number] {
  const [fewest, most] = typeof arity === 'number' ? [arity, arity] : arity;
  const isCount = Number.isInteger(fewest) && (Number.isInteger(most) || most === Number.POSITIVE_INFINITY);
  if (isCount && fewest >= 0 && most >= fewest) return [fewest, most];
  throw new RangeError(`the arity of '${name}' must be a whole number from 0 up, or two rising ones`);
}

/**
 * What a host function gave, or its promise, as the guest gets it. Its copying is charged without stopping the run, which
 * would have to call the function again: the next safepoint sees to it.
 *
 * @throws TypeError where there is something in it that no guest can have
 * @throws ErrorValue out of memory
 */
export const resultOf = (value: unknown, functions: FunctionHandles, state: VmState): Value =>
  toGuest(value, functions, state, (units) => thread.spend(units));

/** What a host function threw, as the guest of the program at `state` gets it. */
export function thrownByHost(
  name: string,
  thrown: unknown,
  functions: FunctionHandles,
  state: VmState,
): unknown {
  try {
    if (thrown instanceof ErrorValue || thrown instanceof Interrupt) return thrown;
    if (thrown instanceof GuestThrow) {
      const value = toGuest(thrown.value, functions, state);
      return value instanceof ErrorValue ? value : errors.thrown(value);
    }
    const origin = originOf(thrown);
    if (origin !== undefined) return passedOn(name, origin, functions, state);
  } catch (error) {
    return error instanceof ErrorValue ? error : errors.host(name, error);
  }
  return errors.host(name, thrown);
}

/** What a promise of a host function was rejected with. The limits of whatever it waited for are not the guest's. */
export function rejectedByHost(
  name: string,
  reason: unknown,
  functions: FunctionHandles,
  state: VmState,
): unknown {
  const isLimit = originOf(reason)?.error.catchable === false;
  return isLimit ? errors.host(name, reason) : thrownByHost(name, reason, functions, state);
}

/** A guest's error that came through a host function goes on as it was; that of another VM is the host's affair. */
function passedOn(name: string, origin: Origin, functions: FunctionHandles, state: VmState): ErrorValue {
  if (origin.state.owner !== state.owner) return errors.host(name, origin.exception);
  if (origin.state === state || origin.error.kind !== 'thrown value') return origin.error;
  // What one program threw may hold functions, which another program cannot have as they are.
  const error = errors.thrown(toGuest(origin.exception.value, functions, state));
  error.trace = origin.error.trace;
  return error;
}
