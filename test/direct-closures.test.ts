/**
 * Functions that are called directly and have to do with closures: that capture variables, make closures and boxes, call whatever closure or
 * method there is, or constructors of superclasses. That they are called so, and that nobody can tell.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { patchCell } from '../src/engines/patch';
import { mostRegisters } from '../src/engines/region-site';
import { load, ModuleBuilder, VM } from '../src/index';
import { type RegionCounts, regionCounts } from '../src/tools/regions';
import { agrees, agreesEverywhere, hot, warm, weft } from './agreement';

test('closures that capture variables, and are called where nobody knows which it is', () => {
  const counts = agreesEverywhere(
    `fn each(xs, f) { for (let i = 0; i < len(xs); i += 1) { f(xs[i]) } }
    fn once(f, x) { f(x) }
    fn twice(f, x) { f(x) + f(x + 1) }
    fn adder(n) { fn(x) { x + n } }
    fn picker(xs, other) { fn(i) { if (i < len(xs)) { xs[i] } else { other(i) } } }
    let adders = [adder(1), adder(2.5), picker([10, 20, 30], adder(100)), fn(x) { x * 2 }]
    let log = []
    for (let i = 0; i < 60; i += 1) { append(log, twice(adders[i % 4], i % 5) + once(adders[(i + 1) % 4], 2)) }
    let sum = 0
    for (let i = 0; i < 20; i += 1) { each([i, i + 1], fn(x) { sum += x }) }
    puts(log, sum)
    try { twice(abs, "a") } catch (e) { puts(e) }
    try { twice(3, 4) } catch (e) { puts(e) }
    try { twice(fn() { 1 }, 4) } catch (e) { puts(e) }
    twice(picker([1, 2], null), 2)`,
    611,
  );
  assert.ok(counts.direct >= 4, `${counts.direct} functions`);
  assert.ok(counts.directCalls >= 5, `${counts.directCalls} calls`);
  assert.is(counts.settled, 0);
});

test('variables that closures assign, before and after they are defined', () => {
  const counts = agreesEverywhere(
    `fn counter(from) { let n = from; let up = fn(by) { n += by; n }; let get = fn() { n }; up(2); [up, get] }
    fn apply(f, x) { f(x) }
    fn loop(k) { let made = []; for (let i = 0; i < k; i += 1) { let j = i; append(made, fn() { j += 1; i + j }) } let s = 0; for (f in made) { s += f() + f() } s }
    fn late(k) { let read = fn() { v }; if (k == 17) { return read() } let v = k; read() + v }
    let log = []
    for (let i = 0; i < 30; i += 1) {
      let c = counter(i)
      append(log, apply(c[0], 3) + c[1]() + loop(i % 4))
      try { append(log, late(i)) } catch (e) { append(log, e) }
    }
    log`,
    499,
  );
  assert.ok(counts.direct >= 2, `${counts.direct} functions`);
});

test('constructors of superclasses, and methods of more shapes than a site remembers', () => {
  const counts = agreesEverywhere(
    `class Base { id; log; constructor(id) { this.id = id; this.log = [] } note(x) { append(this.log, x); this } area() { this.id } }
    class Named extends Base { name; constructor(id, name) { super(id); this.name = name; this.note(name) } }
    ${Array.from({ length: 7 }, (_, k) => `class K${k} extends Named { side = ${k}; constructor(id) { super(id * ${k + 1}, "k${k}"); this.side += id } area() { this.side * ${k} + ${k === 3 ? 'super.area()' : 'this.id'} } }`).join('\n')}
    let classes = [K0, K1, K2, K3, K4, K5, K6]
    fn make(i) { let c = classes[i % 7]; new c(i) }
    fn area(shape) { if (shape is K2) { 0 - shape.area() } else { shape.area() } }
    fn total(n) { let sum = 0; for (let i = 0; i < n; i += 1) { sum += area(make(i)) } sum }
    let out = []
    for (let i = 0; i < 24; i += 1) { append(out, total(i)) }
    try { area(null) } catch (e) { append(out, e) }
    try { area(new Base(3).note(1)) } catch (e) { append(out, e) }
    [out, make(12).log]`,
    1501,
  );
  assert.ok(counts.direct >= 6, `${counts.direct} functions`);
});

test('functions in fields, and classes without a constructor of their own', () => {
  const counts = agreesEverywhere(
    `class Task { run; count = 0; constructor(run) { this.run = run } go(x) { this.count += 1; this.run(x) } }
    class Sub extends Task { }
    let tasks = [new Task(fn(x) { x + 1 }), new Sub(fn(x) { x * 2 }), new Task(abs)]
    fn all(k) { let sum = 0; for (let i = 0; i < k; i += 1) { sum += tasks[i % 2].go(i) } sum }
    let out = []
    for (let i = 0; i < 30; i += 1) { append(out, all(i)) }
    for (let i = 0; i < 12; i += 1) { append(out, tasks[2].go(0 - i)) }
    try { new Task(4).go(1) } catch (e) { append(out, e) }
    append(out, new Task(fn() { 1 }).go(1))`,
    307,
  );
  assert.ok(counts.direct >= 3, `${counts.direct} functions`);
});

test('more variables than registers, calls inside calls of built-in functions, and errors that are put together', () => {
  const counts = agreesEverywhere(
    `fn pick(x) { if (x == 37) { throw "no \${x} in \${[x]}" } x }
    fn wide(a, b) {
      let c = pick(a) + 1; let d = c * 2.5; let e = [c, b]; let f = d - c; let g = pick(b); let h = "h\${0}"; let i = g + c; let j = e[0] + i; let k = null
      for (let n = 0; n < 3; n += 1) { k = pick(n + j % 7); j += k; i += n }
      [[a, b, c, d, e], [f, g, h, i], [j, k]]
    }
    fn words(n) { len(repeat(str(pick(n)), 2)) + abs(0 - len(repeat(str(n), n % 3))) }
    fn joined(a, b) { let text = "\${a}"; text = text + str(b) + "!"; text }
    let out = []
    for (let i = 0; i < 45; i += 1) { try { append(out, [wide(i, i * 2 % 40), words(i), joined(i, [i])]) } catch (e) { append(out, e) } }
    out`,
    1009,
  );
  assert.ok(counts.direct >= 2, `${counts.direct} functions`);
});

test('what begins in slots is null again where a function is stopped at its beginning, and where it is entered anew', () => {
  const names = Array.from({ length: mostRegisters + 3 }, (_, i) => `v${i}`);
  assert.is(names.length, 15, 'all are in what it gives');
  const source = `fn maybe(n) { ${names.map((v) => `let ${v}`).join('; ')}
      if (n % 2 == 0) { ${names.map((v, i) => `${v} = n + ${i}`).join('; ')} }
      [[v0, v1, v2, v3, v4], [v5, v6, v7, v8, v9], [v10, v11, v12, v13, v14]] }
    let log = []
    for (let i = 0; i < 40; i += 1) { append(log, maybe(i)) }
    [log[38], log[39]]`;
  const counts = agreesEverywhere(source, 7);
  assert.ok(counts.direct > 0, `${counts.direct} functions`);
});

test('where memory is short, closures and boxes are made again', () => {
  const source = `fn made(n) { let kept = [n, n]; let total = n; let add = fn(x) { total += x + len(kept); total }; if (n == 0) { add(1) } else { add(made(n - 1)) } }
    let sum = 0
    for (let i = 0; i < 60; i += 1) { sum += made(i % 12) }
    sum`;
  for (let maxMemory = 9_000; maxMemory < 20_000; maxMemory += 777) {
    for (const engine of [hot, warm]) agrees(source, { maxMemory }, engine);
  }
  assert.ok(agrees(source, { maxMemory: 20_000 }, warm).direct > 0);
});

test('a captured variable that is not defined yet, read in a loop with registers', () => {
  agreesEverywhere(
    `fn f(n) {
      let log = []
      let read = fn(k) { let s = 0; let t = 1; let z = null; try { for (let i = 0; i < k; i += 1) { s += i; t = s * 2; if (i == 7) { s = s + v } } } catch (e) { z = e.message } [s, t, z] }
      for (let j = 0; j < 6; j += 1) { append(log, read(j + n % 9)) }
      let v = 1
      v = 2
      log
    }
    let out = []
    for (let i = 0; i < 40; i += 1) { append(out, f(i)) }
    out`,
    997,
  );
  agreesEverywhere(
    `fn outer(n) {
      let inner = fn(k) { let s = 0; let t = 1.5; for (let i = 0; i < k; i += 1) { s += i; t = t * 0.5 + s; if (i == 7) { s = s + v } } [s, t] }
      let guarded = fn(k) { try { inner(k) } catch (e) { e } }
      let before = [guarded(n % 9), guarded(3), guarded(8)]
      let v = n
      v = v + 1
      [before, guarded(9)]
    }
    let out = []
    for (let i = 0; i < 40; i += 1) { append(out, outer(i)) }
    out`,
    997,
  );
});

/** Programs in which one thing depends on being called directly, with what is counted when they run warm. */
const parts: readonly (readonly [what: string, source: string, counts: Partial<RegionCounts>])[] = [
  [
    'a closure that captures a variable',
    'fn make(n) { fn(x) { x + n } } let f = make(1); for (let i = 0; i < 40; i += 1) { f(i) }',
    { direct: 1 },
  ],
  [
    'a function that makes a closure',
    'fn make(n) { fn(x) { x + n } } for (let i = 0; i < 40; i += 1) { make(i) }',
    { direct: 1 },
  ],
  [
    'a function that makes an array',
    'fn make(n) { [n, n + 1] } for (let i = 0; i < 40; i += 1) { make(i) }',
    { direct: 1 },
  ],
  [
    'a function that makes a box',
    'fn make(n) { let v = n; let up = fn() { v += 1 }; v } for (let i = 0; i < 40; i += 1) { make(i) }',
    { direct: 1 },
  ],
  [
    'a function that raises an error of its own',
    'fn check(n) { if (n > 50) { throw "no ${n} in ${[n]}" } n } for (let i = 0; i < 40; i += 1) { check(i) }',
    { direct: 1 },
  ],
  [
    'the constructor of a superclass',
    'class A { x; constructor(x) { this.x = x } } class B extends A { y; constructor(x) { super(x); this.y = x } } for (let i = 0; i < 40; i += 1) { new B(i) }',
    { direct: 2, inlined: 1 },
  ],
  [
    'a function in a field',
    'class T { run; constructor(run) { this.run = run } go(x) { this.run(x) } } let t = new T(fn(x) { x }); for (let i = 0; i < 40; i += 1) { t.go(i) }',
    { direct: 2, directCalls: 4 },
  ],
];

