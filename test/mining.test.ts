/**
 * The miner of superinstructions: counts that can be made by hand, how programs are ranked, and the command.
 */

import { spawnSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Candidate, type CandidateKind, Miner } from '../scripts/mining/candidates';
import { ExecutionCounts } from '../scripts/mining/execution-counts';
import { rank } from '../scripts/mining/ranking';
import { compile, load, VM } from '../src/index';

interface Counted {
  readonly instructions: number;
  readonly candidates: readonly Candidate[];
}

/** What `run(n)` of a source executes. */
function count(source: string, n: number): Counted {
  const counts = new ExecutionCounts();
  const vm = new VM({ engine: counts.engine });
  vm.run(load(compile(source)));
  counts.reset();
  vm.call('run', n);
  return { instructions: counts.total, candidates: new Miner(counts).candidates };
}

function found({ candidates }: Counted, kind: CandidateKind, code: string): Candidate | undefined {
  return candidates.find((one) => one.kind === kind && one.code === code);
}

const loop = 'fn run(n) { let s = 0; for (let i = 0; i < n; i += 1) { s = s + i * 2 } s }';

test('a loop by hand: what runs once, and what runs each round', () => {
  const counted = count(loop, 5);
  const nested = found(counted, 'expression', '_ _ _ Mul Add');
  assert.equal([nested?.executions, nested?.saved], [5, 5]);
  assert.equal([...nested!.places], [['slot slot constant', 5]]);
  const whole = found(counted, 'statement', 'store: _ _ _ Mul Add');
  assert.equal([whole?.executions, whole?.saved], [5, 5]);
  const pair = found(counted, 'sequence', 'Mul Add');
  assert.equal([pair?.executions, pair?.saved], [5, 5]);
  const triple = found(counted, 'sequence', 'Mul Add SetLocal');
  assert.equal([triple?.executions, triple?.saved], [5, 10]);
});

test('instructions are counted as the counter of the command counts them, and forgotten when told', () => {
  const counts = new ExecutionCounts();
  const vm = new VM({ engine: counts.engine });
  vm.run(load(compile('fn run(n) { n }')));
  assert.ok(counts.total > 0);
  counts.reset();
  assert.is(counts.total, 0);
  assert.equal(counts.functions(), []);
  vm.call('run', 1);
  assert.is(counts.total, 2, 'OpGetLocal, OpReturn');
});

test('no sequence goes over a place where control flow meets, nor beyond a control instruction', () => {
  const { candidates } = count('fn run(n) { let a = if (n > 3) { 1 } else { 2 }; a + 1 }', 5);
  const sequences = candidates.filter(({ kind }) => kind === 'sequence').map(({ code }) => code.split(' '));
  assert.ok(sequences.length > 0);
  for (const names of sequences) {
    for (const name of names.slice(0, -1)) assert.not(['Jump', 'JumpIfFalse', 'Return'].includes(name), name);
  }
  assert.is(
    sequences.some((names) => names.join(' ').includes('Constant SetLocal')),
    false,
    'both ways lead to the store',
  );
});

test('what is not executed is no candidate', () => {
  const counted = count('fn run(n) { if (n > 3) { n * n + n } else { n - n * n } }', 5);
  assert.ok(found(counted, 'expression', '_ _ Mul _ Add'));
  assert.is(found(counted, 'expression', '_ _ _ Mul Sub'), undefined);
});

test('two inside one, and one inside another inside a third, but not what is not small', () => {
  const counted = count('fn run(n) { n * 2 + n * 3 - 1 }', 5);
  const both = found(counted, 'expression', '_ _ Mul _ _ Mul Add');
  assert.equal([both?.executions, both?.saved], [1, 2]);
  const outer = found(counted, 'expression', '_ _ Mul _ Add');
  assert.equal([...outer!.places], [['slot constant expression', 1]]);
  assert.is(found(counted, 'expression', '_ _ Add _ Sub'), undefined, 'the sum is of expressions');
  assert.ok(found(count('fn run(n) { (n * 2 + 1) * 3 }', 5), 'expression', '_ _ Mul _ Add _ Mul'));
});

test('a branch on a comparison is one step already, a return of an expression two', () => {
  const counted = count('fn run(n) { while (n > 3) { n = n - 1 } return n + 1 }', 5);
  assert.is(found(counted, 'statement', 'branch: _ _ Greater'), undefined);
  assert.is(found(counted, 'statement', 'return: _ _ Add')?.saved, 1);
});

test('ranking: programs count alike, names decide between equals', () => {
  const mined = [
    { program: 'short', ...count(loop, 2) },
    { program: 'long', ...count(loop, 200) },
    { program: 'other', ...count('fn run(n) { n - 1 }', 1) },
  ];
  const [best, ...rest] = rank(mined, 'expression');
  assert.is(best?.code, '_ _ _ Mul Add');
  assert.is(best?.executions, 202);
  const shares = best!.programs.map(({ share }) => share);
  assert.is(best!.programs.length, 2);
  assert.is(best!.share, (shares[0]! + shares[1]!) / 3);
  const order = rest.map(({ share, code }) => [share, code] as const);
  for (let i = 1; i < order.length; i++) {
    const [before, after] = [order[i - 1]!, order[i]!];
    assert.ok(before[0] > after[0] || (before[0] === after[0] && before[1] < after[1]));
  }
});

function command(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['build/scripts/mine-fusions.js', ...args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { code: status, out: stdout, err: stderr };
}

test('the command gives the same twice', () => {
  const [first, second] = [
    command('--programs', 'fib,list', '--json'),
    command('--programs', 'fib,list', '--json'),
  ];
  assert.is(first.code, 0, first.err);
  assert.is(first.out, second.out);
  const { programs, candidates } = JSON.parse(first.out);
  assert.equal(
    programs.map(({ program }: { program: string }) => program),
    ['classic/fib', 'awfy/List'],
  );
  assert.ok(candidates.length > 10);
});

test('the command shows a table a kind, and says what it does not know', () => {
  const { code, out } = command('--programs', 'fib', '--top', '2');
  assert.is(code, 0);
  for (const title of ['Instructions in a row', 'Instructions nested in each other', 'Whole statements'])
    assert.ok(out.includes(title), title);
  assert.is(command('--programs', 'nothing').code, 2);
  assert.match(command('--programs', 'nothing').err, /none of these programs/);
  assert.match(command('--top', '0').err, /whole number from 1 up/);
  const { code: failed, err } = command('--programs', 'fib', '--write', 'README.md');
  assert.is(failed, 1);
  assert.match(err, /README\.md has no markers/);
});

test.run();
