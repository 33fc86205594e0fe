/**
 * Imports and exports as a host compiles them: what the resolver is asked and may answer, what is wrong in which file, the
 * names of globals, and what programs of very many files take.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decode, encode, load, strip, VM } from '../../src/index';
import { CompileError, type CompileOptions, compile, formatDiagnostics } from '../../src/lang/compile';
import type { ResolveImport } from '../../src/lang/modules';
import { sexpr } from './sexpr';

type Files = Readonly<Record<string, string>>;

/** Files in memory, whose specifiers are their names. */
const from =
  (files: Files): ResolveImport =>
  (file) => {
    const source = files[file];
    return source === undefined ? undefined : { file, source };
  };

const build = (main: string, files: Files = {}, options: CompileOptions = {}) =>
  compile(main, { file: 'main', resolve: from(files), ...options });

function run(main: string, files: Files = {}, options: CompileOptions = {}): { text: string; vm: VM } {
  const vm = new VM();
  return { text: vm.run(load(build(main, files, options))).text, vm };
}

function errorOf(work: () => unknown): CompileError {
  try {
    work();
  } catch (error) {
    if (error instanceof CompileError) return error;
    throw error;
  }
  throw new Error('it compiles');
}

/** Place and message of all that is wrong. */
const wrong = (main: string, files: Files = {}, options: CompileOptions = {}): string[] =>
  errorOf(() => build(main, files, options)).diagnostics.map(
    ({ file, start, message }) => `${file}:${start.line}:${start.column} ${message}`,
  );

const hints = (main: string, files: Files): (string | undefined)[] =>
  errorOf(() => build(main, files)).diagnostics.map(({ hint }) => hint);

// Syntax

test('the forms of imports and exports', () => {
  for (const [source, tree] of [
    ['import "a"', '(import "a")'],
    ['import { a, b as c } from "x"', '(import a (b as c) "x")'],
    ['import {\n  a,\n} from "x"; 1', '(import a "x") 1'],
    ['import {} from "x"', '(import "x")'],
    ['1\nimport "a"\n2', '(import "a") 1 2'],
    ['export let a = 1', '(let a 1) (export a)'],
    ['export let a', '(let a) (export a)'],
    ['export fn f() {}', '(let f (fn () {})) (export f)'],
    ['export class C {}', '(class C) (export C)'],
    ['let a = 1; export { a, a as b }', '(let a 1) (export a (a as b))'],
    ['export {}', ''],
    ['let from = 1; let as = from', '(let from 1) (let as from)'],
  ] as const) {
    assert.is(sexpr(source), tree, source);
  }
});

test('what is no import or export', () => {
  for (const [source, message] of [
    ['import', '1:7 expected the file in quotes, or names in braces, but found the end of the input'],
    ['import a', "1:8 expected the file in quotes, or names in braces, but found 'a'"],
    ['import { a }', "1:13 expected 'from' and the file in quotes, but found the end of the input"],
    ['import { a } from b', "1:19 expected the file in quotes, but found 'b'"],
    ['import { a } from "x${1}"', '1:19 expected the file in quotes, but found a string'],
    ['import { a b } from "x"', "1:12 expected ',' or '}', but found 'b'"],
    ['import { 1 } from "x"\nlet a = ;', '1:10 expected a name, but found a number'],
    ['import { a as let } from "x"', "1:15 expected a name after 'as', but found 'let'"],
    ['export 1', "1:8 expected a declaration or names in braces after 'export'"],
    ['export fn() {}', "1:8 expected a declaration or names in braces after 'export'"],
    ['export a', "1:8 expected a declaration or names in braces after 'export'"],
    ['let a = import', "1:9 expected an expression, but found 'import'"],
    ['let export = 1', "1:5 expected a name after 'let', but found 'export'"],
    ['{ import "x" }', "1:3 'import' belongs at the top level of a file"],
    ['fn f() { export let a = 1 }', "1:10 'export' belongs at the top level of a file"],
    ['if (true) { export { f } }', "1:13 'export' belongs at the top level of a file"],
    ['while (true) { import "x"; break }', "1:16 'import' belongs at the top level of a file"],
    ['try { import "x" } catch {}', "1:7 'import' belongs at the top level of a file"],
  ] as const) {
    assert.is(wrong(source, { x: 'export let a' })[0], `main:${message}`, source);
  }
  assert.is(wrong('import { 1 } from "x"\nlet a = ;\nimport { } 2\nlet b = ;').length, 4, 'recovery');
});

