/**
 * The control-flow graph of a function: basic blocks over its bytecode, dominators and natural loops. Only `OpLoop` jumps
 * backward, so blocks stand in the order of their code, and every cycle goes through one.
 */

import { effects, targetOf } from '../bytecode/effects';
import type { LinkedFunction } from '../runtime/linked';

export interface Block {
  readonly index: number;
  /** The pc of its first instruction. */
  readonly start: number;
  /** The pc behind its last instruction. */
  readonly end: number;
  /** Blocks that control can go on in, the fall-through first. */
  readonly successors: readonly number[];
  /** Blocks that an error in it can go on in. */
  readonly handlers: readonly number[];
  /** All blocks that control comes from, errors included. */
  readonly predecessors: readonly number[];
}

/** A natural loop: the blocks from which one of its back edges is reached without passing its header. */
export interface Loop {
  readonly header: number;
  /** Ends in an `OpLoop` to the header. */
  readonly latches: readonly number[];
  /** By rising index, the header first. */
  readonly blocks: readonly number[];
  /** The innermost loop around it: an index of `loops`, -1 without one. */
  readonly parent: number;
}

export interface ControlFlowGraph {
  readonly blocks: readonly Block[];
  /** By block: the block that dominates it immediately; -1 for the entry. */
  readonly dominators: Int32Array;
  /** Outer loops before those inside them. */
  readonly loops: readonly Loop[];
  /** Whether some backward jump goes to a block that does not dominate it: then there is a cycle that is no natural loop. */
  readonly irreducible: boolean;
}

/** Marks the pcs where blocks begin. Code that cannot be reached belongs to none. */
export function findLeaders(fn: LinkedFunction): Uint8Array {
  const { code, heights, handlers } = fn;
  const leaders = new Uint8Array(code.length + 1);
  leaders[0] = 1;
  for (const { start, end, target } of handlers) leaders[start] = leaders[end] = leaders[target] = 1;
  for (let pc = 0; pc < code.length; ) {
    const { size, jumps, falls } = effects[code[pc]!]!;
    const next = pc + size;
    if (heights[pc]! >= 0 && (jumps || !falls)) leaders[next] = 1;
    if (heights[pc]! >= 0 && jumps) leaders[targetOf(code, pc)] = 1;
    pc = next;
  }
  return leaders;
}

interface Draft {
  readonly start: number;
  readonly end: number;
  readonly falls: boolean;
  readonly target: number;
}

/** Blocks without their edges. */
function cutBlocks(fn: LinkedFunction): Draft[] {
  const { code, heights } = fn;
  const leaders = findLeaders(fn);
  const drafts: Draft[] = [];
  for (let pc = 0; pc < code.length; ) {
    if (heights[pc]! < 0) {
      pc += effects[code[pc]!]!.size;
      continue;
    }
    const start = pc;
    let last: number;
    do {
      last = pc;
      pc += effects[code[pc]!]!.size;
    } while (pc < code.length && leaders[pc] === 0);
    const { falls, jumps } = effects[code[last]!]!;
    drafts.push({ start, end: pc, falls, target: jumps ? targetOf(code, last) : -1 });
  }
  return drafts;
}

function connect(fn: LinkedFunction, drafts: readonly Draft[]): Block[] {
  const at = new Map(drafts.map(({ start }, index) => [start, index]));
  const predecessors: number[][] = drafts.map(() => []);
  return drafts.map(({ start, end, falls, target }, index) => {
    const next = falls ? at.get(end) : undefined;
    const jump = target < 0 ? undefined : at.get(target);
    const successors = [next, jump].filter((block) => block !== undefined);
    const covering = fn.handlers.filter((handler) => handler.start < end && start < handler.end);
    const handlers = [...new Set(covering.map((handler) => at.get(handler.target)!))];
    for (const successor of new Set([...successors, ...handlers])) predecessors[successor]!.push(index);
    return { index, start, end, successors, handlers, predecessors: predecessors[index]! };
  });
}

/**
 * Blocks in reverse postorder of a depth-first walk.
 *
 * @param count of all blocks
 * @param entry where the walk begins
 */
