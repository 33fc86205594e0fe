/**
 * What a `break`, `continue` or `return` meets on its way out: loops, the ranges of handlers, and `finally` blocks.
 */

import type { Label } from '../bytecode/builder';

export type ExitKind = 'break' | 'continue' | 'return';

/** How control came to a `finally` block, as the number in its hidden local; `null` where it just fell into it. */
export const exitCodes = { throw: 1, break: 2, continue: 3, return: 4 } as const satisfies Record<
  ExitKind | 'throw',
  number
>;

export interface Loop {
  readonly kind: 'loop';
  /** Operands on the stack around it. */
  readonly height: number;
  readonly breakTo: Label;
  readonly continueTo: Label;
}

/** Code whose errors a handler catches. */
export interface Guard {
  readonly kind: 'guard';
  /** Operands that the handler keeps. */
  readonly height: number;
  /** The ranges covered so far. */
  readonly ranges: { readonly start: Label; readonly end: Label }[];
  /** Where the range begins that is not ended yet. */
  open: Label;
  /** The index of its first item. */
  readonly from: number;
}

/** A `finally` block that every way out of what it protects goes through. */
export interface Protection {
  readonly kind: 'protection';
  readonly height: number;
  readonly entry: Label;
  /** Slots of the exit code and of the value it goes with. */
  readonly code: number;
  readonly value: number;
  /** Ways out that were taken. */
  readonly exits: Set<ExitKind>;
}

export type Context = Loop | Guard | Protection;
