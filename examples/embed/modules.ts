/**
 * Programs of several files where the host has no files: it says what an import means, here from a map in memory, and
 * decides what a program can reach at all.
 */

import { CompileError, compile, type ImportedSource, load, VM } from 'heddle';

const library: ReadonlyMap<string, string> = new Map([
  ['std/stats', 'import { sum } from "std/lists"\nexport fn mean(xs) { sum(xs) / len(xs) }'],
  ['std/lists', 'export fn sum(xs) { reduce(xs, fn(a, b) { a + b }, 0) }\nexport let calls = 0'],
  ['scores', 'export let scores = [1, 2, 6]\nexport fn add(n) { append(scores, n) }'],
]);

/** Imports name entries of the library; the answer's `file` is what the entry is called from then on. */
function resolve(specifier: string, importer: string): ImportedSource | undefined {
  if (importer.startsWith('std/') && !specifier.startsWith('std/')) {
    throw new Error('the library imports nothing but itself'); // the compiler reports it in its place
  }
  const source = library.get(specifier);
  return source === undefined ? undefined : { file: specifier, source };
}

const program = load(
  compile(
    `import { mean } from "std/stats"
     import { scores, add as add_score } from "scores"
     let before = mean(scores)
     add_score(11)
     puts("\${before}, then \${mean(scores)}")`,
    { file: 'main', resolve },
  ),
);

const vm = new VM({ output: (text) => process.stdout.write(text) });
vm.run(program);
// The program's own globals have their names, those of other files have the file before them.
console.log(vm.getGlobal('before'), vm.getGlobal('scores:scores'), vm.call('std/lists:sum', [1, 2]));
// expect: 3, then 5
// expect: 3 [ 1, 2, 6, 11 ] 3

try {
  compile('import { median } from "std/stats"\nimport { f } from "nowhere"\nimport "std/bad"', {
    file: 'broken',
    resolve: (specifier, importer) =>
      specifier === 'std/bad' ? { file: specifier, source: 'import "scores"' } : resolve(specifier, importer),
  });
} catch (error) {
  if (!(error instanceof CompileError)) throw error;
  for (const { file, start, message } of error.diagnostics) console.log(`${file}:${start.line}: ${message}`);
}
// expect: broken:2: 'nowhere' cannot be imported: there is no such file
// expect: std/bad:1: 'scores' cannot be imported: the library imports nothing but itself
