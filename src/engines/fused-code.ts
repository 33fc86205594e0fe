/**
 * A function as the fused engine runs it: its statements, their cells, and what makes cells anew - an instruction that went
 * off its fast path inside an expression, and patches. Cells that were made before stay valid where they stand, since every
 * operand is in its slot where a statement begins: whoever is about to go on at one can.
 */

import { opcodes } from '../isa/isa';
import { findLeaders } from '../load/cfg';
import { eachStatement, type Nesting, statementsOf } from '../load/statements';
import type { SimpleStore, Statement, Tree } from '../load/trees';
import type { Cell, Leaf, LinkedFunction } from '../runtime/linked';
import { unreachable } from '../runtime/slow';
import { thread } from '../runtime/thread';
import type { HostFunction } from '../runtime/value';
import { failAt } from './cell-calls';
import { computing, mayCompute, usualImports } from './fused-builtins';
import { CellMaker, type CellWatch, type FusedOptions, isCall, templateOf } from './fused-cells';
import type { Expression } from './fused-site';
import { isPatched, makePatchable, type PatchableCode, patchedPcs, pcBehind, withPatches } from './patch';

/** Instructions of one statement's expression at most: more would not be inlined, and would be long to make anew. */
const largestTree = 64;

/** @param alone instructions that are in no expression */
const nestingWithout = (alone: ReadonlySet<number>, computes: Nesting['computes']): Nesting => ({
  nests: (op, pc) => templateOf(op)?.value !== undefined && !alone.has(pc),
  branchesOn: (op) => templateOf(op)?.branch !== undefined,
  computes,
  largest: largestTree,
});

/** The statements that the engine makes of a function at its first call, where the host provides no functions of its own. */
export function firstStatements(fn: LinkedFunction): Statement[] {
  const imports = usualImports(fn);
  const nesting = nestingWithout(new Set(), (callee, argc) => computing(callee, argc, imports));
  return statementsOf(fn, 0, fn.code.length, findLeaders(fn), nesting);
}

/** How a function's translation turned out. */
export interface FusedCounts {
  /** That control goes through from the function's beginning on. */
  readonly cells: number;
  /** That these cells cover. */
  readonly instructions: number;
  /** Those included that others have replaced. */
  readonly cellsMade: number;
  /** Instructions that went off their fast path inside an expression. */
  readonly bails: number;
  /** Whether calls of it have no frame. */
  readonly isLeaf: boolean;
  /** Calls of built-in functions that are parts of expressions. */
  readonly builtins: number;
}

const S = thread.stack;

/** A cell that copies values first: slots and constants, so it may begin again. */
const withStores = (stores: readonly SimpleStore[], cell: Cell): Cell =>
  stores.reduceRight<Cell>((rest, { slot, value }) => {
    if (value.kind === 'slot') {
      return (fp) => {
        S[fp + slot] = S[fp + value.slot]!;
        return rest(fp);
      };
    }
    return (fp) => {
      S[fp + slot] = value.value;
      return rest(fp);
    };
  }, cell);

/** Whether a function looks at its closure. */
function readsClosure(fn: LinkedFunction): boolean {
  for (let pc = 0; pc < fn.code.length; pc = pcBehind(fn, pc)) {
    const { op, operands } = opcodes[fn.code[pc]!]!;
    if (op === 'OpSelf' || operands.some(({ kind }) => kind === 'free')) return true;
  }
  return false;
}

export class FusedCode implements PatchableCode {
  /** Where statements must begin: blocks, instructions that have failed, those that are patched and those behind them. */
  private leaders: Uint8Array;
  /** Instructions that went off their fast path inside an expression, and stand alone since. */
  private readonly alone = new Set<number>();
  private readonly nesting = nestingWithout(this.alone, (callee, argc, pc) =>
    this.builtinAt(callee, argc, pc),
  );
  /** Instructions that statements were made for and that have thrown. */
  private readonly failing = new Set<number>();
  /**
   * By the pc where a statement begins, the pc behind it, and that of the instruction it is for; 0 elsewhere. With those
   * that nothing but a frame that waits in the middle of another still runs. Their trees are not kept: they would take many
   * times the memory of the code, and whoever needs them makes them again.
   */
  private readonly ends: Int32Array;
  private readonly purposes: Int32Array;
  private readonly maker: CellMaker;
  private readonly watch: CellWatch | undefined;
  /** By pc: the cells that the watch has put others in the place of. */
  private readonly unwatched = new Map<number, Cell>();
  /** Calls that are statements, and the safepoints of loops. */
  private readonly stops = new Set<number>();
  /** By pc of a call, the built-in function that the VM had there which ran it first: all that is made later agrees with that. */
  private readonly expected = new Map<number, HostFunction | undefined>();
  /** Calls that are parts of expressions. */
  private readonly computed = new Set<number>();
  /** Whether it looks at its closure. */
  readonly readsClosure: boolean;
  /** Computes the result of a leaf that does nothing else. */
  private result: Expression | undefined;
  private cellsMade = 0;

