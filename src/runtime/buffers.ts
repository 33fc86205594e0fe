/**
 * Numeric buffers: guests' sequences of numbers of one kind, whose length is fixed. They are host typed arrays that no host ever
 * holds: what a host shares with a guest it has a typed array of its own for, over the same memory. So a buffer has no
 * properties but its elements, and what a host does to that memory shows in the elements and the length alone: a buffer
 * whose memory the host has taken away is empty.
 */

import { errors } from './errors';
import type { GuestBuffer, Value } from './value';

/** The kinds of buffers, by the names of the functions that make them. */
export type BufferKind = 'f64' | 'i32' | 'u8';

export const bytesPerElement: Readonly<Record<BufferKind, number>> = { f64: 8, i32: 4, u8: 1 };

const { isView } = ArrayBuffer;

/** Of the host's views, guests have buffers only. */
export const isBuffer = (value: Value | undefined): value is GuestBuffer => isView(value);

export function kindOf(buffer: GuestBuffer): BufferKind {
  if (buffer instanceof Float64Array) return 'f64';
  return buffer instanceof Int32Array ? 'i32' : 'u8';
}

/** The name of a buffer's type in the middle of a sentence. */
export const withArticle = (kind: BufferKind): string => `${kind === 'u8' ? 'a' : 'an'} ${kind} buffer`;

/** A typed array that is all zeros. @throws RangeError where the host has no room for it */
export function zeros(kind: BufferKind, length: number): GuestBuffer {
  if (kind === 'f64') return new Float64Array(length);
  return kind === 'i32' ? new Int32Array(length) : new Uint8Array(length);
}

/** A buffer that is all zeros, which has been paid for. */
export function makeBuffer(kind: BufferKind, length: number): GuestBuffer {
  try {
    return zeros(kind, length);
  } catch {
    throw errors.outOfMemory('the host has no room for a buffer');
  }
}

/** A typed array over memory that is there. @throws TypeError where the memory has been taken away */
export function viewOf(
  kind: BufferKind,
  memory: ArrayBufferLike,
  offset: number,
  length: number,
): GuestBuffer {
  if (kind === 'f64') return new Float64Array(memory, offset, length);
  return kind === 'i32' ? new Int32Array(memory, offset, length) : new Uint8Array(memory, offset, length);
}

/** Elements of a buffer; no methods that make one are asked for it, since those look for its class. */
function part(buffer: GuestBuffer, from: number, count: number): GuestBuffer {
  const kind = kindOf(buffer);
  return viewOf(kind, buffer.buffer, buffer.byteOffset + from * bytesPerElement[kind], count);
}

/** Copies `count` elements, which both have, from one buffer into another, which may be the same. */
export function move(
  target: GuestBuffer,
  at: number,
  source: GuestBuffer,
  from: number,
  count: number,
): void {
  // The methods of an array whose memory has been taken away throw.
  if (count <= 0) return;
  target.set(count === source.length ? source : part(source, from, count), at);
}

/** A copy of `count` elements of a buffer, which it has, as a buffer of the same kind that has been paid for. */
export function copied(buffer: GuestBuffer, from = 0, count = buffer.length): GuestBuffer {
  const copy = makeBuffer(kindOf(buffer), count);
  move(copy, 0, buffer, from, count);
  return copy;
}

/** Buffers whose memory the host has lent. */
const lent = new WeakSet<GuestBuffer>();

export const lend = (buffer: GuestBuffer): WeakSet<GuestBuffer> => lent.add(buffer);

/** Bytes of its elements that count as the guest's: what the host has lent is not. */
export const ownBytes = (buffer: GuestBuffer): number => (lent.has(buffer) ? 0 : buffer.byteLength);
