/**
 * What a thread keeps of a run while another one, begun by a host function, is on top of it.
 */

import type { Thread, VmState } from './thread';

/** The state of a run that another one, begun by a host function, is on top of. Spelt out: a run may be very short. */
export class OuterRun {
  private readonly vm: VmState;
  private readonly runs: number;
  private readonly depth: number;
  private readonly floor: number;
  private readonly frameRoom: number;
  private readonly slotRoom: number;
  private readonly direct: number;
  private readonly hostDepth: number;
  private readonly hostSlots: number;
  private readonly pc: number;
  private readonly fp: number;
  private readonly sp: number;
  private readonly top: number;
  private readonly bottom: number;
  private readonly budget: number;
  private readonly callBudget: number;
  private readonly portion: number;
  private readonly sliceLeft: number;
  private readonly limitLeft: number;
  private readonly granted: number;
  private readonly poll: (() => boolean) | undefined;
  private readonly suspendable: boolean;

  constructor(thread: Thread) {
    this.vm = thread.vm;
    this.runs = thread.runs;
    this.depth = thread.depth;
    this.floor = thread.floor;
    this.frameRoom = thread.frameRoom;
    this.slotRoom = thread.slotRoom;
    this.direct = thread.direct;
    this.hostDepth = thread.hostDepth;
    this.hostSlots = thread.hostSlots;
    this.pc = thread.pc;
    this.fp = thread.fp;
    this.sp = thread.sp;
    this.top = thread.top;
    this.bottom = thread.bottom;
    this.budget = thread.budget;
    this.callBudget = thread.callBudget;
    this.portion = thread.portion;
    this.sliceLeft = thread.sliceLeft;
    this.limitLeft = thread.limitLeft;
    this.granted = thread.granted;
    this.poll = thread.poll;
    this.suspendable = thread.suspendable;
  }

  restore(thread: Thread): void {
    thread.vm = this.vm;
    thread.runs = this.runs;
    thread.depth = this.depth;
    thread.floor = this.floor;
    thread.frameRoom = this.frameRoom;
    thread.slotRoom = this.slotRoom;
    thread.direct = this.direct;
    thread.hostDepth = this.hostDepth;
    thread.hostSlots = this.hostSlots;
    thread.pc = this.pc;
    thread.fp = this.fp;
    thread.sp = this.sp;
    thread.top = this.top;
    thread.bottom = this.bottom;
    thread.budget = this.budget;
    thread.callBudget = this.callBudget;
    thread.portion = this.portion;
    thread.sliceLeft = this.sliceLeft;
    thread.limitLeft = this.limitLeft;
    thread.granted = this.granted;
    thread.poll = this.poll;
    thread.suspendable = this.suspendable;
  }
}
