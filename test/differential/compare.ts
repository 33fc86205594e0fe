/**
 * One program on several engines: what can be seen of a run - value, output, error with its kind, message and trace, fuel -
 * must be the same on each, in one go, in pieces, and where a limit ends it.
 */

import {
  compile,
  disassemble,
  type EngineName,
  type Execution,
  HeddleError,
  load,
  type Program,
  VM,
} from '../../src/index';
import { type Choose, fromSeed, makeModule } from '../bytecode/arbitrary-module';
import { makeProgram } from './weft-program';

/** More than nearly every program uses. */
const mostFuel = 30_000;

export interface Limits {
  readonly fuel: number;
  readonly maxMemory: number;
}

/** How a run was cut into pieces. */
type Pieces = 'none' | 'slices' | 'crumbs';

/** All that can be seen of a run, as text. */
function report(text: string | undefined, output: string, error: unknown, fuel: number): string {
  if (error !== undefined && !(error instanceof HeddleError)) throw error;
  const end = error === undefined ? `value ${text}` : error.report();
  return `${end}\nfuel ${fuel}\n${output}`;
}

interface WholeRun {
  readonly text: string;
  readonly fuel: number;
  readonly memory: number;
}

function wholeRun(program: Program, engine: EngineName, limits: Limits): WholeRun {
  let output = '';
  const vm = new VM({ engine, ...limits, output: (text) => void (output += text) });
  const seen = (text: string | undefined, error: unknown): WholeRun => ({
    text: `${report(text, output, error, vm.fuelUsed)}\nmemory ${vm.memoryUsed}`,
    fuel: vm.fuelUsed,
    memory: vm.memoryUsed,
  });
  try {
    return seen(vm.run(program).text, undefined);
  } catch (error) {
    return seen(undefined, error);
  }
}

function cutRun(
  program: Program,
  engine: EngineName,
  limits: Limits,
  pieces: Pieces,
  choose: Choose,
): string {
  let output = '';
  const { fuel, maxMemory } = limits;
  const start: Limits = { maxMemory, fuel: pieces === 'crumbs' ? 1 + choose(40) : fuel };
  let given = start.fuel;
  const write = (text: string): void => {
    output += text;
    if (choose(4) === 0) execution.pause();
  };
  const execution: Execution = new VM({ engine, ...start, output: write }).start(program);
  while (!execution.isOver) {
    const state = execution.advance(choose(2) === 0 ? { fuel: 1 + choose(60) } : {});
    if (state !== 'out of fuel') continue;
    const more = Math.min(1 + choose(80), fuel - given);
    if (more <= 0) break;
    given += more;
    execution.addFuel(more);
  }
  const text = execution.error === undefined ? execution.result.text : undefined;
  return report(text, output, execution.error, execution.fuelUsed);
}

export interface Difference {
  readonly engine: EngineName;
  readonly how: string;
  readonly expected: string;
  readonly seen: string;
}

/** What came of a comparison. */
export interface Comparison {
  /** Of the first engine: how a whole run ended, by kind of error. */
  readonly end: string;
  readonly differences: readonly Difference[];
}

/**
 * Runs a program on each engine, and holds it against the first.
 *
 * @param seed for where runs are cut and limits are set
 */
export function compareOn(engines: readonly EngineName[], program: Program, seed: number): Comparison {
  const [oracle, ...others] = engines;
  const differences: Difference[] = [];
  const free: Limits = { fuel: mostFuel, maxMemory: 2 ** 22 };
  const choose = fromSeed(seed);
  const expected = wholeRun(program, oracle!, free);
  const { fuel, memory } = expected;
  const cut = expected.text.replace(/\nmemory \d+$/, '');
  const shorter = { ...free, fuel: 1 + choose(Math.max(fuel, 1)) };
  // Where there is less than everything takes, what is live is counted, and that must be the same.
  const narrower = [0, 1].map(() => ({
    ...free,
    maxMemory: 1 + Math.floor((memory * (50 + choose(50))) / 100),
  }));
  const limited = [shorter, ...narrower].map((limits) => ({
    limits,
    wanted: wholeRun(program, oracle!, limits).text,
  }));
  for (const engine of others) {
    const check = (how: string, wanted: string, seen: string): void => {
      if (seen !== wanted) differences.push({ engine, how, expected: wanted, seen });
    };
    check('in one go', expected.text, wholeRun(program, engine, free).text);
    check('in slices', cut, cutRun(program, engine, free, 'slices', fromSeed(seed)));
    check('in crumbs', cut, cutRun(program, engine, free, 'crumbs', fromSeed(seed)));
    for (const { limits, wanted } of limited) {
      check(
        `with ${limits.fuel} units of fuel and ${limits.maxMemory} bytes`,
        wanted,
        wholeRun(program, engine, limits).text,
      );
    }
  }
  return { end: /^value/.test(cut) ? 'value' : cut.slice(0, cut.indexOf(':')), differences };
}

/** A program that follows from a seed, and its text. */
export interface Specimen {
  readonly source: string;
  readonly program: Program;
}

/** A program of Weft, every second one as written. */
export function programOf(seed: number): Specimen {
  const source = makeProgram(fromSeed(seed));
  return { source, program: load(compile(source, { optimize: seed % 2 === 0, file: `${seed}.weft` })) };
}

/** A module of arbitrary bytecode. It imports names that nobody has: another takes their place. */
export function moduleOf(seed: number): Specimen {
  const made = makeModule(fromSeed(seed));
  const module = { ...made, imports: made.imports.map(() => 'len') };
  return { source: disassemble(module), program: load(module) };
}

export const showDifference = ({ engine, how, expected, seen }: Difference): string =>
  `${engine}, ${how}:\n--- expected\n${expected}\n--- seen\n${seen}`;
