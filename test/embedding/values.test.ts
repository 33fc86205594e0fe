/**
 * Values across the border, both ways: what becomes what, that nothing is shared, and what is refused.
 */

import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { GuestErrorInfo, GuestFunction, Handle, type HostInput, type HostValue, VM } from '../../src/index';
import { assertFails, assertThrows, guest, onEngines } from './guests';

const identity = guest('fn id(x) { x }; fn text(x) { str(x) }; fn kind(x) { type(x) }');

/** A VM with `id`, which gives back what it is given. */
function echo(): VM {
  const vm = new VM();
  vm.run(identity);
  return vm;
}

const pairs: [string, HostInput, HostValue, string][] = [
  ['undefined', undefined, null, 'null'],
  ['null', null, null, 'null'],
  ['true', true, true, 'true'],
  ['an integer', 42, 42, '42'],
  ['a fraction', -0.5, -0.5, '-0.5'],
  ['NaN', Number.NaN, Number.NaN, 'NaN'],
  ['an infinity', Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, '-Infinity'],
  ['negative zero', -0, -0, '0'],
  ['a string', 'a\u0000\ud800', 'a\u0000\ud800', 'a\u0000\ud800'],
  ['an array', [1, [undefined]], [1, [null]], '[1, [null]]'],
  ['a hole', new Array<number>(2), [null, null], '[null, null]'],
  [
    'a plain object',
    { a: 1, b: { c: [] } },
    new Map<string, HostValue>([
      ['a', 1],
      ['b', new Map([['c', []]])],
    ]),
    '{"a": 1, "b": {"c": []}}',
  ],
  [
    'an object without prototype',
    Object.assign(Object.create(null), { a: 1 }),
    new Map([['a', 1]]),
    '{"a": 1}',
  ],
  [
    'names of the host',
    JSON.parse('{"__proto__": 1, "constructor": 2}'),
    new Map([
      ['__proto__', 1],
      ['constructor', 2],
    ]),
    '{"__proto__": 1, "constructor": 2}',
  ],
  [
    'a map',
    new Map<string | number | boolean, HostInput>([
      [1, 'n'],
      ['1', 's'],
      [true, 'b'],
    ]),
    new Map<string | number | boolean, HostValue>([
      [1, 'n'],
      ['1', 's'],
      [true, 'b'],
    ]),
    '{1: "n", "1": "s", true: "b"}',
  ],
];

for (const [title, given, back, text] of pairs) {
  test(`${title} goes in and comes back`, () => {
    const vm = echo();
    assert.equal(vm.call('id', given), back);
    assert.ok(Object.is(vm.call('id', given), back) || typeof back === 'object');
    assert.is(vm.call('text', given), text);
  });
}

const hostInput = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    fc.double(),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value')),
    fc
      .array(fc.tuple(fc.oneof(fc.string(), fc.integer(), fc.boolean()), tie('value')))
      .map((entries) => new Map(entries)),
  ),
})).value;

test('what the host gives comes back equal and is not the same', () => {
  const vm = echo();
  fc.assert(
    fc.property(hostInput, (value) => {
      const input = value as HostInput; // as it is made above
      const back = vm.call('id', input);
      assert.equal(back, value);
      if (typeof value === 'object' && value !== null) assert.is.not(back, value);
      assert.equal(vm.call('id', back), value, 'what came out goes in');
    }),
    { numRuns: 200 },
  );
});

onEngines('cycles and shared parts are so in the copy', (engine) => {
  const vm = new VM({ engine });
  vm.run(
    guest(
      'fn make() { let a = [1]; let m = {"a": a, "again": a}; append(a, m); m }; fn same(x) { x["a"] == x["again"] && x["a"][1] == x }',
    ),
  );
  const made = vm.call('make');
  assert.instance(made, Map);
  const map = made as Map<string, HostValue[]>; // as the program makes it
  assert.is(map.get('a'), map.get('again'));
  assert.is(map.get('a')?.[1], map);
  assert.is(vm.call('same', made), true);
  const cyclic: HostInput[] = [];
  cyclic.push(cyclic);
  const plain: Record<string, HostInput> = { a: cyclic, again: cyclic };
  vm.run(guest('fn show(x) { str(x) }'));
  assert.is(vm.call('show', plain), '{"a": [[...]], "again": [[...]]}');
});

onEngines("nesting is no matter of the host's stack", (engine) => {
  const vm = new VM({ engine });
  vm.run(
    guest(
      'fn nest(n) { let a = []; while (n > 0) { a = [a]; n -= 1 }; a }; fn depth(a) { let n = 0; while (len(a) > 0) { a = a[0]; n += 1 }; n }',
    ),
  );
  const deep = vm.call('nest', 100_000);
  assert.is(vm.call('depth', deep), 100_000);
});

