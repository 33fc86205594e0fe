/**
 * The `threaded` engine: one closure an instruction, each returning the pc of the next. Every height is known when a cell
 * is made, so cells work on constant slots of the frame and there is no stack pointer.
 */

import { type ControlOpName, type DataOpName, opcodes, operandsAt } from '../isa/isa';
import { type Cell, cellExit, type LinkedFunction } from '../runtime/linked';
import { raise, unreachable } from '../runtime/slow';
import { closureAt, type Thread, thread } from '../runtime/thread';
import { callAt, constructAt, invokeAt, returnWith, takeFailure } from './cell-calls';
import type { Engine } from './engine';
import { dataCells } from './generated/threaded';
import { allowPatches, makePatchable, withPatches } from './patch';
import type { Site } from './site';
import { unwind } from './unwind';

const S = thread.stack;

const controlCells: Readonly<Record<ControlOpName, (site: Site) => Cell>> = {
  OpJump({ operands }) {
    const target = operands[0]!;
    return () => target;
  },
  OpJumpIfFalse({ operands, next, top }) {
    const target = operands[0]!;
    const at = top - 1;
    return (fp) => {
      const condition = S[fp + at]!;
      return condition === false || condition === null ? target : next;
    };
  },
  OpJumpIfTrue({ operands, next, top }) {
    const target = operands[0]!;
    const at = top - 1;
    return (fp) => {
      const condition = S[fp + at]!;
      return condition === false || condition === null ? next : target;
    };
  },
  // The value that the jump keeps and the other way drops is in its place already.
  OpAnd: (site) => controlCells.OpJumpIfFalse(site),
  OpOr: (site) => controlCells.OpJumpIfTrue(site),
  OpLoop({ fn, pc, operands }) {
    const target = operands[0]!;
    const cost = fn.loopCosts[pc]!;
    return (fp) => {
      if ((thread.budget -= cost) < 0) thread.interrupt(target, fp);
      return target;
    };
  },
  OpCall({ operands, next, top }) {
    const argc = operands[0]!;
    const at = top - argc;
    return (fp) => callAt(fp + at, argc, next, fp);
  },
  OpInvoke({ fn, pc, operands, next, top }) {
    const argc = operands[1]!;
    const at = top - argc;
    const name = fn.constants[operands[0]!] as string; // as verified
    const site = { name, cache: fn.caches[pc]! };
    return (fp) => invokeAt(fp + at, argc, next, fp, site);
  },
  OpNew({ operands, next, top }) {
    const argc = operands[0]!;
    const at = top - argc;
    return (fp) => constructAt(fp + at, argc, next, fp);
  },
  OpReturn({ top }) {
    const at = top - 1;
    return (fp) => returnWith(S[fp + at]!, fp);
  },
  OpThrow({ top }) {
    const at = top - 1;
    return (fp) => raise(S[fp + at]!);
  },
};

/** The cell of the instruction at `pc`, which can be reached. */
export function makeCell(fn: LinkedFunction, pc: number): Cell {
  const info = opcodes[fn.code[pc]!]!;
  const site: Site = {
    fn,
    pc,
    operands: operandsAt(fn.code, pc, info),
    next: pc + info.size,
    top: fn.localCount + fn.heights[pc]!,
  };
  return info.control ? controlCells[info.op as ControlOpName](site) : dataCells[info.op as DataOpName](site); // `control` says which
}

/** Puts another cell in the place of one, to watch it: the closure it gets is what would run unwatched. */
export type CellWatch = (cell: Cell, fn: LinkedFunction, pc: number) => Cell;

/** Fills `fn.cells` in place, so that a driver that has begun on them goes on with the real ones. */
function translate(fn: LinkedFunction, watch: CellWatch | undefined): void {
  const { code, cells, heights } = fn;
  const cellAt = (pc: number): Cell => {
    if (heights[pc]! < 0) return unreachable;
    const cell = makeCell(fn, pc);
    return withPatches(fn, pc, watch === undefined ? cell : watch(cell, fn, pc));
  };
  cells.length = 0;
  for (let pc = 0; pc < code.length; pc++) cells.push(cellAt(pc));
  const refit = (pc: number): void => {
    cells[pc] = cellAt(pc);
  };
  makePatchable(fn, { refit });
}

/** Runs cells until the frame at the floor returns. */
export function runCells(thread: Thread): void {
  for (;;) {
    let { pc, fp } = thread;
    try {
      for (;;) {
        const { cells } = closureAt(fp).fn;
        do pc = cells[pc]!(fp);
        while (pc >= 0);
        if (pc === cellExit.done) return;
        ({ pc, fp } = thread);
      }
    } catch (thrown) {
      takeFailure();
      unwind(thread, thrown, pc, fp);
    }
  }
}

/** @param watch sees every cell that is made; unwatched code pays nothing for it */
export const makeThreadedEngine = (watch?: CellWatch): Engine => ({
  name: 'threaded',
  prepare(fn) {
    allowPatches(fn);
    // The first call translates: a function that is never called costs one closure.
    fn.cells[0] = () => {
      translate(fn, watch);
      return 0;
    };
  },
  run: runCells,
});

export const threadedEngine: Engine = makeThreadedEngine();
