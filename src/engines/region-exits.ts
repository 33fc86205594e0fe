/**
 * Ways out of a region before its end: what is thrown through its closures, and where the thread stands then.
 */

import type { Instance } from '../runtime/instances';
import type { LinkedFunction } from '../runtime/linked';
import { FramesWanted } from '../runtime/memory';
import type { ClassValue } from '../runtime/objects';
import { thread } from '../runtime/thread';
import type { Closure, Value } from '../runtime/value';
import { doubles } from './doubles';
import { codeOf } from './fused-code';
import type { Inlined } from './region-inlining';
import type { CallSite, Compute, Frame, FunctionRegisters, Homes, RegionSite } from './region-site';

/** Thrown where a region is given up: the thread stands where cells go on. */
export const left = new (class RegionLeft {})();

/** Thrown where a call is refused that would take too much of the host's stack. */
export const deep = new (class RegionDeep {})();

/** What was thrown, all the way up to the driver that handles it: the thread stands where it was thrown. */
export class Raised {
  constructor(readonly thrown: unknown) {}
}

/** Thrown by a function that is called directly where there is no room for its frame. */
export const refused = new (class CallRefused {})();

/** What happened in regions, of all programs. */
export const regionCounters = {
  /** Regions entered from cells. */
  entered: 0,
  /** Given up before their end: an instruction off its fast path. */
  left: 0,
  /** Given up since the host's stack had been used enough: calls go on with explicit frames. */
  deep: 0,
  /** Errors that were handled where they did not leave the region. */
  handled: 0,
  /** Frames of direct calls that were put on the thread, since something was thrown through them. */
  waited: 0,
};

/** The inlined function that the thread stands in, whose frame has not been made: `thread.fp` is that of the frame around it. */
let inside: Inlined | undefined;

export function takeInlined(): Inlined | undefined {
  const inlined = inside;
  inside = undefined;
  return inlined;
}

/** How often registers may be put into slots in mid-run: where somebody sees them, the host keeps them in memory, and they are no use. */
const mostSettled = 1000;

/** The closure of a method that runs on an object: what its class has of that function, or a class above that is called through `super`. */
export function methodFor(fn: LinkedFunction, object: Value): Closure {
  let holder: ClassValue | null = (object as Instance).classValue; // as the receiver of a method is
  while (holder !== null) {
    const place = holder.instances.functions.indexOf(fn);
    if (place >= 0) return holder.methods[place]!;
    holder = holder.superclass;
  }
  throw new Error(`no class of the object has the method ${fn.name}`);
}

/** Where a frame is, with what is in registers in its slots, its closure too, and their fuel on the thread. */
export function settledPlace(frame: Frame): number {
  if (typeof frame === 'number') return frame;
  const fp = settledPlace(frame.outer);
  const { r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, homes } = frame;
  const values = [r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11];
  homes.slots.forEach((slot, i) => {
    if (homes.doubles !== undefined && homes.doubles[i]! >= 0)
      doubles[fp + slot] = values[i] as number; // as its type says
    else thread.stack[fp + slot] = values[i]!;
  });
  if (homes.of === 'function') {
    const own = frame as FunctionRegisters; // as its homes say
    thread.stack[fp - 1] = own.callee ?? methodFor(homes.fn, values[homes.fn.arity - 1]!);
    thread.depth = own.depth;
    // What is thrown now is thrown by itself, and not through it.
    own.site = undefined;
  } else {
    thread.budget = frame.left;
  }
  countSettled(homes);
  return fp;
}

/** Whether frames of functions that are called directly may be missing on the thread. */
function isDirect(frame: Frame): boolean {
  let one = frame;
  while (typeof one !== 'number') {
    if (one.homes.of === 'function') return true;
    one = one.outer;
  }
  return false;
}

/** Does what only knows of slots: with what is in registers there. */
export function inSlots(frame: Frame, compute: Compute): Value {
  const result = isDirect(frame) ? withoutFrames(frame, compute) : compute(settledPlace(frame));
  return done(frame, result);
}

/** A function of the host's that is called meanwhile wants the frames that are not on the thread. Where something is thrown, whoever catches it knows how many there are. */
function withoutFrames(frame: Frame, compute: Compute): Value {
  const fp = settledPlace(frame);
  thread.direct++;
  const result = compute(fp);
  thread.direct--;
  return result;
}

function countSettled(homes: Homes, times = 1): void {
  const before = homes.settled;
  homes.settled += times;
  if (before < mostSettled && homes.settled >= mostSettled) homes.often();
}

