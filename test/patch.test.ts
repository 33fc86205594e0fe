/**
 * Patching: cells replaced and put back before a program runs, while it runs and while it is paused, on each engine that runs
 * cells. The program does what it does without patches, unless a patch does something else.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { engines } from '../src/engines/engines';
import { fusedEngine } from '../src/engines/fused';
import { codeOf } from '../src/engines/fused-code';
import { patchCell } from '../src/engines/patch';
import { threadedEngine } from '../src/engines/threaded';
import { threadedTosEngine } from '../src/engines/threaded-tos';
import { compile, engineNames, load, type Program, VM } from '../src/index';
import { opcodes } from '../src/isa/isa';
import type { Cell, LinkedFunction } from '../src/runtime/linked';
import { thread } from '../src/runtime/thread';
import { fromSeed } from './bytecode/arbitrary-module';
import { compareOn, programOf, showDifference } from './differential/compare';
import { busy, failureOf } from './engine-programs';

const cellEngines = [threadedEngine, threadedTosEngine, fusedEngine];

function onCells(name: string, body: (engine: (typeof cellEngines)[number]) => void): void {
  for (const engine of cellEngines) test(`${engine.name}: ${name}`, () => body(engine));
}

const weft = (source: string, functions: string[] = []): Program =>
  load(compile(source, { file: 'test.weft', functions }));

/** The pcs of a function's instructions that can be reached, in order. */
const pcsOf = ({ code, heights }: LinkedFunction): number[] =>
  [...code.keys()].filter((pc) => heights[pc]! >= 0);

/** Where instructions of a name stand. */
const find = (fn: LinkedFunction, op: string): number[] =>
  pcsOf(fn).filter((pc) => opcodes[fn.code[pc]!]!.op === op);

const functionOf = (work: Program, engine: (typeof cellEngines)[number], name: string): LinkedFunction =>
  work.linkFor(engine).functions.find((fn) => fn.name === name)!;

const countInto =
  (counts: Map<number, number>, pc: number) =>
  (cell: Cell): Cell =>
  (fp) => {
    counts.set(pc, (counts.get(pc) ?? 0) + 1);
    return cell(fp);
  };

const looping =
  'fn f(n) { let s = 0; for (let i = 0; i < n; i += 1) { s = s + i * 2 - (i & 1) }; s }; [f(3), f(10)]';
const loopingValue = '[5, 85]';

onCells(
  'every instruction counts its executions, also inside expressions, and as often on both',
  (engine) => {
    const counted = (on: (typeof cellEngines)[number]): string => {
      const work = weft(looping);
      const fn = functionOf(work, on, 'f');
      const counts = new Map<number, number>();
      const undo = pcsOf(fn).map((pc) => patchCell(fn, pc, countInto(counts, pc)));
      assert.is(new VM({ engine: on }).run(work).text, loopingValue);
      for (const take of undo) take();
      const seen = JSON.stringify([...counts].sort(([a], [b]) => a - b));
      assert.is(new VM({ engine: on }).run(work).text, loopingValue);
      assert.is(JSON.stringify([...counts].sort(([a], [b]) => a - b)), seen, 'undone');
      return seen;
    };
    assert.is(counted(engine), counted(threadedEngine));
    assert.match(counted(engine), /,13\]/);
  },
);

onCells('what one patch counts alone is what it counts among others', (engine) => {
  const all = new Map<number, number>();
  const together = weft(looping);
  const fn = functionOf(together, engine, 'f');
  for (const pc of pcsOf(fn)) patchCell(fn, pc, countInto(all, pc));
  new VM({ engine }).run(together);
  for (const pc of pcsOf(fn)) {
    const counts = new Map<number, number>();
    const work = weft(looping);
    patchCell(functionOf(work, engine, 'f'), pc, countInto(counts, pc));
    assert.is(new VM({ engine }).run(work).text, loopingValue);
    assert.is(counts.get(pc), all.get(pc), `pc ${pc}`);
  }
});

onCells(
  'a patch sees the operands of its instruction in their slots, and may do something else',
  (engine) => {
    const work = weft(looping);
    const fn = functionOf(work, engine, 'f');
    const [multiply] = find(fn, 'OpMul');
    const at = fn.localCount + fn.heights[multiply!]! - 2;
    const seen: unknown[] = [];
    const undo = patchCell(fn, multiply!, (cell) => (fp) => {
      seen.push([thread.stack[fp + at], thread.stack[fp + at + 1]]);
      thread.stack[fp + at] = 100;
      return cell(fp);
    });
    assert.is(new VM({ engine }).run(work).text, '[599, 1995]');
    assert.equal(seen.slice(0, 3), [
      [0, 2],
      [1, 2],
      [2, 2],
    ]);
    undo();
    assert.is(new VM({ engine }).run(work).text, loopingValue);
  },
);

