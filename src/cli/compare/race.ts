/**
 * Runs a list of programs on all contenders: for each program several rounds, in each of which every contender has its turn in
 * a fresh process. So what changes on the machine meanwhile - its load, its temperature - meets all of them alike. Afterwards
 * the work is counted, and the ranking checked by another library.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from '../../bytecode/encode';
import type { Program } from '../../program';
import type { TimeAssignment, Timed } from './assignment';
import type { JavaScriptHost } from './hosts';
import type { Laboratory } from './laboratory';
import { answerText, contenderTitle, difference, type Outcome } from './outcome';
import {
  countsOf,
  newRecord,
  type ProgramRecord,
  type RunOptions,
  type RunRecord,
  type Series,
  type WorkCounts,
} from './record';
import { median } from './statistics';
import type { Answer, Contender, Size } from './subject';

/** A program that takes part. */
export interface Entry {
  readonly name: string;
  readonly suite: string;
  /** As messages call it. */
  readonly file: string;
  /** @throws Error where it does not compile */
  readonly program: () => Program;
  /** The same program in plain JavaScript. */
  readonly twin: string | undefined;
  readonly size: Size;
  /** The answer, where somebody knows it. */
  readonly expected: Answer | undefined;
}

export type Stage = 'time' | 'count' | 'cross-check' | 'events';

/** A turn that is about to begin. */
export interface Turn {
  readonly program: Pick<Entry, 'name' | 'suite'>;
  readonly stage: Stage;
  readonly contender: Contender | undefined;
  readonly host: JavaScriptHost;
  /** From 1. */
  readonly round: number;
  /** Turns that are over, and those of the whole run. */
  readonly done: number;
  readonly all: number;
}

export interface RaceEvents {
  turn?(turn: Turn): void;
  /** A program is through: the record has it now. */
  program?(record: RunRecord): void;
}

/** The order of a round: each begins with another one, so that none always comes first. */
const rotated = <T>(all: readonly T[], round: number): readonly T[] => {
  const first = round % Math.max(all.length, 1);
  return [...all.slice(first), ...all.slice(0, first)];
};

/** One program on all contenders and hosts. Who fails has no further turn, and no part in the result. */
class Heat {
  private series: Series[];
  private readonly outcomes = new Map<Series, Outcome>();
  private readonly elapsed = new Map<Series, number>();
  private codeBytes = 0;
  private moduleBytes = 0;
  private counts: WorkCounts | null = null;

  constructor(
    private readonly entry: Entry,
    private readonly record: RunRecord,
    private readonly hosts: readonly JavaScriptHost[],
    private readonly laboratory: Laboratory,
    private readonly takeTurn: (stage: Stage, own: Series | undefined, round: number) => void,
  ) {
    this.series = record.options.contenders
      .filter((contender) => contender !== 'twin' || entry.twin !== undefined)
      .flatMap((contender) =>
        hosts.map((_, host) => ({
          ...{ contender, host, rounds: [], calls: [], warmupCalls: [], firstMs: [], load: [] },
          ...{ fuel: null, capped: false, crossCheck: null, events: null },
        })),
      );
  }

  run(): ProgramRecord {
    const folder = mkdtempSync(join(tmpdir(), 'heddle-race-'));
    try {
      const module = this.writeModule(join(folder, 'program.hbc'));
      this.time(module);
      this.count(module);
      if (this.record.options.crossCheck) this.crossCheck(module);
      if (this.laboratory.events !== undefined) this.countEvents(module, this.laboratory.events);
    } finally {
      rmSync(folder, { recursive: true });
    }
    const { name, suite, size } = this.entry;
    const { codeBytes, moduleBytes, counts, series } = this;
    return { name, suite, size, codeBytes, moduleBytes, counts, series };
  }

  /** The same bytes for all: compiled once. */
  private writeModule(file: string): string {
    try {
      const { module } = this.entry.program();
      const bytes = encode(module);
      writeFileSync(file, bytes);
      this.moduleBytes = bytes.length;
      this.codeBytes = module.functions.reduce((sum, { code }) => sum + code.length, 0);
    } catch (error) {
      for (const own of this.series.filter(({ contender }) => contender !== 'twin')) this.fail(own, error);
    }
    return file;
  }

  private assignment(own: Series, module: string): TimeAssignment {
    const { warmupCalls, warmupMs, samples, sampleMs, turnMs } = this.record.options;
    const { expected, file, size, twin = '' } = this.entry;
    const onTwin = own.contender === 'twin';
    return {
      ...{ task: 'time', on: own.contender, size, warmupCalls, warmupMs, samples, sampleMs, turnMs },
      ...{ file: onTwin ? twin : module, name: onTwin ? twin : file },
      ...(expected !== undefined && { expect: answerText(expected) }),
    };
  }

  private fail(own: Series, error: unknown): void {
    const { message } = error as Error; // all that is called here throws these
    const { contender, host } = own;
    this.record.failures.push({ program: this.entry.name, contender, host, message });
    this.series = this.series.filter((one) => one !== own);
  }

