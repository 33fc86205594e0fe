/**
 * The child process of `heddle compare` and `npm run bench`: does one assignment and prints what it found. One process measures
 * one thing, so that nothing which ran before has shaped the host's type feedback, compiled code or heap. What measures is
 * loaded after the first call, whose time counts from the start of the process.
 */

import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { decode } from '../../bytecode/decode';
import { engines } from '../../engines/engines';
import { inliningFlags, isInliningRaised, raiseInlining } from '../../engines/host-inlining';
import { loadCopies } from '../../engines/shared-pool';
import { HeddleError } from '../../heddle-error';
import { load } from '../../program';
import type {
  Assignment,
  CountAssignment,
  Counted,
  CrossCheckAssignment,
  CrossChecked,
  EventCalls,
  EventsAssignment,
  LoadTimes,
  TimeAssignment,
  Timed,
} from './assignment';
import { countWork } from './count';
import { contenderTitle, difference, type Outcome, outcomeOf } from './outcome';
import { guestSubject, type Subject, twinSubject } from './subject';

type CallingAssignment = TimeAssignment | CrossCheckAssignment | EventsAssignment;

async function openSubject({
  on,
  file,
  name,
  size,
}: CallingAssignment): Promise<[Subject, LoadTimes | null]> {
  if (on === 'twin') return [await twinSubject(file), null];
  const bytes = readFileSync(file);
  const start = performance.now();
  const module = decode(bytes);
  const decoded = performance.now();
  const program = load(module);
  const verified = performance.now();
  program.linkFor(engines[on]);
  const prepared = performance.now();
  const times = {
    decodeMs: decoded - start,
    verifyMs: verified - decoded,
    prepareMs: prepared - verified,
  };
  return [guestSubject(program, name, on, size), times];
}

class WrongAnswer extends Error {}

/** A subject that has been called once, and what came of it. */
interface Opened {
  readonly subject: Subject;
  /** Does the work once more. @throws WrongAnswer where something else comes of it */
  readonly call: () => void;
  readonly outcome: Outcome;
  /** Units that the first call used; what later ones use depends on when a census falls, and so on how many there were. */
  readonly fuel: number | null;
  readonly firstMs: number;
  /** Milliseconds of the first call alone. */
  readonly firstCallMs: number;
  readonly load: LoadTimes | null;
}

async function open(assignment: CallingAssignment): Promise<Opened> {
  const { on, size, expect } = assignment;
  if (on === 'cloned') await loadCopies();
  const [subject, loadTimes] = await openSubject(assignment);
  const start = performance.now();
  const outcome = outcomeOf(subject.run(size), subject);
  const firstMs = performance.now();
  const fuel = subject.fuelUsed;
  const work = size === null ? 'the program' : `run(${size})`;
  const complain = (what: string): never => {
    throw new WrongAnswer(`wrong answer on ${contenderTitle(on)}: ${work} ${what}`);
  };
  if (expect !== undefined && outcome.answer !== expect) complain(`gave ${outcome.answer}, not ${expect}`);
  const call = (): void => {
    const wrong = difference(outcomeOf(subject.run(size), subject), outcome, {
      whole: false,
      withTwin: false,
    });
    if (wrong !== undefined) complain(wrong);
  };
  return { subject, call, outcome, fuel, firstMs, firstCallMs: firstMs - start, load: loadTimes };
}

interface WarmedUp {
  readonly calls: number;
  readonly ms: number;
  /** Milliseconds of the last call. */
  readonly lastMs: number;
}

/** The part of a turn's time that may go into warming up. */
const warmupShare = 0.6;

/**
 * Calls until both bounds are reached, or its part of the time is over.
 *
 * @param collect halfway has the host collect garbage, so that little of what has been left is billed to the samples. Not behind the last call: a full
 *   collection has V8 discard code that knows of objects which have died, and the samples would be of code that is warming up again.
 */
function warmUp(
  { call, firstCallMs }: Opened,
  { warmupCalls, warmupMs, turnMs }: CallingAssignment,
  collect?: () => void,
): WarmedUp {
  const start = performance.now();
  let [calls, ms, lastMs] = [0, 0, firstCallMs];
  let toCollect = collect;
  while ((calls < warmupCalls || ms < warmupMs) && firstCallMs + ms + lastMs < warmupShare * turnMs) {
    if (2 * calls >= warmupCalls && 2 * ms >= warmupMs) {
      toCollect?.();
      toCollect = undefined;
    }
    call();
    calls++;
    const now = performance.now() - start;
    lastMs = now - ms;
    ms = now;
  }
  return { calls, ms, lastMs };
}

/** How many calls there is time for once a program is warm: one at least, and no more than were asked for. */
function affordable({ firstCallMs }: Opened, warm: WarmedUp, { samples, turnMs }: CallingAssignment): number {
  const left = turnMs - firstCallMs - warm.ms;
  return Math.max(1, Math.min(samples, Math.floor(left / warm.lastMs)));
}

