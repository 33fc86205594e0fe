/**
 * The account that every allocation of a guest goes through before it is made: the length that the VM allows, and its memory.
 */

import { errors } from './errors';
import { bytesOf } from './memory';
import { thread } from './thread';

/** A string of this length is about to be made. */
export function forString(length: number): void {
  const { limits, memory } = thread.vm;
  if (length > limits.maxStringLength) throw errors.outOfMemory('a string is too long');
  memory.charge(bytesOf.string(length));
}

/** An array of this length is about to be made. */
export function forArray(length: number): void {
  const { limits, memory } = thread.vm;
  if (length > limits.maxArrayLength) throw errors.outOfMemory('an array is too long');
  memory.charge(bytesOf.array(length));
}

/** An array of this length is about to grow by an element. */
export function forElement(length: number): void {
  const { limits, memory } = thread.vm;
  if (length >= limits.maxArrayLength) throw errors.outOfMemory('an array is too long');
  memory.charge(bytesOf.element);
}

/** A map of this many entries is about to be made. */
export const forMap = (size: number): void => thread.vm.memory.charge(bytesOf.map(size));

/** A map is about to get a new entry. */
export const forEntry = (): void => thread.vm.memory.charge(bytesOf.entry);

/** A closure that captures so many variables is about to be made. */
export const forClosure = (captured: number): void => thread.vm.memory.charge(bytesOf.closure(captured));

/** A box is about to be made. */
export const forBox = (): void => thread.vm.memory.charge(bytesOf.box);
