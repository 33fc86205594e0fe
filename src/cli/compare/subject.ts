/**
 * What is measured, behind one interface: a program on an engine, or its twin in plain JavaScript. Where a program defines
 * `run(n)`, a call of that is the work, and its top level runs once beforehand; of other programs a whole run is.
 */

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EngineName } from '../../engines/engines';
import type { Program } from '../../program';
import { VM } from '../../vm';

/** Who runs a program: an engine, or the host itself, which runs the twin. */
export type Contender = EngineName | 'twin';

/** What `run(n)` gives: one number, one word, or whether the program's own checks held. */
export type Answer = number | string | boolean;

/** What `run` is given; `null` where the work is a whole run of the program. */
export type Size = number | null;

export interface Subject {
  /** Does the work once. @throws TypeError where `run(n)` gives what is no answer */
  run(size: Size): Answer | null;
  /** What was written since this was last called. */
  takeOutput(): string;
  /** Units of fuel that the last run used; `null` of a twin, which uses none. */
  readonly fuelUsed: number | null;
}

const isAnswer = (value: unknown): value is Answer =>
  typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';

function asAnswer(value: unknown, file: string): Answer {
  if (isAnswer(value)) return value;
  throw new TypeError(`run(n) of ${file} gave no number, string or boolean`);
}

/** The function of a program that is called where it takes a size. */
export const entryPoint = 'run';

/** Whether a program is to be called and not run whole: it has a global of that name. */
export const hasEntryPoint = ({ module }: Program): boolean => module.globals.includes(entryPoint);

/** A program on an engine. @param file as messages call it */
export function guestSubject(program: Program, file: string, engine: EngineName, size: Size): Subject {
  let output = '';
  const write = (text: string): void => {
    output += text;
  };
  let vm = new VM({ engine, output: write });
  if (size !== null) vm.run(program);
  output = '';
  return {
    run(n) {
      if (n !== null) return asAnswer(vm.call(entryPoint, n), file);
      vm = new VM({ engine, output: write });
      const result = vm.run(program);
      // Collections and functions are compared as text.
      return result.value === null || isAnswer(result.value) ? result.value : result.text;
    },
    takeOutput() {
      const written = output;
      output = '';
      return written;
    },
    get fuelUsed() {
      return vm.fuelUsed;
    },
  };
}

/** A module in JavaScript that exports `run`. @throws TypeError where it does not */
export async function twinSubject(file: string): Promise<Subject> {
  const twin: Record<string, unknown> = await import(pathToFileURL(resolve(file)).href);
  const { run } = twin;
  if (typeof run !== 'function') throw new TypeError(`${file} exports no function 'run'`);
  let output = '';
  const log = (...words: unknown[]): void => {
    output += `${words.join(' ')}\n`;
  };
  return {
    run(n) {
      const own = console.log;
      console.log = log;
      try {
        if (n !== null) return asAnswer(run(n), file);
        const value: unknown = run();
        return isAnswer(value) ? value : null;
      } finally {
        console.log = own;
      }
    },
    takeOutput() {
      const written = output;
      output = '';
      return written;
    },
    fuelUsed: null,
  };
}
