/**
 * Regions: loops and functions whose closures call each other, guests' calls included, on the host's stack. This file is how
 * control gets into one and out of it.
 *
 * In: a region is the cell of a loop's head or of a function's first instruction, and what `fn.enter` runs where one region
 * calls another. Out, early: whatever interrupts a region is thrown through it, to the cell that ran it, unless a handler in the region takes it. Every frame stands on
 * the thread already, since calls put their caller there; frames that wait on the host's stack are marked by a pc below
 * zero, `~pc`. The cell takes the marks away, puts doubles back into slots, and then nothing is left on the host's stack that
 * is not on the thread: cells go on from there.
 */

import { Label } from '../load/structured-code';
import * as boxes from '../runtime/boxes';
import { codeChanged } from '../runtime/calls';
import { cellExit, type LinkedFunction } from '../runtime/linked';
import * as make from '../runtime/make';
import * as members from '../runtime/members';
import * as slow from '../runtime/slow';
import { closureAt, Interrupt, type Thread, thread } from '../runtime/thread';
import { asSmall, Closure, type Value } from '../runtime/value';
import { takeFailure } from './cell-calls';
import { doubleSlots, doubles } from './doubles';
import { codeOf } from './fused-code';
import { Bail } from './fused-site';
import { type Assumptions, holds } from './region-assumptions';
import { before, callOther, constructOther, invokeOther, refuse } from './region-calls';
import {
  at,
  deep,
  done,
  interrupt,
  leaveFailed,
  left,
  leftAll,
  methodFor,
  orLeave,
  Raised,
  ready,
  refused,
  regionCounters,
  takeInlined,
  waits,
} from './region-exits';
import { isPlaced, makeInlined, putBack, raised, raisedAbove, settle } from './region-frames';
import { mostInlined } from './region-inlining';
import type { Completion, Machine } from './region-site';
import { unwind } from './unwind';

const S = thread.stack;

/** Closures that may wait on the host's stack: a small part of what hosts allow. */
const hostLevels = 2400;
/** Frames on the host's stack, however flat their regions are. */
const mostFrames = 200;

/** Where a region was given up at its own beginning: there its cell does the work once, or it would be given up again. */
let skippedPc = -1;
let skippedFp = -1;

/** How often cells have entered a region that ended by itself, and the fuel that was used meanwhile. */
export interface Use {
  times: number;
  fuel: number;
}

export interface Region {
  readonly fn: LinkedFunction;
  /** Where it begins. */
  readonly pc: number;
  readonly run: (fp: number) => Completion;
  readonly assumptions: Assumptions;
  /** Says that a slot holds something else. */
  readonly mistaken: (slot: number) => void;
  /** Slots and frames that it needs, those of inlined functions included. */
  readonly slots: number;
  readonly frames: number;
  /** Variables of the module that it assumes to be fixed. */
  readonly fixed: ReadonlySet<number>;
  readonly use: Use;
  /** Locals that are kept as doubles and read before they are assigned. */
  readonly entryDoubles: readonly number[];
  /** Locals with integers that are read before they are assigned. */
  readonly entryIntegers: readonly number[];
}

/** The height of the highest region so far. */
let highest = 12;

export function noteHeight(height: number): void {
  highest = Math.max(highest, height + 4);
}

/** By function: says that a region was given up in a frame of it. */
export const onLeftIn = new WeakMap<LinkedFunction, () => void>();

// Copies of modules are plain objects: in a bundle a module's own is one of accessors, which hosts ask each time.
export const machine: Machine = {
  S,
  F: doubles,
  thread,
  Closure,
  closureAt,
  boxes: { ...boxes },
  make: { ...make },
  members: { ...members },
  slow: { ...slow },
  leave: leaveFailed,
  orLeave,
  at,
  done,
  callOther,
  invokeOther,
  constructOther,
  instance: make.instance,
  before,
  ready,
  interrupt,
  refuse,
  refused,
  methodFor,
  waits,
};

/** The cell of a region: runs it where it can, or else the `cell` in whose place it is. */
export const regionCell =
  (region: Region, cell: (fp: number) => number): ((fp: number) => number) =>
  (fp) => {
    if (skippedFp === fp && skippedPc === region.pc) {
      skippedFp = -1;
      return cell(fp);
    }
    const { depth, direct } = thread;
    const outermost = thread.hostDepth === 0;
    if (!outermost && depth > thread.hostDepth) return cell(fp);
    const { vm } = thread;
    if (vm.fixedVersion !== vm.fixed.version && !vm.fixed.holdIn(vm)) return cell(fp);
    for (const slot of region.entryDoubles) {
      const value = S[fp + slot];
      if (typeof value !== 'number') return cell(fp);
      doubles[fp + slot] = value;
    }
    for (const [slot, assumption] of region.assumptions) {
      if (holds(assumption, S[fp + slot])) continue;
      region.mistaken(slot);
      return cell(fp);
    }
    if (depth + region.frames > thread.frameRoom) return cell(fp);
    if (fp + region.slots > (outermost ? Math.min(thread.slotRoom, doubleSlots) : thread.hostSlots))
      return cell(fp);
    if (outermost) {
      thread.hostSlots = Math.min(thread.slotRoom, doubleSlots);
      const frames = Math.min(mostFrames, Math.floor(hostLevels / highest));
      // On top of the last may come those of inlined functions.
      thread.hostDepth = Math.max(depth, Math.min(thread.frameRoom - mostInlined, depth + frames));
    }
    for (const slot of region.entryIntegers) {
      const value = S[fp + slot];
      if (typeof value === 'number') S[fp + slot] = asSmall(value);
    }
    regionCounters.entered++;
    const used = thread.fuelUsed;
    try {
      const end = region.run(fp);
      thread.depth = depth;
      region.use.times++;
      region.use.fuel += thread.fuelUsed - used;
      if (end instanceof Label) {
        putBack(fp);
        thread.fp = fp;
        return end.pc;
      }
      S[fp - 1] = end as Value; // a region that ends nowhere else has returned
      return cellExit.returned;
    } catch (thrown) {
      thread.direct = direct;
      return caught(region, thrown, depth, fp);
    } finally {
      if (outermost) thread.hostDepth = 0;
    }
  };

