/**
 * `heddle run` and `heddle eval`: a program from any form to its result, with what is asked for on the way.
 */

import { setFlagsFromString } from 'node:v8';
import pc from 'picocolors';
import { disassemble } from '../bytecode/disassemble';
import type { Module } from '../bytecode/module';
import { clonedEngine } from '../engines/cloned';
import type { Engine } from '../engines/engine';
import { defaultEngine, type EngineName, engineNames, engines } from '../engines/engines';
import { isInliningRaised, raiseInlining } from '../engines/host-inlining';
import { loadCopies } from '../engines/shared-pool';
import { GuestFunction, type HostValue } from '../host-value';
import { GuestClass, GuestInstance } from '../object-handles';
import { load, type Program } from '../program';
import type { RunResult } from '../run-result';
import { type CacheCounters, cacheCounters } from '../runtime/inline-cache';
import { instanceCounters } from '../runtime/instances';
import { InstructionCounter } from '../tools/instruction-counter';
import { type RegionCounts, regionCounts } from '../tools/regions';
import { type ListedEngine, listStage, type Stage } from '../tools/stages';
import { traceLine, tracingEngine } from '../tools/tracer';
import { type Translation, translationOf } from '../tools/translation';
import { VM, type VmOptions } from '../vm';
import { type ErrorReport, errorReport, errorText, exitCode, isProgramError, UsageError } from './exit';
import { type Input, moduleOf, sourceText } from './input';
import { SourceFiles } from './source-files';

