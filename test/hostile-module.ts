/**
 * Modules that no builder would make: code, counts and handlers that may be anything, for engines that must hold up to them.
 */

import type { Module, ModuleClass, ModuleFunction } from '../src/index';
import { opcodes } from '../src/isa/isa';
import { type Choose, makeModule } from './bytecode/arbitrary-module';

const randomBytes = (choose: Choose, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => (choose(8) === 0 ? choose(256) : choose(opcodes.length)));

/** Code of a few random instructions, whose operands are mostly small enough to mean something. */
function randomInstructions(choose: Choose): Uint8Array {
  const code: number[] = [];
  for (let n = choose(30); n > 0; n--) {
    const info = opcodes[choose(opcodes.length)]!;
    code.push(info.opcode);
    for (const { width, kind } of info.operands) {
      const value =
        choose(12) === 0 ? choose(2 ** 31) : kind === 'target' ? code.length + choose(24) - 4 : choose(4);
      for (let i = width - 1; i >= 0; i--) code.push(Math.floor(Math.max(value, 0) / 256 ** i) & 255);
    }
  }
  return Uint8Array.from(code);
}

/** Bytes of good code changed here and there. */
function damaged(choose: Choose, code: Uint8Array): Uint8Array {
  const result = code.slice();
  if (result.length === 0) return result;
  for (let n = 1 + choose(4); n > 0; n--) {
    result[choose(result.length)] = choose(2) === 0 ? choose(8) : choose(256);
  }
  return choose(4) === 0 ? result.subarray(0, choose(result.length)) : result;
}

const someCount = (choose: Choose, count: number): number =>
  [count, count, count, count + 1, choose(4), choose(300), 2 ** 32 - 1, 0][choose(8)]!;

/** A module whose code, counts and handlers may be anything that numbers can say. */
export function hostileModule(choose: Choose): Module {
  const module = makeModule(choose);
  const functions = module.functions.map((fn): ModuleFunction => {
    const code = [
      () => damaged(choose, fn.code),
      () => randomBytes(choose, choose(60)),
      () => randomInstructions(choose),
      () => fn.code,
    ][choose(4)]!();
    const handlers = choose(3) > 0 ? fn.handlers : [...fn.handlers, someHandler(choose, code.length)];
    if (choose(2) === 0) return { ...fn, code, handlers };
    return {
      ...fn,
      code,
      handlers,
      arity: someCount(choose, fn.arity),
      localCount: someCount(choose, fn.localCount),
      maxStack: someCount(choose, fn.maxStack),
    };
  });
  const classes = module.classes.map((definition): ModuleClass => {
    if (choose(2) === 0) return definition;
    const { fields, methods } = definition;
    return {
      ...definition,
      fields: choose(3) === 0 ? [...fields, ...fields, 'constructor'] : fields,
      methods: methods.map(({ name, function: index }) => ({
        name: choose(4) === 0 ? 'constructor' : name,
        function: choose(3) === 0 ? choose(functions.length + 1) : index,
      })),
    };
  });
  return {
    ...module,
    functions,
    classes,
    imports: module.imports.map(() => ['len', 'str', 'push'][choose(3)]!),
  };
}

const someHandler = (choose: Choose, length: number): ModuleFunction['handlers'][number] => ({
  start: choose(length + 1),
  end: choose(length + 2),
  target: choose(length + 3),
  height: choose(6) === 0 ? choose(2 ** 31) : choose(3),
  kind: choose(2) === 0 ? 'catch' : 'finally',
});
