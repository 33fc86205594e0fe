/**
 * Programs in text assembly that several suites of the engines run.
 */

import { assemble, type EngineName, HeddleError, load, type Program, VM } from '../src/index';

export const program = (...lines: string[]): Program => load(assemble(lines.join('\n')));

/** `f(n)` is 0 if n is 0, else 1 + f(n - 1). */
export const countDown = (n: number): Program =>
  program(
    ...[
      '.file "deep.weft"',
      '.function main file=0',
      '.line 1:1',
      'OpClosure $f 0',
      `OpConstant =${n}`,
      'OpCall 1',
      '.end',
    ],
    ...[
      '.function f arity=1 file=0',
      '.line 2:1',
      'OpGetLocal 0',
      'OpConstant =0',
      'OpEqual',
      'OpJumpIfTrue @zero',
    ],
    ...['OpConstant =1', 'OpSelf', 'OpGetLocal 0', 'OpConstant =1', 'OpSub'],
    ...['.line 3:5', 'OpCall 1', '.line 2:1', 'OpAdd', 'OpReturn', 'zero:', 'OpConstant =0', '.end'],
  );

/** Two functions, a loop with a branch in it, host functions, a handler: every kind of safepoint. */
export const busy = program(
  ...[
    '.function main locals=2',
    '.handler @try @caught @caught height=0 catch',
    'OpConstant =0',
    'OpSetLocal 0',
  ],
  ...['again:', 'OpGetLocal 0', 'OpConstant =7', 'OpLess', 'OpJumpIfFalse @done'],
  ...['try:', 'OpClosure $f 0', 'OpGetLocal 0', 'OpCall 1', 'OpSetLocal 1', 'OpNull'],
  ...[
    'caught:',
    'OpPop',
    'OpGetLocal 0',
    'OpConstant =1',
    'OpAdd',
    'OpSetLocal 0',
    'OpLoop @again',
    'done:',
    'OpGetLocal 1',
    '.end',
  ],
  ...[
    '.function f arity=1',
    'OpGetLocal 0',
    'OpConstant =3',
    'OpMod',
    'OpConstant =2',
    'OpEqual',
    'OpJumpIfTrue @throw',
  ],
  ...['OpImport $str', 'OpGetLocal 0', 'OpCall 1', 'OpReturn', 'throw:', 'OpGetLocal 0', 'OpThrow', '.end'],
);

export function failureOf(vm: VM, bad: Program): HeddleError {
  try {
    vm.run(bad);
  } catch (error) {
    if (error instanceof HeddleError) return error;
    throw error;
  }
  throw new Error('the program ended without an error');
}

export function fuelNeeded(engine: EngineName, work: Program): number {
  return new VM({ engine }).run(work).fuelUsed;
}