export function reversePostorder(
  count: number,
  entry: number,
  waysOut: (block: number) => readonly number[],
): number[] {
  const order: number[] = [];
  const seen = new Uint8Array(count);
  const stack = [{ block: entry, ways: waysOut(entry), next: 0 }];
  seen[entry] = 1;
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const successor = top.ways[top.next++];
    if (successor === undefined) {
      order.push(top.block);
      stack.pop();
    } else if (seen[successor] === 0) {
      seen[successor] = 1;
      stack.push({ block: successor, ways: waysOut(successor), next: 0 });
    }
  }
  return order.reverse();
}

/**
 * By block: the block that dominates it immediately; -1 for the first in the order and for those that are not in it. The
 * iteration of K. Cooper, T. Harvey and K. Kennedy, "A Simple, Fast Dominance Algorithm" (2001).
 *
 * @param count of all blocks
 * @param order in reverse postorder
 */
export function findDominators(
  count: number,
  order: readonly number[],
  waysIn: (block: number) => readonly number[],
): Int32Array {
  const entry = order[0]!;
  const rank = new Int32Array(count).fill(-1);
  for (const [i, block] of order.entries()) rank[block] = i;
  const dominators = new Int32Array(count).fill(-1);
  dominators[entry] = entry;
  const meet = (a: number, b: number): number => {
    let [x, y] = [a, b];
    while (x !== y) {
      while (rank[x]! > rank[y]!) x = dominators[x]!;
      while (rank[y]! > rank[x]!) y = dominators[y]!;
    }
    return x;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of order.slice(1)) {
      let found = -1;
      for (const from of waysIn(block)) {
        if (rank[from]! < 0 || dominators[from]! < 0) continue;
        found = found < 0 ? from : meet(found, from);
      }
      if (found !== dominators[block]) {
        dominators[block] = found;
        changed = true;
      }
    }
  }
  dominators[entry] = -1;
  return dominators;
}

/** Whether block `a` dominates block `b`. */
export function dominates(dominators: Int32Array, a: number, b: number): boolean {
  let block = b;
  while (block >= 0 && block !== a) block = dominators[block]!;
  return block === a;
}

/** The blocks of the loop that a header's latches close. */
function loopBody(blocks: readonly Block[], header: number, latches: readonly number[]): number[] {
  const body = new Set([header]);
  const pending = [...latches];
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    if (body.has(block)) continue;
    body.add(block);
    pending.push(...blocks[block]!.predecessors);
  }
  return [...body].sort((a, b) => a - b);
}

/** Natural loops from their headers and latches, outer ones first. */
function findLoops(blocks: readonly Block[], latches: ReadonlyMap<number, readonly number[]>): Loop[] {
  const bodies = [...latches].map(([header, ends]) => ({
    header,
    ends,
    body: loopBody(blocks, header, ends),
  }));
  // Of two loops that share blocks one contains the other, so the larger is the outer one.
  bodies.sort((a, b) => b.body.length - a.body.length || a.header - b.header);
  const innermost = new Int32Array(blocks.length).fill(-1);
  return bodies.map(({ header, ends, body }, index): Loop => {
    const parent = innermost[header]!;
    for (const block of body) innermost[block] = index;
    return { header, latches: ends, blocks: body, parent };
  });
}

/** Builds the graph of a verified function. */
export function controlFlow(fn: LinkedFunction): ControlFlowGraph {
  const blocks = connect(fn, cutBlocks(fn));
  const order = reversePostorder(blocks.length, 0, (block) => [
    ...blocks[block]!.successors,
    ...blocks[block]!.handlers,
  ]);
  const dominators = findDominators(blocks.length, order, (block) => blocks[block]!.predecessors);
  const latches = new Map<number, number[]>();
  let irreducible = false;
  for (const { index, start, successors } of blocks) {
    for (const target of successors) {
      if (blocks[target]!.start > start) continue;
      if (dominates(dominators, target, index)) latches.set(target, [...(latches.get(target) ?? []), index]);
      else irreducible = true;
    }
  }
  return { blocks, dominators, loops: findLoops(blocks, latches), irreducible };
}
