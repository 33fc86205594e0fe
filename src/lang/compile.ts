/**
 * The Weft compiler: sources to module. Parse, with all that is imported, resolve, generate; each stage runs only if the one
 * before found nothing wrong.
 */

import { BuildError, ModuleBuilder } from '../bytecode/builder';
import type { Module } from '../bytecode/module';
import { standardNames } from '../runtime/builtins';
import { Abandoned, CompileError, Report, Reports } from './diagnostics';
import { bindingsOf, type Exports, exportsOf } from './exports';
import { generate, type ResolvedFile } from './generate';
import { loadFiles, type ModuleFile, type ResolveImport } from './modules';
import { parse } from './parser';
import { problems } from './problems';
import { resolve } from './resolve';
import type { Session } from './session';
import { SourceText } from './source';
import type { Dialect } from './tokens';

export { CompileError, type Diagnostic, formatDiagnostics } from './diagnostics';
export type { ImportedSource, ResolveImport } from './modules';
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
  /** Finds the files that the source imports; without it, an import is an error. */
  readonly resolve?: ResolveImport;
  /** The longest source, in characters, imported files included; 16 Mi if not given. */
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
 * compile('import { twice } from "./util"; twice(2)', { resolve: (name) => ({ file: name, source: files[name] }) });
 * ```
 * @throws CompileError with all that is wrong, in the order of the source; files that it imports come after it
 */
export function compile(source: string, options: CompileOptions = {}): Module {
  const { file = 'program', dialect = 'weft', optimize = true, maxLength = defaultMaxLength } = options;
  const { session } = options;
  const reports = new Reports();
  checkLength(source, file, maxLength);
  try {
    const known = session?.files ?? new Map<string, Exports>();
    const limits = { dialect, resolve: options.resolve, known, maxLength };
    const files = loadFiles(source, file, reports, limits);
    reports.throwIfAny();
    const exported = new Map(known);
    const resolved = resolveFiles(files, exported, options);
    reports.throwIfAny();
    const module = new ModuleBuilder();
    for (const name of [...(session?.globals ?? []), ...namesOf(options.globals)]) module.global(name);
    for (const name of session?.imports ?? []) module.import(name);
    generate(resolved, module, { dialect, optimize });
    const built = module.build();
    exported.delete(file);
    session?.accept(built, resolved.at(-1)!.resolution.top, exported);
    return built;
  } catch (error) {
    if (error instanceof BuildError) reports.program.add(problems.unbuildable(error.message), 0, 1);
    else if (!(error instanceof Abandoned)) throw error;
    reports.throwIfAny();
    throw error;
  }
}

/**
 * Resolves the files of a program, the last of which is its own source: only that has the session's names in sight, and its
 * own under their bare names in the module.
 *
 * @param exported what files export, by file; that of these is added
 */
function resolveFiles(
  files: readonly ModuleFile[],
  exported: Map<string, Exports>,
  { dialect = 'weft', session, imports = standardNames, ...options }: CompileOptions,
): ResolvedFile[] {
  const functions = new Set([...imports, ...namesOf(options.functions)]);
  const globals = namesOf(options.globals);
  const ofFile = { dialect, imports: functions, globals };
  const ofProgram = {
    ...ofFile,
    globals: [...(session?.names ?? []), ...globals],
    inherited: session?.bindings ?? [],
  };
  return files.map((file, i) => {
    const { name, source, report } = file;
    const names = i === files.length - 1 ? ofProgram : { ...ofFile, prefix: `${name}:` };
    const resolution = resolve(source, report, { ...names, bindings: bindingsOf(file, exported) });
    exported.set(name, exportsOf(file, resolution));
    return { source, report, resolution, importedAt: file.importedAt };
  });
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
  try {
    checkLength(source, '', options.maxLength);
    const report = new Report(new SourceText(source, ''));
    parse(report, options.dialect ?? 'weft');
    report.throwIfAny();
    return false;
  } catch (error) {
    if (error instanceof CompileError) return error.incomplete;
    throw error;
  }
}

/** @throws CompileError */
function checkLength(source: string, file: string, maxLength = defaultMaxLength): void {
  if (source.length <= maxLength) return;
  const report = new Report(new SourceText(source, file));
  report.add(problems.sourceTooLarge(source.length, maxLength), 0, 1);
  report.throwIfAny();
}
