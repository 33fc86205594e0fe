/**
 * The `threaded-tos` engine, for comparison: one closure an instruction, the top of the stack in a register. It is static stack
 * caching (M. A. Ertl, "Stack Caching for Interpreters", PLDI 1995) with two states, none or one value cached, of which the
 * state at each pc is known when cells are made. The register is a variable of the loop that runs the cells: they take it as
 * an argument and return what it will be, so the pc of the next instruction is not what they return but looked up.
 *
 * Where control flow meets, at calls and at handlers every operand is in its slot. Where an instruction throws, the loop puts
 * the register into its slot first, so whoever unwinds, takes a census or lets the instruction begin again finds all there.
 */

import { type ControlOpName, type DataOpName, type OpcodeInfo, opcodes, operandsAt } from '../isa/isa';
import { findLeaders } from '../load/cfg';
import { cellExit, type LinkedFunction } from '../runtime/linked';
import { unreachable } from '../runtime/slow';
import { closureAt, type Thread, thread } from '../runtime/thread';
import type { Value } from '../runtime/value';
import { returnWith, takeFailure } from './cell-calls';
import type { Engine } from './engine';
import { topCells } from './generated/threaded-tos';
import { instructionBefore } from './origin';
import { allowPatches, makePatchable, type PatchableCode, patchedPcs, pcBehind, withPatches } from './patch';
import { makeCell } from './threaded';
import type { TopCell, TopSite } from './top-cell';
import { unwind } from './unwind';

const S = thread.stack;

/** The cells of a function, as only this engine makes and runs them. */
const cellsOf = ({ cells }: LinkedFunction): TopCell[] => cells as unknown as TopCell[]; // it has prepared the function

const isTrue = (value: Value): boolean => value !== false && value !== null;

/** Puts the register into its slot, and does what the cell for operands in slots does. */
function spilling({ fn, pc, top }: TopSite): TopCell {
  const cell = makeCell(fn, pc);
  const at = top - 1;
  return (fp, register) => {
    S[fp + at] = register;
    return cell(fp);
  };
}

/** The control instructions whose top is in the register. */
const controlCells: Readonly<Record<ControlOpName, (site: TopSite) => TopCell>> = {
  OpJump({ operands, top }) {
    const target = operands[0]!;
    const at = top - 1;
    return (fp, register) => {
      S[fp + at] = register;
      return target;
    };
  },
  OpJumpIfFalse({ operands, next }) {
    const target = operands[0]!;
    return (_fp, register) => (isTrue(register) ? next : target);
  },
  OpJumpIfTrue({ operands, next }) {
    const target = operands[0]!;
    return (_fp, register) => (isTrue(register) ? target : next);
  },
  OpAnd({ operands, next, top }) {
    const target = operands[0]!;
    const at = top - 1;
    return (fp, register) => {
      if (isTrue(register)) return next;
      S[fp + at] = register;
      return target;
    };
  },
  OpOr({ operands, next, top }) {
    const target = operands[0]!;
    const at = top - 1;
    return (fp, register) => {
      if (!isTrue(register)) return next;
      S[fp + at] = register;
      return target;
    };
  },
  OpLoop: spilling,
  OpCall: spilling,
  OpInvoke: spilling,
  OpNew: spilling,
  OpReturn: () => (fp, register) => returnWith(register, fp),
  OpThrow: spilling,
};

/** Stores what a data instruction leaves, because control can come to the next one from elsewhere too. */
function settling(cell: TopCell, { fn, next }: TopSite): TopCell {
  const at = fn.localCount + fn.heights[next]! - 1;
  return (fp, register) => {
    S[fp + at] = cell(fp, register);
    return next;
  };
}

/** Makes the cells of a function, and finds where the top of the stack is before each instruction. */
class TopCode implements PatchableCode {
  /** Where every operand is in its slot. What was patched once stays among them: it may be running when its patch is undone. */
  private readonly leaders: Uint8Array;
  private inRegister = false;
  private patched: ReadonlySet<number> = new Set();

  constructor(private readonly fn: LinkedFunction) {
    this.leaders = findLeaders(fn);
    for (const pc of patchedPcs(fn)) this.settle(pc);
    makePatchable(fn, this);
  }

  /** Has the instruction at `pc` find all operands in their slots, and leave them there. */
  private settle(pc: number): void {
    this.leaders[pc] = this.leaders[pcBehind(this.fn, pc)] = 1;
  }

