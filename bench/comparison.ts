/**
 * What a record shows: the median of each contender on each program and how far rounds differ, ratios between contenders, and
 * their geometric means.
 */

import type { ProgramRecord, RunRecord } from './record';
import { geometricMean, median } from './statistics';
import type { Contender } from './subject';

export interface Timing {
  /** The median, over rounds, of the median of a round, in milliseconds. */
  readonly ms: number;
  /** Half of the way from the fastest round to the slowest, as a part of `ms`; `undefined` of a single round. */
  readonly spread: number | undefined;
}

/** How a contender did on a program; `undefined` if it failed or did not take part. */
export function timingOf(program: ProgramRecord, contender: Contender): Timing | undefined {
  const rounds = program.series.find((one) => one.contender === contender)?.rounds.map(median) ?? [];
  if (rounds.length === 0) return undefined;
  const ms = median(rounds);
  const spread = rounds.length > 1 ? (Math.max(...rounds) - Math.min(...rounds)) / 2 / ms : undefined;
  return { ms, spread };
}

/** How many times as long as `base` a contender took; `undefined` where one of them has no time. */
export function ratio(program: ProgramRecord, contender: Contender, base: Contender): number | undefined {
  const [own, other] = [timingOf(program, contender), timingOf(program, base)];
  return own && other && own.ms / other.ms;
}

export interface Mean {
  readonly ratio: number;
  /** Programs that it is the mean of, and those that it should be: fewer where somebody failed. */
  readonly of: number;
  readonly all: number;
}

/** The geometric mean of the ratios over a suite, or over all programs without one; `undefined` where there is no ratio. */
export function meanRatio(
  { programs }: RunRecord,
  contender: Contender,
  base: Contender,
  suite?: string,
): Mean | undefined {
  const chosen = programs.filter((program) => suite === undefined || program.suite === suite);
  const ratios = chosen.flatMap((program) => ratio(program, contender, base) ?? []);
  if (ratios.length === 0) return undefined;
  return { ratio: geometricMean(ratios), of: ratios.length, all: chosen.length };
}

/** The suites of a record, in its order. */
export const suitesOf = ({ programs }: RunRecord): string[] => [
  ...new Set(programs.map(({ suite }) => suite)),
];
