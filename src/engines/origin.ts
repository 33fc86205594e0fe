/**
 * Where an operand came from, in the words of the source: errors about an object say which variable or field it is. Found in
 * the bytecode before the instruction, with the heights that the verifier proved.
 */

import { type OpcodeInfo, opcodes, operandsAt, pops } from '../isa/isa';
import type { LinkedFunction } from '../runtime/linked';

/** Accesses that a name tells at most: `a.b.c`. */
const longestChain = 4;

const infoAt = ({ code }: LinkedFunction, pc: number): OpcodeInfo => opcodes[code[pc]!]!;

/** The name of the variable that the instruction at `pc` is about. */
export function variableName(fn: LinkedFunction, pc: number): string | undefined {
  const info = infoAt(fn, pc);
  const index = operandsAt(fn.code, pc, info)[0];
  switch (info.operands[0]?.kind) {
    case 'global':
      return fn.module.globals[index!];
    case 'free':
      return fn.source?.freeName(index!);
    case 'local':
      // The name of a variable begins behind the instruction that defines it.
      return fn.source?.localName(index!, pc) ?? fn.source?.localName(index!, pc + info.size);
    default:
      return undefined;
  }
}

/** The instruction that begins before `pc`; -1 where none does. */
export function instructionBefore({ heights, code }: LinkedFunction, pc: number): number {
  let before = pc - 1;
  while (before >= 0 && heights[before]! < 0) before--;
  return before >= 0 && opcodes[code[before]!] !== undefined ? before : -1;
}

/** What pushed the operand that stands at `height` before the instruction at `pc`; -1 where that is not plain to see. */
function producer(fn: LinkedFunction, pc: number, height: number): number {
  for (let at = instructionBefore(fn, pc); at >= 0; at = instructionBefore(fn, at)) {
    const info = infoAt(fn, at);
    const left = fn.heights[at]! - pops(info, operandsAt(fn.code, at, info));
    // Whoever reaches down to the operand has made it.
    if (left <= height) return left === height && info.falls ? at : -1;
  }
  return -1;
}

/** How the source names what the instruction at `pc` pushes. */
function nameOf(fn: LinkedFunction, pc: number, chain: number): string | undefined {
  const info = infoAt(fn, pc);
  switch (info.op) {
    case 'OpGetLocal':
    case 'OpGetGlobal':
    case 'OpGetFree':
    case 'OpGetBoxed':
    case 'OpGetFreeBoxed':
      return variableName(fn, pc);
    case 'OpGetField': {
      if (chain === longestChain) return undefined;
      const from = producer(fn, pc, fn.heights[pc]! - 1);
      const object = from < 0 ? undefined : nameOf(fn, from, chain + 1);
      return object && `${object}.${String(fn.constants[operandsAt(fn.code, pc, info)[0]!])}`;
    }
    default:
      return undefined;
  }
}

/** How the source names the object that the instruction at `pc` works on: its first operand, or the class of `is`. */
export function objectName(fn: LinkedFunction, pc: number): string | undefined {
  const height = fn.heights[pc]!;
  if (height < 0) return undefined;
  const info = infoAt(fn, pc);
  const depth = info.op === 'OpIs' ? 1 : pops(info, operandsAt(fn.code, pc, info));
  const from = producer(fn, pc, height - depth);
  return from < 0 ? undefined : nameOf(fn, from, 1);
}
