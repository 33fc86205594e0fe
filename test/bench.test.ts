/**
 * The suite runner: a whole run in small, what is measured in which order, and that wrong answers fail loudly.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { benchCommand } from '../bench/command';
import type { Measured } from '../bench/measure-one';
import { Progress } from '../bench/progress';
import { type Measure, race } from '../bench/race';
import { type RunOptions, readRecord } from '../bench/record';
import type { Contender } from '../bench/subject';
import type { BenchmarkProgram } from '../bench/suites/benchmark-program';

const folder = mkdtempSync(join(tmpdir(), 'heddle-bench-'));
test.after(() => rmSync(folder, { recursive: true }));

const quick = ['--test-size', '--rounds', '1', '--warmup-ms', '0', '--samples', '2', '--sample-ms', '0'];

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function node(script: string, ...args: string[]): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
    timeout: 60_000,
  });
  return { code: status, out: stdout, err: stderr };
}

/** Runs the command in this process, with suites of the test's own. */
function command(args: readonly string[], ...programs: BenchmarkProgram[]): Ended {
  const suites = new Map<string, BenchmarkProgram[]>();
  for (const program of programs) suites.set(program.suite, [...(suites.get(program.suite) ?? []), program]);
  const { log, error } = console;
  const stderr = process.stderr.write;
  const [out, err]: [string[], string[]] = [[], []];
  console.log = (...words: unknown[]) => void out.push(words.join(' '));
  console.error = (...words: unknown[]) => void err.push(words.join(' '));
  process.stderr.write = (text: unknown) => err.push(String(text)) > 0;
  try {
    const code = benchCommand(args, suites);
    const plain = (lines: string[]): string => stripVTControlCharacters(lines.join('\n'));
    return { code, out: plain(out), err: plain(err) };
  } finally {
    Object.assign(console, { log, error });
    process.stderr.write = stderr;
  }
}

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const double: BenchmarkProgram = {
  name: 'double',
  suite: 'own',
  program: write('double.weft', 'fn run(n) { n * 2 }'),
  twin: write('double.mjs', 'export const run = (n) => n * 2;'),
  size: 4,
  testSize: 3,
  expected: { 3: 6, 4: 8 },
};

test('two programs, one round: tables, record, exit code 0', () => {
  const file = join(folder, 'record.json');
  const { code, out, err } = node(
    'build/bench/run.js',
    ...[
      ...quick,
      '--suite',
      'classic',
      '--programs',
      'fib,words',
      '--engines',
      'switch,table',
      '--json',
      file,
    ],
  );
  assert.is(code, 0, err);
  const record = readRecord(file);
  assert.is(record.finished, true);
  assert.equal(record.failures, []);
  assert.is(record.host, `Node ${process.versions.node}`);
  assert.ok(Math.abs(Date.now() - Date.parse(record.date)) < 60_000);
  assert.is(record.options.rounds, 1);
  assert.equal(
    record.programs.map(({ name, suite, size }) => [name, suite, size]),
    [
      ['fib', 'classic', 15],
      ['words', 'classic', 10],
    ],
  );
  for (const { series } of record.programs) {
    assert.equal(
      series.map(({ contender, rounds, warmupCalls }) => [
        contender,
        rounds.map((r) => r.length),
        warmupCalls,
      ]),
      ['twin', 'switch', 'table'].map((contender) => [contender, [2], [3]]),
    );
    assert.ok(series.every(({ rounds }) => rounds.flat().every((ms) => ms > 0)));
    const [twin, first, second] = series.map(({ fuel }) => fuel);
    assert.is(twin, null);
    assert.ok(first! > 0 && first === second);
  }
  assert.match(out, /^program +JavaScript, ms +switch +table$/m);
  assert.match(out, /^program +switch, ms +JavaScript +table$/m);
  assert.match(out, /^geometric mean, classic /m);
  assert.match(err, /^classic\/fib\nclassic\/words\n$/);
});

test('a wrong answer fails loudly, on an engine and in JavaScript, and the rest is measured', () => {
  const wrong = { ...double, name: 'wrong', expected: { 3: 7 } };
  const file = join(folder, 'wrong.json');
  const { code, out, err } = command([...quick, '--engines', 'switch', '--json', file], wrong, double);
  assert.is(code, 1);
  assert.match(err, /failed: wrong on switch: .*\n[\s\S]*wrong answer on switch: run\(3\) gave 6, not 7/);
  assert.match(err, /failed: wrong on JavaScript: /);
  assert.match(out, /^wrong +- +-$/m);
  assert.match(out, /\(1 of 2\)/);
  assert.match(out, /2 failures/);
  const record = readRecord(file);
  assert.equal(
    record.failures.map(({ program, contender }) => [program, contender]),
    [
      ['wrong', 'twin'],
      ['wrong', 'switch'],
    ],
  );
  assert.equal(
    record.programs.map(({ series }) => series.length),
    [0, 2],
  );
});

test('what is no benchmark fails, with the reason', () => {
  const cases: readonly [program: string, inWeft: RegExp, twin: string, inJavaScript: RegExp][] = [
    ['fn walk(n) { n }', /no function 'run'/, 'export const walk = 1;', /no function 'run'/],
    ['fn run(n) { [n] }', /gave no number/, 'export const run = (n) => [n];', /gave no number/],
    ['fn run(n) {', /bad2\.weft:1:\d+: error/, 'export const run = (', /SyntaxError/],
    ['fn run(n) { n / 0 }', /division by zero/, 'export const run = () => null.x;', /TypeError/],
  ];
  for (const [i, [program, inWeft, twin, inJavaScript]] of cases.entries()) {
    const bad = { ...double, program: write(`bad${i}.weft`, program), twin: write(`bad${i}.mjs`, twin) };
    const { code, err } = command([...quick, '--engines', 'switch', '--no-json'], bad);
    assert.is(code, 1);
    const [, first, second, ...others] = err.split('failed: ');
    assert.match(first!, inJavaScript);
    assert.match(second!, inWeft);
    assert.equal(others, []);
  }
});

