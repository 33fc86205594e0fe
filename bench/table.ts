/**
 * A record as tables: for the terminal and, for documentation, in Markdown.
 */

import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import { type Mean, meanRatio, ratio, suitesOf, timingOf } from './comparison';
import type { ProgramRecord, RunRecord } from './record';
import type { Contender } from './subject';

/** Rows of cells; the first is the header. */
export type Grid = readonly (readonly string[])[];

export const contenderTitle = (contender: Contender): string =>
  contender === 'twin' ? 'JavaScript' : contender;

/** Three digits, two below 0.1, and no exponent. */
const figure = (value: number): string =>
  value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 0.1 ? 2 : 3);

function meanCell(mean: Mean | undefined): string {
  if (mean === undefined) return '-';
  return figure(mean.ratio) + (mean.of < mean.all ? ` (${mean.of} of ${mean.all})` : '');
}

export interface TableOptions {
  /** Whether each figure is followed by how far its rounds differ. */
  readonly spread?: boolean;
}

function spreadText(program: ProgramRecord, contender: Contender, { spread }: TableOptions): string {
  const part = timingOf(program, contender)?.spread;
  return spread && part !== undefined ? ` ±${(100 * part).toFixed(0)}%` : '';
}

/** A row a program and its geometric means: the milliseconds of `base`, and all others as multiples of it. */
export function programsGrid(record: RunRecord, base: Contender, options: TableOptions = {}): Grid {
  const others = record.options.contenders.filter((contender) => contender !== base);
  const programRow = (program: ProgramRecord): string[] => {
    const timing = timingOf(program, base);
    const cells = others.map((contender) => {
      const times = ratio(program, contender, base);
      return times === undefined ? '-' : figure(times) + spreadText(program, contender, options);
    });
    const ms = timing === undefined ? '-' : figure(timing.ms) + spreadText(program, base, options);
    return [program.name, ms, ...cells];
  };
  const meanRow = (title: string, suite?: string): string[] => [
    `geometric mean, ${title}`,
    '',
    ...others.map((contender) => meanCell(meanRatio(record, contender, base, suite))),
  ];
  const suites = suitesOf(record);
  return [
    ['program', `${contenderTitle(base)}, ms`, ...others.map(contenderTitle)],
    ...suites.flatMap((suite) => [
      ...record.programs.filter((program) => program.suite === suite).map(programRow),
      meanRow(suite, suite),
    ]),
    ...(suites.length > 1 ? [meanRow('all')] : []),
  ];
}

/** A row a contender: its means over each suite and over all, as multiples of each base. */
export function meansGrid(record: RunRecord, bases: readonly Contender[]): Grid {
  const suites = suitesOf(record);
  const groups: readonly (string | undefined)[] = suites.length > 1 ? [...suites, undefined] : suites;
  const columns = bases.flatMap((base) => groups.map((suite) => ({ base, suite })));
  return [
    ['', ...columns.map(({ base, suite }) => `x ${contenderTitle(base)}, ${suite ?? 'all'}`)],
    ...record.options.contenders.map((contender) => [
      contenderTitle(contender),
      ...columns.map(({ base, suite }) => meanCell(meanRatio(record, contender, base, suite))),
    ]),
  ];
}

/** The contenders that others are compared with: the twin and the `switch` engine, as far as they took part. */
export const basesOf = ({ options: { contenders } }: RunRecord): Contender[] =>
  (['twin', 'switch'] as const).filter((base) => contenders.includes(base));

/** How a record was made, in a sentence. */
export function caption({ date, commit, host, processor, cores, options, failures }: RunRecord): string {
  const where = `${host ?? 'no host'}, ${processor}, ${cores} cores, ${date.slice(0, 10)}, commit ${commit ?? 'unknown'}`;
  const rounds = options.rounds === 1 ? 'one round' : `${options.rounds} interleaved rounds`;
  const how = `median of ${rounds} in fresh processes, each warm after ${options.warmupCalls} calls and ${options.warmupMs} ms at least; answers and fuel checked`;
  const flaws = [
    ...(options.testSize ? ['at the size of the tests, so worth nothing as figures'] : []),
    ...(failures.length > 0 ? [`${failures.length} failures`] : []),
  ];
  return `${[where, how, ...flaws].join('; ')}.`;
}

/** For a terminal: the first column to the left, the others to the right, means in bold. */
export function terminalTable(grid: Grid): string {
  const columns = grid[0]?.length ?? 0;
  const width = (text: string): number => stripVTControlCharacters(text).length;
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...grid.map((row) => width(row[i] ?? ''))),
  );
  return grid
    .map((row, index) => {
      const cells = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)));
      const line = cells.join('  ');
      if (index === 0) return pc.dim(line);
      return row[0]?.startsWith('geometric mean') ? pc.bold(line) : line;
    })
    .join('\n');
}

export function markdownTable(grid: Grid): string {
  const [header = [], ...rows] = grid;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [header, header.map((_, i) => (i === 0 ? '---' : '--:')), ...rows].map(line).join('\n');
}
