/**
 * The virtual machine as the host holds it: its engine, limits and host functions, the globals of the program it ran last,
 * and the ways to run guest code. After any run, however it ended, the same VM can run the next.
 */

import type { Engine } from './engines/engine';
import { defaultEngine, type EngineName, engines } from './engines/engines';
import { Execution, type ExecutionHome } from './execution';
import { type Grants, grantedClock, grantedSeed } from './grants';
import { HeddleError } from './heddle-error';
import { type BufferCrossing, checkCrossing } from './host-buffers';
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
import { fieldOf, type GuestClass, type GuestInstance, methodCall } from './object-handles';
import { type Program, preludeFor } from './program';
import type { RunResult } from './run-result';
import { builtinFunctions, needClock } from './runtime/builtins';
import { ErrorValue, errors } from './runtime/errors';
import { completeLimits, type Limits } from './runtime/limits';
import type { LinkedModule } from './runtime/linked';
import { Memory } from './runtime/memory';
import { Random } from './runtime/random';
import { thread, type VmState } from './runtime/thread';
import { Closure, HostFunction, type Value } from './runtime/value';
import { trampoline } from './trampoline';

export interface VmOptions extends Partial<Limits>, Grants {
  /** Which engine runs programs, by name or as one of the `tools` makes it; `fused` unless said. */
  readonly engine?: EngineName | Engine;
  /** Receives what guests write; without it their output is dropped. */
  readonly output?: (text: string) => void;
  /** Functions that guests may import, besides the built-in ones; one of the same name takes its place. */
  readonly functions?: HostFunctions;
  /**
   * How guests' buffers reach the host in arguments of its functions, results, globals and thrown values: as copies unless
   * said, or as typed arrays over the guest's own memory. What the host gives is copied unless it is a `SharedBuffer`.
   */
  readonly buffers?: BufferCrossing;
}

/** How a global is read. */
export interface ReadOptions {
  /** How its buffers come: as the VM's option of the same name says, unless given. */
  readonly buffers?: BufferCrossing;
}

export interface RunOptions {
  /** Values of globals, by name, that are defined before the program begins. */
  readonly globals?: Readonly<Record<string, HostInput>>;
  /** Goes on with the globals of the program before: for modules compiled in one `Session`. */
  readonly keepGlobals?: boolean;
}

/** A program that has been started in a VM: its state, and the names of its globals and imports. */
interface Loaded {
  readonly state: VmState & { readonly imports: Value[] };
  readonly globals: readonly string[];
  readonly imports: readonly string[];
}

/** Where guests write that nobody listens to. */
const silence = (): void => {};

/** The longest list of arguments that bytecode can pass. */
const maxArguments = 255;

export class VM {
  readonly engine: Engine;
  readonly limits: Limits;
  private readonly output: (text: string) => void;
  private readonly hostFunctions = new Map<string, HostFunction>();
  private readonly handles: FunctionHandles;
  private readonly memory: Memory;
  private readonly home: ExecutionHome;
  private readonly clock: (() => number) | undefined;
  private readonly seed: number;
  private loaded: Loaded | undefined;
  private lastFuelUsed = 0;

