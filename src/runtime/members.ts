/**
 * What lies behind the fast path of an access to a field or a method: classes and caught errors, shapes that the site has not
 * met first, and the errors of what is not there.
 */

import { ErrorValue, errors } from './errors';
import {
  cacheCounters,
  findCallee,
  findField,
  findSuperMethod,
  type InlineCache,
  noPlace,
} from './inline-cache';
import { Instance } from './instances';
import { ClassValue, constructorName, holderOf } from './objects';
import { countOf, knownOf } from './slow';
import { thread } from './thread';
import { type Closure, HostFunction, type Value } from './value';

/** The place of an instance's field. */
function placeOf({ shape, classValue }: Instance, name: string, cache: InlineCache): number {
  const place = cache.lookUp(shape, name, findField);
  if (place !== undefined) return place;
  if (shape.methods.has(name) && name !== constructorName) throw errors.methodAsField(classValue.name, name);
  throw errors.unknownMember(classValue.name, 'field', name);
}

/** Where a static field is. */
interface StaticPlace {
  readonly holder: ClassValue;
  readonly place: number;
}

/** Finds a static field of a class or of the nearest one above it that has it. */
function staticPlace(value: ClassValue, name: string, cache: InlineCache): StaticPlace {
  const own = cache.lookUp(value.shape, name, findField);
  if (own !== undefined) return { holder: value, place: own };
  // The chain can be as long as a guest likes.
  thread.mark();
  thread.charge(value.depth);
  const holder = holderOf(value, name);
  if (holder === undefined) throw errors.unknownMember(value.name, 'static member', name);
  return { holder, place: holder.shape.fields.get(name)! };
}

/** Reads a field of an instance that has it. */
export function tryRead(object: Value, name: string, cache: InlineCache): Value | undefined {
  if (!(object instanceof Instance)) return undefined;
  const place = cache.lookUp(object.shape, name, findField);
  return place === undefined ? undefined : object.fieldAt(place);
}

function noMembers(object: Value, what: string, name: string): never {
  cacheCounters.shapeless++;
  throw errors.noMembers(object, what, name);
}

/** Reads a field. */
export function read(object: Value, name: string, cache: InlineCache): Value {
  if (object instanceof Instance) return object.fieldAt(placeOf(object, name, cache));
  if (object instanceof ClassValue) {
    const { holder, place } = staticPlace(object, name, cache);
    return holder.fieldAt(place);
  }
  if (object instanceof ErrorValue && ErrorValue.fields.has(name)) {
    cacheCounters.shapeless++;
    return knownOf(object, name);
  }
  noMembers(object, 'field', name);
}

/** Assigns a field. */
export function assign(object: Value, name: string, value: Value, cache: InlineCache): void {
  if (object instanceof Instance) {
    object.setFieldAt(placeOf(object, name, cache), value);
  } else if (object instanceof ClassValue) {
    const { holder, place } = staticPlace(object, name, cache);
    holder.setFieldAt(place, value);
  } else if (object instanceof ErrorValue && ErrorValue.fields.has(name)) {
    throw errors.errorAssigned(name);
  } else {
    noMembers(object, 'field', name);
  }
}

/** What `super(...)` calls where no class above has a constructor: it takes nothing but `this`. */
export const emptyConstructor = new HostFunction(
  constructorName,
  1,
  Number.POSITIVE_INFINITY,
  (...args) => {
    if (args.length > 1) throw errors.noSuperConstructor(countOf(args.length - 1));
    return args[0]!;
  },
  true,
);

/** A method of a superclass, for a call that passes `this` behind the arguments. */
export function ofSuperclass(superclass: Value, name: string, cache: InlineCache): Closure | HostFunction {
  if (!(superclass instanceof ClassValue)) throw errors.notAClass('super', superclass);
  const place = cache.lookUp(superclass.instances, name, findSuperMethod);
  if (place === undefined) throw errors.unknownMember(superclass.name, 'method', name);
  return place === noPlace ? emptyConstructor : superclass.methods[place]!;
}

/** Whether a value is an instance of a class or of one that extends it. */
export function isInstance(value: Value, wanted: Value): boolean {
  if (!(wanted instanceof ClassValue)) throw errors.notAClass('is', wanted);
  if (!(value instanceof Instance)) return false;
  let found: ClassValue | null = value.classValue;
  if (found.depth > wanted.depth) {
    thread.mark();
    thread.charge(found.depth - wanted.depth - 1);
  }
  while (found !== null && found.depth > wanted.depth) found = found.superclass;
  return found === wanted;
}

/** The instance's method or the function in a field that `receiver.name(...)` calls. */
export interface Callee {
  readonly value: Value;
  /** Whether it gets the receiver as `this`. */
  readonly isMethod: boolean;
}

/** The place of the method of an instance that `receiver.name(...)` calls, or `~slot` of the field that holds what it calls. */
export function calleePlace({ shape, classValue }: Instance, name: string, cache: InlineCache): number {
  const place = cache.lookUp(shape, name, findCallee);
  if (place === undefined) throw errors.unknownMember(classValue.name, 'method', name);
  return place;
}

/** Finds what `receiver.name(...)` calls. */
export function calleeOf(receiver: Value, name: string, cache: InlineCache): Callee {
  if (receiver instanceof Instance) {
    const place = calleePlace(receiver, name, cache);
    return place >= 0
      ? { value: receiver.classValue.methods[place]!, isMethod: true }
      : { value: receiver.fieldAt(~place), isMethod: false };
  }
  if (receiver instanceof ClassValue) {
    const { holder, place } = staticPlace(receiver, name, cache);
    return { value: holder.fieldAt(place), isMethod: false };
  }
  noMembers(receiver, 'method', name);
}
