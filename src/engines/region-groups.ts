/**
 * Groups: calls of functions without effects, guests' or built-in ones of numbers, and the statement that takes their results. They are one expression, of which nothing is in
 * a slot before all is computed, so that doubles need no boxes. Where it cannot be computed, cells do all of it from the beginning.
 */

import { isGone, type RegionNode, takenBy } from '../load/structured-code';
import { type SlotTree, type Store, slotTree, type Tree } from '../load/trees';
import type { LinkedFunction } from '../runtime/linked';
import type { HostFunction } from '../runtime/value';
import { codeOf } from './fused-code';
import { type Call, type Callees, storedBy, type Target } from './region-callees';
import { firstValue, type Values } from './region-values';

/** Statements that are taken together at most. */
const mostInGroup = 16;

export interface GroupedCall {
  /** What it takes, the values of the group being in the place of operands. */
  readonly call: Call;
  /** What it calls: functions that are inlined, or a built-in one of numbers. */
  readonly targets: readonly Target[] | HostFunction;
  readonly result: SlotTree;
}

export interface Group {
  /** Where it begins, and the first instruction that its first statement is for. */
  readonly start: number;
  readonly pc: number;
  /** Fuel of all its calls. */
  readonly cost: number;
  readonly calls: readonly GroupedCall[];
  /** The statement that takes the results, what it takes in terms of them, and its place among the nodes. */
  readonly taker: RegionNode;
  readonly value: Tree;
  readonly last: number;
}

/** An operand that a group does not put into its slot. */
interface Pending {
  readonly tree: Tree;
  uses: number;
}

/** Fuel of a call. What is grouped together has one cost, and built-in functions of numbers have none. */
const costOf = (targets: GroupedCall['targets']): number =>
  targets instanceof Array ? targets[0]!.fn.entryCost : 0;

/** Finds groups in a function. */
export class Groups {
  constructor(
    private readonly fn: LinkedFunction,
    private readonly callees: Callees,
    private readonly values: Values,
  ) {}

  /** The group that begins at a node; `undefined` where none does. */
  find(nodes: readonly RegionNode[], from: number): Group | undefined {
    const pending = new Map<number, Pending>();
    const all: Pending[] = [];
    const calls: GroupedCall[] = [];
    const hold = (slot: number, tree: Tree): void => {
      const held = { tree, uses: 0 };
      pending.set(slot, held);
      all.push(held);
    };
    const held = (tree: Tree): Tree => {
      if (tree.kind === 'op') return { ...tree, inputs: tree.inputs.map(held) };
      if (tree.kind !== 'slot') return tree;
      const found = pending.get(tree.slot);
      if (found === undefined) {
        if (tree.slot >= this.fn.localCount && tree.slot < firstValue)
          highestRead = Math.max(highestRead, tree.slot);
        return tree;
      }
      found.uses++;
      return found.tree;
    };
    const code = codeOf(this.fn)!;
    // What is in its slot already must be there still where all begins again.
    let highestRead = -1;
    let lowestWritten = Number.POSITIVE_INFINITY;
    let last = from;
    for (; last < from + mostInGroup; last++) {
      const node = nodes[last];
      if (node?.kind !== 'simple' || node.statement.first.length > 0) break;
      const { statement } = node;
      if (statement.kind === 'store' && statement.slot >= this.fn.localCount && code.nests(statement.value)) {
        hold(statement.slot, held(statement.value));
      } else if (statement.kind === 'call') {
        const { at, argc } = this.callees.argumentsOf(statement);
        const stores: Store[] = [];
        for (let slot = at - 1; slot < at + argc; slot++) {
          const stored = storedBy(statement, slot);
          if (stored !== undefined) stores.push({ slot, value: held(stored) });
          else if (pending.has(slot)) stores.push({ slot, value: held(slotTree(slot)) });
          else highestRead = Math.max(highestRead, slot);
        }
        const call: Call = { ...statement, stores };
        const targets = this.callees.groupable(call) ?? this.callees.numeric(call);
        if (targets === undefined) break;
        const isMethod = targets instanceof Array && targets[0]!.shape !== undefined;
        const isReceiverStored = stores[0]?.slot === at - 1 && isMethod;
        lowestWritten = Math.min(lowestWritten, isReceiverStored ? at - 1 : at);
        const result = this.values.reserve();
        calls.push({ call, targets, result });
        hold(at - 1, result);
      } else {
        break;
      }
    }
    const taker = nodes[last];
    if (calls.length === 0 || taker === undefined) return undefined;
    const taken = takenBy(taker);
    if (
      taken === undefined ||
      !code.nests(taken.value) ||
      ![...pending.keys()].every((slot) => isGone(this.fn, slot, taken))
    )
      return undefined;
    const value = held(taken.value);
    if (highestRead >= lowestWritten) return undefined;
    // What is computed is computed once, and not left out.
    if (
      all.some(
        ({ tree, uses }) => uses !== 1 && (tree.kind === 'op' || calls.some(({ result }) => result === tree)),
      )
    )
      return undefined;
    const { statement: first } = nodes[from] as Extract<RegionNode, { kind: 'simple' }>; // it was taken in
    const cost = calls.reduce((sum, { targets }) => sum + costOf(targets), 0);
    return { start: first.start, pc: first.pc, cost, calls, taker, value, last };
  }
}
