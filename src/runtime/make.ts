/**
 * Where guests' values come into being: every allocation that an instruction makes goes through here.
 */

import * as allocation from './allocation';
import { errors } from './errors';
import { emptyFields, type Instance, newInstance } from './instances';
import type { LinkedClass, LinkedFunction } from './linked';
import { ClassValue, noShape } from './objects';
import { lookingUp } from './text-costs';
import { thread } from './thread';
import { Box, Closure, type GuestArray, type GuestMap, isKey, type Value } from './value';

/** Fields of a new instance that are cleared for a unit of fuel. */
const fieldsPerUnit = 64;

/** An array of these elements; the machine hands over a fresh host array. */
export function array(items: GuestArray): GuestArray {
  thread.mark();
  allocation.forArray(items.length);
  return items;
}

const empty: GuestArray = [];

/**
 * The same of elements that have been cut out of the stack. The host takes such a part for an array of values of all kinds, as the stack is one, even
 * where there is nothing in it; from a new one it learns: where only doubles are put in it needs no box for any.
 */
export const arrayOfSlots = (slots: GuestArray): GuestArray =>
  array(slots.length === 0 ? empty.slice() : slots);

/** A map of `key, value, key, value ...`; a later duplicate wins. */
export function map(entries: GuestArray): GuestMap {
  thread.mark();
  allocation.forMap(entries.length / 2);
  const result: GuestMap = new Map();
  for (let i = 0; i < entries.length; i += 2) {
    const key = entries[i]!;
    if (!isKey(key)) throw errors.badKey(key);
    const cost = lookingUp(key, result.size);
    if (cost > 0) thread.charge(cost);
    result.set(key, entries[i + 1]!);
  }
  return result;
}

export function closure(fn: LinkedFunction, captured: GuestArray): Closure {
  thread.mark();
  allocation.forClosure(captured.length);
  return new Closure(fn, captured);
}

/**
 * A class of a module: `parts` are its superclass or `null`, and the closures of its methods in the order of its definition.
 */
export function classOf(definition: LinkedClass, parts: GuestArray): ClassValue {
  const [superclass = null, ...methods] = parts;
  if (superclass !== null && !(superclass instanceof ClassValue)) {
    throw errors.badSuperclass(definition.name, superclass);
  }
  checkMethods(definition, methods);
  const above = superclass?.instances ?? noShape;
  // What it costs to make the shape, whether or not it is there already.
  const members = above.fields.size + above.methods.size + definition.memberCount;
  thread.mark();
  thread.charge(members);
  allocation.forClass(members);
  const shape = definition.shapes.above(above);
  const conflict = [...shape.methods.keys()].find((name) => shape.fields.has(name));
  if (conflict !== undefined) throw errors.memberConflict(definition.name, conflict);
  const all = superclass === null ? [] : superclass.methods.slice();
  for (const [i, name] of definition.methodNames.entries()) all[shape.methods.get(name)!] = methods[i]!;
  return new ClassValue(
    definition,
    definition.shape,
    emptyFields(definition.shape.size, null),
    shape,
    all,
    superclass,
  );
}

/** Code that nobody has verified can hand over anything. */
function checkMethods(definition: LinkedClass, parts: readonly Value[]): asserts parts is Closure[] {
  const expected = definition.methods;
  const sound =
    parts.length === expected.length &&
    parts.every((part, i) => part instanceof Closure && part.fn === expected[i] && part.fn.arity > 0);
  if (!sound) throw errors.invalidOperation(`class ${definition.name} is made of what are not its methods`);
}

/** An instance with nothing in its fields. */
export function instance(classValue: ClassValue): Instance {
  const { size } = classValue.instances;
  thread.mark();
  if (size >= fieldsPerUnit) thread.charge(Math.floor(size / fieldsPerUnit));
  allocation.forInstance(size);
  return newInstance(classValue);
}

export function box(value: Value | undefined): Box {
  thread.mark();
  allocation.forBox();
  return new Box(value);
}
