/**
 * The options that `heddle compare` and `npm run bench` have in common, and a run by them: hosts, rounds, record, page.
 */

import { writeFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import { comparisonOnly, engineNames } from '../../engines/engines';
import { whyNoEvents } from './hardware';
import { HostError, hostNamed, type JavaScriptHost, thisHost } from './hosts';
import { laboratory } from './laboratory';
import { Progress } from './progress';
import { type Entry, race } from './race';
import { type RunOptions, type RunRecord, writeRecord } from './record';
import { report, reportFailures } from './report';
import type { Contender } from './subject';

export interface CompareFlags extends Omit<RunOptions, 'contenders' | 'hosts' | 'testSize'> {
  readonly engines: readonly Contender[];
  readonly host: readonly string[];
  readonly cold?: boolean;
  readonly counters: boolean;
  readonly html?: string;
}

/** A parser of a list of names with commas between them; of any case. Repeated ones count once. */
export const listOf =
  <Name extends string>(what: string, known: readonly Name[]) =>
  (text: string): Name[] =>
    [...new Set(text.toLowerCase().split(','))].map((word) => {
      const name = known.find((one) => one === word);
      if (name === undefined) {
        throw new InvalidArgumentError(`There is no ${what} '${word}'; there are ${known.join(', ')}.`);
      }
      return name;
    });

export const numberFrom =
  (least: number, whole: boolean) =>
  (text: string): number => {
    const value = Number(text);
    const fits = value >= least && (whole ? Number.isSafeInteger(value) : Number.isFinite(value));
    if (text.trim() === '' || !fits) {
      throw new InvalidArgumentError(`It must be a ${whole ? 'whole ' : ''}number from ${least} up.`);
    }
    return value;
  };

const words = (text: string): string[] => [...new Set(text.split(',').filter((word) => word !== ''))];

/** Adds the options to a command. */
export function compareOptions(command: Command): Command {
  // The reference engine is an oracle, not a contender: it has to be asked for.
  const fast = engineNames.filter((name) => name !== 'reference');
  return command
    .addOption(
      new Option(
        '--engines <names>',
        `of ${engineNames.join(', ')}, with commas between them; there only to be compared: ${comparisonOnly.join(', ')}`,
      )
        .argParser(listOf('engine', engineNames))
        .default(fast, fast.join(',')),
    )
    .option('--rounds <n>', 'processes that each contender has for each program', numberFrom(1, true), 5)
    .option('--warmup-calls <n>', 'calls before anything is measured, at least', numberFrom(0, true), 3)
    .option('--warmup-ms <ms>', 'and milliseconds, at least', numberFrom(0, false), 1000)
    .option('--samples <n>', 'calls that a process measures, at least', numberFrom(1, true), 5)
    .option('--sample-ms <ms>', 'and milliseconds, at least', numberFrom(0, false), 200)
    .option(
      '--turn-ms <ms>',
      'milliseconds for the calls of a process, at most where a call is short enough',
      numberFrom(1, false),
      4000,
    )
    .option('--no-cross-check', 'leave out the check of the ranking by the benchmark package')
    .option('--no-counters', "leave the processor's counters out, where there are any")
    .option('--cold', 'show the first result from the start of a process beside the warm time')
    .addOption(
      new Option(
        '--host <names>',
        'JavaScript hosts, with commas between them: this, node@24, bun, bun@1.2, or the path of a binary; node@24+inlining and its like: with a higher limit of inlining; fetched from npm when they are new',
      )
        .argParser(words)
        .default(['this'], 'this'),
    )
    .option('--html <file>', 'write a page with charts');
}

/** @throws HostError where one is not to be had */
function hostsNamed(names: readonly string[], progress: Progress): JavaScriptHost[] {
  if (names.length === 0) throw new HostError('--host names no host');
  return names.map((name) => hostNamed(name, (what) => progress.note(`fetching ${what}`)));
}

export interface Run {
  readonly entries: readonly Entry[];
  readonly contenders: readonly Contender[];
  readonly testSize: boolean;
  /** The program of child.ts, built. */
  readonly child: string;
  /** The file for the record so far; `undefined` for none. */
  readonly recordFile: (record: RunRecord) => string | undefined;
  /** Whether the terminal gets each program with all that is known of it. */
  readonly details: boolean;
}

/**
 * Measures, shows, and writes what was asked for.
 *
 * @returns the exit code: 1 where something failed
 * @throws HostError where a host is not to be had
 */
export async function compareBy(flags: CompareFlags, run: Run): Promise<number> {
  const { entries, contenders, testSize, child, recordFile, details } = run;
  const { rounds, warmupCalls, warmupMs, samples, sampleMs, turnMs, crossCheck, host, counters, html, cold } =
    flags;
  const progress = new Progress(process.stderr, rounds);
  const hosts = hostsNamed(host, progress);
  const options: RunOptions = {
    ...{ contenders, hosts: hosts.map(({ name }) => name), rounds, testSize },
    ...{ warmupCalls, warmupMs, samples, sampleMs, turnMs, crossCheck },
  };
  const noEvents = counters ? (whyNoEvents() ?? null) : 'no hardware counters: not asked for';
  let file: string | undefined;
  const record = race(
    ...([entries, options, hosts, laboratory(child, thisHost, noEvents === null)] as const),
    {
      turn: (turn) => progress.turn(turn),
      program: (soFar) => {
        file = recordFile(soFar);
        if (file !== undefined) writeRecord(file, soFar); // also on the way: nothing is lost where the run is stopped
      },
    },
    noEvents,
  );
  progress.end();
  report(record, { details, ...(cold !== undefined && { cold }) });
  if (html !== undefined) {
    const { page } = await import('./page'); // with a library of charts, which nothing else needs
    writeFileSync(html, page(record, { cold: cold ?? false }));
    console.log(`The page is ${html}.`);
  }
  if (file !== undefined) console.log(`The samples are in ${pc.underline(file)}.`);
  return reportFailures(record);
}
