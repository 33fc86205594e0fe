/**
 * What a host may grant the programs of a VM beyond computing: a clock, and chance of its own choosing.
 */

import { errors } from './runtime/errors';

export interface Grants {
  /**
   * Lets programs use `clock`: by the host's own clock for `true`, by a function that gives milliseconds else. Without it a
   * program that names `clock` is refused by a `LinkError`.
   */
  readonly clock?: boolean | (() => number);
  /**
   * A whole number from which the numbers that programs draw follow; 0 unless said. Every run begins with it, so the same seed
   * makes the same run.
   */
  readonly seed?: number;
}

/**
 * The clock as programs read it. Whatever the host's throws is the host's error, and no limit of the guest.
 *
 * @throws TypeError where it is no clock
 */
export function grantedClock(clock: Grants['clock']): (() => number) | undefined {
  if (clock === undefined || clock === false) return undefined;
  if (clock === true) return () => Date.now();
  if (typeof clock !== 'function') throw new TypeError('clock must be true, false or a function');
  return () => {
    try {
      const now: unknown = clock();
      if (typeof now === 'number') return now;
    } catch (thrown) {
      throw errors.host('clock', thrown);
    }
    throw errors.host('clock', new TypeError('a clock must give a number'));
  };
}

/** @throws RangeError where it is no whole number */
export function grantedSeed(seed = 0): number {
  if (!Number.isInteger(seed)) throw new RangeError(`seed must be a whole number, not ${String(seed)}`);
  return seed;
}
