/**
 * The account of what a VM's data take, by estimate: every allocation is charged before it happens, and when the charges since
 * the last census have used up what the limit leaves, a census finds what is live. The host's collector reclaims; this only
 * counts. docs/limits.md says what is counted how.
 */

import { Census } from './census';
import { type ErrorValue, errors } from './errors';
import type { Thread } from './thread';
import type { Value } from './value';

/** Estimated bytes, for a host with pointers of 8 bytes; each covers the growth that hosts add in advance. */
export const bytesOf = {
  array: (length: number): number => 96 + 16 * length,
  element: 16,
  map: (size: number): number => 160 + 56 * size,
  entry: 56,
  /** The elements' bytes, and what hosts keep beside them. */
  buffer: (bytes: number): number => 352 + bytes,
  string: (length: number): number => 32 + 2 * length,
  class: (members: number): number => 512 + 96 * members,
  instance: (fields: number): number => 128 + 8 * fields,
  closure: (captured: number): number => 112 + 8 * captured,
  box: 32,
  /** An error; its message is a string besides. */
  error: 384,
  traceEntry: 96,
  slot: 16,
  frame: 16,
  /** What a walk over nested collections holds for each level. */
  level: 320,
} as const;

/** A run is out of memory when less than this part of the limit is free after a census: it would only take censuses. */
const leastFree = 1 / 16;

/** Values that a census visits for a unit of fuel. */
const visitsPerUnit = 16;

/**
 * Thrown by an instruction or a built-in function that finds no room: the unwinder takes a census where all operands are in
 * their slots, and the instruction, which has done nothing yet, begins again.
 */
export class Shortage {
  /** @param bytes that the instruction wanted last */
  constructor(readonly bytes: number) {}
}

/**
 * Thrown where a function of the host's is to be called, which may look at all frames, and frames are still on the host's stack only: the
 * call, which has done nothing yet, begins again where all are on the thread.
 */
export class FramesWanted extends Shortage {
  constructor() {
    super(0);
  }
}

/** There is no room to go back to: a census has been taken since, or another run has been. */
const unmarked = -1;

/** The account of one VM. */
export class Memory {
  /** Bytes that may be charged before the next census. */
  private room: number;
  /** The room when the instruction that is running began. */
  private marked: number = unmarked;
  /** Censuses taken: what tests and statistics read. */
  censuses = 0;
  /** The first slot and the first frame of the VM's outermost active run. */
  private bottom = 0;
  private floor = 0;
  private activeRuns = 0;
  /** Globals of the program that ran last: another program begins with an empty account. */
  private globals: readonly unknown[] | undefined;
  /** Where the last census of a shortage was taken: an instruction that fails there again needs too much. */
  private relieved = { pc: -1, fp: -1, fuel: -1 };

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
    this.relieved.pc = -1;
    if (this.activeRuns++ > 0) return;
    this.bottom = bottom;
    this.floor = this.thread.floor;
    const { globals } = this.thread.vm;
    // Only what was made by other programs can have been charged, and nothing holds it any more.
    if (globals !== this.globals && !this.hasSuspended()) this.room = this.limit;
    this.globals = globals;
  }

  leave(): void {
    this.activeRuns--;
    this.relieved.pc = -1;
  }

  /**
   * Charges an allocation of an instruction or a built-in function before it is made.
   *
   * @throws Shortage where a census has to be taken first; all that the instruction has charged is forgotten by it
   * @throws ErrorValue out of memory, where not even an empty machine has as much
   */
  reserve(bytes: number): void {
    if (bytes <= this.room) this.room -= bytes;
    else throw bytes > this.limit ? this.refusal() : new Shortage(bytes);
  }

  /** Says that an instruction begins which may reserve, and begin again. */
  mark(): void {
    this.marked = this.room;
  }

  unmark(): void {
    this.marked = unmarked;
  }

  /** Takes back what the instruction has reserved that will begin again. */
  forget(): void {
    if (this.marked !== unmarked) this.room = this.marked;
  }

  /**
   * Charges what cannot begin again: an allocation of the host for the guest.
   *
   * @param end the first slot that is free
   * @throws ErrorValue out of memory
   */
  charge(bytes: number, end = this.thread.top): void {
    if (bytes > this.room) {
      this.takeCensus(end);
      if (!this.hasRoomFor(bytes)) throw this.refusal();
    }
    this.room -= bytes;
  }

  /**
   * Takes the census that a `Shortage` asks for, the thread's registers standing at the instruction that will begin again.
   *
   * @returns the error, where that would not help
   */
  relieve({ bytes }: Shortage): ErrorValue | undefined {
    const { pc, fp, sp, fuelUsed } = this.thread;
    const { relieved } = this;
    // No instruction is executed twice in a frame without using fuel in between.
    if (relieved.pc === pc && relieved.fp === fp && relieved.fuel === fuelUsed) return this.refusal();
    this.takeCensus(sp);
    this.relieved = { pc, fp, fuel: this.thread.fuelUsed };
    return this.hasRoomFor(bytes) ? undefined : this.refusal();
  }

  private hasRoomFor(bytes: number): boolean {
    return this.room - bytes >= this.limit * leastFree;
  }

  private refusal(): ErrorValue {
    return errors.outOfMemory(`the data of the program need more than ${this.limit} bytes`);
  }

  /** Sets the room to what live data leave. Its work costs fuel, or a program that fills its memory would slow the host down. */
  private takeCensus(end: number): void {
    this.censuses++;
    this.marked = unmarked;
    const { thread } = this;
    const census = new Census(this.limit);
    if (this.activeRuns > 0) {
      // Nothing above is alive, and the host's collector must not think it is.
      thread.stack.fill(null, end, thread.slotRoom);
      census.countSlots(thread.stack, this.bottom, end);
      census.bytes += thread.roomBytes(this.bottom, this.floor);
    }
    for (const values of this.roots()) census.countRoots(values);
    census.finish();
    this.room = Math.max(this.limit - census.bytes, 0);
    if (this.activeRuns > 0 && thread.vm.memory === this) {
      thread.budget -= Math.ceil(census.visits / visitsPerUnit);
    }
  }

  /** Whether anything but the current program's globals is held. */
  private hasSuspended(): boolean {
    let held = 0;
    for (const _ of this.roots()) if (++held > 1) return true;
    return false;
  }
}
