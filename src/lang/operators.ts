/**
 * The operators: how tightly they bind and what they compile to.
 */

import type { PlainOpName } from '../bytecode/builder';
import type { OpName } from '../isa/isa';
import type { BinaryOperator, LogicalOperator, UnaryOperator } from './ast';
import type { Dialect } from './tokens';

/** Left-associative operators; a higher number binds tighter. `**` and the unary ones stand above them all. */
export const precedences: ReadonlyMap<string, number> = new Map<BinaryOperator | LogicalOperator, number>([
  ['||', 1],
  ['&&', 2],
  ['|', 3],
  ['^', 4],
  ['&', 5],
  ['==', 6],
  ['!=', 6],
  ['<', 7],
  ['<=', 7],
  ['>', 7],
  ['>=', 7],
  ['is', 7],
  ['<<', 8],
  ['>>', 8],
  ['>>>', 8],
  ['+', 9],
  ['-', 9],
  ['*', 10],
  ['/', 10],
  ['//', 10],
  ['%', 10],
]);

/** Assignments by their sign, with the operator of the compound ones. */
export const assignments: ReadonlyMap<string, BinaryOperator | undefined> = new Map<
  string,
  BinaryOperator | undefined
>([
  ['=', undefined],
  ['+=', '+'],
  ['-=', '-'],
  ['*=', '*'],
  ['/=', '/'],
  ['//=', '//'],
  ['%=', '%'],
  ['**=', '**'],
  ['&=', '&'],
  ['|=', '|'],
  ['^=', '^'],
  ['<<=', '<<'],
  ['>>=', '>>'],
  ['>>>=', '>>>'],
]);

const binary: Readonly<Record<BinaryOperator, PlainOpName & OpName>> = {
  '+': 'OpAdd',
  '-': 'OpSub',
  '*': 'OpMul',
  '/': 'OpDiv',
  '//': 'OpTruncDiv',
  '%': 'OpMod',
  '**': 'OpPow',
  '&': 'OpBitAnd',
  '|': 'OpBitOr',
  '^': 'OpBitXor',
  '<<': 'OpShiftLeft',
  '>>': 'OpShiftRight',
  '>>>': 'OpShiftRightUnsigned',
  '==': 'OpEqual',
  '!=': 'OpNotEqual',
  '<': 'OpLess',
  '<=': 'OpLessEqual',
  '>': 'OpGreater',
  '>=': 'OpGreaterEqual',
  is: 'OpIs',
};

/** The instruction of an operator; all numbers of Monkey are integers, so its division truncates. */
export const binaryOp = (operator: BinaryOperator, dialect: Dialect) =>
  operator === '/' && dialect === 'monkey' ? 'OpTruncDiv' : binary[operator];

export const unaryOps = {
  '-': 'OpMinus',
  '!': 'OpNot',
  '~': 'OpBitNot',
} as const satisfies Record<UnaryOperator, OpName>;
