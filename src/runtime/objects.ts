/**
 * Classes, and the shapes of objects. A shape says which place each field has and which each method; it belongs to the code,
 * so every VM that runs a module meets the same shapes, and inline caches serve them all. What an instance holds, and the
 * closures and static fields of a class, are one VM's own. Fields are fixed when a class is made.
 */

import { type Instance, ownFields } from './instances';
import type { LinkedClass, LinkedFunction } from './linked';
import type { Closure, Value } from './value';

/** The method that `new` calls. */
export const constructorName = 'constructor';

/** Where the members of an object are. */
export class Shape {
  /** The places of fields, by name: where in an object each is (`instances.ts`). */
  readonly fields: ReadonlyMap<string, number>;
  /** How many fields there are. */
  readonly size: number;
  /** The last instance, and how many have been looked at, as long as it is not known what instances hold. */
  sample: WeakRef<Instance> | undefined;
  samples = 0;
  /** The place of the constructor, where there is one. */
  readonly constructorPlace: number | undefined;

  /**
   * @param fieldNames in the order of their places
   * @param methods places in the class's list of methods, by name
   * @param functions what the methods at these places run, which is the same in every class of the shape
   * @param form where objects have their fields: in their own as far as there are any, or in an array, of values or of doubles or of what is
   * not known yet
   */
  constructor(
    fieldNames: Iterable<string>,
    readonly methods: ReadonlyMap<string, number>,
    readonly functions: readonly LinkedFunction[] = [],
    public form: 'own' | 'values' | 'doubles' | 'unknown' = 'own',
  ) {
    const first = form === 'own' ? 0 : ownFields;
    this.fields = new Map([...fieldNames].map((name, i) => [name, first + i]));
    this.size = this.fields.size;
    this.constructorPlace = methods.get(constructorName);
  }
}

/** The shape of instances of nothing: what root classes build on, and what an empty cache holds. */
export const noShape = new Shape([], new Map());

/** A class of the guest. Its own fields are the static ones, all in an array, as some instances have theirs. */
export class ClassValue {
  /** How many classes stand above it. */
  readonly depth: number;

  /**
   * @param instances the shape of its instances
   * @param methods own and inherited ones, each at its place
   */
  constructor(
    readonly definition: LinkedClass,
    readonly shape: Shape,
    readonly more: Value[],
    readonly instances: Shape,
    readonly methods: readonly Closure[],
    readonly superclass: ClassValue | null,
  ) {
    this.depth = superclass === null ? 0 : superclass.depth + 1;
  }

  get name(): string {
    return this.definition.name;
  }

  /** The static field at a place that the shape has. */
  fieldAt(place: number): Value {
    return this.more[place - ownFields]!;
  }

  setFieldAt(place: number, value: Value): void {
    this.more[place - ownFields] = value;
  }
}

/** Own names behind the inherited ones; a name that is inherited keeps its place. */
function placed(inherited: ReadonlyMap<string, number>, own: Iterable<string>): Map<string, number> {
  const places = new Map(inherited);
  for (const name of own) if (!places.has(name)) places.set(name, places.size);
  return places;
}

/** The shapes that one class of a module can have: one for each shape that its superclass has. */
export class ShapeTable {
  private readonly known = new WeakMap<Shape, Shape>();

  constructor(
    private readonly fields: readonly string[],
    private readonly methods: readonly string[],
    private readonly functions: readonly LinkedFunction[],
    private readonly mayHoldDoubles: (initializer: LinkedFunction, fields: ReadonlySet<string>) => boolean,
  ) {}

  above(inherited: Shape): Shape {
    let shape = this.known.get(inherited);
    if (shape === undefined) {
      const methods = placed(inherited.methods, this.methods);
      const functions = [...inherited.functions];
      for (const [i, name] of this.methods.entries()) functions[methods.get(name)!] = this.functions[i]!;
      const fields = new Set([...inherited.fields.keys(), ...this.fields]);
      const place = methods.get(constructorName);
      const isUnknown = place !== undefined && this.mayHoldDoubles(functions[place]!, fields);
      shape = new Shape(fields, methods, functions, isUnknown ? 'unknown' : 'own');
      this.known.set(inherited, shape);
    }
    return shape;
  }
}

/** The class that has a static field: this one or the nearest above it. */
export function holderOf(value: ClassValue, name: string): ClassValue | undefined {
  for (let holder: ClassValue | null = value; holder !== null; holder = holder.superclass) {
    if (holder.shape.fields.has(name)) return holder;
  }
  return undefined;
}
