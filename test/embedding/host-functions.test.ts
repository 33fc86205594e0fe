/**
 * Host functions: what they are given and give, arity and cost, throwing, calling back, and that nothing they do or let pass
 * breaks the machine or hands a guest more than it was given.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  GuestFunction,
  GuestThrow,
  HeddleError,
  type HostInput,
  type HostValue,
  LinkError,
  VM,
} from '../../src/index';
import { assertFails, assertThrows, guest, onEngines, rejectionOf, runIn } from './guests';

/** Passes what it gets as what may be given: for callbacks that call back. */
const functionIn = (value: HostValue | undefined): GuestFunction => {
  if (value instanceof GuestFunction) return value;
  throw new TypeError('a function is expected');
};

// Arguments and results

onEngines('arguments are copies, results are values', (engine) => {
  const given: HostValue[][] = [];
  const take = (...args: HostValue[]): HostInput => {
    given.push(args);
    return { list: [1, { deep: undefined }], text: 'x' };
  };
  const functions = { take: { run: take, arity: [0, 9] as const } };
  const value = runIn(
    engine,
    'let a = [1]; let r = take(a, {"k": a}, null, "s", 2.5); append(a, 2); [r, a]',
    { functions },
  );
  assert.equal(given, [[[1], new Map([['k', [1]]]), null, 's', 2.5]]);
  assert.equal(value, [
    new Map<string, HostValue>([
      ['list', [1, new Map([['deep', null]])]],
      ['text', 'x'],
    ]),
    [1, 2],
  ]);
});

onEngines('nothing given is null', (engine) => {
  assert.is(runIn(engine, 'nothing()', { functions: { nothing: () => {} } }), null);
});

onEngines('host functions are values of the guest', (engine) => {
  const functions = { twice: (x: HostValue) => Number(x) * 2 };
  assert.equal(runIn(engine, '[map([1, 2], twice), type(twice), twice == twice]', { functions }), [
    [2, 4],
    'function',
    true,
  ]);
});

onEngines('a host function takes the place of a built-in one', (engine) => {
  assert.is(runIn(engine, 'len()', { functions: { len: () => 7 } }), 7, 'its arity is its own');
});

// Arity

const arities: [string, HostInput, string][] = [
  ['exact()', 1, "'exact' takes 2 arguments, but got 0"],
  ['exact(1, 2, 3)', 1, "'exact' takes 2 arguments, but got 3"],
  ['range()', 1, "'range' takes 1 to 3 arguments, but got 0"],
  ['range(1, 2, 3, 4)', 1, "'range' takes 1 to 3 arguments, but got 4"],
  ['many()', 1, "'many' takes at least 1 argument, but got 0"],
  ['declared(1)', 1, "'declared' takes 0 arguments, but got 1"],
];

onEngines('arity is checked before the call', (engine) => {
  let calls = 0;
  const run = (): number => ++calls;
  const functions = {
    exact: { run, arity: 2 },
    range: { run, arity: [1, 3] as const },
    many: { run, arity: [1, Number.POSITIVE_INFINITY] as const },
    declared: run,
  };
  for (const [source, , message] of arities) {
    assertFails(() => runIn(engine, source, { functions }), 'wrong argument count', message);
  }
  assert.is(calls, 0);
  assert.is(
    runIn(engine, 'exact(1, 2) + range(1) + range(1, 2, 3) + many(1, 2, 3, 4, 5)', { functions }),
    1 + 2 + 3 + 4,
  );
});

for (const arity of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, [2, 1], [0, 1.5]] as (
  | number
  | [number, number]
)[]) {
  test(`the arity ${String(arity)} is refused`, () => {
    assertThrows(
      () => new VM({ functions: { f: { run: () => 1, arity } } }),
      RangeError,
      "the arity of 'f' must be a whole number from 0 up, or two rising ones",
    );
  });
}

test('what is no function is refused', () => {
  const functions = { f: { run: 5 as never } };
  assertThrows(() => new VM({ functions }), TypeError, "the host function 'f' is no function");
});

// Cost