test('each of them by itself', () => {
  for (const [what, source, expected] of parts) {
    const counts = agrees(source, {}, warm);
    for (const [name, count] of Object.entries(expected))
      assert.is(counts[name as keyof RegionCounts], count, `${what}: ${name}`);
  }
});

/** Calls of `f` that go off what was known when it got hot, after which its registers would be given up. */
const often = 4000;

test('methods of shapes that come later are called directly, too', () => {
  const source = `class A { m(x) { if (x > 5) { other(x) } else { x } } } class B extends A { m(x) { other(x) } } class C extends A { m(x) { other(x + 1) } } class D extends A { } class E extends A { } class F extends A { m(x) { x } }
    fn other(x) { let s = 0; for (let i = 0; i < 2; i += 1) { s += x } s }
    fn f(o, x) { o.m(x) + 1 }
    let s = 0; let a = new A(); for (let i = 0; i < 40; i += 1) { s += f(a, i) }
    let all = [new B(), new C(), new D(), new E(), new F()]
    for (let i = 0; i < ${often}; i += 1) { s += f(all[i % 5], i % 9) }
    s`;
  const { settled, left, direct, functions } = agrees(source, {}, warm);
  assert.equal({ settled, left }, { settled: 0, left: 0 });
  assert.ok(direct >= 3, `${direct} functions`);
  // Nothing is put into slots for them: `f` is not made anew.
  const onlyKnown = agrees(source.replace('all[i % 5]', 'a'), {}, warm);
  assert.is(functions - onlyKnown.functions, 3, 'the methods of B, C and F, which are hot then');
});

