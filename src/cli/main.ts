#!/usr/bin/env node
/**
 * The `heddle` command: its subcommands, their options, and the exit code.
 */

import { writeFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { version } from '../../package.json';
import { encode } from '../bytecode/encode';
import { strip } from '../bytecode/module';
import { comparisonOnly, defaultEngine, engineNames } from '../engines/engines';
import { load } from '../program';
import { type ListedEngine, listedEngines, type Stage, stages } from '../tools/stages';
import { addCompare } from './compare/compare';
import { errorText, exitCode, isProgramError, UsageError } from './exit';
import { type Input, type InputForm, inputForms, moduleOf, readInput } from './input';
import { startRepl } from './repl';
import { listing, type RunFlags, runCommand, stageListing } from './run';

function positive(text: string): number {
  const value = Number(text);
  if (!(value >= 1)) throw new InvalidArgumentError('It must be a number of at least 1.');
  return value;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value))
    throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

const asOption = () =>
  new Option('--as <form>', 'what the input is, where its ending does not tell').choices(inputForms);

const forComparison = `only for comparison: ${comparisonOnly.join(', ')}`;

const runOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--engine <name>', `engine to run on (default: ${defaultEngine}; ${forComparison})`).choices(
        engineNames,
      ),
    )
    .option('--fuel <units>', 'end the program when it has used this much fuel', positive)
    .option('--max-frames <n>', 'calls that may be active at once', positive)
    .option('--max-memory <bytes>', "what the program's data may take, by estimate", positive)
    .option('--seed <n>', 'what the numbers that the program draws follow from (default: 0)', wholeNumber)
    .option('--no-clock', 'refuse programs that ask for the time')
    .option('--stats', 'print times, sizes and fuel to standard error')
    .option('--count', 'count executed instructions; on the threaded engine, where each has its own cell')
    .option(
      '--trace',
      'print every instruction with the stack before it to standard error; on the threaded engine',
    )
    .option('--json', 'print one JSON object: value, output, error, engine, fuel, ms, stats')
    .option(
      '--no-raised-inlining',
      'leave what the host inlines as it is, which the cloned engine has raised',
    )
    .option('--optimize', 'optimise; the default, but for --trace')
    .option('--no-optimize', 'compile as written');

interface FileFlags {
  readonly as?: InputForm;
}

interface OutputFlags extends FileFlags {
  readonly output?: string;
  readonly strip?: boolean;
  readonly optimize?: boolean;
}

interface ListingFlags extends OutputFlags {
  readonly stage?: Stage;
  readonly engine?: ListedEngine;
}

/** What `dis` prints. */
function listed(input: Input, { stage, engine, optimize = false }: ListingFlags): string {
  if (engine !== undefined && stage !== 'cells') throw new UsageError('--engine goes with --stage cells');
  return stage === undefined
    ? listing(input, optimize)
    : stageListing(input, optimize, stage, engine ?? 'fused');
}

/** Writes to a file, or to standard output without a name. */
function deliver(content: string | Uint8Array, path: string | undefined): void {
  if (path === undefined || path === '-') process.stdout.write(content);
  else writeFileSync(path, content);
}

/** Runs the work of a command on its input; a program's error is reported and gives exit code 1. */
function withInput(path: string, form: InputForm | undefined, work: (input: Input) => void): number {
  const input = readInput(path, form);
  try {
    work(input);
    return exitCode.ok;
  } catch (error) {
    if (!isProgramError(error)) throw error;
    console.error(errorText(error));
    return exitCode.failed;
  }
}

/** Binary modules are not for a terminal. */
function binaryTarget(path: string | undefined): string | undefined {
  if (path === undefined && process.stdout.isTTY)
    throw new UsageError('say where to write the binary: -o FILE, or -o -');
  return path;
}

