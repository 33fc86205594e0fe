/**
 * What a region assumes of the slots that it does not assign: that one holds an instance of the only shape that its sites have met, an array, or
 * a number, if it did when the region was made. A region tests that where it is entered, and nothing in it tests it again: an instance
 * never changes its shape. Where it does not hold, cells run the code, and if that happens often, the region is made anew without.
 */

import { opcodes } from '../isa/isa';
import { type SlotType, SlotTypes, Types, writtenBy } from '../load/slot-types';
import { type RegionNode, statementsIn } from '../load/structured-code';
import { type OpTree, type Statement, storesOf, type Tree, treesOf } from '../load/trees';
import type { Instance } from '../runtime/instances';
import type { LinkedFunction } from '../runtime/linked';
import type { Shape } from '../runtime/objects';
import { thread } from '../runtime/thread';
import type { Value } from '../runtime/value';
import { regionPlaces } from './generated/region-places';
import { argumentsOf, storedBy } from './region-callees';

/** What a slot holds: an instance of a shape, or a value of a kind. */
export type Assumption = Shape | 'array' | 'number';

/** By slot. */
export type Assumptions = ReadonlyMap<number, Assumption>;

/** The kinds of values that slots held when a region was made, by slot. */
export type Held = ReadonlyMap<number, Exclude<Assumption, Shape>>;

/** Uses that a test at the entry of a function is worth. */
const leastUses = 2;

export const holds = (assumption: Assumption, value: Value | undefined): boolean => {
  if (assumption === 'number') return typeof value === 'number';
  if (assumption === 'array') return value instanceof Array;
  return (value as Instance | null | undefined)?.shape === assumption;
};

/** What the frame at `fp` holds. */
export function heldBy({ localCount }: LinkedFunction, fp: number): Held {
  const held = new Map<number, Exclude<Assumption, Shape>>();
  for (let slot = 0; slot < localCount; slot++) {
    const value = thread.stack[fp + slot];
    if (typeof value === 'number') held.set(slot, 'number');
    else if (value instanceof Array) held.set(slot, 'array');
  }
  return held;
}

/** How the code of a region uses a slot. */
interface Use {
  /** Shapes that its sites have met in it; `undefined` for a site that has met many. */
  readonly shapes: Set<Shape | undefined>;
  readonly counts: Record<'shape' | 'array' | 'number', number>;
}

class Uses {
  private readonly bySlot = new Map<number, Use>();

  constructor(private readonly fn: LinkedFunction) {}

  private of(slot: number): Use {
    let use = this.bySlot.get(slot);
    if (use === undefined) {
      use = { shapes: new Set(), counts: { shape: 0, array: 0, number: 0 } };
      this.bySlot.set(slot, use);
    }
    return use;
  }

  member(object: Tree | undefined, pc: number): void {
    if (object?.kind !== 'slot') return;
    const cache = this.fn.caches[pc]!;
    const { shapes, counts } = this.of(object.slot);
    for (const { shape } of cache.known()) shapes.add(shape);
    if (cache.megamorphic) shapes.add(undefined);
    counts.shape++;
  }

  operands(tree: Tree): void {
    if (tree.kind !== 'op') return;
    tree.inputs.forEach((input, i) => {
      if (tree.op !== 'OpCall') this.operand(tree, input, regionPlaces[tree.op]![i]!);
      this.operands(input);
    });
  }

  private operand({ pc }: OpTree, input: Tree, places: string): void {
    if (input.kind !== 'slot') return;
    if (places.includes('o')) this.member(input, pc);
    if (places.includes('a')) this.of(input.slot).counts.array++;
    if (places.includes('i')) this.of(input.slot).counts.number++;
  }

  /** What can be assumed of a slot that held a value of that kind, and is used often enough. */
  assumption(slot: number, held: 'array' | 'number' | undefined, least: number): Assumption | undefined {
    const { shapes, counts } = this.of(slot);
    if (held !== undefined) return counts[held] >= least ? held : undefined;
    const [only] = shapes;
    return shapes.size === 1 && counts.shape >= least ? only : undefined;
  }

  slots(): Iterable<number> {
    return this.bySlot.keys();
  }
}

/**
 * What a region can assume.
 *
 * @param types what is known without assumptions
 * @param isLoop whether its code runs many times for each time that it is entered
 * @param unsteady slots of which nothing is to be assumed
 */
export function assumptionsOf(
  fn: LinkedFunction,
  nodes: readonly RegionNode[],
  held: Held,
  types: Types,
  isLoop: boolean,
  unsteady: ReadonlySet<number>,
): Assumptions {
  const uses = new Uses(fn);
  const excluded = new Set(unsteady);
  for (const statement of statementsIn(nodes)) {
    for (const tree of treesOf(statement)) uses.operands(tree);
    for (const { slot } of storesOf([statement])) excluded.add(slot);
    if (statement.kind === 'plain') for (const slot of writtenBy(fn, statement.pc)) excluded.add(slot);
    if (statement.kind === 'call' && opcodes[fn.code[statement.pc]!]!.op === 'OpInvoke')
      uses.member(storedBy(statement, argumentsOf(fn, statement).at - 1), statement.pc);
  }
  const assumptions = new Map<number, Assumption>();
  for (const slot of uses.slots()) {
    if (slot >= fn.localCount || excluded.has(slot) || types.at(slot) !== 'value') continue;
    const assumption = uses.assumption(slot, held.get(slot), isLoop ? 1 : leastUses);
    if (assumption !== undefined) assumptions.set(slot, assumption);
  }
  return assumptions;
}

export const numbersIn = (assumptions: Assumptions): number[] =>
  [...assumptions].flatMap(([slot, assumption]) => (assumption === 'number' ? [slot] : []));

/**
 * The types of slots where assumptions hold. Which are kept as doubles is the same for all code of a function, so numbers that are known by an
 * assumption only stay where values are.
 */
export class AssumedTypes extends Types {
  private readonly refined: Types;

  /**
   * @param statements with what variables of the module are assumed to hold
   * @param types what holds without assumptions
   */
  constructor(
    fn: LinkedFunction,
    statements: readonly Statement[],
    private readonly types: Types,
    private readonly assumptions: Assumptions,
  ) {
    super();
    const assigned = new Set(storesOf(statements).map(({ slot }) => slot));
    const given: SlotType[] = [];
    for (const slot of numbersIn(assumptions)) {
      if (slot < fn.arity && !assigned.has(slot)) given[slot] = 'integer';
    }
    this.refined = given.length > 0 ? new SlotTypes(fn, statements, given) : types;
  }

  at(slot: number): SlotType {
    const type = this.types.at(slot);
    if (type !== 'value') return type;
    if (this.assumptions.get(slot) === 'number') return 'integer';
    const refined = this.refined.at(slot);
    return refined === 'double' ? 'integer' : refined;
  }
}
