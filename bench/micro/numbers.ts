/**
 * Numbers that are the same for the same seed, for programs made from parameters.
 */

/** A linear congruential generator modulo 2^32, with the factors of "Numerical Recipes" (Press et al., 1992). */
export class Numbers {
  constructor(private state: number) {}

  /** A whole number from `least` to `most`. */
  from(least: number, most: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return least + Math.floor((this.state / 2 ** 32) * (most - least + 1));
  }

  pick<T>(items: readonly T[]): T {
    return items[this.from(0, items.length - 1)]!;
  }
}
