/**
 * The machine that runs guests: one operand stack, one stack of frames and the registers, shared by every VM of this
 * host thread. What belongs to one VM hangs off the `VmState` that is running, so code never captures it.
 *
 * A frame is: the callee at `fp - 1`, then arguments, locals and operands. The stack of frames holds, for each caller
 * that waits, the pc to return to and its `fp`; the closure is found at `fp - 1`, the height is a constant of the pc.
 */

import { errors } from './errors';
import type { FixedVariables } from './fixed-variables';
import type { Limits } from './limits';
import { bytesOf, type Memory } from './memory';
import { OuterRun } from './outer-run';
import type { Random } from './random';
import { badCall } from './slow';
import type { Closure, Value } from './value';

/** What is one VM's own while it runs. */
export interface VmState {
  /** The VM. */
  readonly owner: object;
  /** By the module's global index; `undefined` until defined. */
  readonly globals: (Value | undefined)[];
  /** By the module's import index. */
  readonly imports: readonly Value[];
  /** What code of the module assumes of both, and the version of that which has been found to hold. */
  readonly fixed: FixedVariables;
  fixedVersion: number;
  readonly limits: Limits;
  readonly memory: Memory;
  /** Receives what the guest writes. */
  readonly output: (text: string) => void;
  /** What `random` and its like draw from. */
  readonly random: Random;
  /** Milliseconds, where the host grants a clock. */
  readonly clock: (() => number) | undefined;
}

/** Why a run stops before its end, in a state that it can go on from. */
export type StopReason =
  | { readonly kind: 'fuel' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'await'; readonly host: string; readonly promise: Promise<unknown> };

/** Thrown through an engine to stop a run; not an error, and no guest sees it. */
export class Interrupt {
  /**
   * @param where at a `safepoint`, the thread's `pc` and `fp` are where to go on; at an `instruction`, the engine knows the
   *   pc of the instruction, which has done nothing yet
   */
  constructor(
    readonly reason: StopReason,
    readonly where: 'safepoint' | 'instruction',
  ) {}
}

/** How far a run may go before it stops, and who may stop it earlier. */
export interface Pace {
  /** Units of fuel until the run pauses; `Infinity` for no pause. */
  readonly slice: number;
  /** Units of fuel until it is out of fuel. */
  readonly limit: number;
  /** Asked every `pollEvery` units at a safepoint; `true` pauses the run. */
  readonly poll?: (() => boolean) | undefined;
  readonly pollEvery?: number | undefined;
  /** Whether the run can be stopped and gone on with: not where a host function waits for its end. */
  readonly suspendable: boolean;
}

/** Room that a run begins with, in slots and frames; more is made when a call asks for it. */
const initialSlots = 1024;
const initialFrames = 64;

/** Made by pushing: an array that is made with a length has holes to the host, and each read of it asks whether it met one. */
function nulls(count: number): Value[] {
  const values: Value[] = [];
  for (let i = 0; i < count; i++) values.push(null);
  return values;
}

/** What is kept of that room when no run is active. */
const keptSlots = 2 ** 16;
const keptFrames = 2 ** 13;
/** Fuel is handed out in portions, so that the counter of the fast path stays a small integer. */
const largestPortion = 2 ** 30 - 1;

/** The frames of a run that has stopped, copied out; everything in it is relative to the run's first slot. */
export interface SavedFrames {
  readonly slots: Value[];
  /** `[return pc, fp]` pairs. */
  readonly frames: Int32Array;
  readonly pc: number;
  readonly fp: number;
  readonly sp: number;
  /** The room that the run had, which has been charged. */
  readonly slotRoom: number;
  readonly frameRoom: number;
}

export class Thread {
  /** Slots of all frames. */
  readonly stack: Value[] = nulls(initialSlots);
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

  /**
   * How many times on the host's stack something that may look at frames was begun by functions that have none on `frames`: whoever does look has them put
   * there first.
   */
  direct = 0;

  /** Calls that engines make on the host's stack are refused, and made with explicit frames, beyond this depth. */
  hostDepth = 0;
  /** The same for slots: only frames below have doubles beside their slots. */
  hostSlots = 0;

  /** The pc of the frame on top, valid when no engine is running. */
  pc = 0;
  /** The frame on top; engines keep it up to date at calls and returns. */
  fp = 1;
  /** The first slot above the operands, valid when no engine is running. */
  sp = 1;
  /** The first slot free for a run started by a host function. */
  top = 0;
  /** The first slot of the innermost run. */
  bottom = 0;

