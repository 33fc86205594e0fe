/**
 * Measuring programs on engines side by side: warm, rounds interleaved, answers and fuel checked against the first run.
 */

import { type EngineName, type Program, VM } from '../src/index';

export interface Answer {
  readonly output: string;
  readonly fuel: number;
}

/** Runs a program once; gives its answer and the milliseconds it took. */
export function timeRun(program: Program, engine: EngineName): { ms: number; answer: Answer } {
  let output = '';
  const vm = new VM({
    engine,
    output: (text) => {
      output += text;
    },
  });
  const start = performance.now();
  const { fuelUsed } = vm.run(program);
  return { ms: performance.now() - start, answer: { output, fuel: fuelUsed } };
}

/**
 * Milliseconds of each round on each engine, after one round that is not counted.
 *
 * @param report is told of each run before it begins
 * @throws Error where an engine's output or fuel differs from the first run's
 */
export function measure(
  program: Program,
  engines: readonly EngineName[],
  rounds: number,
  report: (engine: EngineName, round: number) => void = () => {},
): Map<EngineName, number[]> {
  const times = new Map<EngineName, number[]>(engines.map((engine) => [engine, []]));
  let first: Answer | undefined;
  for (let round = 0; round <= rounds; round++) {
    for (const engine of engines) {
      report(engine, round);
      const { ms, answer } = timeRun(program, engine);
      first ??= answer;
      if (answer.output !== first.output || answer.fuel !== first.fuel) {
        throw new Error(`the ${engine} engine gives another answer than the ${engines[0]} engine`);
      }
      if (round > 0) times.get(engine)!.push(ms);
    }
  }
  return times;
}
