/**
 * Functions whose only work is to call their first argument with the others: what lets the host call a built-in or host
 * function that a guest handed out, on the same path as any guest function.
 */

import { ModuleBuilder } from './bytecode/builder';
import type { Engine } from './engines/engine';
import { Program } from './program';
import { Closure } from './runtime/value';

const programs = new Map<number, Program>();

function makeProgram(argc: number): Program {
  const module = new ModuleBuilder();
  module.function('host').emit('OpNull');
  const caller = module.function('host', argc + 1);
  for (let i = 0; i <= argc; i++) caller.emit('OpGetLocal', i);
  caller.emit('OpCall', argc);
  return Program.verified(module.build());
}

/** The closure that calls its first argument with `argc` more. */
export function trampoline(engine: Engine, argc: number): Closure {
  let program = programs.get(argc);
  if (program === undefined) programs.set(argc, (program = makeProgram(argc)));
  return new Closure(program.linkFor(engine).functions[1]!, []);
}
