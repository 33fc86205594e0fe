/**
 * The `cloned` engine: the fused engine, and regions in the place of what gets hot. Each loop and each function counts how often
 * it comes around or is called; when it is hot, it is rebuilt as structured closures that are each made of a textual copy of
 * their own, which the host's compiler inlines whole.
 */

import { controlFlow } from '../load/cfg';
import { liveLocals } from '../load/liveness';
import { type Extent, structure } from '../load/regions';
import { SlotTypes } from '../load/slot-types';
import type { Statement } from '../load/trees';
import type { Cell, LinkedFunction } from '../runtime/linked';
import type { Value } from '../runtime/value';
import { fromDirect, toDirect } from './direct-entries';
import type { Engine } from './engine';
import { prepareFused } from './fused';
import type { CellWatch } from './fused-cells';
import { codeOf, type FusedCode } from './fused-code';
import { patchedPcs } from './patch';
import { enterCells, noteHeight, onLeftIn, type Region, regionCell, runRegions, type Use } from './region';
import {
  AssumedTypes,
  type Assumption,
  assumptionsOf,
  type Held,
  heldBy,
  numbersIn,
} from './region-assumptions';
import { RegionBuilder } from './region-builder';
import { plain } from './region-calls';
import { RegionClosures } from './region-closures';
import type { Surroundings } from './region-expressions';
import { FixedCode } from './region-fixed';
import { setDoubles } from './region-frames';
import { surprisesIn } from './region-inlining';
import type { Compute, FunctionRegisters } from './region-site';
import { pool } from './shared-pool';
import { tierCounters } from './tier-counters';

/** When code is hot. */
export interface Thresholds {
  /** Times that a loop comes around. */
  loop: number;
  /** Calls of a function. */
  call: number;
}

/** Those of the `cloned` engine. Tests lower them before they run anything. */
export const defaultThresholds: Thresholds = { loop: 400, call: 200 };

/**
 * How often a region may be given up until it is built anew, if its statements are others by then, and how often it is built.
 */
const mostLeft = 8;
const mostBuilds = 10;
/** Loops of a function whose registers are given up one by one; then all have none: each time the region is made anew. */
const mostLoopsSettled = 3;
/** How often a function whose registers are often put into slots is made anew with registers. */
const mostMadeDirectAnew = 2;
/** Fuel that a loop uses each time that it runs, on average, where its function is no region. */
const longRun = 1_000_000;
/** Code of a function that regions are looked for in, at most: to look is a pause, too. */
const mostCode = 12_000;
/** How often a region is not entered for what a slot holds, until it is built without assuming anything of it. */
const mostMistakes = 8;

/** Where a region can begin in a function, and how hot that is. */
class Entrance {
  heat = 0;
  builds = 0;
  /** How often the region was left early. */
  left = 0;
  readonly use: Use = { times: 0, fuel: 0 };
  region: Region | undefined;
  /** What slots held when it got hot. */
  held: Held = new Map();
  /** Whether another region would be made now, since instructions have gone off their fast path. */
  isStale = (): boolean => false;

  constructor(readonly pc: number) {}
}

/** The regions of one function. */
class Tiers implements CellWatch {
  private readonly loops = new Map<number, Entrance>();
  private readonly whole = new Entrance(0);
  private types: SlotTypes | undefined;
  /** By slot: how often it held something else than was assumed; and those of which nothing is assumed any more. */
  private readonly mistakes = new Map<number, number>();
  private readonly unsteady = new Set<number>();
  /** Heads of loops that have no registers any more. */
  private readonly settled = new Set<number>();
  /** Whether it may take its arguments directly, and how often it was made anew so. */
  private mayBeDirect = true;
  private madeDirectAnew = 0;
  /** Drops regions that have taken the function in: what is patched has a cell of its own. */
  readonly onPatched = new Set<() => void>();

  constructor(
    private readonly fn: LinkedFunction,
    private readonly code: FusedCode,
    private readonly thresholds: Thresholds,
  ) {
    fn.module.fixed.whenGivenUp((keys) => this.unfix(keys));
  }

