/**
 * The loader's fuzz cases, for the test and for `npm run fuzz`: each follows from a seed and a number alone. Half are bytes
 * of any kind; half are whole modules in which only code and counts were changed, so that they reach the verifier.
 */

import * as assert from 'node:assert/strict';
import { assemble } from '../../src/bytecode/assemble';
import { DecodeError, decode } from '../../src/bytecode/decode';
import { disassemble } from '../../src/bytecode/disassemble';
import { encode } from '../../src/bytecode/encode';
import type { Module, ModuleClass, ModuleFunction } from '../../src/bytecode/module';
import { VerifyError, type VerifyRule, verify, verifyRules } from '../../src/bytecode/verify';
import { opcodes } from '../../src/isa/isa';
import { type Choose, fromSeed, makeModule } from './arbitrary-module';
import { naiveHeights } from './naive-heights';

export type Outcome = 'accepted' | 'decode error' | VerifyRule;

/** Modules that cases start from. */
const corpusSize = 256;

export class FuzzCases {
  private readonly corpus: readonly { readonly module: Module; readonly bytes: Uint8Array }[];

  constructor(private readonly seed: number) {
    this.corpus = Array.from({ length: corpusSize }, (_, i) => {
      const module = makeModule(fromSeed(seed * corpusSize + i));
      return { module, bytes: encode(module) };
    });
  }

  /** The bytes of a case. */
  bytes(index: number): Uint8Array {
    const choose = fromSeed(Math.imul(this.seed, 0x01000193) ^ index);
    // The first numbers of a seed resemble those of the next seed.
    for (let i = 0; i < 4; i++) choose(2);
    const { module, bytes } = this.corpus[choose(corpusSize)]!;
    switch (choose(8)) {
      case 0:
        return randomBytes(choose, choose(200));
      case 1:
        // Random behind a good header.
        return joined(bytes.subarray(0, 9), randomBytes(choose, choose(200)));
      case 2:
      case 3:
        return changedBytes(choose, bytes);
      case 4:
        return encode(withCounts(choose, module));
      default:
        return encode(withCode(choose, module));
    }
  }
}

const randomBytes = (choose: Choose, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => choose(256));

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** Changes, inserts, removes, repeats or cuts off bytes. */
function changedBytes(choose: Choose, bytes: Uint8Array): Uint8Array {
  let result: Uint8Array = bytes.slice();
  for (let n = 1 + choose(3); n > 0 && result.length > 0; n--) {
    const at = choose(result.length);
    const to = Math.min(result.length, at + 1 + choose(8));
    const [before, piece, after] = [result.subarray(0, at), result.slice(at, to), result.subarray(to)];
    switch (choose(6)) {
      case 0:
        result = joined(before, randomBytes(choose, 1 + choose(8)), piece, after);
        break;
      case 1:
        result = joined(before, after);
        break;
      case 2:
        result = joined(before, piece, piece, after);
        break;
      case 3:
        result = choose(4) === 0 ? before.slice() : joined(result, randomBytes(choose, choose(3)));
        break;
      default:
        result[at] = choose(3) === 0 ? 255 : choose(256);
    }
  }
  return result;
}

function withFunction(module: Module, index: number, fn: ModuleFunction): Module {
  const functions = module.functions.slice();
  functions[index] = fn;
  return { ...module, functions };
}

/** Offsets where instructions begin. */
function boundaries(code: Uint8Array): number[] {
  const result: number[] = [];
  for (let pc = 0; pc < code.length; pc += opcodes[code[pc]!]!.size) result.push(pc);
  return result;
}

/** Only opcodes and operands are changed; counts, strings and tables stay good. */
function withCode(choose: Choose, module: Module): Module {
  const index = choose(module.functions.length);
  const fn = module.functions[index]!;
  let code: Uint8Array = fn.code.slice();
  const pcs = boundaries(code);
  for (let n = 1 + choose(2); n > 0; n--) {
    const pc = pcs[choose(pcs.length)]!;
    const info = opcodes[fn.code[pc]!]!;
    const alike = opcodes.filter(
      ({ operands, size }) => size === info.size && operands.length === info.operands.length,
    );
    switch (choose(6)) {
      case 0:
        code[choose(code.length)] = choose(256);
        break;
      case 1:
      case 2:
        code[pc] = alike[choose(alike.length)]!.opcode;
        break;
      case 3:
      case 4:
        // Mostly the low byte, so that it stays in range; targets to where instructions begin.
        if (info.size > 1) code[pc + info.size - 1] = choose(2) === 0 ? pcs[choose(pcs.length)]! : choose(8);
        break;
      default:
        if (n === 1) code = joined(code.subarray(0, pc), code.subarray(pc + info.size));
    }
  }
  return withFunction(module, index, { ...fn, code });
}

/** A number near another one. */
const near = (choose: Choose, value: number): number => Math.max(0, value - 2 + choose(5));

