/**
 * Values crossing the border between guest and host, both ways: copied, and never shared but for the numbers of buffers where
 * the host asks for it (`host-buffers.ts`). What cannot be copied crosses as an opaque handle. Nesting and cycles are walked
 * without recursion.
 */

import {
  type BufferCrossing,
  copyIn,
  copyOut,
  type HostArray,
  type HostBuffer,
  isHostView,
  SharedBuffer,
  shareIn,
  shareOut,
} from './host-buffers';
import { type GuestClass, type GuestInstance, isObjectHandle, ObjectHandles } from './object-handles';
import { isBuffer } from './runtime/buffers';
import { type ErrorKind, ErrorValue, errorKinds, type TraceEntry } from './runtime/errors';
import { Instance } from './runtime/instances';
import { bytesOf } from './runtime/memory';
import { ClassValue } from './runtime/objects';
import { showScalar } from './runtime/show';
import type { VmState } from './runtime/thread';
import {
  Box,
  Closure,
  type GuestArray,
  type GuestMap,
  Handle,
  HostFunction,
  isKey,
  type Key,
  type Value,
} from './runtime/value';

/** A guest's function in the host's hands: only the VM it came from can call it. */
export class GuestFunction {
  /** @param name as traces show it */
  constructor(readonly name: string) {
    Object.freeze(this);
  }
}

/** An error value of the guest, in the host's hands. Given back to a guest, it is an error value again. */
export class GuestErrorInfo {
  constructor(
    readonly kind: ErrorKind,
    readonly message: string,
    readonly trace: readonly TraceEntry[],
  ) {
    Object.freeze(this);
  }
}

/** What the host gets. */
export type HostValue =
  | null
  | boolean
  | number
  | string
  | HostValue[]
  | Map<Key, HostValue>
  | HostBuffer
  | GuestFunction
  | GuestInstance
  | GuestClass
  | GuestErrorInfo
  | Handle;

/** What the host may give: also plain objects, which become maps, and `undefined`, which becomes `null`. */
export type HostInput =
  | undefined
  | null
  | boolean
  | number
  | string
  | readonly HostInput[]
  | ReadonlyMap<Key, HostInput>
  | { readonly [name: string]: HostInput }
  | HostArray
  | SharedBuffer
  | GuestFunction
  | GuestInstance
  | GuestClass
  | GuestErrorInfo
  | Handle;

/** A function of a guest, and the program whose globals it sees. */
export interface GuestCallable {
  readonly callable: Closure | HostFunction;
  readonly state: VmState;
}

/**
 * The functions of one VM's guests that the host has been handed, and the way back. A function of one VM means nothing to
 * another, and no program of a VM gets the bare function of another program: its globals are not the same.
 */
export class FunctionHandles {
  readonly objects = new ObjectHandles();
  private readonly handles = new WeakMap<Closure | HostFunction, GuestFunction>();
  private readonly callables = new WeakMap<GuestFunction, GuestCallable>();
  private readonly bridges = new WeakMap<GuestFunction, HostFunction>();

  /**
   * @param makeBridge makes what calls a function of one program for the guests of another
   * @param buffers how buffers reach the host where nothing else is said
   */
  constructor(
    private readonly makeBridge: (handle: GuestFunction, closure: Closure) => HostFunction,
    readonly buffers: BufferCrossing,
  ) {}

  handleOf(callable: Closure | HostFunction, state: VmState): GuestFunction {
    let handle = this.handles.get(callable);
    if (handle === undefined) {
      handle = new GuestFunction(callable instanceof Closure ? callable.fn.name : callable.name);
      this.handles.set(callable, handle);
      this.callables.set(handle, { callable, state });
    }
    return handle;
  }

  /** @throws TypeError for a function of another VM */
  behind(handle: GuestFunction): GuestCallable {
    const found = this.callables.get(handle);
    if (found === undefined) throw new TypeError(`the function '${handle.name}' belongs to another VM`);
    return found;
  }

  /** The function as a program can call it. @throws TypeError for a function of another VM */
  forProgram(handle: GuestFunction, state: VmState): Closure | HostFunction {
    const { callable, state: home } = this.behind(handle);
    if (home === state || callable instanceof HostFunction) return callable;
    let bridge = this.bridges.get(handle);
    if (bridge === undefined) {
      bridge = this.makeBridge(handle, callable);
      this.bridges.set(handle, bridge);
      this.handles.set(bridge, handle);
    }
    return bridge;
  }
}

/** Is told of the elements and entries that are about to be copied, and may throw. */
type Pay = (units: number) => void;

const free: Pay = () => {};

/**
 * A copy of a guest value for the host; what was shared or cyclic inside it is so in the copy.
 *
 * @param buffers whether the copy's buffers have memory of their own
 */
export function toHost(
  value: Value,
  functions: FunctionHandles,
  state: VmState,
  pay: Pay = free,
  buffers: BufferCrossing = functions.buffers,
): HostValue {
  if (value === null || typeof value !== 'object') return value;
  const copies = new Map<Value, HostValue>();
  const pending: (() => void)[] = [];

  const copy = (item: Value): HostValue => {
    if (item === null || typeof item !== 'object') return item;
    const known = copies.get(item);
    if (known !== undefined) return known;
    const made = begin(item);
    copies.set(item, made);
    return made;
  };

  const begin = (item: Exclude<Value, null | boolean | number | string>): HostValue => {
    if (Array.isArray(item)) {
      pay(item.length);
      const result: HostValue[] = [];
      pending.push(() => {
        for (const element of item) result.push(copy(element));
      });
      return result;
    }
    if (item instanceof Map) {
      pay(item.size);
      const result = new Map<Key, HostValue>();
      pending.push(() => {
        for (const [key, element] of item) result.set(key, copy(element));
      });
      return result;
    }
    if (isBuffer(item)) return buffers === 'share' ? shareOut(item) : copyOut(item, pay);
    if (item instanceof ErrorValue) return new GuestErrorInfo(item.kind, item.message, item.trace ?? []);
    if (item instanceof Handle) return item;
    if (item instanceof Instance || item instanceof ClassValue)
      return functions.objects.handleOf(item, state);
    return item instanceof Box ? showScalar(item) : functions.handleOf(item, state);
  };

  const result = copy(value);
  for (let fill = pending.pop(); fill !== undefined; fill = pending.pop()) fill();
  return result;
}

