/**
 * How much the host's compiler inlines into one function, which is what decides where regions are cut. V8 takes 920 bytes of bytecode unless it is told
 * otherwise; a program for Node may tell it, and then most regions are compiled whole.
 */

/** What regions are made to fit into, in bytes of the host's bytecode as they are added up here. */
export interface InliningLimits {
  /** Closures in one function of the host's. What would be more is compiled by itself (`region-closures.ts`). */
  readonly cut: number;
  /** A loop whose variables are in registers: what is not inlined in one function with its beginning is given the registers, so they are no variables of the host's. */
  readonly loop: number;
  /**
   * Functions that code with direct calls takes in, and what it comes to with them: the first that it fits. What is larger than the host inlines into one
   * function has registers that are in memory, which is still better than slots.
   */
  readonly direct: readonly (readonly [inlined: number, whole: number])[];
}

const all = Number.POSITIVE_INFINITY;

/**
 * For what V8 does unasked: up to 920 bytes (`--max-inlined-bytecode-size-cumulative`), of which it keeps a fifth of each candidate's size in
 * reserve; what is added up takes some slow paths in that it does not inline.
 */
const unasked: InliningLimits = {
  cut: 1000,
  loop: 1200,
  direct: [
    [all, 1200],
    [400, 1200],
    [200, 1200],
    [400, 4000],
  ],
};

const raised: InliningLimits = {
  cut: 8000,
  loop: 8000,
  direct: [
    [all, 1200],
    [1000, 8000],
  ],
};

/**
 * V8's flags: what it inlines into one function, and small functions with it, and that it inlines calls however seldom they are made. A closure of a branch
 * that is seldom taken is otherwise called with the registers, and then these are an object on the host's heap for all branches.
 */
export const inliningFlags: readonly string[] = [
  '--max-inlined-bytecode-size-cumulative=9200',
  '--max-inlined-bytecode-size-absolute=18400',
  '--min-inlining-frequency=0',
];

/**
 * Flags of V8 without Maglev, before version 12: what is compiled first. Unasked, a small function is compiled at the first look at it, and so each closure of a
 * region by itself, the innermost first, before the one that all others are inlined in; most of that work is for nothing.
 */
export const tieringFlags: readonly string[] = [
  '--max-bytecode-size-for-early-opt=0',
  '--ticks-before-optimization=6',
];

const firstWithMaglev = 12;

let limits = unasked;

/** Those that regions are made for from now on. */
export const inliningLimits = (): InliningLimits => limits;

/** Whether the host's limit has been raised. */
export const isInliningRaised = (): boolean => limits === raised;

/**
 * Has V8 inline more into one function than it does unasked, and the `cloned` engine make use of it: hot code then takes some 0.7 of the time (docs/performance.md).
 * Holds for the whole process and all its JavaScript, so it is for the program to decide, and for before anything is run; code that is compiled already
 * stays as it is. Of no use on hosts that are not V8.
 *
 * ```ts
 * import { setFlagsFromString } from 'node:v8';
 * raiseInlining(setFlagsFromString, process.versions.v8);
 * ```
 *
 * @param setFlag sets one of V8's flags; left out where the process was started with `inliningFlags`
 * @param v8 version of V8: of one before 12 `tieringFlags` are set, too, by which programs get fast sooner
 * @throws what `setFlag` throws; then nothing has changed for the engine
 */
export function raiseInlining(setFlag?: (flag: string) => void, v8?: string): void {
  const isOld = v8 !== undefined && Number.parseInt(v8, 10) < firstWithMaglev;
  for (const flag of [...inliningFlags, ...(isOld ? tieringFlags : [])]) setFlag?.(flag);
  limits = raised;
}
