/**
 * Sessions: modules that share their globals; and input that is not at its end.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CompileError, compile, isIncomplete, Session } from '../../src/lang/compile';

test('each module lists the names of the earlier ones first', () => {
  const session = new Session();
  const first = compile('let a = 1; puts(a)', { session });
  const second = compile('let b = len("x"); a + b', { session });
  const third = compile('a', { session });
  assert.equal(first.globals, ['a']);
  assert.equal(second.globals, ['a', 'b']);
  assert.equal(third.globals, ['a', 'b']);
  assert.equal(first.imports, ['puts']);
  assert.equal(second.imports, ['puts', 'len']);
  assert.equal(third.imports, ['puts', 'len']);
});

test('a module that does not compile changes nothing', () => {
  const session = new Session();
  compile('let a = 1', { session });
  assert.throws(() => compile('let b = wrong', { session }), /'wrong' is not declared/);
  assert.equal(session.globals, ['a']);
  assert.throws(() => compile('b', { session }), /'b' is not declared/);
});

test('a later module may declare a name again', () => {
  const session = new Session();
  compile('let a = 1; let len = 2', { session });
  assert.equal(compile('let a = a + len; a', { session }).globals, ['a', 'len']);
});

test('modules without a session know nothing of each other', () => {
  compile('let a = 1');
  assert.throws(() => compile('a'), /'a' is not declared/);
});

test('imports may be given', () => {
  assert.equal(compile('host(1)', { imports: ['host'] }).imports, ['host']);
  assert.throws(() => compile('len(1)', { imports: ['host'] }), /'len' is not declared/);
});

test('what ends inside something open', () => {
  for (const source of [
    ...[
      'fn f() {',
      'fn f(',
      'fn',
      'f(1,',
      '[1,',
      '{1: 2,',
      '{1:',
      '"abc',
      '"a${b',
      '"a${"',
      '/* open',
      'let',
      'let x =',
    ],
    ...[
      '1 +',
      '-',
      'if (a) {',
      'if (a',
      'while (a)',
      'do {}',
      'do {} while',
      'for (let i = 0;',
      'try {}',
      'x =',
    ],
    ...['{ let a = 1', 'fn f() { if (x) { 1 }', 'a[', 'throw', 'for (x in'],
  ]) {
    assert.ok(isIncomplete(source), source);
  }
});

test('what does not', () => {
  for (const source of [
    '',
    '1',
    'let x',
    'f()',
    'if (a) { 1 }',
    '}',
    'f(1))',
    'let = {',
    '1 $ {',
    'return',
    '# {',
  ]) {
    assert.not(isIncomplete(source), source);
  }
  assert.ok(isIncomplete('let x', { dialect: 'monkey' }));
});

test('the error says so too', () => {
  const incomplete = (source: string): boolean => {
    try {
      compile(source);
    } catch (error) {
      assert.instance(error, CompileError);
      return (error as CompileError).incomplete;
    }
    return false;
  };
  assert.ok(incomplete('let x = ['));
  assert.not(incomplete('let x = ]'));
  assert.not(incomplete('let 1 = 2; let x = ['));
});

test.run();