onEngines('cost is charged before the call', (engine) => {
  let calls = 0;
  const run = (x: HostValue): number => {
    calls++;
    return Number(x);
  };
  const fuel = (functions: object, source = 'f(10)'): number => {
    const vm = new VM({ engine, functions: functions as never }); // as given below
    vm.run(guest(source, { functions: ['f'] }));
    return vm.fuelUsed;
  };
  const free = fuel({ f: run });
  assert.is(fuel({ f: { run, cost: 100 } }), free + 100);
  assert.is(fuel({ f: { run, cost: (x: HostValue) => Number(x) * 5 } }), free + 50);
  assert.is(fuel({ f: { run, cost: 0 } }), free);
  calls = 0;
  const tight = new VM({ engine, fuel: free + 99, functions: { f: { run, cost: 100 } } });
  assertFails(() => tight.run(guest('f(10)', { functions: ['f'] })), 'out of fuel');
  assert.is(calls, 0);
  const execution = tight.start(guest('f(10)', { functions: ['f'] }));
  assert.is(execution.advance(), 'out of fuel');
  assert.is(calls, 0);
  execution.addFuel(1);
  assert.is(execution.advance(), 'done');
  assert.is(calls, 1);
  assert.is(execution.fuelUsed, free + 100);
});

onEngines('what is copied is paid for, a unit an element', (engine) => {
  const vm = new VM({ engine, functions: { take: (_) => {}, give: () => new Array<number>(500).fill(1) } });
  const fuel = (source: string): number => {
    vm.run(guest(source, { functions: ['take', 'give'] }));
    return vm.fuelUsed;
  };
  assert.is(
    fuel('let a = array(500, [1, 2]); take(a)') - fuel('let a = array(500, [1, 2]); take(1)'),
    502,
    'shared parts once',
  );
  assert.is(fuel('give(); 1') - fuel('take(1); 1'), 500 - 1, 'one constant more');
  const endless = guest('let a = array(10000, 0); while (true) { take(a) }', { functions: ['take'] });
  const limited = new VM({ engine, fuel: 1_000_000, functions: { take: (_) => {} } });
  assertFails(() => limited.run(endless), 'out of fuel');
});

for (const cost of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
  test(`the cost ${cost} is refused`, () => {
    const message = `the cost of 'f' must be a whole number from 0 up, not ${cost}`;
    assertThrows(() => new VM({ functions: { f: { run: () => 1, cost } } }), RangeError, message);
    const vm = new VM({ functions: { f: { run: () => 1, cost: () => cost } } });
    const error = assertFails(() => vm.run(guest('f()', { functions: ['f'] })), 'host error');
    assert.is((error.cause as Error).message, message); // a RangeError
  });
}

// Throwing

onEngines('a guest sees that a host function failed, and only the host sees why', (engine) => {
  const cause = new Error('disk full: /secret');
  const functions = {
    save: () => {
      throw cause;
    },
  };
  const caught = runIn(
    engine,
    'let r; try { save() } catch (e) { r = [type(e), e["kind"], e["message"], e["cause"], e["stack"], str(e), e["trace"]] }; r',
    { functions },
  );
  assert.equal(caught, [
    'error',
    'host error',
    "the host function 'save' failed",
    null,
    null,
    "host error: the host function 'save' failed",
    ['program guest.weft:1:14'],
  ]);
  const error = assertFails(() => runIn(engine, 'save()', { functions }), 'host error');
  assert.is(error.cause, cause);
});

for (const thrown of [
  undefined,
  null,
  'text',
  0,
  new RangeError('mine'),
  new RangeError('Maximum call stack size'),
]) {
  onEngines(`a host function that throws ${String(thrown)}`, (engine) => {
    const functions = {
      f: () => {
        throw thrown;
      },
    };
    const error = assertFails(
      () => runIn(engine, 'f()', { functions }),
      'host error',
      "the host function 'f' failed",
    );
    assert.is(error.cause, thrown);
    assert.is(
      runIn(engine, 'let r; try { f() } catch (e) { r = e["kind"] }; r', { functions }),
      'host error',
    );
  });
}

onEngines("a guest error thrown by the host is the guest's own", (engine) => {
  const functions = {
    fail: (x: HostValue) => {
      throw new GuestThrow(x === null ? { code: 404 } : (x as HostInput)); // what the guest gave
    },
  };
  assert.is(runIn(engine, 'let r; try { fail(null) } catch (e) { r = e["code"] }; r', { functions }), 404);
  const error = assertFails(() => runIn(engine, 'fail([1, 2])', { functions }), 'thrown value', '[1, 2]');
  assert.equal(error.value, [1, 2]);
  assert.is(error.cause, undefined);
  const rethrown = runIn(
    engine,
    'let r; try { try { 1 / 0 } catch (e) { fail(e) } } catch (e) { r = [type(e), e["kind"]] }; r',
    { functions },
  );
  assert.equal(rethrown, ['error', 'division by zero'], 'an error stays an error');
  const bad = {
    fail: () => {
      throw new GuestThrow(new Date() as never);
    },
  };
  assert.instance(
    assertFails(() => runIn(engine, 'fail()', { functions: bad }), 'host error').cause,
    TypeError,
  );
});

