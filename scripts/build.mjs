// Bundles everything that runs: the product into dist/, tests, scripts and benchmarks into build/. `node scripts/build.mjs`
// builds all of it, with names only those parts. Plain JavaScript, because it is what turns TypeScript into something to run.

import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';

const filesUnder = (folder, ending) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true })
        .map((name) => join(folder, String(name)))
        .filter((name) => name.endsWith(ending) && statSync(name).isFile())
    : [];

/**
 * How many textual copies of each module of templates there are: `x?copies` is all of them. With HEDDLE_COPIES as many of each as that
 * says, to measure what the number does.
 */
const asked = process.env.HEDDLE_COPIES;
const copies = {
  'control-templates': Number(asked ?? 48),
  'register-templates': Number(asked ?? 48),
  registers: Number(asked ?? 48),
  'call-templates': Number(asked ?? 48),
  'region-frequent': Number(asked ?? 12),
  'region-rare': Number(asked ?? 2),
};

const templateCopies = {
  name: 'template-copies',
  setup(build) {
    build.onResolve({ filter: /\?copies$/ }, ({ path, resolveDir }) => ({
      path: `${resolve(resolveDir, path.slice(0, path.indexOf('?')))}.ts`,
      namespace: 'copies',
    }));
    build.onLoad({ filter: /.*/, namespace: 'copies' }, ({ path }) => {
      const count = copies[basename(path, '.ts')];
      const lines = Array.from({ length: count }, (_, i) => `import * as c${i} from '${path}?copy=${i}';`);
      const names = Array.from({ length: count }, (_, i) => `c${i}`).join(', ');
      const contents = `${lines.join('\n')}
        export const chunks = [${names}].map((copy) => Object.entries(copy).find(([name]) => name.endsWith('Templates'))[1]);`;
      return { contents, loader: 'js', resolveDir: resolve('.') };
    });
    build.onResolve({ filter: /\?copy=\d+$/ }, ({ path }) => {
      const [file, suffix] = path.split('?');
      return { path: file, suffix: `?${suffix}`, namespace: 'copy' };
    });
    // Hosts read all of it when they load the bundle, so it is made short.
    build.onLoad({ filter: /.*/, namespace: 'copy' }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, 'utf8'), {
        loader: 'ts',
        minify: true,
        target: 'node20',
      });
      return { contents: code, loader: 'js', resolveDir: dirname(path) };
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
  const counts = Object.entries(copies).map(([name, count]) => `${count} of ${name}`);
  console.log(
    `Copies of templates: ${counts.join(', ')}; ${kB(bytes.length)}, ${kB(gzipSync(bytes).length)} gzipped.`,
  );
}
console.log(`Built ${names.join(', ')} in ${Math.round(performance.now() - started)} ms.`);
