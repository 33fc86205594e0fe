/**
 * `npm run bench`: which programs on which engines, how measured, and where the record goes.
 */

import { Command, CommanderError, Option } from 'commander';
import { HostError } from '../src/cli/compare/hosts';
import { type CompareFlags, compareBy, compareOptions, listOf } from '../src/cli/compare/options';
import type { Entry } from '../src/cli/compare/race';
import type { RunRecord } from '../src/cli/compare/record';
import { loadProgram } from './subject';
import type { BenchmarkProgram } from './suites/benchmark-program';
import type { Suites } from './suites/suites';

interface Flags extends CompareFlags {
  readonly testSize?: boolean;
  readonly suite: readonly string[];
  readonly programs?: readonly string[];
  readonly twin: boolean;
  /** The file; `false` for none, `undefined` for one that is named by date. */
  readonly json: string | false | undefined;
}

/** The child's program, from the project's folder. */
const child = 'dist/compare-child.js';

/** The name by which `--programs` knows a program: suites differ in their use of capitals. */
const nameOf = ({ name }: BenchmarkProgram): string => name.toLowerCase();

/** Where a record goes if nobody says: by date, so that listing the folder tells the story. */
export const defaultFile = ({ date, commit }: RunRecord): string =>
  `bench/results/${date.slice(0, 19).replaceAll(':', '-')}${commit === null ? '' : `-${commit}`}.json`;

function build(suites: Suites): Command {
  const names = [...suites.keys()];
  // Micro-benchmarks explain figures and are none to be summed up: they have to be asked for.
  const usual = names.filter((name) => name !== 'micro');
  const programs = [...new Set([...suites.values()].flat().map(nameOf))];
  const command = new Command('npm run bench --')
    .description('Measure the suites on the engines, side by side with the same programs in JavaScript.')
    .addOption(
      new Option('--suite <names>', `of ${names.join(', ')}, with commas between them`)
        .argParser(listOf('suite', names))
        .default(usual, usual.join(',')),
    )
    .option('--programs <names>', 'only these programs, of any case', listOf('program', programs))
    .option('--no-twin', 'leave the programs in JavaScript out');
  return compareOptions(command)
    .option('--test-size', 'small problems: shows that all works, measures nothing')
    .option('--json <file>', 'where the record goes; by default into bench/results, by date')
    .option('--no-json', 'write no record')
    .exitOverride();
}

/** The programs that were asked for. @throws CommanderError where there is none */
function choose(suites: Suites, flags: Flags): BenchmarkProgram[] {
  const chosen = flags.suite
    .flatMap((name) => suites.get(name) ?? [])
    .filter((program) => flags.programs?.includes(nameOf(program)) ?? true);
  if (chosen.length > 0) return chosen;
  console.error('None of these programs is in these suites.');
  throw new CommanderError(2, 'bench.nothing', 'nothing to measure');
}

/** A program of a suite as one that takes part in a race. */
export function entryOf(program: BenchmarkProgram, testSize: boolean): Entry {
  const { name, suite, program: file, twin, expected } = program;
  const size = testSize ? program.testSize : program.size;
  return { name, suite, file, program: () => loadProgram(file), twin, size, expected: expected[size] };
}

function measureAll(suites: Suites, flags: Flags): Promise<number> {
  const { engines, twin, json, testSize = false } = flags;
  return compareBy(flags, {
    entries: choose(suites, flags).map((program) => entryOf(program, testSize)),
    contenders: [...(twin ? ['twin' as const] : []), ...engines],
    testSize,
    child,
    recordFile: (record) => (json === false ? undefined : (json ?? defaultFile(record))),
    details: false,
  });
}

/**
 * Runs the command.
 *
 * @param args what stands behind the command's name
 * @returns the exit code: 0, 1 where a program failed or gave a wrong answer, 2 for usage
 */
export async function benchCommand(args: readonly string[], suites: Suites): Promise<number> {
  const command = build(suites);
  try {
    command.parse(args, { from: 'user' });
    return await measureAll(suites, command.opts<Flags>());
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof HostError)) throw error;
    console.error(error.message);
    return 2;
  }
}