function build(finish: (code: number | Promise<number>) => void): Command {
  const program = new Command('heddle')
    .description('Compile, inspect and run bytecode programs.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(add --help for the options)');

  runOptions(program.command('run'))
    .argument('<file>', '.weft, .monkey, .hasm (text assembly) or .hbc (binary); - for standard input')
    .addOption(asOption())
    .description('run a program')
    .action((file: string, flags: RunFlags & FileFlags) =>
      finish(runCommand(readInput(file, flags.as), flags, false)),
    );

  runOptions(program.command('eval'))
    .argument('<expression>', 'Weft source')
    .description('run a piece of Weft and print its value')
    .action((expression: string, flags: RunFlags) => {
      const input: Input = { name: '<eval>', bytes: new TextEncoder().encode(expression), form: 'weft' };
      finish(runCommand(input, flags, true));
    });

  program
    .command('compile')
    .argument('<file>', 'Weft or Monkey source')
    .addOption(asOption())
    .option('-o, --output <file>', 'where to write the binary module; - for standard output')
    .option('--strip', 'leave debug information out')
    .option('--no-optimize', 'compile as written')
    .description('compile source to a binary module')
    .action((file: string, flags: OutputFlags) =>
      finish(
        withInput(file, flags.as, (input) => {
          const module = moduleOf(input, flags.optimize ?? true);
          load(module);
          deliver(encode(flags.strip ? strip(module) : module), binaryTarget(flags.output));
        }),
      ),
    );

  program
    .command('asm')
    .argument('<file>', 'text assembly')
    .option('-o, --output <file>', 'where to write the binary module; - for standard output')
    .option('--strip', 'leave debug information out')
    .description('assemble text to a verified binary module')
    .action((file: string, flags: OutputFlags) =>
      finish(
        withInput(file, 'asm', (input) => {
          const module = moduleOf(input, true);
          load(module);
          deliver(encode(flags.strip ? strip(module) : module), binaryTarget(flags.output));
        }),
      ),
    );

  program
    .command('dis')
    .argument('<file>', 'a program in any form')
    .addOption(asOption())
    .option('-o, --output <file>', 'where to write the listing')
    .option('--optimize', 'list source as `run` compiles it, not as written')
    .addOption(
      new Option(
        '--stage <name>',
        'list what becomes of the bytecode: its control-flow graph, its statements, or the cells that run',
      ).choices(stages),
    )
    .addOption(
      new Option('--engine <name>', 'whose cells, with --stage cells (default: fused)').choices(
        listedEngines,
      ),
    )
    .description('list the bytecode of a program, with its source lines; `asm` reads the listing back')
    .action((file: string, flags: ListingFlags) =>
      finish(withInput(file, flags.as, (input) => deliver(listed(input, flags), flags.output))),
    );

  program
    .command('verify')
    .argument('<file>', 'a program in any form')
    .addOption(asOption())
    .description('check a module by the rules of the verifier')
    .action((file: string, flags: FileFlags) =>
      finish(
        withInput(file, flags.as, (input) => {
          const module = moduleOf(input, true);
          load(module);
          const bytes = module.functions.reduce((sum, { code }) => sum + code.length, 0);
          console.log(
            `${input.name}: ${module.functions.length} functions, ${bytes} bytes of code: verified`,
          );
        }),
      ),
    );

  program
    .command('repl')
    .addOption(
      new Option('--engine <name>', `engine to run on (${forComparison})`)
        .choices(engineNames)
        .default(defaultEngine),
    )
    .addOption(new Option('--dialect <name>', 'language').choices(['weft', 'monkey']).default('weft'))
    .description('read, run and print, keeping definitions')
    .action((flags: Parameters<typeof startRepl>[0]) => finish(startRepl(flags)));

  addCompare(program, finish);

  return program;
}

/** Runs the command line and gives the exit code. */
async function main(args: readonly string[]): Promise<number> {
  let code: number | Promise<number> = exitCode.ok;
  const program = build((result) => {
    code = result;
  });
  try {
    if (args.length === 0) {
      program.outputHelp({ error: true });
      return exitCode.usage;
    }
    program.parse(args, { from: 'user' });
    return await code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
    if (!(error instanceof UsageError)) throw error;
    console.error(`heddle: ${error.message}`);
    return exitCode.usage;
  }
}

// A reader that has seen enough, such as `head`, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCode.ok);
});
process.exitCode = await main(process.argv.slice(2));
