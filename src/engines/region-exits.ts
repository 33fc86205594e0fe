/**
 * Ways out of a region before its end: what is thrown through its closures, and where the thread stands then.
 */

import { thread } from '../runtime/thread';
import type { Inlined } from './region-inlining';
import type { RegionSite } from './region-site';

/** Thrown where a region is given up: the thread stands where cells go on. */
export const left = new (class RegionLeft {})();

/** Thrown where a call is refused that would take too much of the host's stack. */
export const deep = new (class RegionDeep {})();

/** What was thrown, all the way up to the driver that handles it: the thread stands where it was thrown. */
export class Raised {
  constructor(readonly thrown: unknown) {}
}

/** What happened in regions, of all programs. */
export const regionCounters = {
  /** Regions entered from cells. */
  entered: 0,
  /** Given up before their end: an instruction off its fast path. */
  left: 0,
  /** Given up since the host's stack had been used enough: calls go on with explicit frames. */
  deep: 0,
};

/** The inlined function that the thread stands in, whose frame has not been made: `thread.fp` is that of the frame around it. */
let inside: Inlined | undefined;

export function takeInlined(): Inlined | undefined {
  const inlined = inside;
  inside = undefined;
  return inlined;
}

export function interrupt(pc: number, fp: number): void {
  inside = undefined;
  thread.interrupt(pc, fp);
}

export function interruptInlined(inlined: Inlined, fp: number): void {
  inside = inlined;
  thread.interrupt(0, fp);
}

export function leave(site: RegionSite, fp: number): never {
  at(site, fp);
  thread.budget += site.refund;
  throw left;
}

export function orLeave<T>(value: T | undefined, site: RegionSite, fp: number): T {
  if (value === undefined) leave(site, fp);
  return value;
}

/** The instruction that the statement at `thread.pc` is for. */
let purpose = 0;

export const purposeAtExit = (): number => purpose;

export function at(site: RegionSite, fp: number): void {
  purpose = site.pc;
  thread.pc = site.start;
  thread.fp = fp;
  inside = site.inlined;
}
