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

/** Where ways meet, by function; found once for each in which an error needs it. */
const joinsOf = new WeakMap<LinkedFunction, ReadonlySet<number>>();

function joins(fn: LinkedFunction): ReadonlySet<number> {
  let found = joinsOf.get(fn);
  if (found === undefined) joinsOf.set(fn, (found = findJoins(fn)));
  return found;
}

/** What is reached in more than one way, going forward, and where handlers begin. */
function findJoins({ code, handlers }: LinkedFunction): Set<number> {
  const found = new Set(handlers.map(({ target }) => target));
  const reached = new Set<number>();
  for (let pc = 0; pc < code.length; ) {
    const info = opcodes[code[pc]!]!;
    const next = pc + info.size;
    const ways = info.falls ? [next] : [];
    if (info.operands[0]?.kind === 'target') ways.push(operandsAt(code, pc, info)[0]!);
    for (const way of ways) {
      if (way <= pc) continue;
      if (reached.has(way)) found.add(way);
      reached.add(way);
    }
    pc = next;
  }
  return found;
}

/** What pushed the operand that stands at `height` before the instruction at `pc`; -1 where that is not plain to see. */
function producer(fn: LinkedFunction, pc: number, height: number): number {
  const joined = joins(fn);
  for (let next = pc, at = -1; ; next = at) {
    // Where ways meet that have just made the operand, each has made another.
    if (joined.has(next) && fn.heights[next] === height + 1) return -1;
    at = instructionBefore(fn, next);
    if (at < 0) return -1;
    const info = infoAt(fn, at);
    const left = fn.heights[at]! - pops(info, operandsAt(fn.code, at, info));
    // Whoever reaches down to the operand has made it.
    if (left <= height) return left === height && info.falls ? at : -1;
  }
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
