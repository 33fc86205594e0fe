/**
 * The prelude, loaded for an engine: built-in functions that are written in Weft because they call functions of the guest.
 * They see no VM's imports: what they import is the same everywhere, so it is put into their constants.
 */

import { decode } from '../bytecode/decode';
import type { ModuleFunction } from '../bytecode/module';
import { verify } from '../bytecode/verify';
import { narrow, opcodes } from '../isa/isa';
import { builtinFunctions } from '../runtime/builtins';
import { preludeChecks } from '../runtime/builtins/prelude-checks';
import { preludeModule, preludeNames } from '../runtime/generated/prelude';
import type { LinkedFunction } from '../runtime/linked';
import { Closure, type HostFunction } from '../runtime/value';
import { link } from './link';

/** Code whose imports are constants from index `first` on. The operands of both instructions are alike. */
function importsAsConstants({ code, ...rest }: ModuleFunction, first: number): ModuleFunction {
  const patched = code.slice();
  for (let pc = 0; pc < patched.length; ) {
    const { op, wide, size } = opcodes[patched[pc]!]!;
    if (op === 'OpImport') {
      if (wide) throw new Error('the prelude imports more than it should');
      const index = first + ((patched[pc + 1]! << 8) | patched[pc + 2]!);
      patched.set([narrow.OpConstant.opcode, index >> 8, index & 255], pc);
    }
    pc += size;
  }
  return { ...rest, code: patched };
}

/**
 * The functions of the prelude by name.
 *
 * @param prepare readies each function for the engine that will run it
 */
export function loadPrelude(prepare: (fn: LinkedFunction) => void): ReadonlyMap<string, Closure> {
  const { module, heights } = verify(decode(preludeModule));
  const provided = module.imports.map(
    (name): HostFunction => (builtinFunctions.get(name) ?? preludeChecks.get(name))!,
  );
  const functions = module.functions.map((fn) => importsAsConstants(fn, module.constants.length));
  const linked = link({ ...module, functions }, heights, [...module.constants, ...provided]);
  for (const fn of linked.functions) prepare(fn);
  const named = linked.functions.filter(({ name }) => preludeNames.includes(name));
  return new Map(named.map((fn) => [fn.name, new Closure(fn, [])]));
}