function caught(region: Region, thrown: unknown, depth: number, fp: number): number {
  if (thrown instanceof Raised) {
    settle(depth, thrown.thrown === left);
    return exitWith(thrown);
  }
  const failed = takeFailure();
  if (isPlaced(thrown, failed)) return exitWith(raisedAbove(thrown, failed, depth));
  if (thrown !== left && thrown !== deep) {
    // The host's own stack is exhausted: where is not known, so all frames above are dropped.
    putBack(fp);
    thread.depth = depth;
    thread.fp = fp;
    thread.pc = region.pc;
    return exitWith(new Raised(thrown));
  }
  settle(depth, true);
  const leftIn = closureAt(thread.fp).fn;
  if (thrown === left) {
    makeInlined();
    regionCounters.left++;
    onLeftIn.get(leftIn)?.();
  } else {
    takeInlined(); // whoever makes a call that is refused has a frame
  }
  skippedPc = thread.pc;
  skippedFp = thread.fp;
  return cellExit.resume;
}

/** What a region's cell has for its driver. The cell returns: a function that nothing but throws is never compiled well by the host. */
let forDriver: Raised | undefined;

function exitWith(raised: Raised): number {
  forDriver = raised;
  return cellExit.raised;
}

function takeForDriver(): Raised | undefined {
  const raised = forDriver;
  forDriver = undefined;
  return raised;
}

/** `fn.enter` where there is no region: runs cells until the frame returns. */
export function enterCells(base: number): Value {
  const { fn } = closureAt(base);
  const { arity, localCount, frameSize, entryCost } = fn;
  if (thread.depth > thread.hostDepth || base + frameSize > thread.hostSlots) refuse(base);
  for (let slot = base + arity; slot < base + localCount; slot++) S[slot] = null;
  if ((thread.budget -= entryCost) < 0) interrupt(0, base);
  thread.pc = 0;
  thread.fp = base;
  const raised = drive(thread);
  if (raised !== undefined) throw raised;
  return S[base - 1]!;
}

/** Runs cells until the frame at the floor has returned, or one whose caller waits in a region. Gives what a frame below has to handle. */
function drive(thread: Thread): Raised | undefined {
  for (;;) {
    let { pc, fp } = thread;
    try {
      for (;;) {
        const { cells } = closureAt(fp).fn;
        do pc = cells[pc]!(fp);
        while (pc >= 0);
        if (pc === cellExit.frame) {
          pc = 0;
          fp = thread.fp;
        } else if (pc === cellExit.returned) {
          if (thread.depth === thread.floor) return undefined;
          const depth = --thread.depth;
          pc = thread.frames[2 * depth]!;
          if (pc < 0) return undefined;
          thread.fp = fp = thread.frames[2 * depth + 1]!;
        } else if (pc === cellExit.raised) {
          return takeForDriver();
        } else {
          ({ pc, fp } = thread);
        }
      }
    } catch (thrown) {
      const raised = isolateOrRaise(thrown, pc, fp);
      if (raised !== undefined) return raised;
    }
  }
}

function isolateOrRaise(thrown: unknown, pc: number, fp: number): Raised | undefined {
  if (thrown instanceof Raised) return thrown;
  const failed = takeFailure();
  if (thrown === codeChanged) return leftAll(failed, fp);
  if (!(thrown instanceof Interrupt && thrown.where === 'safepoint')) {
    thread.pc = pc;
    thread.fp = fp;
  }
  const code = codeOf(closureAt(fp).fn);
  if (!(thrown instanceof Bail)) return raised(thrown, failed, code?.purposeOf(pc) ?? pc);
  code!.isolate(pc, thrown.pc);
  return undefined;
}

/** Runs cells and regions until the frame at the floor returns. */
export function runRegions(thread: Thread): void {
  for (;;) {
    const { pc, fp } = thread;
    if (pc !== 0) codeOf(closureAt(fp).fn)!.enter(pc);
    const raised = drive(thread);
    if (raised === undefined) return;
    thread.direct = 0;
    if (raised.thrown !== left) unwind(thread, raised.thrown, thread.pc, thread.fp);
  }
}
