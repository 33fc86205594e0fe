/**
 * Runs a program of Are We Fast Yet as the suite's own harnesses do, with their arguments and their lines of output, so that
 * tools which read those read these. One process, nothing warmed up beforehand; `npm run bench` is what compares engines.
 */

import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Contender, Subject } from '../src/cli/compare/subject';
import { defaultEngine } from '../src/engines/engines';
import { loadCopies } from '../src/engines/shared-pool';
import { engineNames } from '../src/index';
import { wholeNumber } from './option-values';
import { openSubject } from './subject';
import { type AwfyProgram, awfy, expectedAnswer } from './suites/awfy';

function programNamed(text: string): AwfyProgram {
  const program = awfy.find(({ name }) => name.toLowerCase() === text.toLowerCase());
  if (program === undefined) {
    throw new InvalidArgumentError(`The benchmarks are ${awfy.map(({ name }) => name).join(', ')}.`);
  }
  return program;
}

/** Microseconds that one measurement took. @throws Error where the answer is not what it must be */
function measure(subject: Subject, program: AwfyProgram, inner: number): number {
  const expected = expectedAnswer(program, inner);
  const start = performance.now();
  const answer = subject.run(inner);
  const microseconds = Math.trunc((performance.now() - start) * 1000);
  if (expected === undefined) {
    throw new Error(`No verification result for ${inner} found. Result is: ${answer}`);
  }
  if (!Object.is(answer, expected)) {
    throw new Error(`Benchmark failed with incorrect result: ${answer}, expected ${expected}`);
  }
  return microseconds;
}

async function runBenchmark(
  program: AwfyProgram,
  iterations: number,
  inner: number,
  on: Contender,
): Promise<void> {
  const { name } = program;
  if (on === 'cloned') await loadCopies();
  const subject = await openSubject(on === 'twin' ? program.twin : program.program, on);
  console.log(`Starting ${name} benchmark ...`);
  let total = 0;
  for (let i = 0; i < iterations; i++) {
    const microseconds = measure(subject, program, inner);
    console.log(`${name}: iterations=1 runtime: ${microseconds}us`);
    total += microseconds;
  }
  const average = Math.round(total / iterations);
  console.log(`${name}: iterations=${iterations} average: ${average}us total: ${total}us\n\n`);
  console.log(`Total Runtime: ${total}us`);
}

const command = new Command('npm run awfy --')
  .description('Run a benchmark of Are We Fast Yet as its own harnesses do.')
  .addArgument(new Argument('<benchmark>', awfy.map(({ name }) => name).join(', ')).argParser(programNamed))
  .addArgument(new Argument('[iterations]', 'how often it is measured').argParser(wholeNumber).default(1))
  .addArgument(new Argument('[inner]', 'how much work one measurement is').argParser(wholeNumber).default(1))
  .addOption(
    new Option('--engine <name>', 'engine, or twin for the same program in plain JavaScript')
      .choices([...engineNames, 'twin'])
      .default(defaultEngine),
  )
  .showHelpAfterError()
  .exitOverride()
  .action((program: AwfyProgram, iterations: number, inner: number, { engine }: { engine: Contender }) =>
    runBenchmark(program, iterations, inner, engine),
  );

try {
  await command.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
