/**
 * Values crossing the border between guest and host, both ways: always copied, never shared. What cannot be copied crosses as
 * an opaque handle. Nesting and cycles are walked without recursion.
 */

import { ErrorValue, type TraceEntry } from './runtime/errors';
import { bytesOf, type Memory } from './runtime/memory';
import { showScalar } from './runtime/show';
import type { VmState } from './runtime/thread';
import {
  Box,
  Closure,
  type GuestArray,
  type GuestMap,
  Handle,
  type HostFunction,
  type Key,
  type Value,
} from './runtime/value';

/** A guest's function in the host's hands: only `VM.call` can do something with it. */
export class GuestFunction {
  /** @param name as traces show it */
  constructor(readonly name: string) {
    Object.freeze(this);
  }
}

/** An error value of the guest, in the host's hands. */
export interface GuestErrorInfo {
  readonly kind: string;
  readonly message: string;
  readonly trace: readonly TraceEntry[];
}

/** What the host gets. */
export type HostValue =
  | null
  | boolean
  | number
  | string
  | HostValue[]
  | Map<Key, HostValue>
  | GuestFunction
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
  | GuestFunction
  | Handle;

type Callable = Closure | HostFunction;

/** A function of a guest, and the program whose globals it sees. */
export interface GuestCallable {
  readonly callable: Callable;
  readonly state: VmState;
}

/**
 * The functions of one VM's guests that the host has been handed, and the way back. A function of one VM means nothing to
 * another.
 */
export class FunctionHandles {
  private readonly handles = new WeakMap<Callable, GuestFunction>();
  private readonly callables = new WeakMap<GuestFunction, GuestCallable>();

  handleOf(callable: Callable, state: VmState): GuestFunction {
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
}

/** A copy of a guest value for the host; what was shared or cyclic inside it is so in the copy. */
export function toHost(value: Value, functions: FunctionHandles, state: VmState): HostValue {
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
      const result: HostValue[] = [];
      pending.push(() => {
        for (const element of item) result.push(copy(element));
      });
      return result;
    }
    if (item instanceof Map) {
      const result = new Map<Key, HostValue>();
      pending.push(() => {
        for (const [key, element] of item) result.set(key, copy(element));
      });
      return result;
    }
    if (item instanceof ErrorValue)
      return { kind: item.kind, message: item.message, trace: item.trace ?? [] };
    if (item instanceof Handle) return item;
    return item instanceof Box ? showScalar(item) : functions.handleOf(item, state);
  };

  const result = copy(value);
  for (let fill = pending.pop(); fill !== undefined; fill = pending.pop()) fill();
  return result;
}

/**
 * A copy of a host value for a guest, charged to its memory; what was shared or cyclic inside it is so in the copy.
 *
 * @throws TypeError where there is something in it that no guest can have
 * @throws ErrorValue out of memory
 */
export function toGuest(value: unknown, functions: FunctionHandles, memory: Memory): Value {
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
    if (item instanceof Handle) return item;
    if (item instanceof GuestFunction) return functions.behind(item).callable;
    if (Array.isArray(item)) {
      memory.charge(bytesOf.array(item.length));
      const result: GuestArray = [];
      pending.push(() => {
        for (let i = 0; i < item.length; i++) result.push(copy(item[i]));
      });
      return result;
    }
    if (item instanceof Map) return beginMap(item.size, () => item);
    const prototype: unknown = Object.getPrototypeOf(item);
    if (prototype !== Object.prototype && prototype !== null) {
      throw new TypeError(
        `an object of class ${nameOf(item)} cannot be given to a guest, other than as a handle`,
      );
    }
    return beginMap(Object.keys(item).length, () => plainEntries(item));
  };

  const beginMap = (size: number, entries: () => Iterable<[unknown, unknown]>): GuestMap => {
    memory.charge(bytesOf.map(size));
    const result: GuestMap = new Map();
    pending.push(() => {
      for (const [key, element] of entries()) {
        if (typeof key !== 'string' && typeof key !== 'number' && typeof key !== 'boolean') {
          throw new TypeError(`a ${typeof key} cannot be the key of a guest's map`);
        }
        result.set(key, copy(element));
      }
    });
    return result;
  };

  const result = copy(value);
  for (let fill = pending.pop(); fill !== undefined; fill = pending.pop()) fill();
  return result;
}

function nameOf(item: object): string {
  const maker: unknown = item.constructor;
  return typeof maker === 'function' ? maker.name : 'unknown';
}

/** The entries of a plain object. A getter would run host code at a time the host does not choose. */
function* plainEntries(item: object): Iterable<[string, unknown]> {
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(item))) {
    if (!property.enumerable) continue;
    if (!('value' in property)) throw new TypeError(`'${name}' is a getter and cannot be given to a guest`);
    yield [name, property.value];
  }
}
