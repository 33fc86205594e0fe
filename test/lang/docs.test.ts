/**
 * The snippets of docs/weft.md do what they say. One with a name behind its language is a file that others import.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ResolveImport } from '../../src/index';
import {
  checkObserved,
  compileAsExpected,
  expectsSomething,
  observe,
  readExpectations,
} from '../expectations';
import { readText } from '../files';

const fences = [...readText('docs/weft.md').matchAll(/```(weft|monkey)(?: (\S+))?\n(.*?)```/gs)].map(
  ([, dialect, name, source]) => ({ dialect, name, source: source! }),
);
const snippets = fences.filter(({ name }) => name === undefined);
const files = new Map(fences.flatMap(({ name, source }) => (name === undefined ? [] : [[name, source]])));

const resolve: ResolveImport = (specifier) => {
  const file = specifier.replace('./', '');
  const source = files.get(file);
  return source === undefined ? undefined : { file, source };
};

test('there are snippets', () => {
  assert.ok(snippets.length >= 10);
});

for (const [i, { dialect, source }] of snippets.entries()) {
  const file = `docs/weft.md, snippet ${i + 1}.${dialect}`;
  test(file, () => {
    const expected = readExpectations(source);
    assert.ok(expectsSomething(expected));
    const program = compileAsExpected(source, file, expected, true, resolve);
    if (program !== undefined) checkObserved(file, expected, observe(program, 'threaded'));
  });
}

test.run();
