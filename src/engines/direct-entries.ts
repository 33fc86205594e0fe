/**
 * The ways between functions that take their arguments from slots and those that are handed them: a frame is made for the one kind, and
 * read for the other.
 */

import type { LinkedFunction } from '../runtime/linked';
import { closureAt, thread } from '../runtime/thread';
import type { Closure, Value } from '../runtime/value';
import { methodFor, refused } from './region-exits';

const S = thread.stack;

/** A function that takes its arguments from slots, and what runs it. */
type FrameEntry = Pick<LinkedFunction, 'enter'> & { readonly fn: LinkedFunction };

/** Makes the frame of such a function where it is called directly, but for its arguments. */
function beginFrame(fp: number, depth: number, callee: Closure, { room }: LinkedFunction): void {
  if (depth > thread.hostDepth || fp + room > thread.hostSlots) throw refused;
  S[fp - 1] = callee;
  // Where the caller goes on is said when something is thrown through it; until then, that it waits on the host's stack.
  thread.frames[2 * depth - 2] = ~0;
  thread.depth = depth;
  thread.direct++;
}

/** Runs a function whose frame has been made so. */
function entered({ enter }: FrameEntry, fp: number): Value {
  const result = enter(fp);
  thread.direct--;
  return result;
}

type Direct = LinkedFunction['direct'];

/** The ways from direct calls to functions that take their arguments from slots, by how many these are. */
export const fromDirect: readonly ((to: FrameEntry) => Direct)[] = [
  (to) => (fp, depth, callee) => {
    beginFrame(fp, depth, callee!, to.fn);
    return entered(to, fp);
  },
  (to) => (fp, depth, callee, a) => {
    beginFrame(fp, depth, callee ?? methodFor(to.fn, a!), to.fn);
    S[fp] = a!;
    return entered(to, fp);
  },
  (to) => (fp, depth, callee, a, b) => {
    beginFrame(fp, depth, callee ?? methodFor(to.fn, b!), to.fn);
    S[fp] = a!;
    S[fp + 1] = b!;
    return entered(to, fp);
  },
  (to) => (fp, depth, callee, a, b, c) => {
    beginFrame(fp, depth, callee ?? methodFor(to.fn, c!), to.fn);
    S[fp] = a!;
    S[fp + 1] = b!;
    S[fp + 2] = c!;
    return entered(to, fp);
  },
  (to) => (fp, depth, callee, a, b, c, d) => {
    beginFrame(fp, depth, callee ?? methodFor(to.fn, d!), to.fn);
    S[fp] = a!;
    S[fp + 1] = b!;
    S[fp + 2] = c!;
    S[fp + 3] = d!;
    return entered(to, fp);
  },
  (to) => (fp, depth, callee, a, b, c, d, e) => {
    beginFrame(fp, depth, callee ?? methodFor(to.fn, e!), to.fn);
    S[fp] = a!;
    S[fp + 1] = b!;
    S[fp + 2] = c!;
    S[fp + 3] = d!;
    S[fp + 4] = e!;
    return entered(to, fp);
  },
];

/** The ways from calls that have made a frame to functions that take their arguments directly. */
export const toDirect: readonly ((direct: Direct) => (fp: number) => Value)[] = [
  (direct) => (fp) => direct(fp, thread.depth, closureAt(fp)),
  (direct) => (fp) => direct(fp, thread.depth, closureAt(fp), S[fp]!),
  (direct) => (fp) => direct(fp, thread.depth, closureAt(fp), S[fp]!, S[fp + 1]!),
  (direct) => (fp) => direct(fp, thread.depth, closureAt(fp), S[fp]!, S[fp + 1]!, S[fp + 2]!),
  (direct) => (fp) => direct(fp, thread.depth, closureAt(fp), S[fp]!, S[fp + 1]!, S[fp + 2]!, S[fp + 3]!),
  (direct) => (fp) =>
    direct(fp, thread.depth, closureAt(fp), S[fp]!, S[fp + 1]!, S[fp + 2]!, S[fp + 3]!, S[fp + 4]!),
];
