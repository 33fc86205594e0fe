/**
 * The virtual machine as the host holds it: load a program, run it on an engine within limits, get its value or one kind
 * of exception. After any run, however it ended, the same VM can run the next program.
 */

import type { Engine } from './engines/engine';
import { type EngineName, engines } from './engines/engines';
import { unwind } from './engines/unwind';
import { HeddleError } from './heddle-error';
import { type HostValue, toHost } from './host-value';
import type { Program } from './program';
import { builtinFunctions } from './runtime/builtins';
import { ErrorValue } from './runtime/errors';
import { defaultLimits, type Limits } from './runtime/limits';
import { show } from './runtime/show';
import { thread, type VmState } from './runtime/thread';
import { Closure, type HostFunction, type Value } from './runtime/value';

export interface VmOptions extends Partial<Limits> {
  /** Which engine runs programs, by name or as one of the `tools` makes it; `threaded` unless said. */
  readonly engine?: EngineName | Engine;
  /** Receives what guests write; without it their output is dropped. */
  readonly output?: (text: string) => void;
}

export interface RunOptions {
  /** Keeps the globals of the run before, for modules compiled in one session. */
  readonly keepGlobals?: boolean;
}

/** What a program came to. */
export class RunResult {
  /** A copy of the program's value. */
  readonly value: HostValue;

  /**
   * @param guestValue the value itself, which never leaves
   * @param fuelUsed units of fuel that the run used: the same on every engine
   */
  constructor(
    private readonly guestValue: Value,
    readonly fuelUsed: number,
  ) {
    this.value = toHost(guestValue);
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

/** Names that a module imports and nobody provides. */
export class LinkError extends Error {
  override readonly name = 'LinkError';

  constructor(readonly missing: readonly string[]) {
    super(`nobody provides ${missing.map((name) => `'${name}'`).join(', ')}, which the module imports`);
  }
}

export class VM {
  readonly engine: Engine;
  readonly limits: Limits;
  private readonly output: (text: string) => void;
  private globals: (Value | undefined)[] = [];
  private lastFuelUsed = 0;

  /** @throws RangeError where a limit is no positive number, or there is no such engine */
  constructor(options: VmOptions = {}) {
    this.engine = engineOf(options.engine ?? 'threaded');
    this.limits = {
      fuel: checkLimit('fuel', options.fuel ?? defaultLimits.fuel),
      maxFrames: checkLimit('maxFrames', options.maxFrames ?? defaultLimits.maxFrames),
      maxSlots: checkLimit('maxSlots', options.maxSlots ?? defaultLimits.maxSlots),
    };
    this.output = options.output ?? (() => {});
  }

  /** Units of fuel that the last run used, also where it ended in an error. */
  get fuelUsed(): number {
    return this.lastFuelUsed;
  }

  /**
   * Runs a program from its beginning.
   *
   * @param program what `load` gave
   * @throws HeddleError whatever went wrong while it ran
   * @throws LinkError where it imports names that nobody provides
   */
  run(program: Program, { keepGlobals = false }: RunOptions = {}): RunResult {
    const { functions, globals, imports } = program.linkFor(this.engine);
    const state: VmState = {
      globals: keepGlobals ? this.globals : [],
      imports: resolve(imports),
      limits: this.limits,
      output: this.output,
    };
    this.globals = state.globals;
    while (state.globals.length < globals.length) state.globals.push(undefined);
    const outer = thread.enter(state);
    try {
      const value = this.call(new Closure(functions[0]!, []));
      return new RunResult(value, thread.fuelUsed);
    } catch (error) {
      throw error instanceof ErrorValue ? new HeddleError(error) : error;
    } finally {
      this.lastFuelUsed = thread.fuelUsed;
      thread.leave(outer);
    }
  }

  /** Runs a closure without arguments in a frame at the bottom of the run. */
  private call(closure: Closure): Value {
    const { bottom } = thread;
    const { frameSize, localCount, entryCost } = closure.fn;
    thread.stack[bottom] = closure;
    thread.pc = 0;
    thread.fp = bottom + 1;
    thread.sp = bottom + 1 + localCount;
    try {
      if (thread.fp + frameSize > thread.slotRoom) thread.makeRoom(thread.fp + frameSize);
      thread.stack.fill(null, thread.fp, thread.sp);
      thread.charge(entryCost);
    } catch (error) {
      unwind(thread, error, 0, thread.fp);
    }
    this.engine.run(thread);
    return thread.stack[bottom]!;
  }
}

function engineOf(engine: EngineName | Engine): Engine {
  if (typeof engine !== 'string') return engine;
  if (!Object.hasOwn(engines, engine)) throw new RangeError(`there is no engine '${engine}'`);
  return engines[engine];
}

function checkLimit(name: string, value: number): number {
  if (typeof value === 'number' && value >= 1) return value;
  throw new RangeError(`${name} must be a number of at least 1, not ${String(value)}`);
}

/** What the built-ins provide under each imported name. */
function resolve(imports: readonly string[]): HostFunction[] {
  const missing = imports.filter((name) => !builtinFunctions.has(name));
  if (missing.length > 0) throw new LinkError(missing);
  return imports.map((name) => builtinFunctions.get(name)!);
}
