/**
 * Code for expressions. Each can be wanted for its value, for its effect alone, or as a condition, which jumps and leaves
 * nothing.
 */

import { type FunctionBuilder, Label, type ModuleBuilder } from '../bytecode/builder';
import type { Assignment, Block, Expression, FunctionLiteral, If, Logical, Name, SpineNode } from './ast';
import { leftOf, logicalOperands } from './ast';
import type { Report } from './diagnostics';
import { Emitter } from './emitter';
import { type Folder, isTruthy, type Known } from './fold';
import { binaryOp, unaryOps } from './operators';
import type { Resolution } from './resolve';
import type { FunctionScope, LocalVariable, Variable } from './scope';
import type { Dialect } from './tokens';

/** What the generators of a module's functions share. */
export interface ModuleContext {
  readonly module: ModuleBuilder;
  readonly report: Report;
  readonly resolution: Resolution;
  readonly dialect: Dialect;
  /** Absent where nothing is to be optimised. */
  readonly folder: Folder | undefined;
  /** Puts a function down to be generated, and gives its index. */
  readonly schedule: (literal: FunctionLiteral, scope: FunctionScope) => number;
}

export abstract class ExpressionGenerator extends Emitter {
  private readonly slots = new Map<LocalVariable, number>();

  constructor(
    protected readonly context: ModuleContext,
    protected readonly scope: FunctionScope,
    out: FunctionBuilder,
  ) {
    super(out, context.report);
  }

  /** An assignment; `wanted` says whether its value is. */
  protected abstract assignment(node: Assignment, wanted: boolean): void;

  /** A block; `wanted` says whether its value is. */
  protected abstract block(node: Block, wanted: boolean): void;

  protected known(node: Expression): Known | undefined {
    return this.context.folder?.known(node);
  }

  // Variables

  /** The slot of a local of this function. */
  protected slotOf(variable: LocalVariable): number {
    const slot = this.slots.get(variable) ?? this.takeSlot();
    this.slots.set(variable, slot);
    return slot;
  }

  /** Binds a parameter to its slot. */
  protected bindSlot(variable: LocalVariable, slot: number): void {
    this.slots.set(variable, slot);
  }

  protected variableOf(name: Name): Variable {
    return this.context.resolution.names.get(name)!;
  }

  protected load(variable: Variable): void {
    if (!this.live) return;
    const { module } = this.context;
    if (this.scope.isSelf(variable)) this.emit('OpSelf');
    else if (variable.kind === 'global') this.emit('OpGetGlobal', module.global(variable.symbol));
    else if (variable.kind === 'import') this.emit('OpImport', module.import(variable.name));
    else if (variable.owner === this.scope) {
      this.emit(variable.boxed ? 'OpGetBoxed' : 'OpGetLocal', this.slotOf(variable));
    } else {
      this.emit(variable.boxed ? 'OpGetFreeBoxed' : 'OpGetFree', this.scope.free.get(variable)!);
    }
  }

  /** Assigns the value on top. */
  protected store(variable: Variable): void {
    if (variable.kind === 'global') this.emit('OpSetGlobal', this.context.module.global(variable.symbol));
    else if (variable.kind === 'local' && variable.owner === this.scope) {
      this.emit(variable.boxed ? 'OpSetBoxed' : 'OpSetLocal', this.slotOf(variable));
    } else if (variable.kind === 'local') {
      this.emit('OpSetFreeBoxed', this.scope.free.get(variable)!);
    }
  }

  // Values

  /** Leaves the value of an expression on the stack. */
  protected value(node: Expression): void {
    const spine: SpineNode[] = [];
    let leaf = node;
    for (let left = leftOf(leaf); left !== undefined && this.known(leaf) === undefined; left = leftOf(leaf)) {
      spine.push(leaf as SpineNode); // what has a left part is one
      leaf = left;
    }
    this.leaf(leaf);
    for (let i = spine.length - 1; i >= 0; i--) {
      const part = spine[i]!;
      // What a call of a member calls is found by the call.
      if (part.kind !== 'member' || spine[i - 1]?.kind !== 'call') this.combine(part);
    }
  }

  /** The rest of an operation whose left part is on the stack. */
  private combine(node: SpineNode): void {
    switch (node.kind) {
      case 'binary':
        this.value(node.right);
        this.from(node.at).emit(binaryOp(node.operator, this.context.dialect));
        break;
      case 'call':
        for (const argument of node.args) this.value(argument);
        if (node.callee.kind === 'member') {
          const { name, at } = node.callee;
          this.from(at).emit('OpInvoke', this.nameConstant(name), node.args.length);
        } else {
          this.from(node.start).emit('OpCall', node.args.length);
        }
        break;
      case 'member':
        this.from(node.at).emit('OpGetField', this.nameConstant(node.name));
        break;
      case 'index':
        this.value(node.key);
        this.from(node.at).emit(this.context.dialect === 'monkey' ? 'OpElement' : 'OpIndex');
    }
  }

  protected nameConstant(name: string): number {
    return this.live ? this.context.module.constant(name) : 0;
  }

