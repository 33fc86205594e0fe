/**
 * What comes of a run that ended well.
 */

import { HeddleError } from './heddle-error';
import { type FunctionHandles, type HostValue, toHost } from './host-value';
import { ErrorValue } from './runtime/errors';
import { show } from './runtime/show';
import type { VmState } from './runtime/thread';
import type { Value } from './runtime/value';

/** The longest text of a value, in UTF-16 units. */
const longestText = 2 ** 24;

/** What a program, or a call of a guest's function, came to. */
export class RunResult {
  /** A copy of the value. */
  readonly value: HostValue;

  /**
   * @param guestValue the value itself, which never leaves
   * @param fuelUsed units of fuel that the run used: the same on every engine
   */
  constructor(
    private readonly guestValue: Value,
    functions: FunctionHandles,
    private readonly state: VmState,
    readonly fuelUsed: number,
  ) {
    this.value = toHost(guestValue, functions, state);
  }

  /**
   * The value as the guest's `str` gives it, made when it is asked for.
   *
   * @throws HeddleError out of memory, where the text of a collection is longer than 2^24 UTF-16 units
   */
  get text(): string {
    try {
      return show(this.guestValue, undefined, longestText);
    } catch (error) {
      throw error instanceof ErrorValue ? new HeddleError(error, this.state) : error;
    }
  }
}
