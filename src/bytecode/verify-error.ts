/**
 * What the verifier rejects a module for: the closed list of rules, and the error that names one with its place.
 */

import { showOffset } from './heights';

/** Every rule a module can break, with one sentence for the documentation. */
export const verifyRules = {
  program: 'function 0 exists, takes no arguments and captures no variables',
  limit: 'no count is beyond `moduleLimits`',
  count: 'counts are whole numbers, and a function has at least the slots of its arguments',
  constant: 'constants are numbers or strings',
  name: 'names are strings',
  'unknown opcode': 'every byte where an instruction begins is an opcode',
  'truncated operand': 'operands end inside the code',
  'constant index': 'an operand names a constant of the pool',
  'function index': 'an operand names a function of the module',
  'class index': 'an operand names a class of the module',
  class: 'a class has names of its own for its members, and methods that take `this`',
  'class parts': '`OpClass` takes the superclass and as many methods as the class declares',
  'member name': 'the name of a field or method is a string constant, and no longer than `moduleLimits`',
  'global index': 'an operand names a global of the module',
  'import index': 'an operand names an import of the module',
  'local index': 'an operand names a slot of the function',
  'free index': 'an operand names a captured variable of the function',
  captures: 'a closure captures as many variables as its function declares',
  'jump target': 'a jump goes to an instruction of the function or to the end of its code',
  'backward jump': 'only `OpLoop` jumps to itself or back',
  'forward loop': '`OpLoop` does not jump forward',
  'stack underflow': 'no instruction takes more operands than there are',
  'stack height': 'an instruction is reached with the same number of operands on every way',
  'falls off the end': 'code that can be run off ends with one operand, the result',
  'max stack': 'the declared stack is what the code needs',
  handler: 'a handler covers whole instructions, lies after them, and keeps operands that none of them takes',
  debug: 'debug information refers to files, instructions and slots that exist',
} as const;

export type VerifyRule = keyof typeof verifyRules;

export interface VerifyErrorData {
  readonly rule: VerifyRule;
  /** Absent where the module as a whole breaks the rule. */
  readonly functionIndex?: number;
  readonly function?: string;
  /** Offset in the function's code, where there is one to blame. */
  readonly offset?: number;
}

/** A module that may not be run. */
export class VerifyError extends Error {
  override readonly name = 'VerifyError';

  constructor(
    message: string,
    readonly data: VerifyErrorData,
  ) {
    super(message);
  }
}

/** Names come from the input and may be of any length. */
const shorten = (name: string): string => (name.length <= 64 ? name : `${name.slice(0, 61)}...`);

/** A rule that the module as a whole breaks. */
export const moduleError = (rule: VerifyRule, detail: string): VerifyError =>
  new VerifyError(`module: ${rule}: ${detail}`, { rule });

/** A rule that a function breaks, at an offset of its code where there is one. */
export function functionError(
  rule: VerifyRule,
  functionIndex: number,
  name: string,
  offset: number | undefined,
  detail: string,
): VerifyError {
  const at = offset === undefined ? '' : ` at ${showOffset(offset)}`;
  return new VerifyError(`function '${shorten(name)}'${at}: ${rule}: ${detail}`, {
    rule,
    functionIndex,
    function: name,
    ...(offset === undefined ? {} : { offset }),
  });
}