/** A class gets another method, other names, or a part of another class. */
function withClass(choose: Choose, module: Module): Module {
  const at = choose(module.classes.length);
  const { name, fields, statics, methods } = module.classes[at]!;
  const other = module.classes[choose(module.classes.length)]!;
  const changed: readonly Partial<ModuleClass>[] = [
    { methods: [...methods, { name: 'added', function: choose(module.functions.length + 1) }] },
    { methods: methods.map((method) => ({ ...method, function: near(choose, method.function) })) },
    { methods: other.methods },
    { fields: [...fields, ...other.fields] },
    { statics: [...statics, ...statics] },
    { fields: methods.map((method) => method.name) },
  ];
  const classes = module.classes.slice();
  classes[at] = { name, fields, statics, methods, ...changed[choose(changed.length)] };
  return { ...module, classes };
}

/** Counts, handlers and debug information are changed. */
function withCounts(choose: Choose, module: Module): Module {
  const index = choose(module.functions.length);
  const fn = module.functions[index]!;
  const { handlers, debug } = fn;
  if (module.classes.length > 0 && choose(3) === 0) return withClass(choose, module);
  if (handlers.length > 0 && choose(2) === 0) {
    const which = choose(handlers.length);
    const field = (['start', 'end', 'target', 'height'] as const)[choose(4)]!;
    const changed = handlers.map((handler, i) =>
      i === which ? { ...handler, [field]: near(choose, handler[field]) } : handler,
    );
    return withFunction(module, index, { ...fn, handlers: changed });
  }
  if (debug !== undefined && choose(3) === 0) {
    const lines = debug.lines.map((entry) =>
      choose(4) === 0 ? { ...entry, pc: entry.pc + choose(3) } : entry,
    );
    const rising = lines.filter(({ pc }, i) => pc >= (lines[i - 1]?.pc ?? 0));
    const sorted = rising.sort((a, b) => a.pc - b.pc);
    return withFunction(module, index, { ...fn, debug: { ...debug, file: choose(2), lines: sorted } });
  }
  const field = (['arity', 'localCount', 'freeCount', 'maxStack'] as const)[choose(4)]!;
  const value = choose(8) === 0 ? 2 ** choose(32) : near(choose, fn[field]);
  return withFunction(module, index, { ...fn, [field]: value });
}

/** Everything in a module that takes memory, counted; each takes at least a byte of its binary form. */
function weight({ constants, functions, classes, globals, imports, files }: Module): number {
  const text = (sum: number, name: string): number => sum + 1 + name.length;
  let total = constants.reduce<number>(
    (sum, value) => sum + (typeof value === 'string' ? 1 + value.length : 2),
    0,
  );
  for (const names of [globals, imports, files]) total += names.reduce(text, 0);
  for (const { name, fields, statics, methods } of classes) {
    total += 4 + name.length + [...fields, ...statics].reduce(text, 0);
    total += methods.reduce((sum, method) => sum + 2 + method.name.length, 0);
  }
  for (const { name, code, handlers, debug } of functions) {
    total += 6 + name.length + code.length + 5 * handlers.length;
    if (debug === undefined) continue;
    const { lines, locals, free } = debug;
    total += 3 * lines.length + locals.reduce((sum, local) => sum + 4 + local.name.length, 0);
    total += free.reduce(text, 0);
  }
  return total;
}

const heightRules: ReadonlySet<Outcome> = new Set(['stack underflow', 'stack height', 'falls off the end']);

/**
 * Loads bytes as an embedder would, and checks what must hold of the outcome.
 * @param thorough also checks against the naive rules, and that both forms round-trip
 */
export function judge(bytes: Uint8Array, thorough: boolean): Outcome {
  let module: Module;
  try {
    module = decode(bytes);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const { offset, expected, found } = error.data;
    assert.ok(offset >= 0 && offset <= bytes.length && expected !== '' && found !== '', error.message);
    return 'decode error';
  }
  assert.ok(weight(module) <= bytes.length, 'a module takes no more than its bytes');
  if (thorough) {
    assert.deepEqual(decode(encode(module)), module);
    assert.deepEqual(assemble(disassemble(module)), module);
  }
  try {
    const { heights } = verify(module);
    if (thorough)
      module.functions.forEach((fn, i) => {
        checkHeights(fn, heights[i]!);
      });
    return 'accepted';
  } catch (error) {
    if (!(error instanceof VerifyError)) throw error;
    const { rule, functionIndex, offset } = error.data;
    assert.ok(rule in verifyRules, rule);
    assert.ok(error.message.includes(rule), error.message);
    if (functionIndex === undefined) return rule;
    const fn = module.functions[functionIndex]!;
    assert.equal(error.data.function, fn.name);
    assert.ok(offset === undefined || (offset >= 0 && offset <= fn.code.length), error.message);
    // A handler with an offset to blame covers an instruction that takes what the handler keeps.
    const isHeightRule = heightRules.has(rule) || (rule === 'handler' && offset !== undefined);
    if (thorough && isHeightRule) assert.equal(naiveHeights(fn), undefined, error.message);
    return rule;
  }
}

function checkHeights(fn: ModuleFunction, heights: Int32Array): void {
  const expected = naiveHeights(fn);
  assert.ok(expected !== undefined, 'the naive rules reject what was accepted');
  assert.equal(heights.length, fn.code.length + 1);
  heights.forEach((height, pc) => {
    assert.equal(height, expected.get(pc) ?? -1);
  });
}
