/**
 * Tables of a record, put into documents in the place of what stands between two markers:
 *
 *     <!-- bench:means -->
 *     (replaced)
 *     <!-- /bench -->
 *
 * `means` is a row an engine, `twin` a row a program in multiples of JavaScript, `switch` the same in multiples of the `switch`
 * engine. Each is followed by how it was measured. Of a record with several hosts the first is taken.
 */

import { onHost, type RunRecord } from '../src/cli/compare/record';
import { caption, type Grid, markdownTable, meansGrid, programsGrid } from '../src/cli/compare/table';

const kinds: Readonly<Record<string, (record: RunRecord) => Grid>> = {
  means: (record) => meansGrid(record, ['twin', 'switch']),
  twin: (record) => programsGrid(record, 'twin'),
  switch: (record) => programsGrid(record, 'switch'),
};

const marked = /(<!-- bench:(\w+) -->\n)[\s\S]*?(<!-- \/bench -->)/g;

/**
 * A document with its tables made anew.
 *
 * @param despiteFailures whether figures may be missing; the caption says how many are
 *
 * @throws Error where the record is no ground for figures, or the document has no markers, or one of an unknown kind
 */
export function withTables(document: string, wholeRecord: RunRecord, despiteFailures = false): string {
  const record = onHost(wholeRecord, 0);
  if (!record.finished) throw new Error('the run was stopped before its end');
  if (record.failures.length > 0 && !despiteFailures) throw new Error('in this run some programs failed');
  if (record.options.testSize) throw new Error('this run was at the size of the tests');
  for (const base of ['twin', 'switch'] as const) {
    if (!record.options.contenders.includes(base)) throw new Error(`this run was without ${base}`);
  }
  let tables = 0;
  const replaced = document.replace(marked, (_, before: string, kind: string, after: string) => {
    const grid = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (grid === undefined) {
      throw new Error(`there is no table '${kind}'; there are ${Object.keys(kinds).join(', ')}`);
    }
    tables += 1;
    return `${before}${markdownTable(grid(record))}\n\n${caption(record)}\n${after}`;
  });
  if (tables === 0) throw new Error('there are no markers in the document');
  return replaced;
}
