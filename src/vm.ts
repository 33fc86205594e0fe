/**
 * The virtual machine as the host holds it: its engine, limits and host functions, the globals of the program it ran last,
 * and the ways to run guest code. After any run, however it ended, the same VM can run the next.
 */

import type { Engine } from './engines/engine';
import { type EngineName, engines } from './engines/engines';
import { Execution, type ExecutionHome, type RunResult } from './execution';
import { HeddleError } from './heddle-error';
import { type HostFunctions, makeHostFunction } from './host-function';
import {
  FunctionHandles,
  type GuestCallable,
  GuestFunction,
  type HostInput,
  type HostValue,
  toGuest,
  toHost,
} from './host-value';
import { LinkError } from './link-error';
import { type Program, preludeFor } from './program';
import { builtinFunctions } from './runtime/builtins';
import { ErrorValue } from './runtime/errors';
import { completeLimits, type Limits } from './runtime/limits';
import { Memory } from './runtime/memory';
import { thread, type VmState } from './runtime/thread';
import { Closure, HostFunction, type Value } from './runtime/value';
import { trampoline } from './trampoline';

export interface VmOptions extends Partial<Limits> {
  /** Which engine runs programs, by name or as one of the `tools` makes it; `threaded` unless said. */
  readonly engine?: EngineName | Engine;
  /** Receives what guests write; without it their output is dropped. */
  readonly output?: (text: string) => void;
  /** Functions that guests may import, besides the built-in ones; one of the same name takes its place. */
  readonly functions?: HostFunctions;
}

export interface RunOptions {
  /** Values of globals, by name, that are defined before the program begins. */
  readonly globals?: Readonly<Record<string, HostInput>>;
  /** Keeps the globals of the run before, for modules compiled in one session. */
  readonly keepGlobals?: boolean;
}

/** A program that has been started in a VM: its state, and the names of its globals. */
interface Loaded {
  readonly state: VmState;
  readonly names: readonly string[];
}

export class VM {
  readonly engine: Engine;
  readonly limits: Limits;
  private readonly output: (text: string) => void;
  private readonly hostFunctions = new Map<string, HostFunction>();
  private readonly handles = new FunctionHandles();
  private readonly suspended = new Set<Execution>();
  private readonly memory: Memory;
  private readonly home: ExecutionHome;
  private loaded: Loaded | undefined;
  private lastFuelUsed = 0;

  /** @throws RangeError where a limit is no number of at least 1, or there is no such engine */
  constructor(options: VmOptions = {}) {
    this.engine = engineOf(options.engine ?? 'threaded');
    this.limits = completeLimits(options);
    this.output = options.output ?? (() => {});
    this.memory = new Memory(this.limits.maxMemory, thread, () => this.roots());
    for (const [name, callback] of Object.entries(options.functions ?? {})) {
      this.hostFunctions.set(name, makeHostFunction(name, callback, this.handles, this.memory));
    }
    this.home = { engine: this.engine, functions: this.handles, suspended: this.suspended };
  }

  /** Units of fuel that the last `run` or `call` used, also where it ended in an error. */
  get fuelUsed(): number {
    return this.lastFuelUsed;
  }

  /** Bytes, by estimate, that the VM's data take at most: what the last census found, and what was made since. */
  get memoryUsed(): number {
    return this.memory.charged;
  }

  /**
   * Runs a program from its beginning to its end.
   *
   * @param program what `load` gave
   * @throws HeddleError whatever went wrong while it ran; also where it calls an asynchronous host function
   * @throws LinkError where it imports names that nobody provides
   */
  run(program: Program, options: RunOptions = {}): RunResult {
    return this.toEnd(this.start(program, options));
  }

  /**
   * Prepares a program to be run in slices, paused, waited for or cancelled.
   *
   * @throws LinkError where it imports names that nobody provides
   */
  start(program: Program, options: RunOptions = {}): Execution {
    const { functions, globals, imports } = program.linkFor(this.engine);
    const kept = options.keepGlobals ? (this.loaded?.state.globals ?? []) : [];
    while (kept.length < globals.length) kept.push(undefined);
    const state: VmState = {
      owner: this,
      globals: kept,
      imports: this.resolve(imports),
      limits: this.limits,
      memory: this.memory,
      output: this.output,
    };
    this.loaded = { state, names: globals };
    for (const [name, value] of Object.entries(options.globals ?? {})) this.setGlobal(name, value);
    return new Execution(this.home, state, new Closure(functions[0]!, []), undefined);
  }

