/**
 * The cloned engine from inside: that hot loops and functions become regions and are entered, what makes it leave them and go on
 * with cells, and that nothing is left behind on the host's stack or in doubles.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { patchCell } from '../src/engines/patch';
import { loadCopies } from '../src/engines/shared-pool';
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

test('a function whose loop runs long each time is no region, but its loop is', () => {
  const source = (
    rounds: number,
  ): string => `fn work(n) { let s = 0; for (let i = 0; i < n; i += 1) { s += i % 7 } s }
    let all = 0
    for (let k = 0; k < 12; k += 1) { all += work(${rounds}) }
    all`;
  const long = agrees(source(150_000), {}, warm);
  assert.is(long.functions, 0);
  assert.ok(long.loops >= 1 && long.entered > 12, `${long.loops} loops, entered ${long.entered} times`);
  assert.is(agrees(source(200), {}, warm).functions, 1);
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

test('a loop that is left for one place by its condition and for another from inside a protected part', () => {
  const thrown = (rounds: number, at: number): string =>
    `let log = []
    for (let n = 0; n < ${rounds}; n += 1) { append(log, n); if (n % 2 == 0) { try { if (n % 5 == ${at}) { throw n }; let m = 1 } catch (e) { append(log, "e") } }; append(log, "end") }
    log`;
  const inFunctions = `fn caught(k) { let log = 0; for (let n = 0; n < 30; n += 1) { if (n < k) { try { if (n % 5 == 4) { throw n }; let m = 1 } catch (e) { log += e * 100 } }; log += 1 } log }
    fn returned(k) { for (let n = 0; n < 60; n += 1) { if (n % 2 == 0) { try { if (n > k) { return [n, k] }; let m = 1 } catch (e) { return e } } } "none" }
    let log = []
    for (let k = 0; k < 70; k += 1) { append(log, caught(k)) append(log, returned(k)) }
    log`;
  for (const engine of [hot, warm]) {
    for (const source of [thrown(60, 3), thrown(60, 4), inFunctions]) agrees(source, {}, engine);
    agrees(weft(thrown(3, 4).replace('n % 5 == 4', 'true'), { optimize: false }), {}, engine);
  }
});

test('a function whose code goes off its fast path again and again is made anew ten times at most', () => {
  const places = Array.from({ length: 16 }, (_, k) => k);
  const counts = agrees(
    `fn f(p) { let s = 0; ${places.map((k) => `if (p[${k}] + p[${k}] == 2) { s += ${k} }`).join('\n')} s }
    let p = array(${places.length}, 1)
    let all = []
    fn calls(k) { for (let i = 0; i < 40; i += 1) { append(all, f(p)) } p[k] = "one" }
    ${places.map((k) => `calls(${k})`).join('\n')}
    all`,
    {},
    warm,
  );
  assert.is(counts.abandoned, 1);
  assert.ok(counts.functions <= 12, `${counts.functions} functions`);
  assert.ok(counts.left < 120, `given up ${counts.left} times`);
});

test('regions are not looked for in very large functions', () => {
  const program = (statements: number): string =>
    `fn f(n) { let a = 1; for (let i = 0; i < n; i += 1) { ${'a = (a + i * 3) % 1000; '.repeat(statements)} } a }
    [f(20), f(9)]`;
  const small = agrees(program(100), {}, warm);
  assert.is(small.irreducible, 0);
  assert.ok(small.loops > 0);
  const large = agrees(program(1500), {}, warm);
  assert.ok(large.irreducible > 0);
  assert.is(large.loops + large.nodes, 0);
  assert.ok(small.buildMs > 0 && regionCounts().longestBuildMs > 0, 'the time is noted');
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
