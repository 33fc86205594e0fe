/**
 * What every suite of benchmarks says of a program: where its Weft port and its JavaScript twin are, how large a call is
 * worth measuring, and what must come out. Both define `run(n)`, which does the benchmark at size `n` and returns its answer.
 */

import type { Answer } from '../../src/cli/compare/subject';

export interface BenchmarkProgram {
  readonly name: string;
  /** The suite that the program is from, as it is called in tables. */
  readonly suite: string;
  /** The Weft port, from the project's folder. */
  readonly program: string;
  /** The same program in plain JavaScript, from the project's folder. */
  readonly twin: string;
  /** What `run` is given when time is measured: some milliseconds a call for a twin that is warm. */
  readonly size: number;
  /** What `run` is given in tests, small enough for every engine. */
  readonly testSize: number;
  /** The answers by size; those for `size` and `testSize` are always among them. */
  readonly expected: Readonly<Record<number, Answer>>;
}