test('a function whose site calls another than it did is made anew, and called directly again', () => {
  const source = `fn one(x) { if (x > 5) { other(x) } else { x } } fn two(x) { if (x > 5) { other(x) + 1 } else { x } }
    fn other(x) { let s = 0; for (let i = 0; i < 2; i += 1) { s += x } s }
    let g = one
    fn f(x) { g(x) + 1 }
    let s = 0; for (let i = 0; i < 40; i += 1) { s += f(i) }
    g = two
    for (let i = 0; i < ${often}; i += 1) { s += f(i % 9) }
    s`;
  const { settled, direct } = agrees(source, {}, warm);
  assert.is(settled, 0);
  const { direct: without } = agrees(source.replace('g = two', 'g = one'), {}, warm);
  assert.ok(direct > without, `${direct} functions, ${without} where nothing changes`);
});

test('a function of the host that takes the place of a closure sees all frames', () => {
  const source = `fn inner(f, x) { f(x) + 1 }
    fn middle(f, x) { inner(f, x) * 2 }
    fn outer(f, x) { middle(f, x) + 3 }
    let id = fn(x) { if (x > 90) { throw "far" } x }
    let s = 0; for (let i = 0; i < 60; i += 1) { s += outer(id, i) }
    let log = [s]
    for (let i = 0; i < 12; i += 1) { try { outer(look, i) } catch (e) { append(log, e.trace) } }
    log`;
  const run = (engine: 'reference' | typeof warm): string => {
    const look = (x: unknown): number => {
      if (Number(x) > 3) throw new Error('seen');
      return Number(vm.call('id', 7));
    };
    const vm: VM = new VM({ engine, functions: { look } });
    try {
      return `${vm.run(weft(source, { functions: ['look'] })).text} ${vm.fuelUsed}`;
    } catch (error) {
      return (error as { report?: () => string }).report?.() ?? String(error);
    }
  };
  for (const engine of [warm, hot]) assert.is(run(engine), run('reference'));
});