  cell(statement: Statement, cell: Cell): Cell {
    const { start } = statement;
    const counting = statement.kind === 'loop' ? this.countingLoop(statement.target, cell) : cell;
    // The whole function does where a loop begins with it, too.
    const region = (start === 0 ? this.whole.region : undefined) ?? this.loops.get(start)?.region;
    const made = region === undefined ? counting : regionCell(region, counting);
    return start === 0 ? this.countingCalls(made) : made;
  }

  /** The cell of a backward jump, which counts. */
  private countingLoop(header: number, cell: Cell): Cell {
    let entrance = this.loops.get(header);
    if (entrance === undefined) {
      entrance = new Entrance(header);
      this.loops.set(header, entrance);
    }
    const counted = entrance;
    const { loop } = this.thresholds;
    return (fp) => {
      const to = cell(fp);
      if (++counted.heat === loop) this.build(counted, fp);
      return to;
    };
  }

  /** Counts calls, until the function is hot. */
  private countingCalls(cell: Cell): Cell {
    const { whole, thresholds } = this;
    if (whole.heat >= thresholds.call) return cell;
    return (fp) => {
      if (++whole.heat === thresholds.call) this.build(whole, fp);
      return cell(fp);
    };
  }

  /**
   * Whether a loop of the function runs so long each time that its calls are few. The host compiles what is called often or comes around: the way into
   * such a function never, so whatever registers it had would be an object in memory. Its loops are regions of their own.
   */
  private runsLong(): boolean {
    return [...this.loops.values()].some(({ use }) => use.fuel > longRun * use.times);
  }

  /** @param fp of the frame that has made it hot; none where it is built anew */
  private build(entrance: Entrance, fp?: number): void {
    const started = performance.now();
    this.make(entrance, fp);
    const ms = performance.now() - started;
    tierCounters.buildMs += ms;
    tierCounters.longestBuildMs = Math.max(tierCounters.longestBuildMs, ms);
  }

