/**
 * From statements to cells: picks the template of each instruction and hands it its operands. What has no template is run as
 * the threaded engine runs it, one instruction a cell.
 */

import { opcodes, operandsAt } from '../isa/isa';
import type { OpTree, Statement, Store, Tree } from '../load/statements';
import { type Cell, cellExit, type LinkedFunction } from '../runtime/linked';
import { thread } from '../runtime/thread';
import type { Value } from '../runtime/value';
import { type CallSite, noBranch } from './fused-calls';
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

export const templateOf = (op: string): Template | undefined =>
  Object.hasOwn(templates, op) ? templates[op] : undefined;

/** Superinstructions by their outermost instruction, in the order of the list. */
const superinstructionsOf = new Map<string, Superinstruction[]>();
for (const item of superinstructions) {
  const { op } = item.shape;
  superinstructionsOf.set(op, [...(superinstructionsOf.get(op) ?? []), item]);
}

const none: readonly Superinstruction[] = [];

interface Match {
  readonly template: Template;
  readonly site: FusedSite;
}

/** What fills a shape: the operands for its holes, and the instructions inside the outermost one. */
interface Parts {
  readonly holes: Tree[];
  readonly inner: OpTree[];
}

/** Whether an operand needs no closure inside a superinstruction. */
const isPlace = ({ kind }: Tree, mayBeConstant: boolean): boolean =>
  kind === 'slot' || (kind === 'constant' && mayBeConstant);

/** Fits a tree into a shape; an instruction inside takes only slots and constants for its holes. */
function partsOf(tree: OpTree, shape: Shape): Parts | undefined {
  const parts: Parts = { holes: [], inner: [] };
  const fit = ({ inputs }: OpTree, wanted: Shape, outermost: boolean): boolean =>
    wanted.inputs.every((inside, i) => {
      const input = inputs[i]!;
      if (inside === null) {
        if (!outermost && !isPlace(input, i === inputs.length - 1 && i > 0)) return false;
        parts.holes.push(input);
        return true;
      }
      if (input.kind !== 'op' || input.op !== inside.op) return false;
      parts.inner.push(input);
      return fit(input, inside, false);
    });
  return fit(tree, shape, true) ? parts : undefined;
}

/** What the engine does that it could do without. */
export interface FusedOptions {
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
  readonly parts: Parts;
}

export function fitOf(tree: OpTree, superinstructions = true): Fit {
  const candidates = superinstructions ? superinstructionsOf.get(tree.op) : undefined;
  for (const { shape, template } of candidates ?? none) {
    const parts = partsOf(tree, shape);
    if (parts !== undefined) return { shape, template, parts };
  }
  return { shape: undefined, template: templateOf(tree.op)!, parts: { holes: [...tree.inputs], inner: [] } };
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
    const { template, site } = this.match(tree);
    return new ExpressionOperand(template.value!(site));
  }

  private match(tree: OpTree): Match {
    const { template, parts } = fitOf(tree, this.options.superinstructions);
    const inner = parts.inner.map(({ pc, operands }) => ({
      fn: this.fn,
      pc,
      operands,
      inputs: [],
      inner: [],
    }));
    return { template, site: this.site(tree, parts.holes, inner) };
  }

  private site({ pc, operands }: OpTree, inputs: readonly Tree[], inner: readonly FusedSite[]): FusedSite {
    return { fn: this.fn, pc, operands, inputs: inputs.map((input) => this.operand(input)), inner };
  }

  private effect(tree: OpTree, next: number): Cell {
    const { template, site } = this.match(tree);
    return template.effect!(site, next);
  }

  private store({ slot, value }: Store, next: number): Cell {
    if (value.kind === 'op') {
      const { template, site } = this.match(value);
      return template.store!(site, slot, next);
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
      const { template, site } = this.match(condition);
      if (template.branch !== undefined) return template.branch(site, target, next);
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
    const given = stores.map(({ slot, value }): CallStore => {
      const operand = this.operand(value);
      return { to: slot, value: operand, run: operand.run };
    });
    return calls[op](given, { argc, at, next: end, ...afterCall(at - 1, end, behind), invoked });
  }
}
