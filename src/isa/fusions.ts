/**
 * Superinstructions: sequences of instructions that become one closure. Each is a list of names, in the order of the code, from
 * which its body is composed; `_` stands for whatever pushes one value. `npm run mine-fusions` ranks candidates by how often the
 * benchmark programs execute them; docs/performance.md tells what they are worth.
 */

import type { OpName } from './instructions';

export interface Fusion {
  readonly names: readonly (OpName | '_')[];
  /** The programs that earned it its place. */
  readonly earnedBy: string;
}

const fusion = (code: string, earnedBy: string): Fusion => ({
  names: code.split(' ').map((name) => (name === '_' ? name : (`Op${name}` as OpName))), // the composer refuses what is none
  earnedBy,
});

/** Where several fit, the first is taken. */
export const fusions: readonly Fusion[] = [
  // Arithmetic
  fusion('_ _ Mul _ _ Mul Add', 'nbody, mandelbrot'),
  fusion('_ _ Mul _ _ Mul Sub', 'mandelbrot'),
  fusion('_ _ _ Mul Add', 'nested_loops, spectral_norm, matrix'),
  fusion('_ _ _ Mul Sub', 'nbody'),
  fusion('_ _ Mul _ Add', 'mandelbrot, spectral_norm'),
  fusion('_ _ Mul _ Sub', 'mandelbrot'),
  fusion('_ _ Mul _ Mul', 'nbody, mandelbrot'),
  fusion('_ _ Add _ BitAnd', 'awfy: the random numbers'),
  // Elements
  fusion('_ _ Index _ Index', 'matrix'),
  fusion('_ _ _ Add Index', 'fannkuch, brainfuck'),
  fusion('_ _ _ Sub Index', 'fannkuch'),
  fusion('_ _ Index _ Add', 'brainfuck, sieve'),
  fusion('_ _ Length Less', 'every for-in loop'),
  fusion('_ _ Index _ Equal', 'queens, brainfuck'),
  // Fields
  fusion('_ GetField _ GetField Sub', 'nbody'),
  fusion('_ GetField _ GetField Mul', 'nbody, shapes'),
  fusion('_ GetField _ GetField Add', 'bounce, shapes'),
  fusion('_ _ GetField Add', 'awfy'),
  fusion('_ _ GetField Mul', 'nbody'),
  fusion('_ GetField _ Add', 'awfy'),
  fusion('_ GetField _ Sub', 'awfy'),
  fusion('_ GetField _ Mul', 'nbody'),
  fusion('_ GetField _ Less', 'awfy'),
  fusion('_ _ GetField Less', 'awfy'),
  fusion('_ GetField _ Equal', 'richards, deltablue, havlak'),
  fusion('_ GetField _ Index', 'awfy: vectors'),
  fusion('_ GetField GetField', 'richards, havlak'),
  // Whole statements
  fusion('_ _ GetField _ _ Mul Add SetField', 'nbody'),
  fusion('_ _ GetField _ _ Mul Sub SetField', 'nbody'),
  fusion('_ _ GetField _ Add SetField', 'nbody, awfy: counters'),
  fusion('_ _ GetField _ Sub SetField', 'awfy: counters'),
];
