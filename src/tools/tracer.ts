/**
 * Tracing: the threaded engine with cells that report themselves before they run. Code that is not traced pays nothing.
 */

import type { Engine } from '../engines/engine';
import { makeThreadedEngine } from '../engines/threaded';
import { opcodes, operandsAt } from '../isa/isa';
import type { LinkedFunction } from '../runtime/linked';
import { showBrief } from '../runtime/show';
import { thread } from '../runtime/thread';
import type { Value } from '../runtime/value';

/** An instruction that is about to run. */
export interface TraceStep {
  readonly fn: LinkedFunction;
  readonly pc: number;
  /** Its name and operands, as listings show it. */
  readonly instruction: string;
  /** The operands on the stack of its frame, the top last. */
  readonly stack: readonly Value[];
  /** Calls that wait below it. */
  readonly depth: number;
}

/** An engine that reports every step. */
export const tracingEngine = (report: (step: TraceStep) => void): Engine =>
  makeThreadedEngine((cell, fn, pc) => {
    const height = fn.heights[pc]!;
    if (height < 0) return cell;
    const info = opcodes[fn.code[pc]!]!;
    const instruction = [info.mnemonic, ...operandsAt(fn.code, pc, info)].join(' ');
    return (fp) => {
      const bottom = fp + fn.localCount;
      const stack = thread.stack.slice(bottom, bottom + height);
      report({ fn, pc, instruction, stack, depth: thread.depth - thread.floor });
      return cell(fp);
    };
  });

/** Characters of a value that a line shows. */
const longest = 60;

const brief = (value: Value): string =>
  showBrief(typeof value === 'string' ? JSON.stringify(value.slice(0, longest)) : value, longest);

/** A step as one line: indented by depth, with the stack before the instruction. */
export function traceLine({ fn, pc, instruction, stack, depth }: TraceStep): string {
  const place = `${'  '.repeat(Math.min(depth, 20))}${fn.name} ${String(pc).padStart(4, '0')} ${instruction}`;
  return `${place.padEnd(40)} [${stack.map(brief).join(',')}]`;
}
