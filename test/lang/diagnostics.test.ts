/**
 * Diagnostics: each `diagnostics/*.weft` against the text beside it. `BLESS=1` rewrites the texts.
 */

import { writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CompileError, compile, formatDiagnostics } from '../../src/lang/compile';
import { filesUnder, readText } from '../files';

/** The error of a source; a test fails where it has none. */
function errorOf(source: string, file = 'test'): CompileError {
  try {
    compile(source, { file, dialect: file.endsWith('.monkey') ? 'monkey' : 'weft' });
  } catch (error) {
    if (error instanceof CompileError) return error;
    throw error;
  }
  throw new Error(`${file} compiles`);
}

for (const path of filesUnder('test/lang/diagnostics', '.weft', '.monkey')) {
  test(path, () => {
    const source = readText(path);
    const { diagnostics } = errorOf(source, path.split('/').at(-1)!);
    const actual = `${formatDiagnostics(source, diagnostics)}\n`;
    const golden = path.replace(/\.\w+$/, '.txt');
    if (process.env.BLESS) writeFileSync(golden, actual);
    assert.fixture(actual, readText(golden));
  });
}

test('diagnostics carry their place', () => {
  const [diagnostic] = errorOf('let a = 1\nlet b = aa + 2', 'x.weft').diagnostics;
  assert.equal(diagnostic, {
    severity: 'error',
    message: "'aa' is not declared",
    file: 'x.weft',
    start: { line: 2, column: 9 },
    end: { line: 2, column: 11 },
  });
});

test('at most 20 are shown', () => {
  const source = Array.from({ length: 25 }, (_, i) => `unknown_${i}`).join('\n');
  const error = errorOf(source);
  assert.is(error.diagnostics.length, 25);
  assert.ok(error.message.endsWith('... and 5 more errors'));
  assert.is(error.message.split('is not declared').length - 1, 20);
});

test('each undeclared name is reported once', () => {
  assert.is(errorOf('fn f() { what + what }\nwhat').diagnostics.length, 1);
});

test('a line break within what is meant ends the carets with the line', () => {
  assert.match(
    formatDiagnostics('a\nb', [
      {
        severity: 'error',
        message: 'm',
        file: 'f',
        start: { line: 1, column: 1 },
        end: { line: 2, column: 2 },
      },
    ]),
    ' 1 | a\n   | ^',
  );
});

test('limits are diagnostics at their place', () => {
  const many = (n: number, text: string): string =>
    Array.from({ length: n }, (_, i) => `${text}${i}`).join(', ');
  const call = errorOf(`let f = 1\nf(${Array(256).fill('1').join(',')})`).diagnostics[0]!;
  assert.is(call.message, 'a call passes 255 arguments at most');
  assert.equal(call.start, { line: 2, column: 3 + 2 * 255 });
  const fn = errorOf(`fn f(${many(256, 'p')}) {}`).diagnostics[0]!;
  assert.is(fn.message, 'a function takes 255 parameters at most');
  assert.match(errorOf('abc'.repeat(10), 'x').message, 'is not declared');
  assert.throws(() => compile('12345', { maxLength: 4 }), /the source has 5 characters; 4 is the limit/);
});

test.run();
