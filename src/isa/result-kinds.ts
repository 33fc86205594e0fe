/**
 * What kind of value each data instruction gives, as the loader reasons about it. The types that the bodies in the table
 * declare are checked against it by a test; what they cannot say stands here: which numbers are 32-bit integers, and that a
 * sum with one number is a number.
 */

import type { DataOpName } from './isa';

/**
 * `integer`: a small one; `double`: a number that most likely is no integer; `arithmetic`: a number, an integer if all operands
 * are; `sum`: the same where one operand is a number, else anything.
 */
export type ResultKind = 'integer' | 'double' | 'arithmetic' | 'sum' | 'boolean' | 'value';

const known: Partial<Record<DataOpName, ResultKind>> = {
  OpAdd: 'sum',
  OpSub: 'arithmetic',
  OpMul: 'arithmetic',
  OpDiv: 'double',
  OpTruncDiv: 'arithmetic',
  OpMod: 'arithmetic',
  OpPow: 'double',
  OpMinus: 'arithmetic',
  OpBitAnd: 'integer',
  OpBitOr: 'integer',
  OpBitXor: 'integer',
  OpBitNot: 'integer',
  OpShiftLeft: 'integer',
  OpShiftRight: 'integer',
  OpShiftRightUnsigned: 'integer',
  OpEqual: 'boolean',
  OpNotEqual: 'boolean',
  OpLess: 'boolean',
  OpLessEqual: 'boolean',
  OpGreater: 'boolean',
  OpGreaterEqual: 'boolean',
  OpNot: 'boolean',
  OpLength: 'integer',
  OpIs: 'boolean',
};

export const resultKinds: Readonly<Partial<Record<DataOpName, ResultKind>>> = known;
