/**
 * Test data from the repository, by path from its root.
 */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ResolveImport } from '../src/index';

/** Files below a folder with one of these endings, sorted. */
export const filesUnder = (folder: string, ...endings: string[]): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true })
        .map((name) => join(folder, String(name)))
        .filter((name) => endings.some((ending) => name.endsWith(ending)) && statSync(name).isFile())
        .sort()
    : [];

export const readText = (path: string): string => readFileSync(path, 'utf8');

/** Programs below these folders, sorted; what lies in a folder `lib` is only there to be imported. */
export const programsUnder = (...folders: string[]): string[] =>
  folders
    .flatMap((folder) => filesUnder(folder, '.weft', '.monkey'))
    .filter((file) => !file.includes('/lib/'));

/** Finds what a program imports, beside the file that imports it. */
export const besideImporter: ResolveImport = (specifier, importer) => {
  const file = join(dirname(importer), specifier);
  return existsSync(file) ? { file, source: readText(file) } : undefined;
};
