/**
 * Expression trees, of values that need not go through the stack, and the statements over them: what code is before cells are made
 * of it.
 */

import type { DataOpName } from '../isa/isa';
import type { LinkedFunction } from '../runtime/linked';
import type { HostFunction, Value } from '../runtime/value';

/** A slot of the frame. */
export interface SlotTree {
  readonly kind: 'slot';
  readonly slot: number;
}

export interface ConstantTree {
  readonly kind: 'constant';
  readonly value: Value;
}

/** What a tree is the result of: a data instruction, or the call of a built-in function that only computes a number. */
export type TreeOp = DataOpName | 'OpCall';

/** A data instruction, or such a call, and what it takes. */
export interface OpTree {
  readonly kind: 'op';
  readonly op: TreeOp;
  readonly pc: number;
  /** Of a call: the index of the import that it calls, or nothing where its callee is a constant. */
  readonly operands: readonly number[];
  /** Of a call: its arguments. */
  readonly inputs: readonly Tree[];
  /** Of a call: the function that it is expected to call. */
  readonly builtin: HostFunction | undefined;
  /** Of the read of a variable: the function of which it is known to hold a closure. */
  readonly holds?: LinkedFunction;
  /** Instructions in it, and how deep they are nested. */
  readonly size: number;
  readonly height: number;
}

export type Tree = SlotTree | ConstantTree | OpTree;

/** A value on its way to a slot. */
export interface Store {
  readonly slot: number;
  readonly value: Tree;
}

/** One that computes nothing. */
export interface SimpleStore {
  readonly slot: number;
  readonly value: SlotTree | ConstantTree;
}

interface Range {
  /** The pc of the first instruction that it covers. */
  readonly start: number;
  /** The pc behind the last. */
  readonly end: number;
  /** The instruction that does what the statement is for; its errors are the statement's. */
  readonly pc: number;
  /** What is stored before anything else: slots and constants, which one instruction copies together with others. */
  readonly first: readonly SimpleStore[];
}

export type Statement = Range &
  (
    | ({ readonly kind: 'store' } & Store)
    /** A data instruction that gives nothing. */
    | { readonly kind: 'effect'; readonly tree: OpTree }
    /** Goes on at `target` if the truth of the condition is `when`. */
    | { readonly kind: 'branch'; readonly condition: Tree; readonly when: boolean; readonly target: number }
    | { readonly kind: 'jump'; readonly target: number }
    | { readonly kind: 'loop'; readonly target: number }
    /** A call, of whatever instruction, after what it takes has been stored. */
    | { readonly kind: 'call'; readonly stores: readonly Store[] }
    | { readonly kind: 'return'; readonly value: Tree }
    /** One instruction as it is, its operands in their slots. */
    | { readonly kind: 'plain' }
  );

export const slotTree = (slot: number): SlotTree => ({ kind: 'slot', slot });

export const constantTree = (value: Value): ConstantTree => ({ kind: 'constant', value });

export function opTree(
  op: TreeOp,
  pc: number,
  operands: readonly number[],
  inputs: readonly Tree[],
  builtin?: HostFunction,
): OpTree {
  let size = 1;
  let height = 0;
  for (const input of inputs) {
    if (input.kind === 'op') {
      size += input.size;
      if (input.height > height) height = input.height;
    } else {
      size++;
    }
  }
  return { kind: 'op', op, pc, operands, inputs, builtin, size, height: height + 1 };
}

/** Whether a tree is the value that a slot holds already. */
export const isIn = (tree: Tree, slot: number): boolean => tree.kind === 'slot' && tree.slot === slot;

/** Whether a tree reads a slot from `first` on. */
export function readsFrom(tree: Tree, first: number): boolean {
  if (tree.kind === 'slot') return tree.slot >= first;
  return tree.kind === 'op' && tree.inputs.some((input) => readsFrom(input, first));
}

/** The instruction whose errors are those of a tree's own. */
export const pcOf = (tree: Tree, otherwise: number): number => (tree.kind === 'op' ? tree.pc : otherwise);

/** How often a tree reads a slot. */
export function readsOf(tree: Tree, slot: number): number {
  if (tree.kind === 'op') return tree.inputs.reduce((sum, input) => sum + readsOf(input, slot), 0);
  return isIn(tree, slot) ? 1 : 0;
}

/** What a statement computes, in order. */
export function treesOf(statement: Statement): readonly Tree[] {
  switch (statement.kind) {
    case 'store':
    case 'return':
      return [statement.value];
    case 'effect':
      return [statement.tree];
    case 'branch':
      return [statement.condition];
    case 'call':
      return statement.stores.map(({ value }) => value);
    default:
      return [];
  }
}

/** What statements put into slots, but for what calls take. */
export const storesOf = (statements: readonly Statement[]): readonly Store[] =>
  statements.flatMap((statement) => [...statement.first, ...(statement.kind === 'store' ? [statement] : [])]);