/** The host's collector, where the process was started so that it can be asked. */
function collector(): (() => void) | undefined {
  const { gc, Bun } = globalThis as { gc?: () => void; Bun?: { gc(force: boolean): void } }; // what hosts may have
  return Bun === undefined ? gc : () => Bun.gc(true);
}

/** Samples of a process that a record keeps. */
const keptSamples = 500;

/** Sorted samples, or as many quantiles of them as are kept, with both extremes. */
const chosen = (sorted: readonly number[]): readonly number[] =>
  sorted.length <= keptSamples
    ? sorted
    : Array.from(
        { length: keptSamples },
        (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (keptSamples - 1))]!,
      );

const hostName = (): string => {
  const { bun, node } = process.versions;
  if (bun !== undefined) return `Bun ${bun}`;
  return `Node ${node}${isInliningRaised() ? ', inlining raised' : ''}`;
};

async function time(assignment: TimeAssignment): Promise<Timed> {
  const opened = await open(assignment);
  const { call, outcome, fuel, firstMs, load: loadTimes } = opened;
  const { measure } = await import('mitata');
  const warm = warmUp(opened, assignment, collector());
  const { warmupCalls, samples, sampleMs, turnMs } = assignment;
  const least = affordable(opened, warm, assignment);
  // mitata makes a call that it does not measure: where the time is over already, that one does nothing.
  let skip = opened.firstCallMs + warm.ms >= turnMs;
  const measuredCall = (): void => {
    if (skip) skip = false;
    else call();
  };
  const measured = await measure(measuredCall, {
    min_samples: least,
    min_cpu_time: Math.max(0, Math.min(sampleMs, turnMs - opened.firstCallMs - warm.ms)) * 1e6,
    // One call a sample, all samples kept: calls are long enough, and the spread is part of the result.
    warmup_samples: 0,
    batch_threshold: -1,
    samples_threshold: Number.POSITIVE_INFINITY,
    gc: false,
  });
  return {
    host: hostName(),
    samples: chosen(measured.samples).map((nanoseconds) => nanoseconds / 1e6),
    calls: measured.samples.length,
    warmup: { calls: warm.calls, ms: warm.ms },
    capped: least < samples || warm.calls < warmupCalls || warm.ms < assignment.warmupMs,
    fuel,
    outcome,
    firstMs,
    load: loadTimes,
  };
}

async function crossCheck(assignment: CrossCheckAssignment): Promise<CrossChecked> {
  const opened = await open(assignment);
  const { timeWith } = await import('./benchmark-library');
  const warm = warmUp(opened, assignment);
  const seconds = Math.max(assignment.sampleMs / 1000, 0.001);
  return timeWith(opened.call, affordable(opened, warm, assignment), seconds);
}

/** Has whoever counts events begin or end, and waits until they have. */
function tell(control: number, acknowledged: number, command: 'enable' | 'disable'): void {
  writeSync(control, `${command}\n`);
  readSync(acknowledged, Buffer.alloc(16));
}

async function callForEvents(assignment: EventsAssignment): Promise<EventCalls> {
  const opened = await open(assignment);
  const warm = warmUp(opened, assignment);
  const calls = affordable(opened, warm, assignment);
  const control = openSync(assignment.control, 'w');
  const acknowledged = openSync(assignment.acknowledged, 'r');
  tell(control, acknowledged, 'enable');
  for (let i = 0; i < calls; i++) opened.call();
  tell(control, acknowledged, 'disable');
  closeSync(control);
  closeSync(acknowledged);
  return { calls };
}

const count = ({ file, size, engines: names, turnMs }: CountAssignment): Counted =>
  countWork(load(readFileSync(file)), size, names, turnMs);

function carryOut(assignment: Assignment): unknown {
  switch (assignment.task) {
    case 'time':
      return time(assignment);
    case 'cross-check':
      return crossCheck(assignment);
    case 'events':
      return callForEvents(assignment);
    case 'count':
      return count(assignment);
  }
}

/** A guest's error with its own trace, a wrong answer in a line, and whatever else happened with the host's. */
function describe(error: unknown): unknown {
  if (error instanceof HeddleError) return error.report();
  if (error instanceof WrongAnswer) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : error;
}

if (inliningFlags.every((flag) => process.execArgv.includes(flag)))
  raiseInlining(setFlagsFromString, process.versions.v8);
const [text] = process.argv.slice(2);
if (text === undefined) throw new Error('this is started by `heddle compare`, with an assignment');
try {
  console.log(JSON.stringify(await carryOut(JSON.parse(text) as Assignment))); // the runner made it
} catch (error) {
  console.error(describe(error));
  process.exitCode = 1;
}
