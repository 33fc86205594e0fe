/**
 * Instances and classes of guests in the host's hands: what they are there, what can be done with them, to which program
 * they belong, and what they keep.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  compile,
  type EngineName,
  GuestClass,
  type GuestFunction,
  GuestInstance,
  type HostFunctions,
  type HostValue,
  load,
  Session,
  VM,
  type VmOptions,
} from '../../src/index';
import { assertFails, assertThrows, failureOf, guest, onEngines, runIn } from './guests';

const source = `
class Point {
  x, y = 0
  static made = 0
  static unit
  f
  constructor(x, y) { this.x = x; this.y = y; Point.made += 1 }
  plus(other) { new Point(this.x + other.x, this.y + other.y) }
  sum() { this.x + this.y }
  self() { this }
  fail(what) { throw what }
  static origin() { new Point(0, 0) }
}
class Point3 extends Point { z = 3 }
class Bare {}
fn id(x) { x }
fn text(x) { str(x) }
fn is_point(x) { x is Point }
let p = new Point(1, 2)
`;

/** A VM that has run the program above. */
function points(engine: EngineName, options: VmOptions = {}): VM {
  const vm = new VM({ engine, ...options });
  vm.run(guest(source, { functions: options.functions ?? {} }));
  return vm;
}

const instance = (value: HostValue | undefined): GuestInstance => {
  assert.instance(value, GuestInstance);
  return value as GuestInstance; // as just asserted
};

const classOf = (vm: VM, name: string): GuestClass => {
  const value = vm.getGlobal(name);
  assert.instance(value, GuestClass);
  return value as GuestClass; // as just asserted
};

onEngines('instances and classes are opaque, and named', (engine) => {
  const vm = points(engine);
  const p = instance(vm.getGlobal('p'));
  const Point = classOf(vm, 'Point');
  assert.equal(Object.entries(p), [['className', 'Point']]);
  assert.equal(Object.entries(Point), [['name', 'Point']]);
  assert.ok(Object.isFrozen(p) && Object.isFrozen(Point));
  assert.is(runIn(engine, 'class A {} "${new A()} ${A}"'), 'A {} <class A>');
  assert.is(new VM({ engine }).run(guest('class A { x = 1 } [A, new A()]')).text, '[<class A>, A {x: 1}]');
});

onEngines('they keep their identity on the way out and back', (engine) => {
  const vm = points(engine);
  const p = instance(vm.getGlobal('p'));
  assert.is(vm.getGlobal('p'), p);
  assert.is(vm.call('id', p), p);
  assert.is(vm.callMethod(p, 'self'), p);
  assert.is((vm.call('id', [p, { p }]) as HostValue[])[0], p);
  const Point = classOf(vm, 'Point');
  assert.is(vm.call('id', Point), Point);
  assert.is(vm.call('is_point', p), true);
  assert.is(vm.call('text', p), 'Point {x: 1, y: 2, f: null}');
  assert.is.not(vm.construct(Point, 1, 2), p);
});

onEngines('fields are read, also static ones and inherited ones', (engine) => {
  const vm = points(engine);
  const p = instance(vm.getGlobal('p'));
  assert.is(vm.getField(p, 'x'), 1);
  assert.is(vm.getField(classOf(vm, 'Point'), 'made'), 1);
  assert.is(vm.getField(classOf(vm, 'Point3'), 'made'), 1);
  assert.is(vm.getField(classOf(vm, 'Point'), 'unit'), null);
  assert.is((vm.getField(classOf(vm, 'Point'), 'origin') as GuestFunction).name, 'Point.origin');
  for (const name of ['z', 'sum', 'constructor', '__proto__', 'toString', 'made', 'className']) {
    assertThrows(() => vm.getField(p, name), TypeError, `the object has no field '${name}'`);
  }
  for (const name of ['x', 'sum', 'name', 'prototype', '__proto__', 'length']) {
    const Point = classOf(vm, 'Point');
    assertThrows(() => vm.getField(Point, name), TypeError, `the object has no field '${name}'`);
  }
});

onEngines('methods are called, also static ones and functions in fields', (engine) => {
  const vm = points(engine);
  const p = instance(vm.getGlobal('p'));
  const q = instance(vm.callMethod(p, 'plus', p));
  assert.is(vm.callMethod(q, 'sum'), 6);
  assert.is(vm.callMethod(instance(vm.callMethod(classOf(vm, 'Point3'), 'origin')), 'sum'), 0);
  const program = guest('class A { f; g } let a = new A(); a.f = fn(x) { [x] }; a.g = len; a');
  const a = instance(vm.run(program).value);
  assert.equal(vm.callMethod(a, 'f', 1), [1]);
  assert.is(vm.callMethod(a, 'g', 'four'), 4);
  assert.is(vm.callMethod(q, 'sum'), 6, 'objects of an earlier program still work');
  for (const name of ['x', 'constructor', 'toString', '__proto__', 'origin', 'none']) {
    assertThrows(() => vm.callMethod(p, name), TypeError, `the object has no method '${name}'`);
  }
});

