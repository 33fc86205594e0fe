/**
 * The record of a run of the suites: what was measured, where and how, with every sample. Tables are made from nothing else,
 * so a figure in the documentation can be traced to its file.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import type { Contender } from './subject';

/** How a run measures, as its record says it. */
export interface RunOptions {
  /** In the order in which they are measured and shown. */
  readonly contenders: readonly Contender[];
  readonly rounds: number;
  /** Whether programs run at the size of their tests: that shows that all works, and measures nothing worth knowing. */
  readonly testSize: boolean;
  readonly warmupCalls: number;
  readonly warmupMs: number;
  readonly samples: number;
  readonly sampleMs: number;
}

/** One contender on one program. */
export interface Series {
  readonly contender: Contender;
  /** Milliseconds of each call, a list for each round, which had a process of its own; sorted within a round. */
  readonly rounds: number[][];
  /** Calls that each round's process made to warm up. */
  readonly warmupCalls: number[];
  /** Units of fuel of a call; `null` of a twin. */
  fuel: number | null;
}

export interface ProgramRecord {
  readonly name: string;
  readonly suite: string;
  readonly size: number;
  /** Without those that failed. */
  readonly series: readonly Series[];
}

export interface Failure {
  readonly program: string;
  readonly contender: Contender;
  readonly message: string;
}

export interface RunRecord {
  readonly format: 1;
  /** When the run began, in ISO form. */
  readonly date: string;
  /** The commit that was measured, with `-dirty` where files had been changed; `null` outside a repository. */
  readonly commit: string | null;
  /** What the children ran on, as they say themselves; `null` before the first. */
  host: string | null;
  readonly processor: string;
  readonly cores: number;
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

export const newRecord = (options: RunOptions, now: Date): RunRecord => ({
  format: 1,
  date: now.toISOString(),
  commit: currentCommit(),
  host: null,
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  options,
  programs: [],
  failures: [],
  finished: false,
});

/** Where a record goes if nobody says: by date, so that listing the folder tells the story. */
export const defaultFile = ({ date, commit }: RunRecord): string =>
  `bench/results/${date.slice(0, 19).replaceAll(':', '-')}${commit === null ? '' : `-${commit}`}.json`;

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
  if (record?.format !== 1 || !Array.isArray(record.programs))
    throw new Error(`${file} is no record of a run`);
  return record as RunRecord; // the format says so, and `writeRecord` wrote it
}
