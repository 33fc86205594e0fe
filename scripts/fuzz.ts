/**
 * Fuzzes the loader: `npm run fuzz -- --cases 1000000 --seed 1`. Every case must be loaded, or refused with a
 * `DecodeError` or a `VerifyError`, in little time and memory. Figures go to standard output, progress to standard error.
 */

import { parseArgs } from 'node:util';
import { FuzzCases, judge } from '../test/bytecode/fuzz-cases';

/** A case takes some microseconds; the host's collector may get in between. */
const slowestCase = 250;
/** What the process may grow by, in bytes: cases are small, so anything more was allocated for a claim in the input. */
const mostGrowth = 256 * 2 ** 20;
const thoroughEvery = 64;

function wholeNumber(text: string, name: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  console.error(`--${name} must be a whole number, not '${text}'`);
  process.exit(2);
}

const { values } = parseArgs({
  options: { cases: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
});
const count = wholeNumber(values.cases, 'cases');
const seed = wholeNumber(values.seed, 'seed');

const cases = new FuzzCases(seed);
const outcomes = new Map<string, number>();
const started = performance.now();
const memoryBefore = process.memoryUsage().rss;
let slowest = 0;
let mostMemory = memoryBefore;

function fail(index: number, why: string): never {
  console.error(`\ncase ${index} of seed ${seed}: ${why}`);
  console.error(`bytes: ${Buffer.from(cases.bytes(index)).toString('hex')}`);
  process.exit(1);
}

/** Milliseconds that a case takes. */
function run(index: number): number {
  const bytes = cases.bytes(index);
  const before = performance.now();
  try {
    const outcome = judge(bytes, index % thoroughEvery === 0);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  } catch (error) {
    fail(index, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  return performance.now() - before;
}

for (let i = 0; i < count; i++) {
  const took = run(i);
  slowest = Math.max(slowest, took);
  if (took > slowestCase) fail(i, `took ${took.toFixed(0)} ms`);
  if (i % 10_000 !== 0) continue;
  mostMemory = Math.max(mostMemory, process.memoryUsage().rss);
  if (mostMemory - memoryBefore > mostGrowth) fail(i, 'the process grew too much');
  process.stderr.write(`\r${i} of ${count}`);
}
process.stderr.write(`\r${' '.repeat(40)}\r`);

const seconds = (performance.now() - started) / 1000;
console.log(`${count} cases of seed ${seed} in ${seconds.toFixed(1)} s`);
console.log(
  `slowest case ${slowest.toFixed(1)} ms, process grew by ${((mostMemory - memoryBefore) / 2 ** 20).toFixed(0)} MiB`,
);
for (const [outcome, times] of [...outcomes].sort((a, b) => b[1] - a[1])) {
  console.log(`${String(times).padStart(9)}  ${outcome}`);
}
