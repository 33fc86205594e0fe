/**
 * What every engine does at a call: making the callee's frame, or running a host function in place.
 */

import { badCall } from './slow';
import type { Thread } from './thread';
import type { Closure, HostFunction, Value } from './value';

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

/** Calls a host function with the `argc` arguments at `base`. */
export function callHost(thread: Thread, callee: HostFunction, argc: number, base: number): Value {
  if (argc < callee.minArity || argc > callee.maxArity) badCall(callee, argc);
  const { stack } = thread;
  thread.top = base + argc;
  thread.mark();
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
