/**
 * Sessions: modules that share their globals; and input that is not at its end.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { load, VM } from '../../src/index';
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

/** Runs pieces one after the other in one session and one VM; gives what they come to. */
function converse(
  files: Readonly<Record<string, string>>,
  ...pieces: string[]
): { texts: string[]; output: string } {
  const session = new Session();
  let output = '';
  const vm = new VM({ output: (text) => void (output += text) });
  const resolve = (file: string) => ({ file, source: files[file]! });
  const texts = pieces.map((piece) => {
    const program = load(compile(piece, { file: '<test>', session, resolve }));
    return vm.run(program, { keepGlobals: true }).text;
  });
  return { texts, output };
}

test('what a module imports, later ones know; its files run once', () => {
  const files = {
    a: 'puts("a runs"); export let n = 1; export fn up() { n += 1 }',
    b: 'import { n } from "a"; puts("b sees ${n}"); export { n as m }',
  };
  const { texts, output } = converse(
    files,
    'import { n, up } from "a"; n',
    'up(); n',
    'import { m } from "b"; up(); m + n',
    'import { n as again } from "a"; again',
    'm',
  );
  assert.equal(texts, ['1', '2', '6', '3', '3']);
  assert.is(output, 'a runs\nb sees 2\n');
});

test('what was imported cannot be assigned later, but declared', () => {
  const files = { a: 'export let n = 1; export fn get() { n }' };
  assert.throws(
    () => converse(files, 'import { n } from "a"', 'n = 2'),
    /'n' is imported from 'a' and cannot be assigned here/,
  );
  const { texts } = converse(files, 'import { n, get } from "a"', 'let n = n + 10; n', 'n += 1; n + get()');
  assert.equal(texts, ['null', '11', '13']);
  assert.equal(converse(files, 'let n = 5', 'import { n } from "a"', 'n').texts, ['null', 'null', '1']);
});

test('a class that was imported can be extended later', () => {
  const files = { a: 'export class A { x; constructor(x) { this.x = x } }' };
  const { texts } = converse(
    files,
    'import { A } from "a"',
    'class B extends A { y = 2 }',
    'let b = new B(5); b.x + b.y',
  );
  assert.equal(texts, ['null', 'null', '7']);
});

test('files see the names of the host and not those of the session', () => {
  assert.throws(() => converse({ a: 'mine' }, 'let mine = 1', 'import "a"'), /'mine' is not declared/);
});

test('a module that does not compile imports nothing', () => {
  const session = new Session();
  const resolve = (file: string) => ({ file, source: 'export let n = 1' });
  assert.throws(
    () => compile('import { n } from "a"; wrong', { session, resolve }),
    /'wrong' is not declared/,
  );
  assert.throws(() => compile('n', { session, resolve }), /'n' is not declared/);
  assert.equal(compile('import { n } from "a"', { session, resolve }).functions.length, 2);
  assert.equal(compile('import { n } from "a"', { session, resolve }).functions.length, 1);
});

test("names of files' globals are no hints", () => {
  const session = new Session();
  compile('import "a"', { session, resolve: (file) => ({ file, source: 'let value = 1' }) });
  assert.throws(
    () => compile('a_value', { session }),
    (error: CompileError) => error.diagnostics[0]?.hint === undefined,
  );
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
