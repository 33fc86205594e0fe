/**
 * Items by index, found by value: constant pools and name tables while a module is made.
 */

/** Equality is that of constants: `-0` and `0` differ, `NaN` equals `NaN`. */
export class Pool<T extends string | number> {
  readonly items: T[] = [];
  private readonly indices = new Map<T, number>();
  /** A `Map` takes `-0` for `0`. */
  private minusZero: number | undefined;

  /** The index of the first equal item. */
  find(item: T): number | undefined {
    return Object.is(item, -0) ? this.minusZero : this.indices.get(item);
  }

  /** Adds an item, even if there is an equal one. */
  add(item: T): number {
    const known = this.find(item);
    const index = this.items.push(item) - 1;
    if (known !== undefined) return index;
    if (Object.is(item, -0)) this.minusZero = index;
    else this.indices.set(item, index);
    return index;
  }
}