test('frames are put on the thread for a function of the host that a closure turns out to be', () => {
  const source = `fn inner(f, x) { f(x) + 1 }
    fn outer(f, x) { inner(f, x) + 3 }
    let id = fn(x) { x }
    let s = 0; for (let i = 0; i < 60; i += 1) { s += outer(id, i) }
    for (let i = 0; i < 5; i += 1) { s += outer(look, i) }
    s`;
  const before = regionCounts();
  const vm = new VM({ engine: warm, functions: { look: (x: unknown) => Number(x) } });
  assert.is(vm.run(weft(source, { functions: ['look'] })).value, 2040);
  assert.ok(regionCounts().waited > before.waited);
});

test('locals in slots are null where a run is stopped at the beginning of a function and goes on', () => {
  // Weft gives each variable a value; bytecode need not.
  const module = new ModuleBuilder();
  const main = module.function('main');
  const f = module.function('f', 1);
  const locals = Array.from({ length: 16 }, () => f.local());
  assert.ok(locals.length > mostRegisters);
  const odd = f.label();
  f.emit('OpGetLocal', 0).emit('OpConstant', module.constant(2)).emit('OpMod');
  f.emit('OpConstant', module.constant(1)).emit('OpEqual').jump('OpJumpIfTrue', odd);
  for (const local of locals) f.emit('OpGetLocal', 0).emit('OpSetLocal', local);
  f.mark(odd);
  for (const local of locals) f.emit('OpGetLocal', local);
  for (let groups = 0; groups < 5; groups++) f.emit('OpArray', 4);
  f.emit('OpReturn');
  const [log, i] = [main.local(), main.local()];
  const [again, end] = [main.label(), main.label()];
  main
    .emit('OpArray', 0)
    .emit('OpSetLocal', log)
    .emit('OpConstant', module.constant(0))
    .emit('OpSetLocal', i);
  main
    .mark(again)
    .emit('OpGetLocal', i)
    .emit('OpConstant', module.constant(200))
    .emit('OpLess')
    .jump('OpJumpIfFalse', end);
  main.emit('OpImport', module.import('append')).emit('OpGetLocal', log);
  main.emit('OpClosure', f.index, 0).emit('OpGetLocal', i).emit('OpCall', 1).emit('OpCall', 2).emit('OpPop');
  main
    .emit('OpGetLocal', i)
    .emit('OpConstant', module.constant(1))
    .emit('OpAdd')
    .emit('OpSetLocal', i)
    .jump('OpLoop', again);
  main.mark(end).emit('OpGetLocal', log).emit('OpReturn');
  const built = module.build();
  const expected = new VM({ engine: 'reference' }).run(load(built)).text;
  assert.match(expected, /null/);
  for (const engine of [hot, warm]) {
    for (let fuel = 90; fuel < 190; fuel += 3) {
      const program = load(built);
      const execution = new VM({ engine }).start(program);
      for (let slices = 0; slices < 30; slices++) execution.advance({ fuel });
      // Cells go on from here: regions begin with null themselves.
      patchCell(program.linkFor(engine).functions[f.index]!, 0, (cell) => cell);
      while (!execution.isOver) execution.advance({ fuel });
      assert.is(execution.result.text, expected, `${fuel}`);
    }
  }
});

/** What a program does so often that slow paths would have given registers up, were it done on them. */
const repeating = (top: string, repeated: string): string => `
  ${top}
  fn work(n) { let log = []; for (let i = 0; i < n; i += 1) { ${repeated} } log }
  let size = 0
  for (let round = 0; round < 120; round += 1) { size += len(work(100)) }
  size`;