onEngines('what no guest can have is refused at the call', (engine) => {
  const bad: unknown[] = [
    () => 1,
    Symbol('s'),
    10n,
    new Date(),
    [new Date()],
    { a: new (class Point {})() },
    new Map([[{}, 1]]),
  ];
  for (const value of bad) {
    const error = assertFails(
      () => runIn(engine, 'f()', { functions: { f: () => value as never } }),
      'host error',
    );
    assert.instance(error.cause, TypeError);
  }
});

onEngines('an output callback that throws is a host error like any other', (engine) => {
  const cause = new RangeError('pipe closed');
  const vm = new VM({
    engine,
    output: () => {
      throw cause;
    },
  });
  const error = assertFails(() => vm.run(guest('puts(1)')), 'host error');
  assert.is(error.cause, cause);
  assert.is(vm.run(guest('let r; try { puts(1) } catch (e) { r = e["kind"] }; r')).value, 'host error');
});

// Calling back

onEngines('a host function calls guest functions', (engine) => {
  const vm: VM = new VM({
    engine,
    functions: { twice: (f, x) => vm.call(functionIn(f), vm.call(functionIn(f), x!)) },
  });
  const program = guest('let n = 0; let r = twice(fn(x) { n += 1; x * 3 }, 5); [r, n]', {
    functions: ['twice'],
  });
  assert.equal(vm.run(program).value, [45, 2]);
});

onEngines('a guest error goes through host functions as it was', (engine) => {
  const seen: unknown[] = [];
  const vm: VM = new VM({
    engine,
    functions: {
      pass: (f) => {
        try {
          return vm.call(functionIn(f));
        } catch (error) {
          seen.push(error);
          throw error;
        }
      },
    },
  });
  const value = vm.run(
    guest(
      `let o = {"own": 1}; let r = []
       try { pass(fn() { throw o }) } catch (e) { append(r, e == o) }
       try { pass(fn() { 1 / 0 }) } catch (e) { append(r, e["kind"]) }
       try { pass(fn() { pass(fn() { [] - 1 }) }) } catch (e) { append(r, e["kind"]) }
       r`,
      { functions: ['pass'] },
    ),
  ).value;
  assert.equal(value, [true, 'division by zero', 'type error']);
  assert.is(seen.length, 4);
  for (const error of seen) assert.instance(error, HeddleError);
});

onEngines('limits of a nested call are past every handler', (engine) => {
  const vm: VM = new VM({ engine, maxFrames: 500, functions: { pass: (f) => vm.call(functionIn(f)) } });
  const program = guest('fn down() { down() }; try { pass(down) } catch (e) { puts("never") }', {
    functions: ['pass'],
  });
  assertFails(() => vm.run(program), 'stack overflow');
});

onEngines('swallowing the end of the fuel gives none', (engine) => {
  let calls = 0;
  const vm: VM = new VM({
    engine,
    fuel: 10_000,
    functions: {
      swallow: (f) => {
        calls++;
        try {
          vm.call(functionIn(f));
        } catch {}
      },
    },
  });
  const program = guest('while (true) { swallow(fn() { while (true) {} }) }', { functions: ['swallow'] });
  assertFails(() => vm.run(program), 'out of fuel');
  assert.is(calls, 1);
  assert.is(vm.fuelUsed, 10_000);
});

onEngines('nested calls use the fuel of the run, the same on every engine', (engine) => {
  const vm: VM = new VM({ engine, functions: { call: (f) => vm.call(functionIn(f)) } });
  const body = 'let i = 0; while (i < 100) { i += 1 }; i';
  vm.run(guest(`let f = fn() { ${body} }; call(f)`, { functions: ['call'] }));
  const nested = vm.fuelUsed;
  vm.run(guest(`let f = fn() { ${body} }; f()`, { functions: ['call'] }));
  assert.is(nested - vm.fuelUsed, 1, 'the import, and nothing else');
});

onEngines('host functions and guests cannot call each other without end', (engine) => {
  let deepest = 0;
  const vm: VM = new VM({
    engine,
    maxReentrancy: 20,
    functions: {
      again: (f, depth) => {
        deepest = Math.max(deepest, Number(depth));
        return vm.call(functionIn(f), depth!);
      },
    },
  });
  const program = guest('fn f(n) { again(f, n + 1) }; f(0)', { functions: ['again'] });
  assertFails(
    () => vm.run(program),
    'stack overflow',
    'host functions and guests call each other more than 20 deep',
  );
  assert.is(deepest, 20);
  assert.is(vm.run(guest('1')).value, 1);
});

