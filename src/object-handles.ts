/**
 * A guest's classes and instances in the host's hands: opaque, the same handle for the same object, and good only for the
 * program that the object belongs to.
 */

import { findCallee } from './runtime/inline-cache';
import { Instance } from './runtime/instances';
import { ClassValue, holderOf } from './runtime/objects';
import type { VmState } from './runtime/thread';
import { Closure, HostFunction, type Value } from './runtime/value';

/** An instance of a guest's class: `vm.getField` reads it, `vm.callMethod` calls its methods. */
export class GuestInstance {
  constructor(readonly className: string) {
    Object.freeze(this);
  }
}

/** A class of a guest: `vm.construct` makes instances of it. */
export class GuestClass {
  constructor(readonly name: string) {
    Object.freeze(this);
  }
}

export type GuestObjectHandle = GuestInstance | GuestClass;

/** What a handle stands for, and the program whose globals its methods see. */
interface Held {
  readonly object: Instance | ClassValue;
  readonly state: VmState;
}

export const isObjectHandle = (value: object): value is GuestObjectHandle =>
  value instanceof GuestInstance || value instanceof GuestClass;

/** The objects of one VM's guests that the host has been handed, and the way back. */
export class ObjectHandles {
  private readonly handles = new WeakMap<Instance | ClassValue, GuestObjectHandle>();
  private readonly held = new WeakMap<GuestObjectHandle, Held>();

  handleOf(object: Instance | ClassValue, state: VmState): GuestObjectHandle {
    let handle = this.handles.get(object);
    if (handle === undefined) {
      handle =
        object instanceof ClassValue
          ? new GuestClass(object.name)
          : new GuestInstance(object.classValue.name);
      this.handles.set(object, handle);
      this.held.set(handle, { object, state });
    }
    return handle;
  }

  /** @throws TypeError for an object of another VM */
  behind(handle: GuestObjectHandle): Held {
    const held = this.held.get(handle);
    if (held === undefined) throw new TypeError('the object belongs to another VM');
    return held;
  }

  /** The object as a program can use it. @throws TypeError for an object of another VM or program */
  forProgram(handle: GuestObjectHandle, state: VmState): Instance | ClassValue {
    const { object, state: home } = this.behind(handle);
    // Its methods would take this program's globals for their own.
    if (home !== state) throw new TypeError('the object belongs to another program');
    return object;
  }
}

/** A field of an object; `undefined` where it has none of that name. */
export function fieldOf(object: Instance | ClassValue, name: string): Value | undefined {
  const holder = object instanceof Instance ? object : holderOf(object, name);
  const place = holder?.shape.fields.get(name);
  return place === undefined ? undefined : holder!.fieldAt(place);
}

/** What a call of an object's method calls, and with what. */
export interface MethodCall {
  readonly callable: Closure | HostFunction;
  readonly args: readonly Value[];
}

/** The call of a method, or of a function in a field; `undefined` where there is none of that name. */
export function methodCall(
  object: Instance | ClassValue,
  name: string,
  args: readonly Value[],
): MethodCall | undefined {
  const place = findCallee(object.shape, name);
  if (object instanceof Instance && place !== undefined && place >= 0) {
    return { callable: object.classValue.methods[place]!, args: [...args, object] };
  }
  const value = fieldOf(object, name);
  return value instanceof Closure || value instanceof HostFunction ? { callable: value, args } : undefined;
}