onEngines('instances are made', (engine) => {
  const vm = points(engine);
  const p3 = instance(vm.construct(classOf(vm, 'Point3'), 10, 20));
  assert.is(p3.className, 'Point3');
  assert.equal([vm.getField(p3, 'x'), vm.getField(p3, 'z')], [10, 3]);
  assert.is(vm.getField(classOf(vm, 'Point'), 'made'), 2);
  assert.is(instance(vm.construct(classOf(vm, 'Bare'))).className, 'Bare');
  const error = assertFails(
    () => vm.construct(classOf(vm, 'Point'), 1),
    'wrong argument count',
    "'Point.constructor' takes 2 arguments, but got 1",
  );
  assert.is(error.trace.length, 1);
  assertFails(
    () => vm.construct(classOf(vm, 'Bare'), 1),
    'wrong argument count',
    'class Bare has no constructor to take 1 argument',
  );
  assertFails(
    () => vm.callMethod(instance(vm.getGlobal('p')), 'sum', 1),
    'wrong argument count',
    "'Point.sum' takes 0 arguments, but got 1",
  );
});

onEngines('as many arguments as a call can pass', (engine) => {
  const names = Array.from({ length: 254 }, (_, i) => `a${i}`).join(', ');
  const vm = new VM({ engine, functions: { count: { run: (...all) => all.length, arity: [0, 255] } } });
  vm.run(
    guest(
      `class Wide { last; constructor(${names}) { this.last = a253 } m(${names}) { a253 } static s }
Wide.s = fn(${names}, one_more) { one_more }; let join_all = count`,
      { functions: ['count'] },
    ),
  );
  const args = Array.from({ length: 254 }, (_, i) => i);
  const Wide = classOf(vm, 'Wide');
  const wide = instance(vm.construct(Wide, ...args));
  assert.is(vm.getField(wide, 'last'), 253);
  assert.is(vm.callMethod(wide, 'm', ...args), 253);
  assert.is(vm.callMethod(Wide, 's', ...args, 254), 254);
  assert.is(vm.call(vm.getGlobal('join_all') as GuestFunction, ...args, 254), 255, 'a host function'); // as the program has it
  const tooMany = new Array<number>(256).fill(0);
  const message = 'a call passes 255 arguments at most';
  assertThrows(() => vm.callMethod(wide, 'm', ...tooMany), TypeError, message);
  assertThrows(() => vm.construct(Wide, ...tooMany), TypeError, message);
  const full = new Array<number>(255).fill(0);
  assertFails(() => vm.construct(Wide, ...full), 'wrong argument count');
  assertFails(() => vm.callMethod(wide, 'm', ...full), 'wrong argument count');
});

onEngines('errors of methods name them, with places', (engine) => {
  const vm = points(engine);
  const p = instance(vm.getGlobal('p'));
  const thrown = failureOf(() => vm.callMethod(p, 'fail', p));
  assert.is(thrown.kind, 'thrown value');
  assert.is(thrown.value, p);
  assert.is(thrown.trace[0]!.function, 'Point.fail');
  const { message, trace } = failureOf(() => vm.callMethod(p, 'plus', 5));
  assert.is(message, "number has no field 'x' (in 'other')");
  assert.equal([trace[0]!.line, trace[0]!.column], [8, 42]);
});

onEngines('traces fold recursion through methods and constructors', (engine) => {
  const nested = failureOf(() =>
    runIn(engine, 'class Nest { constructor(n) { if (n == 0) { null.x } new Nest(n - 1) } }\nnew Nest(50)'),
  );
  assert.equal(
    nested.trace.map(({ function: name, repeated }) => [name, repeated]),
    [
      ['Nest.constructor', 1],
      ['Nest.constructor', 50],
      ['program', 1],
    ],
  );
  const same = failureOf(() => runIn(engine, 'class A { m(n) { [this][n].m(n + 1) } }\nnew A().m(0)'));
  assert.is(same.trace[0]!.function, 'A.m');
  const endless = failureOf(() =>
    runIn(engine, 'class A { m() { this.m() } }\nnew A().m()', { maxFrames: 100 }),
  );
  assert.equal(
    endless.trace.map(({ function: name, repeated }) => [name, repeated]),
    [
      ['A.m', 100],
      ['program', 1],
    ],
  );
});

// To whom they belong

