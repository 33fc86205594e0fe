/**
 * Functions whose only work is to call what they captured with their arguments, or to make an instance of it: what lets the host
 * call a built-in or host function that a guest handed out, or a class, on the same path as any guest function.
 */

import { ModuleBuilder } from './bytecode/builder';
import type { Engine } from './engines/engine';
import { Program } from './program';
import { Closure, type Value } from './runtime/value';

export type TrampolineOp = 'OpCall' | 'OpNew';

const programs = { OpCall: new Map<number, Program>(), OpNew: new Map<number, Program>() };

function makeProgram(op: TrampolineOp, argc: number): Program {
  const module = new ModuleBuilder();
  module.function('host').emit('OpNull');
  const caller = module.function('host', argc);
  caller.emit('OpGetFree', caller.free('callee'));
  for (let i = 0; i < argc; i++) caller.emit('OpGetLocal', i);
  caller.emit(op, argc);
  return Program.verified(module.build());
}

/** The closure that does `op` with a callee and `argc` arguments. */
export function trampoline(engine: Engine, op: TrampolineOp, callee: Value, argc: number): Closure {
  let program = programs[op].get(argc);
  if (program === undefined) programs[op].set(argc, (program = makeProgram(op, argc)));
  return new Closure(program.linkFor(engine).functions[1]!, [callee]);
}
