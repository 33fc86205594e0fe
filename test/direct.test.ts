/**
 * Functions that are called directly, with all they have in registers: that they are, that nobody can tell - whatever is thrown through them,
 * stops them or looks at their frames - and that it is given up where frames are often wanted.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { templatesWanted } from '../src/engines/shared-pool';
import { VM } from '../src/index';
import { regionCounts } from '../src/tools/regions';
import { agrees, agreesEverywhere, hot, warm, weft } from './agreement';

const piles = `class Disk { size; next; constructor(size) { this.size = size } }
    class Game { piles; moves = 0
      constructor() { this.piles = array(3) }
      push(disk, pile) { let top = this.piles[pile]; if (top != null && disk.size >= top.size) { throw "too large" } disk.next = top; this.piles[pile] = disk }
      pop(pile) { let top = this.piles[pile]; if (top == null) { throw "empty" } this.piles[pile] = top.next; top.next = null; top }
      one(from, to) { this.push(this.pop(from), to); this.moves += 1 }
      all(n, from, to) { if (n == 1) { this.one(from, to); return null } let other = 3 - from - to; this.all(n - 1, from, other); this.one(from, to); this.all(n - 1, other, to) }
    }
    fn play(n) { let game = new Game(); for (let i = n; i > 0; i -= 1) { game.push(new Disk(i), 0) } game.all(n, 0, 1); game }`;

test('functions and methods that call each other, themselves and constructors', () => {
  const counts = agreesEverywhere(
    `${piles}
    fn fib(n) { if (n < 2) { n } else { fib(n - 1) + fib(n - 2) } }
    class Node { left; right; constructor(l, r) { this.left = l; this.right = r } count() { if (this.left == null) { 1 } else { 1 + this.left.count() + this.right.count() } } }
    fn build(d) { if (d == 0) { new Node(null, null) } else { new Node(build(d - 1), build(d - 1)) } }
    [play(7).moves, fib(14), build(6).count()]`,
    1733,
  );
  assert.ok(counts.direct >= 4, `${counts.direct} functions`);
  assert.ok(counts.directCalls >= 8, `${counts.directCalls} calls`);
});

test('a method that calls itself is not handed its closure', () => {
  const made = (): Record<string, number> => Object.fromEntries(templatesWanted());
  const before = made();
  const { direct } = agrees(
    `class Chain { length(n) { if (n == 0) { 0 } else { 1 + this.length(n - 1) } } }
    let chain = new Chain()
    let sum = 0
    for (let i = 0; i < 40; i += 1) { sum += chain.length(i) }
    sum`,
    {},
    warm,
  );
  assert.ok(direct > 0);
  const more = (key: string): number => (made()[key] ?? 0) - (before[key] ?? 0);
  assert.ok(more('directMethod2') > 0, 'the call in it');
  assert.is(more('direct2'), 0, 'with its closure');
});

test('what is thrown through them comes with the places of all frames', () => {
  const counts = agreesEverywhere(
    `${piles}
    fn down(n, xs) { if (n == 0) { xs[0].size } else { 1 + down(n - 1, xs) } }
    fn guarded(n, xs) { try { down(n, xs) } catch (e) { e } }
    let log = []
    for (let i = 0; i < 30; i += 1) { append(log, guarded(i % 7, [if (i % 4 == 3) { null } else { new Disk(i) }])) }
    let game = play(5)
    for (let i = 0; i < 20; i += 1) { try { game.one(i % 3, (i + 1) % 3) } catch (e) { append(log, e) } }
    append(log, game.moves)
    puts(log)
    down(5, [3])`,
    997,
  );
  assert.ok(counts.direct > 0 && counts.waited > 0, `${counts.direct} and ${counts.waited}`);
});

test('operands that wait for a call, and loops around calls, keep their values', () => {
  const counts = agreesEverywhere(
    `fn three(a, b, c) { a * 100 + b * 10 + c }
    fn pick(n) { if (n > 40) { [n][1] + 1 } else { n % 7 } }
    fn mixed(n) { three(pick(n), pick(n + 1) + pick(n + 2) * 2, pick(n + 3)) - pick(n) }
    fn loops(n) { let sum = 0; for (let i = 0; i < n; i += 1) { for (let k = i; k < n; k += 1) { if (k % 5 == 4) { continue } sum += mixed(k) if (sum > 90000) { return sum } } } sum }
    let log = []
    for (let i = 0; i < 30; i += 1) { append(log, loops(i)) }
    try { mixed(39) } catch (e) { append(log, e.message) }
    log`,
    4111,
  );
  assert.ok(counts.direct > 0, `${counts.direct}`);
});

test('loops in frames call functions directly, more variables around them than there are registers', () => {
  const counts = agreesEverywhere(
    `${piles}
    fn put(game, i) { try { game.one(i % 3, (i + 1) % 3); 1 } catch (e) { 0 } }
    fn step(n, k) { if (n * k == 391) { throw "found" } if (n > k) { n - k } else { [k, n][0] } }
    fn many(n) {
      let a = 1; let b = 2.5; let c = "c"; let d = [n]; let e = a; let f = n * 3; let g = 0; let h = null; let log = []
      for (let i = 0; i < n; i += 1) {
        a = step(i, a) + e
        b = b * 0.5 + a
        for (let k = 0; k < 3; k += 1) { g += step(g % 9, k); if (g > f * 40) { return [a, b, c, g, i, k] } }
        if (i % 3 == 1) { continue }
        h = fn() { a + i }
        d[0] = step(d[0], i)
        if (d[0] == 3) { append(log, [c, d[0]]) }
      }
      [a, b, c, d, e, f, g, h == null || h() > 1, log]
    }
    fn plain(n) {
      let a = 1; let b = 2.5; let c = "c"; let d = [n]; let e = a; let f = n * 3; let g = 0; let h = 4; let log = []
      for (let i = 0; i < n; i += 1) {
        a = step(i, a) + e
        b = b * 0.5 + a
        for (let k = 0; k < 3; k += 1) { g += step(g % 9, k); if (g > f * 40) { h = i * 100 + k; break } }
        if (i % 3 == 1) { continue }
        d[0] = step(d[0], i)
        if (d[0] == 3) { append(log, c) }
      }
      [a, b, c, d, e, f, g, h, log]
    }
    let out = []
    let game = play(3)
    for (let i = 0; i < 12; i += 1) { append(out, [plain(i), many(i), put(game, i)]) }
    try { append(out, plain(60)) } catch (e) { append(out, e) }
    out`,
    2003,
  );
  assert.ok(counts.registers >= 8, `${counts.registers} variables`);
  assert.ok(counts.directCalls > 8, `${counts.directCalls} calls`);
});

test('deeper than the stack of the host, and as deep as the limit', () => {
  const source =
    'fn depth(n) { if (n == 0) { 0 } else { 1 + depth(n - 1) } } let out = []; for (let i = 0; i < 40; i += 1) { depth(i) }';
  for (const last of ['depth(20000)', 'depth(1e9)', 'try { depth(1e9) } catch (e) { e.kind }']) {
    for (const engine of [hot, warm]) {
      const { deep, settled } = agrees(`${source} ${last}`, { maxFrames: 30_000 }, engine);
      assert.ok(deep > 10, `${deep}`);
      assert.ok(settled > 0, 'frames that are all put on the thread had better be there');
    }
  }
});

test('where memory is short, what is made begins again; the census finds what registers hold', () => {
  const source = `class Pair { a; b; constructor(a, b) { this.a = a; this.b = b } sum() { this.a + this.b } }
    fn made(n, kept) { let one = new Pair(n, kept.b); let two = new Pair(one.sum(), kept.a); if (n == 0) { two.sum() } else { made(n - 1, two) + len(array(n, one)) } }
    let sum = 0
    for (let i = 0; i < 60; i += 1) { sum += made(i % 20, new Pair(i, 1)) }
    sum`;
  for (let maxMemory = 9_000; maxMemory < 20_000; maxMemory += 777) {
    for (const engine of [hot, warm]) agrees(source, { maxMemory }, engine);
  }
  assert.ok(agrees(source, { maxMemory: 20_000 }, warm).direct > 0);
});

test('nothing is made where the constructor has no room, for functions that are inlined in it included', () => {
  for (let pad = 0; pad < 12; pad++) {
    const locals = Array.from({ length: pad }, (_, i) => `let p${i} = ${i};`).join(' ');
    const source = `fn wide(a) { let b = a + 1; let c = b + 1; let d = c + b; let e = d * 2; let f = e - a; let g = f + e; let k = g + d; k + c }
      class P { x; y; constructor(x) { this.x = wide(x); this.y = slow(x) } }
      fn slow(x) { let s = 0; for (let i = 0; i < 2; i += 1) { s += x } s }
      fn deep(n) { if (n == 0) { 0 } else { let p = new P(n); p.x - p.x + deep(n - 1) + 1 } }
      fn start(n) { ${locals} deep(n) }
      for (let i = 0; i < 400; i += 1) { deep(i % 20) }
      start(150); start(151); start(400)`;
    agrees(source, { maxMemory: 1e9 }, warm);
  }
});

test('a function of the host sees all frames; functions that often call one are called with frames', () => {
  const source = `fn inner(x) { if (x % 3 == 0) { look(x) } else { x } }
    fn middle(x) { inner(x) + 1 }
    fn outer(x) { middle(x) * 2 }
    let sum = 0
    for (let i = 0; i < 400; i += 1) { sum += outer(i) }
    sum`;
  const run = (engine: 'reference' | typeof warm): string => {
    const vm: VM = new VM({
      engine,
      // A run on top of the other, which needs memory of its own.
      functions: { look: (x: unknown) => Number(x) + Number(vm.call('made', 3)) },
    });
    return outcomeOn(
      vm,
      `fn made(n) { let xs = []; for (let i = 0; i < n; i += 1) { append(xs, [i]) } len(xs) } ${source}`,
    );
  };
  const before = regionCounts();
  assert.is(run(warm), run('reference'));
  const after = regionCounts();
  assert.ok(after.settled > before.settled, `${after.settled - before.settled} functions given up`);
});

function outcomeOn(vm: VM, source: string): string {
  try {
    return `${vm.run(weft(source, { functions: ['look'] })).text} ${vm.fuelUsed}`;
  } catch (error) {
    return String(error);
  }
}

test('a method that `super` calls on an object of a subclass', () => {
  const source = `class A { n = 0; constructor(n) { this.n = n; this.check(n) } check(n) { if (n == 33) { throw "33" } n } up(by) { this.n += this.check(by) this.n } }
    class B extends A { constructor(n) { super(n + 1) } up(by) { super.up(by) + super.up(by + 1) } check(n) { super.check(n) + 1 } }
    let log = []
    for (let i = 0; i < 50; i += 1) { try { append(log, new B(i).up(i)) } catch (e) { append(log, e) } }
    puts(log)
    new B(32)`;
  agreesEverywhere(source, 211);
});

test.run();
