/**
 * The fused engine from inside: that expressions are nested, that what goes off its fast path does so once, and what happens
 * where a statement is made anew while it runs.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fusedEngine } from '../src/engines/fused';
import { codeOf, type FusedCode } from '../src/engines/fused-code';
import { patchCell } from '../src/engines/patch';
import {
  compile,
  type EngineName,
  engineNames,
  GuestFunction,
  HeddleError,
  load,
  type Program,
  VM,
  type VmOptions,
} from '../src/index';
import type { LinkedFunction } from '../src/runtime/linked';
import { thread } from '../src/runtime/thread';
import { translationOf } from '../src/tools/translation';
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

/** A function as the fused engine has it. */
const fusedFunction = (work: Program, name: string): LinkedFunction =>
  work.linkFor(fusedEngine).functions.find((fn) => fn.name === name)!;

const withLeaves = `class Point { x = 1; y
    getX() { this.x }
    isFar(limit) { this.x > limit || this.y > limit }
    setX(x) { this.x = x; this.x + 1 }
  }
  fn twice(n) { n * 2 }
  fn sum(n) { let s = 0; for (let i = 0; i < n; i += 1) { s += twice(i) }; s }`;

test('a call of a leaf makes no frame, and where it is an expression it runs no cell', () => {
  const work = weft(`${withLeaves}; let p = new Point(); p.y = 2; p.setX(5); p.getX(); p.isFar(3); sum(2)`);
  const vm = new VM({ engine: fusedEngine });
  vm.run(work);
  const { functions } = work.linkFor(fusedEngine);
  assert.equal(
    functions.filter((fn) => codeOf(fn)?.counts().isLeaf).map((fn) => fn.name),
    ['Point.getX', 'Point.isFar', 'Point.setX', 'Point.constructor', 'twice'],
  );
  assert.is(translationOf(functions).leaves, 5);
  fusedFunction(work, 'twice').cells[0] = () => {
    throw new Error('a cell was run');
  };
  assert.is(vm.call('sum', 4), 12);
  const depths: number[] = [];
  const { cells } = fusedFunction(work, 'Point.setX');
  const [first] = cells;
  cells[0] = (fp) => {
    depths.push(thread.depth - thread.floor);
    return first!(fp);
  };
  vm.run(work);
  assert.equal(depths, [0]);
});

test('a leaf has a frame while it is patched, and none again after', () => {
  const work = weft(`${withLeaves}; sum(2)`);
  const vm = new VM({ engine: fusedEngine });
  vm.run(work);
  const twice = fusedFunction(work, 'twice');
  const depths: number[] = [];
  const undo = patchCell(twice, 0, (cell) => (fp) => {
    depths.push(thread.depth - thread.floor);
    return cell(fp);
  });
  assert.is(twice.leaf, undefined);
  assert.is(vm.call('sum', 3), 6);
  assert.equal(depths, [1, 1, 1]);
  undo();
  assert.ok(twice.leaf?.expression);
  assert.is(vm.call('sum', 3), 6);
  assert.is(depths.length, 3);
});

test('what follows a call is done by its cell, unless it is patched', () => {
  const source = `${withLeaves}; fn g(n) { let t = twice(n); if (twice(t)) { twice(t + 1) } else { 0 } }; g(1)`;
  const work = weft(source);
  const vm = new VM({ engine: fusedEngine });
  vm.run(work);
  const g = fusedFunction(work, 'g');
  // The move to the variable, the branch, and the return at the end of the first way.
  const skipped = codeOf(g)!
    .current()
    .filter(({ kind, start }) => (kind === 'store' || kind === 'branch') && start > 0);
  assert.is(skipped.length, 2);
  const cells = skipped.map(({ start }) => g.cells[start]!);
  for (const { start } of skipped) {
    g.cells[start] = () => {
      throw new Error('a cell was run');
    };
  }
  assert.is(vm.call('g', 3), 14);
  skipped.forEach(({ start }, i) => {
    g.cells[start] = cells[i]!;
  });
  let count = 0;
  const undo = skipped.map(({ start }) =>
    patchCell(g, start, (cell) => (fp) => {
      count++;
      return cell(fp);
    }),
  );
  assert.is(vm.call('g', 3), 14);
  assert.is(count, 2);
  for (const one of undo) one();
  assert.is(vm.call('g', 3), 14);
  assert.is(count, 2);
});

/** The result or the error, and the fuel used. */
function outcomeOf(engine: EngineName, work: Program, options: VmOptions): string {
  const vm = new VM({ ...options, engine });
  try {
    return `${vm.run(work).text} ${vm.fuelUsed}`;
  } catch (error) {
    if (!(error instanceof HeddleError)) throw error;
    return `${error.report()} ${vm.fuelUsed}`;
  }
}

const troubled = weft(`${withLeaves}
  fn attempt(f) { try { f() } catch (e) { "\${e.message} \${e.trace}" } }
  fn join(a, b) { [a, b, a] }
  let p = new Point()
  p.y = 0
  let seen = [attempt(fn() { p.setX("") }), p.x, attempt(fn() { p.isFar(0) }), attempt(fn() { p.getX(1) })]
  let kept = []
  for (let i = 0; i < 12; i += 1) { kept = join(kept, twice(i)); p.x = i; p.isFar(5); seen = [p.setX(i), seen[0]] }
  [seen, len(kept), sum(9), twice("")]`);

onEngines('leaves fail, run out of fuel and memory, and are too deep as other functions are', (engine) => {
  const agree = (options: VmOptions, what: string): void =>
    assert.is(outcomeOf(engine, troubled, options), outcomeOf('reference', troubled, options), what);
  agree({}, 'no limit');
  for (let fuel = 1; fuel < 900; fuel += 7) agree({ fuel }, `fuel ${fuel}`);
  for (let maxMemory = 2000; maxMemory < 12_000; maxMemory += 97) agree({ maxMemory }, `memory ${maxMemory}`);
  for (let maxFrames = 1; maxFrames < 6; maxFrames++) agree({ maxFrames }, `frames ${maxFrames}`);
  for (let maxSlots = 4; maxSlots < 40; maxSlots++) agree({ maxSlots }, `slots ${maxSlots}`);
});

onEngines('the result of a call that is needed twice is in both places', (engine) => {
  const source = `class Pair { a; b }; fn f(n) { n + 1 }
    fn g(p) { let r = p.a = f(3); p.b = f(r); let m = {}; m["k"] = f(f(1)); [r, p.a, p.b, m["k"], f(1) || 2] }
    g(new Pair())`;
  assert.is(new VM({ engine }).run(weft(source)).text, '[4, 4, 5, 3, 2]');
});

test.run();