  private leaf(node: Expression): void {
    if (!this.live) return;
    const known = this.known(node);
    if (known !== undefined) {
      this.constant(known, node.start);
      return;
    }
    this.from(node.start);
    switch (node.kind) {
      case 'literal':
        this.constant(node.value, node.start);
        break;
      case 'name':
        this.load(this.variableOf(node));
        break;
      case 'interpolation':
        for (const piece of node.pieces) this.value(piece);
        this.from(node.start).emit('OpInterpolate', node.pieces.length);
        return;
      case 'array':
        for (const element of node.elements) this.value(element);
        this.from(node.start).emit('OpArray', node.elements.length);
        return;
      case 'map':
        for (const { key, value } of node.entries) {
          this.value(key);
          this.value(value);
        }
        this.from(node.start).emit('OpMap', node.entries.length);
        return;
      case 'function':
        this.closure(node);
        break;
      case 'new':
        this.value(node.callee);
        for (const argument of node.args) this.value(argument);
        this.from(node.start).emit('OpNew', node.args.length);
        return;
      case 'superCall':
        this.load(this.variableOf(node.superclass));
        this.emit('OpSuperMethod', this.nameConstant(node.method));
        for (const argument of node.args) this.value(argument);
        this.from(node.start).load(this.variableOf(node.self));
        this.emit('OpCall', node.args.length + 1);
        return;
      case 'unary':
        this.value(node.operand);
        this.from(node.start).emit(unaryOps[node.operator]);
        return;
      case 'logical':
        this.logical(node);
        break;
      case 'assignment':
        this.assignment(node, true);
        break;
      case 'if':
        this.conditional(node, true);
        break;
      case 'block':
        this.block(node, true);
        break;
    }
  }

  protected constant(value: Known, start: number): void {
    if (!this.live) return;
    this.from(start);
    if (value === null) this.emit('OpNull');
    else if (typeof value === 'boolean') this.emit(value ? 'OpTrue' : 'OpFalse');
    else this.emit('OpConstant', this.context.module.constant(value));
  }

  /** Pushes a new closure. @returns the index of its function */
  protected closure(node: FunctionLiteral): number {
    if (!this.live) return 0;
    const scope = this.context.resolution.functions.get(node)!;
    this.from(node.start);
    for (const variable of scope.free.keys()) this.captured(variable);
    const index = this.context.schedule(node, scope);
    this.emit('OpClosure', index, scope.free.size);
    return index;
  }

  /** Pushes what a closure captures: a value, or the box of a variable that lives in one. */
  private captured(variable: LocalVariable): void {
    if (this.scope.isSelf(variable)) this.emit('OpSelf');
    else if (variable.owner === this.scope) this.emit('OpGetLocal', this.slotOf(variable));
    else this.emit('OpGetFree', this.scope.free.get(variable)!);
  }

  /** The operands of a chain that are worth code: what is known to be passed over is left out, what never comes too. */
  private worthyOperands(node: Logical): Expression[] {
    const decides = node.operator === '||';
    const worthy: Expression[] = [];
    const operands = logicalOperands(node);
    for (const [i, operand] of operands.entries()) {
      const known = this.known(operand);
      if (known !== undefined && isTruthy(known) !== decides && i < operands.length - 1) continue;
      worthy.push(operand);
      if (known !== undefined && isTruthy(known) === decides) break;
    }
    return worthy;
  }

  private logical(node: Logical): void {
    const end = new Label();
    const operands = this.worthyOperands(node);
    for (const [i, operand] of operands.entries()) {
      this.value(operand);
      if (i < operands.length - 1) this.from(node.at).jump(node.operator === '&&' ? 'OpAnd' : 'OpOr', end);
    }
    this.mark(end);
  }

  private conditional(node: If, wanted: boolean): void {
    const end = new Label();
    for (const [i, { condition, body }] of node.branches.entries()) {
      const known = this.known(condition);
      if (known !== undefined && !isTruthy(known)) continue;
      const next = new Label();
      if (known === undefined) this.condition(condition, next, false);
      this.block(body, wanted);
      const last = i === node.branches.length - 1 && node.otherwise === undefined && !wanted;
      if (known !== undefined) return void this.mark(end);
      if (!last) this.jump('OpJump', end);
      this.mark(next);
    }
    if (node.otherwise !== undefined) this.block(node.otherwise, wanted);
    else if (wanted) this.constant(null, node.start);
    this.mark(end);
  }

  // Conditions

  /** Jumps to `target` if the truth of an expression is `when`, else falls through. */
  protected condition(node: Expression, target: Label, when: boolean): void {
    const known = this.known(node);
    if (known !== undefined) {
      if (isTruthy(known) === when) this.from(node.start).jump('OpJump', target);
      return;
    }
    if (node.kind === 'unary' && node.operator === '!') {
      this.condition(node.operand, target, !when);
      return;
    }
    if (node.kind === 'logical') {
      this.logicalCondition(node, target, when);
      return;
    }
    this.value(node);
    this.from(node.start).jump(when ? 'OpJumpIfTrue' : 'OpJumpIfFalse', target);
  }

  private logicalCondition(node: Logical, target: Label, when: boolean): void {
    const operands = this.worthyOperands(node);
    const decides = node.operator === '||';
    const last = operands.pop()!;
    // An operand that decides against the jump skips the rest.
    const past = new Label();
    for (const operand of operands) this.condition(operand, decides === when ? target : past, decides);
    this.condition(last, target, when);
    this.mark(past);
  }

  // Effects

  /** Does an expression and leaves nothing. */
  protected effect(node: Expression): void {
    switch (node.kind) {
      case 'assignment':
        this.assignment(node, false);
        return;
      case 'if':
        this.conditional(node, false);
        return;
      case 'block':
        this.block(node, false);
        return;
      case 'logical':
        if (this.known(node) === undefined) {
          this.logicalEffect(node);
          return;
        }
    }
    this.value(node);
    this.emit('OpPop');
  }

  /** All but the last are conditions of the last. */
  private logicalEffect(node: Logical): void {
    const end = new Label();
    const operands = this.worthyOperands(node);
    const last = operands.pop()!;
    for (const operand of operands) this.condition(operand, end, node.operator === '||');
    this.effect(last);
    this.mark(end);
  }
}
