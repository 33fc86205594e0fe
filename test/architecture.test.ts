/**
 * The shape of the tree, held by tests: imports go downwards only, the core needs nothing of the host, and no file outgrows
 * what one can read.
 */

import { basename, dirname, join, normalize } from 'node:path';
import ts from 'typescript';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { filesUnder, readText } from './files';

/** What each folder of src may import besides itself; '.' stands for the files directly in src. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  runtime: [],
  isa: ['runtime'],
  bytecode: ['isa', 'runtime'],
  load: ['bytecode', 'isa', 'runtime'],
  engines: ['load', 'bytecode', 'isa', 'runtime'],
  lang: ['bytecode', 'isa', 'runtime'],
  tools: ['.', 'engines', 'load', 'bytecode', 'isa', 'runtime'],
  '.': ['tools', 'lang', 'engines', 'load', 'bytecode', 'isa', 'runtime'],
  cli: ['.', 'tools', 'lang', 'engines', 'load', 'bytecode', 'isa', 'runtime'],
};

const sources = filesUnder('src', '.ts').filter((file) => !file.endsWith('.template.ts'));

/** The folder of src that a file is in. */
const folderOf = (file: string): string => file.split('/').slice(1, -1)[0] ?? '.';

const importsOf = (file: string): string[] =>
  ts.preProcessFile(readText(file)).importedFiles.map(({ fileName }) => fileName);

for (const file of sources) {
  test(`imports of ${file} go downwards`, () => {
    const from = folderOf(file);
    assert.ok(from in allowed, `${from} is no folder of the architecture`);
    for (const name of importsOf(file)) {
      if (!name.startsWith('.')) {
        assert.is(from, 'cli', `${file} imports ${name}: only the command line has dependencies`);
        continue;
      }
      const target = normalize(join(dirname(file), name));
      if (!target.startsWith('src/')) {
        assert.is(basename(target), 'package.json', `${file} imports ${name}`);
        continue;
      }
      const to = folderOf(`${target}.ts`);
      assert.ok(to === from || allowed[from]!.includes(to), `${file} imports ${name}, which is not below it`);
    }
  });
}

/** What only some hosts have, or what generates code; names of the core's own are not among them. */
const foreign = new Set([
  ...[
    'eval',
    'Function',
    'WebAssembly',
    'process',
    'require',
    'Buffer',
    'setTimeout',
    'setImmediate',
    'fetch',
  ],
  ...['TextEncoder', 'TextDecoder', 'console', 'document', 'window', 'navigator', 'XMLHttpRequest'],
]);

/** The file that an import in a bundle names, static or dynamic; `undefined` where it is none of the bundle's own. */
function importedFile(node: ts.Node, from: string): string | undefined {
  const named = ts.isImportDeclaration(node)
    ? node.moduleSpecifier
    : (node.parent as ts.CallExpression).arguments[0]; // of `import(...)`
  return named !== undefined && ts.isStringLiteral(named) && /^\.\/(chunks\/)?[\w-]+\.js$/.test(named.text)
    ? join(dirname(from), named.text)
    : undefined;
}

test('the core generates no code and knows no host', () => {
  const files = ['dist/index.js'];
  const found: string[] = [];
  for (const file of files) {
    const bundle = ts.createSourceFile(file, readText(file), ts.ScriptTarget.ES2022, true);
    const visit = (node: ts.Node): void => {
      const imports = ts.isImportDeclaration(node) || node.kind === ts.SyntaxKind.ImportKeyword;
      const own = imports ? importedFile(node, file) : undefined;
      if (own !== undefined && !files.includes(own)) files.push(own);
      const names = ts.isIdentifier(node) && foreign.has(node.text) && !isMemberName(node);
      if ((imports && own === undefined) || names) {
        const { line } = bundle.getLineAndCharacterOfPosition(node.getStart());
        found.push(`${file}:${line + 1}: ${node.getText()}`);
      }
      if (!ts.isImportDeclaration(node)) ts.forEachChild(node, visit);
    };
    visit(bundle);
  }
  assert.equal(found, []);
  assert.ok(
    files.some((file) => file.includes('copies')),
    'the copies of templates are looked at, too',
  );
});

/** Whether an identifier names a member of something and not a variable. */
function isMemberName(name: ts.Identifier): boolean {
  const { parent } = name;
  if (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)) return parent.name === name;
  return ts.isMethodDeclaration(parent);
}

test('nothing here can generate code', () => {
  assert.throws(() => new Function('return 1'), 'Code generation from strings disallowed');
  assert.is('WebAssembly' in globalThis, false);
});

test('the package has no run-time dependency', () => {
  const { dependencies } = JSON.parse(readText('package.json')) as { dependencies?: object };
  assert.is(dependencies, undefined);
});

test('hand-written files have one noun', () => {
  const long = sources
    .filter((file) => !file.includes('/generated/') && !file.endsWith('instructions.ts'))
    .map((file) => [file, readText(file).split('\n').length] as const)
    .filter(([, lines]) => lines > 420);
  assert.equal(long, []);
});

test('every file opens with a paragraph on its job', () => {
  for (const file of [
    ...sources,
    ...filesUnder('scripts', '.ts'),
    ...filesUnder('test', '.ts'),
    ...filesUnder('bench', '.ts'),
  ]) {
    assert.match(readText(file), /^(#!.*\n)?\/\*\*(\n \*)? \S/, file);
  }
});

test.run();
