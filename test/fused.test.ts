/**
 * The fused engine from inside: that expressions are nested, that what goes off its fast path does so once, and what happens
 * where a statement is made anew while it runs.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fusedEngine } from '../src/engines/fused';
import { codeOf, type FusedCode } from '../src/engines/fused-code';
import {
  compile,
  type EngineName,
  engineNames,
  GuestFunction,
  HeddleError,
  load,
  type Program,
  VM,
} from '../src/index';
import { failureOf, program } from './engine-programs';

function callable(value: unknown): GuestFunction {
  assert.instance(value, GuestFunction);
  return value as GuestFunction; // asserted
}

/** The translations of a program's functions after a run. */
function translationsOf(work: Program): (FusedCode | undefined)[] {
  new VM({ engine: fusedEngine }).run(work);
  return work.linkFor(fusedEngine).functions.map(codeOf);
}

const weft = (source: string): Program => load(compile(source, { file: 'test.weft' }));

function onEngines(name: string, body: (engine: EngineName) => void): void {
  for (const engine of engineNames) test(`${engine}: ${name}`, () => body(engine));
}

test('expressions are nested: few cells do many instructions', () => {
  const source = `fn f(n) { let s = 0; for (let i = 0; i < n; i += 1) { s = s + (i * 2 + 1) % 7 - (i & 3) }; s }; f(10)`;
  const [, f] = translationsOf(weft(source));
  const { cells, instructions } = f!.counts();
  assert.ok(instructions >= 24, `${instructions} instructions`);
  assert.ok(cells <= 8, `${cells} cells`);
  assert.is(f!.counts().bails, 0);
});

test('a function that was not called is not translated', () => {
  const [main, f] = translationsOf(weft('fn f() { 1 }; 2'));
  assert.ok(main);
  assert.is(f, undefined);
});

test('an instruction bails once, and stands alone then', () => {
  const source = `fn f(a, b) { (a - b) * 2 + 1 }
    let caught = 0
    for (let i = 0; i < 50; i += 1) { try { f([], i) } catch (e) { caught += 1 } }
    [caught, f(5, 2)]`;
  const work = weft(source);
  const [, f] = translationsOf(work);
  assert.is(f!.counts().bails, 1);
  assert.is(new VM({ engine: 'fused' }).run(work).text, '[50, 7]');
  assert.is(f!.counts().bails, 1, 'not again in another VM');
});

test('each site bails for itself', () => {
  const source = `fn f(a, b, c) { (a - 1) * 2 + (b - 1) * 2 + (c - 1) * 2 }
    fn try_it(a, b, c) { try { f(a, b, c) } catch (e) { null } }
    for (let i = 0; i < 9; i += 1) { try_it("", 1, 1); try_it(1, "", 1); try_it(1, 1, "") }
    f(1, 2, 3)`;
  assert.is(translationsOf(weft(source))[1]!.counts().bails, 3);
});

test('what fails where its operands were in no slots takes them from there afterwards', () => {
  const source = `fn f(a, i) { a[i + 1] = i * 2 }
    for (let i = 0; i < 20; i += 1) { try { f([1, 2, 3], i) } catch (e) {} }`;
  const [, f] = translationsOf(weft(source));
  const { cellsMade } = f!.counts();
  assert.ok(cellsMade <= 12, `${cellsMade} cells made`);
});

onEngines('copies of two values are both there where a block ends behind them', (engine) => {
  const copies = program(
    ...['.function main locals=1', '.handler @end @behind @caught height=0 catch'],
    ...['OpConstant =1', 'OpConstant =2', 'OpDup2', 'OpTrue', 'OpJumpIfFalse @end', 'end:'],
    ...['OpArray 4', 'OpReturn', 'behind:', 'caught:', 'OpReturn', '.end'],
  );
  assert.is(new VM({ engine }).run(copies).text, '[1, 2, 1, 2]');
});

onEngines('copies of two values are both there where the upper one is taken at once', (engine) => {
  const copies = program(
    ...['.function main locals=1', 'OpTrue', 'OpArray 1', 'OpFalse', 'OpArray 1'],
    ...['OpDup2', 'OpSetLocal 0', 'OpArray 3', '.end'],
  );
  assert.is(new VM({ engine }).run(copies).text, '[[true], [false], [true]]');
});

onEngines('a host function fails after the statement that called it has been made anew', (engine) => {
  const work = program(
    ...[
      '.file "test.weft"',
      '.function main',
      'OpClosure $f 0',
      'OpConstant =3',
      'OpConstant =2',
      'OpCall 2',
      '.end',
    ],
    ...['.function f arity=2 file=0', '.line 1:1', 'OpImport $fail', 'OpSelf', '.line 2:2', 'OpGetLocal 0'],
    ...['OpGetLocal 1', 'OpSub', '.line 9:9', 'OpCall 2', '.end'],
  );
  const fail = (f: unknown, n: unknown): never => {
    // The difference has no fast path for this.
    if (n === 1) assert.throws(() => vm.call(callable(f), [], 1), /does not apply/);
    throw new Error('no');
  };
  const vm = new VM({ engine, functions: { fail } });
  const { trace } = failureOf(vm, work);
  assert.equal([trace[0]!.function, trace[0]!.line], ['f', 9]);
});

onEngines('errors and censuses find the operands where they would be without expressions', (engine) => {
  // What earlier calls left where the operands of the failing '-' would be must not count as alive.
  const source = `fn f() {
      len(range(300))
      let i = 0
      while (i < 60) { try { null - (1 + i) } catch (e) { 0 }; i += 1 }
      i
    }
    f()`;
  const work = weft(source);
  const usedBy = (name: EngineName, maxMemory: number): string => {
    const vm = new VM({ engine: name, maxMemory });
    try {
      return `${vm.run(work).text} ${vm.memoryUsed} ${vm.fuelUsed}`;
    } catch (error) {
      if (!(error instanceof HeddleError)) throw error;
      return `${error.report()} ${vm.memoryUsed} ${vm.fuelUsed}`;
    }
  };
  for (let bytes = 600; bytes < 12_000; bytes += 111) {
    assert.is(usedBy(engine, bytes), usedBy('reference', bytes), `${bytes} bytes`);
  }
});

test.run();
