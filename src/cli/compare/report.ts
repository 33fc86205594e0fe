/**
 * A record on the terminal: bars, tables, what was found out besides, and where all is kept.
 */

import pc from 'picocolors';
import {
  basesOf,
  cappedSeries,
  type Disagreement,
  disagreements,
  sampleCount,
  timingOf,
  wasCrossChecked,
} from './comparison';
import { contenderTitle } from './outcome';
import { hostTitle, onHost, type ProgramRecord, type RunRecord } from './record';
import {
  caption,
  coldGrid,
  detailGrid,
  eventsGrid,
  figure,
  hostsGrid,
  meansGrid,
  programsGrid,
  terminalTable,
} from './table';

const widestBar = 48;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of a part of the full width, to an eighth of a character. */
export function bar(part: number): string {
  const steps = Math.max(1, Math.round(8 * widestBar * part));
  return '█'.repeat(steps >> 3) + (eighths[steps & 7] ?? '');
}

/** The contenders' times on a program as bars; one far slower than the others has its bar cut. */
export function barChart({ options }: RunRecord, program: ProgramRecord): string {
  const rows = options.contenders.flatMap((contender) => {
    const timing = timingOf(program, contender);
    return timing === undefined ? [] : [{ title: contenderTitle(contender), contender, ms: timing.ms }];
  });
  // The scale is that of the engines one would choose from: a reference ten times as slow would flatten all others.
  const slowest = Math.max(...rows.filter(({ contender }) => contender !== 'reference').map(({ ms }) => ms));
  const scale = Number.isFinite(slowest) ? slowest : Math.max(...rows.map(({ ms }) => ms));
  const width = Math.max(...rows.map(({ title }) => title.length));
  return rows
    .map(({ title, contender, ms }) => {
      const drawn = ms > scale ? `${'█'.repeat(widestBar - 2)} »` : bar(ms / scale);
      const colour = contender === 'twin' ? pc.yellow : pc.cyan;
      return `${title.padEnd(width)}  ${colour(drawn)} ${pc.dim(`${figure(ms)} ms`)}`;
    })
    .join('\n');
}

/** How large a program is, and how long a call. */
export function sizesText({ codeBytes, moduleBytes, counts, size }: ProgramRecord): string {
  const work = size === null ? 'a run' : `run(${size})`;
  const instructions =
    counts === null
      ? ''
      : `, ${work} is ${counts.exact ? '' : 'about '}${counts.instructions.toLocaleString('en')} instructions`;
  return `${codeBytes} bytes of code in a module of ${moduleBytes}${instructions}`;
}

/** A program with all that is known of it. */
function showProgram(record: RunRecord, program: ProgramRecord): void {
  console.log(`\n${pc.bold(program.name)}  ${pc.dim(sizesText(program))}`);
  if (program.series.length === 0) return;
  console.log(barChart(record, program));
  console.log(`\n${terminalTable(detailGrid(record, program, basesOf(record)))}`);
  const events = eventsGrid(record, program);
  if (events !== undefined) console.log(`\n${terminalTable(events)}`);
}

/** All programs as multiples of each base, and their means. */
function showMultiples(record: RunRecord): void {
  const bases = basesOf(record);
  for (const base of bases) {
    console.log(`\n${pc.bold(`Multiples of ${contenderTitle(base)}`)}, lower is better`);
    console.log(terminalTable(programsGrid(record, base, { spread: true })));
  }
  if (bases.length > 0) {
    console.log(`\n${pc.bold('Geometric means')}`);
    console.log(terminalTable(meansGrid(record, bases)));
  } else {
    const [first] = record.options.contenders;
    if (first !== undefined) console.log(terminalTable(programsGrid(record, first, { spread: true })));
  }
}

export const disagreementText = ({
  program,
  faster,
  slower,
  mitata,
  benchmark,
  withinSpread,
}: Disagreement): string =>
  `${program}: mitata has ${contenderTitle(slower)} at ${figure(mitata)} times ${contenderTitle(faster)}, benchmark at ${figure(benchmark)}${withinSpread ? '; the rounds differ by as much' : ''}`;

/** What the second library says of the ranking. */
export function crossCheckLines(record: RunRecord): string[] {
  if (!wasCrossChecked(record)) return [];
  const found = disagreements(record);
  if (found.length === 0) return ['The benchmark package puts the contenders in the same order everywhere.'];
  return [
    'The benchmark package puts some contenders in another order:',
    ...found.map((one) => `  ${disagreementText(one)}`),
  ];
}

/** Who had less rounds or calls than the others. */
export function cappedLines(record: RunRecord): string[] {
  const capped = cappedSeries(record).map(({ program, series }) => {
    const rounds = `${series.rounds.length} of ${record.options.rounds} rounds`;
    return `  ${program.name} on ${contenderTitle(series.contender)}: ${rounds}, ${sampleCount(series)} samples`;
  });
  if (capped.length === 0) return [];
  return [
    `Calls too long for the ${record.options.turnMs} ms of a turn, so warmed up less, or measured less:`,
    ...capped,
  ];
}

export interface ReportFlags {
  /** Whether each program is shown with all that is known of it. */
  readonly details: boolean;
  readonly cold?: boolean;
}

/** Prints a record. */
export function report(record: RunRecord, { details, cold }: ReportFlags): void {
  record.hosts.forEach((_, host) => {
    const view = onHost(record, host);
    if (record.hosts.length > 1) console.log(`\n${pc.bold(pc.underline(hostTitle(record, host)))}`);
    if (details) for (const program of view.programs) showProgram(view, program);
    if (!details || view.programs.length > 1) showMultiples(view);
    if (cold) {
      console.log(`\n${pc.bold('From the start of a process to the first result')}`);
      console.log(terminalTable(coldGrid(view)));
    }
    const remarks = [...crossCheckLines(view), ...cappedLines(view)];
    if (remarks.length > 0) console.log(`\n${remarks.join('\n')}`);
  });
  if (record.hosts.length > 1) {
    console.log(`\n${pc.bold('Hosts')}, as multiples of the first`);
    console.log(terminalTable(hostsGrid(record)));
  }
  console.log(`\n${caption(record)}`);
  if (record.noEvents !== null) console.log(pc.dim(record.noEvents));
}

/** Prints what failed, and gives the exit code. */
export function reportFailures(record: RunRecord): 0 | 1 {
  for (const { program, contender, host, message } of record.failures) {
    const where = record.hosts.length > 1 ? ` (${hostTitle(record, host)})` : '';
    console.error(pc.red(`failed: ${program} on ${contenderTitle(contender)}${where}: ${message}`));
  }
  return record.failures.length > 0 ? 1 : 0;
}