onEngines('a host function runs another VM, whose limits and globals are its own', (engine) => {
  const inner = new VM({ engine, fuel: 1000 });
  const spin = guest('x = x + 1; while (x > 1) {}; x', { globals: ['x'] });
  const outer = new VM({
    engine,
    functions: {
      inside: (x) => {
        try {
          return inner.run(spin, { globals: { x: x! } }).value;
        } catch (error) {
          return (error as HeddleError).kind;
        }
      },
      pass: () => inner.run(spin, { globals: { x: 5 } }).value,
    },
  });
  const program = guest('let x = 100; [inside(0), inside(5), x]', { functions: ['inside'] });
  assert.equal(outer.run(program).value, [1, 'out of fuel', 100]);
  const passed = guest('let r; try { pass() } catch (e) { r = e["kind"] }; r', { functions: ['pass'] });
  assert.is(outer.run(passed).value, 'host error', "the limits of another VM are the host's affair");
  const error = assertFails(() => outer.run(guest('pass()', { functions: ['pass'] })), 'host error');
  assert.is((error.cause as HeddleError).kind, 'out of fuel'); // of the inner VM
});

onEngines('a value thrown in another VM does not get out of it', (engine) => {
  const inner = new VM({ engine });
  const outer = new VM({ engine, functions: { pass: () => inner.run(guest('throw fn() { 1 }')).value } });
  const value = outer.run(
    guest('let r; try { pass() } catch (e) { r = [type(e), e["kind"]] }; r', { functions: ['pass'] }),
  ).value;
  assert.equal(value, ['error', 'host error']);
});

onEngines('a function of another VM is refused', (engine) => {
  const other = new VM({ engine });
  const foreign = other.run(guest('fn() { 1 }')).value;
  const vm = new VM({ engine, functions: { give: () => foreign } });
  const message = "the function 'fn' belongs to another VM";
  const name = functionIn(foreign).name;
  vm.run(guest('fn id(x) { x }'));
  assertThrows(() => vm.call(functionIn(foreign)), TypeError, message.replace('fn', name));
  assertThrows(() => vm.call('id', foreign), TypeError, message.replace('fn', name));
  assert.instance(
    assertFails(() => vm.run(guest('give()', { functions: ['give'] })), 'host error').cause,
    TypeError,
  );
});

// Promises where nobody can wait

onEngines('an asynchronous function in a plain run is an error that guests can catch', async (engine) => {
  let begun = 0;
  const functions = {
    declared: async () => ++begun,
    hidden: () => Promise.reject(new Error('nobody waits for me')),
  };
  for (const name of ['declared', 'hidden']) {
    const error = assertFails(() => runIn(engine, `${name}()`, { functions }), 'invalid operation');
    assert.match(error.message, `'${name}' is asynchronous`);
    assert.is(
      runIn(engine, `let r; try { ${name}() } catch (e) { r = e["kind"] }; r`, { functions }),
      'invalid operation',
    );
  }
  assert.is(begun, 0, 'what is known to be asynchronous is not even begun');
  await new Promise((resolve) => setTimeout(resolve, 1));
});

onEngines('also below a host function that waits, in an execution', async (engine) => {
  const vm: VM = new VM({ engine, functions: { later: async () => 1, call: (f) => vm.call(functionIn(f)) } });
  const names = { functions: ['later', 'call'] };
  const caught = guest(
    'let r; try { call(fn() { later() }) } catch (e) { r = e["kind"] }; [r, later()]',
    names,
  );
  assert.equal((await vm.start(caught).finish()).value, ['invalid operation', 1]);
  const error = await rejectionOf(vm.start(guest('call(fn() { later() })', names)).finish());
  assert.is(error.kind, 'invalid operation');
});

onEngines('a promise rejected with the limit of another execution is a host error', async (engine) => {
  const vm: VM = new VM({
    engine,
    fuel: 500,
    functions: { other: async () => (await vm.start(guest('while (true) {}')).finish()).value },
  });
  const program = guest('let r; try { other() } catch (e) { r = e["kind"] }; r', { functions: ['other'] });
  assert.is((await vm.start(program).finish()).value, 'host error');
});

// Linking

test('names that nobody provides are all named, also those of host functions', () => {
  const program = guest('a(b(1)); puts(1)', { functions: ['a', 'b'] });
  for (const functions of [{}, { c: () => 1 }]) {
    assert.throws(
      () => new VM({ functions }).start(program),
      (error: unknown) => {
        assert.instance(error, LinkError);
        assert.equal([...(error as LinkError).missing].sort(), ['a', 'b']); // as just checked
        return true;
      },
    );
  }
});

test.run();
