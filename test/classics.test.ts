/**
 * The classic suite of benchmarks at the size of tests: every program gives the expected answer on every engine and in
 * JavaScript, with the same fuel on all engines; and the twins agree with answers that others have published.
 */

import { basename } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openSubject } from '../bench/subject';
import { classic } from '../bench/suites/classic';
import type { Answer } from '../src/cli/compare/subject';
import { engineNames } from '../src/index';
import { filesUnder, readText } from './files';

test('the suite lists the programs that are there, and each has a twin and its line in the README', () => {
  const names = classic.map(({ name }) => name).sort();
  const namesIn = (folder: string, ending: string): string[] =>
    filesUnder(folder, ending).map((file) => basename(file, ending));
  assert.equal(names, namesIn('bench/programs/classic', '.weft'));
  assert.equal(names, namesIn('bench/twins/classic', '.js'));
  const readme = readText('bench/programs/classic/README.md');
  for (const name of names) assert.ok(readme.includes(`\n| [${name}](${name}.weft) |`), name);
});

for (const { name, program, twin, size, testSize, expected } of classic) {
  test(`${name}: engines and twin agree`, async () => {
    const answer = expected[testSize];
    assert.is((await openSubject(twin, 'twin')).run(testSize), answer, 'in JavaScript');
    const fuel = new Set<number | null>();
    for (const engine of engineNames) {
      const subject = await openSubject(program, engine);
      assert.is(subject.run(testSize), answer, `on the ${engine} engine`);
      assert.is(subject.run(testSize), answer, `on the ${engine} engine, again`);
      fuel.add(subject.fuelUsed);
    }
    assert.is(fuel.size, 1, 'fuel differs');
  });

  test(`${name}: the answer at the size that is measured`, async () => {
    assert.is((await openSubject(twin, 'twin')).run(size), expected[size]);
  });
}

/** A program's answer as a published one has it. */
const published: readonly [
  name: string,
  size: number,
  answer: Answer,
  form?: (answer: Answer | null) => Answer,
][] = [
  ['fib', 20, 6765],
  ['sieve', 100, 1060], // the sum of the 25 primes below 100
  ['nbody', 0, '-0.169075164', (energy) => Number(energy).toFixed(9)],
  ['nbody', 1000, '-0.169087605', (energy) => Number(energy).toFixed(9)],
  ['spectral_norm', 100, '1.274219991', (norm) => Number(norm).toFixed(9)],
  ['queens', 8, 92],
  ['fannkuch', 7, '228 16'],
];

for (const [name, size, answer, form = (same: Answer | null) => same] of published) {
  test(`${name}: the known answer for ${size}`, async () => {
    const twin = await openSubject(`bench/twins/classic/${name}.js`, 'twin');
    assert.is(form(twin.run(size)), answer);
  });
}

test.run();
