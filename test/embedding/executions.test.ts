/**
 * Executions in every state: what takes them forward, what stops them, what ends them, and that many of them take turns.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type EngineName, type Execution, HeddleError, type HostInput, VM } from '../../src/index';
import { assertThrows, guest, onEngines, rejectionOf } from './guests';

const endless = guest('let n = 0; while (true) { n += 1 }');
const sum = guest('let n = 0; for (let i = 0; i < 1000; i += 1) { n += i }; n');

/** A promise, and what settles it. */
function deferred(): {
  promise: Promise<HostInput>;
  resolve: (value: HostInput) => void;
  reject: (reason: unknown) => void;
} {
  let resolve: (value: HostInput) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<HostInput>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

const waiting = guest(
  'let f = fn() { "got ${fetch()}" }; let got; try { got = f() } catch (e) { got = ["caught", e] }; got',
  { functions: ['fetch'] },
);

// Going on

onEngines('an execution goes from ready to done', (engine) => {
  const execution = new VM({ engine }).start(sum);
  assert.is(execution.state, 'ready');
  assert.is(execution.fuelUsed, 0);
  assert.is(execution.isOver, false);
  assertThrows(() => execution.result, Error, 'the execution has no result yet: it is ready');
  assert.is(execution.advance(), 'done');
  assert.is(execution.isOver, true);
  assert.is(execution.result.value, 499_500);
  assert.is(execution.result.text, '499500');
  assert.is(execution.result.fuelUsed, execution.fuelUsed);
  assert.is(execution.error, undefined);
  assert.is(execution.advance(), 'done', 'once more changes nothing');
});

onEngines('slices by fuel pause it, and each uses little more than its part', (engine) => {
  const execution = new VM({ engine }).start(sum);
  let slices = 0;
  let before = 0;
  while (execution.advance({ fuel: 100 }) === 'paused') {
    assert.ok(execution.fuelUsed - before < 140, `${execution.fuelUsed - before}`);
    before = execution.fuelUsed;
    slices++;
  }
  assert.ok(slices > 20);
  assert.is(execution.result.value, 499_500);
});

onEngines('slices by time pause it', (engine) => {
  const execution = new VM({ engine }).start(endless);
  for (let i = 0; i < 3; i++) {
    const start = Date.now();
    assert.is(execution.advance({ milliseconds: 5 }), 'paused');
    const took = Date.now() - start;
    assert.ok(took >= 5 && took < 500, `${took} ms`);
  }
  execution.cancel();
});

onEngines('a flag pauses it for as long as it is set', (engine) => {
  const interrupt = new Int32Array(1);
  const execution = new VM({ engine }).start(endless);
  interrupt[0] = 1;
  assert.is(execution.advance({ interrupt }), 'paused');
  assert.is(execution.advance({ interrupt }), 'paused');
  interrupt[0] = 0;
  assert.is(execution.advance({ interrupt, fuel: 100_000 }), 'paused');
  assert.ok(execution.fuelUsed > 100_000);
  execution.cancel();
});

onEngines('a host function pauses it, and it stops before anything else happens', (engine) => {
  const seen: unknown[] = [];
  const program = guest('fn log(x) { see(x) }; log(1); stop(); log(2); log(3)', {
    functions: ['see', 'stop'],
  });
  const execution: Execution = new VM({
    engine,
    functions: { see: (x) => void seen.push(x), stop: () => execution.pause() },
  }).start(program);
  assert.is(execution.advance(), 'paused');
  assert.equal(seen, [1]);
  assert.is(execution.advance(), 'done');
  assert.equal(seen, [1, 2, 3]);
  const unpaused = new VM({ engine, functions: { see: (_) => {}, stop: () => {} } });
  assert.is(execution.fuelUsed, unpaused.run(program).fuelUsed, 'as if it had never paused');
});

onEngines('many programs take turns', (engine) => {
  const order: string[] = [];
  const program = guest(
    'for (let i = 0; i < 40; i += 1) { let s = "${name}${i}"; if (i % 10 == 0) { note(s) } }',
    {
      functions: ['note'],
      globals: ['name'],
    },
  );
  const functions = { note: (text: unknown) => void order.push(String(text)) };
  const executions = ['a', 'b', 'c'].map((name) =>
    new VM({ engine, functions }).start(program, { globals: { name } }),
  );
  for (let live = executions; live.length > 0; live = live.filter(({ isOver }) => !isOver)) {
    for (const execution of live) execution.advance({ fuel: 100 });
  }
  assert.is(order.length, 12);
  assert.is.not(order.slice(0, 4).join(), 'a0,a10,a20,a30', 'not one after the other');
  assert.equal([...order].sort(), [
    'a0',
    'a10',
    'a20',
    'a30',
    'b0',
    'b10',
    'b20',
    'b30',
    'c0',
    'c10',
    'c20',
    'c30',
  ]);
});

onEngines('a call of a guest function can be sliced', (engine) => {
  const vm = new VM({ engine });
  vm.run(guest('fn count(n) { let i = 0; while (i < n) { i += 1 }; i }'));
  const execution = vm.startCall('count', 500);
  let slices = 1;
  while (execution.advance({ fuel: 200 }) === 'paused') slices++;
  assert.is(execution.result.value, 500);
  assert.ok(slices > 5);
});

// Who may not

onEngines('nothing takes an execution forward that is running', (engine) => {
  const tried: string[] = [];
  const execution: Execution = new VM({
    engine,
    functions: {
      again: async () => {
        assert.is(execution.state, 'running');
        assertThrows(() => execution.advance(), Error, 'the execution is running already');
        assertThrows(() => execution.result, Error, 'the execution has no result yet: it is running');
        await execution.finish().catch((error: Error) => tried.push(error.message));
      },
    },
  }).start(guest('again(); 1', { functions: ['again'] }));
  return execution.finish().then(({ value }) => {
    assert.is(value, 1);
    assert.equal(tried, ['the execution is running already']);
  });
});

onEngines('what has begun cannot be run to its end in one go', (engine) => {
  const execution = new VM({ engine }).start(endless);
  execution.advance({ fuel: 10 });
  assertThrows(() => execution.runToEnd(false), Error, 'the execution has begun: it is paused');
  execution.cancel();
});

// Promises

onEngines('it awaits a promise and goes on with the value', async (engine) => {
  const { promise, resolve } = deferred();
  const vm = new VM({ engine, functions: { fetch: () => promise } });
  const execution = vm.start(waiting);
  assert.is(execution.advance(), 'awaiting');
  assert.is(execution.advance(), 'awaiting', 'it does not move');
  resolve([1, 'two']);
  assert.is(execution.state, 'awaiting', 'promises settle later');
  await execution.settled;
  assert.is(execution.state, 'paused');
  await execution.settled;
  assert.is(execution.advance(), 'done');
  assert.is(execution.result.value, 'got [1, "two"]');
});

onEngines('a rejection is thrown in the guest at the call', async (engine) => {
  const { promise, reject } = deferred();
  const execution = new VM({ engine, functions: { fetch: () => promise } }).start(waiting);
  execution.advance();
  reject(new Error('no route'));
  const { value } = await execution.finish();
  assert.ok(Array.isArray(value));
  const [word, info] = value as [string, { kind: string; message: string; trace: { function: string }[] }]; // as the program gives it
  assert.is(word, 'caught');
  assert.is(info.kind, 'host error');
  assert.is(info.message, "the host function 'fetch' failed");
  assert.equal(
    info.trace.map((entry) => entry.function),
    ['f', 'program'],
  );
});

onEngines('a rejection that nobody catches keeps its cause', async (engine) => {
  const cause = new RangeError('far');
  const program = guest('fn f() { fetch() }\nf()', { functions: ['fetch'] });
  const vm = new VM({ engine, functions: { fetch: () => Promise.reject(cause) } });
  const error = await rejectionOf(vm.start(program).finish());
  assert.is(error.kind, 'host error');
  assert.is(error.cause, cause);
  assert.is(
    error.report(),
    "host error: the host function 'fetch' failed\n    at f (guest.weft:1:10)\n    at program (guest.weft:2:1)",
  );
});

onEngines('a promise of something that no guest can have is an error at the call', async (engine) => {
  const bad = { fetch: () => Promise.resolve((() => 1) as unknown as HostInput) }; // what callers without types may give
  const { value } = await new VM({ engine, functions: bad }).start(waiting).finish();
  assert.ok(Array.isArray(value));
  assert.is((value[1] as { message: string }).message, "the host function 'fetch' failed"); // an error's info
  const uncaught = guest('fetch()', { functions: ['fetch'] });
  const error = await rejectionOf(new VM({ engine, functions: bad }).start(uncaught).finish());
  assert.instance(error.cause, TypeError);
});

onEngines('promises in sequence, in loops and at depth', async (engine) => {
  const program = guest(
    `fn down(n) { if (n == 0) { later("bottom") } else { let x = n; let got = down(n - 1); "\${x}\${got}" } }
     let total = 0
     for (let i = 0; i < 20; i += 1) { total += later(i) }
     [total, down(5), later(1) + later(2) * later(3), map([1, 2], fn(x) { later(x) * 10 })]`,
    { functions: ['later'] },
  );
  const functions = { later: async (x: unknown) => x as HostInput }; // its own argument
  const result = await new VM({ engine, functions }).start(program).finish({ fuel: 30 });
  assert.equal(result.value, [190, '54321bottom', 7, [10, 20]]);
  const plain = new VM({ engine, functions: { later: (x) => x } }).run(program);
  assert.is(result.fuelUsed, plain.fuelUsed, 'waiting costs nothing');
});

onEngines('only promises are awaited, not whatever has a then', (engine) => {
  let called = 0;
  // biome-ignore lint/suspicious/noThenProperty: what is tested
  const thenable = { then: () => void called++ } as unknown as HostInput; // what callers without types may give
  const program = guest('fetch()', { functions: ['fetch'] });
  const execution = new VM({ engine, functions: { fetch: () => thenable } }).start(program);
  assert.is(execution.advance(), 'failed');
  assert.instance(execution.error?.cause, TypeError);
  assert.is(called, 0);
});

onEngines('executions that wait do not hold up others', async (engine) => {
  const slow = deferred();
  const first = new VM({ engine, functions: { fetch: () => slow.promise } }).start(waiting);
  const second = new VM({ engine }).start(sum);
  assert.is(first.advance(), 'awaiting');
  assert.is(second.advance(), 'done');
  slow.resolve(null);
  assert.is((await first.finish()).value, 'got null');
});

onEngines('two drivers of one execution come to the same', async (engine) => {
  const execution = new VM({ engine, functions: { fetch: async () => 5 } }).start(waiting);
  const results = await Promise.all([execution.finish({ fuel: 3 }), execution.finish({ fuel: 2 })]);
  assert.is(results[0], results[1]);
  assert.is(results[0].value, 'got 5');
});

onEngines('finish gives the host time between slices', async (engine) => {
  const execution = new VM({ engine }).start(sum);
  let pauses = 0;
  const { value } = await execution.finish({ fuel: 500 }, async () => void pauses++);
  assert.is(value, 499_500);
  assert.ok(pauses > 5);
});

onEngines('finish stops where fuel runs out, and goes on with more', async (engine) => {
  const execution = new VM({ engine, fuel: 100 }).start(sum);
  assert.is((await rejectionOf(execution.finish())).kind, 'out of fuel');
  assert.is(execution.state, 'out of fuel');
  execution.addFuel(1_000_000);
  assert.is((await execution.finish()).value, 499_500);
});

// Cancelling

const cancelled = (execution: Execution): void => {
  assert.is(execution.state, 'cancelled');
  assert.is(execution.isOver, true);
  assert.is(execution.error?.kind, 'cancelled');
  assert.throws(
    () => execution.result,
    (error: unknown) => error === execution.error,
  );
  assert.is(execution.advance(), 'cancelled');
  execution.addFuel(10);
  execution.pause();
  execution.cancel();
  assert.is(execution.state, 'cancelled');
};

/** Puts an execution into a state. */
const into: Readonly<
  Record<'ready' | 'paused' | 'awaiting' | 'out of fuel', (options: { engine: EngineName }) => Execution>
> = {
  ready: (options) => new VM(options).start(endless),
  paused(options) {
    const execution = new VM(options).start(endless);
    execution.advance({ fuel: 100 });
    return execution;
  },
  awaiting(options) {
    const functions = { fetch: () => new Promise<null>(() => {}) };
    const execution = new VM({ ...options, functions }).start(waiting);
    execution.advance();
    return execution;
  },
  'out of fuel'(options) {
    const execution = new VM({ ...options, fuel: 100 }).start(endless);
    execution.advance();
    return execution;
  },
};

for (const [state, make] of Object.entries(into)) {
  onEngines(`cancelled while ${state}`, async (engine) => {
    const execution = make({ engine });
    assert.is(execution.state, state);
    const driver = execution.state === 'awaiting' ? execution.finish() : undefined;
    execution.cancel();
    cancelled(execution);
    if (driver) assert.is((await rejectionOf(driver)).kind, 'cancelled', 'who waits for it hears of it');
  });
}

onEngines('cancelled by a host function, past every handler', (engine) => {
  const seen: unknown[] = [];
  const program = guest(
    'fn f() { try { stop(); while (true) {} } catch (e) { see(1) } finally { see(2) } }\nf()',
    {
      functions: ['stop', 'see'],
    },
  );
  const execution: Execution = new VM({
    engine,
    functions: { stop: () => execution.cancel(), see: (x) => void seen.push(x) },
  }).start(program);
  assert.is(execution.advance(), 'cancelled');
  cancelled(execution);
  assert.equal(seen, []);
  assert.equal(
    execution.error?.trace.map((entry) => entry.function),
    ['f', 'program'],
  );
});

onEngines('cancelled by the host function whose promise it would await', async (engine) => {
  const execution: Execution = new VM({
    engine,
    functions: {
      fetch: () => {
        execution.cancel();
        return Promise.reject(new Error('nobody waits for me'));
      },
    },
  }).start(waiting);
  assert.is(execution.advance(), 'cancelled');
  cancelled(execution);
  await new Promise((resolve) => setTimeout(resolve, 1));
});

onEngines('a promise that settles after the cancelling changes nothing', async (engine) => {
  for (const end of ['resolve', 'reject'] as const) {
    const { promise, ...ends } = deferred();
    const execution = new VM({ engine, functions: { fetch: () => promise } }).start(waiting);
    execution.advance();
    execution.cancel();
    ends[end](new Error('late') as unknown as HostInput); // whatever it is
    await new Promise((resolve) => setTimeout(resolve, 1));
    cancelled(execution);
  }
});

onEngines('cancelling what is over changes nothing', (engine) => {
  const done = new VM({ engine }).start(sum);
  done.advance();
  done.cancel();
  assert.is(done.state, 'done');
  assert.is(done.result.value, 499_500);
  const failed = new VM({ engine }).start(guest('1 / 0'));
  assert.is(failed.advance(), 'failed');
  failed.cancel();
  assert.is(failed.state, 'failed');
  assert.is(failed.error?.kind, 'division by zero');
  assert.throws(
    () => failed.result,
    (error: unknown) => error === failed.error,
  );
});

for (const stop of ['pause', 'cancel'] as const) {
  onEngines(`a ${stop} that was asked for below another run comes when that has ended`, (engine) => {
    let rounds = 0;
    const program = guest(
      'start(fn() { stop(); let i = 0; while (i < 10) { i += 1 }; i }); while (true) { tick() }',
      {
        functions: ['start', 'stop', 'tick'],
      },
    );
    const vm: VM = new VM({
      engine,
      fuel: 100_000,
      functions: {
        start: (f) => vm.call(f as never) as null, // the guest passes a function
        stop: () => execution[stop](),
        tick: () => void rounds++,
      },
    });
    const execution: Execution = vm.start(program);
    assert.is(execution.advance(), stop === 'pause' ? 'paused' : 'cancelled');
    assert.ok(rounds <= 1, 'it stops at the next safepoint');
    execution.cancel();
  });
}

onEngines('the same VM goes on after everything', (engine) => {
  const vm = new VM({ engine, fuel: 100_000, functions: { fetch: () => new Promise<null>(() => {}) } });
  for (const program of [endless, waiting, guest('1 / 0'), sum]) {
    const execution = vm.start(program);
    execution.advance({ fuel: 50 });
    execution.cancel();
    assert.is(vm.run(sum).value, 499_500);
  }
});

onEngines('a stopped execution is not disturbed by runs of the same VM', (engine) => {
  const vm = new VM({ engine });
  const program = guest('let xs = []; for (let i = 0; i < 20; i += 1) { append(xs, i) }; xs');
  const execution = vm.start(program);
  while (execution.advance({ fuel: 10 }) === 'paused') assert.is(vm.run(sum).value, 499_500);
  assert.equal(
    execution.result.value,
    Array.from({ length: 20 }, (_, i) => i),
  );
});

test('an error of an execution is a HeddleError', () => {
  const execution = new VM().start(guest('throw [1, 2]'));
  assert.is(execution.advance(), 'failed');
  assert.instance(execution.error, HeddleError);
  assert.equal(execution.error?.value, [1, 2]);
});

test.run();