  constructor(
    private readonly fn: LinkedFunction,
    options: FusedOptions,
  ) {
    const { cells, code } = fn;
    this.leaders = this.splitBlocks();
    this.readsClosure = readsClosure(fn);
    this.maker = new CellMaker(fn, options);
    this.watch = options.watchFor?.(fn, this);
    this.ends = new Int32Array(code.length);
    this.purposes = new Int32Array(code.length);
    cells.length = 0;
    for (let pc = 0; pc < code.length; pc++) cells.push(unreachable);
    this.translate(0, code.length);
    makePatchable(fn, this);
  }

  private splitBlocks(): Uint8Array {
    const leaders = findLeaders(this.fn);
    for (const pc of this.failing) leaders[pc] = 1;
    for (const pc of patchedPcs(this.fn)) leaders[pc] = leaders[pcBehind(this.fn, pc)] = 1;
    return leaders;
  }

  private translate(start: number, end: number): void {
    let call: Statement | undefined;
    eachStatement(this.fn, start, end, this.leaders, this.nesting, (statement) => {
      if (call !== undefined) this.make(call, this.behind(call, statement));
      call = statement.kind === 'call' ? statement : undefined;
      if (call === undefined) this.make(statement, undefined);
    });
    if (call !== undefined) this.make(call, undefined);
    this.fn.leaf = this.leaf();
  }

  private make(statement: Statement, behind: Statement | undefined): void {
    const { start, end, pc, first } = statement;
    if (statement.kind === 'call' || statement.kind === 'loop') {
      this.stops.add(pc);
      this.computed.delete(pc);
    }
    this.ends[start] = end;
    this.purposes[start] = pc;
    const bare = this.maker.cellOf(statement, behind);
    const cell = this.patch(start, first.length === 0 ? bare : withStores(first, bare));
    const watched = this.watch?.cell(statement, cell) ?? cell;
    if (watched !== cell) this.unwatched.set(start, cell);
    else if (this.watch !== undefined) this.unwatched.delete(start);
    this.fn.cells[start] = watched;
    this.cellsMade++;
    if (start > 0) return;
    const isWhole = statement.kind === 'return' && first.length === 0;
    this.result = isWhole ? this.maker.returned(statement.value) : undefined;
  }

  /** The statement behind a call, where control comes to it from nowhere else and the call's result is not needed behind it. */
  private behind({ end }: Statement, next: Statement): Statement | undefined {
    if (next.start !== end || this.leaders[end] !== 0 || next.first.length > 0) return undefined;
    const { heights } = this.fn;
    // No instruction follows a return.
    return next.kind === 'return' || heights[next.end]! < heights[end]! ? next : undefined;
  }

  /** What a call without a frame needs; `undefined` where there must be one. Who watches by a patch may look at frames. */
  private leaf(): Leaf | undefined {
    const { result, readsClosure } = this;
    if (!this.isLeaf || isPatched(this.fn) || this.watch !== undefined) return undefined;
    return { expression: result, readsClosure };
  }

  /** Whether it calls nothing, built-in functions that only compute a number aside, and does not loop. */
  get isLeaf(): boolean {
    return this.stops.size === 0;
  }

  /** The built-in function that a call in an expression calls. */
  private builtinAt(callee: Tree, argc: number, pc: number): HostFunction | undefined {
    if (this.alone.has(pc) || !mayCompute(callee)) return undefined;
    const expected = this.expected.get(pc);
    // No VM is running where a patch has it made anew.
    const builtin = this.expected.has(pc) ? expected : computing(callee, argc, thread.vm?.imports ?? []);
    this.expected.set(pc, builtin);
    if (builtin === undefined) return undefined;
    this.stops.delete(pc);
    this.computed.add(pc);
    return builtin;
  }

  private patch(pc: number, cell: Cell): Cell {
    const patched = withPatches(this.fn, pc, cell);
    if (patched === cell) return cell;
    const next = pcBehind(this.fn, pc);
    return (fp) => {
      try {
        return patched(fp);
      } catch (thrown) {
        // The patch may have been undone meanwhile, and another statement begins here.
        throw failAt(thrown, next);
      }
    };
  }

