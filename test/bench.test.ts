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
import { benchCommand, entryOf } from '../bench/command';
import type { BenchmarkProgram } from '../bench/suites/benchmark-program';
import type { Assignment, Timed } from '../src/cli/compare/assignment';
import { thisHost } from '../src/cli/compare/hosts';
import type { Laboratory } from '../src/cli/compare/laboratory';
import { Progress } from '../src/cli/compare/progress';
import { race } from '../src/cli/compare/race';
import { type RunOptions, readRecord } from '../src/cli/compare/record';
import type { Contender } from '../src/cli/compare/subject';

const folder = mkdtempSync(join(tmpdir(), 'heddle-bench-'));
test.after(() => rmSync(folder, { recursive: true }));

const quick = [
  ...['--test-size', '--rounds', '1', '--warmup-ms', '0', '--samples', '2', '--sample-ms', '0'],
  ...['--no-cross-check', '--no-counters'],
];

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
async function command(args: readonly string[], ...programs: BenchmarkProgram[]): Promise<Ended> {
  const suites = new Map<string, BenchmarkProgram[]>();
  for (const program of programs) suites.set(program.suite, [...(suites.get(program.suite) ?? []), program]);
  const { log, error } = console;
  const stderr = process.stderr.write;
  const [out, err]: [string[], string[]] = [[], []];
  console.log = (...words: unknown[]) => void out.push(words.join(' '));
  console.error = (...words: unknown[]) => void err.push(words.join(' '));
  process.stderr.write = (text: unknown) => err.push(String(text)) > 0;
  try {
    const code = await benchCommand(args, suites);
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
  assert.equal(record.hosts, [`Node ${process.versions.node}`]);
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

test('a wrong answer fails loudly, on an engine and in JavaScript, and the rest is measured', async () => {
  const wrong = { ...double, name: 'wrong', expected: { 3: 7 } };
  const file = join(folder, 'wrong.json');
  const { code, out, err } = await command([...quick, '--engines', 'switch', '--json', file], wrong, double);
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

test('what is no benchmark fails, with the reason', async () => {
  const cases: readonly [program: string, inWeft: RegExp, twin: string, inJavaScript: RegExp][] = [
    ['fn walk(n) { n }', /no function 'run'/, 'export const walk = 1;', /no function 'run'/],
    ['fn run(n) { [n] }', /gave no number/, 'export const run = (n) => [n];', /gave no number/],
    ['fn run(n) {', /bad2\.weft:1:\d+: error/, 'export const run = (', /SyntaxError/],
    ['fn run(n) { n / 0 }', /division by zero/, 'export const run = () => null.x;', /TypeError/],
  ];
  for (const [i, [program, inWeft, twin, inJavaScript]] of cases.entries()) {
    const bad = { ...double, program: write(`bad${i}.weft`, program), twin: write(`bad${i}.mjs`, twin) };
    const { code, err } = await command([...quick, '--engines', 'switch', '--no-json'], bad);
    assert.is(code, 1);
    const failures = err.split('failed: ').slice(1).sort(); // a program that does not compile fails first
    assert.is(failures.length, 2, err);
    assert.match(failures[0]!, /on JavaScript/);
    assert.match(failures[0]!, inJavaScript);
    assert.match(failures[1]!, inWeft);
  }
});

test('a host that cannot be run is no host', async () => {
  const { code, err } = await command([...quick, '--no-json', '--host', join(folder, 'absent')], double);
  assert.is(code, 2);
  assert.match(err, /there is no host .*absent/);
});

test('without twin and without switch the first engine is what others are compared with', async () => {
  const { code, out } = await command(
    [...quick, '--no-twin', '--engines', 'threaded,table,threaded', '--no-json'],
    double,
  );
  assert.is(code, 0);
  assert.match(out, /^program +threaded, ms +table$/m);
  assert.not.match(out, /JavaScript/);
});

test('usage: exit code 2; help: 0', async () => {
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
  const { code, err } = await command(['--programs', 'double', '--suite', 'other'], double, {
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

const child = 'dist/compare-child.js';

const assignment: Assignment = {
  ...{ task: 'time', on: 'twin', file: double.twin, name: 'double', size: 4, expect: '8' },
  ...{ warmupCalls: 1, warmupMs: 0, samples: 2, sampleMs: 0, turnMs: 1000 },
};

test('the child does its assignment, or says why not', () => {
  const { code, out } = node(child, JSON.stringify(assignment));
  assert.is(code, 0);
  const { outcome, samples, warmup, capped, firstMs }: Timed = JSON.parse(out);
  assert.equal(outcome, { answer: '8', output: '' });
  assert.equal([samples.length, warmup.calls, capped], [2, 1, false]);
  assert.ok(firstMs > 0);
  const wrong = node(child, JSON.stringify({ ...assignment, expect: '7' }));
  assert.is(wrong.code, 1);
  assert.match(wrong.err, /run\(4\) gave 8, not 7/);
  assert.is(node(child).code, 1);
  const absent = node(
    child,
    JSON.stringify({ ...assignment, on: 'switch', file: join(folder, 'absent.hbc') }),
  );
  assert.is(absent.code, 1);
  assert.match(absent.err, /ENOENT/);
});

test('a call that is too long for its turn is made no more often than it must', () => {
  const slow = write(
    'slow.mjs',
    'export const run = (n) => { const end = performance.now() + 30; while (performance.now() < end); return n; };',
  );
  const long = { ...assignment, file: slow, expect: '4', warmupCalls: 5, samples: 50, turnMs: 1 };
  const { samples, warmup, capped }: Timed = JSON.parse(node(child, JSON.stringify(long)).out);
  assert.equal([samples.length, warmup.calls, capped], [1, 0, true]);
});

const options: RunOptions = {
  contenders: ['twin', 'switch', 'threaded'],
  ...{ hosts: ['this'], rounds: 3, testSize: false, crossCheck: true },
  ...{ warmupCalls: 3, warmupMs: 1, samples: 5, sampleMs: 1, turnMs: 3000 },
};

const took = (ms: number, fuel: number | null): Timed => ({
  ...{ host: 'Node 0.0.0', samples: [ms], calls: 1, warmup: { calls: 3, ms: 1 }, capped: false, fuel },
  ...{ outcome: { answer: '8', output: '' }, firstMs: 50, load: null },
});

/** A laboratory that measures nothing. */
const laboratoryWith = (time: (name: string, on: Contender) => Timed): Laboratory => ({
  time: ({ name, on }) => time(name, on),
  crossCheck: () => ({ ms: 1, samples: 5 }),
  count: () => ({ instructions: { count: 4, fuel: 5 }, cells: {} }),
});

const entry = entryOf(double, false);
const second = { ...entry, name: 'second', file: 'second.weft', twin: 'second.mjs' };

test('rounds are interleaved, and each begins with another contender', () => {
  const turns: string[] = [];
  const laboratory = laboratoryWith((name, on) => {
    turns.push(`${name.includes('second') ? 'second' : 'double'} ${on}`);
    return took(1, on === 'twin' ? null : 5);
  });
  race([entry, second], options, [thisHost], laboratory);
  const once = ['twin', 'switch', 'threaded', 'switch', 'threaded', 'twin', 'threaded', 'twin', 'switch'];
  assert.equal(turns, [...once.map((one) => `double ${one}`), ...once.map((one) => `second ${one}`)]);
});

test('engines that use different fuel fail; who failed has no further turn', () => {
  const turns: Contender[] = [];
  const laboratory = laboratoryWith((_, on) => {
    turns.push(on);
    return took(1, on === 'twin' ? null : on === 'switch' ? 5 : 6);
  });
  const { failures, programs, finished } = race([entry], options, [thisHost], laboratory);
  assert.equal(failures, [
    { program: 'double', contender: 'threaded', host: 0, message: 'used 6 units of fuel, not 5 as switch' },
  ]);
  assert.is(turns.filter((one) => one === 'threaded').length, 1);
  assert.is(turns.filter((one) => one === 'switch').length, 3);
  assert.equal(
    programs[0]!.series.map(({ contender }) => contender),
    ['twin', 'switch'],
  );
  assert.is(finished, true);
});

test('who gives another answer than the others fails, also where nobody knew it', () => {
  const laboratory = laboratoryWith((_, on) => ({
    ...took(1, null),
    outcome: { answer: on === 'threaded' ? '-0' : '0', output: '' },
  }));
  const unknown = { ...entry, expected: undefined };
  const { failures } = race([unknown], options, [thisHost], laboratory);
  assert.equal(
    failures.map(({ contender, message }) => [contender, message]),
    [['threaded', 'gave -0, not 0 as JavaScript']],
  );
});

test('the record is there after each program, unfinished until the last', () => {
  const seen: [number, boolean][] = [];
  race(
    [entry, entry],
    options,
    [thisHost],
    laboratoryWith(() => took(1, null)),
    {
      program: ({ programs, finished }) => seen.push([programs.length, finished]),
    },
  );
  assert.equal(seen, [
    [1, false],
    [2, true],
  ]);
});

test('who has used up the time of all rounds has no more of them', () => {
  const laboratory = laboratoryWith((_, on) => {
    const end = performance.now() + (on === 'switch' ? 20 : 0);
    while (performance.now() < end);
    return took(1, on === 'twin' ? null : 5);
  });
  const { programs } = race([entry], { ...options, turnMs: 5 }, [thisHost], laboratory);
  const series = programs[0]!.series.map(({ contender, rounds, capped, crossCheck }) => [
    ...[contender, rounds.length, capped, crossCheck !== null],
  ]);
  assert.equal(series, [
    ['twin', 3, false, true],
    ['switch', 1, true, false],
    ['threaded', 3, false, true],
  ]);
});

test('progress on a terminal is one line, with what is left', () => {
  let text = '';
  const out = { isTTY: true, write: (more: string) => (text += more) };
  const progress = new Progress(out, 2);
  const turn = { program: double, stage: 'time', host: thisHost, all: 4 } as const;
  progress.turn({ ...turn, contender: 'twin', round: 1, done: 0 });
  progress.turn({ ...turn, contender: 'switch', round: 2, done: 3 });
  progress.end();
  const [empty, first, second, end] = text.split('\r').map(stripVTControlCharacters);
  assert.equal([empty, end], ['', '']);
  assert.match(first!, /^0 % {2}double on JavaScript, round 1 of 2$/);
  assert.match(second!, /^75 % {2}double on switch, round 2 of 2, about \d+ s left$/);
  assert.not.match(text, /\n/);
});

test.run();
