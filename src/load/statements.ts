/**
 * From stack code to statements over expression trees: walks bytecode with a symbolic stack, so that values which one
 * instruction pushes and a later one takes need not go through the stack. What comes out covers the code without gaps, in
 * order, and keeps the order of evaluation.
 *
 * The contract that lets any engine go on where another stopped: where a statement begins, every operand is in its slot (the
 * one at depth d in `locals + d`). So a statement can be begun again as long as it has had no effect, and nothing inside an
 * expression has one.
 */

import { type DataOpName, type OpcodeInfo, type OpName, opcodes, operandsAt, pops } from '../isa/isa';
import type { LinkedFunction } from '../runtime/linked';
import type { Value } from '../runtime/value';

/** A slot of the frame. */
export interface SlotTree {
  readonly kind: 'slot';
  readonly slot: number;
}

export interface ConstantTree {
  readonly kind: 'constant';
  readonly value: Value;
}

/** A data instruction and what it takes. */
export interface OpTree {
  readonly kind: 'op';
  readonly op: DataOpName;
  readonly pc: number;
  readonly operands: readonly number[];
  readonly inputs: readonly Tree[];
  /** Instructions in it, and how deep they are nested. */
  readonly size: number;
  readonly height: number;
}

export type Tree = SlotTree | ConstantTree | OpTree;

/** A value on its way to a slot. */
export interface Store {
  readonly slot: number;
  readonly value: Tree;
}

/** One that computes nothing. */
export interface SimpleStore {
  readonly slot: number;
  readonly value: SlotTree | ConstantTree;
}

interface Range {
  /** The pc of the first instruction that it covers. */
  readonly start: number;
  /** The pc behind the last. */
  readonly end: number;
  /** The instruction that does what the statement is for; its errors are the statement's. */
  readonly pc: number;
  /** What is stored before anything else: slots and constants, which one instruction copies together with others. */
  readonly first?: readonly SimpleStore[];
}

export type Statement = Range &
  (
    | ({ readonly kind: 'store' } & Store)
    /** A data instruction that gives nothing. */
    | { readonly kind: 'effect'; readonly tree: OpTree }
    /** Goes on at `target` if the truth of the condition is `when`. */
    | { readonly kind: 'branch'; readonly condition: Tree; readonly when: boolean; readonly target: number }
    | { readonly kind: 'jump'; readonly target: number }
    | { readonly kind: 'loop'; readonly target: number }
    /** A call, of whatever instruction, after what it takes has been stored. */
    | { readonly kind: 'call'; readonly stores: readonly Store[] }
    | { readonly kind: 'return'; readonly value: Tree }
    /** One instruction as it is, its operands in their slots. */
    | { readonly kind: 'plain' }
  );

/** What an engine can do within an expression. */
export interface Nesting {
  /** Whether an instruction may be an operand of another. */
  nests(op: DataOpName, pc: number): boolean;
  /** Whether a branch can be made on the result of an instruction as it is computed. */
  branchesOn(op: DataOpName): boolean;
  /** Trees grow no larger. */
  readonly largest: number;
}

/** Trees are evaluated on the host's stack: they nest no deeper. */
const highest = 16;

/** A value on the symbolic stack, and where the code begins that makes it. */
interface Pending {
  readonly start: number;
  readonly tree: Tree;
}

const literals: Partial<Record<OpName, Value>> = { OpNull: null, OpTrue: true, OpFalse: false };

/**
 * The statements of the code from `start` up to `end`, where control and all operands are as they are at an instruction.
 *
 * @param leaders marks the pcs that control can come to from elsewhere
 */
export function statementsOf(
  fn: LinkedFunction,
  start: number,
  end: number,
  leaders: Uint8Array,
  nesting: Nesting,
): Statement[] {
  return new Statements(fn, leaders, nesting).between(start, end);
}

class Statements {
  private readonly out: Statement[] = [];
  /** The symbolic stack above the operands that are in their slots. */
  private stack: Pending[] = [];
  /** Stores that belong to the next statement, since it begins where they do. */
  private first: SimpleStore[] = [];
  /** Operands in their slots, below those. */
  private settled = 0;
  /** Where the next statement begins. */
  private start = 0;

  constructor(
    private readonly fn: LinkedFunction,
    private readonly leaders: Uint8Array,
    private readonly nesting: Nesting,
  ) {}

  between(start: number, end: number): Statement[] {
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
    return this.out;
  }

  /** Begins a statement where all operands are in their slots. */
  private begin(pc: number): void {
    this.start = pc;
    this.stack = [];
    this.settled = this.fn.heights[pc] ?? 0;
  }

