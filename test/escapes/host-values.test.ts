/**
 * Whatever a host hands to a guest, on whichever way, becomes a value of the domain or is refused, and no code that hangs on
 * it runs. What a host function throws is never seen by a guest, unless it is meant to be.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  compile,
  type EngineName,
  engineNames,
  GuestThrow,
  HeddleError,
  type HostFunctions,
  type HostInput,
  load,
  VM,
  type VmOptions,
} from '../../src/index';
import { builtinNames } from '../../src/runtime/builtins';
import { escapes, hostSnapshot, watched } from './domain';
import { type HostileValue, hostileValues, trap } from './hostile-values';

/** Looks into a value in every way there is, changes it, and gives its text as it was. */
const probe = `
  fn probe(value) {
    let text = str(value)
    let names = ["constructor", "__proto__", "prototype", "then", "length", "target", "toString", "secret", "0", 0, 1, -1, 1.5, true]
    for (name in names) {
      try { str(value[name]) } catch (e) { str(e) }
      try { value[name] = [value] } catch (e) { str(e) }
    }
    try { for (item in value) { str(item) } } catch (e) { str(e) }
    for (f in [len, keys, values, entries, first, last, pop, sorted, reverse, int, upper, value]) {
      try { str(f(value)) } catch (e) { str(e) }
    }
    try { append(value, value) } catch (e) { str(e) }
    text
  }`;

/** What a way of giving a value came to: its text in the guest, or the error that the host gets. */
type Outcome = { readonly text: string } | { readonly error: unknown };

function attempt(run: () => string): Outcome {
  try {
    return { text: run() };
  } catch (error) {
    return { error };
  }
}

function makeVm(engine: EngineName, functions: HostFunctions = {}, options: VmOptions = {}): VM {
  return new VM({ engine: watched(engine), functions, fuel: 1_000_000, ...options });
}

const program = (source: string, ...imports: string[]) =>
  load(compile(`${probe}\n${source}`, { imports: [...builtinNames, ...imports] }));

const programs = {
  give: program('probe(give())', 'give'),
  caught: program(
    'fn f() { try { give() } catch (e) { if (type(e) == "error" && e["kind"] == "host error") { throw e }; return probe(e) } } f()',
    'give',
  ),
  global: program('let value; fn read() { probe(value) }'),
  write: program('puts("text")'),
  catchAll: program('try { give() } catch (e) { probe(e); throw e }', 'give'),
};

const textOf = (vm: VM, name: keyof typeof programs): string => vm.run(programs[name]).text;

/** The ways in, each of which must treat a value alike. */
const ways: Readonly<Record<string, (engine: EngineName, value: HostInput) => Outcome | Promise<Outcome>>> = {
  returned: (engine, value) => attempt(() => textOf(makeVm(engine, { give: () => value }), 'give')),
  'thrown to the guest': (engine, value) =>
    attempt(() =>
      textOf(
        makeVm(engine, {
          give: () => {
            throw new GuestThrow(value);
          },
        }),
        'caught',
      ),
    ),
  'as an argument': (engine, value) =>
    attempt(() => {
      const vm = makeVm(engine);
      vm.run(programs.global);
      return String(vm.call('probe', value));
    }),
  'as a global': (engine, value) =>
    attempt(() => {
      const vm = makeVm(engine);
      vm.run(programs.global);
      vm.setGlobal('value', value);
      return String(vm.call('read'));
    }),
  async promised(engine, value) {
    const vm = makeVm(engine, { give: () => Promise.resolve(value) });
    try {
      return { text: (await vm.start(programs.give).finish()).text };
    } catch (error) {
      return { error };
    }
  },
};

