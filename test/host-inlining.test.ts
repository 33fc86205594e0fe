/**
 * A higher limit of what the host inlines: the flags that are set, that regions are no longer cut where they would be otherwise, and that nothing
 * else is another for it. A file of its own, since the limit holds for the whole process.
 */

import { setFlagsFromString } from 'node:v8';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isInliningRaised } from '../src/engines/host-inlining';
import { inliningFlags, loadCopies, raiseInlining, tieringFlags } from '../src/index';
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
