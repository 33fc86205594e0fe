/**
 * Which slots hold instances of one shape for as long as a region runs, as far as its sites have seen: what a region tests when it is
 * entered, and then no access to their fields and no call of their methods tests again. An instance never changes its shape, so a slot that the
 * region does not assign needs no other test.
 */

import { opcodes } from '../isa/isa';
import { type RegionNode, statementsIn } from '../load/regions';
import { writtenBy } from '../load/slot-types';
import { storesOf, type Tree, treesOf } from '../load/trees';
import type { LinkedFunction } from '../runtime/linked';
import type { Shape } from '../runtime/objects';
import { argumentsOf, storedBy } from './region-callees';

/** By slot: the shape of what is in it. */
export type Shapes = ReadonlyMap<number, Shape>;

export const noShapes: Shapes = new Map();

/** Accesses that a test at the entry is worth. */
const leastAccesses = 2;

/** What the sites say of a slot. */
interface Seen {
  /** `undefined` where they differ. */
  readonly shape: Shape | undefined;
  readonly accesses: number;
}

/** @param unsteady slots that have held other instances than was expected of them */
export function steadyShapes(
  fn: LinkedFunction,
  nodes: readonly RegionNode[],
  unsteady: ReadonlySet<number>,
): Shapes {
  const seen = new Map<number, Seen>();
  const assigned = new Set(unsteady);
  const note = (object: Tree | undefined, pc: number): void => {
    if (object?.kind !== 'slot') return;
    const cache = fn.caches[pc]!;
    const [only, ...others] = cache.known();
    if (only === undefined) return;
    const before = seen.get(object.slot);
    const agrees = others.length === 0 && !cache.megamorphic && (before?.shape ?? only.shape) === only.shape;
    const isKnown = before === undefined || before.shape !== undefined;
    seen.set(object.slot, {
      shape: agrees && isKnown ? only.shape : undefined,
      accesses: (before?.accesses ?? 0) + 1,
    });
  };
  const walk = (tree: Tree): void => {
    if (tree.kind !== 'op') return;
    if (tree.op === 'OpGetField' || tree.op === 'OpSetField') note(tree.inputs[0], tree.pc);
    for (const input of tree.inputs) walk(input);
  };
  for (const statement of statementsIn(nodes)) {
    for (const tree of treesOf(statement)) walk(tree);
    for (const { slot } of storesOf([statement])) assigned.add(slot);
    if (statement.kind === 'plain') for (const slot of writtenBy(fn, statement.pc)) assigned.add(slot);
    if (statement.kind === 'call' && opcodes[fn.code[statement.pc]!]!.op === 'OpInvoke') {
      note(storedBy(statement, argumentsOf(fn, statement).at - 1), statement.pc);
    }
  }
  const shapes = new Map<number, Shape>();
  for (const [slot, { shape, accesses }] of seen) {
    if (slot < fn.localCount && !assigned.has(slot) && shape !== undefined && accesses >= leastAccesses)
      shapes.set(slot, shape);
  }
  return shapes;
}
