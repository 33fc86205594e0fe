/**
 * From stack code to statements over expression trees: walks bytecode with a symbolic stack, so that values which one
 * instruction pushes and a later one takes need not go through the stack. What comes out covers the code without gaps, in
 * order, and keeps the order of evaluation.
 *
 * The contract that lets any engine go on where another stopped: where a statement begins, every operand is in its slot (the
 * one at depth d in `locals + d`). So a statement can be begun again as long as it has had no effect, and nothing inside an
 * expression has one.
 */

import { type DataOpName, type OpcodeInfo, opcodes, operandsAt, pops } from '../isa/isa';
import type { LinkedFunction } from '../runtime/linked';
import type { HostFunction } from '../runtime/value';
import {
  constantTree,
  isIn,
  type OpTree,
  opTree,
  pcOf,
  readsFrom,
  type SimpleStore,
  type SlotTree,
  type Statement,
  type Store,
  slotTree,
  type Tree,
  type TreeOp,
} from './trees';

/** What an engine can do within an expression. */
export interface Nesting {
  /** Whether an instruction may be an operand of another. */
  nests(op: TreeOp, pc: number): boolean;
  /** Whether a branch can be made on the result of an instruction as it is computed. */
  branchesOn(op: TreeOp): boolean;
  /** The built-in function that a call with so many arguments calls, where that is nothing but to compute a number: then it is nested. */
  computes(callee: Tree, argc: number, pc: number): HostFunction | undefined;
  /** Trees grow no larger. */
  readonly largest: number;
}

/** Trees are evaluated on the host's stack: they nest no deeper. */
const highest = 16;

/** Shared by all that have none. */
const noStores: readonly SimpleStore[] = [];
const noTrees: readonly Tree[] = [];
const noOperands: readonly number[] = [];

/**
 * Hands the statements of the code from `start` up to `end` to `visit`, in order, where control and all operands are as they
 * are at an instruction. None is kept: the memory that this takes does not grow with the code.
 *
 * @param leaders marks the pcs that control can come to from elsewhere
 */
export function eachStatement(
  fn: LinkedFunction,
  start: number,
  end: number,
  leaders: Uint8Array,
  nesting: Nesting,
  visit: (statement: Statement) => void,
): void {
  new StatementWalk(fn, leaders, nesting, visit).between(start, end);
}

/** The same statements in a list. */
export function statementsOf(
  fn: LinkedFunction,
  start: number,
  end: number,
  leaders: Uint8Array,
  nesting: Nesting,
): Statement[] {
  const statements: Statement[] = [];
  eachStatement(fn, start, end, leaders, nesting, (statement) => void statements.push(statement));
  return statements;
}

class StatementWalk {
  /** The symbolic stack above the operands that are in their slots: `depth` values, and where the code begins that makes each. */
  private readonly trees: Tree[] = [];
  private readonly starts: number[] = [];
  private depth = 0;
  /** Stores that belong to the next statement, since it begins where they do. */
  private first: readonly SimpleStore[] = noStores;
  /** Operands in their slots, below those. */
  private settled = 0;
  /** Where the next statement begins. */
  private start = 0;

  constructor(
    private readonly fn: LinkedFunction,
    private readonly leaders: Uint8Array,
    private readonly nesting: Nesting,
    private readonly visit: (statement: Statement) => void,
  ) {}

  between(start: number, end: number): void {
    const { code, heights } = this.fn;
    this.begin(start);
    for (let pc = start; pc < end; ) {
      const info = opcodes[code[pc]!]!;
      if (heights[pc]! < 0) {
        pc += info.size;
        this.begin(pc);
        continue;
      }
      this.instruction(pc, info);
      pc += info.size;
      if (!info.falls) this.begin(pc);
      else if (pc >= end || this.leaders[pc] === 1) this.endBlock(pc);
    }
  }

  /** Begins a statement where all operands are in their slots. */
  private begin(pc: number): void {
    this.start = pc;
    this.depth = 0;
    this.settled = this.fn.heights[pc] ?? 0;
  }

  /** Code runs on into a block that has other ways in. */
  private endBlock(pc: number): void {
    this.settle(this.depth, pc);
    const { start, first } = this;
    if (start !== pc) this.add({ kind: 'jump', target: pc, start, end: pc, pc: start, first });
    this.begin(pc);
  }

  private add(statement: Statement): void {
    this.first = noStores;
    this.start = statement.end;
    this.visit(statement);
  }

  private addStore(slot: number, value: Tree, end: number, pc: number): void {
    this.add({ kind: 'store', slot, value, start: this.start, end, pc, first: this.first });
  }

  /** Adds the statement of an instruction that has taken all there is on the symbolic stack. */
  private finish(statement: Statement): void {
    this.add(statement);
    this.settled = this.fn.heights[statement.end] ?? 0;
  }