  /** Instructions that stand alone since they went off their fast path. */
  get isolated(): number {
    return this.alone.size;
  }

  /** Whether all of a tree can be computed inside an expression. */
  nests(tree: Tree): boolean {
    return (
      tree.kind !== 'op' ||
      (this.nesting.nests(tree.op, tree.pc) && tree.inputs.every((input) => this.nests(input)))
    );
  }

  /** The pc of the instruction that the cell at `pc` is for. */
  purposeOf(pc: number): number {
    return this.ends[pc] === 0 ? pc : this.purposes[pc]!;
  }

  /** Whether the instruction at `pc` is a call. */
  calls(pc: number): boolean {
    return isCall(opcodes[this.fn.code[pc]!]!.op);
  }

  /** Takes an instruction out of the expression it is in; the cell at `pc`, where its statement begins, is begun again. */
  isolate(pc: number, instruction: number): void {
    this.alone.add(instruction);
    this.translate(pc, this.ends[pc]!);
  }

  /** The same of whatever statement the instruction is in. */
  isolateAt(instruction: number): void {
    if (this.alone.has(instruction)) return;
    let start = instruction;
    while (this.ends[start] === 0) start--;
    this.isolate(start, instruction);
  }

  /**
   * Puts what the instruction at `pc` takes into its slots, as the frame at `fp` would have it if there were no expressions:
   * a statement for it that begins at `start` has thrown, and errors, stops and censuses look at the frame. From then on a
   * statement begins at it.
   */
  settle(start: number, pc: number, fp: number): void {
    let end = start;
    while (end < pc) end = this.ends[end]!;
    if (end > pc) {
      this.failing.add(pc);
      this.leaders[pc] = 1;
      this.translate(start, end);
    }
    for (let at = start; at !== pc; ) at = (this.unwatched.get(at) ?? this.fn.cells[at]!)(fp);
  }

  /** Sees to it that control can go on at `pc`, which may be inside a statement. */
  enter(pc: number): void {
    if (this.ends[pc] !== 0) return;
    let end = pc + 1;
    while (this.ends[end] === 0) end++;
    this.translate(pc, end);
  }

  /** Makes the cell of the statement at `pc` anew: who watches has another one for it. */
  remake(pc: number): void {
    this.translate(pc, this.ends[pc]!);
  }

  /** Where the statement begins whose call returns to `pc`. */
  callBefore(pc: number): number {
    let start = pc - 1;
    while (this.ends[start] !== pc || !this.calls(this.purposes[start]!)) start--;
    return start;
  }

  refit(pc: number): void {
    const { fn, ends } = this;
    this.watch?.patched();
    this.leaders = this.splitBlocks();
    const covering: [start: number, end: number][] = [];
    for (let start = 0; start <= pc; start++) if (ends[start]! > pc) covering.push([start, ends[start]!]);
    for (const [start, end] of covering) this.translate(start, end);
    // What was split for a patch that is gone is put together again.
    const blocks = findLeaders(fn);
    let [start, end] = [pc, pcBehind(fn, pc)];
    while (blocks[start] === 0) start--;
    while (blocks[end] === 0 && end < fn.code.length) end++;
    this.translate(start, end);
  }

  /** The statements that control goes through from the function's beginning on, in order and without gaps. */
  current(): Statement[] {
    return statementsOf(this.fn, 0, this.fn.code.length, this.leaders, this.nesting);
  }

  counts(): FusedCounts {
    const { heights, code } = this.fn;
    let [cells, instructions] = [0, 0];
    for (let pc = 0, end = 0; pc < code.length; pc += opcodes[code[pc]!]!.size) {
      if (heights[pc]! < 0) continue;
      instructions++;
      if (pc < end) continue;
      // Here the next statement begins of those that control goes through from the beginning on.
      end = this.ends[pc]!;
      if (end > 0) cells++;
    }
    const isLeaf = this.fn.leaf !== undefined;
    const builtins = this.computed.size;
    return { cells, instructions, cellsMade: this.cellsMade, bails: this.alone.size, isLeaf, builtins };
  }
}

const codes = new WeakMap<LinkedFunction, FusedCode>();

/** The translation of a function; `undefined` before its first call. */
export const codeOf = (fn: LinkedFunction): FusedCode | undefined => codes.get(fn);

export function translateFused(fn: LinkedFunction, options: FusedOptions): void {
  codes.set(fn, new FusedCode(fn, options));
}
