/**
 * The numbers a run is bounded by, in one place, with the defaults an embedder gets by saying nothing.
 */

/** The longest string a guest can make, in UTF-16 units: below every host's own limit (V8 on 32 bits: 2^28 - 16). */
export const maxStringLength = 2 ** 28 - 64;

/** The longest array a guest can make, in elements. */
export const maxArrayLength = 2 ** 27;

export interface Limits {
  /** Units of fuel a run may use; `Infinity` for no limit. */
  readonly fuel: number;
  /** Calls that may be active at once. */
  readonly maxFrames: number;
  /** Slots of the operand stack: locals and operands of all active frames together. */
  readonly maxSlots: number;
}

export const defaultLimits: Limits = {
  fuel: Number.POSITIVE_INFINITY,
  maxFrames: 200_000,
  maxSlots: 4_000_000,
};
