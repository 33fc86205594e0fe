/**
 * What is made of a record of the suite runner: statistics, its file, and the tables in the documentation.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultFile } from '../bench/command';
import { withTables } from '../bench/documentation';
import { disagreements, meanRatio, ratio, timingOf } from '../src/cli/compare/comparison';
import {
  countsOf,
  newRecord,
  type RunOptions,
  type RunRecord,
  readRecord,
  writeRecord,
} from '../src/cli/compare/record';
import { crossCheckLines } from '../src/cli/compare/report';
import { geometricMean, median } from '../src/cli/compare/statistics';
import type { Contender } from '../src/cli/compare/subject';
import { hostsGrid } from '../src/cli/compare/table';
import { readText } from './files';

const folder = mkdtempSync(join(tmpdir(), 'heddle-record-'));
test.after(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function benchTable(...args: string[]): { code: number | null; err: string } {
  const { status, stderr } = spawnSync(process.execPath, ['build/scripts/bench-table.js', ...args], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { code: status, err: stderr };
}

const options: RunOptions = {
  contenders: ['twin', 'switch', 'threaded'],
  ...{ hosts: ['this'], rounds: 3, testSize: false, crossCheck: false },
  ...{ warmupCalls: 3, warmupMs: 1, samples: 5, sampleMs: 1, turnMs: 3000 },
};

/** Two suites of one program each: the engines take 4 and 8, then 9 and 1 times as long as the twin. */
function sample(changes: Partial<RunRecord> = {}): RunRecord {
  const program = (suite: string, times: readonly (readonly [Contender, number[]])[]) => ({
    ...{ name: `of ${suite}`, suite, size: 1, codeBytes: 10, moduleBytes: 20, counts: null },
    series: times.map(([contender, rounds]) => ({
      contender,
      rounds: rounds.map((ms) => [ms / 2, ms, ms * 3]),
      ...{ host: 0, calls: rounds.map(() => 3), warmupCalls: [], firstMs: [], load: [] },
      ...{ fuel: null, capped: false, crossCheck: null, events: null },
    })),
  });
  return {
    ...newRecord(options, new Date('2030-01-02T03:04:05.678Z')),
    ...{ commit: 'abc1234', hosts: ['Node 0.0.0'], processor: 'P', cores: 2, finished: true },
    programs: [
      program('a', [
        ['twin', [10, 11, 9]],
        ['switch', [40]],
        ['threaded', [80]],
      ]),
      program('b', [
        ['twin', [2, 2]],
        ['switch', [18]],
        ['threaded', [2]],
      ]),
    ],
    ...changes,
  };
}

test('medians, spread, ratios and geometric means', () => {
  assert.is(median([3, 1, 2]), 2);
  assert.is(median([4, 1, 2, 3]), 2.5);
  assert.is(Math.round(1e9 * geometricMean([0.5, 8])), 2e9);
  const record = sample();
  const [a, b] = record.programs;
  assert.equal(timingOf(a!, 'twin'), { ms: 10, spread: 0.1 });
  assert.equal(timingOf(a!, 'switch'), { ms: 40, spread: undefined });
  assert.is(timingOf(a!, 'table'), undefined);
  assert.is(ratio(b!, 'switch', 'twin'), 9);
  assert.is(ratio(b!, 'table', 'twin'), undefined);
  const mean = meanRatio(record, 'switch', 'twin')!;
  assert.is(mean.ratio.toFixed(9), '6.000000000');
  assert.equal([mean.of, mean.all], [2, 2]);
  assert.is(meanRatio(record, 'threaded', 'switch', 'a')?.ratio.toFixed(9), '2.000000000');
  assert.is(meanRatio(record, 'table', 'twin'), undefined);
});

/** The first program of the sample, with what the second library says of each contender. */
function crossChecked(...ms: readonly number[]): RunRecord {
  const record = sample();
  const [first] = record.programs;
  const series = first!.series.map((one, i) => ({ ...one, crossCheck: { ms: ms[i]!, samples: 5 } }));
  return sample({ programs: [{ ...first!, series }] });
}

test('where the second library ranks otherwise, the report says so', () => {
  assert.equal(disagreements(crossChecked(1, 2, 3)), []);
  assert.match(crossCheckLines(crossChecked(1, 2, 3)).join(), /same order everywhere/);
  const [found, ...others] = disagreements(crossChecked(3, 2, 4));
  assert.equal(others, []);
  assert.equal(
    [found!.faster, found!.slower, found!.mitata, found!.withinSpread],
    ['twin', 'switch', 4, false],
  );
  assert.is(found!.benchmark.toFixed(3), '0.667');
  assert.match(
    crossCheckLines(crossChecked(3, 2, 4))[1]!,
    /of a: mitata has switch at 4\.00 times JavaScript/,
  );
  assert.equal(crossCheckLines(sample()), []);
});

test('what was counted in part is worked out for the whole call', () => {
  const whole = countsOf(100, { count: 80, fuel: 100 }, { fused: { count: 20, fuel: 100 } });
  assert.equal(whole, { instructions: 80, exact: true, cells: { fused: 0.25 } });
  const part = countsOf(1000, { count: 80, fuel: 100 }, { fused: { count: 40, fuel: 200 } });
  assert.equal(part, { instructions: 800, exact: false, cells: { fused: 0.25 } });
});

