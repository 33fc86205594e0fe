/**
 * What is known of an instruction when the cell for it is made.
 */

import type { LinkedFunction } from '../runtime/linked';

export interface Site {
  readonly fn: LinkedFunction;
  readonly pc: number;
  readonly operands: readonly number[];
  /** The pc of the instruction after it. */
  readonly next: number;
  /** The slot above the operands, from `fp`. */
  readonly top: number;
}