  private time(module: string): void {
    const { rounds, turnMs } = this.record.options;
    for (let round = 1; round <= rounds; round++) {
      for (const own of rotated(this.series, round - 1)) {
        // Who was slow beyond the budget has had the time of all its rounds.
        if ((this.elapsed.get(own) ?? 0) >= rounds * turnMs) {
          own.capped = true;
          continue;
        }
        this.takeTurn('time', own, round);
        const start = performance.now();
        try {
          this.add(own, this.laboratory.time(this.assignment(own, module), this.hosts[own.host]!));
        } catch (error) {
          this.fail(own, error);
        }
        this.elapsed.set(own, (this.elapsed.get(own) ?? 0) + performance.now() - start);
      }
    }
  }

  /** @throws Error where it is not what the others gave */
  private add(own: Series, measured: Timed): void {
    for (const other of this.series) {
      const outcome = this.outcomes.get(other);
      if (outcome === undefined) continue;
      const withTwin = (own.contender === 'twin') !== (other.contender === 'twin');
      const wrong = difference(measured.outcome, outcome, { whole: this.entry.size === null, withTwin });
      if (wrong !== undefined) throw new Error(`${wrong} as ${contenderTitle(other.contender)}`);
      if (measured.fuel !== null && other.fuel !== null && other.fuel !== measured.fuel) {
        throw new Error(`used ${measured.fuel} units of fuel, not ${other.fuel} as ${other.contender}`);
      }
    }
    this.outcomes.set(own, measured.outcome);
    this.record.hosts[own.host] = measured.host;
    own.fuel = measured.fuel;
    own.capped ||= measured.capped;
    own.rounds.push([...measured.samples]);
    own.calls.push(measured.calls);
    own.warmupCalls.push(measured.warmup.calls);
    own.firstMs.push(measured.firstMs);
    if (measured.load !== null) own.load.push(measured.load);
  }

  /** Counts the work, if an engine has come through. */
  private count(file: string): void {
    const { entry, record } = this;
    const fuel = this.series.find((one) => one.fuel !== null)?.fuel ?? null;
    if (fuel === null) return;
    this.takeTurn('count', undefined, 1);
    const engines = record.options.contenders.flatMap((one) => (one === 'twin' ? [] : [one]));
    const { size, file: name } = entry;
    const { turnMs } = record.options;
    try {
      const { instructions, cells } = this.laboratory.count({
        task: 'count',
        file,
        name,
        size,
        engines,
        turnMs,
      });
      this.counts = countsOf(fuel, instructions, cells);
    } catch (error) {
      const own = this.series.find((one) => one.fuel !== null)!;
      this.record.failures.push({
        ...{ program: entry.name, contender: own.contender, host: own.host },
        message: `counting failed: ${(error as Error).message}`, // a laboratory throws these
      });
    }
  }

  /** Whether another warm-up and more samples would not take far longer than a turn should. */
  private hasTimeForAnother({ rounds }: Series): boolean {
    const { options } = this.record;
    const callMs = median(rounds.map(median));
    return rounds.length === options.rounds && callMs * (options.samples + 4) <= 2 * options.turnMs;
  }

  private crossCheck(module: string): void {
    for (const own of this.series) {
      if (!this.hasTimeForAnother(own)) continue;
      this.takeTurn('cross-check', own, 1);
      try {
        const assignment = { ...this.assignment(own, module), task: 'cross-check' } as const;
        own.crossCheck = this.laboratory.crossCheck(assignment, this.hosts[own.host]!);
      } catch (error) {
        this.fail(own, error);
      }
    }
  }

  private countEvents(module: string, events: NonNullable<Laboratory['events']>): void {
    for (const own of this.series) {
      this.takeTurn('events', own, 1);
      try {
        own.events = events(this.assignment(own, module), this.hosts[own.host]!);
      } catch (error) {
        this.fail(own, error);
      }
    }
  }
}

/** Turns that one program takes, if nobody fails. */
function turnsOf(
  entry: Entry,
  { contenders, hosts, rounds, crossCheck }: RunOptions,
  withEvents: boolean,
): number {
  const all = contenders.filter((one) => one !== 'twin' || entry.twin !== undefined).length * hosts.length;
  return all * (rounds + (crossCheck ? 1 : 0) + (withEvents ? 1 : 0)) + 1;
}

/**
 * Runs everything; what fails is in the record and stops nothing else.
 *
 * @param hosts those of the options, in their order
 */
export function race(
  entries: readonly Entry[],
  options: RunOptions,
  hosts: readonly JavaScriptHost[],
  laboratory: Laboratory,
  events: RaceEvents = {},
  noEvents: string | null = null,
): RunRecord {
  const record = newRecord(options, new Date(), noEvents);
  const turns = entries.map((entry) => turnsOf(entry, options, laboratory.events !== undefined));
  const all = turns.reduce((sum, count) => sum + count, 0);
  let before = 0;
  entries.forEach((entry, i) => {
    let done = before;
    const takeTurn = (stage: Stage, own: Series | undefined, round: number): void => {
      const host = hosts[own?.host ?? 0]!;
      events.turn?.({ program: entry, stage, contender: own?.contender, host, round, done: done++, all });
    };
    record.programs.push(new Heat(entry, record, hosts, laboratory, takeTurn).run());
    before += turns[i]!;
    record.finished = record.programs.length === entries.length;
    events.program?.(record);
  });
  return record;
}
