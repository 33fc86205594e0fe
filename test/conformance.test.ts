/**
 * The Monkey programs of independent implementations, which nobody here wrote, on every engine. They are read from where
 * they are kept, beside the project; where they are not there, that is said and nothing is claimed.
 */

import { existsSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CompileError, compile, engineNames, HeddleError, type HostValue, load, VM } from '../src/index';
import { readText } from './files';

interface Row {
  readonly source: string;
  readonly expect: unknown;
  readonly category: string;
  readonly from: string;
}

const path = '../shared/conformance/monkey-book.json';

/** A value as the rows write it. */
function asRow(value: HostValue): unknown {
  if (value instanceof Map) return { hash: [...value].map(([key, item]) => [key, asRow(item)]) };
  if (Array.isArray(value)) return value.map(asRow);
  return value === 0 ? 0 : value; // the rows know no -0
}

function outcome(source: string, engine: (typeof engineNames)[number]): unknown {
  try {
    return asRow(new VM({ engine }).run(load(compile(source, { dialect: 'monkey' }))).value);
  } catch (error) {
    if (error instanceof CompileError || error instanceof HeddleError) return { error: true };
    throw error;
  }
}

const isError = (expect: unknown): boolean =>
  typeof expect === 'object' && expect !== null && 'error' in expect;

if (existsSync(path)) {
  const rows = JSON.parse(readText(path)) as Row[]; // as its README describes
  test('there are rows', () => {
    assert.ok(rows.length > 0);
  });
  for (const engine of engineNames) {
    rows.forEach(({ source, expect, category, from }, i) => {
      test(`${engine}: ${i} ${category} (${from})`, () => {
        assert.equal(outcome(source, engine), isError(expect) ? { error: true } : expect, source);
      });
    });
  }
} else {
  console.log(`${path} is absent: the conformance rows are not checked`);
  test.skip('conformance rows are absent', () => {});
}

test.run();
