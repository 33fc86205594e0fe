/**
 * Frames of regions made such as cells have them: with no mark that they wait on the host's stack, doubles in their slots, and frames of
 * inlined functions where something stands in one.
 */

import { ErrorValue } from '../runtime/errors';
import type { Instance } from '../runtime/instances';
import type { LinkedFunction } from '../runtime/linked';
import { Shortage } from '../runtime/memory';
import { closureAt, Interrupt, thread } from '../runtime/thread';
import { asSmall } from '../runtime/value';
import { doubles as F } from './doubles';
import { settled } from './fused';
import { codeOf } from './fused-code';
import { instructionBefore } from './origin';
import { purposeAtExit, Raised, takeInlined } from './region-exits';
import type { Inlined } from './region-inlining';

const S = thread.stack;

/** By function: its locals that regions keep as doubles. */
const doublesOf = new WeakMap<LinkedFunction, readonly number[]>();

export const setDoubles = (fn: LinkedFunction, doubles: readonly number[]): void =>
  void doublesOf.set(fn, doubles);

export function putBack(fp: number): void {
  for (const slot of doublesOf.get(closureAt(fp).fn) ?? []) S[fp + slot] = asSmall(F[fp + slot]!);
}

/**
 * Makes all frames from `depth` on such as cells have them.
 *
 * @param top whether the frame on top is a region's, too
 */
export function settle(depth: number, top: boolean): void {
  const { frames } = thread;
  for (let i = depth; i < thread.depth; i++) {
    if (frames[2 * i]! >= 0) continue;
    frames[2 * i] = ~frames[2 * i]!;
    putBack(frames[2 * i + 1]!);
  }
  if (top) putBack(thread.fp);
}

/** Puts what an inlined function has into its slots, and what those have that it is inlined in. @param around the frame of the region */
function fillSlots({ outer, at, sources, doubles }: Inlined, around: number): void {
  if (outer !== undefined) fillSlots(outer, around);
  const base = around + at;
  for (const [slot, source] of sources) {
    S[base + slot] = source.kind === 'constant' ? source.value : S[around + source.slot]!;
  }
  for (const slot of doubles) S[base + slot] = asSmall(F[base + slot]!);
}

/** Makes the frame of an inlined function in which the thread stands, and puts it on top. Its slots are filled. @param around as there */
function makeFrame({ outer, at, next, place, global, fn }: Inlined, around: number): void {
  if (outer !== undefined) makeFrame(outer, around);
  const { fp, frames } = thread;
  const base = around + at;
  // Where the receiver may be that more than one of them read.
  if (place !== undefined) S[base - 1] = (S[base + fn.arity - 1] as Instance).classValue.methods[place]!;
  if (global !== undefined) S[base - 1] = thread.vm.globals[global]!;
  frames[2 * thread.depth] = next;
  frames[2 * thread.depth + 1] = fp;
  thread.depth++;
  thread.fp = base;
}

/** Makes the frames of the inlined function that the thread stands in, and of those that it is inlined in, if it does. */
export function makeInlined(): void {
  const inlined = takeInlined();
  if (inlined === undefined) return;
  const around = thread.fp;
  fillSlots(inlined, around);
  makeFrame(inlined, around);
}

/** Whether the thread's registers say where it was thrown. @param failed as of `raised` */
export const isPlaced = (thrown: unknown, failed: number): boolean =>
  failed >= 0 || thrown instanceof ErrorValue || thrown instanceof Shortage || thrown instanceof Interrupt;

/**
 * What a driver, or a handler in a region, has to handle that runs the frame. The thread's registers stand where the statement begins that has thrown.
 *
 * @param failed the pc behind the instruction that has thrown, where it said so; else -1
 * @param pc the instruction that the statement is for
 */
export function raised(thrown: unknown, failed: number, pc: number): Raised {
  if (!(thrown instanceof Interrupt && thrown.where === 'safepoint')) {
    const { fn } = closureAt(thread.fp);
    thread.pc =
      failed < 0 ? settled(codeOf(fn)!, thread.pc, pc, thrown, thread.fp) : instructionBefore(fn, failed);
  }
  return new Raised(thrown);
}

/** The same of what was thrown, and says where, in a frame of a region at `depth`, or in one above it. */
export function raisedAbove(thrown: unknown, failed: number, depth: number): Raised {
  settle(depth, true);
  makeInlined();
  return raised(thrown, failed, purposeAtExit());
}