export interface RunFlags {
  readonly engine?: string;
  readonly stats?: boolean;
  readonly count?: boolean;
  readonly trace?: boolean;
  readonly fuel?: number;
  readonly maxFrames?: number;
  readonly maxMemory?: number;
  readonly seed?: number;
  readonly clock?: boolean;
  readonly json?: boolean;
  readonly optimize?: boolean;
  readonly raisedInlining?: boolean;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Milliseconds of each stage, sizes, and what a cell engine has made of the program. */
interface Stats extends Writable<Translation> {
  compileMs: number;
  verifyMs: number;
  linkMs: number;
  runMs: number;
  functions: number;
  constants: number;
  codeBytes: number;
  inlineCaches: CacheStats;
  /** Shapes whose instances got arrays of doubles. */
  shapesOfDoubles: number;
  regions?: RegionCounts;
  /** Whether the host was told to inline more than it does unasked. */
  inliningRaised?: boolean;
  instructions?: number;
  byInstruction?: Record<string, number>;
}

/** How accesses to members were served. */
interface CacheStats {
  /** By the first shape of their site; known where instructions are counted. */
  hits?: number;
  /** By a further shape of their site. */
  polymorphic: number;
  misses: number;
  /** Misses of sites that have met too many shapes. */
  megamorphic: number;
}

interface Outcome {
  readonly result?: RunResult;
  readonly error?: Error;
  readonly fuel: number;
  readonly stats: Stats;
}

function timed<T>(work: () => T): { value: T; ms: number } {
  const start = performance.now();
  const value = work();
  return { value, ms: performance.now() - start };
}

/** The flag that asks for watching cells, if any does. */
const watchFlag = ({ trace, count }: RunFlags): string | undefined =>
  trace ? '--trace' : count ? '--count' : undefined;

/** The engine that was chosen, or goes without saying. */
const engineName = (flags: RunFlags): string =>
  flags.engine ?? (watchFlag(flags) === undefined ? defaultEngine : 'threaded');

/** The engine to run on: that one, or one that watches. */
function chooseEngine(
  flags: RunFlags,
  counter: InstructionCounter,
  writeTrace: (line: string) => void,
): Engine {
  const engine = engineName(flags);
  if (!(engineNames as string[]).includes(engine)) {
    throw new UsageError(`there is no engine '${engine}'; engines: ${engineNames.join(', ')}`);
  }
  const watches = watchFlag(flags);
  if (watches === undefined) return engines[engine as EngineName]; // checked above
  if (engine !== 'threaded')
    throw new UsageError(`${watches} watches single instructions, on the threaded engine, not on ${engine}`);
  return flags.trace ? tracingEngine((step) => writeTrace(traceLine(step))) : counter.engine;
}

function describeSize(module: Module, program: Program, engine: Engine): Partial<Stats> {
  const { functions } = program.linkFor(engine);
  return {
    functions: module.functions.length,
    constants: module.constants.length,
    codeBytes: module.functions.reduce((sum, { code }) => sum + code.length, 0),
    ...translationOf(functions),
  };
}

/** @param executed instructions with an inline cache that ran, where they were counted */
function cacheStats(before: CacheCounters, executed: number | undefined): CacheStats {
  const since = (what: keyof CacheCounters): number => cacheCounters[what] - before[what];
  const [polymorphic, misses, megamorphic] = [since('polymorphic'), since('misses'), since('megamorphic')];
  const others = polymorphic + misses + since('shapeless');
  return { ...(executed !== undefined && { hits: executed - others }), polymorphic, misses, megamorphic };
}

const cacheText = ({ hits, polymorphic, misses, megamorphic }: CacheStats): string => {
  const served = hits === undefined ? 'hits with --count' : `${hits} hits`;
  return `${served}, ${polymorphic} polymorphic, ${misses} misses (${megamorphic} megamorphic)`;
};

/** Runs an input to its end; what goes wrong is part of the outcome. */
function execute(input: Input, flags: RunFlags, output: (text: string) => void): Outcome {
  const counter = new InstructionCounter();
  const engine = chooseEngine(flags, counter, (line) => console.error(line));
  const stats: Stats = {
    ...{ compileMs: 0, verifyMs: 0, linkMs: 0, runMs: 0 },
    ...{ functions: 0, constants: 0, codeBytes: 0, ...translationOf([]) },
    inlineCaches: { polymorphic: 0, misses: 0, megamorphic: 0 },
    shapesOfDoubles: 0,
  };
  const options: VmOptions = {
    engine,
    output,
    clock: (flags.clock ?? true) && (() => performance.now()),
    ...(flags.seed !== undefined && { seed: flags.seed }),
    ...(flags.fuel !== undefined && { fuel: flags.fuel }),
    ...(flags.maxFrames !== undefined && { maxFrames: flags.maxFrames }),
    ...(flags.maxMemory !== undefined && { maxMemory: flags.maxMemory }),
  };
  const vm = new VM(options);
  try {
    const compiled = timed(() => moduleOf(input, flags.optimize ?? !flags.trace));
    stats.compileMs = compiled.ms;
    const verified = timed(() => load(compiled.value));
    stats.verifyMs = verified.ms;
    const program = verified.value;
    stats.linkMs = timed(() => program.linkFor(engine)).ms;
    const before = { ...cacheCounters };
    const start = performance.now();
    try {
      return { result: vm.run(program), fuel: vm.fuelUsed, stats };
    } finally {
      stats.runMs = performance.now() - start;
      Object.assign(stats, describeSize(compiled.value, program, engine));
      if (engine === clonedEngine) {
        stats.regions = regionCounts();
        stats.inliningRaised = isInliningRaised();
      }
      stats.shapesOfDoubles = instanceCounters.doubles;
      stats.inlineCaches = cacheStats(before, flags.count ? counter.cached : undefined);
      if (flags.count) {
        stats.instructions = counter.total;
        stats.byInstruction = Object.fromEntries(counter.byMnemonic());
      }
    }
  } catch (error) {
    if (!isProgramError(error)) throw error;
    return { error, fuel: vm.fuelUsed, stats };
  }
}

/** A value as JSON has it: maps as objects of their entries' texts, buffers as arrays, functions and errors by their text. */
function jsonValue(value: HostValue): unknown {
  const open = new Set<HostValue>();
  const convert = (item: HostValue): unknown => {
    if (item === null || typeof item === 'boolean' || typeof item === 'string') return item;
    if (typeof item === 'number') return Number.isFinite(item) ? item : String(item);
    if (open.has(item) || open.size >= 500) return '...';
    open.add(item);
    const result = convertObject(item);
    open.delete(item);
    return result;
  };
  const convertObject = (item: HostValue & object): unknown => {
    if (Array.isArray(item)) return item.map(convert);
    if (ArrayBuffer.isView(item)) return Array.from(item, convert);
    if (item instanceof Map)
      return Object.fromEntries([...item].map(([key, element]) => [String(key), convert(element)]));
    if (item instanceof GuestFunction) return `<fn ${item.name}>`;
    if (item instanceof GuestClass) return `<class ${item.name}>`;
    if (item instanceof GuestInstance) return `<instance of ${item.className}>`;
    return 'message' in item ? `${item.kind}: ${item.message}` : '<handle>';
  };
  return convert(value);
}

const cellsRow = ({ cells, covered, cellsMade, bails, leaves, builtins }: Stats): [string, string] => [
  'cells',
  `${covered} instructions in ${cells}; ${cellsMade} made, ${bails} bails; ${leaves} leaves, ${builtins} built-in functions in expressions`,
];

const regionRows = (regions: RegionCounts): [string, string][] => {
  const {
    functions,
    loops,
    nodes,
    own,
    shared,
    apart,
    inlined,
    builtins,
    registers,
    registersOfFunctions,
    doubles,
    direct,
    directCalls,
    waited,
    settled,
    assumed,
    mistaken,
    fixed,
    unfixed,
    entered,
    left,
    deep,
    handled,
    irreducible,
    abandoned,
    buildMs,
    longestBuildMs,
  } = regions;
  return [
    [
      'regions',
      `${functions} functions, ${loops} loops; entered ${entered} times, left ${left}, ${deep} too deep; ${handled} errors handled inside`,
    ],
    [
      'closures',
      `${nodes}; ${own} copies of templates used, ${shared} closures share one; ${inlined} calls inlined, ${builtins} built-in functions in expressions, ${apart} apart`,
    ],
    [
      'registers',
      `${registers} variables of loops, ${registersOfFunctions} of functions, ${doubles} with doubles; given up in ${settled} loops and functions`,
    ],
    [
      'direct',
      `${direct} functions, ${directCalls} calls of such; ${waited} of their frames made when something was thrown`,
    ],
    [
      'assumptions',
      `${assumed} of slots, which did not hold ${mistaken} times; ${fixed} of globals and imports, for which ${unfixed} regions were dropped`,
    ],
    ['no regions', `${irreducible} irreducible or too large, ${abandoned} abandoned`],
    ['building', `${buildMs.toFixed(1)} ms, ${longestBuildMs.toFixed(1)} ms of them at once`],
  ];
};

const inliningRow = (raised: boolean): [string, string] => [
  'inlining',
  raised ? "the host's limit is raised" : "the host's limit is as it was",
];

const writeStats = (engine: string, fuel: number, stats: Stats): void => {
  const ms = (value: number): string => `${value.toFixed(2)} ms`;
  const rows: [string, string][] = [
    ['engine', engine],
    ['compile or decode', ms(stats.compileMs)],
    ['verify', ms(stats.verifyMs)],
    ['link', ms(stats.linkMs)],
    ['run', ms(stats.runMs)],
    ['fuel', String(fuel)],
    ['functions', `${stats.functions}, ${stats.translated} translated to ${stats.cells} cells`],
    ...(stats.cells > 0 ? [cellsRow(stats)] : []),
    ...(stats.regions !== undefined ? regionRows(stats.regions) : []),
    ...(stats.inliningRaised === undefined ? [] : [inliningRow(stats.inliningRaised)]),
    ['constants', String(stats.constants)],
    ['code', `${stats.codeBytes} bytes`],
    ['shapes', `${stats.shapesOfDoubles} whose instances have arrays of doubles`],
    ['inline caches', cacheText(stats.inlineCaches)],
  ];
  if (stats.instructions !== undefined) {
    rows.push(['instructions', String(stats.instructions)]);
    for (const [name, count] of Object.entries(stats.byInstruction ?? {})) {
      rows.push([`  ${name}`, `${count} (${((100 * count) / stats.instructions).toFixed(1)} %)`]);
    }
  }
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, value] of rows) console.error(`${pc.dim(name.padEnd(width))}  ${value}`);
};

