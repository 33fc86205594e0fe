/**
 * Classes and their instances. A shape says which slot each field has and which place each method; it belongs to the code,
 * so every VM that runs a module meets the same shapes, and inline caches serve them all. What an instance holds, and the
 * closures and static fields of a class, are one VM's own.
 *
 * Fields are fixed when a class is made: an instance is its shape, its class and an array of slots, without a host prototype
 * chain or a property of a guest's choosing. docs/performance.md has the measurements that chose it.
 */

import type { LinkedClass, LinkedFunction } from './linked';
import type { Closure, Value } from './value';

/** The method that `new` calls. */
export const constructorName = 'constructor';

/** Fields that an instance has at most whose slots are kept as doubles. */
const mostDoubles = 8;

/** Where the members of an object are. */
export class Shape {
  /** What the slots of a new object hold. */
  readonly empty: readonly Value[];
  /** What instances hold in all their fields, as far as it is known: numbers with fractions, or anything (`instance-slots.ts`). */
  holds: 'unknown' | 'values' | 'doubles';
  /** The last instance, and how many have been looked at, as long as it is not known. */
  sample: WeakRef<Instance> | undefined;
  samples = 0;
  /** The place of the constructor, where there is one. */
  readonly constructorPlace: number | undefined;

  /**
   * @param fields slots by name
   * @param methods places in the class's list of methods, by name
   * @param functions what the methods at these places run, which is the same in every class of the shape
   * @param assignedFirst fields that the constructor assigns before anybody can read them
   */
  constructor(
    readonly fields: ReadonlyMap<string, number>,
    readonly methods: ReadonlyMap<string, number>,
    readonly functions: readonly LinkedFunction[] = [],
    assignedFirst: ReadonlySet<string> = new Set(),
  ) {
    const empty: Value[] = [];
    while (empty.length < fields.size) empty.push(null);
    this.empty = empty;
    const mayBeDoubles = empty.length > 0 && empty.length <= mostDoubles;
    const areUnread = mayBeDoubles && [...fields.keys()].every((name) => assignedFirst.has(name));
    this.holds = areUnread ? 'unknown' : 'values';
    this.constructorPlace = methods.get(constructorName);
  }
}

/** The shape of instances of nothing: what root classes build on, and what an empty cache holds. */
export const noShape = new Shape(new Map(), new Map());

/** A class of the guest. Its own slots are its static fields. */
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
    readonly slots: Value[],
    readonly instances: Shape,
    readonly methods: readonly Closure[],
    readonly superclass: ClassValue | null,
  ) {
    this.depth = superclass === null ? 0 : superclass.depth + 1;
  }

  get name(): string {
    return this.definition.name;
  }
}

export class Instance {
  readonly shape: Shape;

  /** @param slots of its fields, perhaps with something behind them; others take their place where another instance is made, so nobody keeps them */
  constructor(
    public slots: Value[],
    readonly classValue: ClassValue,
  ) {
    this.shape = classValue.instances;
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
    private readonly assignedFirst: (fn: LinkedFunction) => ReadonlySet<string>,
  ) {}

  above(inherited: Shape): Shape {
    let shape = this.known.get(inherited);
    if (shape === undefined) {
      const methods = placed(inherited.methods, this.methods);
      const functions = [...inherited.functions];
      for (const [i, name] of this.methods.entries()) functions[methods.get(name)!] = this.functions[i]!;
      const place = methods.get(constructorName);
      const assigned = place === undefined ? undefined : this.assignedFirst(functions[place]!);
      shape = new Shape(placed(inherited.fields, this.fields), methods, functions, assigned);
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
