/**
 * What a host grants or withholds: the clock and the seed of random numbers, and that neither goes from one program or VM to
 * another.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compile, LinkError, load, Session, VM, type VmOptions } from '../../src/index';
import { assertFails, guest, onEngines } from './guests';

const draws = guest('[random(), random_int(1, 1000000), shuffle(range(5))]');

onEngines('a program that names the clock is refused where it is not granted', (engine) => {
  for (const clock of [undefined, false]) {
    const vm = new VM({ engine, ...(clock !== undefined && { clock }) });
    for (const source of ['clock()', 'if (len([]) > 0) { clock }', 'let f = fn() { clock() }']) {
      assert.throws(
        () => vm.run(guest(source)),
        (error: unknown) =>
          error instanceof LinkError &&
          error.message === "nobody provides 'clock', which the module imports" &&
          error.missing.join() === 'clock',
      );
    }
    assert.is(vm.run(guest('let clock = 5; clock')).value, 5);
  }
});

onEngines('the clock that is granted is read at each call', (engine) => {
  let now = 1000;
  const vm = new VM({ engine, clock: () => now++ });
  assert.equal(vm.run(guest('[clock(), clock(), type(clock)]')).value, [1000, 1001, 'function']);
  const before = Date.now();
  const read = new VM({ engine, clock: true }).run(guest('clock()')).value;
  assert.ok(Number(read) >= before && Number(read) <= Date.now());
});

onEngines('a host function of that name is the clock', (engine) => {
  const functions = { clock: () => 'noon' };
  assert.is(new VM({ engine, functions }).run(guest('clock()')).value, 'noon');
});

onEngines('a clock that fails is an error of the host', (engine) => {
  const secret = new Error('secret');
  const broken = (): number => {
    throw secret;
  };
  const error = assertFails(() => new VM({ engine, clock: broken }).run(guest('clock()')), 'host error');
  assert.is(error.message, "the host function 'clock' failed");
  assert.is(error.cause, secret);
  const wrong = (() => 'noon') as unknown as () => number; // what a host without types may give
  const caught = 'let r; try { clock() } catch (e) { r = e["message"] }; r';
  assert.is(new VM({ engine, clock: wrong }).run(guest(caught)).value, "the host function 'clock' failed");
});

onEngines('every run begins with the seed of the VM', (engine) => {
  const vm = new VM({ engine, seed: 5 });
  const first = vm.run(draws).value;
  assert.equal(vm.run(draws).value, first);
  assert.equal(new VM({ engine, seed: 5 }).run(draws).value, first);
  assert.not.equal(new VM({ engine, seed: 6 }).run(draws).value, first);
  assert.equal(new VM({ engine }).run(draws).value, new VM({ engine, seed: 0 }).run(draws).value);
  assert.equal(
    new VM({ engine }).run(guest('seed(5); [random(), random_int(1, 1000000), shuffle(range(5))]')).value,
    first,
  );
});

onEngines('what a program seeds and draws is no other program’s', (engine) => {
  const vm = new VM({ engine, seed: 5 });
  const first = vm.run(draws).value;
  vm.run(guest('seed(99); random(); random()'));
  assert.equal(vm.run(draws).value, first);
  const [a, b] = [
    vm.start(guest('let r = []; while (len(r) < 200) { append(r, random()) }; r')),
    vm.start(draws),
  ];
  while (a.advance({ fuel: 50 }) === 'paused') b.advance({ fuel: 1 });
  b.advance({});
  assert.equal(b.result.value, first);
  assert.equal(
    a.result.value,
    vm.run(guest('let r = []; while (len(r) < 200) { append(r, random()) }; r')).value,
  );
});

onEngines('a call and a module of the same session go on with the numbers', (engine) => {
  const vm = new VM({ engine, seed: 5 });
  const [first, second, third] = vm.run(guest('[random(), random(), random()]')).value as number[]; // three are drawn
  const fresh = new VM({ engine, seed: 5 });
  assert.is(fresh.run(guest('fn draw() { random() }; draw()')).value, first);
  assert.is(fresh.call('draw'), second);
  assert.is(fresh.call('draw'), third);
  const session = new Session();
  const going = new VM({ engine, seed: 5 });
  const run = (source: string): unknown =>
    going.run(load(compile(source, { session })), { keepGlobals: true }).value;
  assert.is(run('random()'), first);
  assert.is(run('random()'), second);
});

test('what is no clock and no seed is refused', () => {
  const wrong = (options: object): void => void new VM(options as VmOptions); // what a host without types may give
  assert.throws(
    () => wrong({ clock: 5 }),
    (error: unknown) =>
      error instanceof TypeError && error.message === 'clock must be true, false or a function',
  );
  for (const seed of [0.5, Number.NaN, Number.POSITIVE_INFINITY, '1', null]) {
    assert.throws(
      () => wrong({ seed }),
      (error: unknown) =>
        error instanceof RangeError && error.message === `seed must be a whole number, not ${String(seed)}`,
    );
  }
  assert.not.throws(() => wrong({ seed: -(2 ** 60), clock: false }));
});

test.run();
