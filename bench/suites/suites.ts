/**
 * All suites by the names that `--suite` takes.
 */

import { awfy } from './awfy';
import type { BenchmarkProgram } from './benchmark-program';
import { classic } from './classic';
import { micro } from './micro';

export type Suites = ReadonlyMap<string, readonly BenchmarkProgram[]>;

export const suites: Suites = new Map([
  ['classic', classic],
  ['awfy', awfy],
  ['micro', micro],
]);
