/**
 * A function as the fused engine runs it: its statements, their cells, and what makes cells anew - an instruction that went
 * off its fast path inside an expression, and patches. Cells that were made before stay valid where they stand, since every
 * operand is in its slot where a statement begins: whoever is about to go on at one can.
 */

import { type OpName, opcodes } from '../isa/isa';
import { findLeaders } from '../load/cfg';
import { type Nesting, type SimpleStore, type Statement, statementsOf } from '../load/statements';
import type { Cell, Leaf, LinkedFunction } from '../runtime/linked';
import { unreachable } from '../runtime/slow';
import { thread } from '../runtime/thread';
import { failAt } from './cell-calls';
import { CellMaker, type FusedOptions, templateOf } from './fused-cells';
import { isPatched, makePatchable, type PatchableCode, patchedPcs, pcBehind, withPatches } from './patch';

/** Instructions of one statement's expression at most: more would not be inlined, and would be long to make anew. */
const largestTree = 64;

/** @param alone instructions that are in no expression */
const nestingWithout = (alone: ReadonlySet<number>): Nesting => ({
  nests: (op, pc) => templateOf(op)?.value !== undefined && !alone.has(pc),
  branchesOn: (op) => templateOf(op)?.branch !== undefined,
  largest: largestTree,
});

/** The statements that the engine makes of a function at its first call. */
export const firstStatements = (fn: LinkedFunction): Statement[] =>
  statementsOf(fn, 0, fn.code.length, findLeaders(fn), nestingWithout(new Set()));

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
}

const S = thread.stack;

/** A cell that copies values first: slots and constants, so it may begin again. */
const withStores = (stores: readonly SimpleStore[] = [], cell: Cell): Cell =>
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

interface LeafKind {
  readonly isLeaf: boolean;
  readonly readsClosure: boolean;
}

/** Instructions that no leaf has: calls, and the safepoint of a loop. */
const notInLeaves: ReadonlySet<string> = new Set<OpName>(['OpCall', 'OpInvoke', 'OpNew', 'OpLoop']);

function leafKindOf(fn: LinkedFunction): LeafKind {
  let readsClosure = false;
  for (let pc = 0; pc < fn.code.length; pc = pcBehind(fn, pc)) {
    const { op, operands } = opcodes[fn.code[pc]!]!;
    if (notInLeaves.has(op)) return { isLeaf: false, readsClosure };
    readsClosure ||= op === 'OpSelf' || operands.some(({ kind }) => kind === 'free');
  }
  return { isLeaf: true, readsClosure };
}

export class FusedCode implements PatchableCode {
  /** Where blocks begin. */
  private readonly blocks: Uint8Array;
  /** Where statements must begin: blocks, instructions that have failed, those that are patched and those behind them. */
  private leaders: Uint8Array;
  /** Instructions that went off their fast path inside an expression, and stand alone since. */
  private readonly alone = new Set<number>();
  private readonly nesting = nestingWithout(this.alone);
  /** Instructions that statements were made for and that have thrown. */
  private readonly failing = new Set<number>();
  /** By the pc where each begins; with those that nothing but a frame that waits in the middle of another still runs. */
  private readonly statements = new Map<number, Statement>();
  private readonly maker: CellMaker;
  private readonly leafKind: LeafKind;
  private cellsMade = 0;

  constructor(
    private readonly fn: LinkedFunction,
    options: FusedOptions,
  ) {
    this.blocks = findLeaders(fn);
    this.leaders = this.splitBlocks();
    this.leafKind = leafKindOf(fn);
    this.maker = new CellMaker(fn, options);
    const { cells, code } = fn;
    cells.length = 0;
    for (let pc = 0; pc < code.length; pc++) cells.push(unreachable);
    this.translate(0, code.length);
    makePatchable(fn, this);
  }

  private splitBlocks(): Uint8Array {
    const leaders = this.blocks.slice();
    for (const pc of this.failing) leaders[pc] = 1;
    for (const pc of patchedPcs(this.fn)) leaders[pc] = leaders[pcBehind(this.fn, pc)] = 1;
    return leaders;
  }

