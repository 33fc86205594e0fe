/**
 * Which locals are live: whether the value that a local holds before an instruction can still be read. The usual backward
 * data-flow analysis, over the instructions of each block; an error can lead from anywhere in a block to its handlers.
 */

import { opcodes, operandsAt } from '../isa/isa';
import type { LinkedFunction } from '../runtime/linked';
import type { Block, ControlFlowGraph } from './cfg';

export interface LiveLocals {
  /** Whether a local is live before a block, by the block's index. */
  before(block: number, slot: number): boolean;
}

/** What a block does to locals: those it reads before it assigns them, and those it assigns. */
interface Effects {
  readonly reads: Uint8Array;
  readonly assigns: Uint8Array;
}

function effectsOf({ code, localCount }: LinkedFunction, { start, end }: Block): Effects {
  const reads = new Uint8Array(localCount);
  const assigns = new Uint8Array(localCount);
  for (let pc = start; pc < end; ) {
    const info = opcodes[code[pc]!]!;
    info.operands.forEach(({ kind }, i) => {
      if (kind !== 'local') return;
      const slot = operandsAt(code, pc, info)[i]!;
      if (info.op === 'OpSetLocal' || info.op === 'OpEmptyBox') assigns[slot] = 1;
      else if (assigns[slot] === 0) reads[slot] = 1;
    });
    pc += info.size;
  }
  return { reads, assigns };
}

export function liveLocals(fn: LinkedFunction, { blocks }: ControlFlowGraph): LiveLocals {
  const effects = blocks.map((block) => effectsOf(fn, block));
  const live = effects.map(({ reads }) => reads.slice());
  const flow = (block: number): boolean => {
    const { successors, handlers } = blocks[block]!;
    const { assigns } = effects[block]!;
    const own = live[block]!;
    let changed = false;
    const take = (from: Uint8Array, always: boolean): void => {
      for (let slot = 0; slot < own.length; slot++) {
        if (from[slot] === 0 || own[slot] === 1 || (!always && assigns[slot] === 1)) continue;
        own[slot] = 1;
        changed = true;
      }
    };
    for (const to of successors) take(live[to]!, false);
    for (const to of handlers) take(live[to]!, true);
    return changed;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (let block = blocks.length - 1; block >= 0; block--) changed = flow(block) || changed;
  }
  return { before: (block, slot) => live[block]![slot] === 1 };
}
