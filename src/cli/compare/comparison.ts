/**
 * What a record shows: the median of each contender on each program and how far rounds differ, ratios between contenders,
 * their geometric means, and where the second library ranks them otherwise. A record here is of one host (see `onHost`).
 */

import type { ProgramRecord, RunRecord, Series } from './record';
import { geometricMean, median } from './statistics';
import type { Contender } from './subject';

export interface Timing {
  /** The median, over rounds, of the median of a round, in milliseconds. */
  readonly ms: number;
  /** Half of the way from the fastest round to the slowest, as a part of `ms`; `undefined` of a single round. */
  readonly spread: number | undefined;
}

export const seriesOf = (program: ProgramRecord, contender: Contender): Series | undefined =>
  program.series.find((one) => one.contender === contender);

/** How a contender did on a program; `undefined` if it failed or did not take part. */
export function timingOf(program: ProgramRecord, contender: Contender): Timing | undefined {
  const rounds = seriesOf(program, contender)?.rounds.map(median) ?? [];
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

/** The contenders that others are compared with: the twin and the `switch` engine, as far as they took part. */
export const basesOf = ({ options: { contenders } }: RunRecord): Contender[] =>
  (['twin', 'switch'] as const).filter((base) => contenders.includes(base));

/** Instructions of the bytecode in a second; `undefined` of a twin, which runs none. */
export function instructionsPerSecond(program: ProgramRecord, contender: Contender): number | undefined {
  const timing = timingOf(program, contender);
  if (contender === 'twin' || timing === undefined || program.counts === null) return undefined;
  return (1000 * program.counts.instructions) / timing.ms;
}

/** Milliseconds from bytes to a function that can be called; `undefined` of a twin. */
export function loadMs(program: ProgramRecord, contender: Contender): number | undefined {
  const load = seriesOf(program, contender)?.load ?? [];
  if (load.length === 0) return undefined;
  return median(load.map(({ decodeMs, verifyMs, prepareMs }) => decodeMs + verifyMs + prepareMs));
}

/** Milliseconds from the start of a process to the end of its first call. */
export function firstResultMs(program: ProgramRecord, contender: Contender): number | undefined {
  const first = seriesOf(program, contender)?.firstMs ?? [];
  return first.length === 0 ? undefined : median(first);
}

/** Two contenders on a program that mitata and the `benchmark` package put in different orders. */
export interface Disagreement {
  readonly program: string;
  /** The faster one by mitata, and the slower. */
  readonly faster: Contender;
  readonly slower: Contender;
  /** The slower one's time by the faster one's, as each library has it: the first above 1, the second below. */
  readonly mitata: number;
  readonly benchmark: number;
  /** Whether rounds differ by as much as the two contenders, so that neither order means anything. */
  readonly withinSpread: boolean;
}

function disagreementsOn(program: ProgramRecord): Disagreement[] {
  const checked = program.series.flatMap(({ contender, crossCheck }) => {
    const timing = timingOf(program, contender);
    return crossCheck === null || timing === undefined ? [] : [{ contender, timing, other: crossCheck.ms }];
  });
  checked.sort((a, b) => a.timing.ms - b.timing.ms);
  return checked.flatMap((fast, i) =>
    checked.slice(i + 1).flatMap((slow) => {
      const benchmark = slow.other / fast.other;
      if (benchmark >= 1) return [];
      const mitata = slow.timing.ms / fast.timing.ms;
      const spread = (fast.timing.spread ?? 0) + (slow.timing.spread ?? 0);
      return {
        ...{ program: program.name, faster: fast.contender, slower: slow.contender },
        ...{ mitata, benchmark, withinSpread: mitata - 1 <= spread },
      };
    }),
  );
}

/** Where the second library finds another order. */
export const disagreements = ({ programs }: RunRecord): Disagreement[] => programs.flatMap(disagreementsOn);

/** Whether the second library was asked about anything. */
export const wasCrossChecked = ({ programs }: RunRecord): boolean =>
  programs.some(({ series }) => series.some(({ crossCheck }) => crossCheck !== null));

/** Series that had less than they should for want of time. */
export const cappedSeries = ({
  programs,
}: RunRecord): { readonly program: ProgramRecord; readonly series: Series }[] =>
  programs.flatMap((program) =>
    program.series.filter(({ capped }) => capped).map((series) => ({ program, series })),
  );

/** Calls that were measured. */
export const sampleCount = ({ calls }: Series): number => calls.reduce((sum, count) => sum + count, 0);
