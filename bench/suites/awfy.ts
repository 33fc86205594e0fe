/**
 * Are We Fast Yet (Marr, Daloze, Mössenböck, "Cross-Language Compiler Benchmarking", DLS 2016): its fourteen programs, with the
 * answers that the suite verifies. bench/programs/awfy/README.md says what each is and where it is from.
 */

import type { Answer } from '../../src/cli/compare/subject';
import type { BenchmarkProgram } from './benchmark-program';

export interface AwfyProgram extends BenchmarkProgram {
  /** Whether `n` only says how often, so that the answer is the same for every `n`; each repetition checks itself. */
  readonly anySize: boolean;
}

interface Sizes {
  readonly size: number;
  readonly testSize: number;
}

const program = (
  name: string,
  anySize: boolean,
  sizes: Sizes,
  expected: AwfyProgram['expected'],
): AwfyProgram => ({
  name,
  suite: 'awfy',
  program: `bench/programs/awfy/${name.toLowerCase()}.weft`,
  twin: `bench/twins/awfy/${name.toLowerCase()}.js`,
  ...sizes,
  expected,
  anySize,
});

/** A program that does the same `n` times. */
const repeated = (name: string, size: number, answer: Answer): AwfyProgram =>
  program(name, true, { size, testSize: 1 }, { 1: answer, [size]: answer });

/** A program whose problem is of size `n`. */
const sized = (name: string, sizes: Sizes, expected: AwfyProgram['expected']): AwfyProgram =>
  program(name, false, sizes, expected);

export const awfy: readonly AwfyProgram[] = [
  repeated('Bounce', 100, 1331),
  repeated('List', 100, 10),
  repeated('Permute', 50, 8660),
  repeated('Queens', 100, true),
  repeated('Sieve', 100, 669),
  repeated('Storage', 30, 5461),
  repeated('Towers', 30, 8191),
  // The answers for 1, 500 and 750 are the suite's; that for 150 is the twin's.
  sized('Mandelbrot', { size: 150, testSize: 1 }, { 1: 128, 150: 240, 500: 191, 750: 50 }),
  // The answers for 1 and 250,000 are the suite's; that for 20,000 is the twin's.
  sized(
    'NBody',
    { size: 20_000, testSize: 1 },
    { 1: -0.16907495402506745, 20000: -0.16908926275526803, 250000: -0.1690859889909308 },
  ),
  repeated('Richards', 2, true),
  // Its tests are of size `n` and check every value themselves.
  program('DeltaBlue', true, { size: 1000, testSize: 10 }, { 10: true, 1000: true, 12000: true }),
  repeated('Json', 10, 156),
  // The suite has no smaller size, so its calls take longer than those of the others.
  sized('Havlak', { size: 1, testSize: 1 }, { 1: 1605, 15: 1647, 150: 2052, 1500: 6102, 15000: 46_602 }),
  sized(
    'CD',
    { size: 10, testSize: 2 },
    { 2: 42, 10: 390, 100: 4305, 200: 8655, 250: 10_830, 500: 14_484, 1000: 14_484 },
  ),
];

/** What must come out at a size; `undefined` where nobody has said. */
export const expectedAnswer = (
  { anySize, expected, testSize }: AwfyProgram,
  n: number,
): Answer | undefined => (anySize ? expected[testSize] : expected[n]);
