/**
 * What a guest's data take, by estimate: every allocation is charged before it happens, and when the charges since the last
 * census reach what the limit leaves, a census from the roots finds what is live. The host's collector reclaims; this only
 * counts. docs/limits.md says what is counted how.
 */

import { ErrorValue, errors } from './errors';
import { closureAt, type Thread } from './thread';
import { Box, Closure, type GuestArray, type GuestMap, type Value } from './value';

/** Estimated bytes, for a host with pointers of 8 bytes; each covers the growth that hosts add in advance. */
export const bytesOf = {
  array: (length: number): number => 64 + 16 * length,
  element: 16,
  map: (size: number): number => 160 + 56 * size,
  entry: 56,
  string: (length: number): number => 32 + 2 * length,
  closure: (captured: number): number => 112 + 8 * captured,
  box: 32,
  error: 512,
  slot: 8,
} as const;

/** A run is out of memory when less than this part of the limit is free after a census: it would only take censuses. */
const leastFree = 1 / 16;

/** Hosts limit the size of a set; V8's limit is 2^24. */
const largestSet = 2 ** 23;

/** A set without a largest size. */
class Seen {
  private current = new Set<Value>();
  private readonly full: Set<Value>[] = [];

  /** Whether `value` is new. */
  add(value: Value): boolean {
    if (this.current.has(value) || this.full.some((set) => set.has(value))) return false;
    if (this.current.size >= largestSet) {
      this.full.push(this.current);
      this.current = new Set();
    }
    this.current.add(value);
    return true;
  }
}

/** Walks everything that can be reached from some values and adds up what it takes. */
class Census {
  bytes = 0;
  private readonly seen = new Seen();
  private readonly pending: (GuestArray | GuestMap | Closure | Box | ErrorValue)[] = [];

  reach(value: Value | undefined): void {
    if (typeof value === 'string') {
      if (value.length > 1 && this.seen.add(value)) this.bytes += bytesOf.string(value.length);
    } else if (typeof value === 'object' && value !== null) {
      if (!(value instanceof Array || value instanceof Map || value instanceof Closure || isSmall(value)))
        return;
      if (this.seen.add(value)) this.pending.push(value);
    }
  }

  finish(): void {
    for (let next = this.pending.pop(); next !== undefined; next = this.pending.pop()) this.visit(next);
  }

  private visit(value: GuestArray | GuestMap | Closure | Box | ErrorValue): void {
    if (value instanceof Array) {
      this.bytes += bytesOf.array(value.length);
      for (let i = 0; i < value.length; i++) this.reach(value[i]);
    } else if (value instanceof Map) {
      this.bytes += bytesOf.map(value.size);
      for (const [key, item] of value) {
        this.reach(key);
        this.reach(item);
      }
    } else if (value instanceof Closure) {
      this.bytes += bytesOf.closure(value.free.length);
      for (const item of value.free) this.reach(item);
    } else if (value instanceof Box) {
      this.bytes += bytesOf.box;
      this.reach(value.value);
    } else {
      this.bytes += bytesOf.error;
      this.reach(value.thrown);
    }
  }
}

const isSmall = (value: Value): value is Box | ErrorValue =>
  value instanceof Box || value instanceof ErrorValue;

/** The account of one VM. */
export class Memory {
  /** Bytes that may be charged before the next census. */
  private room: number;
  /** Bytes found live by the last census. */
  private live = 0;
  /** Censuses taken: what tests and statistics read. */
  censuses = 0;
  /** The first slot of the VM's outermost active run. */
  private bottom = 0;
  private activeRuns = 0;

  /**
   * @param limit bytes that live data may take
   * @param roots lists what the VM holds besides its active frames
   */
  constructor(
    readonly limit: number,
    private readonly thread: Thread,
    private readonly roots: () => Iterable<readonly (Value | undefined)[]>,
  ) {
    this.room = limit;
  }

  /** Bytes that were live at the last census and those charged since. */
  get charged(): number {
    return this.limit === Number.POSITIVE_INFINITY ? 0 : this.limit - this.room;
  }

  /** A run of the VM begins, its frames from slot `bottom` on. */
  enter(bottom: number): void {
    if (this.activeRuns++ === 0) this.bottom = bottom;
  }

  leave(): void {
    this.activeRuns--;
  }

  /**
   * Charges an allocation before it is made.
   *
   * @throws ErrorValue out of memory
   */
  charge(bytes: number): void {
    if ((this.room -= bytes) < 0) this.takeCensus(bytes);
  }

  private takeCensus(wanted: number): void {
    // What cannot be had even of an empty machine needs no census.
    if (wanted <= this.limit) this.live = this.count();
    this.room = this.limit - this.live - wanted;
    if (this.room >= this.limit * leastFree && wanted <= this.limit) return;
    this.room = Math.max(this.limit - this.live, 0);
    throw errors.outOfMemory(`the data of the program need more than ${this.limit} bytes`);
  }

  private count(): number {
    this.censuses++;
    const census = new Census();
    if (this.activeRuns > 0) this.countFrames(census);
    for (const values of this.roots()) for (const value of values) census.reach(value);
    census.finish();
    return census.bytes;
  }

  private countFrames(census: Census): void {
    const { stack, fp, slotRoom } = this.thread;
    const end = fp + closureAt(fp).fn.frameSize;
    // Nothing above the frame on top is alive, and the host's collector must not think it is.
    stack.fill(null, end, slotRoom);
    for (let slot = this.bottom; slot < end; slot++) census.reach(stack[slot]);
    census.bytes += bytesOf.slot * (end - this.bottom);
  }
}
