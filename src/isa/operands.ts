/**
 * The kinds of operand an instruction can have: how wide each is in its narrow and wide form, and what it counts or
 * points at. The verifier has one rule a kind.
 */

export interface OperandKind {
  /** Bytes in the narrow form of an instruction. */
  readonly narrow: 1 | 2;
  /** Bytes in the wide form. */
  readonly wide: 1 | 2 | 4;
  readonly says: string;
}

export const operandKinds = {
  constant: { narrow: 2, wide: 4, says: 'index into the constant pool' },
  name: { narrow: 2, wide: 4, says: 'index of a string in the constant pool' },
  class: { narrow: 2, wide: 4, says: 'index into the classes of the module' },
  function: { narrow: 2, wide: 4, says: 'index into the functions of the module' },
  global: { narrow: 2, wide: 4, says: 'index into the global names' },
  import: { narrow: 2, wide: 4, says: 'index into the imported names' },
  target: { narrow: 2, wide: 4, says: 'absolute offset of an instruction in the same function' },
  local: { narrow: 1, wide: 2, says: 'slot of the frame: arguments first, then locals' },
  free: { narrow: 1, wide: 2, says: 'index into the captured variables of the running closure' },
  captures: { narrow: 1, wide: 2, says: 'how many variables are captured, as the function declares' },
  count: { narrow: 2, wide: 4, says: 'how many values are taken from the stack' },
  arguments: { narrow: 1, wide: 1, says: 'how many arguments are passed, 255 at most' },
} as const satisfies Record<string, OperandKind>;

export type OperandKindName = keyof typeof operandKinds;
