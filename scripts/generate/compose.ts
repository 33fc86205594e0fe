/**
 * Composes lists of instruction names to expression trees, with a symbolic stack: the shape that a superinstruction has.
 */

import type { Fusion } from '../../src/isa/fusions';
import type { ReadInstruction } from './read-isa';

/** An instruction in a pattern; an input that is `undefined` is a hole, which any operand can fill. */
export interface Pattern {
  readonly instruction: ReadInstruction;
  readonly inputs: readonly (Pattern | undefined)[];
}

/** The pattern of an instruction alone. */
export const alone = (instruction: ReadInstruction): Pattern => ({
  instruction,
  inputs: instruction.picture.inputs.map(() => undefined),
});

/**
 * The pattern of a superinstruction.
 *
 * @throws Error where the names do not make one
 */
export function compose({ names }: Fusion, table: readonly ReadInstruction[]): Pattern {
  const refuse = (why: string): Error => new Error(`the superinstruction '${names.join(' ')}' ${why}`);
  const stack: (Pattern | undefined)[] = [];
  let last: Pattern | undefined;
  for (const name of names) {
    if (last !== undefined && last.instruction.picture.outputs.length === 0) {
      throw refuse('goes on after an instruction without a result');
    }
    if (name === '_') {
      stack.push(undefined);
      continue;
    }
    const instruction = table.find((item) => item.name === name);
    if (instruction === undefined) throw refuse(`names '${name}', which is no instruction`);
    const count = instruction.picture.inputs.length;
    if (instruction.form !== 'data' || instruction.picture.variadic !== undefined || count === 0) {
      throw refuse(`names '${name}', which cannot be part of one`);
    }
    if (stack.length < count) throw refuse(`has too few operands for '${name}'`);
    last = { instruction, inputs: stack.splice(-count) };
    if (instruction.picture.outputs.length > 0) stack.push(last);
  }
  const result = stack[0] ?? last;
  if (result === undefined || result !== last || stack.length > 1) throw refuse('leaves more than one value');
  return result;
}
