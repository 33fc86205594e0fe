/**
 * From statements to cells: picks the template of each instruction and hands it its operands. What has no template is run as
 * the threaded engine runs it, one instruction a cell.
 */

import { opcodes, operandsAt } from '../isa/isa';
import type { OpTree, Statement, Store, Tree } from '../load/trees';
import { type Cell, cellExit, type LinkedFunction } from '../runtime/linked';
import { thread } from '../runtime/thread';
import type { Value } from '../runtime/value';
import { builtinTemplate } from './fused-builtins';
import { type CallSite, noBranch } from './fused-calls';
import type { FusedCode } from './fused-code';
import type {
  CallOp,
  CallStore,
  Expression,
  FusedSite,
  Operand,
  Shape,
  Superinstruction,
  Template,
} from './fused-site';
import { calls, superinstructions, templates } from './generated/fused';
import { makeCell } from './threaded';

const S = thread.stack;

class SlotOperand implements Operand {
  readonly place = 'slot';
  readonly value = null;
  constructor(readonly slot: number) {}

  get run(): Expression {
    const { slot } = this;
    return (fp) => S[fp + slot]!;
  }
}

class ConstantOperand implements Operand {
  readonly place = 'constant';
  readonly slot = 0;
  constructor(readonly value: Value) {}

  get run(): Expression {
    const { value } = this;
    return () => value;
  }
}

class ExpressionOperand implements Operand {
  readonly place = 'expression';
  readonly slot = 0;
  readonly value = null;
  constructor(readonly run: Expression) {}
}

/** A value that a call takes. Few calls are made in a way that needs a closure for each. */
class GivenStore implements CallStore {
  private closure: Expression | undefined;
  constructor(
    readonly to: number,
    readonly value: Operand,
  ) {}

  get run(): Expression {
    return (this.closure ??= this.value.run);
  }
}

/** What trees of one instruction can be computed by. */
interface Choice {
  readonly template: Template;
  /** In the order of the list. */
  readonly superinstructions: readonly Superinstruction[];
}

const choices: ReadonlyMap<string, Choice> = new Map(
  Object.entries({ ...templates, OpCall: builtinTemplate }).map(([op, template]) => [
    op,
    { template, superinstructions: superinstructions.filter(({ shape }) => shape.op === op) },
  ]),
);

export const templateOf = (op: string): Template | undefined => choices.get(op)?.template;

export const isCall = (op: string): op is CallOp => Object.hasOwn(calls, op);

/** Whether an operand needs no closure inside a superinstruction. */
const isPlace = ({ kind }: Tree, mayBeConstant: boolean): boolean =>
  kind === 'slot' || (kind === 'constant' && mayBeConstant);

/** Whether a tree fits into a shape; an instruction inside takes only slots and constants for its holes. */
function fits({ inputs }: OpTree, wanted: Shape, outermost: boolean): boolean {
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i]!;
    const inside = wanted.inputs[i]!;
    if (inside === null) {
      if (!outermost && !isPlace(input, i === inputs.length - 1 && i > 0)) return false;
    } else if (input.kind !== 'op' || input.op !== inside.op || !fits(input, inside, false)) {
      return false;
    }
  }
  return true;
}

/** Collects what fills a shape. */
function collect({ inputs }: OpTree, { inputs: wanted }: Shape, holes: Tree[], inner: OpTree[]): void {
  inputs.forEach((input, i) => {
    const inside = wanted[i]!;
    if (inside === null || input.kind !== 'op') {
      holes.push(input);
      return;
    }
    inner.push(input);
    collect(input, inside, holes, inner);
  });
}

/** Sees a function's cells, and may put others in their place. */
export interface CellWatch {
  /** The cell to run a statement by. */
  cell(statement: Statement, cell: Cell): Cell;
  /** The patches of the function are others now. */
  patched(): void;
}

/** What the engine does that it could do without, and who watches. */
export interface FusedOptions {
  /** What sees the cells of each function as they are made. Calls of watched functions have frames. */
  readonly watchFor?: (fn: LinkedFunction, code: FusedCode) => CellWatch;
  /** Closures of their own for operands in slots and constants; else a closure computes every operand. */
  readonly variants: boolean;
  /** Closures of their own for sequences of instructions (`src/isa/fusions.ts`). They need variants. */
  readonly superinstructions: boolean;
}

/** What a tree is computed by: the first superinstruction that it fits, or the template of its outermost instruction. */
export interface Fit {
  /** Of a superinstruction. */
  readonly shape: Shape | undefined;
  readonly template: Template;
  /** The operands for the holes of the shape. */
  readonly holes: readonly Tree[];
  /** The instructions inside the outermost one. */
  readonly inner: readonly OpTree[];
}

const noTrees: readonly OpTree[] = [];

export function fitOf(tree: OpTree, mayBeSuper = true): Fit {
  const { template, superinstructions } = choices.get(tree.op)!;
  if (mayBeSuper) {
    for (const { shape, template } of superinstructions) {
      if (!fits(tree, shape, true)) continue;
      const holes: Tree[] = [];
      const inner: OpTree[] = [];
      collect(tree, shape, holes, inner);
      return { shape, template, holes, inner };
    }
  }
  return { shape: undefined, template, holes: tree.inputs, inner: noTrees };
}

type AfterCall = Pick<CallSite, 'to' | 'onward' | 'otherwise'>;

