/**
 * Inline caches: what the site of a field or method access remembers of the shapes it has met. The first shape is the one
 * that an engine tests itself; a few more are looked for here; a site that meets still more asks the shapes' own tables,
 * which all sites share.
 */

import { constructorName, noShape, type Shape } from './objects';

/** Shapes that a site remembers besides the first. */
const mostOthers = 3;

/**
 * How accesses were served that the engine's own test did not: what `--stats` and tests read. Accesses that it did serve are
 * executions less these.
 */
export const cacheCounters = {
  /** Found among the further shapes of a site. */
  polymorphic: 0,
  /** Not known to the site before. */
  misses: 0,
  /** Of those, looked up because the site has met too many shapes. */
  megamorphic: 0,
  /** Of what has no shape: of caught errors, and of values without members. */
  shapeless: 0,
};

export type CacheCounters = Readonly<typeof cacheCounters>;

interface Entry {
  readonly shape: Shape;
  readonly place: number;
}

export class InlineCache {
  /** The first shape met; `noShape`, which no object has, before. */
  shape: Shape = noShape;
  /** Where the member is in objects of that shape: as `find` gives it. */
  place = -1;
  private readonly others: Entry[] = [];

  /** Whether it has met more shapes than it remembers. */
  megamorphic = false;

  /**
   * Where the member is in objects of a shape other than the first.
   *
   * @param find looks in the tables of a shape; `undefined` where there is no such member, which is not remembered
   */
  lookUp(
    shape: Shape,
    name: string,
    find: (shape: Shape, name: string) => number | undefined,
  ): number | undefined {
    if (shape === this.shape) return this.place;
    for (const entry of this.others) {
      if (entry.shape === shape) {
        cacheCounters.polymorphic++;
        return entry.place;
      }
    }
    cacheCounters.misses++;
    const place = find(shape, name);
    if (place !== undefined) this.remember(shape, place);
    return place;
  }

  /** The shapes that it remembers, the first one first. */
  known(): readonly Entry[] {
    return this.shape === noShape ? [] : [{ shape: this.shape, place: this.place }, ...this.others];
  }

  private remember(shape: Shape, place: number): void {
    if (this.shape === noShape) {
      this.shape = shape;
      this.place = place;
    } else if (this.others.length < mostOthers) {
      this.others.push({ shape, place });
    } else {
      cacheCounters.megamorphic++;
      this.megamorphic = true;
    }
  }
}

/** The slot of a field. */
export const findField = ({ fields }: Shape, name: string): number | undefined => fields.get(name);

/** In the place of a superclass's constructor, where no class above has one. */
export const noPlace = -1;

/** The place of what `super` calls. */
export const findSuperMethod = ({ methods }: Shape, name: string): number | undefined =>
  methods.get(name) ?? (name === constructorName ? noPlace : undefined);

/** The place of a method, or `~slot` of a field that holds what is called. Constructors are called by `new` and `super` only. */
export function findCallee({ fields, methods }: Shape, name: string): number | undefined {
  const place = name === constructorName ? undefined : methods.get(name);
  if (place !== undefined) return place;
  const slot = fields.get(name);
  return slot === undefined ? undefined : ~slot;
}
