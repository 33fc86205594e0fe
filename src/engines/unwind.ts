/**
 * From an exception to the handler that takes it: turns whatever was thrown below an engine into an error value, gives it
 * its trace, and drops frames until a handler covers the place, or the run's first frame is passed.
 */

import { narrow, opcodes, operandsAt, pops } from '../isa/isa';
import { ErrorValue, errors, type TraceEntry } from '../runtime/errors';
import type { Handler, LinkedFunction } from '../runtime/linked';
import { closureAt, Interrupt, type Thread } from '../runtime/thread';
import { HostFunction } from '../runtime/value';

/** Frames looked at, and entries kept, at each end of a long trace. */
const framesAtEachEnd = 500;
const entriesAtEachEnd = 20;

/**
 * Sets the thread's registers to the handler of what was thrown by the instruction at `pc` of the frame at `fp`.
 *
 * @throws ErrorValue where there is no handler
 */
export function unwind(thread: Thread, thrown: unknown, pc: number, fp: number): void {
  if (!(thrown instanceof Interrupt)) {
    thread.pc = pc;
    thread.fp = fp;
  }
  const { fn } = closureAt(thread.fp);
  const height = fn.heights[thread.pc]!;
  if (height >= 0) thread.sp = thread.fp + fn.localCount + height;
  const error = toError(thrown, fn, thread);
  error.trace ??= traceOf(thread);
  if (!error.catchable) throw error;
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
  if (thrown instanceof Interrupt) return thrown.error;
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

/** The name of the host function that the instruction at `thread.pc` calls. */
function hostCallee(fn: LinkedFunction, thread: Thread): string | undefined {
  const info = opcodes[fn.code[thread.pc]!]!;
  if (info.op !== narrow.OpCall.op) return undefined;
  const sp = thread.fp + fn.localCount + fn.heights[thread.pc]!;
  const callee = thread.stack[sp - pops(info, operandsAt(fn.code, thread.pc, info))];
  return callee instanceof HostFunction ? callee.name : undefined;
}

/** The place of `pc` in a function, for a trace. */
function placeOf(fn: LinkedFunction, pc: number): Omit<TraceEntry, 'repeated'> {
  const { line, column } = fn.source?.positionAt(pc) ?? { line: 0, column: 0 };
  return { function: fn.name, file: fn.source?.file ?? '', line, column };
}

/**
 * The active frames down to the floor, innermost first; repetitions folded, the middle of a long trace left out. Its cost
 * is bounded, since a guest that catches the error does not pay for it.
 */
function traceOf(thread: Thread): TraceEntry[] {
  const total = thread.depth - thread.floor + 1;
  const entries: TraceEntry[] = [];
  let previous: { fn: LinkedFunction; pc: number } | undefined;
  for (let n = 0; n < total; n++) {
    if (n === framesAtEachEnd && total > 2 * framesAtEachEnd) {
      n = total - framesAtEachEnd;
      entries.push(omitted(n - framesAtEachEnd));
      previous = undefined;
    }
    const waiting = thread.depth - n;
    // A caller's place is its call, so that it folds with an innermost frame that fails at the same call.
    const pc = n === 0 ? thread.pc : thread.frames[2 * waiting]! - narrow.OpCall.size;
    const { fn } = closureAt(n === 0 ? thread.fp : thread.frames[2 * waiting + 1]!);
    const last = entries.at(-1);
    if (last !== undefined && previous?.fn === fn && previous.pc === pc) {
      entries[entries.length - 1] = { ...last, repeated: last.repeated + 1 };
    } else {
      previous = { fn, pc };
      entries.push({ ...placeOf(fn, pc), repeated: 1 });
    }
  }
  if (entries.length <= 2 * entriesAtEachEnd) return entries;
  const middle = entries.slice(entriesAtEachEnd, -entriesAtEachEnd);
  const frames = middle.reduce((sum, { repeated }) => sum + repeated, 0);
  return [...entries.slice(0, entriesAtEachEnd), omitted(frames), ...entries.slice(-entriesAtEachEnd)];
}

/** Stands in a trace for frames that are left out. */
const omitted = (frames: number): TraceEntry => ({
  function: '...',
  file: '',
  line: 0,
  column: 0,
  repeated: frames,
});
