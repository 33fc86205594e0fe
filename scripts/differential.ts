/**
 * Compares engines on random programs: `npm run differential -- --cases 100000 --seed 1 --engines reference,fused`; with
 * `--modules` on random bytecode; with `--hot 8,5` loops are hot after 8 rounds and functions after 5 calls, with `--hot random`
 * as the seed draws it, anew for each program. The first engine is the oracle. Figures go to standard output, progress to
 * standard error; after three differences it stops, with exit code 1.
 */

import { parseArgs } from 'node:util';
import { type EngineName, engineNames } from '../src/index';
import { fromSeed } from '../test/bytecode/arbitrary-module';
import { compareOn, moduleOf, programOf, showDifference } from '../test/differential/compare';
import { heat } from '../test/hot';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    modules: { type: 'boolean', default: false },
    engines: { type: 'string', default: 'reference,fused' },
    hot: { type: 'string' },
  },
});

function refuse(why: string): never {
  console.error(why);
  process.exit(2);
}

function wholeNumber(text: string, name: string): number {
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= 0
    ? value
    : refuse(`--${name} must be a whole number, not '${text}'`);
}

function engineOf(text: string): EngineName {
  return (
    engineNames.find((name) => name === text) ??
    refuse(`there is no engine '${text}'; engines: ${engineNames.join(', ')}`)
  );
}

const count = wholeNumber(values.cases, 'cases');
const first = wholeNumber(values.seed, 'seed');
const engines = values.engines.split(',').map(engineOf);
if (engines.length < 2) refuse('--engines needs two at least: an oracle, and what is held against it');

if (values.hot !== undefined) {
  try {
    heat(values.hot, fromSeed(first));
  } catch (error) {
    refuse(`--hot: ${(error as RangeError).message}`); // what heat throws
  }
}

const ends = new Map<string, number>();
const started = performance.now();
let failed = 0;
for (let i = 0; i < count && failed < 3; i++) {
  const seed = first + i;
  if (values.hot !== undefined) heat(values.hot, fromSeed(seed));
  const { source, program } = values.modules ? moduleOf(seed) : programOf(seed);
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
  `${count} ${values.modules ? 'modules' : 'programs'} from seed ${first} on ${engines.join(', ')} in ${seconds.toFixed(1)} s: ${failed === 0 ? 'no difference' : 'they differ'}`,
);
for (const [end, times] of [...ends].sort((a, b) => b[1] - a[1]))
  console.log(`${String(times).padStart(9)}  ${end}`);
process.exitCode = failed === 0 ? 0 : 1;
