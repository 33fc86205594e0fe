/**
 * Statements, against the contract: they cover the code that can be reached without gaps and in order, each begins where every
 * operand is in its slot, and each instruction is done once. The last is shown by running them symbolically beside the
 * bytecode.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { engines } from '../../src/engines/engines';
import { computing, usualImports } from '../../src/engines/fused-builtins';
import { firstStatements } from '../../src/engines/fused-code';
import { load, type Program } from '../../src/index';
import { opcodes, operandsAt, pops } from '../../src/isa/isa';
import { findLeaders } from '../../src/load/cfg';
import { type Nesting, statementsOf } from '../../src/load/statements';
import { opTree, type Statement, type Tree } from '../../src/load/trees';
import type { LinkedFunction } from '../../src/runtime/linked';
import { type Choose, fromSeed, makeModule } from '../bytecode/arbitrary-module';
import { programOf } from '../differential/compare';

/** A symbolic frame: what each slot holds, as text. */
type Slots = Map<number, string>;

/** What has an effect or raises errors, in order, and how the piece of code ends. */
interface Trail {
  readonly slots: Slots;
  readonly events: string[];
}

const startOf = (fn: LinkedFunction, pc: number): Trail => ({
  slots: new Map(
    Array.from({ length: fn.localCount + fn.heights[pc]! }, (_, slot): [number, string] => [
      slot,
      `@${slot}`,
    ]),
  ),
  events: [],
});

/** What a call of a function that only computes a number gives; `undefined` for other instructions. It can be part of an expression. */
function computedText(
  fn: LinkedFunction,
  pc: number,
  [callee, ...args]: readonly string[],
): string | undefined {
  if (opcodes[fn.code[pc]!]!.op !== 'OpCall') return undefined;
  const [, importPc] = /^(\d+)\(\)$/.exec(callee!) ?? [];
  if (importPc === undefined || opcodes[fn.code[Number(importPc)]!]!.op !== 'OpImport') return undefined;
  const imported = opTree('OpImport', Number(importPc), operandsAt(fn.code, Number(importPc)), []);
  const builtin = computing(imported, args.length, usualImports(fn));
  return builtin && `${pc}(${args.join(',')})`;
}

/** Runs the bytecode from `start` up to `end` on symbols. */
function runCode(fn: LinkedFunction, start: number, end: number, { slots, events }: Trail): void {
  for (let pc = start; pc < end; ) {
    const info = opcodes[fn.code[pc]!]!;
    const operands = operandsAt(fn.code, pc, info);
    const top = fn.localCount + fn.heights[pc]!;
    const count = pops(info, operands);
    const taken = Array.from({ length: count }, (_, i) => slots.get(top - count + i)!);
    switch (info.op) {
      case 'OpConstant':
        slots.set(top, String(fn.constants[operands[0]!]));
        break;
      case 'OpNull':
      case 'OpTrue':
      case 'OpFalse':
        slots.set(top, { OpNull: 'null', OpTrue: 'true', OpFalse: 'false' }[info.op]);
        break;
      case 'OpGetLocal':
        slots.set(top, slots.get(operands[0]!)!);
        break;
      case 'OpSetLocal':
        slots.set(operands[0]!, taken[0]!);
        break;
      case 'OpDup':
        slots.set(top, taken[0]!);
        break;
      case 'OpDup2':
        slots.set(top, taken[0]!).set(top + 1, taken[1]!);
        break;
      case 'OpPop':
      case 'OpJump':
      case 'OpLoop':
        break;
      default: {
        const computed = computedText(fn, pc, taken);
        const text = computed ?? `${pc}(${taken.join(',')})`;
        const isEvent = info.control || info.picture.outputs.length === 0;
        if (isEvent && computed === undefined) events.push(text);
        slots.set(top - count, text);
      }
    }
    for (let slot = fn.localCount; slot < top; slot++) {
      if (slot >= top - count + info.picture.outputs.length && slot >= top - count) slots.delete(slot);
    }
    pc += info.size;
  }
}

function treeText(tree: Tree, slots: Slots): string {
  if (tree.kind === 'constant') return String(tree.value);
  if (tree.kind === 'slot') {
    assert.ok(slots.has(tree.slot), `slot ${tree.slot} is read and holds nothing`);
    return slots.get(tree.slot)!;
  }
  const text = `${tree.pc}(${tree.inputs.map((input) => treeText(input, slots)).join(',')})`;
  return text;
}