onEngines('nothing is shared between guest and host', (engine) => {
  const vm = new VM({ engine });
  vm.run(guest('let list = [1]; fn get() { list }; fn set(x) { list = x }'));
  const out = vm.call('get') as HostValue[]; // the program says so
  out.push(2);
  assert.equal(vm.call('get'), [1]);
  const given = [5];
  vm.call('set', given);
  given.push(6);
  assert.equal(vm.call('get'), [5]);
});

onEngines('functions come out as handles and are the same when they go back in', (engine) => {
  const vm = new VM({ engine });
  vm.run(
    guest(
      'fn add(a, b) { a + b }; fn get() { add }; fn is_add(f) { f == add }; fn use(f) { f(1, 2) }; fn built_in() { len }',
    ),
  );
  const add = vm.call('get');
  assert.instance(add, GuestFunction);
  const handle = add as GuestFunction; // as just checked
  assert.is(handle.name, 'add');
  assert.is(vm.call('get'), add, 'one handle a function');
  assert.is(vm.call(handle, 3, 4), 7);
  assert.is(vm.call('is_add', handle), true);
  assert.is(vm.call('use', handle), 3);
  const len = vm.call('built_in') as GuestFunction; // as above
  assert.is(len.name, 'len');
  assert.is(vm.call(len, 'four'), 4);
  assertFails(() => vm.call(len), 'wrong argument count', "'len' takes 1 argument, but got 0");
  assertFails(() => vm.call(handle, 1), 'wrong argument count', "'add' takes 2 arguments, but got 1");
  assert.throws(() => Object.assign(handle, { name: 'other' }), TypeError);
});

onEngines('errors come out as information and go back in as errors', (engine) => {
  const vm = new VM({ engine });
  vm.run(
    guest(
      'fn make() { let r; try { 1 / 0 } catch (e) { r = e }; r }\nfn look(e) { [type(e), e["kind"], e["trace"]] }\nfn again(e) { throw e }',
    ),
  );
  const error = vm.call('make');
  assert.instance(error, GuestErrorInfo);
  const info = error as GuestErrorInfo; // as just checked
  assert.is(info.kind, 'division by zero');
  assert.is(info.message, "the right operand of '/' is zero");
  assert.equal(info.trace, [{ function: 'make', file: 'guest.weft', line: 1, column: 28, repeated: 1 }]);
  assert.equal(vm.call('look', info), ['error', 'division by zero', ['make guest.weft:1:28']]);
  assert.equal(assertFails(() => vm.call('again', info), 'division by zero').trace, info.trace);
});

onEngines('handles are opaque, and the same when they come back', (engine) => {
  const handle = new Handle({ secret: 1 });
  const vm = new VM({ engine, functions: { open: (h) => (h === handle ? 'mine' : 'other') } });
  vm.run(
    guest('fn id(x) { x }; fn look(h) { [type(h), str(h), h == h, open(h)] }; fn poke(h) { h["target"] }', {
      functions: ['open'],
    }),
  );
  assert.is(vm.call('id', handle), handle);
  assert.equal(vm.call('look', handle), ['handle', '<handle>', true, 'mine']);
  assertFails(() => vm.call('poke', handle), 'type error');
});

class Point {
  readonly x = 1;
}
const getter = {
  get now(): number {
    return Date.now();
  },
};
const refused: [string, unknown, string][] = [
  ['a function', () => 1, 'a function cannot be given to a guest'],
  ['a symbol', Symbol('s'), 'a symbol cannot be given to a guest'],
  ['a bigint', 10n, 'a bigint cannot be given to a guest'],
  ['a date', new Date(0), 'an object of class Date cannot be given to a guest, other than as a handle'],
  [
    'an instance',
    [new Point()],
    'an object of class Point cannot be given to a guest, other than as a handle',
  ],
  ['a key that is none', new Map([[null, 1]]), "null cannot be the key of a guest's map"],
  ['an object as key', new Map([[{}, 1]]), "a object cannot be the key of a guest's map"],
  ['a getter', getter, "'now' is a getter and cannot be given to a guest"],
];
for (const [title, value, message] of refused) {
  test(`${title} is refused`, () => {
    const vm = echo();
    assertThrows(() => vm.call('id', value as HostInput), TypeError, message);
    assert.is(vm.call('id', 1), 1);
  });
}

onEngines('what the host gives is charged to the memory of the VM', (engine) => {
  const vm = new VM({ engine, maxMemory: 100_000 });
  vm.run(guest('fn id(x) { x }'));
  assertFails(() => vm.call('id', new Array<number>(10_000).fill(1)), 'out of memory');
  assertFails(() => vm.call('id', new Array<number>(2 ** 32 - 1)), 'out of memory');
  assertFails(() => vm.call('id', 'x'.repeat(100_000)), 'out of memory');
  assert.equal(vm.call('id', [1]), [1]);
});

test('a result has a text as well', () => {
  const { value, text } = new VM().run(guest('[1, "two", {"k": null}]'));
  assert.equal(value, [1, 'two', new Map([['k', null]])]);
  assert.is(text, '[1, "two", {"k": null}]');
});

test.run();
