/**
 * What each kind of operand may be in one function of one module: the rule that the builder, the verifier and the
 * assembler's errors share.
 */

import type { OperandKindName } from '../isa/operands';
import { type Module, type ModuleFunction, moduleLimits } from './module';

/** The counts that the ranges follow from. */
export interface Counts {
  readonly constants: number;
  readonly functions: number;
  readonly classes: number;
  readonly globals: number;
  readonly imports: number;
  readonly locals: number;
  readonly free: number;
  /** Bytes of the function's code. */
  readonly code: number;
}

/** By kind: an operand must be below this. */
export function operandBounds(counts: Counts): Record<OperandKindName, number> {
  return {
    constant: counts.constants,
    name: counts.constants,
    class: counts.classes,
    function: counts.functions,
    global: counts.globals,
    import: counts.imports,
    target: counts.code + 1,
    local: counts.locals,
    free: counts.free,
    captures: moduleLimits.free + 1,
    // Bounded by the stack: a count beyond it is an underflow.
    count: 2 ** 32,
    arguments: moduleLimits.arguments + 1,
  };
}

export const boundsIn = (module: Module, fn: ModuleFunction): Record<OperandKindName, number> =>
  operandBounds({
    constants: module.constants.length,
    functions: module.functions.length,
    classes: module.classes.length,
    globals: module.globals.length,
    imports: module.imports.length,
    locals: fn.localCount,
    free: fn.freeCount,
    code: fn.code.length,
  });
