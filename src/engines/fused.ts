/**
 * The `fused` engine: one cell a statement. The values inside an expression are what closures return, so they live in the
 * host's registers and not on the stack; frames are explicit, and between any two cells everything is in its slot.
 */

import { ErrorValue } from '../runtime/errors';
import { type Cell, cellExit, type LinkedFunction } from '../runtime/linked';
import { Shortage } from '../runtime/memory';
import { closureAt, Interrupt, type Thread } from '../runtime/thread';
import { takeFailure } from './cell-calls';
import type { Engine } from './engine';
import { takeLeafFailure } from './fused-calls';
import type { FusedOptions } from './fused-cells';
import { codeOf, type FusedCode, translateFused } from './fused-code';
import { Bail } from './fused-site';
import { instructionBefore } from './origin';
import { allowPatches } from './patch';
import { unwind } from './unwind';

function run(thread: Thread): void {
  for (;;) {
    let { pc, fp } = thread;
    if (pc !== 0) codeOf(closureAt(fp).fn)!.enter(pc);
    try {
      for (;;) {
        const { cells } = closureAt(fp).fn;
        do pc = cells[pc]!(fp);
        while (pc >= 0);
        if (pc === cellExit.returned) {
          if (thread.depth === thread.floor) return;
          const depth = --thread.depth;
          pc = thread.frames[2 * depth]!;
          fp = thread.frames[2 * depth + 1]!;
          thread.fp = fp;
        } else {
          pc = 0;
          fp = thread.fp;
        }
      }
    } catch (thrown) {
      recover(thread, thrown, pc, fp);
    }
  }
}

/** Sets the registers to where control goes on after what the cell at `pc` has thrown, or throws it on. */
function recover(thread: Thread, thrown: unknown, driverPc: number, driverFp: number): void {
  const leafPc = takeLeafFailure();
  const isLeaf = leafPc >= 0;
  const pc = isLeaf ? leafPc : driverPc;
  const fp = isLeaf ? thread.fp : driverFp;
  const { fn } = closureAt(fp);
  const code = codeOf(fn);
  const behind = takeFailure();
  // A leaf calls no host; what the cell around it says is of the call.
  const failed = isLeaf ? -1 : behind;
  if (thrown instanceof Bail) {
    code!.isolate(pc, thrown.pc);
    thread.pc = pc;
    thread.fp = fp;
    return;
  }
  const place = failed < 0 ? placeIn(code, pc, thrown, fp) : instructionBefore(fn, failed);
  unwind(thread, thrown, place, fp);
}

/** The pc of the instruction that has thrown in the cell at `pc`, with what it takes in its slots. */
const placeIn = (code: FusedCode | undefined, pc: number, thrown: unknown, fp: number): number =>
  code === undefined ? pc : settled(code, pc, code.purposeOf(pc), thrown, fp);

/** The same for an instruction whose statement begins at `start`. */
export function settled(code: FusedCode, start: number, pc: number, thrown: unknown, fp: number): number {
  // What a call takes has been stored before it fails.
  if (pc === start || code.calls(pc)) return pc;
  if (thrown instanceof Interrupt && thrown.where === 'safepoint') return pc;
  const own = thrown instanceof ErrorValue || thrown instanceof Shortage || thrown instanceof Interrupt;
  // Where the host's own stack is exhausted nothing more is computed.
  if (own) code.settle(start, pc, fp);
  return pc;
}

/** Readies a function: its first call translates it, so one that is never called costs one closure. */
export function prepareFused(fn: LinkedFunction, options: FusedOptions): void {
  allowPatches(fn);
  const translate: Cell = () => {
    translateFused(fn, options);
    return 0;
  };
  fn.cells[0] = translate;
}

/** @param options leave something out, to be compared with the engine that has all */
export const makeFusedEngine = (name: string, options: FusedOptions): Engine => ({
  name,
  prepare: (fn) => prepareFused(fn, options),
  run,
});

export const fusedEngine: Engine = makeFusedEngine('fused', { variants: true, superinstructions: true });