/** How many times as much as another way out it counts against direct calls of a function that frames are wanted below it. */
const weightOfWanted = 100;

const wantsFrames = (thrown: unknown): boolean =>
  thrown instanceof FramesWanted || (thrown instanceof Raised && thrown.thrown instanceof FramesWanted);

/**
 * Throws on what is thrown through a function that is called directly. Where it waits for a call, it has put its frame on the thread.
 *
 * @param site of the call, or of an instruction that has thrown by itself
 * @param fp of the function, with how many frames wait below its own
 */
export function waits(
  thrown: unknown,
  site: CallSite | undefined,
  homes: Homes,
  fp: number,
  depth: number,
): never {
  if (wantsFrames(thrown)) countSettled(homes, weightOfWanted);
  // Else it stands on top itself, and has said where.
  if (site === undefined) throw thrown;
  if (site.next < 0) {
    placeAt(site, fp);
    thread.depth = depth;
    throw thrown;
  }
  if (thrown === refused) {
    regionCounters.deep++;
    thread.pc = site.start;
    thread.fp = fp;
    thread.depth = depth;
    throw deep;
  }
  regionCounters.waited++;
  if (homes.thrown.next()) homes.often();
  throw thrown;
}

/** Fuel between two of something, at most, that is too often: each costs as much as some hundred calls that return. */
const fuelBetween = 1000;

/** Counts what had better not be often. */
export class Frequency {
  private count = 0;
  private since = 0;

  /** @param many how many are looked at together */
  constructor(private readonly many: number) {}

  /** Counts one. @returns whether the last so many were too often */
  next(): boolean {
    if (++this.count % this.many !== 0) return false;
    const { fuelUsed } = thread;
    const fuel = fuelUsed - this.since;
    this.since = fuelUsed;
    // Less than none is another run.
    return fuel >= 0 && fuel < this.many * fuelBetween;
  }
}

/** What something has given that ran on the thread, where `settledPlace` or `at` came before: it may have used fuel. */
export function done<T>(frame: Frame, value: T): T {
  if (typeof frame !== 'number') frame.left = thread.budget;
  return value;
}

export function interrupt(pc: number, frame: Frame): void {
  inside = undefined;
  thread.interrupt(pc, settledPlace(frame));
}

export function interruptInlined(inlined: Inlined, frame: Frame): void {
  inside = inlined;
  thread.interrupt(0, settledPlace(frame));
  done(frame, undefined);
}

export function leave(site: RegionSite, fp: Frame): never {
  at(site, fp);
  thread.budget += site.refund;
  throw left;
}

/** How often an `OpThrow` is reached until it had better find its handler in the region. */
const manyReached = 64;

/** Gives a region up where code throws that has registers: cells do that. */
export function thrownWith(site: RegionSite, homes: Homes): (frame: Frame) => never {
  const reached = new Frequency(manyReached);
  return (frame) => {
    if (reached.next()) homes.often();
    leave(site, frame);
  };
}

/** Gives up all regions: code that frames below may be in is no longer what is to be run. @param pc where the function at `fp` goes on */
export function leftAll(pc: number, fp: number): Raised {
  thread.pc = pc;
  thread.fp = fp;
  return new Raised(left);
}

/** By site: how often its instruction could not be computed inside an expression. */
const failures = new WeakMap<RegionSite, number>();
const mostFailures = 4;

/**
 * Gives a region up for an instruction that cannot be computed inside an expression. Where that is often so, it stands alone from then on: cells may
 * do it at the end of a statement of theirs, and never learn.
 */
export function leaveFailed(site: RegionSite, fp: Frame): never {
  const count = (failures.get(site) ?? 0) + 1;
  failures.set(site, count);
  if (count === mostFailures) codeOf(site.fn)!.isolateAt(site.pc);
  leave(site, fp);
}

export function orLeave<T>(value: T | undefined, site: RegionSite, fp: Frame): T {
  if (value === undefined) leaveFailed(site, fp);
  return value;
}

/** The instruction that the statement at `thread.pc` is for. */
let purpose = 0;

export const purposeAtExit = (): number => purpose;

export function at(site: RegionSite, frame: Frame): void {
  placeAt(site, settledPlace(frame));
}

function placeAt(site: RegionSite, fp: number): void {
  purpose = site.pc;
  thread.pc = site.start;
  thread.fp = fp;
  inside = site.inlined;
}

/** Readies the thread for a built-in function that calls nothing, with its arguments below `top`. */
export function ready(top: number): void {
  thread.top = top;
  thread.mark();
}
