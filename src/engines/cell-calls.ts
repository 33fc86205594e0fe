/**
 * Calls and returns as the cells of the threaded and the fused engine make them: the arguments are in their slots, the pc to go on at is
 * what comes back.
 */

import { callHost, construct, invoke, pushFrame } from '../runtime/calls';
import type { InlineCache } from '../runtime/inline-cache';
import { cellExit } from '../runtime/linked';
import { badCall } from '../runtime/slow';
import { thread } from '../runtime/thread';
import { Closure, HostFunction, type Value } from '../runtime/value';

const S = thread.stack;

/** The pc behind the instruction that threw what is on its way to the driver, where the instruction said so; else -1. */
let failed = -1;

/**
 * Says which instruction has thrown. While one runs that calls the host, the statement at the pc that the driver knows may be
 * made anew, and be another.
 *
 * @returns what to throw on
 */
export function failAt(thrown: unknown, next: number): unknown {
  failed = next;
  return thrown;
}

/** For the driver that catches: the pc behind the instruction that has thrown, -1 where it is known by the cell alone. */
export function takeFailure(): number {
  const next = failed;
  failed = -1;
  return next;
}

/** Goes on in the function whose frame was made at `base`. */
function enter({ fn }: Closure, base: number): number {
  thread.pc = 0;
  if ((thread.budget -= fn.entryCost) < 0) thread.interrupt(0, base);
  return cellExit.frame;
}

/** `OpReturn`: leaves the frame at `fp` with its result. */
export function returnWith(value: Value, fp: number): number {
  S[fp - 1] = value;
  if (thread.depth === thread.floor) return cellExit.done;
  const depth = --thread.depth;
  thread.pc = thread.frames[2 * depth]!;
  thread.fp = thread.frames[2 * depth + 1]!;
  return cellExit.frame;
}

/** `OpCall`: the callee is below the `argc` arguments at `base`. */
export function callAt(base: number, argc: number, next: number, fp: number): number {
  const callee = S[base - 1]!;
  if (callee instanceof Closure) {
    pushFrame(thread, callee, argc, base, next, fp);
    return enter(callee, base);
  }
  if (!(callee instanceof HostFunction)) badCall(callee, argc);
  try {
    S[base - 1] = callHost(thread, callee, argc, base);
  } catch (thrown) {
    throw failAt(thrown, next);
  }
  return next;
}

/** What an `OpInvoke` knows besides. */
export interface InvokeSite {
  readonly name: string;
  readonly cache: InlineCache;
}

/** `OpInvoke`: the receiver is below the arguments. */
export function invokeAt(base: number, argc: number, next: number, fp: number, site: InvokeSite): number {
  let method: Closure | undefined;
  try {
    method = invoke(thread, site.name, site.cache, argc, base, next, fp);
  } catch (thrown) {
    throw failAt(thrown, next);
  }
  return method === undefined ? next : enter(method, base);
}

/** `OpNew`: the class is below the arguments. */
export function constructAt(base: number, argc: number, next: number, fp: number): number {
  const method = construct(thread, argc, base, next, fp);
  return method === undefined ? next : enter(method, base);
}
