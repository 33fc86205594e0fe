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

test('the core generates no code and knows no host', () => {
  // The bundle is what users get; comments are gone from what is looked at.
  const bundle = ts.transpileModule(readText('dist/index.js'), {
    compilerOptions: { removeComments: true, target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
  }).outputText;
  const code = bundle.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''");
  for (const word of ['eval', 'Function', 'WebAssembly', 'process', 'require', 'Buffer', 'setTimeout', 'fetch']) {
    const used = new RegExp(`(?<![\\w.$])${word}\\s*[.(]`).exec(code);
    assert.is(used, null, `the bundle uses ${word}: ${code.slice((used?.index ?? 0) - 40, (used?.index ?? 0) + 40)}`);
  }
  assert.not.match(code, /\bimport\s*\(|^import /m);
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
  for (const file of [...sources, ...filesUnder('scripts', '.ts'), ...filesUnder('test', '.ts'), ...filesUnder('bench', '.ts')]) {
    assert.match(readText(file), /^(#!.*\n)?\/\*\*\n \* \S/, file);
  }
});

test.run();