  /**
   * @throws RangeError where a limit is no number of at least 1, there is no such engine or way of crossing, a host function's
   *   arity or cost makes no sense, or the seed is no whole number
   * @throws TypeError where a host function or the clock is none
   */
  constructor(options: VmOptions = {}) {
    this.engine = engineOf(options.engine ?? defaultEngine);
    this.limits = completeLimits(options);
    this.output = guardedOutput(options.output ?? silence);
    this.clock = grantedClock(options.clock);
    this.seed = grantedSeed(options.seed);
    this.memory = new Memory(this.limits.maxMemory, thread, () => this.roots());
    this.handles = new FunctionHandles(
      (handle, { fn }) =>
        makeHostFunction(
          handle.name,
          { run: (...args: HostValue[]) => this.call(handle, ...args), arity: fn.arity },
          this.handles,
        ),
      checkCrossing(options.buffers ?? 'copy'),
    );
    for (const [name, callback] of Object.entries(options.functions ?? {})) {
      this.hostFunctions.set(name, makeHostFunction(name, callback, this.handles));
    }
    this.home = { engine: this.engine, functions: this.handles, suspended: new Set() };
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
   * @throws TypeError as `start`
   */
  run(program: Program, options: RunOptions = {}): RunResult {
    return this.toEnd(this.start(program, options));
  }

  /**
   * Prepares a program to be run in slices, paused, waited for or cancelled. Programs that are to run at the same time are best
   * started in VMs of their own; in one VM, `call`, `getGlobal` and `setGlobal` mean the one that was started last.
   *
   * @throws LinkError where it imports names that nobody provides
   * @throws TypeError where it has no global of a given name, a value cannot be given to a guest, or the globals of the program
   *   before cannot be kept
   */
  start(program: Program, options: RunOptions = {}): Execution {
    const linked = program.linkFor(this.engine);
    const before = options.keepGlobals ? this.loaded : undefined;
    const loaded = before === undefined ? this.freshState(linked) : this.extend(before, linked);
    for (const [name, value] of Object.entries(options.globals ?? {})) this.define(loaded, name, value);
    this.loaded = loaded;
    return new Execution(this.home, loaded.state, new Closure(linked.functions[0]!, []), undefined);
  }

  /**
   * Calls a function of the guest to its end: a global of the program that was started last, by name, or a function that the
   * host was handed. Within a host function that this VM's guest has called, it uses the fuel of that run.
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

  /**
   * Calls a method of a guest's instance, a function in one of its fields, or a static method of a class, as `call` does.
   *
   * @throws HeddleError whatever went wrong while it ran
   * @throws TypeError where there is no such method, or the object or an argument is not this program's
   */
  callMethod(object: GuestInstance | GuestClass, name: string, ...args: HostInput[]): HostValue {
    return this.toEnd(this.prepareMethodCall(object, name, args)).value;
  }

  /** Prepares a call of a method to be run in slices, paused, waited for or cancelled. @throws TypeError as `callMethod` */
  startMethodCall(object: GuestInstance | GuestClass, name: string, ...args: HostInput[]): Execution {
    return this.prepareMethodCall(object, name, args);
  }

  /**
   * Makes an instance of a guest's class.
   *
   * @throws HeddleError whatever went wrong in its constructor
   * @throws TypeError as `call`
   */
  construct(classHandle: GuestClass, ...args: HostInput[]): HostValue {
    const { object, state } = this.handles.objects.behind(classHandle);
    const values = this.argumentsFrom(args, state);
    const caller = trampoline(this.engine, 'OpNew', object, values.length);
    return this.toEnd(new Execution(this.home, state, caller, values)).value;
  }

  /**
   * A copy of a field of a guest's instance, or of a static field of a class.
   *
   * @param options as for `getGlobal`
   * @throws RangeError as `getGlobal`
   * @throws TypeError where there is no such field, or the object is another VM's
   */
  getField(
    object: GuestInstance | GuestClass,
    name: string,
    { buffers = this.handles.buffers }: ReadOptions = {},
  ): HostValue {
    checkCrossing(buffers);
    const { object: owner, state } = this.handles.objects.behind(object);
    const value = fieldOf(owner, name);
    if (value === undefined) throw new TypeError(`the object has no field '${name}'`);
    return toHost(value, this.handles, state, undefined, buffers);
  }

  /**
   * A copy of a global's value; `undefined` where the program has no such global or has not defined it.
   *
   * @param options `{ buffers: 'share' }` for typed arrays over the guest's own memory
   * @throws RangeError where there is no such way of crossing
   */
  getGlobal(name: string, { buffers = this.handles.buffers }: ReadOptions = {}): HostValue | undefined {
    checkCrossing(buffers);
    const loaded = this.currentProgram();
    const { state } = loaded;
    const value = globalOf(loaded, name);
    return value === undefined ? undefined : toHost(value, this.handles, state, undefined, buffers);
  }

  /**
   * Defines or assigns a global of the program that was started last.
   *
   * @throws TypeError where there is no such global, or the value cannot be given to a guest
   */
  setGlobal(name: string, value: HostInput): void {
    this.define(this.currentProgram(), name, value);
  }

  private define({ state, globals }: Loaded, name: string, value: HostInput): void {
    const index = globals.indexOf(name);
    if (index < 0) throw new TypeError(`the program has no global '${name}'`);
    state.globals[index] = this.fromHost(value, state);
    state.fixed.written(index);
  }

  private currentProgram(): Loaded {
    if (this.loaded === undefined) throw new TypeError('no program has been started in this VM');
    return this.loaded;
  }

  private freshState({ globals, imports, fixed }: LinkedModule): Loaded {
    const state: Loaded['state'] = {
      owner: this,
      globals: new Array<Value | undefined>(globals.length).fill(undefined),
      imports: this.resolve(imports),
      fixed,
      fixedVersion: -1,
      limits: this.limits,
      memory: this.memory,
      output: this.output,
      random: new Random(this.seed),
      clock: this.clock,
    };
    return { state, globals, imports };
  }

  /** The state of a program with which another of its session goes on: functions of both use it by the same indices. */
  private extend(before: Loaded, { globals, imports, fixed }: LinkedModule): Loaded {
    const { state } = before;
    if (!sameBeginning(before.globals, globals) || !sameBeginning(before.imports, imports)) {
      throw new TypeError('globals can be kept only between modules that were compiled in one session');
    }
    // Code of each may assign what that of the other has defined.
    state.fixed.close();
    fixed.close();
    state.imports.push(...this.resolve(imports.slice(state.imports.length)));
    while (state.globals.length < globals.length) state.globals.push(undefined);
    return { state, globals: longer(before.globals, globals), imports: longer(before.imports, imports) };
  }

  private prepareCall(callee: string | GuestFunction, args: readonly HostInput[]): Execution {
    const { callable, state } =
      callee instanceof GuestFunction ? this.handles.behind(callee) : this.functionNamed(callee);
    return this.executionOf(callable, state, this.argumentsFrom(args, state));
  }

  private executionOf(callable: Closure | HostFunction, state: VmState, values: readonly Value[]): Execution {
    if (callable instanceof Closure) return new Execution(this.home, state, callable, values);
    const caller = trampoline(this.engine, 'OpCall', callable, values.length);
    return new Execution(this.home, state, caller, values);
  }

  private argumentsFrom(args: readonly HostInput[], state: VmState): Value[] {
    if (args.length > maxArguments) throw new TypeError(`a call passes ${maxArguments} arguments at most`);
    return args.map((arg) => this.fromHost(arg, state));
  }

  private prepareMethodCall(
    object: GuestInstance | GuestClass,
    name: string,
    args: readonly HostInput[],
  ): Execution {
    const { object: receiver, state } = this.handles.objects.behind(object);
    const values = this.argumentsFrom(args, state);
    const call = methodCall(receiver, name, values);
    if (call === undefined) throw new TypeError(`the object has no method '${name}'`);
    return this.executionOf(call.callable, state, call.args);
  }

  private functionNamed(name: string): GuestCallable {
    const loaded = this.currentProgram();
    const { state } = loaded;
    const value = globalOf(loaded, name);
    if (value instanceof Closure || value instanceof HostFunction) return { callable: value, state };
    throw new TypeError(`the program has no function '${name}'`);
  }

  private fromHost(value: HostInput, state: VmState): Value {
    try {
      return toGuest(value, this.handles, state);
    } catch (error) {
      throw error instanceof ErrorValue ? new HeddleError(error, state) : error;
    }
  }

  /** Runs an execution to its end; below a host function that this VM's guest has called, on the fuel of that run. */
  private toEnd(execution: Execution): RunResult {
    const nested = thread.runs > 0 && thread.vm.owner === this;
    try {
      return execution.runToEnd(nested);
    } finally {
      if (!nested) this.lastFuelUsed = execution.fuelUsed;
    }
  }

  /** What the VM holds besides its active frames. */
  private *roots(): Iterable<readonly (Value | undefined)[]> {
    if (this.loaded) yield this.loaded.state.globals;
    for (const { slots, globals } of this.home.suspended) {
      yield slots;
      yield globals;
    }
  }

  /** A built-in function, unless the host does not grant what it needs. */
  private builtin(name: string): HostFunction | undefined {
    return this.clock === undefined && needClock.has(name) ? undefined : builtinFunctions.get(name);
  }

  /** What is provided under each imported name. */
  private resolve(imports: readonly string[]): Value[] {
    const provided = imports.map(
      (name) => this.hostFunctions.get(name) ?? this.builtin(name) ?? preludeFor(this.engine).get(name),
    );
    const missing = imports.filter((_, i) => provided[i] === undefined);
    if (missing.length > 0) throw new LinkError(missing);
    return provided as Value[]; // none is missing
  }
}

const sameBeginning = (a: readonly string[], b: readonly string[]): boolean =>
  a.slice(0, b.length).every((name, i) => name === b[i]);

const longer = (a: readonly string[], b: readonly string[]): readonly string[] =>
  a.length >= b.length ? a : b;

function globalOf({ state, globals }: Loaded, name: string): Value | undefined {
  const index = globals.indexOf(name);
  return index < 0 ? undefined : state.globals[index];
}

/** Whatever the host's output throws is the host's error, and no limit of the guest. */
const guardedOutput =
  (output: (text: string) => void) =>
  (text: string): void => {
    try {
      output(text);
    } catch (thrown) {
      throw errors.host('output', thrown);
    }
  };

function engineOf(engine: EngineName | Engine): Engine {
  if (typeof engine !== 'string') return engine;
  if (!Object.hasOwn(engines, engine)) throw new RangeError(`there is no engine '${engine}'`);
  return engines[engine];
}
