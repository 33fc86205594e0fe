/**
 * What regions of the cloned engine cost and what copies of their templates bring: `npm run bench-regions`. Programs are run with
 * 1, 4, 16 ... copies of each template, each in fresh processes, in turns; then many functions are made hot, and their regions timed and
 * weighed. With HEDDLE_COPIES=256 in the environment as many copies are built.
 */

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import pc from 'picocolors';
import { geometricMean, median } from '../src/cli/compare/statistics';
import { makeClonedEngine } from '../src/engines/cloned';
import { limitCopies, loadCopies } from '../src/engines/shared-pool';
import { compile, load, VM } from '../src/index';
import { regionCounts } from '../src/tools/regions';
import { wholeNumber } from './option-values';
import { openSubject } from './subject';
import { classic } from './suites/classic';

interface Flags {
  readonly copies: readonly number[];
  readonly programs: readonly string[];
  readonly rounds: number;
  readonly ms: number;
  readonly child?: string;
}

interface Seen {
  /** Of one call, the median. */
  readonly ms: number;
  readonly own: number;
  readonly shared: number;
}

async function measure(name: string, copies: number, ms: number): Promise<Seen> {
  limitCopies(copies);
  if (copies > 1) await loadCopies();
  const { program, size, expected } = classic.find((one) => one.name === name)!;
  const subject = await openSubject(program, 'cloned', size);
  const times: number[] = [];
  const end = performance.now() + ms;
  while (times.length < 5 || performance.now() < end) {
    const start = performance.now();
    const answer = subject.run(size);
    times.push(performance.now() - start);
    if (answer !== expected[size]) throw new Error(`${name}: wrong answer ${String(answer)}`);
  }
  // The first half warms up.
  const { own, shared } = regionCounts();
  return { ms: median(times.slice(times.length >> 1)), own, shared };
}

const inProcess = (name: string, copies: number, ms: number): Seen =>
  JSON.parse(
    execFileSync(process.execPath, [
      fileURLToPath(import.meta.url),
      ...['--child', name, '--copies', String(copies), '--ms', String(ms)],
    ]).toString(),
  ) as Seen; // what the child prints

function compareCopies({ copies, programs, rounds, ms }: Flags): void {
  const ratios = copies.map((): number[] => []);
  console.log(
    `${pc.bold('Time with so many copies of each template')}, as a multiple of that with ${copies.at(-1)}\n`,
  );
  console.log(
    ['program'.padEnd(16), ...copies.map((count) => String(count).padStart(8)), '   shared, with most'].join(
      '',
    ),
  );
  for (const name of programs) {
    const seen = copies.map((): Seen[] => []);
    for (let round = 0; round < rounds; round++) {
      for (const [i, count] of copies.entries()) {
        process.stderr.write(`\r${name}, ${count} copies, round ${round + 1}   `);
        seen[i]!.push(inProcess(name, count, ms));
      }
    }
    process.stderr.write(`\r${' '.repeat(60)}\r`);
    const times = seen.map((all) => median(all.map((one) => one.ms)));
    times.forEach((time, i) => void ratios[i]!.push(time / times.at(-1)!));
    const { own, shared } = seen.at(-1)![0]!;
    const cells = times.map((time) => (time / times.at(-1)!).toFixed(2).padStart(8));
    console.log([name.padEnd(16), ...cells, `   ${shared} of ${own + shared}`].join(''));
  }
  const means = ratios.map(geometricMean);
  console.log(['geometric mean'.padEnd(16), ...means.map((mean) => mean.toFixed(2).padStart(8))].join(''));
  const most = Math.max(...means);
  console.log();
  copies.forEach((count, i) => {
    console.log(
      `${String(count).padStart(6)}  ${'█'.repeat(Math.round((50 * means[i]!) / most))} ${means[i]!.toFixed(2)}`,
    );
  });
}

const functionCount = 300;

/** A program of functions with loops, branches and arithmetic, each of which is called three times. */
const manyFunctions = (): string =>
  Array.from(
    { length: functionCount },
    (_, i) =>
      `fn f${i}(n) { let s = 0; for (let i = 0; i < n; i += 1) { if (i % 3 == ${i % 3}) { s += i * 2 } else { s = s - i } } s }\nf${i}(3); f${i}(3); f${i}(3)`,
  ).join('\n');

/** Milliseconds of a run, and the bytes that it leaves on the heap. */
function weigh(threshold: number): { ms: number; bytes: number } {
  const program = load(compile(manyFunctions()));
  const engine = makeClonedEngine('weighed', { loop: Number.POSITIVE_INFINITY, call: threshold });
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const start = performance.now();
  const vm = new VM({ engine });
  vm.run(program);
  const ms = performance.now() - start;
  globalThis.gc?.();
  return { ms, bytes: process.memoryUsage().heapUsed - before };
}

async function costs(rounds: number): Promise<void> {
  await loadCopies();
  weigh(2);
  const cold: ReturnType<typeof weigh>[] = [];
  const hot: ReturnType<typeof weigh>[] = [];
  const before = regionCounts();
  for (let round = 0; round < rounds; round++) {
    cold.push(weigh(Number.POSITIVE_INFINITY));
    hot.push(weigh(2));
  }
  const { nodes, functions } = regionCounts();
  const nodesEach = (nodes - before.nodes) / (functions - before.functions);
  const ms = (median(hot.map((one) => one.ms)) - median(cold.map((one) => one.ms))) / functionCount;
  const bytes = (median(hot.map((one) => one.bytes)) - median(cold.map((one) => one.bytes))) / functionCount;
  console.log(
    `\n${pc.bold('A region')} of ${nodesEach.toFixed(0)} closures takes ${(1000 * ms).toFixed(0)} microseconds to build ` +
      `and ${(bytes / 1000).toFixed(1)} kB of the heap: ${((1000 * ms) / nodesEach).toFixed(1)} microseconds and ${(bytes / nodesEach).toFixed(0)} bytes a closure.`,
  );
}

const flags = new Command()
  .name('npm run bench-regions --')
  .description('Measure what copies of templates bring, and what regions cost to make.')
  .option(
    '--copies <numbers>',
    'of each template at most, with commas between them',
    (text) => text.split(',').map(wholeNumber),
    [1, 4, 16, 48],
  )
  .option('--programs <names>', 'of the classic suite', (text) => text.split(','), [
    'fib',
    'sieve',
    'mandelbrot',
    'queens',
    'matrix',
    'nbody',
    'binary_trees',
    'fannkuch',
  ])
  .option('--rounds <n>', 'processes for each', wholeNumber, 3)
  .option('--ms <ms>', 'that each runs, the first half to warm up', wholeNumber, 1500)
  .option('--child <program>', 'measure one program here')
  .parse()
  .opts<Flags>();

if (flags.child !== undefined) {
  console.log(JSON.stringify(await measure(flags.child, flags.copies[0]!, flags.ms)));
} else {
  compareCopies(flags);
  await costs(flags.rounds);
}
