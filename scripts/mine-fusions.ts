/**
 * Ranks candidates for superinstructions by what the benchmark programs execute: `npm run mine-fusions`. It counts and measures no
 * time, so it gives the same wherever and whenever it runs.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { loadProgram } from '../bench/subject';
import type { BenchmarkProgram } from '../bench/suites/benchmark-program';
import { suites } from '../bench/suites/suites';
import { markdownTable, terminalTable } from '../src/cli/compare/table';
import { VM } from '../src/index';
import { type CandidateKind, Miner } from './mining/candidates';
import { ExecutionCounts } from './mining/execution-counts';
import { type Mined, type Ranked, rank } from './mining/ranking';

interface Flags {
  readonly programs?: readonly string[];
  readonly top: number;
  readonly json?: boolean;
  readonly write?: string;
}

const titles: Readonly<Record<CandidateKind, string>> = {
  sequence: 'Instructions in a row',
  expression: 'Instructions nested in each other',
  statement: 'Whole statements',
};

const kinds = Object.keys(titles) as CandidateKind[]; // its keys

/** What `run` of a program executes at the size of tests; what stands at its top level is not counted. */
function mine({ name, suite, program, testSize, expected }: BenchmarkProgram): Mined {
  const counts = new ExecutionCounts();
  const vm = new VM({ engine: counts.engine });
  vm.run(loadProgram(program));
  counts.reset();
  const answer = vm.call('run', testSize);
  if (answer !== expected[testSize]) throw new Error(`${name} gave ${String(answer)}`);
  return {
    program: `${suite}/${name}`,
    instructions: counts.total,
    candidates: new Miner(counts).candidates,
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

const gainers = ({ programs }: Ranked): string =>
  programs
    .slice(0, 3)
    .map(({ program, share }) => `${program} ${(100 * share).toFixed(1)}`)
    .join(', ');

/** A row a candidate; the first is the header. */
function grid(ranked: readonly Ranked[], code: (text: string) => string = (text) => text): string[][] {
  return [
    ['candidate', 'saves', 'executed', 'programs', 'most, in percent', 'operands, mostly'],
    ...ranked.map((one) => [
      code(one.code),
      percent(one.share),
      one.executions.toLocaleString('en'),
      String(one.programs.length),
      gainers(one),
      one.places[0]?.places ?? '',
    ]),
  ];
}

/** Puts tables between the markers of a document. */
function writeInto(file: string, mined: readonly Mined[], top: number): void {
  const text = readFileSync(file, 'utf8');
  const sum = mined.reduce((all, { instructions }) => all + instructions, 0);
  const tables = kinds.map((kind) => {
    const found = rank(mined, kind).slice(0, top);
    return `**${titles[kind]}**\n\n${markdownTable(grid(found, (code) => `\`${code}\``))}`;
  });
  const caption = `Counted in ${mined.length} programs at the size of tests, ${sum.toLocaleString('en')} instructions in all.`;
  const made = text.replace(
    /(<!-- mine-fusions -->\n)[\s\S]*?(<!-- \/mine-fusions -->)/,
    (_, before: string, after: string) => `${before}${[...tables, caption].join('\n\n')}\n${after}`,
  );
  if (made === text && !text.includes('<!-- mine-fusions -->')) throw new Error(`${file} has no markers`);
  writeFileSync(file, made);
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number from 1 up.');
  return value;
}

const command = new Command('npm run mine-fusions --')
  .description('Rank candidates for superinstructions by how often the benchmark programs execute them.')
  .option('--programs <names>', 'only these programs, with commas between them', (text) =>
    text.toLowerCase().split(','),
  )
  .option('--top <n>', 'how many of each kind are shown', positive, 20)
  .option('--json', 'print all candidates as JSON')
  .option('--write <file>', 'put the tables between the markers of a document')
  .parse();
const flags = command.opts<Flags>();
const chosen = ['classic', 'awfy']
  .flatMap((suite) => suites.get(suite)!)
  .filter(({ name }) => flags.programs?.includes(name.toLowerCase()) ?? true);
if (chosen.length === 0) command.error('none of these programs is in the suites', { exitCode: 2 });

const mined = chosen.map((program) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${program.suite}/${program.name}`.padEnd(40));
  return mine(program);
});
if (process.stderr.isTTY) process.stderr.write(`\r${' '.repeat(40)}\r`);

if (flags.json) {
  const programs = mined.map(({ program, instructions }) => ({ program, instructions }));
  console.log(JSON.stringify({ programs, candidates: kinds.flatMap((kind) => rank(mined, kind)) }, null, 1));
} else if (flags.write !== undefined) {
  writeInto(flags.write, mined, flags.top);
} else {
  for (const kind of kinds) {
    console.log(`\n${pc.bold(titles[kind])}`);
    console.log(terminalTable(grid(rank(mined, kind).slice(0, flags.top))));
  }
  const sum = mined.reduce((all, { instructions }) => all + instructions, 0);
  console.log(
    `\n${mined.length} programs, ${sum.toLocaleString('en')} instructions. 'saves' is the mean over programs of the share of their ` +
      'instructions that would need no step of their own; candidates overlap, so shares do not add up.',
  );
}
