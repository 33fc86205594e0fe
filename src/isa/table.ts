/**
 * The shape of an entry of the instruction table, and the two ways of making one.
 */

import type { ErrorKind } from '../runtime/errors';
import type { Value } from '../runtime/value';
import type { OperandKindName } from './operands';

/** Names and kinds of operands, in the order they are encoded in. */
export type Operands = Readonly<Record<string, OperandKindName>>;

interface Described {
  readonly operands: Operands;
  /**
   * What it takes from the stack and what it leaves, the top at the right: `a b -- sum`. `items[count]` stands for as
   * many values as the operand `count` says, `entries[2*count]` for twice as many. A picture whose results are all
   * names from its left side is a shuffle and needs no body.
   */
  readonly stack: string;
  /** One sentence for the documentation. */
  readonly says: string;
}

/**
 * An instruction whose meaning is the same expression in every engine. The body's parameters are its operands and then
 * its inputs, by name; it gives the value to push, or nothing where the picture has no result.
 */
export interface DataInstruction extends Described {
  // biome-ignore lint/suspicious/noExplicitAny: bodies differ in their parameters; the generator checks them by name
  readonly body: ((...args: any[]) => Value | void) | null;
}

/** An instruction that decides what runs next; each engine has its own hand-written form of it. */
export interface ControlInstruction extends Described {
  readonly control: {
    /** Whether the next instruction can follow it. */
    readonly falls: boolean;
    /** Errors it can raise; those of a data instruction are computed from its body. */
    readonly traps: readonly ErrorKind[];
    /** The stack picture where the jump is taken, if it differs. */
    readonly taken?: string;
  };
}

export type Instruction = DataInstruction | ControlInstruction;

type Parts<T> = Omit<T, 'operands'> & { readonly operands?: Operands };

export const data = (parts: Parts<DataInstruction>): DataInstruction => ({ operands: {}, ...parts });

/** A rearrangement of the stack: the picture says it all. */
export const shuffle = (parts: Omit<Parts<DataInstruction>, 'body'>): DataInstruction => ({
  operands: {},
  ...parts,
  body: null,
});

export const control = (parts: Parts<ControlInstruction>): ControlInstruction => ({ operands: {}, ...parts });
