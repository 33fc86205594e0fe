/**
 * Puts the tables of a benchmark's record into the documentation, between its markers (see bench/documentation.ts).
 * `npm run bench-table -- [--despite-failures] RECORD.json [DOCUMENT...]`; without documents README.md and docs/performance.md.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { withTables } from '../bench/documentation';
import { readRecord } from '../src/cli/compare/record';

function main(args: readonly string[]): number {
  const despiteFailures = args[0] === '--despite-failures';
  const [file, ...documents] = despiteFailures ? args.slice(1) : args;
  if (file === undefined || file.startsWith('-')) {
    console.error('Usage: npm run bench-table -- [--despite-failures] RECORD.json [DOCUMENT...]');
    return file === '--help' ? 0 : 2;
  }
  try {
    const record = readRecord(file);
    const targets = documents.length > 0 ? documents : ['README.md', 'docs/performance.md'];
    const texts = targets.map((target) => {
      try {
        return withTables(readFileSync(target, 'utf8'), record, despiteFailures);
      } catch (error) {
        throw new Error(`${target}: ${(error as Error).message}`, { cause: error }); // both throw Errors
      }
    });
    targets.forEach((target, i) => {
      writeFileSync(target, texts[i]!);
    });
    return 0;
  } catch (error) {
    console.error((error as Error).message); // of this script, of JSON or of the file system
    return 1;
  }
}

process.exitCode = main(process.argv.slice(2));
