/**
 * A run of guest code in the host's hands: it can be taken forward in slices, stopped, waited for and cancelled, and any
 * number of them take turns on one host thread. What has stopped holds only its own frames, copied out.
 */

import type { Engine } from './engines/engine';
import { place } from './engines/trace';
import { completeCall, unwind } from './engines/unwind';
import { HeddleError } from './heddle-error';
import { thrownByHost } from './host-function';
import { type FunctionHandles, type HostValue, toGuest, toHost } from './host-value';
import { ErrorValue, errors } from './runtime/errors';
import { show } from './runtime/show';
import { Interrupt, type SavedFrames, type StopReason, thread, type VmState } from './runtime/thread';
import type { Closure, Value } from './runtime/value';

/** What a program, or a call of a guest's function, came to. */
export class RunResult {
  /** A copy of the value. */
  readonly value: HostValue;

  /**
   * @param guestValue the value itself, which never leaves
   * @param fuelUsed units of fuel that the run used: the same on every engine
   */
  constructor(
    private readonly guestValue: Value,
    functions: FunctionHandles,
    state: VmState,
    readonly fuelUsed: number,
  ) {
    this.value = toHost(guestValue, functions, state);
  }

  /**
   * The value as the guest's `str` gives it, made when it is asked for.
   *
   * @throws HeddleError out of memory, where the text of a collection is longer than 2^24 UTF-16 units
   */
  get text(): string {
    try {
      return show(this.guestValue, undefined, 2 ** 24);
    } catch (error) {
      throw error instanceof ErrorValue ? new HeddleError(error) : error;
    }
  }
}

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
  /** Milliseconds until it pauses, by `Date.now`; looked at every few ten thousand units of fuel. */
  readonly milliseconds?: number;
  /** Pauses it while element 0 is not zero: with a `SharedArrayBuffer` behind it, another thread can. */
  readonly interrupt?: Int32Array;
}

/** What an execution needs of the VM it belongs to. */
export interface ExecutionHome {
  readonly engine: Engine;
  readonly functions: FunctionHandles;
  /** Executions whose frames hold memory. */
  readonly suspended: Set<Execution>;
}

/** Units of fuel between looks at the clock or at the interrupt flag: well under a millisecond's work. */
const pollEvery = 20_000;

type Settled = { readonly value: Value } | { readonly error: unknown };

export class Execution {
  private current: ExecutionState = 'ready';
  private saved: SavedFrames | undefined;
  private settledAs: Settled | undefined;
  private waiting: Promise<void> | undefined;
  private stopAsked: 'pause' | 'cancel' | undefined;
  private charged = 0;
  private fuelLimit: number;
  private outcome: RunResult | HeddleError | undefined;

  /** Made by `VM.start`. */
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

  /** Units of fuel used so far, never more than it was given. */
  get fuelUsed(): number {
    return Math.min(this.charged, this.fuelLimit);
  }

  /** What it came to. @throws Error before it is done */
  get result(): RunResult {
    if (this.outcome instanceof RunResult) return this.outcome;
    throw this.outcome ?? new Error(`the execution has no result yet: it is ${this.current}`);
  }

  /** What it failed with, where it did; what it will fail with, where it is out of fuel. */
  get error(): HeddleError | undefined {
    return this.outcome instanceof HeddleError ? this.outcome : undefined;
  }

  /** Fulfilled when a promise that it awaits is settled; at once when it awaits none. */
  get settled(): Promise<void> {
    return this.waiting ?? Promise.resolve();
  }

  /** Slots of its frames while it is stopped: roots of the VM's memory. */
  get savedSlots(): readonly Value[] {
    return this.saved?.slots ?? [];
  }

  /** Globals of the program it belongs to. */
  get globals(): readonly (Value | undefined)[] {
    return this.vm.globals;
  }

  get isOver(): boolean {
    return this.current === 'done' || this.current === 'failed' || this.current === 'cancelled';
  }

  /** Gives it more fuel, beyond the limit it began with. @throws RangeError unless `units` is positive */
  addFuel(units: number): void {
    if (!(units > 0)) throw new RangeError(`fuel must be a positive number, not ${units}`);
    this.fuelLimit += units;
    if (this.current !== 'out of fuel') return;
    this.current = 'paused';
    this.outcome = undefined;
  }

  /** Asks it to pause at its next safepoint: for host functions that it calls. */
  pause(): void {
    if (this.current !== 'running') return;
    this.stopAsked ??= 'pause';
    thread.poke();
  }

  /** Ends it, in any state: at once, or at its next safepoint where it is running. */
  cancel(): void {
    if (this.isOver) return;
    if (this.current === 'running') {
      this.stopAsked = 'cancel';
      thread.poke();
      return;
    }
    this.fail(errors.cancelled(), 'cancelled');
  }