/** Runs a statement on symbols. */
function runStatement(fn: LinkedFunction, statement: Statement, { slots, events }: Trail): void {
  for (const { slot, value } of statement.first) slots.set(slot, treeText(value, slots));
  const single = (pc: number): void => {
    const info = opcodes[fn.code[pc]!]!;
    const count = pops(info, operandsAt(fn.code, pc, info));
    const top = fn.localCount + fn.heights[pc]!;
    const taken = Array.from({ length: count }, (_, i) => slots.get(top - count + i)!);
    const computed = computedText(fn, pc, taken);
    const text = computed ?? `${pc}(${taken.join(',')})`;
    if (info.op === 'OpLoop') return;
    const isEvent = info.control || info.picture.outputs.length === 0;
    if (isEvent && computed === undefined) events.push(text);
    slots.set(top - count, text);
  };
  switch (statement.kind) {
    case 'store':
      slots.set(statement.slot, treeText(statement.value, slots));
      break;
    case 'effect':
      events.push(treeText(statement.tree, slots));
      break;
    case 'branch': {
      // The jump, and the negations before it, are told apart by nothing but their pcs.
      events.push(treeText(statement.condition, slots));
      break;
    }
    case 'jump':
      break;
    case 'call':
      for (const { slot, value } of statement.stores) slots.set(slot, treeText(value, slots));
      single(statement.pc);
      break;
    case 'return':
      events.push(treeText(statement.value, slots));
      break;
    case 'loop':
    case 'plain':
      single(statement.pc);
  }
}

/** What a branch or a return is on, without its own instruction and the negations that a branch leaves out. */
function strip(event: string, fn: LinkedFunction): string {
  let text = event;
  for (let match = /^(\d+)\((.*)\)$/s.exec(text); match !== null; match = /^(\d+)\((.*)\)$/s.exec(text)) {
    const { op } = opcodes[fn.code[Number(match[1])]!]!;
    if (!['OpNot', 'OpJumpIfFalse', 'OpJumpIfTrue', 'OpReturn'].includes(op)) break;
    text = match[2]!;
  }
  return text;
}

function check(fn: LinkedFunction, statements: readonly Statement[], leaders: Uint8Array): void {
  let at = 0;
  let [code, run] = [startOf(fn, 0), startOf(fn, 0)];
  for (const statement of statements) {
    const { start, end, pc } = statement;
    for (; at < start; at++)
      assert.ok(fn.heights[at]! < 0, `a gap before ${start} of code that can be reached`);
    assert.is(at, start, 'in order');
    assert.ok(start < end && start <= pc && pc < end, `${start} ${pc} ${end}`);
    assert.ok(fn.heights[start]! >= 0);
    for (let inside = start + 1; inside < end; inside++) {
      assert.is(leaders[inside], 0, `a way into the middle of the statement at ${start}`);
    }
    at = end;
    // Within a block a statement may know what those before it have put into slots.
    if (leaders[start] === 1) [code, run] = [startOf(fn, start), startOf(fn, start)];
    runCode(fn, start, end, code);
    runStatement(fn, statement, run);
    const last = opcodes[fn.code[lastPc(fn, start, end)]!]!;
    assert.equal(
      run.events.map((event) => strip(event, fn)),
      code.events.map((event) => strip(event, fn)),
      `what the statement at ${start} does`,
    );
    code.events.length = run.events.length = 0;
    if (!last.falls) continue;
    // All that is alive behind it is where the bytecode would have it.
    for (let slot = 0; slot < fn.localCount + fn.heights[end]!; slot++) {
      assert.is(run.slots.get(slot), code.slots.get(slot), `slot ${slot} behind the statement at ${start}`);
    }
  }
  for (; at < fn.code.length; at++) assert.ok(fn.heights[at]! < 0, 'all is covered');
}

function lastPc(fn: LinkedFunction, start: number, end: number): number {
  let pc = start;
  while (pc + opcodes[fn.code[pc]!]!.size < end) pc += opcodes[fn.code[pc]!]!.size;
  return pc;
}

function* functionsOf(programs: Iterable<Program>): Generator<LinkedFunction> {
  for (const program of programs) yield* program.linkFor(engines.fused).functions;
}

function* somePrograms(): Generator<Program> {
  for (let seed = 1; seed <= 200; seed++) {
    yield load(makeModule(fromSeed(seed)));
    yield programOf(seed).program;
  }
}

test('what the fused engine begins with', () => {
  let [instructions, statements] = [0, 0];
  for (const fn of functionsOf(somePrograms())) {
    const found = firstStatements(fn);
    check(fn, found, findLeaders(fn));
    statements += found.length;
    instructions += fn.heights.reduce((sum, height) => sum + (height >= 0 ? 1 : 0), 0);
  }
  assert.ok(statements < instructions * 0.8, `${statements} statements of ${instructions} instructions`);
});

/** An engine that nests what it likes. */
const whims = (choose: Choose, imports: ReturnType<typeof usualImports>): Nesting => ({
  nests: (_, pc) => (pc * 7 + choose(1)) % 3 !== 0,
  branchesOn: (op) => op === 'OpLess',
  computes: (callee, argc, pc) => (pc % 4 === 0 ? undefined : computing(callee, argc, imports)),
  largest: 1 + choose(20),
});

test('whatever an engine nests, and wherever statements are split', () => {
  let seed = 0;
  for (const fn of functionsOf(somePrograms())) {
    const choose = fromSeed(++seed);
    const leaders = findLeaders(fn);
    for (let pc = 0; pc < fn.code.length; pc++) {
      if (fn.heights[pc]! >= 0 && choose(5) === 0) leaders[pc] = 1;
    }
    check(fn, statementsOf(fn, 0, fn.code.length, leaders, whims(choose, usualImports(fn))), leaders);
  }
});

test.run();
