/**
 * A program of the suites from its file, ready to be called in this process, for whoever does not race.
 */

import { readFileSync } from 'node:fs';
import { type Contender, guestSubject, type Subject, twinSubject } from '../src/cli/compare/subject';
import { SourceFiles } from '../src/cli/source-files';
import { compile, load, type Program } from '../src/index';

/**
 * A program with the files that it imports.
 *
 * @param file where it stands, or would: the paths of its imports begin there
 */
export const loadSource = (source: string, file: string): Program =>
  load(compile(source, { file, resolve: new SourceFiles(file).resolve }));

export const loadProgram = (file: string): Program => loadSource(readFileSync(file, 'utf8'), file);

/**
 * Makes `run(n)` of a program ready to be called.
 *
 * @param file the Weft program, or the twin where that is the contender
 * @param size what it will be called with
 * @throws CompileError, HeddleError or TypeError where the file is no benchmark
 */
export async function openSubject(file: string, contender: Contender, size = 1): Promise<Subject> {
  return contender === 'twin' ? twinSubject(file) : guestSubject(loadProgram(file), file, contender, size);
}
