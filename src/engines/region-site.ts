/**
 * What the templates of regions are given and what they hand on: where a step stands, how it comes to its end, and the machine
 * that they work on.
 */

import type { Label } from '../load/structured-code';
import type * as boxes from '../runtime/boxes';
import type { InlineCache } from '../runtime/inline-cache';
import type { LinkedFunction } from '../runtime/linked';
import type * as make from '../runtime/make';
import type * as members from '../runtime/members';
import type * as slow from '../runtime/slow';
import type { closureAt, Thread } from '../runtime/thread';
import type { Closure, Value } from '../runtime/value';
import type { Frequency } from './region-exits';
import type { Inlined } from './region-inlining';

/**
 * How a step ended: `undefined` where control goes on behind it, a label where it goes on there, a value where the function has
 * returned it. No guest value is `undefined` or a label.
 */
export type Completion = Value | undefined | Label;

/** Registers that a loop or a function has at most: `Registers` has as many. */
export const mostRegisters = 12;
/** Arguments that a direct call has at most, the receiver of a method included. */
export const mostDirect = 5;
/** Arguments that the call of a built-in function has at most in a function that is called directly. */
export const mostOfBuiltin = 3;

/** What is known of the registers of a loop, or of a function that is called directly, when it is made. */
export interface Homes {
  readonly of: 'loop' | 'function';
  readonly fn: LinkedFunction;
  /** The slots of the first registers: of those that a loop assigns, of all that a function has. */
  readonly slots: readonly number[];
  /** The same by register, and beyond all slots where there is none. */
  readonly to0: number;
  readonly to1: number;
  readonly to2: number;
  readonly to3: number;
  readonly to4: number;
  readonly to5: number;
  readonly to6: number;
  readonly to7: number;
  readonly to8: number;
  readonly to9: number;
  readonly to10: number;
  readonly to11: number;
  /** Where doubles go that are in registers, by register; -1 for others, and for none at all. */
  readonly doubles: readonly number[] | undefined;
  /** How often registers have been put into slots before its end. */
  settled: number;
  /** How often something has been thrown through it while it waited. */
  readonly thrown: Frequency;
  /** Says that either is often. */
  readonly often: () => void;
}

/** The variables of a loop, or of a function that is called directly, while it runs. */
export interface Registers {
  r0: Value;
  r1: Value;
  r2: Value;
  r3: Value;
  r4: Value;
  r5: Value;
  r6: Value;
  r7: Value;
  r8: Value;
  r9: Value;
  r10: Value;
  r11: Value;
  /** Where the frame is. */
  readonly fp: number;
  /** What a loop was entered with: registers of what is around it, or the place of the frame. */
  readonly outer: Frame;
  /** Of a loop, fuel that is left: `thread.budget` for as long as it runs. */
  left: number;
  readonly homes: Homes;
}

/** Those of a function, of which nothing is on the thread. */
export interface FunctionRegisters extends Registers {
  /** How many frames wait below its own. */
  readonly depth: number;
  /** Its closure, but for methods that do not need it. */
  readonly callee: Closure | undefined;
  /** Where it has made its last direct call or `new`, if it has done nothing since that says where it stands. */
  site: CallSite | undefined;
}

/** What closures are given: the place of the frame, or registers where there are any. */
export type Frame = number | Registers;

/** Does a part of a region on the frame at `fp`. */
export type Step = (fp: number) => Completion | void;

/**
 * Readies a frame for its handler of an error that was thrown through a part of it, or throws it on.
 *
 * @param depth frames that wait below the frame
 * @param direct what `thread.direct` was when the part began, and `codeVersion` likewise
 */
export type Handle = (thrown: unknown, depth: number, direct: number, codeVersion: number) => void;

/** Computes a value on the frame at `fp`. */
export type Compute = (fp: number) => Value;

/** What is known of an instruction when its closure is made. */
export interface RegionSite {
  readonly fn: LinkedFunction;
  /** The instruction's. */
  readonly pc: number;
  readonly operands: readonly number[];
  /** Where the statement begins that it is in: where the cells go on if it is given up. */
  readonly start: number;
  /** Fuel that has been charged for what begins again if it is given up. */
  readonly refund: number;
  /** Of an instruction of an inlined function, the frame that is made for it then. */
  readonly inlined: Inlined | undefined;
}

/** What a call knows. */
export interface CallSite extends RegionSite {
  /** The first argument's slot, from `fp`. */
  readonly at: number;
  readonly argc: number;
  /** Where the caller goes on. */
  readonly next: number;
}

export interface InvokeSite extends CallSite {
  readonly name: string;
  readonly cache: InlineCache;
}

/** What templates reach the machine by. They are given it, so that it is constant for the host's compiler. */
export interface Machine {
  /** The slots of all frames. */
  readonly S: Value[];
  /** Beside each slot a double, for locals that only ever hold numbers. */
  readonly F: Float64Array;
  readonly thread: Thread;
  readonly Closure: typeof Closure;
  readonly closureAt: typeof closureAt;
  readonly boxes: typeof boxes;
  readonly make: typeof make;
  readonly members: typeof members;
  readonly slow: typeof slow;
  /** Gives a region up where a statement begins: cells go on there. */
  readonly leave: (site: RegionSite, fp: Frame) => never;
  /** What an attempt has given; gives up where it has given nothing. */
  readonly orLeave: <T>(value: T | undefined, site: RegionSite, fp: Frame) => T;
  /** Says which statement is running, before what may throw. */
  readonly at: (site: RegionSite, fp: Frame) => void;
  /** What something has given that ran on the thread, which may have used fuel. */
  readonly done: <T>(frame: Frame, value: T) => T;
  /** Makes a call whose callee is no closure that takes so many arguments. */
  readonly callOther: (site: CallSite, fp: number) => Value;
  /** Calls a method that the site has not met first, or what is no method. */
  readonly invokeOther: (site: InvokeSite, fp: number) => Value;
  /** `new` of a class that the site does not know. */
  readonly constructOther: (site: CallSite, fp: number) => Value;
  readonly instance: typeof make.instance;
  /** Readies the thread for a call of a built-in function. */
  readonly before: (site: CallSite, base: number, fp: number) => void;
  /** The same where the site has been noted, with its arguments below `top`. */
  readonly ready: (top: number) => void;
  /** The slow path of a safepoint: see `Thread.interrupt`. */
  readonly interrupt: (pc: number, fp: Frame) => void;
  /** Refuses a frame for which there is no room, or not on the host's stack. */
  readonly refuse: (fp: number) => never;
  /** What a function throws that is called directly where there is no room for its frame. */
  readonly refused: unknown;
  /** The closure of a method that runs on an object. */
  readonly methodFor: (fn: LinkedFunction, object: Value) => Closure;
  /** Throws on what is thrown through a function that is called directly. Where it waits for a call, its frame is on the thread then. */
  readonly waits: (
    thrown: unknown,
    site: CallSite | undefined,
    homes: Homes,
    fp: number,
    depth: number,
  ) => never;
}