test('what is done directly is never put into slots, however often it is done', () => {
  const programs: Record<string, [functions: number, source: string]> = {
    'a constructor above which there is none': [
      2,
      repeating(
        `class Root { } class Leaf extends Root { x; constructor(x) { super(); this.x = x } }`,
        'append(log, new Leaf(i))',
      ),
    ],
    'instances without a constructor': [
      3,
      repeating(
        `class Bare { x; twice() { this.x = 1; this.x * 2 } }
      fn make() { let made = new Bare(); made.twice() }`,
        'append(log, make())',
      ),
    ],
    'static methods': [
      5,
      repeating(
        `class Root { static of(x) { new Root(x) } x; constructor(x) { this.x = x } }
      class Leaf extends Root { static limit = 3; static above(x) { x > Leaf.limit } }
      fn made(i) { if (Leaf.above(i)) { Root.of(i) } else { null } }`,
        'append(log, made(i))',
      ),
    ],
    'calls in arguments of built-in functions': [
      4,
      repeating(
        `fn given(x) { x + 1 }
      fn add(log, f, x) { append(log, f(x)) }`,
        'add(log, given, i); pop(log); append(log, map([i, i], given))',
      ),
    ],
    'elements of buffers': [
      2,
      repeating(
        `let bytes = u8(8)
        fn mix(bytes, n) { for (let j = 0; j < n; j += 1) { bytes[j % 8] = bytes[(j + 1) % 8] * 3 + j } bytes[0] }`,
        'append(log, mix(bytes, i % 9))',
      ),
    ],
    'strings that a function puts together': [
      3,
      repeating(
        `class Named { name; constructor(name) { this.name = name } label(x) { this.name + x } }
        fn greet(a, b) { a + b }
        let named = new Named("n")`,
        'let size = 1 + len(greet("a", "b")); append(log, len(named.label("c")) + size)',
      ),
    ],
    'built-in functions of three arguments': [
      2,
      repeating(
        `let letters = ["abc", "xyz"]
      fn part(i) { slice(letters[i % 2], i % 3, 3) }`,
        'append(log, part(i))',
      ),
    ],
  };
  for (const [what, [functions, source]] of Object.entries(programs)) {
    const counts = agrees(source, {}, warm);
    assert.is(counts.direct, functions, `${what}: functions that are called directly`);
    assert.is(counts.settled, 0, what);
    assert.ok(counts.left < 100, `${what}: ${counts.left} regions left`);
  }
});

test('constructors above which there is none, static methods and bare instances, with too little fuel', () => {
  agreesEverywhere(
    `class Root { static of(x) { new Leaf(x) } }
    class Leaf extends Root { x; constructor(x) { super(); this.x = x } static sum(a, b) { a.x + b.x } }
    class Wrong extends Root { constructor() { super(1) } }
    class Bare { y }
    fn one(i) { let bare = new Bare(); bare.y = i; bare.y += Leaf.sum(Root.of(i), Leaf.of(2)); bare.y }
    let out = []
    for (let i = 0; i < 20; i += 1) { append(out, one(i)) }
    try { new Wrong() } catch (e) { append(out, e) }
    fn other(c, i) { c.of(i) }
    for (let i = 0; i < 20; i += 1) { append(out, other(if (i % 2 == 0) { Root } else { Leaf }, i).x) }
    for (odd in [new Bare(), null, "of"]) { try { other(odd, 1) } catch (e) { append(out, e) } }
    out`,
    137,
  );
});

test('functions that are inlined in direct code have what they assign in registers', () => {
  const program = (own: string): string =>
    `class Pile { top; low = 0
      put(x) { let before = this.top; let next = x + 1; if (before != null && next > 1000) { next = before } this.top = next; next }
      move(x) { ${own} this.put(x) + this.put(x + 1) }
    }
    let pile = new Pile(); let sum = 0
    for (let i = 0; i < 40; i += 1) { sum += pile.move(i) }
    sum`;
  const { registersOfFunctions, direct } = agrees(program(''), {}, warm);
  const without = agrees(program('let y = x * 2; if (y < 0) { return y }'), {}, warm);
  assert.is(direct, without.direct);
  assert.is(without.registersOfFunctions, registersOfFunctions + 1, 'a variable of its own more');
  assert.is(registersOfFunctions, 11);
  agreesEverywhere(program(''), 7);
});

test.run();
