/**
 * A function's debug information, made ready for look-ups by pc.
 */

import type { FunctionDebug, LineEntry } from '../bytecode/module';
import type { SourceMap } from '../runtime/linked';

/** The last entry at or before `pc`. Entries rise by pc. */
function entryAt(lines: readonly LineEntry[], pc: number): LineEntry | undefined {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle]!.pc <= pc) low = middle + 1;
    else high = middle;
  }
  return lines[low - 1];
}

const nowhere = { line: 0, column: 0 };

export const sourceMap = (debug: FunctionDebug, files: readonly string[]): SourceMap => ({
  file: files[debug.file] ?? '',
  positionAt: (pc) => entryAt(debug.lines, pc) ?? nowhere,
  localName: (slot, pc) =>
    debug.locals.find((local) => local.slot === slot && local.start <= pc && pc < local.end)?.name,
  freeName: (index) => debug.free[index],
});
