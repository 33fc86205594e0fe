/**
 * Calls that regions make and that no template is worth: of host functions, of methods that a site has not met first, and of
 * constructors; and calls that are refused.
 */

import { opcodes } from '../isa/isa';
import { callHost, codeChanged } from '../runtime/calls';
import { findCallee } from '../runtime/inline-cache';
import { Instance } from '../runtime/instances';
import type { LinkedFunction } from '../runtime/linked';
import * as make from '../runtime/make';
import * as members from '../runtime/members';
import { ClassValue } from '../runtime/objects';
import { closureAt, thread } from '../runtime/thread';
import { Closure, HostFunction, type Value } from '../runtime/value';
import { failAt } from './cell-calls';
import { codeOf } from './fused-code';
import { at, deep, leave, leftAll, orLeave, regionCounters } from './region-exits';
import type { CallSite, InvokeSite, RegionSite, Step } from './region-site';

const S = thread.stack;

/** Calls the host function in the callee's slot. */
function callHostAt(site: CallSite, fp: number, callee: HostFunction): Value {
  const base = fp + site.at;
  at(site, fp);
  try {
    return callHost(thread, callee, site.argc, base);
  } catch (thrown) {
    if (thrown === codeChanged) throw leftAll(site.next, fp);
    at(site, fp);
    throw failAt(thrown, site.next);
  }
}

export function callOther(site: CallSite, fp: number): Value {
  const callee = S[fp + site.at - 1]!;
  if (!(callee instanceof HostFunction)) leave(site, fp);
  return callHostAt(site, fp, callee);
}

/** Whether a call has room for a frame, on the host's stack too. */
const hasRoom = (fn: LinkedFunction, base: number): boolean =>
  thread.depth < thread.hostDepth && base + fn.room <= thread.hostSlots;

/** Makes the frame of a call that has room for it, and runs it. */
function run(closure: Closure, base: number, next: number, fp: number): Value {
  const { depth, frames } = thread;
  frames[2 * depth] = ~next;
  frames[2 * depth + 1] = fp;
  thread.depth = depth + 1;
  S[base - 1] = closure;
  const result = closure.fn.enter(base);
  thread.depth = depth;
  return result;
}

export function invokeOther(site: InvokeSite, fp: number): Value {
  const base = fp + site.at;
  const receiver = S[base - 1]!;
  if (!(receiver instanceof Instance)) return invokeStatic(site, fp, receiver);
  at(site, fp);
  const place = members.calleePlace(receiver, site.name, site.cache);
  if (place < 0) return orLeave(callMember(site, fp, receiver.fieldAt(~place)), site, fp);
  const method = receiver.classValue.methods[place]!;
  if (method.fn.arity !== site.argc + 1 || !hasRoom(method.fn, base)) leave(site, fp);
  S[base + site.argc] = receiver;
  return run(method, base, site.next, fp);
}

/** The method of an instance that a site calls, for a call that hands its arguments over; `undefined` where it calls anything else. */
export function methodOn({ name, cache, argc }: InvokeSite, receiver: Value): Closure | undefined {
  if (!(receiver instanceof Instance)) return undefined;
  const place = cache.lookUp(receiver.shape, name, findCallee);
  if (place === undefined || place < 0) return undefined;
  const method = receiver.classValue.methods[place]!;
  return method.fn.arity === argc + 1 ? method : undefined;
}

/** Calls what a field holds; gives `undefined` where it cannot be called. */
function callMember(site: InvokeSite, fp: number, value: Value): Value | undefined {
  const base = fp + site.at;
  if (value instanceof HostFunction) return callHostAt(site, fp, value);
  if (!(value instanceof Closure) || value.fn.arity !== site.argc || !hasRoom(value.fn, base))
    return undefined;
  return run(value, base, site.next, fp);
}

function invokeStatic(site: InvokeSite, fp: number, receiver: Value): Value {
  if (!(receiver instanceof ClassValue)) leave(site, fp);
  at(site, fp);
  // Looking far up costs fuel, which a call that is made again has not cost yet.
  thread.mark();
  const { value } = members.calleeOf(receiver, site.name, site.cache);
  const result = callMember(site, fp, value);
  if (result !== undefined) return result;
  thread.takeBack();
  leave(site, fp);
}

/** `OpNew`, which has to see that there is room before it makes anything. */
export function constructOther(site: CallSite, fp: number): Value {
  const base = fp + site.at;
  const classValue = S[base - 1]!;
  if (!(classValue instanceof ClassValue)) leave(site, fp);
  const place = classValue.instances.constructorPlace;
  const initializer = place === undefined ? undefined : classValue.methods[place]!;
  if (initializer === undefined ? site.argc > 0 : initializer.fn.arity !== site.argc + 1) leave(site, fp);
  if (initializer !== undefined && !hasRoom(initializer.fn, base)) leave(site, fp);
  at(site, fp);
  const object = make.instance(classValue);
  if (initializer === undefined) return object;
  S[base + site.argc] = object;
  return run(initializer, base, site.next, fp);
}

/** What has to be done before a built-in function is called: it may want a census or more fuel, and begin again. */
export function before(site: CallSite, base: number, fp: number): void {
  thread.top = base + site.argc;
  at(site, fp);
  thread.mark();
}

/** Runs the cell of one instruction. */
export const plain =
  (site: RegionSite, cell: (fp: number) => number): Step =>
  (fp) => {
    at(site, fp);
    cell(fp);
  };

/** The callee's frame at `base` is refused: its caller makes the call again, from cells. */
export function refuse(base: number): never {
  const depth = --thread.depth;
  const fp = thread.frames[2 * depth + 1]!;
  const next = ~thread.frames[2 * depth]!;
  const { fn } = closureAt(fp);
  const code = codeOf(fn)!;
  const start = code.callBefore(next);
  // A method has taken the place of its receiver.
  if (opcodes[fn.code[code.purposeOf(start)]!]!.op === 'OpInvoke')
    S[base - 1] = S[base + closureAt(base).fn.arity - 1]!;
  regionCounters.deep++;
  thread.pc = start;
  thread.fp = fp;
  throw deep;
}
