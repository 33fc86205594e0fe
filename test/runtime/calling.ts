/**
 * Calls built-in functions the way an engine does, on a VM that has nothing but an output and fuel.
 */

import * as assert from 'uvu/assert';
import { builtinFunctions } from '../../src/runtime/builtins';
import { type ErrorKind, ErrorValue } from '../../src/runtime/errors';
import { FixedVariables } from '../../src/runtime/fixed-variables';
import { defaultLimits } from '../../src/runtime/limits';
import { Memory } from '../../src/runtime/memory';
import { Random } from '../../src/runtime/random';
import { show } from '../../src/runtime/show';
import { Interrupt, thread } from '../../src/runtime/thread';
import type { GuestArray, GuestMap, Key, Value } from '../../src/runtime/value';

/** What a call did besides giving a result. */
interface Effects {
  readonly result: Value;
  readonly written: string;
  readonly fuelUsed: number;
}

function run(name: string, args: readonly Value[], fuel = Number.POSITIVE_INFINITY): Effects {
  let written = '';
  const output = (text: string): void => {
    written += text;
  };
  const memory = new Memory(defaultLimits.maxMemory, thread, () => []);
  const grants = { random: new Random(0), clock: undefined };
  const vm = {
    owner: {},
    globals: [],
    imports: [],
    fixed: new FixedVariables(() => new Set()),
    fixedVersion: 0,
    limits: defaultLimits,
    memory,
    output,
    ...grants,
  };
  const outer = thread.enter(vm, { slice: fuel, limit: fuel, suspendable: false });
  thread.callBudget = thread.budget;
  try {
    const result = builtinFunctions.get(name)!.call(...args);
    return { result, written, fuelUsed: thread.fuelUsed };
  } finally {
    thread.leave(outer);
  }
}

/** The result of a call that must succeed. */
export const call = (name: string, ...args: Value[]): Value => run(name, args).result;

/** What a call writes. */
export const output = (name: string, ...args: Value[]): string => run(name, args).written;

/** The fuel that a call uses. */
export const fuel = (name: string, ...args: Value[]): number => run(name, args).fuelUsed;

/** The text of a call's result, so that arrays compare by their elements and -0 is 0. */
export const text = (name: string, ...args: Value[]): string => show(call(name, ...args));

/** Asserts that a call with `units` of fuel ends in exactly this error. */
export function fails(kind: ErrorKind, message: string, name: string, args: Value[], units?: number): void {
  try {
    run(name, args, units);
  } catch (error) {
    if (error instanceof Interrupt) {
      assert.is(`out of ${error.reason.kind}`, kind);
      return;
    }
    if (!(error instanceof ErrorValue)) throw error;
    assert.is(error.kind, kind);
    assert.is(error.message, message);
    assert.is(error.thrown, null);
    assert.is(error.cause, undefined);
    return;
  }
  throw new Error(`${name} should have failed with: ${message}`);
}

/** Asserts that an argument is refused. */
export const refuses = (name: string, args: Value[], message: string): void =>
  fails('bad argument', message, name, args);

export const mapOf = (...entries: [Key, Value][]): GuestMap => new Map(entries);

/** An array inside an array, and so on. */
export function nested(depth: number): GuestArray {
  let inner: GuestArray = [];
  for (let i = 1; i < depth; i++) inner = [inner];
  return inner;
}