  private slotAt(depth: number): number {
    return this.fn.localCount + depth;
  }

  /** Stores the lowest `count` values in their slots, in order; what comes behind them begins at `end`. */
  private settle(count: number, end: number): void {
    for (let i = 0; i < count; i++) {
      const tree = this.trees[i]!;
      const next = i + 1 < this.depth ? this.starts[i + 1]! : end;
      const slot = this.slotAt(this.settled);
      this.settled++;
      if (isIn(tree, slot)) continue;
      // What is behind it came of the same instruction.
      if (next === this.start && tree.kind !== 'op') {
        this.first = [...this.first, { slot, value: tree }];
        continue;
      }
      this.addStore(slot, tree, next, pcOf(tree, this.start));
    }
    this.depth -= count;
    if (this.depth === 0 || count === 0) return;
    this.trees.copyWithin(0, count, count + this.depth);
    this.starts.copyWithin(0, count, count + this.depth);
  }

  private settleAll(end: number): void {
    if (this.depth > 0) this.settle(this.depth, end);
  }

  private push(start: number, tree: Tree): void {
    this.trees[this.depth] = tree;
    this.starts[this.depth++] = start;
  }

  /** Where the code begins that makes the `count` values on top, which an instruction at `pc` takes. */
  private startOf(count: number, pc: number): number {
    return count === 0 || this.depth === 0 ? pc : this.starts[Math.max(this.depth - count, 0)]!;
  }

  /** Takes the value on top: what is in its slot is taken from there. */
  private pop(): Tree {
    return this.depth > 0 ? this.trees[--this.depth]! : slotTree(this.slotAt(--this.settled));
  }

  private popAll(count: number): readonly Tree[] {
    if (count === 0) return noTrees;
    const last = this.pop();
    if (count === 1) return [last];
    const before = this.pop();
    return count === 2 ? [before, last] : [...this.popAll(count - 2), before, last];
  }

  private nests(tree: Tree): boolean {
    if (tree.kind !== 'op') return true;
    return tree.height < highest && tree.size < this.nesting.largest && this.nesting.nests(tree.op, tree.pc);
  }

  private instruction(pc: number, info: OpcodeInfo): void {
    const { fn } = this;
    const operands = operandsAt(fn.code, pc, info);
    const end = pc + info.size;
    switch (info.op) {
      case 'OpConstant':
        this.push(pc, constantTree(fn.constants[operands[0]!]!));
        break;
      case 'OpNull':
        this.push(pc, constantTree(null));
        break;
      case 'OpTrue':
        this.push(pc, constantTree(true));
        break;
      case 'OpFalse':
        this.push(pc, constantTree(false));
        break;
      case 'OpGetLocal':
        this.push(pc, slotTree(operands[0]!));
        break;
      case 'OpPop':
        this.drop(pc, end);
        break;
      case 'OpDup':
        this.copy(1, pc);
        break;
      case 'OpDup2':
        this.copy(2, pc);
        break;
      case 'OpSetLocal':
        this.setLocal(pc, operands[0]!, end);
        break;
      case 'OpJump':
      case 'OpLoop':
        this.jump(pc, info.op === 'OpJump' ? 'jump' : 'loop', operands[0]!, end);
        break;
      case 'OpJumpIfFalse':
      case 'OpJumpIfTrue':
        this.branch(pc, operands[0]!, info.op === 'OpJumpIfTrue', end);
        break;
      case 'OpCall':
        if (!this.computed(pc, operands[0]!)) this.call(pc, pops(info, operands), end);
        break;
      case 'OpInvoke':
      case 'OpNew':
        this.call(pc, pops(info, operands), end);
        break;
      case 'OpReturn':
        this.return(pc, end);
        break;
      case 'OpAnd':
      case 'OpOr':
      case 'OpThrow':
        this.plain(pc, end);
        if (info.falls) this.begin(end);
        break;
      default:
        this.data(pc, info, operands, end);
    }
  }

  private plain(pc: number, end: number): void {
    this.settleAll(pc);
    this.finish({ kind: 'plain', start: this.start, end, pc, first: this.first });
  }

  private setLocal(pc: number, slot: number, end: number): void {
    const start = this.startOf(1, pc);
    const value = this.pop();
    this.settleAll(start);
    this.finish({
      kind: 'store',
      slot,
      value,
      start: this.start,
      end,
      pc: pcOf(value, pc),
      first: this.first,
    });
  }

  private jump(pc: number, kind: 'jump' | 'loop', target: number, end: number): void {
    this.settleAll(pc);
    this.finish({ kind, target, start: this.start, end, pc, first: this.first });
  }

