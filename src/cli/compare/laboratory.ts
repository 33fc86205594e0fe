/**
 * Has things measured in child processes, one at a time.
 */

import { spawnSync } from 'node:child_process';
import type {
  Assignment,
  CountAssignment,
  Counted,
  CrossCheckAssignment,
  CrossChecked,
  TimeAssignment,
  Timed,
} from './assignment';
import { largestReport, reportOf } from './child-report';
import { eventsDuring, type HardwareEvents } from './hardware';
import type { JavaScriptHost } from './hosts';

/** What runs the assignments of a race. Each throws an Error with what went wrong. */
export interface Laboratory {
  time(assignment: TimeAssignment, host: JavaScriptHost): Timed;
  crossCheck(assignment: CrossCheckAssignment, host: JavaScriptHost): CrossChecked;
  /** Always on this host: counts are the same on all. */
  count(assignment: CountAssignment): Counted;
  /** Events of the processor for each call; without it nobody can count them. */
  readonly events?: (assignment: TimeAssignment, host: JavaScriptHost) => HardwareEvents;
}

/** @param child the program of child.ts, built */
export function laboratory(child: string, here: JavaScriptHost, withEvents: boolean): Laboratory {
  const ask = (assignment: Assignment, { command, flags }: JavaScriptHost): unknown => {
    const args = [...flags, child, JSON.stringify(assignment)];
    return reportOf(command, spawnSync(command, args, { encoding: 'utf8', maxBuffer: largestReport }));
  };
  return {
    // What each is answered with is what child.ts prints for its task.
    time: (assignment, host) => ask(assignment, host) as Timed,
    crossCheck: (assignment, host) => ask(assignment, host) as CrossChecked,
    count: (assignment) => ask(assignment, here) as Counted,
    ...(withEvents && { events: (assignment, host) => eventsDuring(assignment, host, child) }),
  };
}
