/**
 * A host's function as guests call it: checks and converts what crosses, charges its cost, and turns whatever it throws into
 * an error of the guest's world.
 */

import { guestErrorOf, HeddleError } from './heddle-error';
import { type FunctionHandles, type HostInput, type HostValue, toGuest, toHost } from './host-value';
import { ErrorValue, errors } from './runtime/errors';
import type { Memory } from './runtime/memory';
import { Interrupt, thread } from './runtime/thread';
import { HostFunction, type Value } from './runtime/value';

/** What a host function does: gets copies of the arguments, gives a value or the promise of one. */
export type HostCallback = (...args: HostValue[]) => HostInput | PromiseLike<HostInput> | void;

export interface HostFunctionOptions {
  readonly call: HostCallback;
  /** Arguments it takes: how many, or the fewest and the most. Without it, as many as `call` declares. */
  readonly arity?: number | readonly [fewest: number, most: number];
  /** Units of fuel for a call, or what computes them from the arguments. Charged before the call; none unless said. */
  readonly cost?: number | ((...args: HostValue[]) => number);
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

const isPromise = (value: unknown): value is PromiseLike<unknown> => value instanceof Promise;

/** @throws RangeError where arity or cost make no sense */
export function makeHostFunction(
  name: string,
  callback: HostCallback | HostFunctionOptions,
  functions: FunctionHandles,
  memory: Memory,
): HostFunction {
  const options = typeof callback === 'function' ? { call: callback } : callback;
  const { call, cost = 0 } = options;
  const [fewest, most] = arityOf(name, options);

  const convert = (args: readonly Value[]): HostValue[] =>
    args.map((arg) => toHost(arg, functions, thread.vm));

  return new HostFunction(name, fewest, most, (...args) => {
    try {
      const given = convert(args);
      const units = typeof cost === 'number' ? cost : cost(...given);
      if (!(units >= 0)) throw new RangeError(`the cost of '${name}' must be a number of at least 0`);
      if (units > 0) thread.charge(units);
      const result = call(...given);
      if (!isPromise(result)) return toGuest(result, functions, memory);
      if (thread.suspendable)
        throw new Interrupt({ kind: 'await', host: name, promise: result }, 'instruction');
      result.then(undefined, () => {}); // nobody will wait for it, and its failure is no one's
      throw errors.cannotWait(name);
    } catch (thrown) {
      throw thrownByHost(name, thrown, functions, memory);
    }
  });
}

function arityOf(
  name: string,
  { call, arity = call.length }: HostFunctionOptions,
): readonly [number, number] {
  const [fewest, most] = typeof arity === 'number' ? [arity, arity] : arity;
  if (fewest >= 0 && most >= fewest) return [fewest, most];
  throw new RangeError(`the arity of '${name}' must be a number of at least 0, or two rising ones`);
}

/** What a host function threw, or a promise of it was rejected with, as the guest gets it. */
export function thrownByHost(
  name: string,
  thrown: unknown,
  functions: FunctionHandles,
  memory: Memory,
): unknown {
  if (thrown instanceof ErrorValue || thrown instanceof Interrupt) return thrown;
  if (thrown instanceof GuestThrow) {
    try {
      return errors.thrown(toGuest(thrown.value, functions, memory));
    } catch (error) {
      return error instanceof ErrorValue ? error : errors.host(name, error);
    }
  }
  // A guest's error that came through a host function goes on as it was.
  if (thrown instanceof HeddleError) return guestErrorOf(thrown);
  return errors.host(name, thrown);
}
