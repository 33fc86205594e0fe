/**
 * Calls as the cells of the fused engine make them, the arguments being in their slots. A function that calls nothing itself, a
 * *leaf*, is run by the cell of its caller and gets no frame: what would look at one - an error, a stop, a census - comes out of it
 * as an exception, and then the frame is made, as if it had been there.
 */

import { callHost, callMember, instanceFor, invoke, pushFrame } from '../runtime/calls';
import { Instance } from '../runtime/instances';
import { cellExit, type Leaf } from '../runtime/linked';
import { calleePlace } from '../runtime/members';
import { badCall } from '../runtime/slow';
import { thread } from '../runtime/thread';
import { Closure, HostFunction, type Value } from '../runtime/value';
import { failAt, type InvokeSite } from './cell-calls';

const S = thread.stack;

/** The site of a call: what is known of it when its cell is made. */
export interface CallSite {
  readonly argc: number;
  /** The slot of the first argument. */
  readonly at: number;
  /** The pc behind the call, where a frame that is left for the driver returns to. */
  readonly next: number;
  /** Where the result goes, a slot or -1 for the caller's own result, and where control goes on then, where both are at hand. */
  readonly to: number;
  readonly onward: number;
  /** Where control goes on if the result is `null` or `false`; `noBranch` where that makes no difference. */
  readonly otherwise: number;
  /** Of an `OpInvoke`. */
  readonly invoked: InvokeSite | undefined;
}

export const noBranch = -9;

/** The pc of the cell of a leaf that has thrown what is on its way to the driver; else -1. */
let failedInLeaf = -1;

/** For the driver that catches: where in the frame on top a leaf has thrown; -1 where none has. */
export function takeLeafFailure(): number {
  const pc = failedInLeaf;
  failedInLeaf = -1;
  return pc;
}

/** What comes after a call whose result is at hand. */
function goOn(value: Value, fp: number, site: CallSite): number {
  if (site.otherwise !== noBranch) return value === false || value === null ? site.otherwise : site.onward;
  S[fp + site.to] = value;
  return site.onward;
}

/** Runs a leaf with its arguments at `base`. @returns the pc to go on at, behind the call */
function runLeaf({ expression }: Leaf, closure: Closure, base: number, fp: number, site: CallSite): number {
  let pc = 0;
  try {
    if (expression !== undefined) return goOn(expression(base), fp, site);
    const { cells } = closure.fn;
    do pc = cells[pc]!(base);
    while (pc >= 0);
  } catch (thrown) {
    // Nothing here calls: where the host's stack is exhausted, it must be done all the same.
    const { depth, frames } = thread;
    frames[2 * depth] = site.next;
    frames[2 * depth + 1] = fp;
    thread.depth = depth + 1;
    thread.fp = base;
    S[base - 1] = closure;
    failedInLeaf = pc;
    throw thrown;
  }
  return goOn(S[base - 1]!, fp, site);
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
  fp: number,
  site: CallSite,
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
    return runLeaf(leaf, closure, base, fp, site);
  }
  pushFrame(thread, closure, argc, base, site.next, fp);
  if (receiver !== undefined) {
    S[base - 1] = closure;
    S[base + argc - 1] = receiver;
  }
  if ((thread.budget -= entryCost) < 0) thread.interrupt(0, base);
  return cellExit.frame;
}

/** `OpCall`: the callee is below the arguments. */
export function callAt(fp: number, site: CallSite): number {
  const base = fp + site.at;
  const callee = S[base - 1]!;
  if (callee instanceof Closure) return enter(callee, undefined, site.argc, base, fp, site);
  return callOther(callee, base, fp, site);
}

/** What a built-in function gives that only computes a number, of an argument that it takes: then nothing needs to be readied. */
function computedBy({ counts, ofNumbers, minArity }: HostFunction, value: Value): number | undefined {
  if (counts !== undefined) return counts(value);
  return ofNumbers !== undefined && typeof value === 'number' && minArity === 1
    ? ofNumbers(value)
    : undefined;
}

function callOther(callee: Value, base: number, fp: number, site: CallSite): number {
  if (!(callee instanceof HostFunction)) badCall(callee, site.argc);
  const computed = site.argc === 1 ? computedBy(callee, S[base]!) : undefined;
  if (computed !== undefined) return goOn(computed, fp, site);
  let result: Value;
  try {
    result = callHost(thread, callee, site.argc, base);
  } catch (thrown) {
    throw failAt(thrown, site.next);
  }
  return goOn(result, fp, site);
}

/** `OpInvoke`: the receiver is below the arguments. */
export function invokeAt(fp: number, site: CallSite): number {
  const base = fp + site.at;
  const receiver = S[base - 1]!;
  if (receiver instanceof Instance) {
    const { name, cache } = site.invoked!;
    const place = receiver.shape === cache.shape ? cache.place : calleePlace(receiver, name, cache);
    if (place >= 0) {
      return enter(receiver.classValue.methods[place]!, receiver, site.argc + 1, base, fp, site);
    }
    return invokeOther(receiver.fieldAt(~place), base, fp, site);
  }
  return invokeOther(undefined, base, fp, site);
}

/** @param member what a field of an instance holds; `undefined` where the receiver is no instance */
function invokeOther(member: Value | undefined, base: number, fp: number, site: CallSite): number {
  const { argc, next } = site;
  const { name, cache } = site.invoked!;
  let callee: Closure | undefined;
  try {
    callee =
      member === undefined
        ? invoke(thread, name, cache, argc, base, next, fp)
        : callMember(thread, member, name, argc, base, next, fp);
  } catch (thrown) {
    throw failAt(thrown, next);
  }
  if (callee === undefined) return goOn(S[base - 1]!, fp, site);
  if ((thread.budget -= callee.fn.entryCost) < 0) thread.interrupt(0, base);
  return cellExit.frame;
}

/** `OpNew`: the class is below the arguments. */
export function constructAt(fp: number, site: CallSite): number {
  const base = fp + site.at;
  const object = instanceFor(S[base - 1]!, site.argc);
  const { instances, methods } = object.classValue;
  const place = instances.constructorPlace;
  if (place !== undefined) return enter(methods[place]!, object, site.argc + 1, base, fp, site);
  return goOn(object, fp, site);
}
