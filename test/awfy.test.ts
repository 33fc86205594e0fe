/**
 * Are We Fast Yet: every Weft port on every engine and every JavaScript twin gives the answers that the suite verifies; the
 * collections that the programs bring along do in both what they say, also where no program needs it; the runner prints what
 * the suite's harnesses print.
 */

import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadProgram, loadSource, openSubject } from '../bench/subject';
import { type AwfyProgram, awfy, expectedAnswer } from '../bench/suites/awfy';
import { engineNames, type HostValue, VM } from '../src/index';
import { readText } from './files';

const named = (name: string): AwfyProgram => awfy.find((program) => program.name === name)!;

/**
 * Havlak's smallest size is half a second's work for its twin, and a minute's for some engines: `npm run awfy -- Havlak` runs it.
 * What is tested instead is the same program on a smaller graph, against its twin.
 */
const testedSmaller = named('Havlak');

test('there are fourteen, each with the answers for its sizes and its line in the README', () => {
  assert.is(awfy.length, 14);
  const readme = readText('bench/programs/awfy/README.md');
  for (const program of awfy) {
    const { name, size, testSize, expected } = program;
    for (const n of [size, testSize]) {
      assert.is.not(expected[n], undefined, `${name} ${n}`);
      assert.is(expected[n], expectedAnswer(program, n), `${name} ${n}`);
    }
    assert.ok(readme.includes(`\n| [${name}](${name.toLowerCase()}.weft) |`), name);
  }
});

for (const program of awfy) {
  const { name, size, testSize, expected } = program;
  test(`${name}: twin`, async () => {
    const twin = await openSubject(program.twin, 'twin');
    assert.is(twin.run(testSize), expected[testSize]);
    assert.is(twin.run(size), expected[size]);
  });

  if (program === testedSmaller) continue;
  test(`${name}: engines`, async () => {
    const fuel = new Set<number | null>();
    for (const engine of engineNames) {
      const subject = await openSubject(program.program, engine);
      assert.is(subject.run(testSize), expected[testSize], `on the ${engine} engine`);
      fuel.add(subject.fuelUsed);
    }
    assert.is(fuel.size, 1, 'fuel differs');
  });
}

test('a port that repeats gives the last answer', async () => {
  const { program } = named('Bounce');
  assert.is((await openSubject(program, 'switch')).run(3), 1331);
});

test('Havlak on a smaller graph: twin and engines find the same loops', async () => {
  const { recognize } = await import(pathToFileURL(resolve(testedSmaller.twin)).href);
  const size = [2, 3, 2, 2, 2];
  assert.equal(recognize(...size), [36, 93]);
  const program = loadProgram(testedSmaller.program);
  for (const engine of engineNames) {
    const vm = new VM({ engine });
    vm.run(program);
    assert.equal(vm.call('recognize', ...size), [36, 93], engine);
  }
});

/** The value of a Weft program that stands beside the ports. */
const valueBesidePorts = (lines: readonly string[]): HostValue =>
  new VM().run(loadSource(lines.join('\n'), 'bench/programs/awfy/test.weft')).value;

const som = () => import(pathToFileURL(resolve('bench/twins/awfy/som.js')).href);

test('the first random numbers', async () => {
  const first = [22896, 34761, 34014, 39231, 52540];
  const { Random } = await som();
  const random = new Random();
  assert.equal(
    first.map(() => random.next()),
    first,
  );
  assert.equal(
    valueBesidePorts([
      'import { Random } from "./som.weft"',
      'let random = new Random()',
      'map(range(5), fn(i) { random.next() })',
    ]),
    first,
  );
});

test('both parse the same text, which is JSON', async () => {
  const { rapBenchmarkMinified: text } = await import(
    pathToFileURL(resolve('bench/twins/awfy/rap-benchmark.js')).href
  );
  assert.is(text.length, 25_820);
  assert.is(JSON.parse(text).operations.length, 156);
  const inWeft = ['import { rapBenchmarkMinified } from "./rap-benchmark.weft"', 'rapBenchmarkMinified'];
  assert.is(valueBesidePorts(inWeft), text);
});

/** In the order of `Random`: what sorting must make of it is checked with the host's own `sort`. */
const numbers = (() => {
  let seed = 74755;
  return Array.from({ length: 40 }, () => (seed = (seed * 1309 + 13849) & 65535));
})();
const sorted = [...numbers].sort((a, b) => a - b);

