/**
 * Patching: puts another cell in the place of the one that does an instruction's work, before or while it runs, and puts it
 * back. Breakpoints, counters and whatever makes better code of a function while it runs are made of this. An instruction
 * that is not patched pays nothing.
 *
 * Code is shared: a patch belongs to the function, so every VM that runs the program on the same engine sees it.
 */

import { opcodes } from '../isa/isa';
import type { Cell, LinkedFunction } from '../runtime/linked';
import { thread } from '../runtime/thread';

/**
 * Makes the cell that runs in the place of `cell`, which does the work of the one instruction at the patched pc with its
 * operands in their slots, and returns the pc to go on at. Called again whenever the cell is made anew: what a patch counts
 * or remembers it keeps outside.
 */
export type Patch = (cell: Cell) => Cell;

/** Code that has been translated to cells. */
export interface PatchableCode {
  /** Makes the cell of the instruction at `pc` anew: its patches are others now. */
  refit(pc: number): void;
}

/** The patches of one function, by pc, those applied first before those around them. */
class Patches {
  readonly at = new Map<number, Patch[]>();
  code: PatchableCode | undefined;
}

const patched = new WeakMap<LinkedFunction, Patches>();

function patchesOf(fn: LinkedFunction): Patches {
  let patches = patched.get(fn);
  if (patches === undefined) {
    patches = new Patches();
    patched.set(fn, patches);
  }
  return patches;
}

const patchable = new WeakSet<LinkedFunction>();

/** For engines, when they prepare a function: its cells will be what `Cell` says, and made by way of `withPatches`. */
export const allowPatches = (fn: LinkedFunction): void => void patchable.add(fn);

/** For engines: says how cells of a function are made anew, once it has been translated. */
export function makePatchable(fn: LinkedFunction, code: PatchableCode): void {
  patchesOf(fn).code = code;
}

/** For engines: the pcs that are patched, each of an instruction that must have a cell of its own. */
export const patchedPcs = (fn: LinkedFunction): Iterable<number> => patched.get(fn)?.at.keys() ?? [];

/** For engines: whether there is any patch. */
export const isPatched = (fn: LinkedFunction): boolean => (patched.get(fn)?.at.size ?? 0) > 0;

/** For engines: the cell that runs at `pc`, given that of the instruction. */
export const withPatches = (fn: LinkedFunction, pc: number, cell: Cell): Cell =>
  patched
    .get(fn)
    ?.at.get(pc)
    ?.reduce((inner, patch) => patch(inner), cell) ?? cell;

/**
 * Replaces the cell at `pc`, from its next execution on, whether the function has been called, runs, or is paused. Patches of
 * one pc go around each other, the latest outermost. On the fused engine the instruction gets a cell of its own, and what
 * it was fused with is fused again when its last patch is undone.
 *
 * An instruction for which there was no fuel or memory begins again, and so does its patch.
 *
 * @param fn as linked for the engine that runs it: `program.linkFor(engine).functions[i]`
 * @returns what takes this patch away; calling it again does nothing
 * @throws RangeError unless an instruction that can be reached begins at `pc`
 * @throws TypeError where the function's engine runs no cells, or other ones
 */
export function patchCell(fn: LinkedFunction, pc: number, patch: Patch): () => void {
  if (!patchable.has(fn)) throw new TypeError(`'${fn.name}' is not run by cells that can be patched`);
  if (!(fn.heights[pc]! >= 0)) {
    throw new RangeError(`no instruction of '${fn.name}' that can be reached begins at ${pc}`);
  }
  const patches = patchesOf(fn);
  // A patch that is given twice is two patches.
  const own: Patch = (cell) => patch(cell);
  patches.at.set(pc, [...(patches.at.get(pc) ?? []), own]);
  thread.codeVersion++;
  patches.code?.refit(pc);
  return () => {
    const all = patches.at.get(pc) ?? [];
    if (!all.includes(own)) return;
    thread.codeVersion++;
    const left = all.filter((other) => other !== own);
    if (left.length > 0) patches.at.set(pc, left);
    else patches.at.delete(pc);
    patches.code?.refit(pc);
  };
}

/** The pc behind the instruction at `pc`. */
export const pcBehind = ({ code }: LinkedFunction, pc: number): number => pc + opcodes[code[pc]!]!.size;
