/**
 * What regions assume of slots: that it is tested where they are entered and nowhere else, and that what does not hold costs a region
 * once or a few times, and never a wrong answer.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { agrees, hot, warm } from './agreement';

const warmly = (source: string) => agrees(source, {}, warm);

test('the shape of a receiver and of other parameters', () => {
  const counts = warmly(`class P { x; y; constructor(x, y) { this.x = x; this.y = y }
      dot(o) { this.x * o.x + this.y * o.y }
      add(o) { this.x += o.x; this.y += o.y; this }
      twice() { this.add(this); this.dot(this) } }
    let p = new P(1, 2)
    let q = new P(3, 4.5)
    let sum = 0
    for (let i = 0; i < 60; i += 1) { sum += p.dot(q) + q.add(p).dot(p) p.x = i sum += new P(i, 1).twice() }
    sum`);
  assert.ok(counts.assumed >= 4, `${counts.assumed}`);
  assert.is(counts.mistaken, 0);
  assert.is(counts.left, 0);
});

test('arrays and numbers', () => {
  const counts =
    warmly(`fn sum(a, n) { let s = 0; for (let i = 0; i < n; i += 1) { s += a[i] * n a[i] = s + n } s + len(a) }
    fn fib(n) { if (n < 2) { n } else { fib(n - 1) + fib(n - 2) } }
    fn mix(x, y) { let z = x; let w = z * y; if (w > 10) { z = w - x } z + w }
    let total = 0
    for (let i = 0; i < 40; i += 1) { total += sum([1, 2.5, i, 4], 4) + mix(i, 0.5) + mix(0.25, i) }
    [total, fib(12), fib(6.5)]`);
  assert.ok(counts.assumed >= 5, `${counts.assumed}`);
  assert.is(counts.mistaken, 0);
});

test('what is assumed and does not hold: the region is not entered, and made anew where that is often', () => {
  for (const engine of [warm, hot]) {
    const counts = agrees(
      `class P { x = 1; y = 2; sum() { this.x + this.y + this.x } }
      class Q { y = 0.5; x = 4 }
      class R extends P { z = 3 }
      fn read(o) { if (o == null) { return 0 } o.x + o.y + o.x }
      fn count(a) { if (a == null) { return 0 } len(a) + len(a) }
      fn grow(n) { if (n is P) { return n.x } n + n * 2 }
      let out = []
      for (let i = 0; i < 30; i += 1) { read(new P()) count([1, 2]) grow(3) new P().sum() }
      for (let i = 0; i < 60; i += 1) {
        append(out, [read(new P()), read(null), read(new Q()), count("abc"), count(null), count([1]), grow(i), grow(i / 4)])
        append(out, [grow(new P()), new R().sum(), new P().sum(), read(new R())])
      }
      out`,
      {},
      engine,
    );
    assert.ok(engine === hot || counts.mistaken > 8, `${counts.mistaken}`);
    assert.ok(counts.mistaken < 120, `${counts.mistaken}`);
  }
});

test('an error and a stop in a region that assumes something leave the slots as they were', () => {
  const source = `class P { x = 1; y = []
      step(n, a) { this.x += n; a[this.x] = n * 2; append(this.y, this.x); this.x - n } }
    let p = new P()
    let a = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    let s = 0
    for (let i = 0; i < 40; i += 1) { s += p.step(1, a) }
    s`;
  for (const fuel of [100, 500, 900, 1500]) agrees(source, { fuel }, warm);
  agrees(source, {}, warm);
  agrees(source.replace('a[this.x] = n * 2', 'try { a[this.x] = n * 2 } catch (e) { this.x = 0 }'), {}, warm);
});

test('a loop assumes what its function has put into variables around it', () => {
  const counts = warmly(`class P { n = 0 }
    fn work(p, xs) {
      let seen = p
      let own = xs
      let step = len(xs)
      for (let i = 0; i < 50; i += 1) { seen.n += step; own[i % step] = seen.n }
      seen = null
      own
    }
    [work(new P(), [1, 2, 3]), work(new P(), [1, 2, 3, 4])]`);
  assert.ok(counts.assumed >= 3, `${counts.assumed}`);
  assert.is(counts.mistaken, 0);
});

test.run();
