/**
 * The record of a comparison: what was measured, where and how, with the samples. Tables and charts are made from nothing else,
 * so a figure in the documentation can be traced to its file.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import type { EngineName } from '../../engines/engines';
import type { Count, CrossChecked, LoadTimes, Pace } from './assignment';
import type { HardwareEvents } from './hardware';
import type { Contender, Size } from './subject';

/** How a run measures, as its record says it. */
export interface RunOptions extends Pace {
  /** In the order in which they are measured and shown. */
  readonly contenders: readonly Contender[];
  /** Hosts, as they were asked for. */
  readonly hosts: readonly string[];
  readonly rounds: number;
  /** Whether programs run at the size of their tests: that shows that all works, and measures nothing worth knowing. */
  readonly testSize: boolean;
  /** Whether the ranking is checked by a second library. */
  readonly crossCheck: boolean;
}

/** One contender on one program, on one host. */
export interface Series {
  readonly contender: Contender;
  /** Index of the host. */
  readonly host: number;
  /** Milliseconds of each call, a list for each round, which had a process of its own; sorted within a round. */
  readonly rounds: number[][];
  /** Calls that each round measured: more than its list has where they were very many, which has an even choice of them. */
  readonly calls: number[];
  /** Calls that each round's process made to warm up. */
  readonly warmupCalls: number[];
  /** Milliseconds from the start of each round's process to the end of its first call. */
  readonly firstMs: number[];
  /** Of each round; none of a twin. */
  readonly load: LoadTimes[];
  /** Units of fuel of a call; `null` of a twin. */
  fuel: number | null;
  /** Whether there was no time for all the rounds, or for all the calls in them. */
  capped: boolean;
  /** What the second library found; `null` where it was not asked, or there was no time. */
  crossCheck: CrossChecked | null;
  /** Events of the processor for a call; `null` where nobody can count them. */
  events: HardwareEvents | null;
}

/** What was counted over a call, or over as much of it as there was time for. */
export interface WorkCounts {
  /** Instructions of a call. */
  readonly instructions: number;
  /** False where it was worked out from a part of the call. */
  readonly exact: boolean;
  /** Cells for each instruction, on engines that have cells. */
  readonly cells: Readonly<Partial<Record<EngineName, number>>>;
}

export interface ProgramRecord {
  readonly name: string;
  readonly suite: string;
  readonly size: Size;
  /** Bytes of the functions' code; of the whole binary module. */
  readonly codeBytes: number;
  readonly moduleBytes: number;
  /** `null` where counting failed. */
  readonly counts: WorkCounts | null;
  /** Without those that failed. */
  readonly series: readonly Series[];
}

export interface Failure {
  readonly program: string;
  readonly contender: Contender;
  readonly host: number;
  readonly message: string;
}

export interface RunRecord {
  readonly format: 2;
  /** When the run began, in ISO form. */
  readonly date: string;
  /** The commit that was measured, with `-dirty` where files had been changed; `null` outside a repository. */
  readonly commit: string | null;
  /** What the children ran on, as they say themselves; `null` before the first. By index of `options.hosts`. */
  readonly hosts: (string | null)[];
  readonly processor: string;
  readonly cores: number;
  /** Why the processor's events were not counted; `null` where they were. */
  readonly noEvents: string | null;
  readonly options: RunOptions;
  readonly programs: ProgramRecord[];
  readonly failures: Failure[];
  /** False in the file of a run that was stopped on the way. */
  finished: boolean;
}

function currentCommit(): string | null {
  try {
    const args = ['describe', '--always', '--dirty', '--exclude', '*'];
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null; // no git, or no repository
  }
}

export const newRecord = (options: RunOptions, now: Date, noEvents: string | null = null): RunRecord => ({
  format: 2,
  date: now.toISOString(),
  commit: currentCommit(),
  hosts: options.hosts.map(() => null),
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  noEvents,
  options,
  programs: [],
  failures: [],
  finished: false,
});

/** Works out the counts of a call from those of its beginning: both grow with its fuel. */
export function countsOf(
  fuel: number,
  instructions: Count,
  cells: Readonly<Partial<Record<EngineName, Count>>>,
): WorkCounts {
  const perUnit = ({ count, fuel: used }: Count): number => count / used;
  const all = [instructions, ...Object.values(cells)];
  const exact = all.every(({ fuel: used }) => used === fuel);
  return {
    instructions: instructions.fuel === fuel ? instructions.count : Math.round(perUnit(instructions) * fuel),
    exact,
    cells: Object.fromEntries(
      Object.entries(cells).map(([engine, count]) => [engine, perUnit(count) / perUnit(instructions)]),
    ),
  };
}

/** What a record says of one host, as a record. */
export function onHost(record: RunRecord, host: number): RunRecord {
  const { options, hosts, programs, failures } = record;
  return {
    ...record,
    options: { ...options, hosts: options.hosts.slice(host, host + 1) },
    hosts: hosts.slice(host, host + 1),
    programs: programs.map((program) => ({
      ...program,
      series: program.series.filter((one) => one.host === host).map((one) => ({ ...one, host: 0 })),
    })),
    failures: failures.filter((one) => one.host === host).map((one) => ({ ...one, host: 0 })),
  };
}

/** A host as it says itself, or as it was asked for where it never came to that. */
export const hostTitle = ({ hosts, options }: RunRecord, host: number): string =>
  hosts[host] ?? options.hosts[host] ?? 'no host';

/** As JSON with a line a round, so that records can be read and compared as text. */
export function writeRecord(file: string, record: RunRecord): void {
  const rounded = (_: string, value: unknown): unknown =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
  const text = JSON.stringify(record, rounded, 2).replace(
    /\[\s+([-\d.e,\s]+?)\s+\]/g,
    (_, numbers: string) => {
      return `[${numbers.replace(/\s+/g, ' ')}]`;
    },
  );
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${text}\n`);
}

/** @throws Error where the file holds no record, or one of another format */
export function readRecord(file: string): RunRecord {
  const record: Partial<RunRecord> | null = JSON.parse(readFileSync(file, 'utf8'));
  if (record?.format !== 2 || !Array.isArray(record.programs))
    throw new Error(`${file} is no record of a run`);
  return record as RunRecord; // the format says so, and `writeRecord` wrote it
}
