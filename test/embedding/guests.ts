/**
 * What the suites of this folder share: programs in Weft, and trying something on every engine.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type CompileOptions,
  compile,
  type EngineName,
  type ErrorKind,
  engineNames,
  HeddleError,
  load,
  type Program,
  VM,
  type VmOptions,
} from '../../src/index';
import { thread } from '../../src/runtime/thread';

/** Tries something on every engine; what it leaves on the thread is an error. */
export function onEngines(title: string, run: (engine: EngineName) => void | Promise<void>): void {
  for (const engine of engineNames) {
    test(`${engine}: ${title}`, async () => {
      await run(engine);
      checkClear();
    });
  }
}

export function checkClear(): void {
  assert.is(thread.runs, 0, 'active runs');
  assert.is(thread.depth, 0, 'depth');
  assert.is(thread.floor, 0, 'floor');
  assert.is(
    thread.stack.findIndex((value) => value !== null),
    -1,
    'slots that hold a value',
  );
}

export const guest = (source: string, options: CompileOptions = {}): Program =>
  load(compile(source, { file: 'guest.weft', ...options }));

/** Runs a source in a VM of its own, whose host functions it knows. */
export function runIn(
  engine: EngineName,
  source: string,
  options: VmOptions = {},
): ReturnType<VM['run']>['value'] {
  return new VM({ engine, ...options }).run(guest(source, { functions: options.functions ?? {} })).value;
}

/** The exception that something ends in. */
export function failureOf(work: () => unknown): HeddleError {
  try {
    work();
  } catch (error) {
    if (error instanceof HeddleError) return error;
    throw error;
  }
  throw new Error('it ended without an error');
}

export async function rejectionOf(work: PromiseLike<unknown>): Promise<HeddleError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof HeddleError) return error;
    throw error;
  }
  throw new Error('it ended without an error');
}

export function assertFails(work: () => unknown, kind: ErrorKind, message?: string): HeddleError {
  const error = failureOf(work);
  assert.is(error.kind, kind, error.report());
  if (message !== undefined) assert.is(error.message, message);
  return error;
}

export function assertThrows(
  work: () => unknown,
  type: new (...args: never[]) => Error,
  message: string,
): void {
  assert.throws(work, (error: unknown) => {
    assert.instance(error, type);
    assert.is(error instanceof Error ? error.message : '', message);
    return true;
  });
}