onCells('patches of one pc go around each other, and are undone in any order', (engine) => {
  const work = weft('fn f(a, b) { 1 + a * b }; f(2, 3)');
  const fn = functionOf(work, engine, 'f');
  const [pc] = find(fn, 'OpMul');
  let order = '';
  const saying =
    (word: string) =>
    (cell: Cell): Cell =>
    (fp) => {
      order += word;
      return cell(fp);
    };
  const run = (): string => {
    order = '';
    assert.is(new VM({ engine }).run(work).value, 7);
    return order;
  };
  const undoA = patchCell(fn, pc!, saying('a'));
  const undoB = patchCell(fn, pc!, saying('b'));
  const undoC = patchCell(fn, pc!, saying('c'));
  assert.is(run(), 'cba');
  undoB();
  assert.is(run(), 'ca');
  undoA();
  undoA();
  assert.is(run(), 'c');
  undoC();
  assert.is(run(), '');
});

onCells('one patch given twice runs twice and is taken away once at a time', (engine) => {
  const work = weft('fn f(a) { a + 1 }; f(2)');
  const fn = functionOf(work, engine, 'f');
  const counts = new Map<number, number>();
  const [pc] = find(fn, 'OpAdd');
  const patch = countInto(counts, pc!);
  const undo = [patchCell(fn, pc!, patch), patchCell(fn, pc!, patch)];
  new VM({ engine }).run(work);
  assert.is(counts.get(pc!), 2);
  undo[0]!();
  new VM({ engine }).run(work);
  assert.is(counts.get(pc!), 3);
});

onCells('a host function patches the loop that calls it, and puts it back', (engine) => {
  const source =
    'fn f(n) { let s = 0; for (let i = 0; i < n; i += 1) { s += i * 2 + at(i + 0 * 1) * 3 }; s }; f(10)';
  const work = load(compile(source, { functions: ['at'], optimize: false }));
  const fn = functionOf(work, engine, 'f');
  const counts = new Map<number, number>();
  let undo: (() => void)[] = [];
  const at = (i: unknown): number => {
    if (i === 3) undo = pcsOf(fn).map((pc) => patchCell(fn, pc, countInto(counts, pc)));
    if (i === 7) for (const take of undo) take();
    return 1;
  };
  const expected = new VM({ engine: 'reference', functions: { at: (_) => 1 } }).run(work).value;
  assert.is(new VM({ engine, functions: { at } }).run(work).value, expected);
  const [call, jump] = [find(fn, 'OpCall')[0]!, find(fn, 'OpLoop')[0]!];
  assert.is(counts.get(call), 4, 'rounds 4 to 7');
  assert.is(counts.get(jump), 4, 'rounds 3 to 6');
  assert.is(counts.get(find(fn, 'OpReturn')[0]!), undefined);
});

onCells('a function is patched before its first call, and while it is paused', (engine) => {
  const work = weft(
    'fn f(n) { let s = 0; for (let i = 0; i < n; i += 1) { s = s + i * 2 - (i & 1) }; s }; f(100)',
  );
  const fn = functionOf(work, engine, 'f');
  const counts = new Map<number, number>();
  const [multiply, and] = [find(fn, 'OpMul')[0]!, find(fn, 'OpBitAnd')[0]!];
  const undo = patchCell(fn, multiply, countInto(counts, multiply));
  const execution = new VM({ engine }).start(work);
  execution.advance({ fuel: 300 });
  const before = counts.get(multiply)!;
  assert.ok(before > 3 && before < 90);
  undo();
  patchCell(fn, and, countInto(counts, and));
  assert.is(execution.advance(), 'done');
  assert.is(counts.get(multiply), before);
  assert.is(counts.get(and), 100 - before);
  assert.is(execution.result.value, new VM({ engine: 'reference' }).run(work).value);
});

onCells('patches that come and go at every pause change nothing', (engine) => {
  for (let seed = 1; seed <= 60; seed++) {
    const { program, source } = programOf(seed);
    const expected = new VM({ engine: 'reference', fuel: 20_000 }).start(program);
    expected.advance();
    const choose = fromSeed(seed);
    const execution = new VM({ engine, fuel: 20_000 }).start(program);
    const undo: (() => void)[] = [];
    while (!execution.isOver && execution.state !== 'out of fuel') {
      const fn = program.linkFor(engine).functions[choose(program.module.functions.length)]!;
      const pcs = pcsOf(fn);
      for (let n = choose(4); n > 0; n--) {
        const pc = pcs[choose(pcs.length)]!;
        undo.push(patchCell(fn, pc, (cell) => (fp) => cell(fp)));
      }
      while (undo.length > 0 && choose(2) === 0) undo.splice(choose(undo.length), 1)[0]!();
      execution.advance({ fuel: 1 + choose(100) });
    }
    assert.is(execution.error?.report(), expected.error?.report(), source);
    if (!expected.error) assert.is(execution.result.text, expected.result.text, source);
    assert.is(execution.fuelUsed, expected.fuelUsed, source);
  }
});