/**
 * Runs a program and reports it.
 *
 * @param showValue whether to print the program's value, as `eval` does
 * @returns the exit code
 */
export async function runCommand(input: Input, flags: RunFlags, showValue: boolean): Promise<number> {
  if (engineName(flags) === 'cloned') {
    const isV8 = process.versions.bun === undefined;
    if (isV8 && (flags.raisedInlining ?? true)) raiseInlining(setFlagsFromString, process.versions.v8);
    await loadCopies();
  }
  const written: string[] = [];
  const output = flags.json
    ? (text: string) => void written.push(text)
    : (text: string) => void process.stdout.write(text);
  const { result, error, fuel, stats } = execute(input, flags, output);
  const engine = engineName(flags);
  if (flags.json) {
    const report: ErrorReport | null = error ? errorReport(error) : null;
    const value = result ? jsonValue(result.value) : null;
    console.log(
      JSON.stringify({
        value,
        output: written.join(''),
        error: report,
        engine,
        fuel,
        ms: stats.runMs,
        stats,
      }),
    );
  } else {
    if (error) console.error(errorText(error));
    if (flags.stats || flags.count) writeStats(engine, fuel, stats);
    if (result && showValue) return writeValue(result);
  }
  return error ? exitCode.failed : exitCode.ok;
}

/** Writes the text of a result, which may be too long for one. */
function writeValue(result: RunResult): number {
  try {
    console.log(result.text);
    return exitCode.ok;
  } catch (error) {
    if (!isProgramError(error)) throw error;
    console.error(errorText(error));
    return exitCode.failed;
  }
}

/** The listing of an input's module, its source lines between the instructions they became. */
export function listing(input: Input, optimize: boolean): string {
  const files = new SourceFiles(input.name);
  const module = moduleOf(input, optimize, files);
  const hasSource = input.form === 'weft' || input.form === 'monkey';
  if (!hasSource) return disassemble(module);
  const source = module.files.map((file) => files.textOf(file) ?? sourceText(input));
  return disassemble(module, { source });
}

/** A stage of what becomes of an input's module before it runs. */
export function stageListing(input: Input, optimize: boolean, stage: Stage, engine: ListedEngine): string {
  return listStage(load(moduleOf(input, optimize)).linkFor(engines[engine]), stage, engine);
}