test('the monkey dialect has neither', () => {
  assert.match(wrong('import "x"', { x: '' }, { dialect: 'monkey' })[0]!, /'import' is not declared/);
  assert.is(run('let export = 1; export', {}, { dialect: 'monkey' }).text, '1');
});

test('an open import is incomplete', () => {
  assert.ok(errorOf(() => compile('import { a,')).incomplete);
  assert.ok(errorOf(() => compile('import { a }')).incomplete);
  assert.not(errorOf(() => build('import "x"', { x: 'fn f() {' })).incomplete);
});

// Names

test('the globals of the program are bare, those of files have the file before them', () => {
  const files = { 'lib/util.weft': 'let count = 1; export fn next() { count += 1 }' };
  const { text, vm } = run(
    'import { next } from "lib/util.weft"; let count = 10; next(); count += next(); count',
    files,
  );
  assert.is(text, '13');
  assert.is(vm.getGlobal('count'), 13);
  assert.is(vm.getGlobal('lib/util.weft:count'), 3);
  assert.is(vm.getGlobal('next'), undefined);
  assert.is(vm.call('lib/util.weft:next'), 4);
});

test('what the host provides is known in every file', () => {
  const module = build(
    'import { read } from "a"; let before = read(); limit = 5; read() + before',
    { a: 'export fn read() { twice(limit) }' },
    { functions: ['twice'], globals: ['limit'] },
  );
  const vm = new VM({ functions: { twice: (x) => 2 * Number(x) } });
  assert.is(vm.run(load(module), { globals: { limit: 1 } }).value, 12);
  assert.equal(
    module.globals.filter((name) => name.includes('limit')),
    ['limit'],
  );
});

test("a file may have a global of the name of the host's", () => {
  const module = build(
    'import { read } from "a"; read() + limit',
    { a: 'let limit = 10; export fn read() { limit }' },
    { globals: ['limit'] },
  );
  assert.is(new VM().run(load(module), { globals: { limit: 1 } }).value, 11);
});

test('imports are nothing at run time', () => {
  const files = {
    a: 'export let x = 1; export let y = 2',
    b: 'import { x, y } from "a"; export { x, y as z }',
  };
  const direct = build('import { x } from "a"; x', files);
  const through = build('import { x, z } from "b"; import { y } from "a"; x', files);
  assert.equal(
    through.functions.map(({ code }) => code),
    direct.functions.map(({ code }) => code),
  );
  assert.equal(
    direct.functions.map(({ name }) => name),
    ['program', 'a'],
  );
  const empty = build('import "empty"; 1', { empty: '# nothing' });
  assert.equal(
    empty.functions.map(({ code }) => code),
    build('1').functions.map(({ code }) => code),
  );
});

test('a module of several files goes through the binary form, and without debug information', () => {
  const module = build('import { f } from "a"; f() + 1', { a: 'export fn f() { 41 }' });
  assert.equal(module.files, ['main', 'a']);
  for (const form of [decode(encode(module)), strip(module)]) {
    assert.is(new VM().run(load(form)).value, 42);
  }
});

// What the resolver is asked

test('the resolver is asked once for each import, with the name that it gave to the importer', () => {
  const asked: string[] = [];
  const sources: Files = { '/a/b': 'import "../c"; export let x = 1', '/c': 'import "./a/b?"' };
  compile('import { x } from "./a/b"; import "./c"; x', {
    file: '/main',
    resolve: (specifier, importer) => {
      asked.push(`${specifier} in ${importer}`);
      const file = specifier === './a/b' ? '/a/b' : specifier.endsWith('?') ? '/empty' : '/c';
      return { file, source: sources[file] ?? '' };
    },
  });
  assert.equal(asked, ['./a/b in /main', '../c in /a/b', './a/b? in /c', './c in /main']);
});

