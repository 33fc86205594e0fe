/**
 * The child process of the suite runner: warms one program up on one engine, or its twin, measures it, checks each answer,
 * and prints what it found as JSON. One process measures one thing, so that nothing which ran before has shaped the host's
 * type feedback, compiled code or heap. `node build/bench/measure-one.js --help`.
 */

import { Command, InvalidArgumentError, Option } from 'commander';
import { measure } from 'mitata';
import { engineNames } from '../src/index';
import { type Contender, openSubject, type Subject } from './subject';
import type { Answer } from './suites/benchmark-program';

/** What is asked of a child. */
export interface Assignment {
  readonly on: Contender;
  readonly size: number;
  readonly expect: Answer;
  /** Both must be reached before anything is measured. */
  readonly warmupCalls: number;
  readonly warmupMs: number;
  /** Both must be reached before measuring ends. */
  readonly samples: number;
  readonly sampleMs: number;
}

/** What a child answers. */
export interface Measured {
  readonly host: string;
  /** Milliseconds of each call, from the shortest to the longest. */
  readonly samples: readonly number[];
  readonly warmup: { readonly calls: number; readonly ms: number };
  /** Units of fuel of a call; `null` of a twin. */
  readonly fuel: number | null;
}

/** A call that checks its answer. @throws Error where it is wrong */
function checkedCall(subject: Subject, { size, expect, on }: Assignment): () => void {
  return () => {
    const answer = subject.run(size);
    if (!Object.is(answer, expect)) {
      throw new Error(
        `wrong answer on ${on}: run(${size}) gave ${JSON.stringify(answer)}, not ${JSON.stringify(expect)}`,
      );
    }
  };
}

function warmUp(call: () => void, { warmupCalls, warmupMs }: Assignment): Measured['warmup'] {
  const start = performance.now();
  let calls = 0;
  let ms = 0;
  for (; calls < warmupCalls || ms < warmupMs; calls++) {
    call();
    ms = performance.now() - start;
  }
  return { calls, ms };
}

async function measureFile(file: string, assignment: Assignment): Promise<Measured> {
  const subject = await openSubject(file, assignment.on);
  const call = checkedCall(subject, assignment);
  const warmup = warmUp(call, assignment);
  const collect = globalThis.gc; // there with --expose-gc: what warming up left is not billed to the samples
  const { samples } = await measure(call, {
    min_samples: assignment.samples,
    min_cpu_time: assignment.sampleMs * 1e6,
    // One call a sample, all samples kept: calls are long enough, and the spread is part of the result.
    warmup_samples: 0,
    batch_threshold: -1,
    samples_threshold: Number.POSITIVE_INFINITY,
    gc: collect === undefined ? false : () => collect(),
  });
  return {
    host: `Node ${process.versions.node}`,
    samples: samples.map((nanoseconds) => nanoseconds / 1e6),
    warmup,
    fuel: subject.fuelUsed,
  };
}

function number(text: string): number {
  const value = Number(text);
  if (!(value >= 0)) throw new InvalidArgumentError('It must be a number from 0 up.');
  return value;
}

function atLeastOne(text: string): number {
  if (number(text) < 1) throw new InvalidArgumentError('It must be at least 1.');
  return number(text);
}

function answer(text: string): Answer {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('It must be JSON.');
  }
}

await new Command('measure-one')
  .description('Measure run(n) of a Weft program on an engine, or of a JavaScript module; prints JSON.')
  .argument('<file>', 'the Weft program, or with `--on twin` the JavaScript module')
  .addOption(
    new Option('--on <contender>', 'engine, or twin').choices([...engineNames, 'twin']).makeOptionMandatory(),
  )
  .requiredOption('--size <n>', 'what run is given', number)
  .requiredOption('--expect <json>', 'what it must return', answer)
  .option('--warmup-calls <n>', 'calls before anything is measured, at least', number, 3)
  .option('--warmup-ms <ms>', 'and milliseconds, at least', number, 1000)
  .option('--samples <n>', 'calls that are measured, at least', atLeastOne, 5)
  .option('--sample-ms <ms>', 'and milliseconds, at least', number, 200)
  .action(async (file: string, assignment: Assignment) =>
    console.log(JSON.stringify(await measureFile(file, assignment))),
  )
  .parseAsync();
