/**
 * The classic suite: small programs that every language has been measured with, each of which leans on one thing. What each
 * stresses, and what it does not show, is in bench/programs/classic/README.md.
 */

import type { Answer } from '../../src/cli/compare/subject';
import type { BenchmarkProgram } from './benchmark-program';

const classicProgram = (
  name: string,
  [size, answer]: readonly [number, Answer],
  [testSize, testAnswer]: readonly [number, Answer],
): BenchmarkProgram => ({
  name,
  suite: 'classic',
  program: `bench/programs/classic/${name}.weft`,
  twin: `bench/twins/classic/${name}.js`,
  size,
  testSize,
  expected: { [size]: answer, [testSize]: testAnswer },
});

/** Name; size when measured and its answer; size in tests and its answer. */
export const classic: readonly BenchmarkProgram[] = [
  classicProgram('fib', [30, 832040], [15, 610]),
  classicProgram('nested_loops', [1500, 270698], [60, 132891]),
  classicProgram('sieve', [1_000_000, 37550402023], [1000, 76127]),
  classicProgram('nbody', [50_000, -0.16907807065934702], [20, -0.16907078688564472]),
  classicProgram('spectral_norm', [250, 1.2742238666431718], [12, 1.2727355112619148]),
  classicProgram('mandelbrot', [320, 1772798], [16, 4629]),
  classicProgram('queens', [11, 2680], [5, 10]),
  classicProgram('words', [3000, 'the:1841 and:1828 cloth:1814'], [10, 'loom:9 warp:9 holds:8']),
  classicProgram('closures', [50_000, 231177163], [200, 754170]),
  classicProgram('shapes', [1500, 315473625], [1, 210315.75]),
  classicProgram('binary_trees', [12, 658095], [6, 4143]),
  classicProgram('matrix', [125, -90925430.39999998], [8, -1197]),
  classicProgram('fannkuch', [9, '8629 30'], [5, '11 7']),
  classicProgram('brainfuck', [80, 347185], [6, 726860]),
];