/** Everything that an error says, to its host. */
function sayingOf(error: unknown): string {
  assert.instance(error, Error);
  const { message, cause } = error as Error; // as just tested
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

function checkOutcome(becomes: HostileValue['becomes'], outcome: Outcome): void {
  if ('text' in becomes) {
    if ('error' in outcome) throw outcome.error;
    assert.is(outcome.text, becomes.text);
  } else {
    assert.ok('error' in outcome, `it became ${'text' in outcome ? outcome.text : ''}`);
    assert.ok(sayingOf(outcome.error).includes(becomes.refused), sayingOf(outcome.error));
  }
}

/** What shows that a collection of the host's was changed. */
function sizeOf(value: unknown): unknown {
  try {
    return value instanceof Map ? value.size : Reflect.ownKeys(value as object).length; // else it throws
  } catch {
    return undefined;
  }
}

/** A host that makes a promise of a thenable has its `then` called, by the promise. */
function isThenable(value: unknown): boolean {
  try {
    return Object.hasOwn(value as object, 'then'); // else it throws
  } catch {
    return false;
  }
}

const untouched = hostSnapshot();

function checkHost(): void {
  assert.is(trap.calls, 0, 'code of a value was called');
  assert.equal(
    escapes.map(({ message }) => message),
    [],
  );
  assert.equal(hostSnapshot(), untouched, 'the host is as it was');
}

for (const [name, { make, becomes }] of Object.entries(hostileValues)) {
  for (const [way, give] of Object.entries(ways)) {
    test(`${name}, ${way}`, async () => {
      for (const engine of engineNames) {
        const value = make();
        if (way === 'promised' && isThenable(value)) continue;
        const size = sizeOf(value);
        checkOutcome(becomes, await give(engine, value as HostInput)); // what hosts must not give is given here
        assert.is(sizeOf(value), size, 'the guest has got a copy');
        checkHost();
      }
    });
  }

  test(`${name}, raised`, async () => {
    for (const engine of engineNames) {
      const raise = (): never => {
        throw make();
      };
      const isHostError = (outcome: Outcome): void => {
        const error = 'error' in outcome ? outcome.error : undefined;
        assert.instance(error, HeddleError, String(error));
        assert.is((error as HeddleError).kind, 'host error'); // as just tested
      };
      isHostError(attempt(() => textOf(makeVm(engine, { give: raise }), 'catchAll')));
      isHostError(attempt(() => textOf(makeVm(engine, {}, { output: raise }), 'write')));
      const vm = makeVm(engine, { give: () => Promise.reject(make()) });
      const waited = vm.start(programs.catchAll).finish();
      isHostError(
        await waited.then(
          ({ text }) => ({ text }),
          (error: unknown) => ({ error }),
        ),
      );
      checkHost();
    }
  });
}

/** Objects that are promises, or say so; what comes of a program that waits for one. */
const promises: Readonly<Record<string, readonly [make: () => unknown, becomes: string | undefined]>> = {
  'a promise': [() => Promise.resolve([1]), '[1]'],
  'a promise whose own then lies': [() => withThen(Promise.resolve([1])), '[1]'],
  'a promise of a subclass': [() => class extends Promise<unknown> {}.resolve(1), '1'],
  'an object that says it is a promise': [() => Object.create(Promise.prototype), undefined],
  'a proxy of a promise': [() => new Proxy(Promise.resolve(1), {}), undefined],
  'a promise of a function': [() => Promise.resolve(Function), undefined],
  'a promise rejected with nothing': [() => Promise.reject(undefined), undefined],
  'a promise rejected with a function': [() => Promise.reject(Function), undefined],
};

const withThen = (promise: object): unknown => Object.defineProperty(promise, 'then', { value: trap.spring });

for (const [name, [make, becomes]] of Object.entries(promises)) {
  test(`waiting for ${name}`, async () => {
    for (const engine of engineNames) {
      const vm = makeVm(engine, { give: () => make() as HostInput }); // what hosts must not give is given here
      const execution = vm.start(programs.give);
      const seen = await execution.finish().then(
        ({ text }) => text,
        (error: unknown) => error,
      );
      if (becomes !== undefined) assert.is(seen, becomes);
      else assert.is(seen instanceof HeddleError && seen.kind, 'host error');
      checkHost();
    }
  });
}

test.run();
