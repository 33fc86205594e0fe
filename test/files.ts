/**
 * Test data from the repository, by path from its root.
 */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Files below a folder with one of these endings, sorted. */
export const filesUnder = (folder: string, ...endings: string[]): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true })
        .map((name) => join(folder, String(name)))
        .filter((name) => endings.some((ending) => name.endsWith(ending)) && statSync(name).isFile())
        .sort()
    : [];

export const readText = (path: string): string => readFileSync(path, 'utf8');
