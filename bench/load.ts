/**
 * What loading costs: modules of rising size are decoded, verified, linked and translated to the cells of an engine, and what they
 * come to is checked. `npm run bench-load`. Where work is linear the megabytes a second stay what they are, and the exponent is 1.
 */

import { Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { exponent, median } from '../src/cli/compare/statistics';
import { terminalTable } from '../src/cli/compare/table';
import { type EngineName, engines } from '../src/engines/engines';
import { decode, encode, load, type Program, VM } from '../src/index';
import { type GeneratedModule, generatedModule } from './generated-module';
import { wholeNumber } from './option-values';

const stages = ['decode', 'verify', 'link', 'translate'] as const;
type Stage = (typeof stages)[number];
type Times = Readonly<Record<Stage, number>>;

/** Engines that translate: those that are prepared by one cell a function, which makes the others. */
const translating = [
  'threaded',
  'threaded-tos',
  'fused',
  'fused-plain',
  'fused-general',
] as const satisfies readonly EngineName[];

interface Flags {
  readonly sizes: readonly number[];
  readonly engine: (typeof translating)[number];
  readonly rounds: number;
  readonly seed: number;
  readonly json?: boolean;
}

interface Row {
  readonly shape: 'functions' | 'one function';
  readonly codeBytes: number;
  readonly functions: number;
  /** Milliseconds, the median of the rounds. */
  readonly times: Times;
}

const timed = <T>(work: () => T): [value: T, ms: number] => {
  const start = performance.now();
  const value = work();
  return [value, performance.now() - start];
};

/** Has every function of a program translated, as its first call would. */
function translate(program: Program, name: EngineName): void {
  for (const { cells } of program.linkFor(engines[name]).functions) cells[0]!(0);
}

function loadOnce({ answer }: GeneratedModule, bytes: Uint8Array, name: EngineName): Times {
  const [module, decodeMs] = timed(() => decode(bytes));
  const [program, verifyMs] = timed(() => load(module));
  const [, linkMs] = timed(() => program.linkFor(engines[name]));
  const [, translateMs] = timed(() => translate(program, name));
  const { value } = new VM({ engine: name }).run(program);
  if (value !== answer) throw new Error(`wrong answer: ${String(value)}, not ${answer}`);
  return { decode: decodeMs, verify: verifyMs, link: linkMs, translate: translateMs };
}

/** Loads small modules until the host has compiled what loads them. */
function warmUp({ engine, seed }: Flags): void {
  for (const large of [false, true]) {
    const small = generatedModule(20_000, seed, large);
    const bytes = encode(small.module);
    const start = performance.now();
    while (performance.now() - start < 500) loadOnce(small, bytes, engine);
  }
}

function measure(size: number, large: boolean, { engine, rounds, seed }: Flags): Row {
  const generated = generatedModule(size, seed, large);
  const bytes = encode(generated.module);
  const all = Array.from({ length: rounds }, () => loadOnce(generated, bytes, engine));
  const middle = (stage: Stage): number => median(all.map((times) => times[stage]));
  return {
    shape: large ? 'one function' : 'functions',
    codeBytes: generated.codeBytes,
    functions: generated.module.functions.length,
    times: {
      decode: middle('decode'),
      verify: middle('verify'),
      link: middle('link'),
      translate: middle('translate'),
    },
  };
}

const total = ({ times }: Row): number => stages.reduce((sum, stage) => sum + times[stage], 0);

const speed = (bytes: number, ms: number): string => (bytes / 1000 / ms).toFixed(1);

function report(rows: readonly Row[]): void {
  const body = rows.map((row) => [
    `${Math.round(row.codeBytes / 1000)} kB`,
    String(row.functions),
    ...stages.map((stage) => speed(row.codeBytes, row.times[stage])),
    speed(row.codeBytes, total(row)),
    total(row).toFixed(1),
  ]);
  const powers = stages.map((stage) =>
    exponent(rows.map((row) => [row.codeBytes, row.times[stage]])).toFixed(2),
  );
  const all = exponent(rows.map((row) => [row.codeBytes, total(row)])).toFixed(2);
  console.log(
    terminalTable([
      ['code', 'functions', ...stages, 'all', 'all, ms'],
      ...body,
      ...(rows.length > 1 ? [['exponent', '', ...powers, all, '']] : []),
    ]),
  );
}

function engine(text: string): Flags['engine'] {
  const name = translating.find((one) => one === text);
  if (name === undefined) throw new InvalidArgumentError(`These translate: ${translating.join(', ')}.`);
  return name;
}

const flags = new Command('npm run bench-load --')
  .description('Time the stages of loading on modules of rising size, in megabytes of code a second.')
  .option(
    '--sizes <kB>',
    'kilobytes of code, with commas between them',
    (text) => text.split(',').map(wholeNumber),
    [...[10, 20, 50, 100, 200, 500, 1000]],
  )
  .option('--engine <name>', `what is translated for: ${translating.join(', ')}`, engine, 'fused')
  .option('--rounds <n>', 'loads of each module', wholeNumber, 7)
  .option('--seed <n>', 'of what the modules are made of', wholeNumber, 1)
  .option('--json', 'print JSON')
  .parse()
  .opts<Flags>();

warmUp(flags);
const rows = [false, true].flatMap((large) => flags.sizes.map((size) => measure(size * 1000, large, flags)));
if (flags.json) {
  console.log(JSON.stringify({ host: `Node ${process.versions.node}`, ...flags, rows }, null, 1));
} else {
  for (const shape of ['functions', 'one function'] as const) {
    console.log(
      `\n${pc.bold(shape === 'functions' ? 'Many functions' : 'One large function')}, megabytes of code a second`,
    );
    report(rows.filter((row) => row.shape === shape));
  }
  console.log(
    `\n${flags.engine}, Node ${process.versions.node}; median of ${flags.rounds} loads in one process, warm; answers checked. ` +
      'An exponent of 1 is linear.',
  );
}
