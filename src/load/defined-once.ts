/**
 * Which globals a program defines once at most and never assigns: no more than one instruction gives such a global a value, in the
 * program's own code, where control passes once.
 */

import { instructionsIn, opcodes } from '../isa/isa';
import type { LinkedFunction } from '../runtime/linked';

/** @param functions of a module, the program first */
export function definedOnce(functions: readonly LinkedFunction[]): ReadonlySet<number> {
  if (functions.some(namesProgram)) return new Set();
  const once = new Set<number>();
  const varying = new Set<number>();
  functions.forEach((fn, i) => {
    const isAgain = i === 0 ? repeated(fn) : () => true;
    for (const { op, pc, operands } of instructionsIn(fn.code)) {
      if (op !== 'OpSetGlobal' && op !== 'OpDefineGlobal') continue;
      const [index] = operands as [number];
      if (op === 'OpSetGlobal' || once.has(index) || isAgain(pc)) varying.add(index);
      once.add(index);
    }
  });
  for (const index of varying) once.delete(index);
  return once;
}

/** Whether a function makes a closure of the program, which could run again then. As it takes no arguments, it is no method. */
function namesProgram(fn: LinkedFunction, index: number): boolean {
  for (const { op, operands } of instructionsIn(fn.code)) {
    if (op === 'OpClosure' ? operands[0] === 0 : op === 'OpSelf' && index === 0) return true;
  }
  return false;
}

/** Tells where control may come more than once: between the target of a jump back and that. Handlers lie behind what they cover. */
function repeated(fn: LinkedFunction): (pc: number) => boolean {
  const ranges: (readonly [from: number, to: number])[] = [];
  for (const { pc, operands } of instructionsIn(fn.code)) {
    if (opcodes[fn.code[pc]!]!.operands[0]?.kind === 'target') ranges.push([operands[0]!, pc]);
  }
  return (pc) => ranges.some(([from, to]) => from <= pc && pc <= to);
}
