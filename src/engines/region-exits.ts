/**
 * Ways out of a region before its end: what is thrown through its closures, and where the thread stands then.
 */

import { thread } from '../runtime/thread';
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

export function leave(site: RegionSite, fp: number): never {
  thread.pc = site.start;
  thread.fp = fp;
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
}
