/**
 * The main job, as `npm start` shows it: a program from source to its result through every stage - compiled, written in
 * binary form, read back, verified, run - and the same bytecode on every engine side by side.
 * `npm start -- FILE` takes another program.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import { median } from '../src/cli/compare/statistics';
import { compile, decode, encode, engineNames, InstructionCounter, load, loadCopies, VM } from '../src/index';
import { measure, timeRun } from './measure';

const rounds = 3;
const file = process.argv[2] ?? 'examples/spectral_norm.weft';

function stage<T>(name: string, work: () => T, describe: (value: T) => string = () => ''): T {
  const start = performance.now();
  const value = work();
  const ms = (performance.now() - start).toFixed(1);
  console.log(`${name.padEnd(10)} ${`${ms} ms`.padStart(10)}  ${pc.dim(describe(value))}`);
  return value;
}

console.log(pc.bold(`${file}, from source to result`));
const source = stage(
  'read',
  () => readFileSync(file, 'utf8'),
  (text) => `${text.split('\n').length} lines`,
);
const dialect = file.endsWith('.monkey') ? 'monkey' : 'weft';
const compiled = stage(
  'compile',
  () => compile(source, { file, dialect }),
  ({ functions }) =>
    `${functions.length} functions, ${functions.reduce((sum, { code }) => sum + code.length, 0)} bytes of code`,
);

const folder = mkdtempSync(join(tmpdir(), 'heddle-'));
const binary = join(folder, 'program.hbc');
stage(
  'write',
  () => {
    const bytes = encode(compiled);
    writeFileSync(binary, bytes);
    return bytes.length;
  },
  (size) => `${size} bytes of binary module`,
);
const module = stage('read back', () => decode(readFileSync(binary)));
rmSync(folder, { recursive: true });
const program = stage(
  'verify',
  () => load(module),
  () => 'jumps, operands, stack heights, handlers',
);

let output = '';
const counter = new InstructionCounter();
const result = stage('run', () =>
  new VM({
    engine: counter.engine,
    output: (text) => {
      output += text;
    },
  }).run(program),
);
console.log(`\n${pc.bold('Output')}\n${output.trimEnd()}`);
if (result.value !== null) console.log(`value ${result.text}`);
console.log(
  `\n${counter.total.toLocaleString('en')} instructions, ${result.fuelUsed.toLocaleString('en')} units of fuel`,
);

const note = `(warm, ${rounds} interleaved rounds, median; answers and fuel checked)`;
console.log(`\n${pc.bold('The same bytecode on every engine')} ${pc.dim(note)}`);
const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r${text.padEnd(40)}`);
};
await loadCopies();
const fast = engineNames.filter((name) => name !== 'reference');
const times = measure(program, fast, rounds, (engine, round) =>
  progress(`round ${round} of ${rounds}: ${engine}`),
);
progress('reference, once');
times.set('reference', [timeRun(program, 'reference').ms]);
progress('');
if (process.stderr.isTTY) process.stderr.write('\r');

const base = median(times.get('switch')!);
/** The reference engine is out of scale: its bar is cut. */
const slowest = Math.max(...fast.map((engine) => median(times.get(engine)!)));
for (const [engine, values] of times) {
  const ms = median(values);
  const perSecond = `${(counter.total / ms / 1000).toFixed(1)} M instructions/s`;
  const length = Math.max(1, Math.round((30 * ms) / slowest));
  const bar = length > 40 ? `${'█'.repeat(38)} »` : '█'.repeat(length);
  console.log(
    `${engine.padEnd(13)} ${ms.toFixed(0).padStart(6)} ms  ${(ms / base).toFixed(2).padStart(6)} x switch  ${perSecond.padStart(26)}  ${pc.cyan(bar)}`,
  );
}
