/**
 * The micro-benchmarks at the size of tests: every program gives the expected answer on every engine and in JavaScript, with
 * the same fuel on all engines; and they are what their README says.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { families } from '../bench/micro/families';
import {
  kindCounts,
  microFile,
  microPrograms,
  siteCounts,
  writeMicroPrograms,
} from '../bench/micro/programs';
import { openSubject } from '../bench/subject';
import { micro } from '../bench/suites/micro';
import { compile, engineNames, InstructionCounter, load, VM } from '../src/index';
import { readText } from './files';

writeMicroPrograms();
const readme = readText('bench/micro/README.md');

for (const { name, program, twin, size, testSize, expected } of micro) {
  test(`${name}: engines and twin agree`, async () => {
    const answer = expected[testSize];
    const inJavaScript = await openSubject(twin, 'twin');
    assert.is(inJavaScript.run(testSize), answer, 'in JavaScript');
    const fuel = new Set<number | null>();
    for (const engine of engineNames) {
      const subject = await openSubject(program, engine);
      assert.is(subject.run(testSize), answer, `on the ${engine} engine`);
      assert.is(subject.run(testSize), answer, `on the ${engine} engine, again`);
      fuel.add(subject.fuelUsed);
    }
    assert.is(fuel.size, 1, 'fuel differs');
    assert.is(inJavaScript.run(size), expected[size], 'at the size that is measured');
  });
}

test('answers depend on the number of rounds', () => {
  for (const { name, expected, size, testSize } of micro)
    assert.is.not(expected[size], expected[testSize], name);
});

test('the README has every family and its parameters', () => {
  for (const family of Object.keys(families)) assert.ok(readme.includes(`\n| \`${family}\` |`), family);
  assert.ok(readme.includes(`${siteCounts[0]}, ${siteCounts[1]} and ${siteCounts[2]}`));
});

/** Different instructions that the loop of `run` executes: those that more rounds execute more often. */
function instructionsIn(source: string): number {
  const counter = new InstructionCounter();
  const vm = new VM({ engine: counter.engine });
  vm.run(load(compile(source)));
  const countsOf = (rounds: number): Map<string, number> => {
    const before = new Map(counter.byMnemonic());
    vm.call('run', rounds);
    return new Map(counter.byMnemonic().map(([name, count]) => [name, count - (before.get(name) ?? 0)]));
  };
  const [few, many] = [countsOf(3), countsOf(40)];
  return [...many].filter(([name, count]) => count > (few.get(name) ?? 0)).length;
}

test('the README says how many instructions are live in each mixture', () => {
  for (const kinds of kindCounts) {
    const { source } = microPrograms.find(({ name }) => name === `opcodes_${kinds}`)!;
    const row = `| \`opcodes_${kinds}\` | ${kinds} | ${instructionsIn(source)} |`;
    assert.ok(readme.includes(row), row);
  }
});

test('a program has as many sites as its name says', () => {
  for (const { name, sites } of microPrograms)
    if (!name.startsWith('opcodes')) assert.ok(name.endsWith(`_${sites}`), `${name} has ${sites}`);
});

test('a twin is its program, but for the word that begins a function', () => {
  for (const { name, source } of microPrograms) {
    const twin = readText(microFile(name, 'js'));
    assert.is(twin, `${source.replace(/\bfn\b/g, 'function')}export { run };\n`, name);
  }
});

test.run();