  /**
   * Calls a function of the guest to its end: a global of the program that ran last, by name, or a function that the host
   * was handed. Within a host function that this VM's guest has called, it uses the fuel of that run.
   *
   * @throws HeddleError whatever went wrong while it ran
   * @throws TypeError where there is no such function, or an argument cannot be given to a guest
   */
  call(callee: string | GuestFunction, ...args: HostInput[]): HostValue {
    return this.toEnd(this.prepareCall(callee, args)).value;
  }

  /** Prepares a call to be run in slices, paused, waited for or cancelled. @throws TypeError as `call` */
  startCall(callee: string | GuestFunction, ...args: HostInput[]): Execution {
    return this.prepareCall(callee, args);
  }

  /** A copy of a global's value; `undefined` where the program has no such global or has not defined it. */
  getGlobal(name: string): HostValue | undefined {
    const { state, names } = this.currentProgram();
    const value = state.globals[names.indexOf(name)];
    return value === undefined ? undefined : toHost(value, this.handles, state);
  }

  /**
   * Defines or assigns a global of the program that was started last.
   *
   * @throws TypeError where there is no such global, or the value cannot be given to a guest
   */
  setGlobal(name: string, value: HostInput): void {
    const { state, names } = this.currentProgram();
    const index = names.indexOf(name);
    if (index < 0) throw new TypeError(`the program has no global '${name}'`);
    state.globals[index] = this.fromHost(value);
  }

  private currentProgram(): Loaded {
    if (this.loaded === undefined) throw new TypeError('no program has been started in this VM');
    return this.loaded;
  }

  private prepareCall(callee: string | GuestFunction, args: readonly HostInput[]): Execution {
    const { callable, state } =
      callee instanceof GuestFunction ? this.handles.behind(callee) : this.functionNamed(callee);
    const values = args.map((arg) => this.fromHost(arg));
    if (callable instanceof Closure) return new Execution(this.home, state, callable, values);
    return new Execution(this.home, state, trampoline(this.engine, values.length), [callable, ...values]);
  }

  private functionNamed(name: string): GuestCallable {
    const { state, names } = this.currentProgram();
    const value = state.globals[names.indexOf(name)];
    if (value instanceof Closure || value instanceof HostFunction) return { callable: value, state };
    throw new TypeError(`the program has no function '${name}'`);
  }

  private fromHost(value: HostInput): Value {
    try {
      return toGuest(value, this.handles, this.memory);
    } catch (error) {
      throw error instanceof ErrorValue ? new HeddleError(error) : error;
    }
  }

  /** Runs an execution to its end; below a host function that this VM's guest has called, on the fuel of that run. */
  private toEnd(execution: Execution): RunResult {
    const nested = thread.runs > 0 && thread.vm.owner === this;
    try {
      return execution.runToEnd(nested ? thread.fuelLeft : this.limits.fuel);
    } finally {
      if (nested) thread.spend(execution.fuelUsed);
      else this.lastFuelUsed = execution.fuelUsed;
    }
  }

  /** What the VM holds besides its active frames. */
  private *roots(): Iterable<readonly (Value | undefined)[]> {
    if (this.loaded) yield this.loaded.state.globals;
    for (const execution of this.suspended) {
      yield execution.savedSlots;
      yield execution.globals;
    }
  }

  /** What is provided under each imported name. */
  private resolve(imports: readonly string[]): Value[] {
    const provided = imports.map(
      (name) =>
        this.hostFunctions.get(name) ?? builtinFunctions.get(name) ?? preludeFor(this.engine).get(name),
    );
    const missing = imports.filter((_, i) => provided[i] === undefined);
    if (missing.length > 0) throw new LinkError(missing);
    return provided as Value[]; // none is missing
  }
}

function engineOf(engine: EngineName | Engine): Engine {
  if (typeof engine !== 'string') return engine;
  if (!Object.hasOwn(engines, engine)) throw new RangeError(`there is no engine '${engine}'`);
  return engines[engine];
}
