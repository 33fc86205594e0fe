/**
 * The micro-benchmarks: programs that do one thing, at 20, 60 and 200 sites. What each shows and what it does not is in
 * bench/micro/README.md. They are written by `writeMicroPrograms` (bench/micro/programs.ts) before they are run.
 */

import type { Answer } from '../../src/cli/compare/subject';
import { microFile, microPrograms } from '../micro/programs';
import type { BenchmarkProgram } from './benchmark-program';

/** Statements that are executed when time is measured, however many of them there are. */
const executed = 1_200_000;

/** Rounds of the loop in tests. */
const testSize = 3;

/** By program: the answer at the size that is measured, and in tests. */
const answers: Readonly<Record<string, readonly [Answer, Answer]>> = {
  dispatch_20: [64830, 76],
  dispatch_60: [57980, 112],
  dispatch_200: [48032, 56],
  integers_20: [19703, 5491],
  integers_60: [59704, 12634],
  integers_200: [34087, 14168],
  floats_20: [-31042.54896751463, 1.3211339017175376],
  floats_60: [-16934.520794487365, -1.5135153783793895],
  floats_200: [-67.38369321501891, 2.4877655792218367],
  calls_20: [12600000, 630],
  calls_60: [36600000, 5490],
  calls_200: [120600000, 60300],
  methods_20: [12600000, 630],
  methods_60: [36600000, 5490],
  methods_200: [120600000, 60300],
  megamorphic_20: [12600000, 630],
  megamorphic_60: [36600000, 5490],
  megamorphic_200: [120600000, 60300],
  fields_20: [119998, 4],
  fields_60: [39998, 4],
  fields_200: [11998, 4],
  index_20: [61953, 1956],
  index_60: [2048, 2057],
  index_200: [6495, 840],
  strings_20: [60000, 3],
  strings_60: [20000, 3],
  strings_200: [6000, 3],
  errors_20: [2159998, 106],
  errors_60: [2000000, 300],
  errors_200: [2040000, 1020],
  opcodes_10: [7011, 5357],
  opcodes_20: [50243, 1414],
  opcodes_37: [18293, 449],
};

export const micro: readonly BenchmarkProgram[] = microPrograms.map(({ name, sites }): BenchmarkProgram => {
  const size = Math.round(executed / sites);
  const [answer, testAnswer] = answers[name]!;
  return {
    name,
    suite: 'micro',
    program: microFile(name, 'weft'),
    twin: microFile(name, 'js'),
    size,
    testSize,
    expected: { [size]: answer, [testSize]: testAnswer },
  };
});
