/**
 * Derives from the instruction table everything that is written down elsewhere: the engines' generated parts and the
 * documentation of instruction set and built-ins. `npm run generate` writes the files; with `--check` it only compares and fails where one is stale.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readIsa, TableError } from './generate/read-isa';

/** The text of every generated file, by path. */
async function generate(): Promise<Map<string, string>> {
  const table = readIsa();
  // Only now: these import the table itself, which must not run before it has been judged.
  const { generatedFiles } = await import('./generate/files');
  return generatedFiles(table);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

try {
  const files = await generate();
  const stale = [...files].filter(([path, text]) => read(path) !== text);
  if (process.argv.includes('--check')) {
    for (const [path] of stale) console.error(`${path} is stale: run \`npm run generate\``);
    if (stale.length > 0) process.exit(1);
    console.log(`${files.size} generated files are up to date.`);
  } else {
    for (const [path, text] of stale) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      console.log(`wrote ${path}`);
    }
    console.log(`${files.size} generated files, ${stale.length} changed.`);
  }
} catch (error) {
  if (!(error instanceof TableError)) throw error;
  for (const problem of error.problems) console.error(problem);
  process.exit(1);
}
