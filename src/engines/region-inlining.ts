/**
 * Inlining: which functions a region takes in where it calls them, and their code as it is then. Only those are taken in that
 * do not loop and call only such (`region-inlinable.ts`). One has no frame while it runs: its slots are where its frame would be, so they are a fixed way from the
 * frame around it, and arguments that are locals or constants are read where they are. Whatever would look at a frame - an error, a stop, a
 * census - comes out of a region as an exception, and the frame is made then.
 */

import { opcodes } from '../isa/isa';
import { Rewriting } from '../load/rewriting';
import { join, type SlotType, Types } from '../load/slot-types';
import { bodiesOf, type RegionNode, withBodies } from '../load/structured-code';
import { type SimpleStore, type Statement, slotTree, type Tree } from '../load/trees';
import type { LinkedFunction } from '../runtime/linked';
import { leave } from './region-exits';
import type { Frame, RegionSite } from './region-site';

/** Inlined functions inside each other, at most. */
export const mostInlined = 3;

/** A function that can be inlined. */
export interface Inlinable {
  readonly fn: LinkedFunction;
  readonly statements: readonly Statement[];
  readonly nodes: readonly RegionNode[];
  /** Parameters that it assigns to, which are variables of its own. */
  readonly assigned: ReadonlySet<number>;
  /** Whether it has no effect: then it may begin again at any time. */
  readonly pure: boolean;
  /** What it returns, where it does nothing else. */
  readonly result: Tree | undefined;
  /** Bytes that it comes to with what is inlined in it, about. */
  readonly bytes: number;
  /** How often it uses slots of its own that no argument comes in, and what is inlined in it, from its frame. */
  readonly uses: readonly (readonly [slot: number, weight: number])[];
  /** Frames that it would have, with those of what is inlined in it. */
  readonly depth: number;
}

/**
 * By function and pc of a call: how often a function was not called there that had been expected, and a region was given up for it. By pc of an
 * `OpThrow`: the same of an inlined function that was thrown from, once that was too often.
 */
const surprises = new WeakMap<LinkedFunction, Map<number, number>>();
const mostSurprises = 16;

function noteSurprises({ fn, pc }: RegionSite, count: number): void {
  let ofFunction = surprises.get(fn);
  if (ofFunction === undefined) surprises.set(fn, (ofFunction = new Map<number, number>()));
  ofFunction.set(pc, (ofFunction.get(pc) ?? 0) + count);
}

/** For a region that has expected another function: gives it up. */
export function surprise(site: RegionSite, fp: number): never {
  noteSurprises(site, 1);
  leave(site, fp);
}

/** Gives a region up where an inlined function throws: cells do that. Made anew before it is too often, a region would be the same. */
export function thrownFrom(site: RegionSite): (frame: Frame) => never {
  let count = 0;
  return (frame) => {
    if (++count === mostSurprises) noteSurprises(site, mostSurprises);
    leave(site, frame);
  };
}

/** Whether it can be told what a call calls, and whether an `OpThrow` is hardly ever reached. */
export const isSteady = (fn: LinkedFunction, pc: number): boolean =>
  (surprises.get(fn)?.get(pc) ?? 0) < mostSurprises;

/** How often regions of a function were given up for such. */
export const surprisesIn = (fn: LinkedFunction): number =>
  [...(surprises.get(fn)?.values() ?? [])].reduce((sum, count) => sum + count, 0);

/** Whether a statement raises an error: code that goes on with cells there is none the slower for it. */
export const isThrow = (fn: LinkedFunction, { pc }: Statement): boolean =>
  opcodes[fn.code[pc]!]!.op === 'OpThrow';

/** The code with all that is only done to raise an error as one statement, where cells take over. */
export function withoutThrows(fn: LinkedFunction, nodes: readonly RegionNode[]): readonly RegionNode[] {
  const inside = (node: RegionNode): RegionNode => withBodies(node, (body) => withoutThrows(fn, body));
  const last = nodes.at(-1);
  if (last?.kind === 'simple' && last.statement.kind === 'plain' && isThrow(fn, last.statement)) {
    const before = nodes.findLastIndex(({ kind }) => kind !== 'simple');
    const { start } = (nodes[before + 1] as typeof last).statement;
    const raised: RegionNode = { kind: 'simple', statement: { ...last.statement, start, first: [] } };
    return [...nodes.slice(0, before + 1).map(inside), raised];
  }
  return nodes.map(inside);
}

/** Where a parameter is read that has no slot of its own. */
export type Source = SimpleStore['value'];

/** What is known of the frame that an inlined function would have. */
export interface Inlined {
  readonly fn: LinkedFunction;
  /** The inlined function that it is inlined in. */
  readonly outer: Inlined | undefined;
  /** Its `fp`, from that of the region's frame. */
  readonly at: number;
  /** Where the caller goes on. */
  readonly next: number;
  /** By parameter: where its value is. */
  readonly sources: ReadonlyMap<number, Source>;
  /** Its locals that are kept as doubles. */
  readonly doubles: readonly number[];
  /** The place of the method that it is, among those of the class of its last argument. */
  readonly place: number | undefined;
  /** The global that holds its closure, where nothing has put that into its slot. */
  readonly global: number | undefined;
}

/** The types of an inlined function's slots, and of those around it. */
export class InlinedTypes extends Types {
  constructor(
    private readonly outer: Types,
    private readonly own: Types,
    private readonly base: number,
  ) {
    super();
  }

  at(slot: number): SlotType {
    return slot < this.base ? this.outer.at(slot) : this.own.at(slot - this.base);
  }
}

/** What all that is returned is. */
export function returnedIn(
  nodes: readonly RegionNode[],
  typeIn: (tree: Tree) => SlotType,
): SlotType | undefined {
  let type: SlotType | undefined;
  for (const node of nodes) {
    if (node.kind === 'return') type = join(type, typeIn(node.statement.value));
    for (const body of bodiesOf(node)) type = join(type, returnedIn(body, typeIn));
  }
  return type;
}

/** The code of a function with its slots `base` further, and with `sources` in the place of parameters. */
export class Moved extends Rewriting {
  constructor(
    private readonly base: number,
    private readonly sources: ReadonlyMap<number, Source>,
  ) {
    super();
  }

  protected override slot(slot: number): number {
    return slot + this.base;
  }

  protected tree(tree: Tree): Tree {
    if (tree.kind === 'slot') return this.sources.get(tree.slot) ?? slotTree(tree.slot + this.base);
    if (tree.kind === 'constant') return tree;
    return { ...tree, inputs: tree.inputs.map((input) => this.tree(input)) };
  }
}
