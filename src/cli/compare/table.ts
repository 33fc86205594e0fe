/**
 * A record as tables: for the terminal, for a page and, in documentation, in Markdown. A record here is of one host (see `onHost`);
 * only what compares hosts takes one of several.
 */

import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import {
  firstResultMs,
  instructionsPerSecond,
  loadMs,
  type Mean,
  meanRatio,
  ratio,
  sampleCount,
  seriesOf,
  suitesOf,
  timingOf,
} from './comparison';
import { type EventName, eventNames } from './hardware';
import { contenderTitle } from './outcome';
import { hostTitle, onHost, type ProgramRecord, type RunRecord } from './record';
import { geometricMean } from './statistics';
import type { Contender } from './subject';

/** Rows of cells; the first is the header. */
export type Grid = readonly (readonly string[])[];

/** Three digits, two below 0.1, and no exponent. */
export const figure = (value: number): string =>
  value < 0.01 && value >= 1e-6
    ? value.toPrecision(2)
    : value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 0.1 ? 2 : 3);

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

/** A figure, or a dash where there is none. */
const cell = (value: number | undefined): string => (value === undefined ? '-' : figure(value));

export const millions = (perSecond: number | undefined): number | undefined =>
  perSecond === undefined ? undefined : perSecond / 1e6;

export const cellsOf = ({ counts }: ProgramRecord, contender: Contender): number | undefined =>
  contender === 'twin' ? undefined : counts?.cells[contender];

/** All that is known of the contenders on one program: a row a contender. */
export function detailGrid(record: RunRecord, program: ProgramRecord, bases: readonly Contender[]): Grid {
  const entrants = record.options.contenders.filter(
    (contender) => seriesOf(program, contender) !== undefined,
  );
  const others = bases.filter((base) => seriesOf(program, base) !== undefined);
  const spreadCell = (contender: Contender): string => {
    const part = timingOf(program, contender)?.spread;
    return part === undefined ? '-' : `${(100 * part).toFixed(0)}%`;
  };
  type Column = readonly [title: string, text: (contender: Contender) => string];
  const columns: readonly Column[] = [
    ['ms', (one) => cell(timingOf(program, one)?.ms)],
    ['±', spreadCell],
    ...others.map((base): Column => [`x ${contenderTitle(base)}`, (one) => cell(ratio(program, one, base))]),
    ['M instr/s', (one) => cell(millions(instructionsPerSecond(program, one)))],
    ['cells/instr', (one) => cell(cellsOf(program, one))],
    ['load ms', (one) => cell(loadMs(program, one))],
    ['samples', (one) => String(sampleCount(seriesOf(program, one)!))],
    ['benchmark, ms', (one) => cell(seriesOf(program, one)?.crossCheck?.ms)],
  ];
  const filled = columns.filter(([, text]) => entrants.some((one) => text(one) !== '-'));
  return [
    ['', ...filled.map(([title]) => title)],
    ...entrants.map((one) => [contenderTitle(one), ...filled.map(([, text]) => text(one))]),
  ];
}

/** A row a program: from the start of a process to its first result, beside a warm call. */
export function coldGrid(record: RunRecord): Grid {
  const { contenders } = record.options;
  return [
    ['first (warm), ms', ...contenders.map(contenderTitle)],
    ...record.programs.map((program) => [
      program.name,
      ...contenders.map((one) => {
        const first = firstResultMs(program, one);
        return first === undefined ? '-' : `${figure(first)} (${cell(timingOf(program, one)?.ms)})`;
      }),
    ]),
  ];
}

const eventTitles: Readonly<Record<EventName, string>> = {
  instructions: 'host instr',
  cycles: 'cycles',
  branches: 'branches',
  'branch-misses': 'mispredicted',
  'cache-misses': 'cache misses',
};

/** Events of the processor for each instruction of the bytecode, on an engine; `undefined` where nobody counted. */
export function eventsGrid(record: RunRecord, program: ProgramRecord): Grid | undefined {
  const { counts } = program;
  const counted = record.options.contenders.flatMap((one) => {
    const events = seriesOf(program, one)?.events;
    return events == null ? [] : [{ one, events }];
  });
  if (counts === null || counted.length === 0) return undefined;
  return [
    ['per instruction', ...eventNames.map((name) => eventTitles[name])],
    ...counted.map(({ one, events }) => [
      contenderTitle(one),
      ...eventNames.map((name) => {
        const count = events[name];
        return cell(count === undefined ? undefined : count / counts.instructions);
      }),
    ]),
  ];
}

/** A row a contender: its time on each host as a multiple of that on the first, over the programs that ran on both. */
export function hostsGrid(record: RunRecord): Grid {
  const views = record.hosts.map((_, host) => onHost(record, host));
  const timeOn = (host: number, program: number, one: Contender): number | undefined =>
    timingOf(views[host]!.programs[program]!, one)?.ms;
  const cellOf = (one: Contender, host: number): string => {
    const ratios = record.programs.flatMap((_, program) => {
      const [own, first] = [timeOn(host, program, one), timeOn(0, program, one)];
      return own === undefined || first === undefined ? [] : [own / first];
    });
    return ratios.length === 0 ? '-' : figure(geometricMean(ratios));
  };
  return [
    [`x ${hostTitle(record, 0)}`, ...views.map((_, host) => hostTitle(record, host))],
    ...record.options.contenders.map((one) => [
      contenderTitle(one),
      ...views.map((_, host) => cellOf(one, host)),
    ]),
  ];
}

/** Where a record was made. */
export const placeOf = (record: RunRecord): string =>
  `${record.hosts.map((_, host) => hostTitle(record, host)).join(', ')}, ${record.processor}, ${record.cores} cores, ${record.date.slice(0, 10)}, commit ${record.commit ?? 'unknown'}`;

/** How many samples the series have: from the fewest to the most. */
function samplesText({ programs }: RunRecord): string {
  const counts = programs.flatMap(({ series }) => series.map(sampleCount));
  if (counts.length === 0) return 'no samples';
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? `${least} samples each` : `${least} to ${most} samples each`;
}

/** How a record was made, in a sentence. */
export function caption(record: RunRecord): string {
  const { options, failures } = record;
  const rounds = options.rounds === 1 ? 'one round' : `${options.rounds} interleaved rounds`;
  const how = `median of ${rounds} in fresh processes, each warm after ${options.warmupCalls} calls and ${options.warmupMs} ms at least; ${samplesText(record)}; answers and fuel checked`;
  const flaws = [
    ...(options.testSize ? ['at the size of the tests, so worth nothing as figures'] : []),
    ...(failures.length > 0 ? [failures.length === 1 ? 'one failure' : `${failures.length} failures`] : []),
  ];
  return `${[placeOf(record), how, ...flaws].join('; ')}.`;
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
      const cells = row.map((text, i) => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!)));
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
