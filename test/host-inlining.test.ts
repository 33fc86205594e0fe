/**
 * A higher limit of what the host inlines: the flags that are set, that regions are no longer cut where they would be otherwise, and that nothing
 * else is another for it. A file of its own, since the limit holds for the whole process.
 */

import { setFlagsFromString } from 'node:v8';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isInliningRaised } from '../src/engines/host-inlining';
import { compile, inliningFlags, load, loadCopies, raiseInlining, tieringFlags, VM } from '../src/index';
import { agrees, weft } from './agreement';
import { fromSeed } from './bytecode/arbitrary-module';
import { compareOn, programOf } from './differential/compare';
import { heat } from './hot';

/** A loop with far more in it than what the host inlines unasked, which it is worth to take in. */
const large = `class P { x; y; constructor(x, y) { this.x = x; this.y = y } }
  fn f(p, q, n) {
    let sum = 0
    for (let i = 0; i < n; i += 1) {
      ${Array.from({ length: 12 }, (_, k) => `if (i % ${k + 2} == 0) { p.x = p.x + q.y * ${k}; q.y = q.y + p.x % ${k + 3} } else { sum += p.y - q.x }`).join('\n')}
    }
    [p.x, p.y, q.x, q.y, sum]
  }
  f(new P(1, 2), new P(3, 4), 40)`;

test('a limit that cannot be raised changes nothing', () => {
  const refuse = (): never => {
    throw new RangeError('no such flag');
  };
  assert.throws(() => raiseInlining(refuse), /no such flag/);
  assert.not(isInliningRaised());
});

test('regions are cut at a higher limit', async () => {
  await loadCopies();
  const cut = agrees(large);
  assert.ok(cut.apart > 0, 'nothing was cut with the limit as it is');
  const set: string[] = [];
  raiseInlining((flag) => {
    set.push(flag);
    setFlagsFromString(flag);
  });
  assert.equal(set, inliningFlags, 'of a version that is not known');
  raiseInlining(setFlagsFromString, process.versions.v8); // the host knows all flags that it is given
  assert.ok(isInliningRaised());
  const whole = agrees(weft(large));
  assert.ok(whole.apart < cut.apart, `${whole.apart} apart, ${cut.apart} with the limit as it was`);
  assert.ok(whole.entered > 0);
});

/** A method with branches that are seldom taken, called by nobody else than a loop. */
const seldom = `class Ball {
    x; v
    constructor(x, v) { this.x = x; this.v = v }
    bounce() {
      let bounced = false
      this.x += this.v
      if (this.x > 500) { this.x = 500; this.v = 0 - abs(this.v); bounced = true }
      if (this.x < 0) { this.x = 0; this.v = abs(this.v); bounced = true }
      bounced
    }
  }
  let balls = []
  for (let i = 0; i < 100; i += 1) { append(balls, new Ball(5 * i, i % 13 + 1)) }
  fn run(n) {
    let count = 0
    for (let i = 0; i < n; i += 1) { for (ball in balls) { if (ball.bounce()) { count += 1 } } }
    count
  }`;

test('branches that are seldom taken leave no registers on the heap', () => {
  const vm = new VM({ engine: 'cloned' });
  vm.run(load(compile(seldom)));
  // An object of registers for each of 20,000 calls is more than 2 MB. A collection can hide it once, but not ten times in a row.
  const few = 200_000;
  const end = performance.now() + 60_000;
  let inARow = 0;
  while (inARow < 10 && performance.now() < end) {
    const before = process.memoryUsage().heapUsed;
    vm.call('run', 200);
    const made = process.memoryUsage().heapUsed - before;
    inARow = made >= 0 && made < few ? inARow + 1 : 0;
  }
  assert.is(inARow, 10, 'registers are still objects when the loop has long been compiled');
});

test('old versions compile in another order, too', () => {
  const flagsFor = (v8: string): readonly string[] => {
    const set: string[] = [];
    raiseInlining((flag) => void set.push(flag), v8);
    return set;
  };
  assert.equal(flagsFor('11.3.244.8-node.38'), [...inliningFlags, ...tieringFlags]);
  assert.equal(flagsFor('12.4.254.21-node.27'), inliningFlags);
  assert.equal(flagsFor('13.6.233.10-node.28'), inliningFlags);
});

test('random programs have the same outcome with it', () => {
  for (let seed = 1; seed <= 300; seed++) {
    heat('random', fromSeed(seed));
    const { program } = programOf(seed);
    assert.equal(compareOn(['reference', 'cloned'], program, seed).differences, [], `seed ${seed}`);
  }
});

test.run();
