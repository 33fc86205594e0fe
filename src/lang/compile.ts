/**
 * The Weft compiler: source to module. Parse, resolve, generate; each stage runs only if the one before found nothing
 * wrong.
 */

import { BuildError, ModuleBuilder } from '../bytecode/builder';
import type { Module } from '../bytecode/module';
import { standardNames } from '../runtime/builtins';
import { Abandoned, CompileError, Report } from './diagnostics';
import { generate } from './generate';
import { parse } from './parser';
import { problems } from './problems';
import { resolve } from './resolve';
import type { Session } from './session';
import { SourceText } from './source';
import type { Dialect } from './tokens';

export { CompileError, type Diagnostic, formatDiagnostics } from './diagnostics';
export { Session } from './session';
export type { Position } from './source';
export type { Dialect } from './tokens';

/** Names, or what the host gives to the VM under these names. */
export type HostNames = readonly string[] | Readonly<Record<string, unknown>>;

export interface CompileOptions {
  /** The name of the source in messages and traces; `program` if it has none. */
  readonly file?: string;
  readonly dialect?: Dialect;
  /** Whether to fold constants and tidy the code up; true if not given. */
  readonly optimize?: boolean;
  /** Functions that the host provides besides the built-in ones. */
  readonly functions?: HostNames;
  /** Globals that the host defines before the program begins. The program may assign them. */
  readonly globals?: HostNames;
  /** The built-in functions that the program may use; all of them if not given. */
  readonly imports?: Iterable<string>;
  /** Makes the module one of a series that share their globals. */
  readonly session?: Session;
  /** The longest source, in characters; 16 Mi if not given. */
  readonly maxLength?: number;
}

const defaultMaxLength = 2 ** 24;

/**
 * Compiles a program.
 *
 * ```ts
 * compile('let x = 2; x + 3 * 4');
 * compile('5 / 2', { dialect: 'monkey' });
 * compile('greet(user)', { functions: ['greet'], globals: ['user'] });
 * ```
 * @throws CompileError with all that is wrong, in the order of the source
 */
export function compile(source: string, options: CompileOptions = {}): Module {
  const { dialect = 'weft', optimize = true, session, imports = standardNames } = options;
  const report = new Report(new SourceText(source, options.file ?? 'program'));
  checkLength(source, report, options);
  try {
    const program = parse(report, dialect);
    report.throwIfAny();
    const functions = new Set([...imports, ...namesOf(options.functions)]);
    const globals = [...(session?.globals ?? []), ...namesOf(options.globals)];
    const resolution = resolve(program, report, { dialect, imports: functions, globals });
    report.throwIfAny();
    const module = new ModuleBuilder();
    for (const name of globals) module.global(name);
    for (const name of session?.imports ?? []) module.import(name);
    generate(program, module, { report, resolution, dialect, optimize });
    const built = module.build();
    session?.accept(built);
    return built;
  } catch (error) {
    if (error instanceof BuildError) report.add(problems.unbuildable(error.message), 0, 1);
    else if (!(error instanceof Abandoned)) throw error;
    report.throwIfAny();
    throw error;
  }
}

const namesOf = (names: HostNames = []): readonly string[] =>
  Array.isArray(names) ? names : Object.keys(names);

/**
 * Whether a source ends inside something open, a block, a call or a string say, so that a REPL should ask for another
 * line before it compiles.
 */
export function isIncomplete(
  source: string,
  options: Pick<CompileOptions, 'dialect' | 'maxLength'> = {},
): boolean {
  const report = new Report(new SourceText(source, ''));
  try {
    checkLength(source, report, options);
    parse(report, options.dialect ?? 'weft');
    report.throwIfAny();
    return false;
  } catch (error) {
    if (error instanceof CompileError) return error.incomplete;
    throw error;
  }
}

/** @throws CompileError */
function checkLength(source: string, report: Report, { maxLength = defaultMaxLength }: CompileOptions): void {
  if (source.length <= maxLength) return;
  report.add(problems.sourceTooLarge(source.length, maxLength), 0, 1);
  report.throwIfAny();
}