  /** Fuel left of the current portion; a safepoint that takes it below zero calls `interrupt`. */
  budget = 0;
  /** What `budget` was when the host function that is running was called, or at the last `mark`. */
  callBudget = 0;
  /** Fuel that is handed out at a time. */
  portion = 0;
  /** Fuel of this slice not handed out yet. */
  sliceLeft = 0;
  /** Fuel of the run beyond this slice. */
  limitLeft = 0;
  /** Fuel handed out so far. */
  granted = 0;
  poll: (() => boolean) | undefined = undefined;
  suspendable = false;

  vm!: VmState;
  /** Changes whenever code that may be running must be left for other: the host has patched it, or set a variable that it assumed to be fixed. */
  codeVersion = 0;
  /** Runs that have been entered and not left. */
  runs = 0;

  /**
   * Begins a run of `vm` above whatever is running: its frames, fuel and limits are its own until `leave`.
   *
   * @returns what to hand to `leave`
   */
  enter(vm: VmState, pace: Pace): OuterRun {
    const outer = new OuterRun(this);
    const { depth, top } = this;
    const { maxFrames, maxSlots } = vm.limits;
    this.vm = vm;
    this.runs++;
    this.floor = depth;
    this.bottom = top;
    this.hostDepth = 0;
    this.direct = 0;
    // No more, even where there is more: what a program is charged must not depend on the runs before it.
    this.growFrames(depth + Math.min(initialFrames, maxFrames));
    this.growSlots(top + Math.min(initialSlots, maxSlots));
    this.setPace(pace);
    return outer;
  }

  /** Ends a run: nothing of it stays in the slots, and the run around it is as it was. */
  leave(outer: OuterRun): void {
    this.stack.fill(null, this.bottom, this.slotRoom);
    outer.restore(this);
    if (this.runs > 0) {
      this.vm.memory.unmark();
      return;
    }
    if (this.stack.length > keptSlots) this.stack.length = keptSlots;
    if (this.frames.length > 2 * keptFrames) this.frames = new Int32Array(2 * keptFrames);
  }

  private setPace({ slice, limit, poll, pollEvery, suspendable }: Pace): void {
    this.sliceLeft = Math.min(slice, limit);
    this.limitLeft = limit === Number.POSITIVE_INFINITY ? limit : limit - this.sliceLeft;
    this.portion = Math.min(pollEvery ?? largestPortion, largestPortion);
    this.poll = poll;
    this.suspendable = suspendable;
    this.budget = 0;
    this.granted = 0;
    const first = Math.min(this.sliceLeft, this.portion);
    this.give(first);
    this.sliceLeft -= first;
  }

  /** Fuel that the run may still use. */
  get fuelLeft(): number {
    return Math.max(this.budget + this.sliceLeft + this.limitLeft, 0);
  }

  /** Charges what a run below a host function has used. */
  spend(units: number): void {
    this.budget -= units;
    this.settle();
  }

  /** Fuel used since `enter`. */
  get fuelUsed(): number {
    return this.granted - this.budget;
  }

  /**
   * Makes the frame of `closure` the run's first; the engine begins there.
   *
   * @param args what it is called with; `undefined` for a program, which takes none
   */
  begin(closure: Closure, args: readonly Value[] | undefined): void {
    const { bottom, stack } = this;
    const { frameSize, localCount, arity } = closure.fn;
    stack[bottom] = closure;
    this.pc = 0;
    this.fp = this.sp = bottom + 1;
    if (args !== undefined && args.length !== arity) badCall(closure, args.length);
    if (this.fp + frameSize > this.slotRoom) {
      this.top = this.fp;
      this.makeRoom(this.fp + frameSize, (bytes) => this.vm.memory.charge(bytes));
    }
    for (let i = 0; i < localCount; i++) stack[this.sp++] = i < arity && args ? args[i]! : null;
  }

  /** Copies the frames of the run out. */
  save(): SavedFrames {
    const { bottom, floor, depth } = this;
    const frames = this.frames.slice(2 * floor, 2 * depth);
    for (let i = 1; i < frames.length; i += 2) frames[i]! -= bottom;
    return {
      slots: this.stack.slice(bottom, this.sp),
      frames,
      pc: this.pc,
      fp: this.fp - bottom,
      sp: this.sp - bottom,
      slotRoom: this.slotRoom - bottom,
      frameRoom: this.frameRoom - floor,
    };
  }

  /** Puts frames back that `save` copied, as the frames of the run that has just been entered. */
  restore({ slots, frames, pc, fp, sp, slotRoom, frameRoom }: SavedFrames): void {
    const { bottom, floor } = this;
    this.fp = bottom + fp;
    this.depth = floor + frames.length / 2;
    this.growFrames(floor + frameRoom);
    this.growSlots(bottom + slotRoom);
    for (let i = 0; i < frames.length; i += 2) {
      this.frames[2 * floor + i] = frames[i]!;
      this.frames[2 * floor + i + 1] = frames[i + 1]! + bottom;
    }
    for (let i = 0; i < slots.length; i++) this.stack[bottom + i] = slots[i]!;
    this.pc = pc;
    this.sp = bottom + sp;
  }

