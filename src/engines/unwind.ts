/**
 * From an exception to the handler that takes it: turns whatever was thrown below an engine into an error value, gives it
 * its trace, and drops frames until a handler covers the place, or the run's first frame is passed.
 */

import { opcodes, operandsAt, pops } from '../isa/isa';
import { ErrorValue, errors, ObjectError } from '../runtime/errors';
import type { Handler, LinkedFunction } from '../runtime/linked';
import { bytesOf, FramesWanted, Shortage } from '../runtime/memory';
import { closureAt, Interrupt, type Thread } from '../runtime/thread';
import { HostFunction, type Value } from '../runtime/value';
import { objectName, variableName } from './origin';
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
  const found = findHandler(thread, thread.floor);
  if (found === undefined) throw error;
  enterHandler(thread, found, error);
}

/** A handler, and its frame. */
interface Found {
  readonly handler: Handler;
  readonly base: number;
  readonly depth: number;
}

/** The innermost handler of what is thrown by the instruction at `pc`. */
export const handlerOf = ({ handlers }: LinkedFunction, pc: number): Handler | undefined =>
  handlers.find(({ start, end }) => pc >= start && pc < end);

/** The handler of an error where the thread stands, in that frame or in one below it down to the one at `floor`. */
function findHandler(thread: Thread, floor: number): Found | undefined {
  for (let depth = thread.depth, at = thread.pc, base = thread.fp, top = thread.sp; ; ) {
    const { fn } = closureAt(base);
    const handler = handlerOf(fn, at);
    if (handler !== undefined) {
      // Never so in verified code.
      if (base + fn.localCount + handler.height > top) {
        throw errors.stackUnderflow(`a handler keeps ${handler.height} operands, and there are fewer`);
      }
      return { handler, base, depth };
    }
    if (depth === floor) return undefined;
    depth--;
    top = base - 1;
    at = thread.frames[2 * depth]! - 1;
    base = thread.frames[2 * depth + 1]!;
  }
}

/** Whether what is thrown where the thread stands leads to the frame at `depth` and its handler at `target`. */
export function leadsTo(thread: Thread, depth: number, target: number): boolean {
  const { fn } = closureAt(thread.fp);
  thread.sp = thread.fp + fn.localCount + fn.heights[thread.pc]!;
  const found = findHandler(thread, depth);
  return found?.depth === depth && found.handler.target === target;
}

/** Takes the census that an instruction needs, if it does, before it begins again; gives the error where it cannot. */
function relieve(thread: Thread, shortage: Shortage): ErrorValue | undefined {
  const charged = thread.callBudget - thread.budget;
  thread.budget = thread.callBudget;
  if (shortage instanceof FramesWanted) return undefined; // they are there now
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

function enterHandler(thread: Thread, { handler, base, depth }: Found, error: ErrorValue): void {
  const sp = base + closureAt(base).fn.localCount + handler.height;
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
    if (thrown instanceof ObjectError && thrown.trace === undefined) nameObject(thrown, fn, thread.pc);
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
  const name = variableName(fn, pc);
  if (name !== undefined) error.message = errors.undefinedVariable(name).message;
}

/** Says in the message which variable or field the object came from. */
function nameObject(error: ObjectError, fn: LinkedFunction, pc: number): void {
  const name = objectName(fn, pc);
  if (name !== undefined) error.message += ` (in '${name}')`;
}

/** Ends the call of a host function that the thread has stopped at: its result is `value`. */
export function completeCall(thread: Thread, value: Value): void {
  const { code } = closureAt(thread.fp).fn;
  const info = opcodes[code[thread.pc]!]!;
  thread.sp -= pops(info, operandsAt(code, thread.pc, info)) - 1;
  thread.stack[thread.sp - 1] = value;
  thread.pc += info.size;
}

/** The name of the host function that the instruction at `thread.pc` calls. */
function hostCallee(fn: LinkedFunction, thread: Thread): string | undefined {
  const info = opcodes[fn.code[thread.pc]!]!;
  const operands = operandsAt(fn.code, thread.pc, info);
  if (info.op === 'OpInvoke') return String(fn.constants[operands[0]!]);
  if (info.op !== 'OpCall') return undefined;
  const sp = thread.fp + fn.localCount + fn.heights[thread.pc]!;
  const callee = thread.stack[sp - pops(info, operands)];
  return callee instanceof HostFunction ? callee.name : undefined;
}