/** What is done with the result of a call: what the statement behind it does, if it only moves it or branches on it. */
function afterCall(slot: number, end: number, behind: Statement | undefined): AfterCall {
  const isResult = (tree: Tree): boolean => tree.kind === 'slot' && tree.slot === slot;
  if (behind?.kind === 'store' && isResult(behind.value)) {
    return { to: behind.slot, onward: behind.end, otherwise: noBranch };
  }
  if (behind?.kind === 'return' && isResult(behind.value)) {
    return { to: -1, onward: cellExit.returned, otherwise: noBranch };
  }
  if (behind?.kind === 'branch' && isResult(behind.condition)) {
    const { when, target, end: falls } = behind;
    return { to: slot, onward: when ? target : falls, otherwise: when ? falls : target };
  }
  return { to: slot, onward: end, otherwise: noBranch };
}

const noOperands: readonly Operand[] = [];
const noSites: readonly FusedSite[] = [];

/** Makes the cells of one function's statements. */
export class CellMaker {
  constructor(
    private readonly fn: LinkedFunction,
    private readonly options: FusedOptions,
  ) {}

  /** @param behind the statement that control goes on with, where nothing comes to it from elsewhere */
  cellOf(statement: Statement, behind: Statement | undefined): Cell {
    const { end } = statement;
    switch (statement.kind) {
      case 'store':
        return this.store(statement, end);
      case 'effect':
        return this.effect(statement.tree, end);
      case 'branch': {
        const { condition, when, target } = statement;
        return when ? this.branch(condition, target, end) : this.branch(condition, end, target);
      }
      case 'jump': {
        const { target } = statement;
        return () => target;
      }
      case 'call':
        return this.call(statement.pc, end, statement.stores, behind);
      case 'return':
        return this.return(statement.value);
      case 'loop':
      case 'plain':
        return makeCell(this.fn, statement.pc);
    }
  }

  private operand(tree: Tree): Operand {
    if (tree.kind !== 'op') {
      const operand = tree.kind === 'slot' ? new SlotOperand(tree.slot) : new ConstantOperand(tree.value);
      return this.options.variants ? operand : new ExpressionOperand(operand.run);
    }
    const fit = this.fitOf(tree);
    return new ExpressionOperand(fit.template.value!(this.site(tree, fit)));
  }

  private fitOf(tree: OpTree): Fit {
    return fitOf(tree, this.options.superinstructions);
  }

  private site({ pc, operands, builtin }: OpTree, { holes, inner }: Fit): FusedSite {
    const { fn } = this;
    return {
      fn,
      pc,
      operands,
      builtin,
      inputs: holes.length === 0 ? noOperands : holes.map((hole) => this.operand(hole)),
      inner: inner.length === 0 ? noSites : inner.map((tree) => this.innerSite(tree)),
    };
  }

  private innerSite({ pc, operands, builtin }: OpTree): FusedSite {
    return { fn: this.fn, pc, operands, builtin, inputs: noOperands, inner: noSites };
  }

  private effect(tree: OpTree, next: number): Cell {
    const fit = this.fitOf(tree);
    return fit.template.effect!(this.site(tree, fit), { to: -1, target: -1, next });
  }

  private store({ slot, value }: Store, next: number): Cell {
    if (value.kind === 'op') {
      const fit = this.fitOf(value);
      return fit.template.store!(this.site(value, fit), { to: slot, target: -1, next });
    }
    const to = slot;
    if (value.kind === 'constant') {
      const constant = value.value;
      return (fp) => {
        S[fp + to] = constant;
        return next;
      };
    }
    const from = value.slot;
    return (fp) => {
      S[fp + to] = S[fp + from]!;
      return next;
    };
  }

  /** Goes on at `target` if the condition is true, else at `next`. */
  private branch(condition: Tree, target: number, next: number): Cell {
    if (condition.kind === 'op') {
      const fit = this.fitOf(condition);
      const { branch } = fit.template;
      if (branch !== undefined) return branch(this.site(condition, fit), { to: -1, target, next });
    }
    const { run, place, slot } = this.operand(condition);
    if (place === 'slot') {
      return (fp) => {
        const value = S[fp + slot]!;
        return value === false || value === null ? next : target;
      };
    }
    return (fp) => {
      const value = run(fp);
      return value === false || value === null ? next : target;
    };
  }

  private return(value: Tree): Cell {
    if (value.kind === 'slot') {
      const { slot } = value;
      return (fp) => {
        S[fp - 1] = S[fp + slot]!;
        return cellExit.returned;
      };
    }
    return this.store({ slot: -1, value }, cellExit.returned);
  }

  /** What a statement returns, as a closure. */
  returned(value: Tree): Expression {
    return this.operand(value).run;
  }

  private call(pc: number, end: number, stores: readonly Store[], behind: Statement | undefined): Cell {
    const { fn } = this;
    const info = opcodes[fn.code[pc]!]!;
    const op = info.op as CallOp; // what makes the statement a call
    const operands = operandsAt(fn.code, pc, info);
    const argc = operands.at(-1)!;
    const at = fn.localCount + fn.heights[pc]! - argc;
    const invoked =
      op === 'OpInvoke'
        ? { name: fn.constants[operands[0]!] as string, cache: fn.caches[pc]! } // as verified
        : undefined;
    const given = stores.map(({ slot, value }) => new GivenStore(slot, this.operand(value)));
    return calls[op](given, { argc, at, next: end, ...afterCall(at - 1, end, behind), invoked });
  }
}
