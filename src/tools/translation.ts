/**
 * What a cell engine has made of a program so far: how many functions it translated, to how many cells, and - on the fused
 * engine - how often it had to make them anew.
 */

import { codeOf } from '../engines/fused-code';
import type { LinkedFunction } from '../runtime/linked';

export interface Translation {
  /** Functions that have been translated; the others were never called. */
  readonly translated: number;
  /** Cells that control goes through. */
  readonly cells: number;
  /** Instructions that these cells do the work of. */
  readonly covered: number;
  /** Cells made, those included that others have replaced. */
  readonly cellsMade: number;
  /** Instructions that went off their fast path inside an expression, and stand alone since. */
  readonly bails: number;
  /** Functions that calls make no frame for. */
  readonly leaves: number;
  /** Calls of built-in functions that only compute a number, and are parts of expressions. */
  readonly builtins: number;
}

const nothing: Translation = {
  translated: 0,
  cells: 0,
  covered: 0,
  cellsMade: 0,
  bails: 0,
  leaves: 0,
  builtins: 0,
};

function ofFunction(fn: LinkedFunction): Translation {
  const fused = codeOf(fn)?.counts();
  if (fused !== undefined) {
    const { cells, instructions: covered, cellsMade, bails, isLeaf, builtins } = fused;
    return { translated: 1, cells, covered, cellsMade, bails, leaves: isLeaf ? 1 : 0, builtins };
  }
  if (fn.cells.length !== fn.code.length) return nothing;
  const count = fn.heights
    .subarray(0, fn.code.length)
    .reduce((sum, height) => sum + (height >= 0 ? 1 : 0), 0);
  return { ...nothing, translated: 1, cells: count, covered: count, cellsMade: count };
}

/** @param functions as linked for one engine; one without cells has translated none */
export const translationOf = (functions: readonly LinkedFunction[]): Translation =>
  functions.map(ofFunction).reduce(
    (sum, one) => ({
      translated: sum.translated + one.translated,
      cells: sum.cells + one.cells,
      covered: sum.covered + one.covered,
      cellsMade: sum.cellsMade + one.cellsMade,
      bails: sum.bails + one.bails,
      leaves: sum.leaves + one.leaves,
      builtins: sum.builtins + one.builtins,
    }),
    nothing,
  );