  private make(entrance: Entrance, fp: number | undefined): void {
    const { fn, code } = this;
    if (fp !== undefined) entrance.held = heldBy(fn, fp);
    const { held } = entrance;
    const isLoop = entrance !== this.whole;
    if (entrance.builds >= mostBuilds || [...patchedPcs(fn)].length > 0) return;
    if (!isLoop && this.runsLong()) return;
    entrance.builds++;
    if (fn.code.length > mostCode) {
      tierCounters.irreducible++;
      return;
    }
    const graph = controlFlow(fn);
    let extent: Extent = { blocks: graph.blocks, entry: 0 };
    if (isLoop) {
      const found = graph.loops.find(({ header }) => graph.blocks[header]!.start === entrance.pc);
      if (found === undefined) {
        tierCounters.irreducible++;
        return;
      }
      extent = { blocks: graph.blocks, entry: found.header, members: new Set(found.blocks) };
    }
    const structured = structure(fn, extent, code.current());
    if (structured === undefined) {
      tierCounters.irreducible++;
      return;
    }
    if (this.types === undefined) {
      this.types = new SlotTypes(fn, code.current());
      setDoubles(fn, this.types.doubles);
    }
    // A program defines its globals itself.
    const isProgram = !isLoop && fn === fn.module.functions[0];
    const fixed = new FixedCode(fn.module, !isProgram);
    const nodes = fixed.nodes(structured);
    const statements = code.current().map((statement) => fixed.statement(statement));
    const closures = new RegionClosures(pool());
    const assumptions = assumptionsOf(fn, nodes, held, this.types, isLoop, this.unsteady);
    const types = new AssumedTypes(fn, statements, this.types, assumptions);
    const surroundings: Surroundings = {
      fixed,
      plain,
      mayHaveRegisters: (header) => this.settled.size < mostLoopsSettled && !this.settled.has(header),
      isEntry: (header) => isLoop && header === entrance.pc,
      onSettled: (header) => this.dropRegisters(header, entrance, region),
    };
    const builder = new RegionBuilder(fn, types, closures, surroundings, assumptions);
    // Where control comes back to the first instruction, locals have values.
    const mayBeDirect = !isLoop && this.mayBeDirect && !graph.loops.some(({ header }) => header === 0);
    const direct = mayBeDirect ? builder.wholeDirect(nodes, () => this.dropDirect(region)) : undefined;
    const run =
      direct === undefined
        ? builder.whole(nodes)
        : toDirect[fn.arity]!(builder.taking(direct.body, direct.scope));
    const inlined = [...builder.inlined.values()];
    const isolated = (): number =>
      inlined.reduce(
        (sum, one) => sum + codeOf(one.fn)!.isolated + surprisesIn(one.fn),
        code.isolated + surprisesIn(fn),
      );
    const isolatedThen = isolated();
    const slots = Math.max(fn.frameSize, builder.slots);
    noteHeight(closures.height);
    const live = liveLocals(fn, graph);
    const { doubles, integers } = this.types;
    const region: Region = {
      fn,
      pc: entrance.pc,
      run,
      entryDoubles: doubles.filter((slot) => live.before(extent.entry, slot)),
      entryIntegers: [...integers, ...numbersIn(assumptions)].filter((slot) =>
        live.before(extent.entry, slot),
      ),
      assumptions,
      mistaken: (slot) => this.mistaken(slot),
      slots,
      frames: Math.max(0, ...inlined.map(({ depth }) => depth)),
      fixed: fixed.keys,
      use: entrance.use,
    };
    for (const { fn: callee } of inlined) {
      tiersOf.get(callee)!.onPatched.add(() => {
        if (entrance.region === region) this.drop(entrance);
      });
    }
    entrance.region = region;
    entrance.isStale = () => isolated() !== isolatedThen;
    tierCounters.nodes += closures.nodes;
    tierCounters.apart += closures.apart;
    tierCounters.assumed += assumptions.size;
    tierCounters.fixed += fixed.keys.size;
    tierCounters.inlined += builder.inlinedCalls;
    tierCounters.builtins += closures.builtins;
    tierCounters.registers += closures.registers;
    tierCounters.registersOfFunctions += closures.registersOfFunctions;
    tierCounters.doubles += closures.doubles;
    tierCounters.directCalls += closures.direct;
    if (isLoop) tierCounters.loops++;
    else {
      tierCounters.functions++;
      fn.room = slots;
      fn.enter = this.entry(region);
      if (direct === undefined) {
        fn.direct = fromDirect[fn.arity]?.({ fn, enter: fn.enter }) ?? fn.direct;
      } else {
        tierCounters.direct++;
        fn.direct = builder.directEntry(direct, slots, (slot) => this.otherwise(slot));
      }
    }
    code.remake(entrance.pc);
  }

  private entry({ run, slots, assumptions }: Region): Compute {
    const { entryCost, arity, localCount } = this.fn;
    const inside =
      localCount > arity
        ? pool().controlValue('enter', run, slots, entryCost, arity, localCount)
        : pool().controlValue('enterWithoutLocals', run, slots, entryCost);
    return [...assumptions].reduce(
      (entry, [slot, assumption]) => this.entryWith(slot, assumption, entry),
      inside,
    );
  }

  /** Where a direct call hands over something else than is assumed of a parameter: cells run the function. */
  private otherwise(slot: number): Compute {
    const { fn } = this;
    const enter = fromDirect[fn.arity]!({ fn, enter: enterCells });
    const run = ({ fp, depth, callee, r0, r1, r2, r3, r4 }: FunctionRegisters): Value => {
      this.mistaken(slot);
      return enter(fp, depth, callee, r0, r1, r2, r3, r4);
    };
    return run as unknown as Compute; // as templates of direct functions have it
  }

