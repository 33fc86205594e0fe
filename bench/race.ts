/**
 * Runs a list of programs on all contenders: for each program several rounds, in each of which every contender has its turn in
 * a fresh process. So what changes on the machine meanwhile - its load, its temperature - meets all of them alike.
 */

import { spawnSync } from 'node:child_process';
import type { Measured } from './measure-one';
import { newRecord, type ProgramRecord, type RunOptions, type RunRecord, type Series } from './record';
import type { Contender } from './subject';
import type { BenchmarkProgram } from './suites/benchmark-program';

/** The child's program, from the project's folder. */
const child = 'build/bench/measure-one.js';

/** A turn that is about to begin. */
export interface Turn {
  readonly program: BenchmarkProgram;
  readonly contender: Contender;
  /** From 1. */
  readonly round: number;
  /** Turns that are over, and those of the whole run. */
  readonly done: number;
  readonly all: number;
}

export interface RaceEvents {
  turn?(turn: Turn): void;
  /** A program is through: the record has it now. */
  program?(record: RunRecord): void;
}

/** Measures a contender on a program. @throws Error with what went wrong */
export type Measure = (program: BenchmarkProgram, contender: Contender, options: RunOptions) => Measured;

const sizeOf = (program: BenchmarkProgram, { testSize }: RunOptions): number =>
  testSize ? program.testSize : program.size;

/** @param host the command that runs the child */
export const measureInChild =
  (host: string): Measure =>
  (program, contender, options) => {
    const { warmupCalls, warmupMs, samples, sampleMs } = options;
    const size = sizeOf(program, options);
    const args = [
      ...['--expose-gc', child, contender === 'twin' ? program.twin : program.program],
      ...['--on', contender, '--size', size, '--expect', JSON.stringify(program.expected[size])],
      ...['--warmup-calls', warmupCalls, '--warmup-ms', warmupMs],
      ...['--samples', samples, '--sample-ms', sampleMs],
    ];
    const { error, status, signal, stdout, stderr } = spawnSync(host, args.map(String), {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    if (error !== undefined) throw new Error(`${host} cannot be run: ${error.message}`);
    if (status !== 0) throw new Error(`ended with ${status ?? signal}\n${stderr.trim()}`);
    return JSON.parse(stdout) as Measured; // what measure-one.ts printed
  };

/** The contenders of a round: each round begins with another one, so that none always comes first. */
const rotated = (contenders: readonly Contender[], round: number): readonly Contender[] =>
  contenders.map((_, i) => contenders[(i + round) % contenders.length]!);

/** One program on all contenders. Who fails has no further turn, and no part in the result. */
function raceProgram(
  program: BenchmarkProgram,
  record: RunRecord,
  measure: Measure,
  takeTurn: (contender: Contender, round: number) => void,
): ProgramRecord {
  const { options, failures } = record;
  let series: Series[] = options.contenders.map((contender) => ({
    contender,
    rounds: [],
    warmupCalls: [],
    fuel: null,
  }));
  for (let round = 1; round <= options.rounds; round++) {
    for (const contender of rotated(options.contenders, round - 1)) {
      takeTurn(contender, round);
      const own = series.find((one) => one.contender === contender);
      if (own === undefined) continue;
      try {
        const measured = measure(program, contender, options);
        const other = series.find(({ fuel }) => fuel !== null && fuel !== measured.fuel);
        if (measured.fuel !== null && other !== undefined) {
          throw new Error(`used ${measured.fuel} units of fuel, not ${other.fuel} as ${other.contender}`);
        }
        record.host = measured.host;
        own.fuel = measured.fuel;
        own.rounds.push([...measured.samples]);
        own.warmupCalls.push(measured.warmup.calls);
      } catch (error) {
        failures.push({ program: program.name, contender, message: (error as Error).message }); // both throw Errors
        series = series.filter((one) => one !== own);
      }
    }
  }
  return { name: program.name, suite: program.suite, size: sizeOf(program, options), series };
}

/** Runs everything; what fails is in the record and stops nothing else. */
export function race(
  programs: readonly BenchmarkProgram[],
  options: RunOptions,
  measure: Measure,
  events: RaceEvents = {},
): RunRecord {
  const record = newRecord(options, new Date());
  const all = programs.length * options.contenders.length * options.rounds;
  let done = 0;
  for (const program of programs) {
    const result = raceProgram(program, record, measure, (contender, round) =>
      events.turn?.({ program, contender, round, done: done++, all }),
    );
    record.programs.push(result);
    record.finished = record.programs.length === programs.length;
    events.program?.(record);
  }
  return record;
}
