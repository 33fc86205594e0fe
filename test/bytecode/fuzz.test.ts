/** 20,000 of the loader's fuzz cases, always the same; `npm run fuzz` runs as many as wanted. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FuzzCases, judge } from './fuzz-cases';

const count = 20_000;

test('bytes of any kind are loaded or refused with data', () => {
  const cases = new FuzzCases(1);
  const outcomes = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    const outcome = judge(cases.bytes(i), i % 16 === 0);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  // The cases would test nothing if they all stopped at the door.
  const accepted = outcomes.get('accepted') ?? 0;
  const undecoded = outcomes.get('decode error') ?? 0;
  assert.ok(accepted > count / 10, `${accepted} accepted`);
  assert.ok(undecoded > count / 10, `${undecoded} not decoded`);
  assert.ok(count - accepted - undecoded > count / 10, 'too few reach the verifier');
  assert.ok(outcomes.size > 12, `outcomes: ${[...outcomes.keys()].join(', ')}`);
});

test.run();
