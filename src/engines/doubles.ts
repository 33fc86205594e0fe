/**
 * The doubles beside the slots: where regions keep locals that only ever hold numbers, so that they need no boxes.
 */

/** Slots that have a double beside them. The host gives the memory when it is touched. */
export const doubleSlots = 2 ** 20;

export const doubles = new Float64Array(doubleSlots);