  /** Code runs on into a block that has other ways in. */
  private endBlock(pc: number): void {
    this.settle(this.stack.length, pc);
    if (this.start !== pc) this.add({ kind: 'jump', target: pc, start: this.start, end: pc, pc: this.start });
    this.begin(pc);
  }

  private add(statement: Statement): void {
    this.out.push(this.first.length === 0 ? statement : { ...statement, first: this.first });
    this.first = [];
    this.start = statement.end;
  }

  private slotAt(depth: number): number {
    return this.fn.localCount + depth;
  }

  /** Stores the lowest `count` values in their slots, in order; what comes behind them begins at `end`. */
  private settle(count: number, end: number): void {
    for (let i = 0; i < count; i++) {
      const { tree } = this.stack[i]!;
      const next = this.stack[i + 1]?.start ?? end;
      const slot = this.slotAt(this.settled);
      this.settled++;
      // It is there already.
      if (tree.kind === 'slot' && tree.slot === slot) continue;
      // What is behind it came of the same instruction.
      if (next === this.start && tree.kind !== 'op') {
        this.first.push({ slot, value: tree });
        continue;
      }
      this.add({
        kind: 'store',
        slot,
        value: tree,
        start: this.start,
        end: next,
        pc: pcOf(tree, this.start),
      });
    }
    this.stack.splice(0, count);
  }

  private push(start: number, tree: Tree): void {
    this.stack.push({ start, tree });
  }

  /** Takes values off, and leaves what is below. Those that are in their slots are taken from there. */
  private take(count: number, pc: number): Pending[] {
    const taken = this.stack.splice(Math.max(this.stack.length - count, 0));
    const missing = count - taken.length;
    this.settled -= missing;
    const first = taken[0]?.start ?? pc;
    const below = Array.from(
      { length: missing },
      (_, i): Pending => ({
        start: first,
        tree: { kind: 'slot', slot: this.slotAt(this.settled + i) },
      }),
    );
    return [...below, ...taken];
  }

  /** Takes the operands of an instruction at `pc`, those of them stored that cannot be nested in it. */
  private operandsOf(count: number, pc: number): Pending[] {
    const first = Math.max(this.stack.length - count, 0);
    for (let i = this.stack.length - 1; i >= first; i--) {
      if (this.nests(this.stack[i]!.tree)) continue;
      this.settle(i + 1, pc);
      break;
    }
    return this.take(count, pc);
  }

  private nests(tree: Tree): boolean {
    if (tree.kind !== 'op') return true;
    return tree.height < highest && tree.size < this.nesting.largest && this.nesting.nests(tree.op, tree.pc);
  }

  /**
   * Whether a tree reads what is in the slot of an operand. Among several stores of one statement it must not: begun again, the
   * statement would find the slot changed.
   */
  private readsOperands(tree: Tree): boolean {
    if (tree.kind === 'slot') return tree.slot >= this.fn.localCount;
    return tree.kind === 'op' && tree.inputs.some((input) => this.readsOperands(input));
  }

