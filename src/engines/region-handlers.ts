/**
 * Handlers of errors in regions: what a `try` does with what is thrown through it. An error that its frame handles goes on in the region; all else
 * is thrown on to the region's cell, and so is what the frames below would have to be looked at for that are not on the thread.
 */

import type { Label } from '../load/structured-code';
import { ErrorValue } from '../runtime/errors';
import { errorOf } from '../runtime/slow';
import { thread } from '../runtime/thread';
import type { Value } from '../runtime/value';
import { takeFailure } from './cell-calls';
import { at, Raised, regionCounters } from './region-exits';
import { raisedAbove, settle } from './region-frames';
import type { Handle, RegionSite, Step } from './region-site';
import { leadsTo, unwind } from './unwind';

/** What hands errors to the handler at a label, that being one of the function whose frame is given. */
export const handleAt =
  ({ pc }: Label): Handle =>
  (thrown, depth, direct, codeVersion) => {
    const error = thrown instanceof Raised ? thrown.thrown : thrown;
    // What is no error of a guest's may have to begin again, and what frames below are not on the thread cannot be looked at.
    if (direct > 0 || !(error instanceof ErrorValue)) throw thrown;
    // A function of the host's has failed after it has changed what this code is made for.
    if (codeVersion !== thread.codeVersion) throw thrown;
    thread.direct = direct;
    const raised =
      thrown instanceof Raised ? settledBelow(thrown, depth) : raisedAbove(thrown, takeFailure(), depth);
    if (!hasHandled(error, depth, pc)) throw raised;
  };

/** What comes from cells, whose frames are as they have them, above those of regions from `depth` on. */
function settledBelow(raised: Raised, depth: number): Raised {
  settle(depth, false);
  return raised;
}

/** Goes on where the frame at `depth` handles an error where the thread stands, if that can be told here. */
function hasHandled(error: ErrorValue, depth: number, pc: number): boolean {
  if (!leadsTo(thread, depth, pc)) return false;
  try {
    unwind(thread, error, thread.pc, thread.fp);
  } catch (refused) {
    // No guest may catch it, or there is no memory for it. All frames above are as cells have them.
    throw new Raised(refused);
  }
  regionCounters.handled++;
  return true;
}

/** `OpThrow` of the value in a slot, whose handler is in the same frame of the region: the host need not look for that. */
export const throwTo =
  (site: RegionSite, slot: number, label: Label): Step =>
  (fp) => {
    at(site, fp);
    const error = errorOf(thread.stack[fp + slot] as Value);
    thread.pc = site.pc;
    if (thread.direct > 0 || !hasHandled(error, thread.depth, label.pc)) throw error;
    return label;
  };