  /**
   * Takes it forward until it is over or stops, and says which.
   *
   * @throws Error where it is running already
   */
  advance(slice: Slice = {}): ExecutionState {
    if (this.current === 'running') throw new Error('the execution is running already');
    if (this.isOver || this.current === 'awaiting' || this.current === 'out of fuel') return this.current;
    this.runFor(slice, true);
    return this.current;
  }

  /**
   * Runs it to its end for a host that waits: nothing can suspend it.
   *
   * @param fuel what it may use, in place of the VM's limit
   * @throws HeddleError
   */
  runToEnd(fuel: number): RunResult {
    this.fuelLimit = fuel;
    this.runFor({}, false);
    return this.result;
  }

  /**
   * Runs it to its end, waiting for the promises of host functions.
   *
   * @param slice how far to go at a time
   * @param pause called between slices: gives the host time for other things
   * @throws HeddleError
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

  private runFor(slice: Slice, suspendable: boolean): void {
    const { vm, home } = this;
    const outer = thread.enter(vm, {
      slice: slice.fuel ?? Number.POSITIVE_INFINITY,
      limit: this.fuelLimit - this.charged,
      poll: this.pollFor(slice),
      pollEvery: slice.milliseconds !== undefined || slice.interrupt ? pollEvery : undefined,
      suspendable,
    });
    vm.memory.enter(thread.bottom);
    this.current = 'running';
    home.suspended.delete(this);
    try {
      if (thread.runs > vm.limits.maxReentrancy) throw errors.reentrancy(vm.limits.maxReentrancy);
      this.load();
      home.engine.run(thread);
      const value = thread.stack[thread.bottom]!;
      this.charged += thread.fuelUsed;
      this.outcome = new RunResult(value, home.functions, vm, this.fuelUsed);
      this.current = 'done';
    } catch (thrown) {
      this.charged += thread.fuelUsed;
      this.stop(thrown);
    } finally {
      vm.memory.leave();
      thread.leave(outer);
    }
  }

  /** Puts its frames on the thread: the first, or those it stopped with. */
  private load(): void {
    const { saved, settledAs, closure } = this;
    if (saved === undefined) {
      thread.begin(closure, this.args);
      if ((thread.budget -= closure.fn.entryCost) < 0) thread.interrupt(thread.pc, thread.fp);
      return;
    }
    thread.restore(saved);
    this.saved = undefined;
    this.settledAs = undefined;
    if (settledAs === undefined) return;
    if ('value' in settledAs) completeCall(thread, settledAs.value);
    else unwind(thread, settledAs.error, thread.pc, thread.fp);
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
      this.current = 'failed';
      throw thrown;
    }
  }

  private suspend(reason: StopReason): void {
    if (this.stopAsked === 'cancel') {
      const error = errors.cancelled();
      place(thread, error);
      this.fail(error, 'cancelled');
      return;
    }
    this.stopAsked = undefined;
    const error = errors.outOfFuel();
    if (reason.kind === 'fuel') place(thread, error);
    if (reason.kind === 'fuel' && !thread.suspendable) {
      this.fail(error, 'failed');
      return;
    }
    this.saved = thread.save();
    this.home.suspended.add(this);
    if (reason.kind === 'fuel') {
      this.outcome = this.exceptionOf(error);
      this.current = 'out of fuel';
    } else if (reason.kind === 'await') {
      this.await(reason.host, reason.promise);
    } else {
      this.current = 'paused';
    }
  }

  private await(host: string, promise: PromiseLike<unknown>): void {
    const { functions } = this.home;
    const { memory } = this.vm;
    this.current = 'awaiting';
    const settle = (settled: Settled): void => {
      this.waiting = undefined;
      if (this.current !== 'awaiting') return; // cancelled in the meantime
      this.settledAs = settled;
      this.current = 'paused';
    };
    const fulfil = (value: unknown): void => settle({ value: toGuest(value, functions, memory) });
    const reject = (reason: unknown): void =>
      settle({ error: thrownByHost(host, reason, functions, memory) });
    this.waiting = Promise.resolve(promise).then(fulfil).catch(reject);
  }

  private exceptionOf(error: ErrorValue): HeddleError {
    return new HeddleError(error, toHost(error.thrown, this.home.functions, this.vm));
  }

  private fail(error: ErrorValue, state: 'failed' | 'cancelled'): void {
    this.saved = undefined;
    this.home.suspended.delete(this);
    this.outcome = this.exceptionOf(error);
    this.current = state;
  }
}