test('a vector sorts, grows, and removes', async () => {
  const { Vector } = await som();
  const vector = new Vector(1);
  for (const value of numbers) vector.append(value);
  vector.sort((a: number, b: number) => a - b);
  const order: number[] = [];
  vector.forEach((value: number) => {
    order.push(value);
  });
  assert.equal(order, sorted);
  assert.is(vector.remove(sorted[0]), true);
  assert.is(vector.remove(-1), false);
  assert.is(vector.removeFirst(), sorted[1]);
  assert.is(vector.size(), 38);

  assert.equal(
    valueBesidePorts([
      'import { Random, Vector } from "./som.weft"',
      'let random = new Random()',
      'let vector = new Vector(1)',
      'for (i in range(40)) { vector.append(random.next()) }',
      'vector.sort(fn(a, b) { a - b })',
      'let order = []',
      'vector.forEach(fn(value) { append(order, value) })',
      '[order, vector.remove(order[0]), vector.remove(-1), vector.removeFirst(), vector.size()]',
    ]),
    [sorted, true, false, sorted[1], 38],
  );
});

test('a dictionary finds what it was given, also after it grew', async () => {
  const { IdentityDictionary } = await som();
  const key = (i: number) => ({ customHash: () => i % 40 });
  const keys = Array.from({ length: 100 }, (_, i) => key(i));
  const dictionary = new IdentityDictionary();
  for (const [i, each] of keys.entries()) dictionary.atPut(each, i);
  dictionary.atPut(keys[7], 'seven');
  assert.equal(
    [dictionary.size(), dictionary.at(keys[99]), dictionary.at(keys[7]), dictionary.at(key(7))],
    [100, 99, 'seven', null],
  );
  assert.is(dictionary.getKeys().size(), 100);

  assert.equal(
    valueBesidePorts([
      'import { IdentityDictionary } from "./som.weft"',
      'class Key {',
      '  hash',
      '  constructor(hash) { this.hash = hash }',
      '  customHash() { this.hash }',
      '}',
      'let keys = map(range(100), fn(i) { new Key(i % 40) })',
      'let dictionary = new IdentityDictionary()',
      'for (i in range(100)) { dictionary.atPut(keys[i], i) }',
      'dictionary.atPut(keys[7], "seven")',
      '[dictionary.size(), dictionary.at(keys[99]), dictionary.at(keys[7]), dictionary.at(new Key(7)), dictionary.getKeys().size()]',
    ]),
    [100, 99, 'seven', null, 100],
  );
});

test('the tree of CD stays in order while entries come and go', async () => {
  const { RedBlackTree } = await import(pathToFileURL(resolve('bench/twins/awfy/red-black-tree.js')).href);
  const key = (value: number) => ({
    value,
    compareTo: (other: { value: number }) => value - other.value,
  });
  const tree = new RedBlackTree();
  for (const value of numbers) tree.put(key(value), value);
  for (const value of numbers.slice(0, 30)) assert.is(tree.remove(key(value)), value);
  const left: number[] = [];
  tree.forEach((entry: { value: number }) => {
    left.push(entry.value);
  });
  const expected = numbers.slice(30).sort((a, b) => a - b);
  assert.equal(left, expected);

  assert.equal(
    valueBesidePorts([
      'import { RedBlackTree } from "./red-black-tree.weft"',
      'import { Random } from "./som.weft"',
      'class Key {',
      '  value',
      '  constructor(value) { this.value = value }',
      '  compareTo(other) { this.value - other.value }',
      '}',
      'let random = new Random()',
      'let numbers = map(range(40), fn(i) { random.next() })',
      'let tree = new RedBlackTree()',
      'for (value in numbers) { tree.put(new Key(value), value) }',
      'for (value in slice(numbers, 0, 30)) { assert(tree.remove(new Key(value)) == value) }',
      'let left = []',
      'tree.forEach(fn(entry) { append(left, entry.value) })',
      'left',
    ]),
    expected,
  );
});

const awfyCommand = (...args: string[]) =>
  spawnSync(process.execPath, ['build/bench/awfy.js', ...args], { encoding: 'utf8', timeout: 60_000 });

test('the runner prints what the harnesses of the suite print', () => {
  for (const args of [['--engine', 'threaded'], ['--engine', 'twin'], []]) {
    const { status, stdout, stderr } = awfyCommand(...args, 'Queens', '2', '1');
    assert.is(stderr, '');
    assert.is(status, 0);
    assert.match(
      stdout,
      /^Starting Queens benchmark \.\.\.\n(?:Queens: iterations=1 runtime: \d+us\n){2}Queens: iterations=2 average: \d+us total: \d+us\n\n\nTotal Runtime: \d+us\n$/,
    );
  }
});

test('the runner fails where an answer cannot be verified, or the arguments make no sense', () => {
  const unverified = awfyCommand('NBody', '1', '2');
  assert.is(unverified.status, 1);
  assert.match(unverified.stderr, 'No verification result for 2 found');
  for (const args of [
    [],
    ['Nothing'],
    ['Queens', '0'],
    ['--engine', 'none', 'Queens'],
    ['--fast', 'Queens'],
  ]) {
    const { status, stderr } = awfyCommand(...args);
    assert.is(status, 2, args.join(' '));
    assert.match(stderr, 'npm run awfy');
  }
});

test.run();
