/**
 * Calls as the cells of the fused engine make them, the arguments being in their slots. A function that calls nothing itself, a
 * *leaf*, is run by the cell of its caller and gets no frame: what would look at one - an error, a stop, a census - comes out of it
 * as an exception, and then the frame is made, as if it had been there.
 */

import { callHost, callMember, instanceFor, invoke, pushFrame } from '../runtime/calls';
import { cellExit, type Leaf } from '../runtime/linked';
import { calleePlace } from '../runtime/members';
import { Instance } from '../runtime/objects';
import { badCall } from '../runtime/slow';
import { thread } from '../runtime/thread';
import { Closure, HostFunction, type Value } from '../runtime/value';
import { failAt, type InvokeSite } from './cell-calls';

const S = thread.stack;

/** Where a leaf has thrown what is on its way to the driver; -1 where none has. */
let failedLeaf = -1;

/** For the driver that catches: the pc of the cell that has thrown in the frame on top, where a leaf has; else -1. */
export function takeFailedLeaf(): number {
  const pc = failedLeaf;
  failedLeaf = -1;
  return pc;
}

/** Runs a leaf with its arguments at `base`. @returns the pc to go on at, behind the call */
function runLeaf({ expression }: Leaf, closure: Closure, base: number, next: number, fp: number): number {
  let pc = 0;
  try {
    if (expression !== undefined) {
      S[base - 1] = expression(base);
    } else {
      const { cells } = closure.fn;
      do pc = cells[pc]!(base);
      while (pc >= 0);
    }
  } catch (thrown) {
    // Nothing here calls: where the host's stack is exhausted, it must be done all the same.
    const { depth, frames } = thread;
    frames[2 * depth] = next;
    frames[2 * depth + 1] = fp;
    thread.depth = depth + 1;
    thread.fp = base;
    S[base - 1] = closure;
    failedLeaf = pc;
    throw thrown;
  }
  return next;
}

/**
 * Calls a closure with the `argc` arguments at `base`.
 *
 * @param receiver of a method: the last of them, on its way to its slot
 */
function enter(
  closure: Closure,
  receiver: Instance | undefined,
  argc: number,
  base: number,
  next: number,
  fp: number,
): number {
  const { fn } = closure;
  const { leaf, arity, localCount, entryCost } = fn;
  if (
    leaf !== undefined &&
    argc === arity &&
    thread.depth < thread.frameRoom &&
    base + fn.frameSize <= thread.slotRoom &&
    thread.budget >= entryCost
  ) {
    thread.budget -= entryCost;
    if (receiver !== undefined) {
      S[base + argc - 1] = receiver;
      if (leaf.readsClosure) S[base - 1] = closure;
    }
    for (let slot = base + arity; slot < base + localCount; slot++) S[slot] = null;
    return runLeaf(leaf, closure, base, next, fp);
  }
  pushFrame(thread, closure, argc, base, next, fp);
  if (receiver !== undefined) {
    S[base - 1] = closure;
    S[base + argc - 1] = receiver;
  }
  if ((thread.budget -= entryCost) < 0) thread.interrupt(0, base);
  return cellExit.frame;
}

/** `OpCall`: the callee is below the `argc` arguments at `base`. */
export function callAt(base: number, argc: number, next: number, fp: number): number {
  const callee = S[base - 1]!;
  if (callee instanceof Closure) return enter(callee, undefined, argc, base, next, fp);
  return callOther(callee, argc, base, next);
}

function callOther(callee: Value, argc: number, base: number, next: number): number {
  if (!(callee instanceof HostFunction)) badCall(callee, argc);
  try {
    S[base - 1] = callHost(thread, callee, argc, base);
  } catch (thrown) {
    throw failAt(thrown, next);
  }
  return next;
}

/** `OpInvoke`: the receiver is below the arguments. */
export function invokeAt(base: number, argc: number, next: number, fp: number, site: InvokeSite): number {
  const receiver = S[base - 1]!;
  if (receiver instanceof Instance) {
    const { cache } = site;
    const place = receiver.shape === cache.shape ? cache.place : calleePlace(receiver, site.name, cache);
    if (place >= 0) {
      return enter(receiver.classValue.methods[place]!, receiver, argc + 1, base, next, fp);
    }
    return invokeOther(receiver.slots[~place], base, argc, next, fp, site);
  }
  return invokeOther(undefined, base, argc, next, fp, site);
}

/** @param member what a field of an instance holds; `undefined` where the receiver is no instance */
function invokeOther(
  member: Value | undefined,
  base: number,
  argc: number,
  next: number,
  fp: number,
  { name, cache }: InvokeSite,
): number {
  let callee: Closure | undefined;
  try {
    callee =
      member === undefined
        ? invoke(thread, name, cache, argc, base, next, fp)
        : callMember(thread, member, name, argc, base, next, fp);
  } catch (thrown) {
    throw failAt(thrown, next);
  }
  if (callee === undefined) return next;
  if ((thread.budget -= callee.fn.entryCost) < 0) thread.interrupt(0, base);
  return cellExit.frame;
}

/** `OpNew`: the class is below the arguments. */
export function constructAt(base: number, argc: number, next: number, fp: number): number {
  const object = instanceFor(S[base - 1]!, argc);
  const { instances, methods } = object.classValue;
  const place = instances.constructorPlace;
  if (place !== undefined) return enter(methods[place]!, object, argc + 1, base, next, fp);
  S[base - 1] = object;
  return next;
}