onEngines('objects of another VM are refused', (engine) => {
  const [vm, other] = [points(engine), points(engine)];
  const [p, Point] = [instance(other.getGlobal('p')), classOf(other, 'Point')];
  const message = 'the object belongs to another VM';
  assertThrows(() => vm.call('id', p), TypeError, message);
  assertThrows(() => vm.call('id', [{ Point }]), TypeError, message);
  assertThrows(() => vm.setGlobal('p', p), TypeError, message);
  assertThrows(() => vm.callMethod(p, 'sum'), TypeError, message);
  assertThrows(() => vm.startMethodCall(p, 'sum'), TypeError, message);
  assertThrows(() => vm.construct(Point, 1, 2), TypeError, message);
  assertThrows(() => vm.getField(p, 'x'), TypeError, message);
  assertThrows(() => vm.getField(new GuestInstance('Point'), 'x'), TypeError, message);
  assert.is(vm.call('id', 1), 1);
});

onEngines('no program is given the objects of another, which go on working', (engine) => {
  const vm = points(engine);
  const [p, Point] = [instance(vm.getGlobal('p')), classOf(vm, 'Point')];
  vm.run(guest('let other = 1; fn id(x) { x }'));
  const message = 'the object belongs to another program';
  assertThrows(() => vm.call('id', p), TypeError, message);
  assertThrows(() => vm.call('id', [Point]), TypeError, message);
  assertThrows(() => vm.setGlobal('other', p), TypeError, message);
  assert.is(vm.callMethod(p, 'sum'), 3, 'with its own globals');
  assert.is(vm.callMethod(instance(vm.callMethod(p, 'plus', p)), 'sum'), 6);
  assert.is(vm.callMethod(instance(vm.construct(Point, 4, 5)), 'sum'), 9);
});

onEngines('modules of one session share their objects', (engine) => {
  const session = new Session();
  const vm = new VM({ engine });
  const next = (text: string): HostValue =>
    vm.run(load(compile(text, { session })), { keepGlobals: true }).value;
  const a = instance(next('class A { n = 1; get() { this.n } } let a = new A(); a'));
  assert.is(next('class B extends A { constructor() { super(); this.n = 2 } } new B().get() + a.get()'), 3);
  assert.is(vm.call('a' in {} ? 'none' : (next('fn id(x) { x.get() }; id') as GuestFunction), a), 1);
  assert.is(next('a is A'), true);
});

onEngines('host functions get and give them', (engine) => {
  const seen: HostValue[] = [];
  const functions: HostFunctions = {
    keep: (x: HostValue) => {
      seen.push(x);
      return x;
    },
    sum: (p: HostValue) => vm.callMethod(instance(p), 'sum'),
    make: (c: HostValue) => vm.construct(c as GuestClass, 7, 8), // as the guest passes it
  };
  const vm = new VM({ engine, functions });
  const program = guest(`${source}\n[keep(p) == p, keep(Point) == Point, sum(p), make(Point3).sum()]`, {
    functions,
  });
  assert.equal(vm.run(program).value, [true, true, 3, 15]);
  assert.instance(seen[0], GuestInstance);
  assert.instance(seen[1], GuestClass);
});

// Waiting

onEngines('an instance with a method or field `then` is no promise', async (engine) => {
  const vm = new VM({ engine, functions: { wait: async (x: HostValue) => x } });
  const program = guest(
    `class Thenable { then(resolve) { resolve("taken") } } class Field { then = fn(resolve) { resolve("taken") } }
class Static { static then(resolve) { resolve("taken") } }
fn give() { [new Thenable(), new Field(), Static] }
fn give_one() { new Thenable() }
wait(new Thenable())`,
    { functions: ['wait'] },
  );
  const execution = vm.start(program);
  const { value } = await execution.finish();
  assert.instance(value, GuestInstance);
  assert.is((await (vm.call('give_one') as HostValue & object)) instanceof GuestInstance, true);
  for (const each of vm.call('give') as HostValue[]) {
    const settled = await Promise.resolve(each);
    assert.is(settled, each);
  }
});

onEngines('asynchronous host functions in fields, called by methods', async (engine) => {
  const functions = { fetch: async (x: HostValue) => [x], fails: () => Promise.reject(new Error('no')) };
  const vm = new VM({ engine, functions });
  const program = guest(
    `class Client {
  get = fetch; bad = fails; log = []
  static shared = fetch
  constructor() { append(this.log, this.get("made")) }
  both() { [this.get(1), Client.shared(2), len(this.log)] }
  caught() { try { this.bad() } catch (e) { return [e.kind, e.message] } }
}
let client = new Client()
[client.both(), client.caught(), client.log]`,
    { functions },
  );
  const { value } = await vm.start(program).finish();
  assert.equal(value, [[[1], [2], 1], ['host error', "the host function 'fails' failed"], [['made']]]);
});

