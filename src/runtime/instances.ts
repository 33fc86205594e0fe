/**
 * Instances. The first fields of most are fields of the host's, by number, which a host reaches in one step and makes with the instance; what is
 * beyond these is in an array beside them. All fields are in the array where they may hold nothing but numbers with fractions: hosts keep those
 * in arrays without a box for each. The place of a field says where it is: below `ownFields` its number, else its index in the array.
 *
 * Nothing of them has a host prototype chain or a property of a guest's choosing. docs/performance.md has the measurements that chose it.
 */

import type { ClassValue, Shape } from './objects';
import type { Value } from './value';

/** Fields that an instance has itself at most. */
export const ownFields = 8;

/** Fields that the smaller form has. */
const fewFields = 4;

/** Where an instance has an array of doubles, its fields at most. */
export const mostDoubles = 8;

/** What happened in all programs. */
export const instanceCounters = {
  /** Shapes whose instances hold doubles. */
  doubles: 0,
};

export abstract class Instance {
  declare shape: Shape;
  declare classValue: ClassValue;
  declare f0: Value;
  declare f1: Value;
  declare f2: Value;
  declare f3: Value;
  declare f4: Value;
  declare f5: Value;
  declare f6: Value;
  declare f7: Value;
  /** The fields that are in no field of the host's. Another takes its place where another instance is made, so nobody keeps it. */
  declare more: Value[];

  /** The field at a place that the shape has. */
  fieldAt(place: number): Value {
    switch (place) {
      case 0:
        return this.f0;
      case 1:
        return this.f1;
      case 2:
        return this.f2;
      case 3:
        return this.f3;
      case 4:
        return this.f4;
      case 5:
        return this.f5;
      case 6:
        return this.f6;
      case 7:
        return this.f7;
      default:
        return this.more[place - ownFields]!;
    }
  }

  setFieldAt(place: number, value: Value): void {
    switch (place) {
      case 0:
        this.f0 = value;
        break;
      case 1:
        this.f1 = value;
        break;
      case 2:
        this.f2 = value;
        break;
      case 3:
        this.f3 = value;
        break;
      case 4:
        this.f4 = value;
        break;
      case 5:
        this.f5 = value;
        break;
      case 6:
        this.f6 = value;
        break;
      case 7:
        this.f7 = value;
        break;
      default:
        this.more[place - ownFields] = value;
    }
  }
}

/**
 * The forms of instances, which differ in the fields of the host's that they have. Hosts compile a call of a constructor above into what makes an
 * object, if at all, worse than a function that assigns all fields, and all forms share a prototype, so what is an instance is told in one step.
 */
type Form = new (classValue: ClassValue, more: Value[]) => Instance;

function FewFields(this: Instance, classValue: ClassValue): void {
  this.shape = classValue.instances;
  this.classValue = classValue;
  this.f0 = null;
  this.f1 = null;
  this.f2 = null;
  this.f3 = null;
}

function ManyFields(this: Instance, classValue: ClassValue, more: Value[]): void {
  this.shape = classValue.instances;
  this.classValue = classValue;
  this.f0 = null;
  this.f1 = null;
  this.f2 = null;
  this.f3 = null;
  this.f4 = null;
  this.f5 = null;
  this.f6 = null;
  this.f7 = null;
  this.more = more;
}

function FieldsInArray(this: Instance, classValue: ClassValue, more: Value[]): void {
  this.shape = classValue.instances;
  this.classValue = classValue;
  this.more = more;
}

function formOf(make: (this: Instance, classValue: ClassValue, more: Value[]) => void): Form {
  make.prototype = Instance.prototype;
  return make as unknown as Form; // which a function is that is called with `new`
}

const Few = formOf(FewFields);
const Many = formOf(ManyFields);
const InArray = formOf(FieldsInArray);

const none: Value[] = [];

/** An instance with nothing in its fields. */
export function newInstance(classValue: ClassValue): Instance {
  const { form, size } = classValue.instances;
  if (form !== 'own') return inArray(classValue);
  if (size <= fewFields) return new Few(classValue, none);
  return new Many(classValue, size <= ownFields ? none : emptyFields(size - ownFields, null));
}

/** How many instances of a shape are looked at, until it is known what they hold. */
const mostSamples = 8;

function inArray(classValue: ClassValue): Instance {
  const shape = classValue.instances;
  const sample = shape.sample?.deref();
  if (sample !== undefined) learn(shape, sample);
  const { form, size } = shape;
  const made = new InArray(
    classValue,
    form === 'doubles' ? doublesLike(size, Number.NaN) : emptyFields(size, null),
  );
  if (form === 'unknown') shape.sample = new WeakRef(made);
  return made;
}

/**
 * Where the first instances of a shape have only numbers in their fields, and not only integers, those that are made behind them have arrays of
 * doubles. If something else is put into one, the host makes it what others are, by itself.
 */
function learn(shape: Shape, sample: Instance): void {
  const { more } = sample;
  if (!more.every((value) => typeof value === 'number')) {
    shape.form = 'values';
  } else if (!more.every(Number.isInteger)) {
    shape.form = 'doubles';
    sample.more = Object.assign(doublesLike(more.length, Number.NaN), more);
    instanceCounters.doubles++;
  } else if (++shape.samples >= mostSamples) {
    shape.form = 'values';
  }
  if (shape.form !== 'unknown') shape.sample = undefined;
}

/**
 * So many fields with nothing in them, in an array. Hosts make short arrays faster that are written out.
 *
 * @param nothing what they hold: arrays of constants V8 copies when they are first written to
 */
export function emptyFields(length: number, nothing: null): Value[] {
  switch (length) {
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
      return new Array<Value>(length).fill(nothing);
  }
}

/**
 * An array of doubles, with a hole behind them: V8 makes an array of doubles what others are where one instruction meets both, but not if one kind
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
