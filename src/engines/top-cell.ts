/**
 * What the cells of the threaded engine with a cached top of stack are, and what is known when one is made.
 */

import type { Value } from '../runtime/value';
import type { Site } from './site';

/**
 * A step on the frame at `fp`. That of a data instruction returns the value that is on top of the stack after it, that of a
 * control instruction the pc to go on at, or a `cellExit`.
 *
 * @param register the value on top of the stack, where the instruction before has left it there
 */
export type TopCell = (fp: number, register: Value) => Value;

export interface TopSite extends Site {
  /** Whether the top of the stack is in the register; else it is in its slot. */
  readonly inRegister: boolean;
}