  /** The way into a function if a parameter holds what is assumed of it. */
  private entryWith(slot: number, assumption: Assumption, entry: Compute): Compute {
    const otherwise: Compute = (base) => {
      this.mistaken(slot);
      return enterCells(base);
    };
    if (assumption === 'number') return pool().controlValue('enterWithNumber', slot, entry, otherwise);
    if (assumption === 'array') return pool().controlValue('enterWithArray', slot, entry, otherwise);
    return pool().controlValue('enterWith', slot, assumption, entry, otherwise);
  }

  /** A region was not entered, since a slot held something else than was assumed. */
  private mistaken(slot: number): void {
    tierCounters.mistaken++;
    const count = (this.mistakes.get(slot) ?? 0) + 1;
    this.mistakes.set(slot, count);
    if (count !== mostMistakes) return;
    this.unsteady.add(slot);
    for (const entrance of [...this.loops.values(), this.whole]) {
      if (entrance.region?.assumptions.has(slot) === true) this.rebuild(entrance);
    }
  }

  /** The registers of a loop are often put into slots, so they are no use. */
  private dropRegisters(header: number, entrance: Entrance, region: Region): void {
    this.settled.add(header);
    tierCounters.settled++;
    // One that still runs after another has taken its place says so, too.
    if (entrance.region === region) this.rebuild(entrance);
  }

  /**
   * A function's registers are often put into slots: it is made anew, since its sites may have met more than they had when it got hot, and after that
   * has its arguments in slots.
   */
  private dropDirect(region: Region): void {
    if (!this.mayBeDirect) return;
    if (this.madeDirectAnew < mostMadeDirectAnew) {
      this.madeDirectAnew++;
    } else {
      this.mayBeDirect = false;
      tierCounters.settled++;
    }
    if (this.whole.region === region) this.rebuild(this.whole);
  }

  /** A region was given up in a frame of the function. */
  left(): void {
    for (const entrance of [...this.loops.values(), this.whole]) {
      if (entrance.region !== undefined && ++entrance.left % mostLeft === 0 && entrance.isStale())
        this.rebuild(entrance);
    }
  }

  /** A region that is often given up is made of the statements as they are now. */
  private rebuild(entrance: Entrance): void {
    this.drop(entrance);
    if (entrance.builds < mostBuilds) this.build(entrance);
    else tierCounters.abandoned++;
  }

  private drop(entrance: Entrance): void {
    if (entrance.region === undefined) return;
    entrance.region = undefined;
    if (entrance === this.whole) setCells(this.fn);
    this.code.remake(entrance.pc);
  }

  /** Drops what assumes something of variables that are not fixed any more; it is made anew when it is hot again. */
  private unfix(keys: ReadonlySet<number>): void {
    for (const entrance of [...this.loops.values(), this.whole]) {
      if (entrance.region === undefined || ![...entrance.region.fixed].some((key) => keys.has(key))) continue;
      tierCounters.unfixed++;
      entrance.heat = 0;
      this.drop(entrance);
    }
  }

  patched(): void {
    for (const entrance of [...this.loops.values(), this.whole]) this.drop(entrance);
    for (const drop of this.onPatched) drop();
    this.onPatched.clear();
  }
}

/** Says that cells run a function. */
function setCells(fn: LinkedFunction): void {
  fn.room = fn.frameSize;
  fn.enter = enterCells;
  fn.direct = fromDirect[fn.arity]?.({ fn, enter: enterCells }) ?? fn.direct;
}

const tiersOf = new WeakMap<LinkedFunction, Tiers>();

export function makeClonedEngine(name = 'cloned', thresholds: Thresholds = defaultThresholds): Engine {
  const watchFor = (fn: LinkedFunction, code: FusedCode): CellWatch => {
    const tiers = new Tiers(fn, code, thresholds);
    tiersOf.set(fn, tiers);
    onLeftIn.set(fn, () => tiers.left());
    return tiers;
  };
  return {
    name,
    prepare(fn) {
      setCells(fn);
      prepareFused(fn, { variants: true, superinstructions: true, watchFor });
    },
    run: runRegions,
  };
}

export const clonedEngine: Engine = makeClonedEngine();
