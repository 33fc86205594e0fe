/**
 * What the templates of the fused engine are given: where operands come from, and how a closure gives up.
 */

import type { Cell, LinkedFunction } from '../runtime/linked';
import type { HostFunction, Value } from '../runtime/value';
import type { CallSite } from './fused-calls';

/** Computes a value on the frame at `fp`. */
export type Expression = (fp: number) => Value;

/** Where an operand comes from; `run` computes it whatever its place. */
export interface Operand {
  readonly place: 'slot' | 'constant' | 'expression';
  /** From `fp`, where its place is a slot. */
  readonly slot: number;
  /** Where its place is a constant. */
  readonly value: Value;
  readonly run: Expression;
}

/** What is known of an instruction in an expression when its closure is made. */
export interface FusedSite {
  readonly fn: LinkedFunction;
  readonly pc: number;
  readonly operands: readonly number[];
  /** Of a superinstruction: those of all its instructions, in the order of evaluation. */
  readonly inputs: readonly Operand[];
  /** Of the call of a built-in function that only computes a number: which it is expected to be. */
  readonly builtin: HostFunction | undefined;
  /** The other instructions of a superinstruction, in the order of evaluation from the outside in. */
  readonly inner: readonly FusedSite[];
}

/** What becomes of a statement's result, and where control goes on. */
export interface Goal {
  /** The slot that it is put into, where it is. */
  readonly to: number;
  /** The pc to go on at where it is true, of a branch. */
  readonly target: number;
  /** The pc to go on at else. */
  readonly next: number;
}

/**
 * The closures that an instruction can become. None is left out: a host's prototype could show in its place. A closure keeps
 * nothing of the site but what it reads, so sites are gone when a function has been translated.
 */
export interface Template {
  /** Inside an expression. Absent where the instruction has no fast path. */
  readonly value: ((site: FusedSite) => Expression) | undefined;
  /** A statement that puts the result into a slot. */
  readonly store: ((site: FusedSite, goal: Goal) => Cell) | undefined;
  /** A statement that branches on whether the result is true. */
  readonly branch: ((site: FusedSite, goal: Goal) => Cell) | undefined;
  /** A statement, of an instruction without a result. */
  readonly effect: ((site: FusedSite, goal: Goal) => Cell) | undefined;
}

/** The instructions of a superinstruction; `null` for what any operand can be. */
export interface Shape {
  readonly op: string;
  readonly inputs: readonly (Shape | null)[];
}

export interface Superinstruction {
  readonly shape: Shape;
  readonly template: Template;
}

/** A value that a call takes, on its way to its slot. */
export interface CallStore {
  readonly to: number;
  readonly value: Operand;
  readonly run: Expression;
}

export type CallOp = 'OpCall' | 'OpInvoke' | 'OpNew';

/**
 * Makes the cell of a call: what it takes is stored in order, and then it is made.
 */
export type CallTemplate = (stores: readonly CallStore[], site: CallSite) => Cell;

/**
 * Thrown inside an expression by an instruction that is off its fast path: it has done nothing, nor has anything before it in
 * the statement.
 */
export class Bail {
  /** @param pc of the instruction */
  constructor(readonly pc: number) {}
}

export function bail(pc: number): never {
  throw new Bail(pc);
}

/** What an attempt of the instruction at `pc` has given, if it has given anything. */
export function orBail<T>(value: T | undefined, pc: number): T {
  if (value === undefined) throw new Bail(pc);
  return value;
}