  private translate(start: number, end: number): void {
    const { fn, statements, maker } = this;
    const made = statementsOf(fn, start, end, this.leaders, this.nesting);
    for (const statement of made) statements.set(statement.start, statement);
    for (const statement of made) {
      const cell = withStores(statement.first, maker.cellOf(statement, this.behind(statement)));
      fn.cells[statement.start] = this.patch(statement.start, cell);
      this.cellsMade++;
    }
    fn.leaf = this.leaf();
  }

  /** The statement behind a call, where control comes to it from nowhere else and the call's result is not needed behind it. */
  private behind({ kind, end }: Statement): Statement | undefined {
    if (kind !== 'call' || this.leaders[end] !== 0) return undefined;
    const { fn, statements } = this;
    const next = statements.get(end);
    if (next === undefined || next.first !== undefined) return undefined;
    // No instruction follows a return.
    return next.kind === 'return' || fn.heights[next.end]! < fn.heights[end]! ? next : undefined;
  }

  /** What a call without a frame needs; `undefined` where there must be one. Who watches by a patch may look at frames. */
  private leaf(): Leaf | undefined {
    const { fn, statements, maker, leafKind } = this;
    if (!leafKind.isLeaf || isPatched(fn)) return undefined;
    const first = statements.get(0)!;
    const isExpression = first.kind === 'return' && first.first === undefined;
    return {
      expression: isExpression ? maker.returned(first.value) : undefined,
      readsClosure: leafKind.readsClosure,
    };
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

  /** The statement that the cell at `pc` runs. */
  at(pc: number): Statement | undefined {
    return this.statements.get(pc);
  }

  /** Takes an instruction out of the expression it is in; the cell at `pc`, where its statement begins, is begun again. */
  isolate(pc: number, instruction: number): void {
    this.alone.add(instruction);
    this.translate(pc, this.statements.get(pc)!.end);
  }

  /**
   * Puts what the instruction takes that the statement at `start` is for into its slots, as the frame at `fp` would have it
   * if there were no expressions: the instruction has thrown, and errors, stops and censuses look at the frame. From then on
   * a statement begins at it.
   *
   * @returns its pc
   */
  settle(start: number, fp: number): number {
    const { pc, end } = this.statements.get(start)!;
    if (pc === start) return pc;
    this.failing.add(pc);
    this.leaders[pc] = 1;
    this.translate(start, end);
    for (let at = start; at !== pc; ) at = this.fn.cells[at]!(fp);
    return pc;
  }

  /** Sees to it that control can go on at `pc`, which may be inside a statement. */
  enter(pc: number): void {
    if (this.statements.has(pc)) return;
    let end = pc + 1;
    while (end < this.fn.code.length && !this.statements.has(end)) end++;
    this.translate(pc, end);
  }

  refit(pc: number): void {
    const { fn, blocks } = this;
    this.leaders = this.splitBlocks();
    const covering = [...this.statements.values()].filter(({ start, end }) => start <= pc && pc < end);
    for (const { start, end } of covering) this.translate(start, end);
    // What was split for a patch that is gone is put together again.
    let [start, end] = [pc, pcBehind(fn, pc)];
    while (blocks[start] === 0) start--;
    while (blocks[end] === 0 && end < fn.code.length) end++;
    this.translate(start, end);
  }

  /** The statements that control goes through from the function's beginning on, in order and without gaps. */
  current(): Statement[] {
    const { fn, statements } = this;
    const found: Statement[] = [];
    for (let pc = 0; pc < fn.code.length; ) {
      const statement = fn.heights[pc]! >= 0 ? statements.get(pc) : undefined;
      if (statement !== undefined) found.push(statement);
      pc = statement?.end ?? pcBehind(fn, pc);
    }
    return found;
  }

  counts(): FusedCounts {
    const { heights, code } = this.fn;
    return {
      cells: this.current().length,
      instructions: heights.subarray(0, code.length).reduce((sum, height) => sum + (height >= 0 ? 1 : 0), 0),
      cellsMade: this.cellsMade,
      bails: this.alone.size,
      isLeaf: this.fn.leaf !== undefined,
    };
  }
}

const codes = new WeakMap<LinkedFunction, FusedCode>();

/** The translation of a function; `undefined` before its first call. */
export const codeOf = (fn: LinkedFunction): FusedCode | undefined => codes.get(fn);

export function translateFused(fn: LinkedFunction, options: FusedOptions): void {
  codes.set(fn, new FusedCode(fn, options));
}
