/**
 * The numbers a run is bounded by, in one place, with the defaults an embedder gets by saying nothing. docs/limits.md says
 * what each unit means.
 */

export interface Limits {
  /** Units of fuel a run may use; `Infinity` for no limit. */
  readonly fuel: number;
  /** Bytes, by estimate, that the data of a VM may take; `Infinity` for no limit. */
  readonly maxMemory: number;
  /** Calls that may be active at once. */
  readonly maxFrames: number;
  /** Slots of the operand stack: locals and operands of all active frames together. */
  readonly maxSlots: number;
  /** The longest string a guest can make, in UTF-16 units; 2^28 - 64 at most. */
  readonly maxStringLength: number;
  /** The longest array or buffer a guest can make, in elements; 2^27 at most. */
  readonly maxArrayLength: number;
  /** How often a host function may call a guest that calls a host function, and so on. */
  readonly maxReentrancy: number;
}

/** Beyond these no host goes (V8 on 32 bits has strings of 2^28 - 16 units), so no VM is allowed to. */
export const hostLimits = { stringLength: 2 ** 28 - 64, arrayLength: 2 ** 27 } as const;

export const defaultLimits: Limits = {
  fuel: Number.POSITIVE_INFINITY,
  maxMemory: 2 ** 29,
  maxFrames: 200_000,
  maxSlots: 4_000_000,
  maxStringLength: hostLimits.stringLength,
  maxArrayLength: hostLimits.arrayLength,
  maxReentrancy: 100,
};

/**
 * Limits with the defaults filled in.
 *
 * @throws RangeError where one is no number of at least 1, or more than the host can do
 */
export function completeLimits(given: Partial<Limits>): Limits {
  const names = Object.keys(defaultLimits) as (keyof Limits)[]; // its own keys
  const limits = Object.fromEntries(names.map((name) => [name, given[name] ?? defaultLimits[name]]));
  for (const [name, value] of Object.entries(limits)) {
    if (typeof value !== 'number' || !(value >= 1)) {
      throw new RangeError(`${name} must be a number of at least 1, not ${String(value)}`);
    }
  }
  const complete = limits as unknown as Limits; // every name has its number
  return {
    ...complete,
    maxStringLength: Math.min(complete.maxStringLength, hostLimits.stringLength),
    maxArrayLength: Math.min(complete.maxArrayLength, hostLimits.arrayLength),
  };
}
