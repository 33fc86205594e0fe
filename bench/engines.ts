/**
 * The engines on the compute-heavy examples, side by side in one process, as a Markdown table of multiples of the `switch`
 * engine's time. `node build/bench/engines.js [rounds]`.
 */

import { type EngineName, engineNames } from '../src/index';
import { loadExample, measure, median, timeRun } from './measure';

const programs = ['fib', 'nbody', 'spectral_norm', 'mandelbrot', 'queens', 'sieve', 'matrix', 'life'];
const rounds = Number(process.argv[2] ?? 5);
/** The reference engine is an oracle, not a contender: it runs once. */
const contenders = engineNames.filter((name) => name !== 'reference');

const ratios = new Map<EngineName, number[]>(engineNames.map((name) => [name, []]));
const row = (cells: readonly string[]): void => console.log(`| ${cells.join(' | ')} |`);
row(['program', 'switch, ms', ...engineNames]);
row(['---', ...engineNames.map(() => '---'), '---']);
for (const name of programs) {
  const program = loadExample(`examples/${name}.weft`);
  const times = measure(program, contenders, rounds, (engine, round) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${name}, ${engine}, round ${round} of ${rounds}      `);
  });
  times.set('reference', [timeRun(program, 'reference').ms]);
  const base = median(times.get('switch')!);
  const cells = engineNames.map((engine) => {
    const ratio = median(times.get(engine)!) / base;
    ratios.get(engine)!.push(ratio);
    return ratio.toFixed(2);
  });
  if (process.stderr.isTTY) process.stderr.write(`\r${' '.repeat(50)}\r`);
  row([name, base.toFixed(0), ...cells]);
}
const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
row(['geometric mean', '', ...engineNames.map((engine) => geometricMean(ratios.get(engine)!).toFixed(2))]);
console.log(
  `\nNode ${process.versions.node}, ${rounds} rounds, median; warm, interleaved; answers and fuel checked.`,
);