  private return(pc: number, end: number): void {
    const start = this.startOf(1, pc);
    const taken = this.pop();
    // What is left below is lost with the frame, but not what making it does.
    this.settleAll(start);
    const value = taken.kind === 'op' && !this.nests(taken) ? this.stored(taken, pc) : taken;
    this.finish({ kind: 'return', value, start: this.start, end, pc: pcOf(value, pc), first: this.first });
  }

  private data(pc: number, info: OpcodeInfo, operands: readonly number[], end: number): void {
    const { inputs, outputs, variadic } = info.picture;
    const count = inputs.length;
    const idle = count === 0 && outputs.length === 0;
    if (variadic !== undefined || idle) {
      this.plain(pc, end);
      return;
    }
    this.settleWhatCannotNest(count, pc);
    const start = this.startOf(count, pc);
    const op = info.op as DataOpName; // control instructions were handled before
    const tree = opTree(op, pc, operands, this.popAll(count));
    if (outputs.length > 0) {
      this.push(start, tree);
    } else {
      this.settleAll(start);
      this.finish({ kind: 'effect', tree, start: this.start, end, pc, first: this.first });
    }
  }

  /** Stores those of the `count` values on top that cannot be nested in the instruction at `pc`, with what is below them. */
  private settleWhatCannotNest(count: number, pc: number): void {
    const first = Math.max(this.depth - count, 0);
    let last = this.depth - 1;
    while (last >= first && this.nests(this.trees[last]!)) last--;
    if (last >= first) this.settle(last + 1, pc);
  }

  private drop(pc: number, end: number): void {
    const start = this.startOf(1, pc);
    const value = this.pop();
    if (value.kind !== 'op') return;
    this.settleAll(start);
    // It is computed for its errors; the slot is free.
    const slot = this.slotAt(this.settled);
    this.finish({ kind: 'store', slot, value, start: this.start, end, pc: value.pc, first: this.first });
  }

  /** Copies the values on top. What has to be computed is computed once. */
  private copy(count: number, pc: number): void {
    const lowest = Math.max(this.depth - count, 0);
    let last = this.depth - 1;
    while (last >= lowest && this.trees[last]!.kind !== 'op') last--;
    if (last >= lowest) this.settle(last + 1, pc);
    const first = this.depth - count;
    for (let i = first; i < first + count; i++) {
      this.push(pc, i >= 0 ? this.trees[i]! : slotTree(this.slotAt(this.settled + i)));
    }
  }

  private branch(pc: number, target: number, jumpsWhen: boolean, end: number): void {
    const from = this.startOf(1, pc);
    let condition = this.pop();
    this.settleAll(from);
    let when = jumpsWhen;
    while (condition.kind === 'op' && condition.op === 'OpNot') {
      condition = condition.inputs[0]!;
      when = !when;
    }
    if (condition.kind === 'op' && !this.nesting.branchesOn(condition.op) && !this.nests(condition)) {
      condition = this.stored(condition, pc);
    }
    const { start, first } = this;
    this.finish({ kind: 'branch', condition, when, target, start, end, pc: pcOf(condition, pc), first });
  }

  /** Stores a value that is not on the symbolic stack any more in the slot where it would be. */
  private stored(tree: OpTree, end: number): SlotTree {
    const slot = this.slotAt(this.settled);
    this.addStore(slot, tree, end, tree.pc);
    return slotTree(slot);
  }

  /** Takes a call of a built-in function that only computes a number for an expression. @returns whether it is one */
  private computed(pc: number, argc: number): boolean {
    if (this.depth <= argc) return false;
    for (let i = this.depth - argc; i < this.depth; i++) if (!this.nests(this.trees[i]!)) return false;
    const callee = this.trees[this.depth - argc - 1]!;
    const builtin = this.nesting.computes(callee, argc, pc);
    if (builtin === undefined) return false;
    const start = this.startOf(argc + 1, pc);
    const inputs = this.popAll(argc);
    this.pop();
    const operands = callee.kind === 'op' ? callee.operands : noOperands;
    this.push(start, opTree('OpCall', pc, operands, inputs, builtin));
    return true;
  }

  private call(pc: number, count: number, end: number): void {
    const { localCount } = this.fn;
    const lowest = this.depth - count;
    let last = this.depth - 1;
    // Among several stores of one statement none may read what another writes: begun again, the statement would find it changed.
    while (last >= Math.max(lowest, 0)) {
      const tree = this.trees[last]!;
      if (!this.nests(tree) || readsFrom(tree, localCount)) break;
      last--;
    }
    if (last >= 0) this.settle(last + 1, pc);
    const stores: Store[] = [];
    for (let i = 0; i < this.depth; i++) {
      const slot = this.slotAt(this.settled + i);
      const value = this.trees[i]!;
      if (!isIn(value, slot)) stores.push({ slot, value });
    }
    this.depth = 0;
    this.finish({ kind: 'call', stores, start: this.start, end, pc, first: this.first });
  }
}
