/**
 * What is measured: `run(n)` of a Weft program on one engine, or that of its JavaScript twin, behind one interface.
 */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SourceFiles } from '../src/cli/source-files';
import { compile, type EngineName, load, type Program, VM } from '../src/index';
import type { Answer } from './suites/benchmark-program';

/** Who runs a program: an engine, or the host itself, which runs the twin. */
export type Contender = EngineName | 'twin';

export interface Subject {
  run(size: number): Answer;
  /** Units of fuel that the last run used; `null` of a twin, which uses none. */
  readonly fuelUsed: number | null;
}

/**
 * A program with the files that it imports.
 *
 * @param file where it stands, or would: the paths of its imports begin there
 */
export const loadSource = (source: string, file: string): Program =>
  load(compile(source, { file, resolve: new SourceFiles(file).resolve }));

export const loadProgram = (file: string): Program => loadSource(readFileSync(file, 'utf8'), file);

/** @throws TypeError where the answer is none that a benchmark may give */
function asAnswer(value: unknown, file: string): Answer {
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value;
  throw new TypeError(`run(n) of ${file} gave no number, string or boolean`);
}

function guestSubject(program: Program, file: string, engine: EngineName): Subject {
  const vm = new VM({ engine });
  vm.run(program);
  return {
    run: (size) => asAnswer(vm.call('run', size), file),
    get fuelUsed() {
      return vm.fuelUsed;
    },
  };
}

async function twinSubject(file: string): Promise<Subject> {
  const twin: Record<string, unknown> = await import(pathToFileURL(resolve(file)).href);
  const { run } = twin;
  if (typeof run !== 'function') throw new TypeError(`${file} exports no function 'run'`);
  return { run: (size) => asAnswer(run(size), file), fuelUsed: null };
}

/**
 * Makes a program ready to be called.
 *
 * @param file the Weft program, or the twin where that is the contender
 * @throws CompileError, HeddleError or TypeError where the file is no benchmark
 */
export async function openSubject(file: string, contender: Contender): Promise<Subject> {
  return contender === 'twin' ? twinSubject(file) : guestSubject(loadProgram(file), file, contender);
}
