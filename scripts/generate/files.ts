/**
 * Which files are generated, and by what.
 */

import { builtinsMarkdown } from '../../src/tools/builtins-markdown';
import { emitIsaDocs } from './emit-docs';
import { emitFused } from './emit-fused';
import { emitPrelude, readPrelude } from './emit-prelude';
import { emitRegion, emitRegionPlaces } from './emit-region';
import { emitRegisters } from './emit-registers';
import { emitSwitch } from './emit-switch';
import { emitTable } from './emit-table';
import { emitThreaded } from './emit-threaded';
import { emitThreadedTos } from './emit-threaded-tos';
import type { ReadInstruction } from './read-isa';

export const generatedFiles = (table: readonly ReadInstruction[]): Map<string, string> =>
  new Map([
    ['src/engines/generated/switch.ts', emitSwitch(table)],
    ['src/engines/generated/table.ts', emitTable(table)],
    ['src/engines/generated/threaded.ts', emitThreaded(table)],
    ['src/engines/generated/threaded-tos.ts', emitThreadedTos(table)],
    ['src/engines/generated/fused.ts', emitFused(table)],
    ['src/engines/generated/region-frequent.ts', emitRegion(table, 'frequent')],
    ['src/engines/generated/region-rare.ts', emitRegion(table, 'rare')],
    ['src/engines/generated/region-places.ts', emitRegionPlaces(table)],
    ['src/engines/generated/registers.ts', emitRegisters()],
    ['docs/isa.md', emitIsaDocs(table)],
    ['src/runtime/generated/prelude.ts', emitPrelude()],
    ['docs/builtins.md', builtinsMarkdown(readPrelude())],
  ]);
