/**
 * Traces: where the active frames of a run stand, for errors.
 */

import type { ErrorValue, TraceEntry } from '../runtime/errors';
import type { LinkedFunction } from '../runtime/linked';
import { closureAt, type Thread } from '../runtime/thread';
import { instructionBefore } from './origin';

/** Frames looked at, and entries kept, at each end of a long trace. */
const framesAtEachEnd = 500;
const entriesAtEachEnd = 20;

/** How many frames a trace that is made now looks at. */
export const framesSeen = (thread: Thread): number =>
  Math.min(thread.depth - thread.floor + 1, 2 * framesAtEachEnd);

/** The call that returns to `pc`. Code that nobody has verified does not show it, and its last byte must do. */
function callBefore(fn: LinkedFunction, pc: number): number {
  const call = instructionBefore(fn, pc);
  return call < 0 ? pc - 1 : call;
}

/** Gives an error the trace of where the thread stands, unless it has one. */
export function place(thread: Thread, error: ErrorValue): void {
  error.trace ??= traceOf(thread);
}

/** Where a waiting frame goes on: of one that waits on the host's stack, what stands there says so, too. */
function goesOnAt({ frames }: Thread, waiting: number): number {
  const pc = frames[2 * waiting]!;
  return pc < 0 ? ~pc : pc;
}

/** The place of `pc` in a function. Objects made by a spread would take several times as much, and a guest can keep many. */
function entryFor(fn: LinkedFunction, pc: number): TraceEntry {
  const { line, column } = fn.source?.positionAt(pc) ?? { line: 0, column: 0 };
  return { function: fn.name, file: fn.source?.file ?? '', line, column, repeated: 1 };
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
    const { fn } = closureAt(n === 0 ? thread.fp : thread.frames[2 * waiting + 1]!);
    // A caller's place is its call, so that it folds with an innermost frame that fails at the same call.
    const pc = n === 0 ? thread.pc : callBefore(fn, goesOnAt(thread, waiting));
    const last = entries.at(-1);
    if (last !== undefined && previous?.fn === fn && previous.pc === pc) {
      const { function: name, file, line, column, repeated } = last;
      entries[entries.length - 1] = { function: name, file, line, column, repeated: repeated + 1 };
    } else {
      previous = { fn, pc };
      entries.push(entryFor(fn, pc));
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
