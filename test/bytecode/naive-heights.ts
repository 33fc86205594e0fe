/**
 * The rules of stack heights, said a second time as plainly as can be, at whatever cost: what the analysis is held against.
 */

import type { ModuleFunction } from '../../src/bytecode/module';
import { opcodes, operandsAt, pops } from '../../src/isa/isa';

/** The height by pc, or `undefined` where a rule is broken. The code must be well-formed. */
export function naiveHeights(fn: ModuleFunction): Map<number, number> | undefined {
  const { code, handlers } = fn;
  const heights = new Map<number, number>();
  const todo: [pc: number, height: number][] = [[0, 0]];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const [pc, height] = next;
    const known = heights.get(pc);
    if (known !== undefined && known !== height) return undefined;
    if (known !== undefined) continue;
    heights.set(pc, height);
    if (pc === code.length) {
      if (height !== 1) return undefined;
      continue;
    }
    const info = opcodes[code[pc]!]!;
    const operands = operandsAt(code, pc, info);
    const left = height - pops(info, operands);
    if (left < 0) return undefined;
    const target = info.operands.findIndex(({ kind }) => kind === 'target');
    if (target >= 0) todo.push([operands[target]!, left + info.takenPicture.outputs.length]);
    if (info.falls) todo.push([pc + info.size, left + info.picture.outputs.length]);
    for (const handler of handlers) {
      if (pc < handler.start || pc >= handler.end) continue;
      if (left < handler.height) return undefined;
      todo.push([handler.target, handler.height + 1]);
    }
  }
  return heights;
}
