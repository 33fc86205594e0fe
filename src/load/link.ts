/**
 * From a module to functions that an engine can run: resolves constants, ends code with a return, and works out what each
 * safepoint costs. The costs come from the bytecode alone, so fuel is the same on every engine.
 */

import type { Module, ModuleFunction } from '../bytecode/module';
import { narrow, opcodes, readOperand } from '../isa/isa';
import type { LinkedFunction, LinkedModule } from '../runtime/linked';
import type { Value } from '../runtime/value';
import { sourceMap } from './source-map';

/**
 * @param heights operands before each instruction of each function, as the verifier found them; without them only the
 *   reference engine can run the result
 * @param constants in place of the module's
 */
export function link(
  module: Module,
  heights?: readonly Int32Array[],
  constants: readonly Value[] = module.constants,
): LinkedModule {
  const functions: LinkedFunction[] = [];
  const linked: LinkedModule = { functions, globals: module.globals, imports: module.imports };
  module.functions.forEach((fn, i) => {
    functions.push(linkFunction(module, linked, fn, constants, heights?.[i]));
  });
  return linked;
}

function linkFunction(
  module: Module,
  linked: LinkedModule,
  fn: ModuleFunction,
  constants: readonly Value[],
  heights: Int32Array | undefined,
): LinkedFunction {
  const code = new Uint8Array(fn.code.length + 1);
  code.set(fn.code);
  code[fn.code.length] = narrow.OpReturn.opcode;
  const { entryCost, loopCosts } = fuelCosts(code);
  return {
    module: linked,
    name: fn.name,
    arity: fn.arity,
    localCount: fn.localCount,
    freeCount: fn.freeCount,
    maxStack: fn.maxStack,
    frameSize: fn.localCount + fn.maxStack,
    code,
    constants,
    handlers: fn.handlers,
    heights: heights ?? new Int32Array(code.length).fill(-1),
    entryCost: entryCost + Math.floor(fn.localCount / localsPerUnit),
    loopCosts,
    source: fn.debug && sourceMap(fn.debug, module.files),
    cells: [],
  };
}

/** Locals that a call clears for a unit of fuel. */
const localsPerUnit = 64;

/**
 * A call costs the instructions of the function, a backward jump those from its target to itself: never fewer than are
 * executed until the next safepoint.
 */
function fuelCosts(code: Uint8Array): { entryCost: number; loopCosts: Int32Array } {
  /** How many instructions begin before each pc. */
  const ordinals = new Int32Array(code.length + 1);
  const loopCosts = new Int32Array(code.length);
  let ordinal = 0;
  for (let pc = 0; pc < code.length; ordinal++) {
    const info = opcodes[code[pc]!];
    const end = Math.min(pc + (info?.size ?? 1), code.length);
    ordinals.fill(ordinal, pc, end);
    if (info?.op === 'OpLoop' && pc + info.size <= code.length) {
      const target = readOperand(code, pc + 1, info.operands[0]!.width);
      loopCosts[pc] = target <= pc ? ordinal - ordinals[target]! + 1 : 1;
    }
    pc = end;
  }
  return { entryCost: ordinal, loopCosts };
}
