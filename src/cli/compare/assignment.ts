/**
 * What is said between the runner and the child processes that measure: one assignment in JSON as the argument, one report in
 * JSON on standard output.
 */

import type { EngineName } from '../../engines/engines';
import type { Outcome } from './outcome';
import type { Contender, Size } from './subject';

/** How long and how often a child calls what it measures. */
export interface Pace {
  /** Both must be reached before anything is measured. */
  readonly warmupCalls: number;
  readonly warmupMs: number;
  /** Both must be reached before measuring ends. */
  readonly samples: number;
  readonly sampleMs: number;
  /** Milliseconds that a child has for all its calls; who is over that makes no more of them than it must. */
  readonly turnMs: number;
}

interface Work {
  /** The binary module, or the twin. */
  readonly file: string;
  /** As messages call it. */
  readonly name: string;
  readonly size: Size;
}

interface Contest extends Work, Pace {
  readonly on: Contender;
  /** What must come out each time; without it all calls must agree with the first. */
  readonly expect?: string;
}

export interface TimeAssignment extends Contest {
  readonly task: 'time';
}

/** The same calls, timed by another library. */
export interface CrossCheckAssignment extends Contest {
  readonly task: 'cross-check';
}

/** The same calls, while somebody outside counts events of the processor. */
export interface EventsAssignment extends Contest {
  readonly task: 'events';
  /** Named pipes: commands go to the one, each is acknowledged on the other. */
  readonly control: string;
  readonly acknowledged: string;
}

export interface CountAssignment extends Work {
  readonly task: 'count';
  /** Those whose cells are counted. */
  readonly engines: readonly EngineName[];
  /** Milliseconds for each count; what takes longer is counted in part. */
  readonly turnMs: number;
}

export type Assignment = TimeAssignment | CrossCheckAssignment | EventsAssignment | CountAssignment;

/** Milliseconds of the stages between a module's bytes and a function that can be called. */
export interface LoadTimes {
  readonly decodeMs: number;
  readonly verifyMs: number;
  /** Linking and the engine's own preparing; what an engine translates later, at a first call, is in the first result. */
  readonly prepareMs: number;
}

export interface Timed {
  /** What the child ran on. */
  readonly host: string;
  /** Milliseconds of each call, from the shortest to the longest; of very many calls an even choice. */
  readonly samples: readonly number[];
  /** Calls that were measured. */
  readonly calls: number;
  readonly warmup: { readonly calls: number; readonly ms: number };
  /** Whether there was no time for all the calls that were asked for. */
  readonly capped: boolean;
  /** Units of fuel of a call; `null` of a twin. */
  readonly fuel: number | null;
  readonly outcome: Outcome;
  /** Milliseconds from the start of the process to the end of the first call. */
  readonly firstMs: number;
  /** `null` of a twin. */
  readonly load: LoadTimes | null;
}

export interface CrossChecked {
  /** The median of a call, in milliseconds, as the other library found it. */
  readonly ms: number;
  readonly samples: number;
}

/** How many calls were made while events were counted. */
export interface EventCalls {
  readonly calls: number;
}

/** Something counted over a stretch of a call, which is the whole call if there was time. */
export interface Count {
  readonly count: number;
  /** Units of fuel of that stretch. */
  readonly fuel: number;
}

export interface Counted {
  readonly instructions: Count;
  /** Cells that the driver ran; engines without cells are not in it. */
  readonly cells: Readonly<Partial<Record<EngineName, Count>>>;
}
