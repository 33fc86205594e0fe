/**
 * The files that programs of the command line import: found beside the file that imports them, read once, and known by one
 * name however a path is written.
 */

import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { ResolveImport } from '../lang/compile';

/** The system's codes of what keeps a file from being read. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'it may not be read',
  ELOOP: 'its links go in a circle',
};

/** Endings of programs that are not Weft. */
const otherForms = /\.(monkey|hasm|hbc)$/;

export class SourceFiles {
  /** What files are called, by their real paths. */
  private readonly names = new Map<string, string>();
  private readonly texts = new Map<string, string>();

  /** @param program the program's own file; a name in angle brackets stands for none, whose imports are found from here */
  constructor(program: string) {
    if (!isNoFile(program)) this.names.set(realPath(program), program);
  }

  /** The text of a file that was imported. */
  textOf(file: string): string | undefined {
    return this.texts.get(file);
  }

  /** For the compiler: reads the file that an import names. */
  readonly resolve: ResolveImport = (specifier, importer) => {
    if (!/^\.{1,2}[/\\]/.test(specifier) && !isAbsolute(specifier)) {
      throw new Error("a path begins with './', '../' or '/'");
    }
    const folder = isNoFile(importer) ? '.' : dirname(importer);
    const path = isAbsolute(specifier) ? specifier : join(folder, specifier);
    if (otherForms.test(path)) throw new Error(`${path} is no Weft source`);
    const real = realPath(path);
    const file = this.names.get(real) ?? path;
    const known = this.texts.get(file);
    if (known !== undefined) return { file, source: known };
    if (!attempt(path, (name) => statSync(name)).isFile()) throw new Error(`${path} is no file`);
    const source = new TextDecoder().decode(attempt(path, (name) => readFileSync(name)));
    this.names.set(real, file);
    this.texts.set(file, source);
    return { file, source };
  };
}

/** Whether a source came from somewhere else than a file, such as `<stdin>`. */
const isNoFile = (name: string): boolean => /^<\w+>$/.test(name);

/** The path without links; the path itself where there are no files that could be the same, as for a pipe. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Does something with a path; where the system refuses, says why in words. */
function attempt<T>(path: string, work: (path: string) => T): T {
  try {
    return work(path);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException; // the file system throws these
    throw new Error(`${path}: ${reasons[code] ?? message}`, { cause: error });
  }
}
