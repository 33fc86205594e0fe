/**
 * The verbs that bodies in the table speak in to reach the machine. These are their plain meanings, as the reference
 * engine calls them, with every index checked; the generator writes each engine's own text in their place.
 */

import { errors } from '../runtime/errors';
import { InlineCache } from '../runtime/inline-cache';
import type { LinkedClass, LinkedFunction } from '../runtime/linked';
import { closureAt, thread } from '../runtime/thread';
import type { Closure, Value } from '../runtime/value';

function at<T>(items: readonly T[], index: number, what: string): T {
  if (index >= items.length) throw errors.invalidOperation(`there is no ${what} ${index}`);
  return items[index]!;
}

function checkLocal(slot: number): void {
  const { localCount } = self().fn;
  if (slot >= localCount) throw errors.invalidOperation(`there is no local ${slot}`);
}

/** The closure whose frame is on top. */
export const self = (): Closure => closureAt(thread.fp);

/** An entry of the function's constant pool. */
export const constant = (index: number): Value => at(self().fn.constants, index, 'constant');

/** An entry of the constant pool that names a member: a string, as the verifier sees to. */
export function memberName(index: number): string {
  const name = constant(index);
  if (typeof name !== 'string') throw errors.invalidOperation('the name of a member is not a string');
  return name;
}

/** A slot of the frame. */
export function local(slot: number): Value {
  checkLocal(slot);
  return thread.stack[thread.fp + slot]!;
}

export function setLocal(slot: number, value: Value): void {
  checkLocal(slot);
  thread.stack[thread.fp + slot] = value;
}

/** A global of the running VM; `undefined` before it is defined. */
export function global(index: number): Value | undefined {
  at(self().fn.module.globals, index, 'global');
  return thread.vm.globals[index];
}

export function setGlobal(index: number, value: Value): void {
  at(self().fn.module.globals, index, 'global');
  thread.vm.globals[index] = value;
}

/** A variable that the running closure captured. */
export const free = (index: number): Value => at(self().free, index, 'captured variable');

/** What the host gave for an imported name. */
export const imported = (index: number): Value => at(thread.vm.imports, index, 'import');

/** A class that the module defines. */
export const classAt = (index: number): LinkedClass => at(self().fn.module.classes, index, 'class');

/** The inline cache of the instruction. Where code that nobody has verified jumps into one, the linker saw no place for it. */
export const cache = (): InlineCache => (self().fn.caches[thread.pc] ??= new InlineCache());

/** A function of the module. */
export const functionAt = (index: number): LinkedFunction =>
  at(self().fn.module.functions, index, 'function');
