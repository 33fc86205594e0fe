/**
 * What a compiler can do wrong with the builder, made by name in one place.
 */

import { type HeightViolation, showOffset } from './heights';

export type BuildErrorKind =
  | HeightViolation['rule']
  | 'limit'
  | 'operand'
  | 'label'
  | 'backward jump'
  | 'class'
  | 'program';

export interface BuildErrorData {
  readonly kind: BuildErrorKind;
  /** The function's name; absent where the module as a whole is at fault. */
  readonly function?: string;
  /** Offset in the function's code. */
  readonly offset?: number;
  /** What there may be at most of `what`, and how many there are. */
  readonly limit?: { readonly what: string; readonly most: number; readonly actual: number };
}

/** A module that cannot be built. */
export class BuildError extends Error {
  override readonly name = 'BuildError';

  constructor(
    message: string,
    readonly data: BuildErrorData,
  ) {
    super(message);
  }
}

const inFunction = (name: string): string => `function '${name}'`;

export const buildErrors = {
  limit: (what: string, most: number, actual: number, fn?: string) =>
    new BuildError(
      `${fn === undefined ? 'the module' : inFunction(fn)} has too many ${what}: ${actual}, ${most} at most`,
      { kind: 'limit', limit: { what, most, actual }, ...(fn === undefined ? {} : { function: fn }) },
    ),
  operand: (fn: string, detail: string) =>
    new BuildError(`${inFunction(fn)}: ${detail}`, { kind: 'operand', function: fn }),
  label: (fn: string, detail: string) =>
    new BuildError(`${inFunction(fn)}: ${detail}`, { kind: 'label', function: fn }),
  handler: (fn: string, detail: string) =>
    new BuildError(`${inFunction(fn)}: ${detail}`, { kind: 'handler', function: fn }),
  backwardJump: (fn: string, mnemonic: string, offset: number, target: number) =>
    new BuildError(
      `${inFunction(fn)} at ${showOffset(offset)}: ${mnemonic} may not jump ${
        target > offset ? 'forward' : 'backward'
      }, to ${showOffset(target)}`,
      { kind: 'backward jump', function: fn, offset },
    ),
  height: (fn: string, { rule, offset, detail }: HeightViolation) =>
    new BuildError(`${inFunction(fn)} at ${showOffset(offset)}: ${rule}: ${detail}`, {
      kind: rule,
      function: fn,
      offset,
    }),
  class: (detail: string) => new BuildError(`the module: ${detail}`, { kind: 'class' }),
  program: (detail: string) => new BuildError(`the program: ${detail}`, { kind: 'program' }),
};
