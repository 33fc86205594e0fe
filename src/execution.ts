/**
 * A run of guest code in the host's hands: it can be taken forward in slices, stopped, waited for and cancelled, and any
 * number of them take turns on one host thread. What has stopped holds only its own frames, copied out.
 */

import type { Engine } from './engines/engine';
import { place } from './engines/trace';
import { completeCall, unwind } from './engines/unwind';
import { HeddleError } from './heddle-error';
import { forget, rejectedByHost, resultOf, whenSettled } from './host-function';
import { type FunctionHandles, toHost } from './host-value';
import { RunResult } from './run-result';
import { ErrorValue, errors } from './runtime/errors';
import { Interrupt, type SavedFrames, type StopReason, thread, type VmState } from './runtime/thread';
import type { Closure, Value } from './runtime/value';

/**
 * - `ready`: not begun; `running`: now, below the caller
 * - `paused`: a slice is used up, or somebody asked for a pause; `advance` goes on
 * - `awaiting`: for the promise of a host function; `settled` tells when it can go on
 * - `out of fuel`: the limit is used up; `addFuel` lets it go on
 * - `done`, `failed`, `cancelled`: over
 */
export type ExecutionState =
  | 'ready'
  | 'running'
  | 'paused'
  | 'awaiting'
  | 'out of fuel'
  | 'done'
  | 'failed'
  | 'cancelled';

/** How far to go. Without anything: to the end, a promise, the fuel limit, or a pause asked for. */
export interface Slice {
  /** Units of fuel until it pauses. */
  readonly fuel?: number;
  /** Milliseconds until it pauses, by `Date.now`; looked at every 20,000 units of fuel. */
  readonly milliseconds?: number;
  /**
   * Pauses it while element 0 is not zero; looked at every 20,000 units of fuel. With a `SharedArrayBuffer` behind it, another
   * thread can stop this one.
   */
  readonly interrupt?: Int32Array;
}

/** What an execution that has stopped keeps alive: roots of the VM's memory. */
export interface SuspendedValues {
  readonly slots: readonly Value[];
  readonly globals: readonly (Value | undefined)[];
}

/** What an execution needs of the VM it belongs to. */
export interface ExecutionHome {
  readonly engine: Engine;
  readonly functions: FunctionHandles;
  /** Of the VM's executions that have stopped. */
  readonly suspended: Set<SuspendedValues>;
}

/** Units of fuel between looks at the clock or at the interrupt flag: well under a millisecond's work. */
const pollEvery = 20_000;

/** The host function's promise that an execution waits for, and what came of it. */
interface Waiting {
  readonly host: string;
  /** Fulfilled when the promise is settled, and when the execution is cancelled. */
  readonly over: Promise<void>;
  readonly end: () => void;
  settled?: { readonly value: unknown } | { readonly reason: unknown };
}

/** How an execution ended, or what it stands at while it is out of fuel. */
type Outcome = { readonly result: RunResult } | { readonly error: unknown };

/** The execution on top of those that wait for a host function to end. */
let innermost: Execution | undefined;

export class Execution {
  private current: ExecutionState = 'ready';
  private saved: SavedFrames | undefined;
  private held: SuspendedValues | undefined;
  private waiting: Waiting | undefined;
  private stopAsked: 'pause' | 'cancel' | undefined;
  private charged = 0;
  private fuelLimit: number;
  /** Whether it stopped because there was no fuel for its next step, which has been charged and not done. */
  private ranDry = false;
  private outcome: Outcome | undefined;

  /** Made by `VM.start` and `VM.startCall`. */
  constructor(
    private readonly home: ExecutionHome,
    private readonly vm: VmState,
    private readonly closure: Closure,
    private readonly args: readonly Value[] | undefined,
  ) {
    this.fuelLimit = vm.limits.fuel;
  }

  get state(): ExecutionState {
    return this.current;
  }

  /**
   * Units of fuel used until it last stopped. Where it is over, that may be more than it was given, by what its last step cost
   * beyond: the count is the same however it was given.
   */
  get fuelUsed(): number {
    return this.ranDry ? Math.min(this.charged, this.fuelLimit) : this.charged;
  }

  /**
   * What it came to.
   *
   * @throws HeddleError what it failed with; where it is out of fuel, what it will fail with if it gets no more
   * @throws Error before it is over
   */
  get result(): RunResult {
    if (this.outcome === undefined) {
      throw new Error(`the execution has no result yet: it is ${this.current}`);
    }
    if ('error' in this.outcome) throw this.outcome.error;
    return this.outcome.result;
  }