onEngines('methods and constructors in slices use the same fuel as in one go', (engine) => {
  const text = `${source}
class Sum extends Point { total = 0; constructor(n) { super(n, 0); for (let i = 0; i < n; i += 1) { this.add(i) } }
  add(i) { this.total += this.plus(this).sum() + i } }
new Sum(50).total`;
  const whole = new VM({ engine });
  const { value, fuelUsed } = whole.run(guest(text));
  for (const fuel of [1, 7, 100]) {
    const execution = new VM({ engine }).start(guest(text));
    while (execution.advance({ fuel }) === 'paused') {
      // It goes on where it stopped.
    }
    assert.is(execution.result.value, value);
    assert.is(execution.fuelUsed, fuelUsed);
  }
});

onEngines('a method call is started, paused and goes on while others run', (engine) => {
  const vm = new VM({ engine });
  const counter = instance(
    vm.run(
      guest('class Counter { n = 0; up(to) { while (this.n < to) { this.n += 1 } this } } new Counter()'),
    ).value,
  );
  const execution = vm.startMethodCall(counter, 'up', 1000);
  execution.advance({ fuel: 500 });
  assert.is(execution.state, 'paused');
  const seen = Number(vm.getField(counter, 'n'));
  assert.ok(seen > 0 && seen < 1000);
  vm.callMethod(counter, 'up', seen + 5);
  assert.is(vm.getField(counter, 'n'), seen + 5);
  execution.advance();
  assert.is(execution.result.value, counter);
  assert.is(vm.getField(counter, 'n'), 1000);
});

onEngines('a method that is out of fuel goes on with more', (engine) => {
  const vm = points(engine, { fuel: 1000 });
  const p = instance(vm.run(guest('class A { m(n) { if (n > 0) { this.m(n - 1) } this } } new A()')).value);
  const execution = vm.startMethodCall(p, 'm', 500);
  assert.is(execution.advance(), 'out of fuel');
  execution.addFuel(100_000);
  assert.is(execution.advance(), 'done');
  assert.is(execution.result.value, p);
  assertFails(() => vm.callMethod(p, 'm', 500), 'out of fuel');
  assert.is(vm.callMethod(p, 'm', 5), p);
});

// Memory

onEngines('what an instance or a class holds counts, and is found again', (engine) => {
  const vm = new VM({ engine, maxMemory: 1_000_000 });
  vm.run(
    guest(`class Box { content; static kept } class Sub extends Box { more } let box = new Sub()
fn fill(n) { box.content = array(n, 0) } fn keep(n) { Box.kept = array(n, 0) } fn churn() { for (let i = 0; i < 5000; i += 1) { new Sub() } box.content != null }`),
  );
  vm.call('fill', 20_000);
  assert.is(vm.call('churn'), true);
  assertFails(() => vm.call('keep', 50_000), 'out of memory');
  vm.call('fill', 1);
  vm.call('keep', 50_000);
  assertFails(() => vm.call('fill', 20_000), 'out of memory');
  assert.is(vm.call('churn'), true);
});

onEngines('closures of methods and superclasses are found through a class', (engine) => {
  const vm = new VM({ engine, maxMemory: 1_000_000 });
  vm.run(
    guest(`fn make() { let data = array(20000, 0); class Base { size() { len(data) } } class Top extends Base {} Top }
let Top = make(); fn churn() { for (let i = 0; i < 20000; i += 1) { [i] } new Top().size() }
fn more() { array(40000, 0) }`),
  );
  assert.is(vm.call('churn'), 20_000);
  assertFails(() => vm.call('more'), 'out of memory');
});

onEngines('a suspended method keeps its instance', (engine) => {
  const vm = new VM({ engine, maxMemory: 500_000 });
  vm.run(
    guest(`class A { data = array(10000, 7); m() { for (let i = 0; i < 100; i += 1) {} this.data[9999] } }
fn start() { new A().m() } fn churn() { for (let i = 0; i < 20000; i += 1) { [i] } } fn large() { len(array(25000, 0)) }`),
  );
  const execution = vm.startCall('start');
  execution.advance({ fuel: 200 });
  assert.is(execution.state, 'paused');
  vm.call('churn');
  assertFails(() => vm.call('large'), 'out of memory');
  execution.advance();
  assert.is(execution.result.value, 7);
  assert.is(vm.call('large'), 25_000);
});

onEngines('a run that ended in a constructor leaves nothing', (engine) => {
  const vm = new VM({ engine, maxFrames: 50 });
  const program = guest('class A { a = new A() } fn f() { new A() }');
  vm.run(program);
  for (let i = 0; i < 3; i++) assertFails(() => vm.call('f'), 'stack overflow');
  assert.is(vm.run(guest('1 + 1')).value, 2);
});

test.run();
