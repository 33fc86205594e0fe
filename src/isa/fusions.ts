/**
 * Superinstructions: sequences of instructions that become one closure. Each is a list of names, in the order of the code, from
 * which its body is composed; `_` stands for whatever pushes one value. `npm run mine-fusions` ranks candidates by how often the
 * benchmark programs execute them; docs/performance.md tells what they are worth.
 */

import type { OpName } from './instructions';

export interface Fusion {
  readonly names: readonly (OpName | '_')[];
  /** The programs that earned it its place: those of the suites that execute it most. */
  readonly earnedBy: string;
}

const fusion = (code: string, earnedBy: string): Fusion => ({
  names: code.split(' ').map((name) => (name === '_' ? name : (`Op${name}` as OpName))), // the composer refuses what is none
  earnedBy,
});

/** Where several fit, the first is taken. */
export const fusions: readonly Fusion[] = [
  // Arithmetic
  fusion('_ _ Mul _ _ Mul Add', 'mandelbrot, NBody, nbody'),
  fusion('_ _ Mul _ _ Mul Sub', 'mandelbrot'),
  fusion('_ _ _ Mul Add', 'nested_loops, nbody, mandelbrot'),
  fusion('_ _ _ Mul Sub', 'mandelbrot, nbody'),
  fusion('_ _ Mul _ Add', 'mandelbrot, shapes, NBody'),
  fusion('_ _ Mul _ Sub', 'mandelbrot'),
  fusion('_ _ Mul _ Mul', 'mandelbrot, Mandelbrot'),
  // Elements
  fusion('_ _ Index _ Index', 'matrix'),
  fusion('_ _ _ Add Index', 'Queens, fannkuch'),
  fusion('_ _ _ Sub Index', 'Sieve, fannkuch'),
  fusion('_ _ Index _ Add', 'fannkuch, brainfuck'),
  fusion('_ _ Length Less', 'Bounce, shapes, NBody'),
  // Fields
  fusion('_ GetField _ GetField Sub', 'NBody, nbody, CD'),
  fusion('_ GetField _ GetField Mul', 'NBody, shapes, nbody'),
  fusion('_ GetField _ GetField Add', 'Bounce, shapes, CD'),
  fusion('_ _ GetField Add', 'Bounce, shapes, CD'),
  fusion('_ _ GetField Sub', 'NBody, nbody, CD'),
  fusion('_ _ GetField Mul', 'NBody, shapes, nbody'),
  fusion('_ GetField _ Add', 'Bounce, nbody, Json'),
  fusion('_ GetField _ Sub', 'nbody, NBody, CD'),
  fusion('_ GetField _ Mul', 'Storage, NBody, nbody'),
  fusion('_ GetField _ Less', 'Bounce, CD'),
  fusion('_ GetField _ Greater', 'Bounce, CD, Richards'),
  fusion('_ _ GetField Less', 'DeltaBlue, Havlak, CD'),
  fusion('_ GetField _ Equal', 'binary_trees, DeltaBlue, Json'),
  fusion('_ GetField _ Index', 'Queens, Permute, Towers'),
  fusion('_ GetField GetField', 'Richards, DeltaBlue'),
  // Whole statements
  fusion('_ _ GetField _ _ Mul Add SetField', 'nbody'),
  fusion('_ _ GetField _ _ Mul Sub SetField', 'nbody'),
  fusion('_ _ GetField _ Add SetField', 'Json, Storage, Permute'),
  fusion('_ _ GetField _ Sub SetField', 'Richards'),
];