  /** The slow path of a safepoint: goes on with the next portion of fuel, or stops the run at `pc` in the frame at `fp`. */
  interrupt(pc: number, fp: number): void {
    const paused = this.suspendable && this.poll?.() === true;
    this.handOut();
    const outOfFuel = this.budget + this.limitLeft < 0;
    if (!outOfFuel && !paused && this.budget >= 0) return;
    this.pc = pc;
    this.fp = fp;
    throw new Interrupt({ kind: outOfFuel ? 'fuel' : 'pause' }, 'safepoint');
  }

  /** Charges work done inside a host function, before it is done. */
  charge(cost: number): void {
    if ((this.budget -= cost) >= 0) return;
    this.settle();
    if (this.budget + this.limitLeft >= 0) return; // a slice that is used up stops the run at its next safepoint
    // The call begins again where there is more fuel, so it has not cost anything yet.
    this.takeBack();
    throw new Interrupt({ kind: 'fuel' }, 'instruction');
  }

  /** Takes back what the instruction has charged that will begin again. */
  takeBack(): void {
    this.budget = this.callBudget;
    this.vm.memory.forget();
  }

  /** Makes the next safepoint look whether it has to stop. */
  poke(): void {
    if (this.budget <= 0) return;
    this.sliceLeft += this.budget;
    this.granted -= this.budget;
    this.callBudget -= this.budget;
    this.budget = 0;
  }

  /** Hands out what is owed and no more, so that the next safepoint still looks whether it has to stop. */
  private settle(): void {
    const owed = Math.min(-this.budget, this.sliceLeft);
    if (owed <= 0) return;
    this.give(owed);
    this.sliceLeft -= owed;
  }

  /** Hands out fuel of the slice until the budget is not below zero. */
  private handOut(): void {
    while (this.budget < 0) {
      const portion = Math.min(this.sliceLeft, this.portion);
      if (portion === 0) return;
      this.give(portion);
      this.sliceLeft -= portion;
    }
  }

  private give(portion: number): void {
    this.budget += portion;
    this.callBudget += portion;
    this.granted += portion;
  }

  /** Says that an instruction begins which may charge fuel or memory, and will begin again where there is not enough. */
  mark(): void {
    this.callBudget = this.budget;
    this.vm.memory.mark();
  }

  /**
   * The slow path of a call: makes room for a frame whose slots end at `end`, or raises the stack overflow.
   *
   * @param charge charges the memory for it; unless given, as part of an instruction that can begin again
   */
  makeRoom(end: number, charge?: (bytes: number) => void): void {
    const { maxFrames, maxSlots } = this.vm.limits;
    const { depth, floor, bottom } = this;
    if (depth - floor >= maxFrames) throw errors.stackOverflow(`more than ${maxFrames} calls are active`);
    if (end - bottom > maxSlots) {
      throw errors.stackOverflow(`the operand stack is limited to ${maxSlots} slots`);
    }
    const frameRoom =
      depth < this.frameRoom ? this.frameRoom : floor + Math.min(2 * (depth - floor), maxFrames);
    const slotRoom = end <= this.slotRoom ? this.slotRoom : bottom + Math.min(2 * (end - bottom), maxSlots);
    const bytes = bytesOf.frame * (frameRoom - this.frameRoom) + bytesOf.slot * (slotRoom - this.slotRoom);
    if (charge !== undefined) {
      charge(bytes);
    } else {
      this.mark();
      this.vm.memory.reserve(bytes);
    }
    this.growFrames(frameRoom);
    this.growSlots(slotRoom);
  }

  /** Estimated bytes of the stack and frames from `bottom` and `floor` on, beyond what every run begins with. */
  roomBytes(bottom: number, floor: number): number {
    const slots = Math.max(this.slotRoom - bottom - initialSlots, 0);
    const frames = Math.max(this.frameRoom - floor - initialFrames, 0);
    return bytesOf.slot * slots + bytesOf.frame * frames;
  }

  private growFrames(room: number): void {
    this.frameRoom = room;
    // One frame more than there is room for is written before it is refused.
    if (2 * room + 2 <= this.frames.length) return;
    const longer = new Int32Array(2 * room + 2);
    longer.set(this.frames);
    this.frames = longer;
  }

  private growSlots(room: number): void {
    this.slotRoom = room;
    while (this.stack.length < room) this.stack.push(null);
  }
}

/** The machine of this host thread. */
export const thread = new Thread();

/** The closure whose frame is at `fp`. */
export const closureAt = (fp: number): Closure => thread.stack[fp - 1] as Closure; // the frame contract