test('a source without a name imports as program', () => {
  let importer = '';
  compile('import "x"', {
    resolve: (file, by) => {
      importer = by;
      return { file, source: '' };
    },
  });
  assert.is(importer, 'program');
});

test('without a resolver there are no imports', () => {
  const { message } = errorOf(() => compile('1\nimport "a"', { file: 'm' }));
  assert.match(message, "m:2:8: error: 'a' cannot be imported: the host resolves no imports");
});

test('what a resolver throws is reported in its place, and is the cause', () => {
  const failure = new Error('the disk is on fire');
  const throwing = (thrown: unknown) => () =>
    compile('import "a"; import "a"', {
      file: 'm',
      resolve: () => {
        throw thrown;
      },
    });
  const error = errorOf(throwing(failure));
  assert.is(error.cause, failure);
  assert.equal(
    error.diagnostics.map(({ start, message }) => [start.column, message]),
    [
      [8, "'a' cannot be imported: the disk is on fire"],
      [20, "'a' cannot be imported: the disk is on fire"],
    ],
  );
  for (const odd of ['text', undefined, null, Object.create(null)]) {
    assert.match(errorOf(throwing(odd)).message, "'a' cannot be imported: the host's resolver failed");
  }
});

test('what a resolver may not answer', () => {
  for (const answer of [{}, 'text', 1, { file: 'a' }, { file: 1, source: '' }, Promise.resolve(undefined)]) {
    // As a host without types might.
    const resolve = (() => answer) as unknown as ResolveImport;
    assert.match(
      errorOf(() => compile('import "a"', { resolve })).message,
      "'a' cannot be imported: the host's resolver gave no name and source of a file",
    );
  }
  assert.match(
    errorOf(() => compile('import "a"', { resolve: (() => null) as unknown as ResolveImport })).message,
    'there is no such file',
  );
});

// What is wrong

test('errors of several files are in one report, the program first', () => {
  const main = 'import { x } from "a"\nlet y = ;\nimport "b"';
  const files = { a: 'let z = 1 +\n', b: '\nimport "c"\n)', c: '' };
  assert.equal(wrong(main, files), [
    "main:2:9 expected an expression, but found ';'",
    'a:2:1 expected an expression, but found the end of the input',
    "b:3:1 expected an expression, but found ')'",
  ]);
  const error = errorOf(() => build(main, files));
  assert.is(error.message, formatDiagnostics(error.sources, error.diagnostics));
  assert.equal([...error.sources.keys()], ['main', 'a', 'b']);
  assert.match(error.message, "b:3:1: error: expected an expression, but found ')'\n 3 | )\n   | ^");
  assert.match(error.message, ' 2 | let y = ;\n');
});

test('unknown names are reported in every file', () => {
  assert.equal(wrong('import { a, q } from "a"\nx\nq', { a: 'y; export let a = z' }), [
    "main:1:13 'a' does not export 'q'",
    "main:2:1 'x' is not declared",
    "a:1:1 'y' is not declared",
    "a:1:19 'z' is not declared",
  ]);
});

test('names that are there twice', () => {
  const files = { a: 'export let x = 1; export let y = 2' };
  assert.equal(wrong('import { x } from "a"\nimport { y as x } from "a"', files), [
    "main:2:15 'x' is already imported, on line 1",
  ]);
  assert.equal(wrong('let x = 1\nimport { x, x } from "a"', files), [
    "main:1:5 'x' is already imported, on line 2",
    "main:2:13 'x' is already imported, on line 2",
  ]);
  assert.equal(wrong('export let a = 1\nlet b = 2; export { b as a, b }\nexport fn b() {}'), [
    "main:2:26 'a' is already exported, on line 1",
    "main:3:11 'b' is already declared in this block, on line 2",
    "main:3:11 'b' is already exported, on line 2",
  ]);
});

