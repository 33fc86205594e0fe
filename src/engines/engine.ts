/**
 * The interface that every engine stands behind. Read this first.
 *
 * An engine runs linked functions on the thread. Between runs, and whenever it hands over, all state is in the thread: the
 * registers `pc`, `fp` and `sp`, the stack of frames, and the slots. So any engine can go on where another stopped, and
 * whatever interrupts a program needs to know no engine.
 */

import type { LinkedFunction } from '../runtime/linked';
import type { Thread } from '../runtime/thread';

export interface Engine {
  readonly name: string;

  /** Called once for each function when a module is linked. Must be cheap: translate at the first call. */
  prepare(fn: LinkedFunction): void;

  /**
   * Runs the frame on top until the call depth `thread.floor` returns; its value is then in the slot of its callee.
   *
   * @throws ErrorValue what no handler in the frames above the floor has caught; `thread` is left as it was when it
   *   was raised, for whoever looks at it
   */
  run(thread: Thread): void;
}
