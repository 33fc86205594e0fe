/**
 * The account that every allocation of a guest goes through before it is made: the length that the VM allows, and its memory.
 * An instruction that charges here has to `mark` the thread first, since it begins again after a census.
 */

import { type BufferKind, bytesPerElement } from './buffers';
import { errors } from './errors';
import { bytesOf } from './memory';
import { thread } from './thread';

/** A string of this length is about to be made. */
export function forString(length: number): void {
  const { limits, memory } = thread.vm;
  if (length > limits.maxStringLength) throw errors.outOfMemory('a string is too long');
  memory.reserve(bytesOf.string(length));
}

/** A piece of this length is about to be put to the end of a text that is being made. */
export function forPiece(length: number, piece: number): void {
  const { limits, memory } = thread.vm;
  if (length + piece > limits.maxStringLength) throw errors.outOfMemory('a string is too long');
  memory.reserve(bytesOf.string(piece));
}

/** An array of this length is about to be made. */
export function forArray(length: number): void {
  const { limits, memory } = thread.vm;
  if (length > limits.maxArrayLength) throw errors.outOfMemory('an array is too long');
  memory.reserve(bytesOf.array(length));
}

/** A buffer of this length is about to be made. */
export function forBuffer(kind: BufferKind, length: number): void {
  const { limits, memory } = thread.vm;
  if (length > limits.maxArrayLength) throw errors.outOfMemory('a buffer is too long');
  memory.reserve(bytesOf.buffer(bytesPerElement[kind] * length));
}

/** So many strings of so many characters together are about to be made, and an array of them. */
export function forStrings(count: number, characters: number): void {
  forArray(count);
  thread.vm.memory.reserve(bytesOf.string(0) * count + 2 * characters);
}

/** So many arrays of `length` elements are about to be made, and an array of them. */
export function forArrays(count: number, length: number): void {
  forArray(count);
  thread.vm.memory.reserve(bytesOf.array(length) * count);
}

/** An array of this length is about to grow by an element. */
export function forElement(length: number): void {
  const { limits, memory } = thread.vm;
  if (length >= limits.maxArrayLength) throw errors.outOfMemory('an array is too long');
  memory.reserve(bytesOf.element);
}

/** A map of this many entries is about to be made. */
export const forMap = (size: number): void => thread.vm.memory.reserve(bytesOf.map(size));

/** A map is about to get a new entry. */
export const forEntry = (): void => thread.vm.memory.reserve(bytesOf.entry);

/** A closure that captures so many variables is about to be made. */
export const forClosure = (captured: number): void => thread.vm.memory.reserve(bytesOf.closure(captured));

/** A class with so many members, inherited ones among them, is about to be made. */
export const forClass = (members: number): void => thread.vm.memory.reserve(bytesOf.class(members));

/** An instance is about to be made. */
export const forInstance = (fields: number): void => thread.vm.memory.reserve(bytesOf.instance(fields));

/** A box is about to be made. */
export const forBox = (): void => thread.vm.memory.reserve(bytesOf.box);

/** A walk over nested collections is about to go down a level. */
export const forLevel = (): void => thread.vm.memory.reserve(bytesOf.level);
