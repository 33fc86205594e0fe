/**
 * Arrays that programs fill with doubles are arrays of doubles for the host, which has no box for any of them then: on every engine, in cells and in
 * regions. What V8 takes an array for is asked of V8.
 */

import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { engineNames, loadCopies, VM } from '../src/index';
import { thread } from '../src/runtime/thread';
import type { Value } from '../src/runtime/value';
import { agrees, hot, warm, weft } from './agreement';

setFlagsFromString('--allow-natives-syntax');
const hasDoubles = runInThisContext('(array) => %HasDoubleElements(array)') as (array: unknown) => boolean;

const source = `let rows = []
  fn make(n) { let row = [] for (let i = 0; i < n; i += 1) { append(row, i * 0.5 + 0.25) } row }
  for (let k = 0; k < 60; k += 1) { let none = {} append(rows, make(20)) }
  see()
  for (let k = 0; k < 20; k += 1) { append(rows[k], if (k % 2 == 0) { "text" } else { rows }) rows[k][3] = null }
  let sum = 0
  for (row in rows) { for (one in row) { if (type(one) == "number") { sum += one } } }
  sum`;

test('arrays that are filled with doubles, on every engine', async () => {
  await loadCopies();
  for (const engine of [...engineNames, hot, warm]) {
    let seen: boolean[] = [];
    const see = (): null => {
      const rows = thread.vm.globals.find(Array.isArray) as Value[][];
      seen = rows.map(hasDoubles);
      return null;
    };
    new VM({ engine, functions: { see } }).run(weft(source, { functions: ['see'] }));
    assert.is(seen.length, 60);
    assert.ok(seen.every(Boolean), `${typeof engine === 'string' ? engine : engine.name}: ${seen}`);
  }
});

test('no program can tell', () => {
  const program = source.replace('see()', 'let first = [rows[0], rows[59], 1 / (0 - rows[0][0] * 0)]');
  for (const engine of [hot, warm]) agrees(`${program}; [sum, first, rows[1], rows[2]]`, {}, engine);
});

test.run();
