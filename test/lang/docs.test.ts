/**
 * The snippets of docs/weft.md do what they say.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  checkObserved,
  compileAsExpected,
  expectsSomething,
  observe,
  readExpectations,
} from '../expectations';
import { readText } from '../files';

const snippets = [...readText('docs/weft.md').matchAll(/```(weft|monkey)\n(.*?)```/gs)];

test('there are snippets', () => {
  assert.ok(snippets.length >= 10);
});

for (const [i, [, dialect, source]] of snippets.entries()) {
  const file = `docs/weft.md, snippet ${i + 1}.${dialect}`;
  test(file, () => {
    const expected = readExpectations(source!);
    assert.ok(expectsSomething(expected));
    const program = compileAsExpected(source!, file, expected, true);
    if (program !== undefined) checkObserved(file, expected, observe(program, 'threaded'));
  });
}

test.run();
