/**
 * Sizes: long programs compile without exhausting the host's stack, deep ones are refused, limits have their messages.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { verify } from '../../src/bytecode/verify';
import { CompileError, compile } from '../../src/lang/compile';

const many = (n: number, part: (i: number) => string, separator = ''): string =>
  Array.from({ length: n }, (_, i) => part(i)).join(separator);

const long: Readonly<Record<string, string>> = {
  '100,000 terms': `let a = 1; ${many(100_000, () => 'a', ' + ')}`,
  '100,000 constant terms': many(100_000, String, ' + '),
  '50,000 operands of &&': `let a = 1; if (${many(50_000, () => 'a', ' && ')}) { a }`,
  '20,000 pairs of && in ||': `let a = 1; ${many(20_000, () => 'a && !a', ' || ')}`,
  '50,000 calls in a row': `let f = fn() { f }; f${'()'.repeat(50_000)}`,
  '50,000 indices in a row': `let a = []; a${'[0]'.repeat(50_000)}`,
  '100,000 statements': many(100_000, (i) => `puts(${i})`, '\n'),
  '20,000 times else if': `let a = 1; if (a) {}${many(20_000, (i) => ` else if (a == ${i}) { ${i} }`)}`,
  '70,000 constants in an array': `[${many(70_000, String, ', ')}]`,
  '70,000 entries in a map': `let m = {${many(70_000, (i) => `${i}: ${i}`, ', ')}}`,
  '70,000 pieces of a string': `let a = 1; "${many(70_000, () => '${a}x')}"`,
  '70,000 globals': many(70_000, (i) => `let x${i} = ${i}`, '\n'),
  '300 locals': `fn f() { ${many(300, (i) => `let x${i} = ${i};`)} ${many(300, (i) => `x${i}`, ' + ')} }`,
  '70,000 blocks with a local': `fn f() { ${many(70_000, (i) => `{ let x${i} = ${i} }`, '\n')} }`,
  '300 captured variables': `fn f() { ${many(300, (i) => `let x${i} = ${i};`)} fn() { ${many(300, (i) => `x${i}`, ';')} } }`,
  '5,000 tries': `fn f() { ${many(5_000, () => 'try { f() } catch { f() } finally { f() }', '\n')} }`,
};

for (const [name, source] of Object.entries(long)) {
  test(name, () => {
    verify(compile(source));
    verify(compile(source, { optimize: false }));
  });
}

/** `n` levels of something inside itself. */
const deep: Readonly<Record<string, (n: number) => string>> = {
  parentheses: (n) => `${'('.repeat(n)}1${')'.repeat(n)}`,
  arrays: (n) => `${'['.repeat(n)}1${']'.repeat(n)}`,
  negation: (n) => `${'!'.repeat(n)}true`,
  calls: (n) => `let f = 1; ${'f('.repeat(n)}1${')'.repeat(n)}`,
  powers: (n) => many(n, () => '2', ' ** '),
  assignments: (n) => `let a = 1; ${'a = '.repeat(n)}1`,
  loops: (n) => `let a = 1; ${'while (a) {'.repeat(n)}break${'}'.repeat(n)}`,
  tries: (n) => `${'try {'.repeat(n)}puts()${'} finally { puts() }'.repeat(n)}`,
  functions: (n) => `${'let f = fn() { '.repeat(n)}1${' }'.repeat(n)}`,
  conditions: (n) => `let a = 1; ${'if (a) {'.repeat(n)}1${'}'.repeat(n)}`,
  strings: (n) => `let a = 1; ${'"${'.repeat(n)}a${'}"'.repeat(n)}`,
  operators: (n) => `let a = 1; ${'a || a && a == a + a * ('.repeat(n)}a${')'.repeat(n)}`,
};

for (const [name, nest] of Object.entries(deep)) {
  test(`${name} inside each other`, () => {
    verify(compile(nest(100)));
    for (const n of [1000, 100_000]) {
      assert.throws(
        () => compile(nest(n)),
        (error: unknown) =>
          error instanceof CompileError &&
          error.diagnostics.length === 1 &&
          error.diagnostics[0]!.message === 'nested too deeply: more than 500 levels',
      );
    }
  });
}

test('limits have their messages', () => {
  const locals = `fn f() { ${many(65_537, (i) => `let x${i} = 0`, '\n')} }`;
  assert.throws(() => compile(locals), /:65537:\d+: error: a function has 65536 variables at most/);
  assert.throws(
    () => compile(`[${'0,'.repeat(2 ** 20 + 1)}]`),
    /an expression holds 1048576 values at once at most/,
  );
});

test('as many errors as a file can have take no time', () => {
  for (const source of [
    ') '.repeat(100_000),
    'let \n'.repeat(100_000),
    many(100_000, (i) => `u${i}`, '\n'),
  ]) {
    assert.throws(
      () => compile(source),
      (error: unknown) => error instanceof CompileError,
    );
  }
});

test.run();
