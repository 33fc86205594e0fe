/**
 * Engines against each other: random programs of Weft and random modules give the same on every engine, whatever limits they
 * run under and however they are cut into pieces. `npm run differential` does the same with more cases.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { engineNames } from '../src/index';
import { compareOn, moduleOf, programOf, showDifference } from './differential/compare';

const programs = 800;
const onAllEngines = 100;

test(`${programs} programs of Weft: fused as reference`, () => {
  const ends = new Map<string, number>();
  for (let seed = 1; seed <= programs; seed++) {
    const { source, program } = programOf(seed);
    const { end, differences } = compareOn(['reference', 'fused'], program, seed);
    assert.is(differences.map(showDifference).join('\n'), '', `seed ${seed}\n${source}`);
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  // They are worth running: most get to their end, the others fail in many ways.
  assert.ok(ends.get('value')! > programs / 2, JSON.stringify([...ends]));
  assert.ok(ends.get('out of fuel')! < programs / 40, JSON.stringify([...ends]));
  for (const kind of ['type error', 'thrown value', 'bad argument', 'not callable', 'bad index']) {
    assert.ok(ends.has(kind), `none ends in '${kind}'`);
  }
});

test(`${onAllEngines} programs of Weft on every engine`, () => {
  for (let seed = 100_001; seed <= 100_000 + onAllEngines; seed++) {
    const { source, program } = programOf(seed);
    const { differences } = compareOn(engineNames, program, seed);
    assert.is(differences.map(showDifference).join('\n'), '', `seed ${seed}\n${source}`);
  }
});

test('random modules on every engine', () => {
  for (let seed = 1; seed <= 400; seed++) {
    const { source, program } = moduleOf(seed);
    const { differences } = compareOn(engineNames, program, seed);
    assert.is(differences.map(showDifference).join('\n'), '', `seed ${seed}\n${source}`);
  }
});

test.run();