  /** What it failed with, where it did; what it will fail with, where it is out of fuel. */
  get error(): HeddleError | undefined {
    const error = this.outcome && 'error' in this.outcome ? this.outcome.error : undefined;
    return error instanceof HeddleError ? error : undefined;
  }

  /** Fulfilled, never rejected, when a promise that it awaits is settled or it is cancelled; at once when it awaits none. */
  get settled(): Promise<void> {
    return this.waiting?.over ?? Promise.resolve();
  }

  get isOver(): boolean {
    return this.current === 'done' || this.current === 'failed' || this.current === 'cancelled';
  }

  /**
   * Gives it more fuel, beyond the limit it began with. It stays out of fuel until it has what its next step costs.
   *
   * @throws RangeError unless `units` is positive
   */
  addFuel(units: number): void {
    if (!(units > 0)) throw new RangeError(`fuel must be a positive number, not ${units}`);
    this.fuelLimit += units;
    if (this.current !== 'out of fuel' || this.charged > this.fuelLimit) return;
    this.current = 'paused';
    this.outcome = undefined;
  }

  /** Asks it to pause at its next safepoint: for host functions that it calls. Does nothing unless it is running. */
  pause(): void {
    if (this.current === 'running') this.ask('pause');
  }

  /**
   * Ends it, in any state: at once, or at its next safepoint where it is running. Its `catch` and `finally` blocks do not run.
   */
  cancel(): void {
    if (this.isOver) return;
    if (this.current === 'running') this.ask('cancel');
    else this.fail(errors.cancelled(), 'cancelled');
  }

  /**
   * Takes it forward until it is over or stops, and says which. Does nothing where it cannot go on: over, awaiting, out of fuel.
   *
   * @throws Error where it is running already
   * @throws RangeError where a part of the slice is not positive
   */
  advance(slice: Slice = {}): ExecutionState {
    const { fuel = 1, milliseconds = 1 } = slice;
    if (!(fuel > 0)) throw new RangeError(`the fuel of a slice must be a positive number, not ${fuel}`);
    if (!(milliseconds > 0)) {
      throw new RangeError(`the milliseconds of a slice must be a positive number, not ${milliseconds}`);
    }
    if (this.current === 'running') throw new Error('the execution is running already');
    if (this.current === 'ready' || this.current === 'paused') this.runFor(slice, 'slice');
    return this.current;
  }

  /**
   * Runs it to its end for a host that waits, as `VM.run` does: nothing can suspend it.
   *
   * @param nested whether it is below a host function that a guest of the same VM has called: it uses the fuel of that run
   * @throws HeddleError
   * @throws Error where it has begun
   */
  runToEnd(nested: boolean): RunResult {
    if (this.current !== 'ready') throw new Error(`the execution has begun: it is ${this.current}`);
    if (nested) this.fuelLimit = thread.fuelLeft;
    this.runFor({}, nested ? 'nested' : 'whole');
    return this.result;
  }

  /**
   * Runs it to its end, waiting for the promises of host functions.
   *
   * @param slice how far to go at a time
   * @param pause called whenever it is paused, and waited for: gives the host time for other things
   * @throws HeddleError what it failed with; also where it runs out of fuel, and then `addFuel` and `finish` go on
   */
  async finish(slice: Slice = {}, pause: () => PromiseLike<unknown> | void = () => {}): Promise<RunResult> {
    while (!this.isOver) {
      const state = this.advance(slice);
      if (state === 'out of fuel') break;
      if (state === 'awaiting') await this.settled;
      else if (state === 'paused') await pause();
    }
    return this.result;
  }

  private ask(what: 'pause' | 'cancel'): void {
    if (this.stopAsked !== 'cancel') this.stopAsked = what;
    // Below another run, it looks when that one has ended.
    if (innermost === this) thread.poke();
  }

  private runFor(slice: Slice, how: 'slice' | 'whole' | 'nested'): void {
    const { vm, home, charged } = this;
    const suspendable = how === 'slice';
    const below = innermost;
    const outer = thread.enter(vm, {
      slice: slice.fuel ?? Number.POSITIVE_INFINITY,
      limit: this.fuelLimit - charged,
      poll: suspendable ? this.pollFor(slice) : undefined,
      pollEvery: slice.milliseconds !== undefined || slice.interrupt ? pollEvery : undefined,
      suspendable,
    });
    innermost = this;
    vm.memory.enter(thread.bottom);
    this.current = 'running';
    this.ranDry = false;
    this.release();
    try {
      if (thread.runs > vm.limits.maxReentrancy) throw errors.reentrancy(vm.limits.maxReentrancy);
      this.load();
      home.engine.run(thread);
      const value = thread.stack[thread.bottom]!;
      this.charged = charged + thread.fuelUsed;
      this.outcome = { result: new RunResult(value, home.functions, vm, this.fuelUsed) };
      this.current = 'done';
    } catch (thrown) {
      this.charged = charged + thread.fuelUsed;
      this.stop(thrown);
    } finally {
      vm.memory.leave();
      thread.leave(outer);
      innermost = below;
      if (how === 'nested') thread.spend(this.fuelUsed);
      if (below?.stopAsked !== undefined) thread.poke();
    }
  }