test('hosts are compared as multiples of the first', () => {
  const record = sample();
  const second = ({ series }: RunRecord['programs'][number]) =>
    series.map((one) => ({ ...one, host: 1, rounds: one.rounds.map((round) => round.map((ms) => ms / 4)) }));
  const both = sample({
    hosts: ['Node 0.0.0', 'Bun 0.0.0'],
    options: { ...options, hosts: ['this', 'bun'] },
    programs: record.programs.map((program) => ({
      ...program,
      series: [...program.series, ...second(program)],
    })),
  });
  assert.equal(hostsGrid(both)[1], ['JavaScript', '1.00', '0.25']);
  assert.is(withTables(document, both), withTables(document, record), 'documents have the first host');
});

test('a record comes back from its file, whose name begins with the date', () => {
  const record = sample();
  const file = join(folder, defaultFile(record));
  assert.match(file, /bench\/results\/2030-01-02T03-04-05-abc1234\.json$/);
  writeRecord(file, record);
  assert.equal(readRecord(file), record);
  assert.match(readFileSync(file, 'utf8'), /^ +\[5, 10, 30\],$/m);
  assert.throws(() => readRecord('package.json'), /no record/);
  assert.throws(() => readRecord(write('null.json', 'null')), /no record/);
});

const document = [
  'before',
  ...['<!-- bench:means -->', 'old', '<!-- /bench -->', 'between', '<!-- bench:twin -->', '<!-- /bench -->'],
  ...['<!-- bench:switch -->', '| old |', '<!-- /bench -->', 'after'],
].join('\n');

const how =
  'Node 0.0.0, P, 2 cores, 2030-01-02, commit abc1234; median of 3 interleaved rounds in fresh processes, each warm after 3 calls and 1 ms at least; 3 to 9 samples each; answers and fuel checked.';

test('tables of a record take the place of what stands between markers', () => {
  const expected = `before
<!-- bench:means -->
|  | x JavaScript, a | x JavaScript, b | x JavaScript, all | x switch, a | x switch, b | x switch, all |
| --- | --: | --: | --: | --: | --: | --: |
| JavaScript | 1.00 | 1.00 | 1.00 | 0.25 | 0.11 | 0.17 |
| switch | 4.00 | 9.00 | 6.00 | 1.00 | 1.00 | 1.00 |
| threaded | 8.00 | 1.00 | 2.83 | 2.00 | 0.11 | 0.47 |

${how}
<!-- /bench -->
between
<!-- bench:twin -->
| program | JavaScript, ms | switch | threaded |
| --- | --: | --: | --: |
| of a | 10.0 | 4.00 | 8.00 |
| geometric mean, a |  | 4.00 | 8.00 |
| of b | 2.00 | 9.00 | 1.00 |
| geometric mean, b |  | 9.00 | 1.00 |
| geometric mean, all |  | 6.00 | 2.83 |

${how}
<!-- /bench -->
<!-- bench:switch -->
| program | switch, ms | JavaScript | threaded |
| --- | --: | --: | --: |
| of a | 40.0 | 0.25 | 2.00 |
| geometric mean, a |  | 0.25 | 2.00 |
| of b | 18.0 | 0.11 | 0.11 |
| geometric mean, b |  | 0.11 | 0.11 |
| geometric mean, all |  | 0.17 | 0.47 |

${how}
<!-- /bench -->
after`;
  const made = withTables(document, sample());
  assert.is(made, expected);
  assert.is(withTables(made, sample()), expected, 'again');
});

test('no figures are made of what is no ground for them', () => {
  const failure = { program: 'of a', contender: 'switch', host: 0, message: '' } as const;
  assert.throws(() => withTables(document, sample({ finished: false })), /stopped before its end/);
  assert.throws(() => withTables(document, sample({ failures: [failure] })), /failed/);
  assert.match(withTables(document, sample({ failures: [failure] }), true), /one failure/);
  assert.throws(
    () => withTables(document, sample({ options: { ...options, testSize: true } })),
    /size of the tests/,
  );
  const engines = { ...options, contenders: ['switch'] as const };
  assert.throws(() => withTables(document, sample({ options: engines })), /without twin/);
  assert.throws(() => withTables('no markers', sample()), /no markers/);
  assert.throws(
    () => withTables('<!-- bench:constructor -->\n<!-- /bench -->', sample()),
    /no table 'constructor'/,
  );
});

test('bench-table: writes documents, all or none', () => {
  const record = join(folder, 'good.json');
  writeRecord(record, sample());
  const good = write('good.md', document);
  const bad = write('bad.md', 'nothing');
  const { code, err } = benchTable(record, good, bad);
  assert.is(code, 1);
  assert.match(err, /bad\.md: there are no markers/);
  assert.is(readFileSync(good, 'utf8'), document);
  assert.is(benchTable(record, good).code, 0);
  assert.is(readFileSync(good, 'utf8'), withTables(document, sample()));
  assert.is(benchTable(join(folder, 'absent.json'), good).code, 1);
  assert.is(benchTable().code, 2);
  assert.is(benchTable('--help').code, 0);
});

test('the documents have markers for the tables', () => {
  for (const file of ['README.md', 'docs/performance.md']) withTables(readText(file), sample());
});

test.run();
