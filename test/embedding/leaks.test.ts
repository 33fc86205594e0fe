/**
 * Nothing of a run stays when it is over, however it ended: no slot, no frame, no fuel, no memory; and what an execution
 * that has stopped keeps is its own.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Execution, GuestThrow, VM } from '../../src/index';
import { checkClear, guest, onEngines } from './guests';

const names = { functions: ['fail', 'fetch', 'stop'] };

/** Ways for a run to end or stop, each with something large in its frames. */
const endings: [string, string][] = [
  ['by itself', 'let big = array(1000, "x"); fn f(x) { len(x) }; f(big)'],
  ['by an error', 'fn f(x) { x - 1 }; f(array(1000, "x"))'],
  [
    'by a throw at depth',
    'fn f(n, x) { if (n == 0) { throw x } else { f(n - 1, [x]) } }; f(50, array(1000, "x"))',
  ],
  ['by an error of the host', 'fn f(x) { fail(x) }; f(array(1000, "x"))'],
  ['out of fuel', 'fn f(x) { while (true) {} }; f(array(1000, "x"))'],
  ['out of frames', 'fn f(x) { f([x]) }; f([])'],
  ['out of memory', 'let a = []; while (true) { append(a, array(1000, 0)) }'],
  ['at a promise', 'fn f(x) { fetch(); x }; f(array(1000, "x"))'],
  ['in a constructor', 'class A { x; constructor(x) { this.x = x; this.x - 1 } }; new A(array(1000, "x"))'],
  ['in methods without end', 'class A { x = array(10, "x"); m(x) { this.m([this, x]) } }; new A().m(1)'],
  ['at the promise of a method', 'class A { f = fetch; m(x) { this.f(); x } }; new A().m(array(1000, "x"))'],
  ['at a pause', 'fn f(x) { stop(); while (true) {} }; f(array(1000, "x"))'],
];

for (const [title, source] of endings) {
  onEngines(`a run that ends or stops ${title} leaves the thread clear`, (engine) => {
    const program = guest(source, names);
    const vm = new VM({
      engine,
      fuel: 500_000,
      maxFrames: 1000,
      maxMemory: 4_000_000,
      functions: {
        fail: (x) => {
          throw new GuestThrow(x as never); // what the guest gave
        },
        fetch: () => new Promise<null>(() => {}),
        stop: () => execution.pause(),
      },
    });
    let execution: Execution = vm.start(program);
    let fuel: number | undefined;
    for (let i = 0; i < 20; i++) {
      execution = vm.start(program);
      execution.advance();
      checkClear();
      fuel ??= execution.fuelUsed;
      assert.is(execution.fuelUsed, fuel, 'the same in every run');
      execution.cancel();
    }
    assert.is(vm.run(guest('1 + 1')).value, 2);
  });
}

onEngines('a VM that was out of memory has it all again', (engine) => {
  const vm = new VM({ engine, maxMemory: 1_000_000 });
  const greedy = guest('let a = []; while (true) { append(a, array(1000, 0)) }');
  const modest = guest('len(array(40000, 0))');
  for (let i = 0; i < 5; i++) {
    assert.throws(() => vm.run(greedy), /need more than/);
    assert.is(vm.run(modest).value, 40_000);
  }
});

onEngines('stopped executions count as memory of their VM until they are cancelled', (engine) => {
  const vm = new VM({ engine, maxMemory: 1_000_000, functions: { stop: () => execution.pause() } });
  const hold = guest('let mine = array(40000, 0); stop(); while (true) {}', names);
  const another = guest('len(array(40000, 0))');
  const execution: Execution = vm.start(hold);
  execution.advance();
  assert.is(execution.state, 'paused');
  assert.throws(() => vm.run(another), /need more than/);
  assert.is(execution.state, 'paused', 'what is stopped is not hurt');
  execution.cancel();
  assert.is(vm.run(another).value, 40_000);
});

onEngines('a run cannot see what an earlier one left on the stack', (engine) => {
  const vm = new VM({ engine });
  vm.run(guest('fn f(a, b, c) { let d = "secret"; [a, b, c, d] }; f("s1", "s2", "s3"); let x = "secret"'));
  assert.equal(vm.run(guest('fn f() { let a; let b; let c; let d; [a, b, c, d] }; f()')).value, [
    null,
    null,
    null,
    null,
  ]);
});

test('ten thousand runs and calls leave the heap as it was', () => {
  const collect = (globalThis as { gc?: () => void }).gc; // there where Node is told so
  const vm = new VM({ fuel: 10_000, functions: { f: (x) => x } });
  const program = guest('let a = array(100, [1]); fn g(x) { f([x, a]) }; g(a)', { functions: ['f'] });
  const bad = guest('fn g(x) { if (x == 0) { throw [1, 2, 3] } else { g(x - 1) } }; g(20)');
  const work = (): void => {
    for (let i = 0; i < 2500; i++) {
      vm.run(program);
      vm.call('g', [i]);
      const execution = vm.start(program);
      execution.advance({ fuel: 20 });
      execution.cancel();
      try {
        vm.run(bad);
      } catch {}
    }
    collect?.();
  };
  work();
  const before = process.memoryUsage().heapUsed;
  work();
  const grown = process.memoryUsage().heapUsed - before;
  // Without a collection on demand this only sees what is far too much.
  assert.ok(grown < (collect ? 1e6 : 60e6), `${grown} bytes more`);
  checkClear();
});

test.run();
