/**
 * `heddle compare`: the same bytecode on every strategy, side by side.
 */

import { basename, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, InvalidArgumentError } from 'commander';
import { load } from '../../program';
import { errorText, exitCode, isProgramError, UsageError } from '../exit';
import { moduleOf, readInput } from '../input';
import { HostError } from './hosts';
import { type CompareFlags, compareBy, compareOptions, numberFrom } from './options';
import type { Entry } from './race';
import { entryPoint, hasEntryPoint } from './subject';

interface Flags extends CompareFlags {
  readonly twin?: readonly string[];
  readonly size?: number;
  readonly json?: string;
}

/** The child that lies beside the command. */
const child = fileURLToPath(new URL('compare-child.js', import.meta.url));

const twinPath = (text: string): string[] =>
  text.split(',').map((file) => {
    if (file === '') throw new InvalidArgumentError('It must be files with commas between them.');
    return file;
  });

const nameOf = (file: string): string => basename(file, extname(file));

/** The twin of a file: the only one for the only file, else the one of its name. */
function twinOf(file: string, files: readonly string[], twins: readonly string[]): string | undefined {
  if (files.length === 1 && twins.length === 1) return twins[0];
  return twins.find((twin) => nameOf(twin) === nameOf(file));
}

/** @throws UsageError where there is no such file, or it cannot be measured as asked */
function entryOf(file: string, files: readonly string[], { twin: twins = [], size }: Flags): Entry {
  const program = load(moduleOf(readInput(file), true));
  if (size !== undefined && !hasEntryPoint(program)) {
    throw new UsageError(`--size is what ${entryPoint}(n) is given, and ${file} defines no ${entryPoint}`);
  }
  if (size === undefined && hasEntryPoint(program)) {
    console.error(`${file} is run whole; --size N measures a call of its ${entryPoint}(N)`);
  }
  return {
    ...{ name: nameOf(file), suite: 'compare', file, program: () => program },
    ...{ twin: twinOf(file, files, twins), size: size ?? null, expected: undefined },
  };
}

function checkTwins(files: readonly string[], twins: readonly string[]): void {
  const used = files.map((file) => twinOf(file, files, twins));
  const spare = twins.find((twin) => !used.includes(twin));
  if (spare !== undefined)
    throw new UsageError(`${spare} is the twin of no file: twins have the names of their programs`);
}

async function compare(files: readonly string[], flags: Flags): Promise<number> {
  const { engines, twin: twins = [], json } = flags;
  try {
    checkTwins(files, twins);
    const entries = files.map((file) => entryOf(file, files, flags));
    return await compareBy(flags, {
      ...{ entries, testSize: false, child, recordFile: () => json, details: true },
      contenders: [...(twins.length > 0 ? ['twin' as const] : []), ...engines],
    });
  } catch (error) {
    if (error instanceof HostError) throw new UsageError(error.message);
    if (!isProgramError(error)) throw error;
    console.error(errorText(error));
    return exitCode.failed;
  }
}

/** Adds the subcommand. */
export function addCompare(program: Command, finish: (code: Promise<number>) => void): void {
  const command = program
    .command('compare')
    .argument('<files...>', 'programs in any form')
    .description('measure programs on every engine, side by side, in fresh processes')
    .option(
      '--twin <files>',
      'the same in JavaScript: modules that export run, with commas between them',
      twinPath,
    )
    .option('--size <n>', 'measure a call of run(n) and not a whole run', numberFrom(0, false));
  compareOptions(command)
    .option('--json <file>', 'write the record, with the samples')
    .action((files: string[], flags: Flags) => finish(compare(files, flags)));
}
