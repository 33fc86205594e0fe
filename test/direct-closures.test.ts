/**
 * Functions that are called directly and have to do with closures: that capture variables, make closures and boxes, call whatever closure or
 * method there is, or constructors of superclasses. That they are called so, and that nobody can tell.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { agrees, agreesEverywhere, hot, warm } from './agreement';

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
  const names = Array.from({ length: 11 }, (_, i) => `v${i}`);
  const source = `fn maybe(n) { ${names.map((v) => `let ${v}`).join('; ')}
      if (n % 2 == 0) { ${names.map((v, i) => `${v} = n + ${i}`).join('; ')} }
      [[v0, v1, v2, v3, v4], [v5, v6, v7, v8], [v9, v10]] }
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

test.run();
