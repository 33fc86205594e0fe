/**
 * Programs with their answers on the line: what a file's `// expect` comments say, and how a run is held against them.
 * The README of this folder describes the comments.
 */

import * as assert from 'uvu/assert';
import {
  CompileError,
  compile,
  type EngineName,
  HeddleError,
  load,
  type Program,
  type ResolveImport,
  VM,
} from '../src/index';
import { besideImporter } from './files';

export interface Expectations {
  /** Lines that the program writes. */
  readonly output: readonly string[];
  /** The program's value as `str` gives it. */
  readonly value: string | undefined;
  /** `kind: message`, and ` at function line:column` where the file says it. */
  readonly runtimeError: string | undefined;
  /** A part of the compiler's message. */
  readonly compileError: string | undefined;
  readonly options: { readonly fuel?: number; readonly maxFrames?: number; readonly maxSlots?: number };
}

const pattern = /(?:\/\/|#)\s*(expect(?: value| runtime error| compile error)?|option): ?(.*)$/;

export function readExpectations(source: string): Expectations {
  const found: Record<string, string[]> = {};
  for (const line of source.split('\n')) {
    const match = pattern.exec(line);
    if (match) (found[match[1]!] ??= []).push(match[2]!);
  }
  const options = Object.fromEntries(
    (found.option ?? []).map((option) => {
      const [name, value] = option.split('=');
      return [name!.trim(), Number(value)];
    }),
  );
  return {
    output: found.expect ?? [],
    value: found['expect value']?.[0],
    runtimeError: found['expect runtime error']?.[0],
    compileError: found['expect compile error']?.[0],
    options,
  };
}

/** Whether a file expects anything at all: one that does not would always pass. */
export const expectsSomething = (e: Expectations): boolean =>
  e.output.length > 0 || [e.value, e.runtimeError, e.compileError].some((text) => text !== undefined);

/** Compiles a program and what it imports; gives nothing where the expected compile error came. */
export function compileAsExpected(
  source: string,
  file: string,
  expected: Expectations,
  optimize: boolean,
  resolve: ResolveImport = besideImporter,
): Program | undefined {
  const dialect = file.endsWith('.monkey') ? 'monkey' : 'weft';
  try {
    const module = compile(source, { file, dialect, optimize, resolve });
    assert.is(expected.compileError, undefined, `${file} compiles, but should not`);
    return load(module);
  } catch (error) {
    if (!(error instanceof CompileError) || expected.compileError === undefined) throw error;
    const messages = error.diagnostics.map(({ message }) => message).join('\n');
    assert.ok(
      messages.includes(expected.compileError),
      `${file}: '${expected.compileError}' is not in: ${messages}`,
    );
    return undefined;
  }
}

export interface Observed {
  readonly output: string;
  readonly value: string | undefined;
  readonly error: HeddleError | undefined;
  readonly fuel: number;
}

export function observe(
  program: Program,
  engine: EngineName,
  options: Expectations['options'] = {},
): Observed {
  let output = '';
  const vm = new VM({
    engine,
    ...options,
    output: (text) => {
      output += text;
    },
  });
  try {
    const { text } = vm.run(program);
    return { output, value: text, error: undefined, fuel: vm.fuelUsed };
  } catch (error) {
    if (!(error instanceof HeddleError)) throw error;
    return { output, value: undefined, error, fuel: vm.fuelUsed };
  }
}

const placeOf = ({ trace }: HeddleError): string => {
  const top = trace[0];
  return top ? ` at ${top.function} ${top.line}:${top.column}` : '';
};

export function checkObserved(file: string, expected: Expectations, seen: Observed): void {
  if (expected.runtimeError === undefined) {
    if (seen.error) throw new Error(`${file} failed:\n${seen.error.report()}`);
  } else {
    assert.ok(seen.error, `${file} ended without the expected ${expected.runtimeError}`);
    const text = `${seen.error.kind}: ${seen.error.message}`;
    assert.is(
      / at \S+ \d+:\d+$/.test(expected.runtimeError) ? text + placeOf(seen.error) : text,
      expected.runtimeError,
    );
  }
  if (expected.output.length > 0 || expected.value === undefined) {
    assert.is(seen.output.replace(/\n$/, ''), expected.output.join('\n'));
  }
  if (expected.value !== undefined) assert.is(seen.value, expected.value);
}