test('only names of the top level can be exported', () => {
  assert.equal(wrong('{ let inner = 1 }\nexport { inner, len, host }', {}, { functions: ['host'] }), [
    "main:2:10 'inner' is not declared at the top level of this file, so it cannot be exported",
    "main:2:17 'len' is not declared at the top level of this file, so it cannot be exported",
    "main:2:22 'host' is not declared at the top level of this file, so it cannot be exported",
  ]);
});

test('near names are hinted at', () => {
  const files = { a: 'export let counter = 1' };
  assert.equal(hints('import { countre } from "a"', files), ["did you mean 'counter'?"]);
  assert.equal(hints('let value = 1; export { valeu }', files), ["did you mean 'value'?"]);
  assert.equal(hints('import { counter } from "a"; conter', files), ["did you mean 'counter'?"]);
});

test('imports cannot be assigned', () => {
  const files = { a: 'export let x = 1', b: 'export { x as y } \nimport { x } from "a"' };
  assert.equal(wrong('import { x } from "a"\nimport { y } from "b"\nx = 1\nfn f() { y += 1 }', files), [
    "main:3:1 'x' is imported from 'a' and cannot be assigned here",
    "main:4:10 'y' is imported from 'b' and cannot be assigned here",
  ]);
  assert.is(
    run('import { x } from "a"; let f = fn(x) { x = 5; x }; { let x = 2; x = 3; f(x) + x }', files).text,
    '8',
  );
});

test('a circle is named whole, at the import that closes it', () => {
  assert.equal(wrong('import "a"', { a: '1\nimport "b"', b: 'import "c"', c: 'import "a"' }), [
    'c:1:8 the imports go in a circle: a -> b -> c -> a',
  ]);
  assert.equal(wrong('import "a"', { a: 'import "main"', main: '' }), [
    'a:1:8 the imports go in a circle: main -> a -> main',
  ]);
  assert.equal(wrong('import "main"; import "a"', { a: 'import "a"', main: '' }), [
    "main:1:8 'main' cannot be imported: it is the importing file itself",
    "a:1:8 'a' cannot be imported: it is the importing file itself",
  ]);
  const ring = Object.fromEntries(
    Array.from({ length: 100 }, (_, i) => [`${i}`, `import "${(i + 1) % 100}"`]),
  );
  assert.match(wrong('import "0"', ring)[0]!, /0 -> 1 -> 2 .* 9 -> \(81 more\) -> 91 .* -> 99 -> 0$/);
});

// Size

test('a chain of imports may be of any length', () => {
  const length = 20_000;
  const resolve: ResolveImport = (specifier) => {
    const n = Number(specifier);
    const source =
      n === length ? 'export let x = 0' : `import { x as y } from "${n + 1}"; export let x = y + 1`;
    return { file: specifier, source };
  };
  const module = compile('import { x } from "0"; x', { resolve });
  assert.is(new VM().run(load(module)).value, length);
});

test('all sources together have a limit', () => {
  const main = 'import "a"; import "b"';
  const files = { a: ' '.repeat(30), b: ' '.repeat(30) };
  build(main, files, { maxLength: main.length + 60 });
  assert.equal(wrong(main, files, { maxLength: main.length + 59 }), [
    'main:1:20 with this file the sources have 82 characters; 81 is the limit',
  ]);
});

test('there may be 65,536 files', () => {
  const endless: ResolveImport = (specifier) => ({
    file: specifier,
    source: `import "${Number(specifier) + 1}"`,
  });
  const { diagnostics } = errorOf(() => compile('import "1"', { resolve: endless }));
  assert.equal(
    diagnostics.map(({ file, message }) => [file, message]),
    [['65535', 'a program has 65536 files at most']],
  );
});

test('a thousand errors are enough, however many files they are in', () => {
  const asked: string[] = [];
  const resolve: ResolveImport = (specifier) => {
    asked.push(specifier);
    return { file: specifier, source: 'let a = ;\n'.repeat(300) };
  };
  const main = Array.from({ length: 50 }, (_, i) => `import "${i}"`).join('\n');
  assert.is(errorOf(() => compile(main, { resolve })).diagnostics.length, 1000);
  assert.is(asked.length, 4);
});

test.run();
