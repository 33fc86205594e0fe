/**
 * What regions take in where it is called: functions that call nothing else than what is taken in itself, constructors, and built-in functions that
 * only compute a number. Values, errors, stops and limits are those of calls.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { patchCell } from '../src/engines/patch';
import { VM } from '../src/index';
import { regionCounts } from '../src/tools/regions';
import { agrees, agreesEverywhere, hot, outcome, warm, weft } from './agreement';

test('constructors are inlined; where there is no memory for an instance, the call begins again with its arguments', () => {
  const source = `class P1 { x; y = 1; z; constructor(x, z) { this.x = x; this.z = z } }
    class P2 { x; y = 2; z; constructor(x, z) { this.z = x } }
    let P = P1
    class R { ok; p; constructor(ok, p) { this.ok = ok; this.p = p } }
    fn make(k) { let p = new P(k, 2.5); new R(true, p) }
    fn put(k) { let r = make(k); let p = r.p; if (r.ok) { p.y + p.z } else { 0 } }
    let sum = 0
    for (let i = 0; i < 3000; i += 1) { sum += put(i) if (i == 2000) { P = P2 } }
    sum`;
  for (const engine of [warm, hot]) {
    const counts = agrees(source, { maxMemory: 40_000 }, engine);
    assert.ok(engine === hot || counts.inlined >= 2, `${counts.inlined}`);
    for (const fuel of [500, 801, 1303, 2017]) agrees(source, { fuel, maxMemory: 40_000 }, engine);
  }
});

test('built-in functions of numbers are part of expressions', () => {
  const source = `fn far(x, y) { let square = x * x + y * y; square * sqrt(square) - max(x, y) + hypot(x, y) }
    fn near(x) { floor(x) + min(x, 3) }
    fn least(xs) { min(xs) + 1 }
    fn sign(x) { is_nan(x) || abs(x) + 1 > atan2(x, 2) }
    let out = []
    for (let i = 0; i < 40; i += 1) { append(out, [far(i, 1.5), near(i / 3), least([i, 4]), sign(i)]) }
    for (one in ["x", null, 2.5]) { try { append(out, near(one)) } catch (e) { append(out, e.message) } }
    for (let i = 0; i < 40; i += 1) { try { append(out, far(i, if (i > 9) { "y" } else { 1 })) } catch (e) { append(out, e.message) } }
    out`;
  for (const engine of [hot, warm]) {
    const counts = agrees(source, {}, engine);
    assert.ok(counts.builtins >= 4, `${counts.builtins}`);
    assert.ok(counts.left > 0, `${counts.left}`);
    for (let fuel = 300; fuel < 4000; fuel += 331) agrees(source, { fuel }, engine);
  }
  assert.is(agrees('let s = 0; for (let i = 0; i < 90; i += 1) { s += sqrt(i) * 2 } s').left, 0);
  agrees('let s = 0; for (let i = 0; i < 90; i += 1) { s += sqrt(if (i < 80) { i } else { [] }) * 2 } s');
});

test('how many parts a value has, in conditions of loops and elsewhere', () => {
  const source = `fn sum(xs) { let s = 0; for (let i = 0; i < len(xs); i += 1) { s += if (len(xs) > 3 && i + len(xs) < 9) { i } else { 1 } } s }
    fn grow(xs) { while (len(xs) < 12) { append(xs, len(xs) * 2) } xs }
    fn both(a, b) { for (;;) { if (len(a) >= len(b)) { return a } append(a, len(b) - len(a)) } }
    let out = []
    for (let i = 0; i < 40; i += 1) { append(out, [sum([1, 2, 3, 4]), sum("abcde"), grow([]), both([i], "abc")]) }
    for (one in [{"a": 1, "b": 2}, null, 5, f64([1, 2, 3])]) { try { append(out, sum(one)) } catch (e) { append(out, e.message) } }
    out`;
  for (const engine of [hot, warm]) {
    const counts = agrees(source, {}, engine);
    assert.ok(counts.builtins >= 4, `${counts.builtins}`);
    for (let fuel = 300; fuel < 6000; fuel += 531) agrees(source, { fuel }, engine);
  }
  const loop =
    'let a = [1, 2]; let n = 0; for (let i = 0; i < len(a); i += 1) { n += 1 if (len(a) < 90) { append(a, n) } } n';
  assert.is(agrees(loop).left, 0);
  agrees(loop.replace('n += 1', 'n += 1 if (n == 50) { a = "abc" }'));
});

const inlinedSource = `class P { x; seen = 0
      constructor(x) { this.x = x }
      get() { this.x }
      clipped(most) { if (this.x > most) { return most }; let half = this.x / 2; half + this.x * 0.5 }
      over(d) { let whole = d + 0; whole / this.x }
      mark(n) { n = n + 1; this.seen = this.seen + n; this.seen }
    }
    class Q extends P { get() { this.x + 1 } }
    fn scaled(a, b) { a * 0.5 + b }
    fn twice(a) { a + a }
    fn first(xs, otherwise) { let found = xs[0]; if (found == null) { otherwise } else { found } }
    fn each(objects, n) {
      let sum = 0.25
      for (let i = 0; i < n; i += 1) {
        let o = objects[i % len(objects)]
        sum += scaled(i, 1.5) * o.get() - scaled(scaled(sum, i), twice(o.x + 1)) + twice(scaled(i, sum))
        if (o.clipped(2) > 1) { sum -= o.mark(i) }
        if (first([i], 0) > 3 && twice(i) < 90) { sum += o.over(2 + i) }
      }
      sum
    }`;

test('a function that throws is inlined, and has its frame where it does', () => {
  const source = `class Pile { top = 0
        take(n) { let left = this.top - n; if (left < 0 || n == 13) { throw "only " + str(this.top) } this.top = left; n }
        put(n) { if (n == 7) { throw {"kind": "seven", "n": n} } this.top += n }
      }
      fn part(k) { if (k > 30 && k % 2 == 0) { throw [k] } k }
      let pile = new Pile()
      fn move(i) { pile.put(i) pile.take(i % 17) + part(i) }
      let log = []
      for (let i = 0; i < 60; i += 1) { try { append(log, move(i)) } catch (e) { append(log, e) append(log, pile.top) } }
      let sum = 0
      for (let i = 0; i < 400; i += 1) { try { for (let k = 0; k < 30; k += 1) { sum += part(k + (if (i == 390) { 5 } else { 0 })) } } catch (e) { sum += e[0] } }
      append(log, sum)
      log`;
  for (const engine of [hot, warm]) {
    const counts = agrees(source, {}, engine);
    assert.ok(engine === hot || counts.inlined >= 3, `${counts.inlined}`);
    assert.ok(engine === hot || counts.left > 0, `${counts.left}`);
    for (let fuel = 300; fuel < 6000; fuel += 531) agrees(source, { fuel }, engine);
    for (const last of ['move(7)', 'pile.take(1e9)', 'part(32)']) agrees(`${source}\n${last}`, {}, engine);
  }
  assert.is(agrees(source, {}, warm).abandoned, 0);
});

test('functions that call nothing are inlined', () => {
  const source = `${inlinedSource}
    let all = []
    for (let i = 1; i < 30; i += 1) { append(all, each([new P(i), new Q(i + 0.5)], i)) }
    all`;
  for (const engine of [hot, warm]) {
    const counts = agrees(source, {}, engine);
    assert.ok(counts.inlined > 3, `${counts.inlined} calls are inlined`);
  }
  assert.is(agrees(source, {}, warm).abandoned, 0);
});

test('where an inlined function fails, stops or wants a census, it has a frame', () => {
  const source = `${inlinedSource}
    let [a, b] = [new P(3), new Q(2)]
    fn traced(n) { let log = []; for (let i = 0; i < n; i += 1) { if (i == 20) { b.x = 0 } if (i == 23) { b.x = "two" } if (i == 26) { b.x = 1 }
      try { append(log, each([a, b], 9)) } catch (e) { append(log, e.message) } } log }
    let log = traced(40)
    b.x = 0
    append(log, each([a], 8))
    each([a, b], 8)`.replace('let [a, b] = [new P(3), new Q(2)]', 'let a = new P(3); let b = new Q(2)');
  const work = weft(source);
  for (const engine of [hot, warm]) {
    assert.ok(agrees(work, {}, engine).inlined > 3);
    assert.match(outcome(work, engine), /at P.over .*\n {4}at each/);
    for (let fuel = 3000; fuel < 9000; fuel += 37) agrees(work, { fuel }, engine);
    for (let maxMemory = 4000; maxMemory < 12_000; maxMemory += 500) agrees(work, { maxMemory }, engine);
  }
  const joined = `fn both(a, b) { a + b }
    fn f(n) { let s = ""; for (let i = 0; i < n; i += 1) { s = both(s, "0123456789abcdef") } s }
    let all = []
    for (let i = 0; i < 30; i += 1) { append(all, f(40)) }
    len(all)`;
  for (let maxMemory = 4000; maxMemory < 24_000; maxMemory += 1000) agrees(joined, { maxMemory }, warm);
});

test('the limits of frames and slots are exact where functions are inlined', () => {
  const source = `fn leaf(a) { a * 2 }
    fn down(n) { if (n == 0) { leaf(n) + leaf(1) } else { leaf(n) + down(n - 1) } }
    let all = []
    for (let i = 0; i < 30; i += 1) { append(all, down(i)) }
    all`;
  for (const engine of [hot, warm]) {
    for (let maxFrames = 1; maxFrames < 36; maxFrames++) agrees(source, { maxFrames }, engine);
    for (let maxSlots = 100; maxSlots < 200; maxSlots++) agrees(source, { maxSlots }, engine);
  }
});

test('another function than was expected, now and then and all the time', () => {
  const source = `class A { m(x) { x + 1 } }
    class B { m(x) { x * 2 } }
    class C { m(x) { x - 0.5 } }
    let way = fn(x) { x + 0.5 }
    fn each(objects, n) { let s = 0; for (let i = 0; i < n; i += 1) { s += objects[i % len(objects)].m(i) * 2 + way(i) } s }
    let all = []
    for (let i = 0; i < 60; i += 1) { append(all, each([new A()], 12)) }
    for (let i = 0; i < 60; i += 1) { append(all, each([new A(), new B()], 12)) }
    for (let i = 0; i < 60; i += 1) { way = if (i % 2 == 0) { fn(x) { x * 3 } } else { fn(x) { -x } }; append(all, each([new B(), new C()], 12)) }
    all`;
  const counts = agrees(source, {}, warm);
  assert.ok(counts.left > 0, 'it was given up');
  assert.ok(counts.left < 80, `given up ${counts.left} times`);
  assert.is(counts.abandoned, 0);
});

const nestedSource = `class Shape { name = "shape"; log = null
      measure(k) { let half = k / 2; this.area() + 2 * this.edge(half) - half }
      at(i) { let all = this.log; all[i] }
      noted(i) { let value = this.at(i); if (value == null) { throw "nothing at " + str(i) } value + this.measure(i) }
    }
    class Square extends Shape { side; constructor(side) { super(); this.side = side; this.log = [side, 2.5, side + 1] } area() { this.side * this.side } edge(d) { 4 * this.side + d } }
    class Circle extends Shape { radius; constructor(radius) { super(); this.radius = radius; this.log = [radius] } area() { 3.25 * this.radius * this.radius } edge(d) { let more = this.less(d); 6.5 * this.radius + more } less(d) { d = d - 1; d * 0.5 } }
    fn half(x) { x / 2 }
    fn rest(x, y) { let h = half(x); h - half(y + 1) }
    fn both(x, y) { rest(x, y) * rest(y, x) }
    fn over(x, y) { let r = both(x, y); r / (x - y) }
    fn each(shapes, n) {
      let sum = 0
      for (let i = 0; i < n; i += 1) { let s = shapes[i % len(shapes)]; sum += s.measure(i) + over(i, -1) * both(i, sum % 8) }
      sum
    }`;

test('functions that call what is inlined in them are inlined', () => {
  const source = `${nestedSource}
    let shapes = [new Square(3), new Circle(1.5)]
    let all = []
    for (let i = 0; i < 40; i += 1) { append(all, each(shapes, i % 11)) append(all, shapes[i % 2].noted(0)) }
    all`;
  const { left, abandoned } = agreesEverywhere(source, 397);
  assert.is(left, 0);
  assert.is(abandoned, 0);
  for (let maxMemory = 3000; maxMemory < 9000; maxMemory += 300) agrees(source, { maxMemory }, warm);
  const small = `fn one(x) { x + 1 }
    fn two(x) { let y = one(x); y + one(y) }
    fn each(n) { let s = 0; for (let i = 0; i < n; i += 1) { s += two(i) } s }
    let all = []
    for (let i = 0; i < 40; i += 1) { append(all, each(5)) }
    all`;
  // In `two` both calls; in the loop of `each`, and in all of that, three each.
  assert.is(agrees(small, {}, warm).inlined, 8);
});

test('where such a function fails or stops, all those around it have their frames', () => {
  const source = `${nestedSource}
    let shapes = [new Square(3), new Circle(1.5)]
    let log = []
    for (let i = 0; i < 60; i += 1) {
      if (i == 25) { shapes[0].side = "three" }
      if (i == 30) { shapes[0].side = 3 }
      try { append(log, each(shapes, i % 9)) } catch (e) { append(log, e.message) }
      try { append(log, shapes[1].noted(i % 2)) } catch (e) { append(log, str(e)) }
    }`;
  agreesEverywhere(`${source}\nlog`, 1391);
  const failing = [
    'shapes[0].side = null\neach(shapes, 3)',
    'shapes[1].log = null\nshapes[1].noted(2)',
    'over("1", 2)',
    'shapes[0].noted("x")',
  ];
  for (const last of failing) for (const engine of [hot, warm]) agrees(`${source}\n${last}`, {}, engine);
  assert.match(
    outcome(weft(`${source}\n${failing[0]}`), warm),
    /at Square.area .*\n {4}at Shape.measure .*\n {4}at each/,
  );
});

test('another function than was expected in one that is inlined', () => {
  const source = `${nestedSource}
    class Dot extends Shape { area() { 0 } edge(d) { d } }
    class Line extends Dot { area() { if (this.log == null) { throw "endless" } this.log[0] } }
    let shapes = [new Square(3), new Circle(1.5)]
    let log = []
    for (let i = 0; i < 20; i += 1) { append(log, each(shapes, 7)) }
    append(shapes, new Dot())
    for (let i = 0; i < 20; i += 1) { append(log, each(shapes, 7)) }
    half = fn(x) { x * 0.25 }
    for (let i = 0; i < 20; i += 1) { append(log, each(shapes, 7)) if (i % 3 == 0) { let factor = i; half = fn(x) { x * factor } } }
    append(shapes, new Line())
    for (let i = 0; i < 20; i += 1) { shapes[3].log = if (i < 5) { null } else { [i] }; try { append(log, each(shapes, 9)) } catch (e) { append(log, e) } }
    log`.replace('fn half(x) { x / 2 }', 'let half = fn(x) { x / 2 }');
  const counts = agreesEverywhere(source, 1997);
  assert.ok(counts.left > 0 && counts.left < 120, `given up ${counts.left} times`);
  assert.is(counts.abandoned, 0);
});

test('what an inlined function calls is another each time, or decides what it gives', () => {
  const source = `let way = fn(x) { x + 0.5 }
    let ways = [way, fn(x) { x * 3 }, fn(x) { -x }]
    fn through(x) { way(x) * 2 }
    fn each(n) { let s = 0; for (let i = 0; i < n; i += 1) { s += through(i) } s }
    let all = []
    for (let i = 0; i < 40; i += 1) { append(all, each(9)) }
    for (let i = 0; i < 400; i += 1) { way = ways[i % 3]; append(all, each(3)) }
    all`;
  const counts = agrees(source, {}, warm);
  assert.ok(counts.left > 0 && counts.left < 60, `given up ${counts.left} times`);
  assert.is(counts.abandoned, 0);
  agreesEverywhere(
    `fn odd(x) { if (x % 2 == 1) { x } else { null } }
    fn either(x) { let y = odd(x) || odd(x + 1) && "even" || "none"; [y, odd(x) && x * 2][x % 2] }
    fn first(x) { odd(x) || -x }
    fn both(x) { first(x) + first(x + 1) }
    let all = []
    for (let i = 0; i < 40; i += 1) { append(all, either(i)) append(all, both(i) + first(i)) }
    all`,
    97,
  );
});

test('what calls itself is not inlined in itself, and the limits hold for all that are inlined in each other', () => {
  const source = `fn even(n) { if (n == 0) { true } else { odd(n - 1) } }
    fn odd(n) { if (n == 0) { false } else { even(n - 1) } }
    fn one(x) { x + 1 }
    fn two(x) { one(x) + 1 }
    fn three(x) { two(x) + one(x) }
    fn four(x) { three(x) - two(x) }
    fn five(x) { four(x) * four(x) }
    fn down(n) { if (n == 0) { five(n) } else { three(n) + down(n - 1) } }
    let all = []
    for (let i = 0; i < 30; i += 1) { append(all, if (even(i)) { down(i) } else { five(i) }) }
    all`;
  assert.ok(agreesEverywhere(source, 97).inlined > 0);
  for (const engine of [hot, warm]) {
    for (let maxFrames = 1; maxFrames < 40; maxFrames++) agrees(source, { maxFrames }, engine);
    for (let maxSlots = 100; maxSlots < 260; maxSlots += 3) agrees(source, { maxSlots }, engine);
  }
});

test('a patch in a function that is inlined is seen where it is', () => {
  const source =
    'fn leaf(a) { a * 2 }\nfn f(n) { let s = 0; for (let i = 0; i < n; i += 1) { if (i == 20) { watch() } s += leaf(i) } s }\nf(12) + f(40)';
  const work = weft(source, { functions: { watch: () => null } });
  const { functions: linked } = work.linkFor(warm);
  let patched = 0;
  const watch = (): null => {
    patchCell(linked.find(({ name }) => name === 'leaf')!, 0, (cell) => (fp) => {
      patched++;
      return cell(fp);
    });
    return null;
  };
  const before = regionCounts().inlined;
  assert.is(new VM({ engine: warm, functions: { watch } }).run(work).value, 132 + 1560);
  assert.ok(regionCounts().inlined > before);
  assert.is(patched, 20);
});

test.run();