  refit(pc: number): void {
    this.settle(pc);
    this.translate();
  }

  /** Fills `cells` and `nexts` in place, so that a driver that has begun on them goes on with the real ones. */
  translate(): void {
    const { code, heights, nexts } = this.fn;
    const cells = cellsOf(this.fn);
    this.patched = new Set(patchedPcs(this.fn));
    this.inRegister = false;
    cells.length = nexts.length = 0;
    for (let pc = 0; pc < code.length; pc++) {
      cells.push(unreachable);
      nexts.push(0);
    }
    for (let pc = 0; pc < code.length; ) {
      const info = opcodes[code[pc]!]!;
      if (this.leaders[pc] === 1) this.inRegister = false;
      if (heights[pc]! < 0) this.inRegister = false;
      else if (this.patched.has(pc)) this.patch(pc);
      else if (info.control) this.control(pc, info);
      else this.data(pc, info);
      pc += info.size;
    }
  }

  private siteAt(pc: number, info: OpcodeInfo): TopSite {
    const { fn, inRegister } = this;
    return {
      fn,
      pc,
      operands: operandsAt(fn.code, pc, info),
      next: pc + info.size,
      top: fn.localCount + fn.heights[pc]!,
      inRegister,
    };
  }

  /** A patch goes around the cell for operands in slots, which returns the pc to go on at. */
  private patch(pc: number): void {
    cellsOf(this.fn)[pc] = withPatches(this.fn, pc, makeCell(this.fn, pc));
    this.inRegister = false;
  }

  private control(pc: number, info: OpcodeInfo): void {
    const op = info.op as ControlOpName; // the caller has looked
    cellsOf(this.fn)[pc] = this.inRegister ? controlCells[op](this.siteAt(pc, info)) : makeCell(this.fn, pc);
    this.inRegister = false;
  }

  private data(pc: number, info: OpcodeInfo): void {
    const site = this.siteAt(pc, info);
    const cell = topCells[info.op as DataOpName](site); // no control instruction
    const leaves = info.picture.outputs.length > 0;
    if (leaves && this.leaders[site.next] === 1) {
      cellsOf(this.fn)[pc] = settling(cell, site);
      return;
    }
    cellsOf(this.fn)[pc] = cell;
    this.fn.nexts[pc] = site.next;
    this.inRegister = leaves;
  }
}

/** Whether the data instruction at `pc` takes the top of the stack from the register: the one before has left it there. */
function takesRegister(fn: LinkedFunction, pc: number): boolean {
  if (opcodes[fn.code[pc]!]!.control) return false; // they store it before they do anything that can throw
  const before = instructionBefore(fn, pc);
  return before >= 0 && fn.nexts[before] === pc && opcodes[fn.code[before]!]!.picture.outputs.length > 0;
}

/** The slot of the top of the stack before the instruction at `pc`. */
const topSlot = ({ localCount, heights }: LinkedFunction, pc: number): number =>
  localCount + heights[pc]! - 1;

function run(thread: Thread): void {
  for (;;) {
    let { pc, fp } = thread;
    // Whoever set the registers has left all operands in their slots, and the instruction may want the last in the register.
    let register: Value = S[fp + topSlot(closureAt(fp).fn, pc)]!;
    try {
      for (;;) {
        const { fn } = closureAt(fp);
        const { nexts } = fn;
        const cells = cellsOf(fn);
        do {
          for (let next = nexts[pc]!; next > 0; next = nexts[pc]!) {
            register = cells[pc]!(fp, register);
            pc = next;
          }
          pc = cells[pc]!(fp, register) as number; // only cells that return a pc have no next one
        } while (pc >= 0);
        if (pc === cellExit.done) return;
        ({ pc, fp } = thread);
      }
    } catch (thrown) {
      takeFailure();
      const { fn } = closureAt(fp);
      if (takesRegister(fn, pc)) S[fp + topSlot(fn, pc)] = register;
      unwind(thread, thrown, pc, fp);
    }
  }
}

export const threadedTosEngine: Engine = {
  name: 'threaded-tos',
  prepare(fn) {
    allowPatches(fn);
    // The first call translates: a function that is never called costs one closure.
    fn.nexts[0] = 0;
    cellsOf(fn)[0] = () => {
      new TopCode(fn).translate();
      return 0;
    };
  },
  run,
};
