/**
 * From an exception to the handler that takes it: turns whatever was thrown below an engine into an error value, gives it
 * its trace, and drops frames until a handler covers the place, or the run's first frame is passed.
 */

import { narrow, opcodes, operandsAt, pops } from '../isa/isa';
import { ErrorValue, errors } from '../runtime/errors';
import type { Handler, LinkedFunction } from '../runtime/linked';
import { bytesOf, Shortage } from '../runtime/memory';
import { closureAt, Interrupt, type Thread } from '../runtime/thread';
import { HostFunction, type Value } from '../runtime/value';
import { framesSeen, place } from './trace';

/**
 * Sets the thread's registers to the handler of what was thrown by the instruction at `pc` of the frame at `fp`; to the
 * instruction itself where it only wanted a census.
 *
 * @throws ErrorValue where there is no handler
 * @throws Interrupt the one it was given, the registers being where to go on
 */
export function unwind(thread: Thread, thrown: unknown, pc: number, fp: number): void {
  if (!(thrown instanceof Interrupt && thrown.where === 'safepoint')) {
    thread.pc = pc;
    thread.fp = fp;
  }
  const { fn } = closureAt(thread.fp);
  const height = fn.heights[thread.pc]!;
  if (height >= 0) thread.sp = thread.fp + fn.localCount + height;
  if (thrown instanceof Interrupt) throw thrown;
  const error = thrown instanceof Shortage ? relieve(thread, thrown) : toError(thrown, fn, thread);
  if (error === undefined) return;
  const isNew = error.trace === undefined;
  place(thread, error);
  if (!error.catchable) throw error;
  if (isNew) payFor(error, thread);
  for (let depth = thread.depth, at = thread.pc, base = thread.fp, top = thread.sp; ; ) {
    const { fn } = closureAt(base);
    const handler = fn.handlers.find(({ start, end }) => at >= start && at < end);
    if (handler !== undefined) {
      // Never so in verified code.
      if (base + fn.localCount + handler.height > top) {
        throw errors.stackUnderflow(`a handler keeps ${handler.height} operands, and there are fewer`);
      }
      enterHandler(thread, fn, handler, error, base, depth);
      return;
    }
    if (depth === thread.floor) throw error;
    depth--;
    top = base - 1;
    at = thread.frames[2 * depth]! - 1;
    base = thread.frames[2 * depth + 1]!;
  }
}

/** Takes the census that an instruction needs before it begins again; gives the error where it cannot. */
function relieve(thread: Thread, shortage: Shortage): ErrorValue | undefined {
  const charged = thread.callBudget - thread.budget;
  thread.budget = thread.callBudget;
  const error = thread.vm.memory.relieve(shortage);
  if (error !== undefined) thread.budget -= charged;
  return error;
}

/** Fuel for an error on its way through the host. */
const throwCost = 16;

/** Charges an error that a guest may catch: the fuel for looking at its frames, the memory for what was found. */
function payFor({ trace, message }: ErrorValue, thread: Thread): void {
  thread.budget -= throwCost + framesSeen(thread);
  const bytes = bytesOf.error + bytesOf.traceEntry * trace!.length + bytesOf.string(message.length);
  thread.vm.memory.charge(bytes, thread.sp);
}

function enterHandler(
  thread: Thread,
  fn: LinkedFunction,
  handler: Handler,
  error: ErrorValue,
  base: number,
  depth: number,
): void {
  const sp = base + fn.localCount + handler.height;
  const guestValue = error.kind === 'thrown value' ? error.thrown : error;
  thread.stack[sp] = handler.kind === 'catch' ? guestValue : error;
  thread.depth = depth;
  thread.fp = base;
  thread.pc = handler.target;
  thread.sp = sp + 1;
}

/** What was thrown, as an error of the guest's world. Host exceptions are wrapped, their cause for the host only. */
function toError(thrown: unknown, fn: LinkedFunction, thread: Thread): ErrorValue {
  if (thrown instanceof ErrorValue) {
    if (thrown.kind === 'undefined variable') nameVariable(thrown, fn, thread.pc);
    return thrown;
  }
  // V8, JavaScriptCore and SpiderMonkey each raise their own class where the host's stack or a length is exhausted.
  const message = thrown instanceof Error ? thrown.message : '';
  if (/call stack|recursion/i.test(message)) return errors.stackOverflow("the host's stack is exhausted");
  if (thrown instanceof RangeError) return errors.outOfMemory('the host cannot make a value this large');
  return errors.host(hostCallee(fn, thread) ?? 'unknown', thrown);
}

/** Puts the name of the variable that the instruction at `pc` is about into the message. */
function nameVariable(error: ErrorValue, fn: LinkedFunction, pc: number): void {
  const info = opcodes[fn.code[pc]!]!;
  const kind = info.operands[0]?.kind;
  const index = operandsAt(fn.code, pc, info)[0];
  if (index === undefined) return;
  const name =
    kind === 'global'
      ? fn.module.globals[index]
      : kind === 'free'
        ? fn.source?.freeName(index)
        : fn.source?.localName(index, pc);
  if (name !== undefined) error.message = errors.undefinedVariable(name).message;
}

/** Ends the call of a host function that the thread has stopped at: its result is `value`. */
export function completeCall(thread: Thread, value: Value): void {
  const { code } = closureAt(thread.fp).fn;
  const info = opcodes[code[thread.pc]!]!;
  const argc = operandsAt(code, thread.pc, info)[0]!;
  thread.sp -= argc;
  thread.stack[thread.sp - 1] = value;
  thread.pc += info.size;
}

/** The name of the host function that the instruction at `thread.pc` calls. */
function hostCallee(fn: LinkedFunction, thread: Thread): string | undefined {
  const info = opcodes[fn.code[thread.pc]!]!;
  if (info.op !== narrow.OpCall.op) return undefined;
  const sp = thread.fp + fn.localCount + fn.heights[thread.pc]!;
  const callee = thread.stack[sp - pops(info, operandsAt(fn.code, thread.pc, info))];
  return callee instanceof HostFunction ? callee.name : undefined;
}
