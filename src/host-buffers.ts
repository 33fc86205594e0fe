/**
 * Buffers crossing the border between guest and host: copied, or sharing their memory where the host has asked for it. Guest
 * and host never hold the same typed array, even where they share its memory, and nothing of a host's array is looked up by
 * name: it may have properties of its own, a class of its own, and memory that shrinks, grows or goes away.
 */

import {
  type BufferKind,
  bytesPerElement,
  kindOf,
  lend,
  makeBuffer,
  ownBytes,
  viewOf,
  zeros,
} from './runtime/buffers';
import { bytesOf, type Memory } from './runtime/memory';
import type { GuestBuffer } from './runtime/value';

/** What the host gets for a guest's `f64`, `i32` and `u8` buffers. */
export type HostBuffer = Float64Array | Int32Array | Uint8Array;

/** What becomes a guest's buffer. A `Uint8ClampedArray`, the pixels of a canvas, becomes a `u8`, and wraps like one. */
export type HostArray = HostBuffer | Uint8ClampedArray;

/** How guests' buffers reach the host: as copies, or as typed arrays over the same memory. */
export type BufferCrossing = 'copy' | 'share';

/** Elements that cost the guest a unit of fuel to copy. */
const elementsPerUnit = 16;

const prototype: object = Object.getPrototypeOf(Uint8Array.prototype);

/** What the host itself says of a typed array, whatever properties that has. */
function intrinsic<T>(name: PropertyKey): (array: HostArray) => T {
  const get = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  return (array) => Reflect.apply(get!, array, []) as T; // of the type that the language says
}

const lengthOf = intrinsic<number>('length');
const offsetOf = intrinsic<number>('byteOffset');
const memoryOf = intrinsic<ArrayBufferLike>('buffer');
const classOf = intrinsic<string>(Symbol.toStringTag);
const { set } = Uint8Array.prototype;
const { isView } = ArrayBuffer;

const kinds: ReadonlyMap<string, BufferKind> = new Map([
  ['Float64Array', 'f64'],
  ['Int32Array', 'i32'],
  ['Uint8Array', 'u8'],
  ['Uint8ClampedArray', 'u8'],
]);

/** The kind of buffer that a host's typed array becomes. @throws TypeError for one that becomes none */
function kindFor(array: HostArray): BufferKind {
  const name = classOf(array) ?? 'DataView';
  const kind = kinds.get(name);
  if (kind !== undefined) return kind;
  throw new TypeError(
    `a ${name} cannot be given to a guest, which has Float64Array, Int32Array and Uint8Array only`,
  );
}

/**
 * Wraps a typed array that a guest is to have without copying: what either of them writes the other sees at once. Its memory is
 * the host's and does not count as the guest's. It has, for the guest, the length that it has when it is given, and none
 * when its memory is transferred to somewhere else. The same array is the same buffer each time.
 *
 * ```ts
 * const samples = new Float64Array(1_000_000);
 * vm.call('smooth', new SharedBuffer(samples));      // works on samples itself
 * ```
 */
export class SharedBuffer {
  readonly #array: HostArray;

  /** @throws TypeError where it is no Float64Array, Int32Array, Uint8Array or Uint8ClampedArray */
  constructor(array: HostArray) {
    if (!isView(array)) throw new TypeError('only a typed array can be shared with a guest');
    kindFor(array);
    this.#array = array;
    Object.freeze(this);
  }

  /** The array itself. */
  get array(): HostArray {
    return this.#array;
  }

  /** What is in a wrapper, and nothing for any other object, whatever its prototype says. */
  static arrayIn(value: object): HostArray | undefined {
    return #array in value ? value.#array : undefined;
  }
}

/** The guest's buffer over the memory of a host's array, and the other way round; each for as long as the other lives. */
const guestSide = new WeakMap<HostArray, GuestBuffer>();
const hostSide = new WeakMap<GuestBuffer, HostBuffer>();

/** A view of the array's memory that nobody has seen. @throws TypeError where the memory is gone */
function viewOfHost(array: HostArray, kind: BufferKind): GuestBuffer {
  try {
    return viewOf(kind, memoryOf(array), offsetOf(array), lengthOf(array));
  } catch {
    throw new TypeError('a typed array without its memory cannot be given to a guest');
  }
}

/** Whether a host's object is a view of memory, which this file is asked about. */
export const isHostView = (item: object): item is HostArray => isView(item);

/**
 * A buffer for a guest with the numbers of a host's array, charged to its memory.
 *
 * @throws TypeError where it is no typed array that a guest can have
 * @throws ErrorValue out of memory
 */
export function copyIn(array: HostArray, memory: Memory, pay: (units: number) => void): GuestBuffer {
  const kind = kindFor(array);
  const view = viewOfHost(array, kind);
  const { length } = view;
  memory.charge(bytesOf.buffer(bytesPerElement[kind] * length));
  pay(Math.ceil(length / elementsPerUnit));
  const buffer = makeBuffer(kind, length);
  if (length > 0) set.call(buffer as Uint8Array, view); // whatever its kind
  return buffer;
}

/** The buffer over the memory of a host's array. @throws as `copyIn` */
export function shareIn(array: HostArray, memory: Memory): GuestBuffer {
  const kind = kindFor(array);
  const view = viewOfHost(array, kind);
  const known = guestSide.get(array);
  // An array that follows the length of its memory may have changed with it.
  const isCurrent = known?.length === view.length && known.byteOffset === view.byteOffset;
  const buffer = isCurrent ? known : view;
  if (!isCurrent) {
    lend(view);
    guestSide.set(array, view);
  }
  memory.charge(bytesOf.buffer(ownBytes(buffer)));
  return buffer;
}

/** A typed array for the host with the numbers of a guest's buffer. */
export function copyOut(buffer: GuestBuffer, pay: (units: number) => void): HostBuffer {
  const { length } = buffer;
  pay(Math.ceil(length / elementsPerUnit));
  const copy = zeros(kindOf(buffer), length);
  if (length > 0) copy.set(buffer);
  return copy;
}

/** The host's typed array over the memory of a guest's buffer: the same one each time. */
export function shareOut(buffer: GuestBuffer): HostBuffer {
  const known = hostSide.get(buffer);
  if (known !== undefined) return known;
  const kind = kindOf(buffer);
  const { length } = buffer;
  const array = length > 0 ? viewOf(kind, buffer.buffer, buffer.byteOffset, length) : zeros(kind, 0);
  hostSide.set(buffer, array);
  guestSide.set(array, buffer);
  return array;
}

/** @throws RangeError where it is neither way */
export function checkCrossing(crossing: BufferCrossing): BufferCrossing {
  if (crossing === 'copy' || crossing === 'share') return crossing;
  throw new RangeError(`the option 'buffers' must be 'copy' or 'share', not ${String(crossing)}`);
}
