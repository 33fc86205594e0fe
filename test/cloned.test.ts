/**
 * The cloned engine from inside: that hot loops and functions become regions and are entered, what makes it leave them and go on
 * with cells, and that nothing is left behind on the host's stack or in doubles.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadCopies } from '../src/engines/cloned';
import { patchCell } from '../src/engines/patch';
import { assemble, type HostValue, load, VM } from '../src/index';
import { cacheCounters } from '../src/runtime/inline-cache';
import { regionCounts } from '../src/tools/regions';
import { agrees, hot, outcome, warm, weft } from './agreement';

test('a loop that is hot is entered in mid-run', () => {
  const counts = agrees('let s = 0; for (let i = 0; i < 100; i += 1) { s += i * 2 } s');
  assert.is(counts.loops, 1);
  assert.is(counts.entered, 1);
  assert.is(counts.left, 0);
});

test('a function that is hot is entered at its beginning, and calls itself on the host', () => {
  const counts = agrees('fn fib(n) { if (n < 2) { n } else { fib(n - 1) + fib(n - 2) } }; fib(15)');
  assert.ok(counts.functions > 0);
  assert.ok(counts.entered < 10, `entered ${counts.entered} times`);
  assert.is(counts.left, 0);
});

test('a program that does not get hot builds nothing', () => {
  const before = regionCounts();
  new VM({ engine: 'cloned' }).run(
    weft('fn f(x) { x + 1 }; let s = 0; for (let i = 0; i < 9; i += 1) { s = f(s) } s'),
  );
  assert.equal(regionCounts(), before);
});

test('loops that are left in the middle, from several depths, and with a result', () => {
  const counts = agrees(`fn find(rows, wanted) {
      for (let y = 0; y < len(rows); y += 1) {
        let row = rows[y]
        for (let x = 0; x < len(row); x += 1) {
          if (row[x] == 0) { continue }
          if (row[x] < 0) { break }
          if (row[x] == wanted || row[x] > 90 && wanted > 90) { return [x, y] }
        }
      }
      do { wanted -= 1 } while (wanted > 3)
      wanted
    }
    let rows = [[1, 0, 2], [3, -1, 4], [5, 6, 99]]
    [find(rows, 2), find(rows, 4), find(rows, 6), find(rows, 95), find(rows, 40)]`);
  assert.ok(counts.functions >= 1);
});

test('doubles are back in their slots where a region is given up', () => {
  const counts = agrees(`fn f(n) {
      let x = 0.5
      let y = 0.25
      let last = ""
      for (let i = 0; i < n; i += 1) {
        x = x * 1.5 - y
        y = y / 2
        last = last + str(i)
        if (i == 7) { try { throw x } catch (e) { y = y + e } }
      }
      [x, y, last]
    }
    [f(3), f(12)]`);
  assert.ok(counts.entered > 0);
});

test('an instruction off its fast path gives the region up, and it is built anew without it', () => {
  const counts = agrees(`fn f(a, b) { (a - b) * 2 + 1 }
    let caught = 0
    for (let i = 0; i < 50; i += 1) { try { f([], i) } catch (e) { caught += 1 } }
    [caught, f(5, 2)]`);
  assert.ok(counts.left > 0, 'it was given up');
  assert.is(counts.abandoned, 0);
  assert.ok(counts.functions <= 4, `built ${counts.functions} times`);
});

test('recursion deeper than regions go on the host goes on with explicit frames', () => {
  const counts = agrees('fn down(n) { if (n == 0) { 0 } else { 1 + down(n - 1) } }; down(20000)', {
    maxFrames: 30_000,
  });
  assert.ok(counts.deep > 10, `${counts.deep} times`);
});

test('recursion without end is a stack overflow of the guest', () => {
  agrees('fn down(n) { 1 + down(n + 1) }; try { down(0) } catch (e) { e.kind }', { maxFrames: 5000 });
});

test('any amount of fuel runs out at the same place', () => {
  const work = weft(`class P { x = 1.5; step(d) { this.x += d } }
    fn g(p, n) { for (let i = 0; i < n; i += 1) { p.step(i / 2) } p.x }
    fn f() { let p = new P(); let s = 0; for (let i = 0; i < 3; i += 1) { s += g(p, 4) } s }
    f()`);
  outcome(work, hot);
  for (let fuel = 1; fuel < 420; fuel++) {
    assert.is(outcome(work, hot, { fuel }), outcome(work, 'reference', { fuel }), `${fuel} units`);
  }
});

test('a run that is paused at each safepoint ends as it would', () => {
  const work = weft(
    'fn f(n) { let x = 0.5; for (let i = 0; i < n; i += 1) { x = x * 1.25 + id(i) } x }\nfn id(i) { i }\nf(40)',
  );
  const execution = new VM({ engine: hot }).start(work);
  let pauses = 0;
  while (execution.advance({ fuel: 1 }) === 'paused') pauses++;
  assert.ok(pauses > 40, `${pauses} pauses`);
  assert.is(execution.result.text, new VM({ engine: 'reference' }).run(work).text);
});

test('a patch by a host function is seen by regions that run', () => {
  const source = `fn f(n) { let s = 0; for (let i = 0; i < n; i += 1) { if (i == 20) { watch() } s += i } s }\nf(40)`;
  let patched = 0;
  const functions = { watch: () => null };
  const work = weft(source, { functions });
  const { functions: linked } = work.linkFor(hot);
  const watch = (): null => {
    const fn = linked[1]!;
    for (let pc = 0; pc < fn.code.length; pc++) {
      if (fn.heights[pc]! >= 0 && fn.loopCosts[pc]! > 0) {
        patchCell(fn, pc, (cell) => (fp) => {
          patched++;
          return cell(fp);
        });
      }
    }
    return null;
  };
  const vm = new VM({ engine: hot, functions: { watch } });
  assert.is(vm.run(work).value, 780);
  assert.is(patched, 20);
});

test('a patch by what receives the output is seen by regions that run', () => {
  const work = weft(
    'fn f(n) { let s = 0; for (let i = 0; i < n; i += 1) { if (i == 20) { puts(i) } s += i } s }\nf(40)',
  );
  let patched = 0;
  const output = (): void => {
    const fn = work.linkFor(hot).functions[1]!;
    const pc = fn.loopCosts.findIndex((cost, at) => fn.heights[at]! >= 0 && cost > 0);
    patchCell(fn, pc, (cell) => (fp) => {
      patched++;
      return cell(fp);
    });
  };
  assert.is(new VM({ engine: hot, output }).run(work).value, 780);
  assert.is(patched, 20);
});

test('a function whose statements were split for a failure becomes a region', () => {
  const source =
    '.function main arity=0 locals=0 free=0 stack=1\n  OpClosure 0 0\n  OpPop\n  OpClosure 0 0\n.end';
  const work = load(assemble(source));
  let functions = 0;
  for (let maxMemory = 100; maxMemory < 400; maxMemory += 10) {
    functions += agrees(work, { maxMemory }, warm).functions;
  }
  assert.ok(functions > 0);
});

test('host functions that run guests themselves', () => {
  const source =
    'fn f(x) { x * 2 }\nfn g(n) { let s = 0.5; for (let i = 0; i < n; i += 1) { s += again(i) } s }\n[g(30), f(1)]';
  const work = weft(source, { functions: { again: () => null } });
  const texts = (['reference', hot] as const).map((engine) => {
    const vm: VM = new VM({ engine, functions: { again: (x): HostValue => vm.call('f', x) } });
    return vm.run(work).text;
  });
  assert.is(texts[1], texts[0]);
});

test('the result of a call that is decided on and kept', () => {
  const source = `fn odd(n) { if (n % 2 == 1) { n } else { null } }
    fn same(n) { n }
    fn f(n) {
      let a = odd(n) || -n
      let b = odd(n) && "odd"
      let c = same(n) <= 20 && "small" || same(n) > 22 && "large" || "middle"
      if (odd(n + 1)) { [a, b, c] } else { [b, a, c] }
    }
    let all = []
    for (let i = 0; i < 25; i += 1) { append(all, f(i)) }
    all`;
  for (const engine of [hot, warm]) {
    const counts = agrees(source, {}, engine);
    assert.ok(counts.functions >= 2);
    assert.is(counts.left, 0);
  }
});

test('a condition with nothing on either side is no result', () => {
  agrees(`fn f(t) { let n = 0; let x = 0; while ((n += 1) < 4 && (t && (t && t || true) || n == 2)) { x += (1 && 3) } x }
    fn g(t) { let n = 0; for (;;) { if (t && t) {} if ((n += 1) > 5) { return n } if (t || n == 3) {} } }
    [f(true), f(false), g(true), g(false), f(true), g(null)]`);
});

test('methods of many shapes, inherited ones, functions in fields and in static fields', () => {
  const source = `class A { f; constructor(f) { this.f = f } m(x) { x + 1 } up() { this.m(1) } }
    class B extends A { m(x) { x * 2.5 } }
    class C extends A { n; m(x) { this.f(x) } }
    class D extends B { static twice = fn(x) { x + x }; m(x) { D.twice(x) } }
    class E extends D {}
    class F { m }
    let all = [new A(null), new B(null), new C(fn(x) { x - 1 }), new D(null), new E(null), new C(abs)]
    let other = new F()
    other.m = fn(x) { x }
    fn each(n) { let sum = 0; for (o in all) { sum += o.m(n) + o.up() } sum + other.m(n) + E.twice(n) }
    let sums = []
    for (let i = 0; i < 40; i += 1) { append(sums, each(i - 3.5)) }
    sums`;
  const [lookUps, fewer] = [hot, warm].map((engine) => {
    const before = cacheCounters.polymorphic;
    const counts = agrees(source, {}, engine);
    assert.ok(counts.functions > 4);
    assert.is(counts.left, 0);
    return cacheCounters.polymorphic - before;
  });
  // The reference looks up as often each time; regions that know the shapes of a site do not.
  assert.ok(fewer! < 0.7 * lookUps!, `${fewer} look-ups of ${lookUps}`);
});

test('constructors: of a class that is known, with a wrong number of arguments, and of a class that changes', () => {
  const source = `class P { x; y; constructor(x) { this.x = x } }
    class Q { z }
    class R extends P {}
    let Known = P
    fn made(of, n) { let r = []; for (let i = 0; i < n; i += 1) { append(r, new Known(i)); append(r, new Q()); append(r, new of()) } r }
    let wrong = 0
    for (let i = 0; i < 25; i += 1) { try { made(P, i) } catch (e) { wrong += 1 } }
    let before = made(Q, 20)
    Known = R
    let after = made(Q, 20)
    Known = Q
    try { made(Q, 3) } catch (e) { wrong += 100 }
    [before, wrong, after, made]`;
  for (const engine of [hot, warm]) {
    assert.ok(agrees(source, {}, engine).functions > 0);
    for (const maxMemory of [9_000, 12_000, 15_000]) agrees(source, { maxMemory }, engine);
  }
});

test('built-in functions that want a census, more fuel or other arguments', () => {
  const source = `fn f(n) { let r = []; for (let i = 0; i < n; i += 1) { append(r, str(i)); if (len(r) > 50) { r = [] } } len(r) + max(n, 1) }
    let kinds = []
    for (let i = 0; i < 4; i += 1) { try { len(i) } catch (e) { append(kinds, e.message) } }
    let way = len
    let other = max
    fn g(x) { [way(x), other(1, 2)] }
    let ways = []
    for (one in [len, str, fn(x) { x + x }]) {
      way = one
      other = if (one == str) { min } else { max }
      for (let i = 0; i < 12; i += 1) { append(ways, g("ab")) }
    }
    [f(5), f(300), kinds, ways]`;
  for (const engine of [hot, warm]) {
    for (const maxMemory of [12_000, 16_000, 20_000, 2 ** 24]) agrees(source, { maxMemory }, engine);
    for (let fuel = 100; fuel < 2200; fuel += 77) agrees(source, { fuel }, engine);
  }
});

test('strings and what they are compared with', () => {
  const long = 'x'.repeat(300);
  agrees(`fn count(text, sign) { let n = 0; for (c in text) { if (c == "a") { n += 1 } if (c != sign) { n += 10 } if (text == "${long}") { n += 100 } } n }
    [count("banana", "n"), count("${long}", "x"), count("", ""), count([1, "a", null, 2.5], null)]`);
});

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
    assert.ok(counts.inlined >= 4, `${counts.inlined}`);
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
    assert.ok(counts.inlined >= 4, `${counts.inlined}`);
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

test('a region that is too large for the host to inline whole is cut', async () => {
  await loadCopies();
  const fields = Array.from({ length: 12 }, (_, i) => `f${i}`);
  const counts =
    agrees(`class P { ${fields.join('; ')}; constructor() { ${fields.map((name) => `this.${name} = 1.5`).join('\n')} } }
    let p = new P()
    fn f(n) { for (let i = 0; i < n; i += 1) { ${fields.map((name) => `p.${name} = p.${name} * 0.5 + i`).join('\n')} } }
    f(30)
    p`);
  assert.ok(counts.apart > 0);
});

test('copies are loaded once, and used', async () => {
  await loadCopies();
  const before = regionCounts();
  agrees(
    'fn f(n) { let s = 0; for (let i = 0; i < n; i += 1) { if (i % 3 == 0) { s += i } else { s -= 1 } } s }\n[f(50), f(60)]',
  );
  const after = regionCounts();
  assert.ok(after.own - before.own > after.shared - before.shared);
});

test.run();
