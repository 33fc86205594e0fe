/**
 * What every engine does at a call: making the callee's frame, or running a host function in place.
 */

import { errors } from './errors';
import type { InlineCache } from './inline-cache';
import { Instance } from './instances';
import * as make from './make';
import { calleeOf } from './members';
import { FramesWanted } from './memory';
import { ClassValue } from './objects';
import { badCall, countOf } from './slow';
import type { Thread } from './thread';
import { Closure, HostFunction, type Value } from './value';

/**
 * Makes `closure`'s frame at `base`, its `argc` arguments being there already; the caller at `fp` will go on at
 * `returnPc`. The engine then loads its registers from the frame and passes the safepoint of the function's entry.
 */
export function pushFrame(
  thread: Thread,
  closure: Closure,
  argc: number,
  base: number,
  returnPc: number,
  fp: number,
): void {
  const { arity, localCount, frameSize } = closure.fn;
  if (argc !== arity) badCall(closure, argc);
  const { depth, stack } = thread;
  if (depth >= thread.frameRoom || base + frameSize > thread.slotRoom) thread.makeRoom(base + frameSize);
  const { frames } = thread;
  frames[2 * depth] = returnPc;
  frames[2 * depth + 1] = fp;
  thread.depth = depth + 1;
  thread.fp = base;
  // What an earlier frame left here must not be seen.
  for (let slot = base + arity; slot < base + localCount; slot++) stack[slot] = null;
}

/** Thrown when a host function has returned, its result being in the callee's slot: code that frames on the host's stack are in is not to be run any more. */
export const codeChanged = new (class CodeChanged {})();

/** Calls a host function with the `argc` arguments at `base`. @throws codeChanged as its name says */
export function callHost(thread: Thread, callee: HostFunction, argc: number, base: number): Value {
  if (argc < callee.minArity || argc > callee.maxArity) badCall(callee, argc);
  const { stack } = thread;
  thread.top = base + argc;
  thread.mark();
  if (thread.direct > 0 && !callee.isOwn) throw new FramesWanted();
  const { codeVersion } = thread;
  const result = called(thread, callee, argc, base);
  if (thread.codeVersion === codeVersion || thread.hostDepth === 0) return result;
  stack[base - 1] = result;
  throw codeChanged;
}

function called({ stack }: Thread, callee: HostFunction, argc: number, base: number): Value {
  switch (argc) {
    case 0:
      return callee.call();
    case 1:
      return callee.call(stack[base]!);
    case 2:
      return callee.call(stack[base]!, stack[base + 1]!);
    case 3:
      return callee.call(stack[base]!, stack[base + 1]!, stack[base + 2]!);
    default:
      return callee.call(...stack.slice(base, base + argc));
  }
}

/** Makes the frame of a method, or of a constructor: `this` stands behind the arguments, like one more of them. */
function pushMethod(
  thread: Thread,
  method: Closure,
  object: Instance,
  argc: number,
  base: number,
  returnPc: number,
  fp: number,
): Closure {
  pushFrame(thread, method, argc + 1, base, returnPc, fp);
  const { stack } = thread;
  stack[base - 1] = method;
  stack[base + argc] = object;
  return method;
}

/**
 * Calls `receiver.name(...)`: the receiver is in the slot where the callee of a call is, its arguments are at `base`.
 *
 * @returns the closure whose frame has been made, as by `pushFrame`; `undefined` where a host function has put its result in
 *   the receiver's place
 */
export function invoke(
  thread: Thread,
  name: string,
  cache: InlineCache,
  argc: number,
  base: number,
  returnPc: number,
  fp: number,
): Closure | undefined {
  const { stack } = thread;
  const receiver = stack[base - 1]!;
  if (receiver instanceof Instance && receiver.shape === cache.shape && cache.place >= 0) {
    const method = receiver.classValue.methods[cache.place]!;
    return pushMethod(thread, method, receiver, argc, base, returnPc, fp);
  }
  return invokeOther(thread, name, cache, argc, base, returnPc, fp);
}

/** A call of a method that the site has not met first, or of what is no method. */
function invokeOther(
  thread: Thread,
  name: string,
  cache: InlineCache,
  argc: number,
  base: number,
  returnPc: number,
  fp: number,
): Closure | undefined {
  const { stack } = thread;
  const receiver = stack[base - 1]!;
  const { value, isMethod } = calleeOf(receiver, name, cache);
  // Only an instance has methods, and they are closures.
  if (isMethod) return pushMethod(thread, value as Closure, receiver as Instance, argc, base, returnPc, fp);
  return callMember(thread, value, name, argc, base, returnPc, fp);
}

/** The rest of an `invoke` whose callee is what a field or a static field holds. */
export function callMember(
  thread: Thread,
  value: Value,
  name: string,
  argc: number,
  base: number,
  returnPc: number,
  fp: number,
): Closure | undefined {
  const { stack } = thread;
  if (value instanceof Closure) {
    pushFrame(thread, value, argc, base, returnPc, fp);
    stack[base - 1] = value;
    return value;
  }
  if (!(value instanceof HostFunction)) throw errors.memberNotCallable(value, name);
  stack[base - 1] = callHost(thread, value, argc, base);
  return undefined;
}

/** Makes the instance that `OpNew` makes of what it is given, with `argc` arguments for the constructor. */
export function instanceFor(callee: Value, argc: number): Instance {
  if (!(callee instanceof ClassValue)) throw errors.notConstructible(callee);
  const object = make.instance(callee);
  if (callee.instances.constructorPlace === undefined && argc > 0) {
    throw errors.noConstructor(callee.name, countOf(argc));
  }
  return object;
}

/**
 * Makes an instance of the class in the callee's slot and calls its constructor with the arguments at `base`.
 *
 * @returns the constructor, whose frame has been made; `undefined` where there is none and the instance is in the class's place
 */
export function construct(
  thread: Thread,
  argc: number,
  base: number,
  returnPc: number,
  fp: number,
): Closure | undefined {
  const { stack } = thread;
  const object = instanceFor(stack[base - 1]!, argc);
  const { instances, methods } = object.classValue;
  const place = instances.constructorPlace;
  if (place !== undefined) return pushMethod(thread, methods[place]!, object, argc, base, returnPc, fp);
  stack[base - 1] = object;
  return undefined;
}
