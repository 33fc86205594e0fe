/**
 * What is made of a record of the suite runner: statistics, its file, and the tables in the documentation.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { meanRatio, ratio, timingOf } from '../bench/comparison';
import { withTables } from '../bench/documentation';
import {
  defaultFile,
  newRecord,
  type RunOptions,
  type RunRecord,
  readRecord,
  writeRecord,
} from '../bench/record';
import { geometricMean, median } from '../bench/statistics';
import type { Contender } from '../bench/subject';
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
  rounds: 3,
  ...{ testSize: false, warmupCalls: 3, warmupMs: 1, samples: 5, sampleMs: 1 },
};

/** Two suites of one program each: the engines take 4 and 8, then 9 and 1 times as long as the twin. */
function sample(changes: Partial<RunRecord> = {}): RunRecord {
  const program = (suite: string, times: readonly (readonly [Contender, number[]])[]) => ({
    ...{ name: `of ${suite}`, suite, size: 1 },
    series: times.map(([contender, rounds]) => ({
      contender,
      rounds: rounds.map((ms) => [ms / 2, ms, ms * 3]),
      warmupCalls: [],
      fuel: null,
    })),
  });
  return {
    ...newRecord(options, new Date('2030-01-02T03:04:05.678Z')),
    ...{ commit: 'abc1234', host: 'Node 0.0.0', processor: 'P', cores: 2, finished: true },
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
  'Node 0.0.0, P, 2 cores, 2030-01-02, commit abc1234; median of 3 interleaved rounds in fresh processes, each warm after 3 calls and 1 ms at least; answers and fuel checked.';

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
  const failure = { program: 'of a', contender: 'switch', message: '' } as const;
  assert.throws(() => withTables(document, sample({ finished: false })), /stopped before its end/);
  assert.throws(() => withTables(document, sample({ failures: [failure] })), /failed/);
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
