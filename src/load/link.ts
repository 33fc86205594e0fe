/**
 * From a module to functions that an engine can run: resolves constants, ends code with a return, and works out what each
 * safepoint costs. The costs come from the bytecode alone, so fuel is the same on every engine.
 */

import type { Module, ModuleClass, ModuleFunction } from '../bytecode/module';
import { isCached, narrow, opcodes, readOperand } from '../isa/isa';
import { FixedVariables } from '../runtime/fixed-variables';
import { InlineCache } from '../runtime/inline-cache';
import type { LinkedClass, LinkedFunction, LinkedModule } from '../runtime/linked';
import { Shape, ShapeTable } from '../runtime/objects';
import { unreachable } from '../runtime/slow';
import { asSmall, type Value } from '../runtime/value';
import { definedOnce } from './defined-once';
import { mayHoldDoubles } from './double-fields';
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
  const pool = constants.map((value) => (typeof value === 'number' ? asSmall(value) : value));
  const functions: LinkedFunction[] = [];
  const { globals, imports } = module;
  const classes: LinkedClass[] = [];
  const fixed = new FixedVariables(() => definedOnce(functions));
  const linked: LinkedModule = { functions, classes, globals, imports, fixed };
  const methods = new Set(module.classes.flatMap((item) => item.methods.map((method) => method.function)));
  module.functions.forEach((fn, i) => {
    functions.push(linkFunction(module, linked, fn, pool, methods.has(i), heights?.[i]));
  });
  for (const item of module.classes) classes.push(linkClass(item, functions));
  return linked;
}

function linkClass(
  { name, fields, statics, methods }: ModuleClass,
  functions: readonly LinkedFunction[],
): LinkedClass {
  const methodNames = methods.map((method) => method.name);
  // In a module that nobody has verified one may be missing: then no class can be made of it.
  const own = methods.map((method) => functions[method.function]!);
  return {
    name,
    methodNames,
    memberCount: fields.length + methods.length,
    methods: own,
    shape: new Shape(statics, new Map(), [], 'values'),
    shapes: new ShapeTable(fields, methodNames, own, mayHoldDoubles),
  };
}

function linkFunction(
  module: Module,
  linked: LinkedModule,
  fn: ModuleFunction,
  constants: readonly Value[],
  isMethod: boolean,
  heights: Int32Array | undefined,
): LinkedFunction {
  const code = new Uint8Array(fn.code.length + 1);
  code.set(fn.code);
  code[fn.code.length] = narrow.OpReturn.opcode;
  const { entryCost, loopCosts, caches } = scan(code);
  return {
    module: linked,
    name: fn.name,
    arity: fn.arity,
    isMethod,
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
    caches,
    source: fn.debug && sourceMap(fn.debug, module.files),
    cells: [],
    enter: unreachable,
    room: fn.localCount + fn.maxStack,
    direct: unreachable,
    leaf: undefined,
    nexts: [],
  };
}

/** Locals that a call clears for a unit of fuel. */
const localsPerUnit = 64;

/**
 * What a walk over the code finds: the costs of its safepoints and the caches of its sites. A call costs the instructions of
 * the function, a backward jump those from its target to itself: never fewer than are executed until the next safepoint.
 */
function scan(code: Uint8Array): Pick<LinkedFunction, 'entryCost' | 'loopCosts' | 'caches'> {
  /** How many instructions begin before each pc. */
  const ordinals = new Int32Array(code.length + 1);
  const loopCosts = new Int32Array(code.length);
  let caches: (InlineCache | undefined)[] = [];
  let ordinal = 0;
  for (let pc = 0; pc < code.length; ordinal++) {
    const info = opcodes[code[pc]!];
    const end = Math.min(pc + (info?.size ?? 1), code.length);
    // Code that nobody has verified may jump into the middle of an instruction.
    for (let at = pc; at < end; at++) ordinals[at] = ordinal;
    if (info?.op === 'OpLoop' && pc + info.size <= code.length) {
      const target = readOperand(code, pc + 1, info.operands[0]!.width);
      loopCosts[pc] = target <= pc ? ordinal - ordinals[target]! + 1 : 1;
    }
    if (info !== undefined && isCached(info)) {
      if (caches.length === 0) caches = new Array<InlineCache | undefined>(code.length).fill(undefined);
      caches[pc] = new InlineCache();
    }
    pc = end;
  }
  return { entryCost: ordinal, loopCosts, caches };
}
