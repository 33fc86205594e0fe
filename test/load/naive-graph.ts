/**
 * Dominators and natural loops said as plainly as can be, at whatever cost: what the control-flow graph is held against.
 */

import { opcodes, operandsAt } from '../../src/isa/isa';
import type { LinkedFunction } from '../../src/runtime/linked';

/** Where control can go on after the instruction at `pc`, errors included. */
export function waysFrom({ code, handlers }: LinkedFunction, pc: number): number[] {
  const info = opcodes[code[pc]!]!;
  const ways = info.falls ? [pc + info.size] : [];
  const target = info.operands.findIndex(({ kind }) => kind === 'target');
  if (target >= 0) ways.push(operandsAt(code, pc, info)[target]!);
  for (const handler of handlers) if (handler.start <= pc && pc < handler.end) ways.push(handler.target);
  return ways;
}

/** What can be reached from `start` without passing `avoided`. */
export function reachable(
  start: number,
  ways: (from: number) => readonly number[],
  avoided: number | undefined,
): Set<number> {
  const seen = new Set<number>();
  const todo = start === avoided ? [] : [start];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    for (const next of ways(at)) if (next !== avoided) todo.push(next);
  }
  return seen;
}
