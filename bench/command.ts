/**
 * `npm run bench`: which programs on which engines, how measured, and where the record goes.
 */

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import { comparisonOnly } from '../src/engines/engines';
import { engineNames } from '../src/index';
import { Progress } from './progress';
import { measureInChild, race } from './race';
import { defaultFile, type RunOptions, type RunRecord, writeRecord } from './record';
import type { Contender } from './subject';
import type { BenchmarkProgram } from './suites/benchmark-program';
import type { Suites } from './suites/suites';
import { basesOf, caption, contenderTitle, meansGrid, programsGrid, terminalTable } from './table';

interface Flags extends Omit<RunOptions, 'contenders' | 'testSize'> {
  readonly testSize?: boolean;
  readonly suite: readonly string[];
  readonly engines: readonly Contender[];
  readonly programs?: readonly string[];
  readonly twin: boolean;
  readonly host: string;
  /** The file; `false` for none, `undefined` for one that is named by date. */
  readonly json: string | false | undefined;
}

/** The name by which `--programs` knows a program: suites differ in their use of capitals. */
const nameOf = ({ name }: BenchmarkProgram): string => name.toLowerCase();

/** A parser of a list of names with commas between them; of any case. Repeated ones count once. */
const listOf =
  <Name extends string>(what: string, known: readonly Name[]) =>
  (text: string): Name[] =>
    [...new Set(text.toLowerCase().split(','))].map((word) => {
      const name = known.find((one) => one === word);
      if (name === undefined) {
        throw new InvalidArgumentError(`There is no ${what} '${word}'; there are ${known.join(', ')}.`);
      }
      return name;
    });

const numberFrom =
  (least: number, whole: boolean) =>
  (text: string): number => {
    const value = Number(text);
    const fits = value >= least && (whole ? Number.isSafeInteger(value) : Number.isFinite(value));
    if (text.trim() === '' || !fits) {
      throw new InvalidArgumentError(`It must be a ${whole ? 'whole ' : ''}number from ${least} up.`);
    }
    return value;
  };

function build(suites: Suites): Command {
  const names = [...suites.keys()];
  // Micro-benchmarks explain figures and are none to be summed up: they have to be asked for.
  const usual = names.filter((name) => name !== 'micro');
  // The reference engine is an oracle, not a contender: it has to be asked for.
  const fast = engineNames.filter((name) => name !== 'reference');
  const programs = [...new Set([...suites.values()].flat().map(nameOf))];
  return new Command('npm run bench --')
    .description('Measure the suites on the engines, side by side with the same programs in JavaScript.')
    .addOption(
      new Option('--suite <names>', `of ${names.join(', ')}, with commas between them`)
        .argParser(listOf('suite', names))
        .default(usual, usual.join(',')),
    )
    .addOption(
      new Option(
        '--engines <names>',
        `of ${engineNames.join(', ')}; only for comparison: ${comparisonOnly.join(', ')}`,
      )
        .argParser(listOf('engine', engineNames))
        .default(fast, fast.join(',')),
    )
    .option('--programs <names>', 'only these programs, of any case', listOf('program', programs))
    .option('--no-twin', 'leave the programs in JavaScript out')
    .option('--rounds <n>', 'processes that each contender has for each program', numberFrom(1, true), 5)
    .option('--warmup-calls <n>', 'calls before anything is measured, at least', numberFrom(0, true), 3)
    .option('--warmup-ms <ms>', 'and milliseconds, at least', numberFrom(0, false), 1000)
    .option('--samples <n>', 'calls that a process measures, at least', numberFrom(1, true), 5)
    .option('--sample-ms <ms>', 'and milliseconds, at least', numberFrom(0, false), 200)
    .option('--test-size', 'small problems: shows that all works, measures nothing')
    .addOption(
      new Option('--host <command>', 'the Node that runs the programs').default(process.execPath, 'this one'),
    )
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

function report(record: RunRecord): void {
  for (const base of basesOf(record)) {
    console.log(`\n${pc.bold(`Multiples of ${contenderTitle(base)}`)}, lower is better`);
    console.log(terminalTable(programsGrid(record, base, { spread: true })));
  }
  if (basesOf(record).length > 0) {
    console.log(`\n${pc.bold('Geometric means')}`);
    console.log(terminalTable(meansGrid(record, basesOf(record))));
  } else {
    const [first] = record.options.contenders;
    if (first !== undefined) console.log(terminalTable(programsGrid(record, first, { spread: true })));
  }
  console.log(`\n${caption(record)}`);
}

function measureAll(suites: Suites, flags: Flags): number {
  const programs = choose(suites, flags);
  const { suite: _suite, engines, programs: _programs, twin, host, json, testSize = false, ...how } = flags;
  const options: RunOptions = {
    ...how,
    testSize,
    contenders: [...(twin ? ['twin' as const] : []), ...engines],
  };
  const progress = new Progress(process.stderr, options.rounds);
  let file: string | undefined;
  const record = race(programs, options, measureInChild(host), {
    turn: (turn) => progress.turn(turn),
    program: (soFar) => {
      if (json === false) return;
      file = json ?? defaultFile(soFar);
      writeRecord(file, soFar); // also on the way: nothing is lost where the run is stopped
    },
  });
  progress.end();
  report(record);
  if (file !== undefined) console.log(`All samples are in ${file}.`);
  for (const { program, contender, message } of record.failures) {
    console.error(pc.red(`failed: ${program} on ${contenderTitle(contender)}: ${message}`));
  }
  return record.failures.length > 0 ? 1 : 0;
}

/**
 * Runs the command.
 *
 * @param args what stands behind the command's name
 * @returns the exit code: 0, 1 where a program failed or gave a wrong answer, 2 for usage
 */
export function benchCommand(args: readonly string[], suites: Suites): number {
  const command = build(suites);
  try {
    command.parse(args, { from: 'user' });
    return measureAll(suites, command.opts<Flags>());
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}