  /** Puts its frames on the thread: the first, or those it stopped with. */
  private load(): void {
    const { saved, waiting, closure } = this;
    if (saved === undefined) {
      thread.begin(closure, this.args);
      if ((thread.budget -= closure.fn.entryCost) < 0) thread.interrupt(thread.pc, thread.fp);
      return;
    }
    thread.restore(saved);
    this.saved = undefined;
    this.waiting = undefined;
    if (waiting !== undefined) this.endCall(waiting);
  }

  /** Ends the call of the host function whose promise it has waited for. */
  private endCall({ host, settled }: Waiting): void {
    const { functions } = this.home;
    let thrown: unknown;
    try {
      if ('value' in settled!) {
        completeCall(thread, resultOf(settled.value, functions, this.vm));
        return;
      }
      thrown = settled!.reason;
    } catch (error) {
      thrown = error;
    }
    unwind(thread, rejectedByHost(host, thrown, functions, this.vm), thread.pc, thread.fp);
  }

  private pollFor({ milliseconds, interrupt }: Slice): () => boolean {
    const end = milliseconds === undefined ? undefined : Date.now() + milliseconds;
    return () =>
      this.stopAsked !== undefined ||
      (end !== undefined && Date.now() >= end) ||
      (interrupt !== undefined && Atomics.load(interrupt, 0) !== 0);
  }

  /** What an engine threw: the run stops, or is over. */
  private stop(thrown: unknown): void {
    if (thrown instanceof ErrorValue) {
      place(thread, thrown);
      this.fail(thrown, 'failed');
    } else if (thrown instanceof Interrupt) {
      this.suspend(thrown.reason);
    } else {
      // Not the guest's doing: the host could not copy the result, say.
      this.outcome = { error: thrown };
      this.current = 'failed';
    }
  }

  private suspend(reason: StopReason): void {
    if (this.stopAsked === 'cancel') {
      if (reason.kind === 'await') forget(reason.promise);
      const error = errors.cancelled();
      place(thread, error);
      this.fail(error, 'cancelled');
      return;
    }
    this.stopAsked = undefined;
    if (reason.kind === 'fuel') {
      this.ranDry = true;
      const error = errors.outOfFuel();
      place(thread, error);
      if (!thread.suspendable) {
        this.fail(error, 'failed');
        return;
      }
      this.current = 'out of fuel';
      this.outcome = { error: this.exceptionOf(error) };
    } else if (reason.kind === 'await') {
      this.await(reason.host, reason.promise);
    } else {
      this.current = 'paused';
    }
    this.saved = thread.save();
    this.held = { slots: this.saved.slots, globals: this.vm.globals };
    this.home.suspended.add(this.held);
  }

  private await(host: string, promise: Promise<unknown>): void {
    let end = (): void => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    const waiting: Waiting = { host, over, end };
    const settle = (settled: NonNullable<Waiting['settled']>): void => {
      end();
      if (this.waiting !== waiting) return; // cancelled in the meantime
      waiting.settled = settled;
      this.current = 'paused';
    };
    this.waiting = waiting;
    this.current = 'awaiting';
    try {
      whenSettled(
        promise,
        (value) => settle({ value }),
        (reason) => settle({ reason }),
      );
    } catch (reason) {
      settle({ reason });
    }
  }

  private exceptionOf(error: ErrorValue): HeddleError {
    return new HeddleError(error, this.vm, toHost(error.thrown, this.home.functions, this.vm));
  }

  private fail(error: ErrorValue, state: 'failed' | 'cancelled'): void {
    this.waiting?.end();
    this.waiting = undefined;
    this.saved = undefined;
    this.release();
    this.current = state;
    this.outcome = { error: this.exceptionOf(error) };
  }

  /** It holds no more memory of its own. */
  private release(): void {
    if (this.held === undefined) return;
    this.home.suspended.delete(this.held);
    this.held = undefined;
  }
}
