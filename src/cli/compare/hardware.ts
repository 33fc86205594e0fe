/**
 * Events that the processor counts - its instructions, cycles, mispredicted branches - while a warm program is called, by the
 * `perf` command of Linux. Where that is missing, forbidden or without a processor that counts, one line says so.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventCalls, EventsAssignment, TimeAssignment } from './assignment';
import { largestReport, reportOf } from './child-report';
import type { JavaScriptHost } from './hosts';

export const eventNames = ['instructions', 'cycles', 'branches', 'branch-misses', 'cache-misses'] as const;
export type EventName = (typeof eventNames)[number];

/** Events of a call. */
export type HardwareEvents = Readonly<Partial<Record<EventName, number>>>;

/** Separator of `perf stat -x`. */
const separator = ';';

/** The counts that `perf stat` wrote among other lines; events that are not supported are left out. */
export function readCounts(text: string): HardwareEvents {
  const counts: Partial<Record<EventName, number>> = {};
  for (const line of text.split('\n')) {
    const [value = '', , event = ''] = line.split(separator);
    const name = eventNames.find((one) => event === one || event === `${one}:u`);
    if (name !== undefined && /^\d+$/.test(value)) counts[name] = Number(value);
  }
  return counts;
}

const statFlags = ['stat', '-x', separator, '-e', eventNames.join(',')];

/**
 * Why events cannot be counted here, in a line; `undefined` where they can.
 *
 * @param perf the command
 */
export function whyNoEvents(perf = 'perf'): string | undefined {
  const { error, status, stderr } = spawnSync(perf, [...statFlags, '--', process.execPath, '--version'], {
    encoding: 'utf8',
  });
  if (error !== undefined) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no perf command' : error.message; // of the system
    return `no hardware counters: ${reason}`;
  }
  if (Object.keys(readCounts(stderr)).length > 0) return undefined;
  if (/not permitted|permission|paranoid|access to performance/i.test(stderr)) {
    return 'no hardware counters: perf may not use them; kernel.perf_event_paranoid must be 2 at most';
  }
  if (stderr.includes('<not supported>')) {
    return 'no hardware counters: this machine, which may be a virtual one, does not offer them to perf';
  }
  return `no hardware counters: perf ended with ${status}: ${stderr.trim().split('\n')[0] ?? ''}`;
}

/**
 * Counts while a child calls what it has warmed up: the child has counting begin and end, through two named pipes.
 *
 * @throws Error where the child or perf fails
 */
export function eventsDuring(
  assignment: TimeAssignment,
  { command, flags }: JavaScriptHost,
  child: string,
  perf = 'perf',
): HardwareEvents {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-events-'));
  try {
    const [control, acknowledged] = [join(folder, 'control'), join(folder, 'acknowledged')];
    const pipes = spawnSync('mkfifo', [control, acknowledged], { encoding: 'utf8' });
    if (pipes.status !== 0) throw new Error(`mkfifo: ${pipes.error?.message ?? pipes.stderr.trim()}`);
    const asked: EventsAssignment = { ...assignment, task: 'events', control, acknowledged };
    const perfFlags = [...statFlags, '--delay=-1', `--control=fifo:${control},${acknowledged}`, '--'];
    const args = [...perfFlags, command, ...flags, child, JSON.stringify(asked)];
    const ended = spawnSync(perf, args, { encoding: 'utf8', maxBuffer: largestReport });
    const { calls } = reportOf(perf, ended) as EventCalls; // what child.ts prints for this task
    const counts = Object.entries(readCounts(ended.stderr));
    return Object.fromEntries(counts.map(([name, count]) => [name, count / calls]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