test('a host that cannot be run is no host', () => {
  const { code, err } = command([...quick, '--no-json', '--host', join(folder, 'absent')], double);
  assert.is(code, 1);
  assert.match(err, /absent cannot be run/);
});

test('without twin and without switch the first engine is what others are compared with', () => {
  const { code, out } = command(
    [...quick, '--no-twin', '--engines', 'threaded,table,threaded', '--no-json'],
    double,
  );
  assert.is(code, 0);
  assert.match(out, /^program +threaded, ms +table$/m);
  assert.not.match(out, /JavaScript/);
});

test('usage: exit code 2; help: 0', () => {
  const wrong = [
    ['--suite', 'nope'],
    ['--engines', 'switch,warp'],
    ['--programs', 'nope'],
    ['--rounds', '0'],
    ['--samples', '1.5'],
    ['--warmup-ms', 'long'],
    ['--sideways'],
    ['surplus'],
  ];
  for (const args of wrong) {
    const { code, err } = node('build/bench/run.js', ...args);
    assert.is(code, 2, args.join(' '));
    assert.ok(err.length > 0);
  }
  const { code, err } = command(['--programs', 'double', '--suite', 'other'], double, {
    ...double,
    name: 'single',
    suite: 'other',
  });
  assert.is(code, 2);
  assert.match(err, /None of these programs/);
  const help = node('build/bench/run.js', '--help');
  assert.is(help.code, 0);
  for (const flag of ['--suite', '--engines', '--programs', '--rounds', '--json'])
    assert.match(help.out, new RegExp(flag));
});

test('the child refuses what it cannot measure', () => {
  const fib = 'bench/programs/classic/fib.weft';
  const measured = ['--on', 'switch', '--size', '5', '--expect', '5'];
  assert.is(
    node('build/bench/measure-one.js', fib, ...measured, '--warmup-ms', '0', '--sample-ms', '0').code,
    0,
  );
  for (const args of [
    [...measured, '--samples', '0'],
    [...measured, '--size', 'many'],
    [...measured, '--expect', '{'],
    ['--on', 'warp', '--size', '5', '--expect', '5'],
  ]) {
    assert.is(node('build/bench/measure-one.js', fib, ...args).code, 1, args.join(' '));
  }
});

const options: RunOptions = {
  contenders: ['twin', 'switch', 'threaded'],
  rounds: 3,
  ...{ testSize: false, warmupCalls: 3, warmupMs: 1, samples: 5, sampleMs: 1 },
};

const took = (ms: number, fuel: number | null): Measured => ({
  host: 'Node 0.0.0',
  samples: [ms],
  warmup: { calls: 3, ms: 1 },
  fuel,
});

test('rounds are interleaved, and each begins with another contender', () => {
  const turns: string[] = [];
  const measure: Measure = ({ name }, contender) => {
    turns.push(`${name} ${contender}`);
    return took(1, contender === 'twin' ? null : 5);
  };
  race([double, { ...double, name: 'second' }], options, measure);
  const once = ['twin', 'switch', 'threaded', 'switch', 'threaded', 'twin', 'threaded', 'twin', 'switch'];
  assert.equal(turns, [...once.map((one) => `double ${one}`), ...once.map((one) => `second ${one}`)]);
});

test('engines that use different fuel fail; who failed has no further turn', () => {
  const turns: Contender[] = [];
  const measure: Measure = (_, contender) => {
    turns.push(contender);
    return took(1, contender === 'twin' ? null : contender === 'switch' ? 5 : 6);
  };
  const { failures, programs, finished } = race([double], options, measure);
  assert.equal(failures, [
    { program: 'double', contender: 'threaded', message: 'used 6 units of fuel, not 5 as switch' },
  ]);
  assert.is(turns.filter((one) => one === 'threaded').length, 1);
  assert.is(turns.filter((one) => one === 'switch').length, 3);
  assert.equal(
    programs[0]!.series.map(({ contender }) => contender),
    ['twin', 'switch'],
  );
  assert.is(finished, true);
});

test('the record is there after each program, unfinished until the last', () => {
  const seen: [number, boolean][] = [];
  race([double, double], options, () => took(1, null), {
    program: ({ programs, finished }) => seen.push([programs.length, finished]),
  });
  assert.equal(seen, [
    [1, false],
    [2, true],
  ]);
});

test('progress on a terminal is one line, with what is left', () => {
  let text = '';
  const out = { isTTY: true, write: (more: string) => (text += more) };
  const progress = new Progress(out, 2);
  progress.turn({ program: double, contender: 'twin', round: 1, done: 0, all: 4 });
  progress.turn({ program: double, contender: 'switch', round: 2, done: 3, all: 4 });
  progress.end();
  const [empty, first, second, end] = text.split('\r').map(stripVTControlCharacters);
  assert.equal([empty, end], ['', '']);
  assert.match(first!, /^0 % {2}double on JavaScript, round 1 of 2$/);
  assert.match(second!, /^75 % {2}double on switch, round 2 of 2, about \d+ s left$/);
  assert.not.match(text, /\n/);
});

test.run();
