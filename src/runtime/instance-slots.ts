/**
 * The slots that new instances get. Where the first instances of a shape have only numbers in their fields, and not only integers, those that are
 * made behind them have arrays of doubles, in which the host keeps numbers without a box for each. If something else is put into
 * one, the host makes it what others are, by itself.
 */

import { type ClassValue, Instance, type Shape } from './objects';
import type { Value } from './value';

/** How many instances of a shape are looked at, until it is known what they hold. */
const mostSamples = 8;

/** What happened in all programs. */
export const slotCounters = {
  /** Shapes whose instances have slots of doubles. */
  doubles: 0,
};

/** For instances of a shape of which it is not settled that they hold values of all kinds. */
export function sampled(classValue: ClassValue): Instance {
  const shape = classValue.instances;
  const sample = shape.sample?.deref();
  if (sample !== undefined) learn(shape, sample);
  const { empty } = shape;
  const slots = shape.holds === 'doubles' ? doublesLike(empty.length, Number.NaN) : slotsLike(empty, null);
  const made = new Instance(slots, classValue);
  if (shape.holds === 'unknown') shape.sample = new WeakRef(made);
  return made;
}

function learn(shape: Shape, sample: Instance): void {
  const { slots } = sample;
  if (!slots.every((value) => typeof value === 'number')) {
    shape.holds = 'values';
  } else if (!slots.every(Number.isInteger)) {
    shape.holds = 'doubles';
    sample.slots = Object.assign(doublesLike(slots.length, Number.NaN), slots);
    slotCounters.doubles++;
  } else if (++shape.samples >= mostSamples) {
    shape.holds = 'values';
  }
  if (shape.holds !== 'unknown') shape.sample = undefined;
}

/**
 * A copy of what the slots of a new instance hold. Hosts make short arrays faster that are written out.
 *
 * @param nothing what they hold: arrays of constants V8 copies when they are first written to
 */
export function slotsLike(empty: readonly Value[], nothing: null): Value[] {
  switch (empty.length) {
    case 0:
      return [];
    case 1:
      return [nothing];
    case 2:
      return [nothing, nothing];
    case 3:
      return [nothing, nothing, nothing];
    case 4:
      return [nothing, nothing, nothing, nothing];
    case 5:
      return [nothing, nothing, nothing, nothing, nothing];
    case 6:
      return [nothing, nothing, nothing, nothing, nothing, nothing];
    case 7:
      return [nothing, nothing, nothing, nothing, nothing, nothing, nothing];
    case 8:
      return [nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing];
    default:
      return empty.slice();
  }
}

/**
 * Slots of doubles, with a hole behind them: V8 makes an array of doubles what others are where one instruction meets both, but not if one kind
 * has holes.
 *
 * @param unset what they hold until the constructor has assigned them, which nobody reads
 */
function doublesLike(length: number, unset: number): Value[] {
  // biome-ignore-start lint/suspicious/noSparseArray: as said above
  switch (length) {
    case 1:
      return [unset, ,] as Value[];
    case 2:
      return [unset, unset, ,] as Value[];
    case 3:
      return [unset, unset, unset, ,] as Value[];
    case 4:
      return [unset, unset, unset, unset, ,] as Value[];
    case 5:
      return [unset, unset, unset, unset, unset, ,] as Value[];
    case 6:
      return [unset, unset, unset, unset, unset, unset, ,] as Value[];
    case 7:
      return [unset, unset, unset, unset, unset, unset, unset, ,] as Value[];
    case 8:
      return [unset, unset, unset, unset, unset, unset, unset, unset, ,] as Value[];
    default:
      throw new RangeError(`${length} fields are not kept as doubles`); // no shape with so many is sampled
  }
  // biome-ignore-end lint/suspicious/noSparseArray: as above
}
