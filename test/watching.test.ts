/**
 * Cells that are made late, and tools that watch them: tracing and counting change nothing of what a program does.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { threadedEngine } from '../src/engines/threaded';
import {
  InstructionCounter,
  listFunction,
  load,
  ModuleBuilder,
  traceLine,
  tracingEngine,
  VM,
} from '../src/index';
import { busy, countDown, failureOf, fuelNeeded, program } from './engine-programs';

test('threaded: a function that is never called has none of its cells made', () => {
  const lazy = program(
    ...['.function main', 'OpClosure $unused 0', 'OpPop', 'OpClosure $used 0', 'OpCall 0', '.end'],
    ...['.function used', 'OpConstant =1', 'OpConstant =2', 'OpAdd', '.end'],
    ...['.function unused', 'OpConstant =1', 'OpConstant =2', 'OpAdd', '.end'],
  );
  const { functions } = lazy.linkFor(threadedEngine);
  assert.equal(
    functions.map(({ cells }) => cells.length),
    [1, 1, 1],
    'prepared: one cell each, which makes the others',
  );
  assert.is(new VM({ engine: 'threaded' }).run(lazy).value, 3);
  assert.equal(
    functions.map(({ cells, code }) => cells.length === code.length),
    [true, true, false],
  );
  assert.is(functions[2]!.cells.length, 1);
});

test('threaded: a function that calls itself at its first call', () => {
  assert.is(new VM({ engine: 'threaded' }).run(countDown(3)).value, 3);
});

/** `2 + 3 * 4` as it is written. */
function sumProgram(): ReturnType<ModuleBuilder['build']> {
  const module = new ModuleBuilder();
  const main = module.function('main');
  for (const number of [2, 3, 4]) main.emit('OpConstant', module.constant(number));
  main.emit('OpMul').emit('OpAdd');
  return module.build();
}

test('2 + 3 * 4 lists as the design has it', () => {
  assert.equal(listFunction(sumProgram().functions[0]!), [
    '0000 OpConstant 0',
    '0003 OpConstant 1',
    '0006 OpConstant 2',
    '0009 OpMul',
    '0010 OpAdd',
  ]);
});

test('tracing 2 + 3 * 4 shows the stack before each instruction and at the end', () => {
  const stacks: string[] = [];
  const lines: string[] = [];
  const engine = tracingEngine((step) => {
    stacks.push(JSON.stringify(step.stack));
    lines.push(traceLine(step));
  });
  assert.is(new VM({ engine }).run(load(sumProgram())).value, 14);
  assert.equal(stacks, ['[]', '[2]', '[2,3]', '[2,3,4]', '[2,12]', '[14]']);
  assert.is(lines[3], `${'main 0009 OpMul'.padEnd(40)} [2,3,4]`);
});

test('tracing indents by depth and shortens long values', () => {
  const lines: string[] = [];
  const engine = tracingEngine((step) => lines.push(traceLine(step)));
  const work = program(
    ...['.function main', 'OpClosure $f 0', 'OpCall 0', '.end'],
    ...['.function f', `OpConstant ="${'x'.repeat(100)}"`, 'OpReturn', '.end'],
  );
  new VM({ engine }).run(work);
  assert.equal(
    lines.map((line) => line.replace(/ +\[/, ' [')),
    [
      'main 0000 OpClosure 1 0 []',
      'main 0004 OpCall 0 [<fn f>]',
      '  f 0000 OpConstant 0 []',
      `  f 0003 OpReturn [${JSON.stringify('x'.repeat(100)).slice(0, 60)}...]`,
      `main 0006 OpReturn [${JSON.stringify('x'.repeat(100)).slice(0, 60)}...]`,
    ],
  );
});

test('counting instructions counts each time one runs', () => {
  const counter = new InstructionCounter();
  new VM({ engine: counter.engine }).run(load(sumProgram()));
  assert.equal(counter.byMnemonic(), [
    ['OpConstant', 3],
    ['OpAdd', 1],
    ['OpMul', 1],
    ['OpReturn', 1],
  ]);
  assert.is(counter.total, 6);
});

test('watched engines use the same fuel and fail alike', () => {
  const fuel = fuelNeeded('reference', busy);
  for (const engine of [new InstructionCounter().engine, tracingEngine(() => {})]) {
    assert.is(new VM({ engine }).run(busy).fuelUsed, fuel);
    const report = failureOf(new VM({ engine, fuel: fuel - 1 }), busy).report();
    assert.is(report, failureOf(new VM({ engine: 'switch', fuel: fuel - 1 }), busy).report());
  }
});

test.run();