onCells('a program that is patched everywhere gives the same, under every limit', (engine) => {
  for (let seed = 1; seed <= 60; seed++) {
    const { program, source } = programOf(seed);
    for (const fn of program.linkFor(engine).functions) {
      for (const pc of pcsOf(fn)) patchCell(fn, pc, (cell) => (fp) => cell(fp));
    }
    const { differences } = compareOn(['reference', engine.name as 'fused'], program, seed);
    assert.is(differences.map(showDifference).join('\n'), '', source);
  }
});

test('fused: a patch splits its statement, survives a bail, and what it split is fused again', () => {
  const work = weft('fn f(a, b) { (a - b) * 2 + b * 3 }; f(5, 2)');
  const fn = functionOf(work, fusedEngine, 'f');
  new VM({ engine: 'fused' }).run(work);
  const cells = (): number => codeOf(fn)!.counts().cells;
  const whole = cells();
  const counts = new Map<number, number>();
  const product = find(fn, 'OpMul')[1]!;
  const undo = patchCell(fn, product, countInto(counts, product));
  assert.ok(cells() > whole);
  const mixed = weft('fn f(a, b) { (a - b) * 2 + b * 3 }; try { f("", 2) } catch (e) {}; f(5, 2)');
  const other = functionOf(mixed, fusedEngine, 'f');
  const taken = patchCell(other, find(other, 'OpMul')[1]!, countInto(counts, product));
  assert.is(new VM({ engine: 'fused' }).run(mixed).value, 12);
  assert.is(codeOf(other)!.counts().bails, 1);
  assert.is(counts.get(product), 1, 'the first call never comes to it');
  taken();
  assert.is(new VM({ engine: 'fused' }).run(mixed).value, 12);
  assert.is(counts.get(product), 1);
  undo();
  assert.is(cells(), whole);
});

test('fused: a patch runs once where what stands before it bails', () => {
  const work = weft('fn f(a, b) { a * 2 + (b - a) * 3 }; try { f([], 1) } catch (e) {}; f(1, 2)');
  const fn = functionOf(work, fusedEngine, 'f');
  const counts = new Map<number, number>();
  const [first] = pcsOf(fn);
  patchCell(fn, first!, countInto(counts, first!));
  assert.is(new VM({ engine: 'fused' }).run(work).value, 5);
  assert.is(counts.get(first!), 2);
});

onCells('errors of a patch are those of its instruction', (engine) => {
  const work = weft('fn f(a) {\n  1 +\n    a * 2\n}\nf(4)');
  const fn = functionOf(work, engine, 'f');
  const undo: (() => void)[] = [];
  undo.push(
    patchCell(fn, find(fn, 'OpMul')[0]!, () => () => {
      for (const take of undo) take();
      throw new RangeError('own');
    }),
  );
  const error = failureOf(new VM({ engine }), work);
  assert.is(error.trace[0]!.line, 3);
  assert.is(new VM({ engine }).run(work).value, 9);
});

onCells('code is shared: a patch is seen by every VM, and by no other engine', (engine) => {
  const counts = new Map<number, number>();
  const fn = busy.linkFor(engine).functions[1]!;
  const undo = patchCell(fn, 0, countInto(counts, 0));
  for (const name of engineNames) new VM({ engine: name }).run(busy);
  assert.is(counts.get(0), 7);
  new VM({ engine }).run(busy);
  assert.is(counts.get(0), 14);
  undo();
  new VM({ engine }).run(busy);
  assert.is(counts.get(0), 14);
});

onCells('a patch is refused where no instruction begins', (engine) => {
  const work = weft('fn f(a) { return a; 1 }; f(1)');
  const fn = functionOf(work, engine, 'f');
  const dead = [...fn.code.keys()].filter((pc) => fn.heights[pc]! < 0);
  for (const pc of [-1, 0.5, fn.code.length + 5, ...dead]) {
    assert.throws(
      () => patchCell(fn, pc, (cell) => cell),
      new RegExp(`no instruction of 'f' that can be reached begins at ${pc}$`),
    );
  }
});

for (const name of ['switch', 'table', 'reference'] as const) {
  test(`${name}: has no cells that can be patched`, () => {
    const [main] = busy.linkFor(engines[name]).functions;
    assert.throws(
      () => patchCell(main!, 0, (cell) => cell),
      /'main' is not run by cells that can be patched/,
    );
  });
}

test.run();
