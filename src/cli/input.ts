/**
 * What the commands are given: reads a file or standard input, finds out which of the four forms of program it is, and
 * brings it to a module.
 */

import { readFileSync } from 'node:fs';
import { assemble } from '../bytecode/assemble';
import { decode } from '../bytecode/decode';
import { isBinary } from '../bytecode/format';
import type { Module } from '../bytecode/module';
import { compile } from '../lang/compile';
import { UsageError } from './exit';
import { SourceFiles } from './source-files';

export const inputForms = ['weft', 'monkey', 'asm', 'binary'] as const;
export type InputForm = (typeof inputForms)[number];

export interface Input {
  /** As messages call it. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly form: InputForm;
}

const formOfEnding: Readonly<Record<string, InputForm>> = {
  weft: 'weft',
  monkey: 'monkey',
  hasm: 'asm',
  hbc: 'binary',
};

/**
 * Reads a program.
 *
 * @param path a file, or `-` for standard input
 * @param form what it is; without it the ending of the path or the first bytes tell
 * @throws UsageError where it cannot be read
 */
export function readInput(path: string, form?: InputForm): Input {
  const name = path === '-' ? '<stdin>' : path;
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path === '-' ? 0 : path);
  } catch (error) {
    throw new UsageError(`cannot read ${name}: ${(error as Error).message}`); // the file system throws errors
  }
  const ending = /\.(\w+)$/.exec(path)?.[1] ?? '';
  return { name, bytes, form: form ?? (isBinary(bytes) ? 'binary' : (formOfEnding[ending] ?? 'weft')) };
}

export const sourceText = ({ bytes }: Input): string => new TextDecoder().decode(bytes);

/**
 * The module that an input stands for, not verified yet.
 *
 * @param files finds and keeps what the input imports
 * @throws CompileError, AssembleError or DecodeError, each with every problem's place
 */
export function moduleOf(input: Input, optimize: boolean, files = new SourceFiles(input.name)): Module {
  switch (input.form) {
    case 'binary':
      return decode(input.bytes);
    case 'asm':
      return assemble(sourceText(input));
    default: {
      const { resolve } = files;
      return compile(sourceText(input), { file: input.name, dialect: input.form, optimize, resolve });
    }
  }
}
