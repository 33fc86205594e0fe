/**
 * Random numbers: the generators against the values that their authors' programs give, and the functions that draw.
 */

import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Random, splitmix64 } from '../../src/runtime/random';
import type { GuestArray } from '../../src/runtime/value';
import { call, fuel, refuses } from './calling';

const times = <T>(count: number, draw: () => T): T[] => Array.from({ length: count }, draw);

/** Printed by xoshiro128starstar.c, version 1.1, from the state 1, 2, 3, 4; also the reference of the crate `rand_xoshiro`. */
test('xoshiro128** gives what its reference gives', () => {
  const random = Random.of([1, 2, 3, 4]);
  assert.equal(
    times(10, () => random.word()),
    [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804],
  );
});

/** Printed by splitmix64.c; also the reference of the crate `rand_xoshiro`. */
test('splitmix64 gives what its reference gives', () => {
  assert.equal(times(5, splitmix64(1477776061723855037n)), [
    1985237415132408290n,
    2979275885539914483n,
    13511426838097143398n,
    8488337342461049707n,
    15141737807933549159n,
  ]);
});

test('a seed becomes a state by splitmix64, the lower half of its numbers first', () => {
  for (const seed of [0, 1, -1, 2 ** 53, -1e300]) {
    const next = splitmix64(BigInt.asUintN(64, BigInt(seed)));
    const words = [next(), next()].flatMap((bits) => [Number(bits & 0xffffffffn), Number(bits >> 32n)]);
    const [wanted, seeded, started] = [Random.of(words), new Random(7), new Random(seed)];
    seeded.seed(seed);
    for (let i = 0; i < 5; i++) {
      const word = wanted.word();
      assert.is(seeded.word(), word);
      assert.is(started.word(), word);
    }
  }
});

test('fractions are multiples of 2 ** -53 below 1, spread evenly', () => {
  const random = new Random(1);
  const fractions = times(10_000, () => random.fraction());
  assert.ok(fractions.every((x) => x >= 0 && x < 1 && Number.isInteger(x * 2 ** 53)));
  const tenths = new Array<number>(10).fill(0);
  for (const x of fractions) tenths[Math.floor(10 * x)]!++;
  assert.ok(
    tenths.every((count) => Math.abs(count - 1000) < 150),
    `${tenths}`,
  );
});

test('whole numbers stay below their count, and none is missing', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 2 ** 53 - 1 }), (seed, count) => {
      const random = new Random(seed);
      for (let i = 0; i < 20; i++) {
        const drawn = random.below(count);
        assert.ok(Number.isInteger(drawn) && drawn >= 0 && drawn < count);
      }
    }),
  );
  const random = new Random(2);
  const seen = new Set(times(1000, () => random.below(10)));
  assert.is(seen.size, 10);
  assert.is(random.below(1), 0);
  const large = times(200, () => random.below(2 ** 53));
  assert.ok(large.some((x) => x % 2 === 1) && large.some((x) => x > 2 ** 52));
});

/** Three times 2 ** 30 is where a remainder alone would give the lower third twice as often. */
test('whole numbers are drawn again rather than favoured', () => {
  const random = new Random(3);
  const low = times(6000, () => random.below(3 * 2 ** 30)).filter((x) => x < 2 ** 30).length;
  assert.ok(Math.abs(low - 2000) < 200, `${low} of 6000 in the lower third`);
});

test('random and random_int', () => {
  assert.is(call('random'), new Random(0).fraction());
  assert.is(call('random_int', 1, 6), 1 + new Random(0).below(6));
  assert.is(call('random_int', 5, 5), 5);
  assert.is(call('random_int', 1e300, 1e300), 1e300);
  const wide = Number(call('random_int', -(2 ** 52), 2 ** 52 - 1));
  assert.ok(wide >= -(2 ** 52) && wide < 2 ** 52);
  refuses('random_int', [2, 1], "argument 2 of 'random_int' must be at least 2, not 1");
  refuses('random_int', [0, 0.5], "argument 2 of 'random_int' must be a whole number, not 0.5");
  refuses(
    'random_int',
    [-1e16, 1e16],
    "argument 2 of 'random_int' must be less than 2 ** 53 above the first, not 10000000000000000",
  );
});

test('shuffle copies', () => {
  const array: GuestArray = Array.from({ length: 50 }, (_, i) => i);
  const shuffled = call('shuffle', array) as GuestArray; // it gives an array
  assert.is.not(shuffled, array);
  assert.not.equal(shuffled, array);
  assert.equal(
    array,
    Array.from({ length: 50 }, (_, i) => i),
  );
  assert.equal(call('sorted', shuffled), array);
  assert.is(fuel('shuffle', array), 50);
  assert.equal(call('shuffle', []), []);
  refuses('shuffle', ['abc'], "argument 1 of 'shuffle' must be an array, not string");
});

test('seed takes whole numbers', () => {
  assert.is(call('seed', -3), null);
  refuses('seed', [0.5], "argument 1 of 'seed' must be a whole number, not 0.5");
  refuses('seed', [Number.POSITIVE_INFINITY], "argument 1 of 'seed' must be a whole number, not Infinity");
});

test.run();
