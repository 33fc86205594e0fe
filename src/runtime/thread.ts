/**
 * The machine that runs guests: one operand stack, one stack of frames and the registers, shared by every VM of this
 * host thread. What belongs to one VM hangs off the `VmState` that is running, so code never captures it.
 *
 * A frame is: the callee at `fp - 1`, then arguments, locals and operands. The stack of frames holds, for each caller
 * that waits, the pc to return to and its `fp`; the closure is found at `fp - 1`, the height is a constant of the pc.
 */

import { type ErrorValue, errors } from './errors';
import type { Limits } from './limits';
import type { Closure, Value } from './value';

/** What is one VM's own while it runs. */
export interface VmState {
  /** By the module's global index; `undefined` until defined. */
  readonly globals: (Value | undefined)[];
  /** By the module's import index. */
  readonly imports: readonly Value[];
  readonly limits: Limits;
  /** Receives what the guest writes. */
  readonly output: (text: string) => void;
}

/** Thrown at a safepoint whose slow path ends the run; `thread.pc` and `thread.fp` are where it would go on. */
export class Interrupt {
  constructor(readonly error: ErrorValue) {}
}

/** Room that a run begins with, in slots and frames; more is made when a call asks for it. */
const initialSlots = 1024;
const initialFrames = 64;
/** Fuel is handed out in slices, so that the counter of the fast path stays a small integer. */
const fuelSlice = 2 ** 30 - 1;

/** What a run that is entered leaves to be restored when it ends: the state of the run around it. */
type OuterRun = Pick<
  Thread,
  'depth' | 'floor' | 'frameRoom' | 'slotRoom' | 'pc' | 'fp' | 'sp' | 'top' | 'bottom' | 'budget' | 'vm'
> & {
  readonly reserve: number;
  readonly granted: number;
};

export class Thread {
  /** Slots of all frames. */
  readonly stack: Value[] = new Array<Value>(initialSlots).fill(null);
  /** Waiting callers: `[return pc, fp]` pairs. */
  frames = new Int32Array(2 * initialFrames);
  /** Waiting callers on `frames`. */
  depth = 0;
  /** The depth at which the innermost run returns to the host. */
  floor = 0;
  /** Calls are refused, or room is made for them, when `depth` reaches this. */
  frameRoom = initialFrames;
  /** The same for slots: no frame reaches beyond it. */
  slotRoom = initialSlots;

  /** Registers of the frame on top, valid when no engine is running. */
  pc = 0;
  fp = 1;
  /** The first slot above the operands: used where heights are not known from the pc. */
  sp = 1;
  /** The first slot free for a run started by a host function. */
  top = 0;
  /** The first slot of the innermost run. */
  bottom = 0;

  /** Fuel left of the current slice; a safepoint that takes it below zero calls `interrupt`. */
  budget = 0;
  /** Fuel not handed out yet. */
  private reserve = 0;
  /** Fuel handed out so far, the current slice included. */
  private granted = 0;

  vm!: VmState;

  /**
   * Begins a run of `vm` above whatever is running: its frames, fuel and limits are its own until `leave`. Its
   * closure goes into the slot `bottom`.
   *
   * @returns what to hand to `leave`
   */
  enter(vm: VmState): OuterRun {
    const { depth, floor, frameRoom, slotRoom, pc, fp, sp, top, bottom, budget, reserve, granted } = this;
    const outer = {
      ...{ depth, floor, frameRoom, slotRoom, pc, fp, sp, top, bottom },
      ...{ budget, reserve, granted, vm: this.vm },
    };
    const { fuel, maxFrames, maxSlots } = vm.limits;
    this.vm = vm;
    this.floor = depth;
    this.bottom = top;
    this.frameRoom = Math.min(this.frames.length / 2, depth + maxFrames);
    this.slotRoom = Math.min(this.stack.length, top + Math.min(initialSlots, maxSlots));
    this.budget = Math.min(fuel, fuelSlice);
    this.reserve = fuel - this.budget;
    this.granted = this.budget;
    return outer;
  }

  /** Ends a run: nothing of it stays in the slots, and the run around it is as it was. */
  leave(outer: OuterRun): void {
    this.stack.fill(null, this.bottom, this.slotRoom);
    Object.assign(this, outer);
  }

  get fuelUsed(): number {
    return this.granted - Math.max(this.budget, 0);
  }

  /** The slow path of a safepoint: goes on with the next slice, or ends the run at `pc` in the frame at `fp`. */
  interrupt(pc: number, fp: number): void {
    if (this.refill()) return;
    this.pc = pc;
    this.fp = fp;
    throw new Interrupt(errors.outOfFuel());
  }

  /** Charges work done inside a host function, before it is done. */
  charge(cost: number): void {
    if ((this.budget -= cost) < 0 && !this.refill()) throw errors.outOfFuel();
  }

  private refill(): boolean {
    while (this.budget < 0 && this.reserve > 0) {
      const slice = Math.min(this.reserve, fuelSlice);
      this.budget += slice;
      this.reserve -= slice;
      this.granted += slice;
    }
    return this.budget >= 0;
  }

  /** The slow path of a call: makes room for a frame whose slots end at `end`, or raises the stack overflow. */
  makeRoom(end: number): void {
    const { maxFrames, maxSlots } = this.vm.limits;
    const { depth, floor } = this;
    if (depth - floor >= maxFrames) throw errors.stackOverflow(`more than ${maxFrames} calls are active`);
    if (depth >= this.frameRoom) {
      this.frameRoom = Math.min(2 * depth, floor + maxFrames);
      if (2 * this.frameRoom > this.frames.length) {
        const longer = new Int32Array(2 * this.frameRoom);
        longer.set(this.frames);
        this.frames = longer;
      }
    }
    if (end > this.slotRoom) this.makeSlots(end, maxSlots);
  }

  private makeSlots(end: number, maxSlots: number): void {
    if (end - this.bottom > maxSlots)
      throw errors.stackOverflow(`the operand stack is limited to ${maxSlots} slots`);
    this.slotRoom = Math.min(2 * end, this.bottom + maxSlots);
    while (this.stack.length < this.slotRoom) this.stack.push(null);
  }
}

/** The machine of this host thread. */
export const thread = new Thread();

/** The closure whose frame is at `fp`. */
export const closureAt = (fp: number): Closure => thread.stack[fp - 1] as Closure; // the frame contract
