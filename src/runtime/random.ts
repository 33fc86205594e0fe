/**
 * The pseudo-random numbers of one program: xoshiro128** 1.1 by David Blackman and Sebastiano Vigna
 * (https://prng.di.unimi.it/xoshiro128starstar.c), its state made from a seed by splitmix64, as they advise
 * (https://prng.di.unimi.it/splitmix64.c). The same seed gives the same numbers on every host; they are no secret to anybody
 * who has seen some of them.
 */

/** The generator splitmix64, which turns one number of 64 bits into any number of them. */
export function splitmix64(seed: bigint): () => bigint {
  let state = seed;
  return () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let mixed = state;
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n);
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn);
    return mixed ^ (mixed >> 31n);
  };
}

/** The state that a seed stands for. */
function seeded(seed: number): Int32Array {
  const next = splitmix64(BigInt.asUintN(64, BigInt(seed)));
  const first = next();
  const second = next();
  return Int32Array.of(low(first), high(first), low(second), high(second));
}

const low = (bits: bigint): number => Number(BigInt.asIntN(32, bits));
const high = (bits: bigint): number => low(bits >> 32n);

const rotated = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

export class Random {
  /** Four words that are not all zero; none until a number is drawn, because most programs draw none. */
  private state: Int32Array | undefined;

  /** @param startSeed a whole number, which `seed` replaces */
  constructor(private readonly startSeed: number) {}

  /** A generator in a known state. */
  static of(words: readonly number[]): Random {
    const random = new Random(0);
    random.state = Int32Array.from(words);
    return random;
  }

  /** Begins again with the numbers of this seed, a whole number. */
  seed(seed: number): void {
    this.state = seeded(seed);
  }

  /** The next 32 bits, as a whole number from 0 up. */
  word(): number {
    this.state ??= seeded(this.startSeed);
    const { state } = this;
    const second = state[1]!;
    const result = Math.imul(rotated(Math.imul(second, 5), 7), 9);
    state[2]! ^= state[0]!;
    state[3]! ^= second;
    state[1]! ^= state[2]!;
    state[0]! ^= state[3]!;
    state[2]! ^= second << 9;
    state[3] = rotated(state[3]!, 11);
    return result >>> 0;
  }

  /** A number from 0 up to but not including 1, of 53 random bits. */
  fraction(): number {
    return this.bits53() / 2 ** 53;
  }

  /**
   * A whole number from 0 up to but not including `count`, all of them as likely: what would favour some is drawn again.
   *
   * @param count a whole number from 1 to 2 ** 53
   */
  below(count: number): number {
    const range = count <= 2 ** 32 ? 2 ** 32 : 2 ** 53;
    const fair = range - (range % count);
    for (;;) {
      const drawn = range === 2 ** 32 ? this.word() : this.bits53();
      if (drawn < fair) return drawn % count;
    }
  }

  private bits53(): number {
    const upper = this.word() >>> 5;
    const lower = this.word() >>> 6;
    return upper * 2 ** 26 + lower;
  }
}