/**
 * A copy of a host value for the guests of a program, charged to their memory; what was shared or cyclic inside it is so in
 * the copy.
 *
 * @throws TypeError where there is something in it that no guest can have
 * @throws ErrorValue out of memory
 */
export function toGuest(value: unknown, functions: FunctionHandles, state: VmState, pay: Pay = free): Value {
  const { memory } = state;
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean' || typeof value === 'number') return value;
  const copies = new Map<unknown, Value>();
  const pending: (() => void)[] = [];

  const copy = (item: unknown): Value => {
    if (item === undefined || item === null) return null;
    if (typeof item === 'boolean' || typeof item === 'number') return item;
    if (typeof item === 'string') {
      memory.charge(bytesOf.string(item.length));
      return item;
    }
    if (typeof item !== 'object') throw new TypeError(`a ${typeof item} cannot be given to a guest`);
    const known = copies.get(item);
    if (known !== undefined) return known;
    const made = begin(item);
    copies.set(item, made);
    return made;
  };

  const begin = (item: object): Value => {
    if (Handle.is(item)) return item;
    if (item instanceof GuestFunction) return functions.forProgram(item, state);
    if (isObjectHandle(item)) return functions.objects.forProgram(item, state);
    if (item instanceof GuestErrorInfo) return errorValueOf(item, state);
    if (isHostView(item)) return copyIn(item, memory, pay);
    const shared = SharedBuffer.arrayIn(item);
    if (shared !== undefined) return shareIn(shared, memory);
    if (Array.isArray(item)) return beginArray(item);
    // Not by its own methods, which may be anything.
    if (item instanceof Map) return beginMap([...Map.prototype.entries.call(item)]);
    const prototype: unknown = Object.getPrototypeOf(item);
    if (prototype !== Object.prototype && prototype !== null) {
      throw new TypeError(
        `an object of class ${nameOf(item)} cannot be given to a guest, other than as a handle`,
      );
    }
    return beginMap(plainEntries(item));
  };

  const beginArray = (items: readonly unknown[]): GuestArray => {
    const { length } = items;
    // A proxy may give anything for it.
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new TypeError('an array with no length cannot be given to a guest');
    }
    memory.charge(bytesOf.array(length));
    pay(length);
    const result: GuestArray = [];
    pending.push(() => {
      // In the place of a hole, a prototype's element would show.
      for (let i = 0; i < length; i++) result.push(Object.hasOwn(items, i) ? copy(items[i]) : null);
    });
    return result;
  };

  const beginMap = (entries: readonly (readonly [unknown, unknown])[]): GuestMap => {
    memory.charge(bytesOf.map(entries.length));
    pay(entries.length);
    const result: GuestMap = new Map();
    pending.push(() => {
      for (const [key, element] of entries) {
        const copied = copy(key);
        if (!isKey(copied)) {
          throw new TypeError(
            `${key === null ? 'null' : `a ${typeof key}`} cannot be the key of a guest's map`,
          );
        }
        result.set(copied, copy(element));
      }
    });
    return result;
  };

  const result = copy(value);
  for (let fill = pending.pop(); fill !== undefined; fill = pending.pop()) fill();
  return result;
}

/** @throws TypeError where a part of it is not what the VM would have put there */
function errorValueOf({ kind, message, trace }: GuestErrorInfo, { memory }: VmState): ErrorValue {
  const isSound = errorKinds.includes(kind) && typeof message === 'string' && Array.isArray(trace);
  if (!isSound || !trace.every(isTraceEntry))
    throw new TypeError('a forged error cannot be given to a guest');
  memory.charge(bytesOf.error);
  const error = new ErrorValue(kind, message);
  error.trace = trace.map((entry) => ({ ...entry }));
  return error;
}

const isTraceEntry = (entry: TraceEntry): boolean =>
  [entry.function, entry.file].every((text) => typeof text === 'string') &&
  [entry.line, entry.column, entry.repeated].every((count) => typeof count === 'number');

/** What its class says; no getter is asked. */
function nameOf(item: object): string {
  const prototype: unknown = Object.getPrototypeOf(item);
  const maker = ownValue(prototype, 'constructor');
  const name = ownValue(maker, 'name');
  return typeof name === 'string' ? name : 'unknown';
}

/** The value of an own data property; not what a prototype or a getter gives. */
function ownValue(owner: unknown, name: string): unknown {
  if (typeof owner !== 'function' && (typeof owner !== 'object' || owner === null)) return undefined;
  const property = Object.getOwnPropertyDescriptor(owner, name);
  return property && Object.hasOwn(property, 'value') ? property.value : undefined;
}

/** The entries of a plain object. A getter would run host code at a time the host does not choose. */
function plainEntries(item: object): [string, unknown][] {
  const entries: [string, unknown][] = [];
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(item))) {
    if (!property.enumerable) continue;
    if (!Object.hasOwn(property, 'value')) {
      throw new TypeError(`'${name}' is a getter and cannot be given to a guest`);
    }
    entries.push([name, property.value]);
  }
  return entries;
}