  private instruction(pc: number, info: OpcodeInfo): void {
    const { fn } = this;
    const operands = operandsAt(fn.code, pc, info);
    const end = pc + info.size;
    switch (info.op) {
      case 'OpConstant':
        this.push(pc, { kind: 'constant', value: fn.constants[operands[0]!]! });
        break;
      case 'OpNull':
      case 'OpTrue':
      case 'OpFalse':
        this.push(pc, { kind: 'constant', value: literals[info.op]! });
        break;
      case 'OpGetLocal':
        this.push(pc, { kind: 'slot', slot: operands[0]! });
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
      case 'OpSetLocal': {
        const [value] = this.take(1, pc);
        this.settle(this.stack.length, value!.start);
        this.finish({ kind: 'store', slot: operands[0]!, value: value!.tree }, pcOf(value!.tree, pc), end);
        break;
      }
      case 'OpJump':
        this.settle(this.stack.length, pc);
        this.finish({ kind: 'jump', target: operands[0]! }, pc, end);
        break;
      case 'OpLoop':
        this.settle(this.stack.length, pc);
        this.finish({ kind: 'loop', target: operands[0]! }, pc, end);
        break;
      case 'OpJumpIfFalse':
      case 'OpJumpIfTrue':
        this.branch(pc, operands[0]!, info.op === 'OpJumpIfTrue', end);
        break;
      case 'OpCall':
      case 'OpInvoke':
      case 'OpNew':
        this.call(pc, pops(info, operands), end);
        break;
      case 'OpReturn': {
        const [value] = this.take(1, pc);
        // What is left below is lost with the frame, but not what making it does.
        this.settle(this.stack.length, value!.start);
        const { tree } = value!;
        const result = tree.kind === 'op' && !this.nests(tree) ? this.stored(tree, pc) : tree;
        this.finish({ kind: 'return', value: result }, pcOf(result, pc), end);
        break;
      }
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

  private finish(statement: StatementBody, pc: number, end: number): void {
    this.add({ ...statement, start: this.start, end, pc } as Statement); // a body and its range make one
    this.settled = this.fn.heights[end] ?? 0;
  }

  private plain(pc: number, end: number): void {
    this.settle(this.stack.length, pc);
    this.finish({ kind: 'plain' }, pc, end);
  }

  private data(pc: number, info: OpcodeInfo, operands: readonly number[], end: number): void {
    const { picture } = info;
    const idle = picture.inputs.length === 0 && picture.outputs.length === 0;
    if (picture.variadic !== undefined || idle) {
      this.plain(pc, end);
      return;
    }
    const taken = this.operandsOf(picture.inputs.length, pc);
    const inputs = taken.map(({ tree }) => tree);
    const tree: OpTree = {
      kind: 'op',
      op: info.op as DataOpName, // control instructions were handled before
      pc,
      operands,
      inputs,
      size: inputs.reduce((sum, input) => sum + (input.kind === 'op' ? input.size : 1), 1),
      height: inputs.reduce((most, input) => Math.max(most, input.kind === 'op' ? input.height : 0), 0) + 1,
    };
    const start = taken[0]?.start ?? pc;
    if (picture.outputs.length > 0) {
      this.push(start, tree);
    } else {
      this.settle(this.stack.length, start);
      this.finish({ kind: 'effect', tree }, pc, end);
    }
  }

  private drop(pc: number, end: number): void {
    const [value] = this.take(1, pc);
    if (value!.tree.kind !== 'op') return;
    this.settle(this.stack.length, value!.start);
    // It is computed for its errors; the slot is free.
    const slot = this.slotAt(this.settled);
    this.finish({ kind: 'store', slot, value: value!.tree }, value!.tree.pc, end);
  }

  /** Copies the values on top. What has to be computed is computed once. */
  private copy(count: number, pc: number): void {
    const last = this.stack.slice(-count).findLastIndex(({ tree }) => tree.kind === 'op');
    if (last >= 0) this.settle(Math.max(this.stack.length - count, 0) + last + 1, pc);
    const values = this.take(count, pc);
    // Those taken from their slots are still there.
    for (const { start, tree } of values) this.restore(start, tree);
    for (const { tree } of values) this.push(pc, tree);
  }

  private restore(start: number, tree: Tree): void {
    if (this.stack.length === 0 && tree.kind === 'slot' && tree.slot === this.slotAt(this.settled))
      this.settled++;
    else this.push(start, tree);
  }

  private branch(pc: number, target: number, when: boolean, end: number): void {
    const [condition] = this.take(1, pc);
    this.settle(this.stack.length, condition!.start);
    let { tree } = condition!;
    let truth = when;
    while (tree.kind === 'op' && tree.op === 'OpNot') {
      tree = tree.inputs[0]!;
      truth = !truth;
    }
    if (tree.kind === 'op' && !this.nesting.branchesOn(tree.op) && !this.nests(tree)) {
      tree = this.stored(tree, pc);
    }
    this.finish({ kind: 'branch', condition: tree, when: truth, target }, pcOf(tree, pc), end);
  }

  /** Stores a value that is not on the symbolic stack any more in the slot where it would be. */
  private stored(tree: OpTree, end: number): SlotTree {
    const slot = this.slotAt(this.settled);
    this.add({ kind: 'store', slot, value: tree, start: this.start, end, pc: tree.pc });
    return { kind: 'slot', slot };
  }

  private call(pc: number, count: number, end: number): void {
    for (let i = this.stack.length - 1; i >= 0; i--) {
      const { tree } = this.stack[i]!;
      const inside = i >= this.stack.length - count;
      if (inside && this.nests(tree) && !this.readsOperands(tree)) continue;
      this.settle(i + 1, pc);
      break;
    }
    const taken = this.take(count, pc);
    const stores = taken.flatMap(({ tree }, i): Store[] => {
      const slot = this.slotAt(this.settled + i);
      return tree.kind === 'slot' && tree.slot === slot ? [] : [{ slot, value: tree }];
    });
    this.finish({ kind: 'call', stores }, pc, end);
  }
}

type StatementBody = Statement extends infer S ? (S extends Range ? Omit<S, keyof Range> : never) : never;

/** The instruction whose errors are those of a tree's own. */
const pcOf = (tree: Tree, otherwise: number): number => (tree.kind === 'op' ? tree.pc : otherwise);
