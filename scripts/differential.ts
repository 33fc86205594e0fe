/**
 * Compares engines on random programs: `npm run differential -- --cases 100000 --seed 1 --engines reference,fused`; with
 * `--modules` on random bytecode; with `--hot 8,5` loops are hot after 8 rounds and functions after 5 calls, with `--hot random`
 * as the seed draws it, anew for each program. The first engine is the oracle. Figures go to standard output, progress to
 * standard error; after three differences it stops, with exit code 1.
 */

import { Command, InvalidArgumentError } from 'commander';
import { type EngineName, engineNames } from '../src/index';
import { fromSeed } from '../test/bytecode/arbitrary-module';
import { compareOn, moduleOf, programOf, showDifference } from '../test/differential/compare';
import { heat } from '../test/hot';

interface Flags {
  readonly cases: number;
  readonly seed: number;
  readonly modules?: true;
  readonly engines: readonly EngineName[];
  readonly hot?: string;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

function enginesOf(text: string): EngineName[] {
  const engines = text.split(',').map((word) => {
    const engine = engineNames.find((name) => name === word);
    if (engine === undefined) throw new InvalidArgumentError(`The engines are ${engineNames.join(', ')}.`);
    return engine;
  });
  if (engines.length < 2)
    throw new InvalidArgumentError('It needs two at least: an oracle, and what is held against it.');
  return engines;
}

function heatOf(text: string): string {
  try {
    heat(text, fromSeed(1));
  } catch (error) {
    throw new InvalidArgumentError(`${(error as RangeError).message}.`); // what heat throws
  }
  return text;
}

const {
  cases: count,
  seed: first,
  modules,
  engines,
  hot,
} = new Command()
  .name('npm run differential --')
  .description('Compare engines on random programs: values, output, errors, fuel and memory.')
  .option('--cases <number>', 'how many programs', wholeNumber, 100_000)
  .option('--seed <number>', 'of the first; each other has the next', wholeNumber, 1)
  .option('--modules', 'random bytecode in place of programs')
  .option(
    '--engines <names>',
    'the oracle, and what is held against it',
    enginesOf,
    enginesOf('reference,fused'),
  )
  .option('--hot <when>', '1, 8,5 or random: when loops and functions are hot', heatOf)
  .parse()
  .opts<Flags>();

const ends = new Map<string, number>();
const started = performance.now();
let failed = 0;
for (let i = 0; i < count && failed < 3; i++) {
  const seed = first + i;
  if (hot !== undefined) heat(hot, fromSeed(seed));
  const { source, program } = modules ? moduleOf(seed) : programOf(seed);
  const { end, differences } = compareOn(engines, program, seed);
  ends.set(end, (ends.get(end) ?? 0) + 1);
  if (differences.length > 0) {
    failed++;
    console.error(`\nseed ${seed}:\n${source}\n${showDifference(differences[0]!)}`);
  }
  if (i % 100 === 0) process.stderr.write(`\r${i} of ${count}`);
}
process.stderr.write(`\r${' '.repeat(40)}\r`);

const seconds = (performance.now() - started) / 1000;
console.log(
  `${count} ${modules ? 'modules' : 'programs'} from seed ${first} on ${engines.join(', ')} in ${seconds.toFixed(1)} s: ${failed === 0 ? 'no difference' : 'they differ'}`,
);
for (const [end, times] of [...ends].sort((a, b) => b[1] - a[1]))
  console.log(`${String(times).padStart(9)}  ${end}`);
process.exitCode = failed === 0 ? 0 : 1;
