/**
 * Names that host and program share: globals in and out, host functions known to the compiler, and several programs in one VM,
 * none of which reaches the globals of another.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  CompileError,
  compile,
  type GuestFunction,
  type HostInput,
  load,
  Session,
  VM,
} from '../../src/index';
import { assertFails, assertThrows, guest, onEngines } from './guests';

// What the compiler is told

test('functions and globals are given as lists of names or as what has them', () => {
  const source = 'greet(user)';
  const functions = { greet: (name: unknown) => `hello ${String(name)}` };
  const globals = { user: 'Ada' };
  const byRecord = compile(source, { functions, globals });
  assert.equal(compile(source, { functions: ['greet'], globals: ['user'] }), byRecord);
  assert.is(new VM({ functions }).run(load(byRecord), { globals }).value, 'hello Ada');
});

test('built-in functions stay', () => {
  assert.equal(compile('len(f())', { functions: ['f'] }).imports, ['len', 'f']);
  assert.throws(() => compile('len(f())', { functions: ['f'], imports: [] }), /'len' is not declared/);
  assert.equal(compile('f()', { functions: ['f'], imports: [] }).imports, ['f']);
});

test('names that nobody has declared are still errors', () => {
  assert.throws(
    () => compile('grete(1)', { functions: ['greet'] }),
    (error: unknown) => {
      assert.instance(error, CompileError);
      assert.match((error as CompileError).message, "did you mean 'greet'?"); // as just checked
      return true;
    },
  );
  assert.throws(() => compile('greet = 1', { functions: ['greet'] }), /cannot be assigned/);
});

test('globals are there also where the program uses none of them', () => {
  assert.equal(compile('1', { globals: ['a', 'b'] }).globals, ['a', 'b']);
  assert.is(new VM().run(guest('1', { globals: ['a'] }), { globals: { a: 5 } }).value, 1);
});

test('a session keeps the names it has, and takes the new ones', () => {
  const session = new Session();
  const vm = new VM({ functions: { f: () => 1, g: () => 2 } });
  const next = (source: string, globals: Record<string, HostInput> = {}): unknown =>
    vm.run(load(compile(source, { session, functions: ['f', 'g'], globals })), { keepGlobals: true, globals })
      .value;
  assert.is(next('let x = f() + h; x', { h: 10 }), 11);
  assert.is(next('let y = x + g(); y'), 13);
  assert.is(next('x + y + h + f() + k', { k: 100 }), 11 + 13 + 10 + 1 + 100);
});

// In and out

onEngines('globals go in before the run and come out after it', (engine) => {
  const vm = new VM({ engine });
  const program = guest(
    'let total = 0; for (x in items) { total += x }; let inner = fn() { total }; label = "sum"',
    {
      globals: ['items', 'label'],
    },
  );
  vm.run(program, { globals: { items: [1, 2, 3], label: '' } });
  assert.is(vm.getGlobal('total'), 6);
  assert.is(vm.getGlobal('label'), 'sum');
  assert.is(vm.getGlobal('nothing'), undefined);
  vm.setGlobal('total', [7]);
  assert.equal(vm.call('inner'), [7]);
});

onEngines('a global that the host does not define is an error where it is read', (engine) => {
  const program = guest('fn f() { missing }\nf()', { globals: ['missing'] });
  const vm = new VM({ engine });
  assertFails(() => vm.run(program), 'undefined variable', "'missing' is used before it is defined");
  assert.is(vm.getGlobal('missing'), undefined);
  assert.is(vm.run(program, { globals: { missing: 0 } }).value, 0);
  assertFails(() => vm.run(program), 'undefined variable');
});

test('names and values that make no sense', () => {
  const vm = new VM();
  assertThrows(() => vm.getGlobal('x'), TypeError, 'no program has been started in this VM');
  assertThrows(() => vm.call('f'), TypeError, 'no program has been started in this VM');
  const program = guest('let x = 1; fn f() { x }');
  assertThrows(() => vm.run(program, { globals: { y: 1 } }), TypeError, "the program has no global 'y'");
  vm.run(program);
  assertThrows(() => vm.setGlobal('y', 1), TypeError, "the program has no global 'y'");
  assertThrows(() => vm.call('x'), TypeError, "the program has no function 'x'");
  assertThrows(() => vm.call('toString'), TypeError, "the program has no function 'toString'");
  assertThrows(
    () => vm.setGlobal('x', Symbol('s') as never),
    TypeError,
    'a symbol cannot be given to a guest',
  );
  assertThrows(
    () => vm.call('f', ...new Array<number>(256).fill(0)),
    TypeError,
    'a call passes 255 arguments at most',
  );
  assert.is(vm.call('f'), 1);
});

onEngines('globals are set and read while the program stands still', (engine) => {
  const vm = new VM({ engine });
  const execution = vm.start(guest('let go = false; let n = 0; while (!go) { n += 1 }; n'));
  execution.advance({ fuel: 200 });
  const seen = vm.getGlobal('n');
  assert.ok(Number(seen) > 5);
  vm.setGlobal('go', true);
  execution.advance();
  assert.ok(Number(execution.result.value) >= Number(seen));
});

onEngines('functions defined before a failure can be called', (engine) => {
  const vm = new VM({ engine });
  assertFails(() => vm.run(guest('fn f() { 5 }; 1 / 0; fn g() { 6 }')), 'division by zero');
  assert.is(vm.call('f'), 5);
  assertThrows(() => vm.call('g'), TypeError, "the program has no function 'g'");
});

// Several programs in one VM

const first = guest('let name = "first"; let a = 1; fn who() { "${name} ${mark()}" }; who', {
  functions: ['mark'],
});
const second = guest(
  'let other = 9; let name = "second"; fn use(f) { f() }; fn in_map(m) { m["f"]() }; fn same(f, g) { f == g }; fn get(f) { f }',
);

onEngines('a function of an earlier program keeps its own globals, wherever it is called', (engine) => {
  const vm = new VM({ engine, functions: { mark: () => '!' } });
  const who = vm.run(first).value as GuestFunction; // as the program ends
  vm.run(second);
  assert.is(vm.call(who), 'first !');
  assert.is(vm.call('use', who), 'first !', 'also when another program calls it');
  assert.is(vm.call('in_map', { f: who }), 'first !');
  assert.is(vm.call('same', who, who), true);
  assert.is(vm.call('get', who), who, 'it comes back as what it was');
  vm.setGlobal('other', who);
  assert.is(vm.getGlobal('other'), who);
});

onEngines(
  'what a function of another program throws can be caught, and holds no bare function of it',
  (engine) => {
    const vm = new VM({ engine });
    const thrower = vm.run(guest('let secret = "p1"; fn() { throw fn() { secret } }')).value as GuestFunction; // as it ends
    vm.run(guest('let x = 1; fn use(f) { let r; try { f() } catch (g) { r = g() }; r }'));
    assert.is(vm.call('use', thrower), 'p1');
  },
);

onEngines('globals are kept only where they mean the same', (engine) => {
  const vm = new VM({ engine });
  vm.run(guest('let a = 1; fn f() { a }'));
  const message = 'globals can be kept only between modules that were compiled in one session';
  assertThrows(() => vm.run(guest('let b = 2'), { keepGlobals: true }), TypeError, message);
  assert.is(vm.call('f'), 1, 'what was there is still there');
});

onEngines('functions of a session see the globals of later modules', (engine) => {
  const session = new Session();
  const vm = new VM({ engine });
  const next = (source: string): unknown =>
    vm.run(load(compile(source, { session })), { keepGlobals: true }).value;
  const get = next('let x = 1; fn get() { [x, len("abc")] }; get') as GuestFunction; // as it ends
  next('x = 2; let y = upper("y")');
  assert.equal(vm.call(get), [2, 3]);
  assert.equal(next('get()'), [2, 3]);
  const again = load(compile('let x = 1; fn get() { [x, len("abc")] }; get'));
  vm.run(again, { keepGlobals: true });
  assert.is(vm.getGlobal('y'), 'Y', 'an earlier module of the session can be run again');
});

test.run();
