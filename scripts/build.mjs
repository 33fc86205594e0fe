// Bundles everything that runs: the product into dist/, tests, scripts and benchmarks into build/. `node scripts/build.mjs`
// builds all of it, with names only those parts. Plain JavaScript, because it is what turns TypeScript into something to run.

import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';
import ts from 'typescript';

const filesUnder = (folder, ending) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true })
        .map((name) => join(folder, String(name)))
        .filter((name) => name.endsWith(ending) && statSync(name).isFile())
    : [];

/**
 * How many textual copies of each template there are: `x?copies` is all of those in a module. They are twice as many as the benchmark program
 * needs that needs most (`npm run template-needs`), since all programs of a process share them; three of what none needs. With HEDDLE_COPIES
 * there are as many of each as that says, to measure what the number does.
 */
const asked = process.env.HEDDLE_COPIES;
const needs = JSON.parse(readFileSync('src/engines/generated/template-needs.json', 'utf8'));
const copiesOf = (template) => {
  if (asked !== undefined) return Number(asked);
  const need = needs[template];
  return need === undefined ? 3 : Math.min(192, Math.max(12, 2 * need));
};

/** The object that the `make` of a module of templates gives: a property for each. */
function templatesIn(source) {
  const file = ts.createSourceFile('templates.ts', source, ts.ScriptTarget.Latest, true);
  const find = (node) => (ts.isObjectLiteralExpression(node) ? node : ts.forEachChild(node, find));
  return find(
    file.statements.find((one) => ts.isVariableStatement(one) && /^const make\b/.test(one.getText())),
  );
}

/** Copies in the first part of those of a template, and in each of the others: a host reads all of a part where the first of it is used. */
const firstPart = 12;
const otherParts = 24;

function* partsOf(count) {
  for (let size = firstPart, left = count; left > 0; left -= size, size = otherParts)
    yield Math.min(size, left);
}

/** By template: the texts of its module with an array of copies of that one in the place of all, each with a part of the copies. */
function copiesIn(source) {
  const templates = templatesIn(source);
  return templates.properties.map(({ name, initializer }) => {
    const texts = [...partsOf(copiesOf(name.text))].map((size) => {
      const copies = new Array(size).fill(initializer.getText());
      return `${source.slice(0, templates.pos)}[${copies.join(',')}]${source.slice(templates.end)}`;
    });
    return [name.text, texts];
  });
}

/** A module of templates as a function that gives what makes them, in short. */
async function shortened(text) {
  const body = text
    .replace(/^(import|export) type [^;]*;$/gm, '')
    .replace(/^export const \w+Templates =/m, 'return');
  const { code } = await transform(`export default () => { ${body} }`, {
    loader: 'ts',
    minify: true,
    target: 'node20',
  });
  return code.replace(/^export default|;\s*$/g, '');
}

const templateCopies = {
  name: 'template-copies',
  setup(build) {
    build.onResolve({ filter: /\?copies$/ }, ({ path, resolveDir }) => ({
      path: `${resolve(resolveDir, path.slice(0, path.indexOf('?')))}.ts`,
      namespace: 'copies',
    }));
    // Hosts read all of it when they load the bundle, so it is made short; of what a function has in it they make nothing before it is called, so
    // each part of a template's copies has one of its own. What a module imports are types.
    build.onLoad({ filter: /.*/, namespace: 'copies' }, async ({ path }) => {
      const all = await Promise.all(
        copiesIn(readFileSync(path, 'utf8')).map(async ([name, texts]) => {
          const parts = await Promise.all(texts.map(shortened));
          return `${JSON.stringify(name)}: [${parts.join(',')}]`;
        }),
      );
      return {
        contents: `export const copies = { ${all.join(',\n')} };`,
        loader: 'js',
        resolveDir: resolve('.'),
      };
    });
  },
};

const common = {
  plugins: [templateCopies],
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  loader: { '.weft': 'text' },
  sourcemap: 'linked',
  logLevel: 'warning',
  // Some packages still are CommonJS and call `require` for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

const parts = {
  dist: () => [
    // The library: no Node, no dependency, so it also runs in a page or a worker.
    {
      ...common,
      banner: {},
      platform: 'neutral',
      minifyWhitespace: true,
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
      entryPoints: { index: 'src/index.ts' },
      outdir: 'dist',
    },
    {
      ...common,
      external: ['bun:jsc', '@mitata/counters'], // mitata asks for these where it finds itself on Bun, or is told to
      minifyWhitespace: true,
      splitting: true, // what only one subcommand needs is loaded by that one
      chunkNames: 'chunks/[name]-[hash]',
      entryPoints: { cli: 'src/cli/main.ts', 'compare-child': 'src/cli/compare/child.ts' },
      outdir: 'dist',
    },
  ],
  scripts: () => [
    {
      ...common,
      packages: 'external',
      entryPoints: filesUnder('scripts', '.ts').filter((file) => !file.includes('/generate/')),
      outbase: 'scripts',
      outdir: 'build/scripts',
    },
  ],
  bench: () => [
    {
      ...common,
      packages: 'external',
      entryPoints: filesUnder('bench', '.ts'),
      outbase: 'bench',
      outdir: 'build/bench',
    },
  ],
  test: () => [
    {
      ...common,
      packages: 'external',
      splitting: true,
      entryPoints: [...filesUnder('test', '.test.ts'), ...filesUnder('examples', '.ts')],
      inject: ['test/thresholds.ts'],
      outbase: '.',
      outdir: 'build',
      alias: { heddle: './src/index.ts' },
    },
  ],
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`No such part to build: ${unknown.join(', ')}. Parts: ${Object.keys(parts).join(', ')}.`);
  process.exit(2);
}
const started = performance.now();
const names = wanted.length > 0 ? wanted : Object.keys(parts);
if (wanted.length === 0) rmSync('build', { recursive: true, force: true });
if (names.includes('dist')) rmSync('dist/chunks', { recursive: true, force: true });
await Promise.all(
  names.flatMap((name) =>
    parts[name]()
      .filter((o) => Object.keys(o.entryPoints).length > 0)
      .map((o) => build(o)),
  ),
);
if (names.includes('dist')) {
  // The library and the command have one each; that of the library is as large.
  const file = filesUnder('dist/chunks', '.js').find((name) => basename(name).startsWith('copies-'));
  const kB = (bytes) => `${Math.round(bytes / 1000)} kB`;
  const bytes = readFileSync(file);
  console.log(
    `Copies of templates: up to ${Math.max(...Object.keys(needs).map(copiesOf))} of each; ${kB(bytes.length)}, ${kB(gzipSync(bytes).length)} gzipped.`,
  );
}
console.log(`Built ${names.join(', ')} in ${Math.round(performance.now() - started)} ms.`);
