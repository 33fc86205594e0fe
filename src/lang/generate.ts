/**
 * Code for statements, functions and whole modules.
 */

import { type FunctionBuilder, Label, type ModuleBuilder } from '../bytecode/builder';
import type { Block, Expression, For, ForIn, FunctionLiteral, Let, Name, Statement, Try } from './ast';
import { type Context, type ExitKind, exitCodes, type Guard, type Protection } from './exits';
import { Folder, isTruthy } from './fold';
import { ExpressionGenerator, type ModuleContext } from './generate-expressions';
import { optimizeItems } from './peephole';
import type { FunctionScope, LocalVariable, ScopeNode } from './scope';

export interface GenerateOptions extends Omit<ModuleContext, 'folder' | 'schedule' | 'module'> {
  readonly optimize: boolean;
}

/** Writes the code of a resolved program into a module that is empty but for the names of earlier modules. */
export function generate(program: Block, module: ModuleBuilder, options: GenerateOptions): void {
  const { report, resolution, dialect, optimize } = options;
  const file = module.file(report.source.file);
  const waiting: FunctionGenerator[] = [];
  const schedule = (literal: FunctionLiteral, scope: FunctionScope): number => {
    const out = module.function(literal.name ?? 'anonymous', literal.parameters.length, file);
    for (const { name } of scope.free.keys()) out.free(name);
    waiting.push(new FunctionGenerator(context, scope, out, literal.body, literal));
    return out.index;
  };
  const folder = optimize ? new Folder(dialect) : undefined;
  const context: ModuleContext = { module, report, resolution, dialect, folder, schedule };
  const main = module.function('program', 0, file);
  waiting.push(new FunctionGenerator(context, resolution.program, main, program, undefined));
  // The list grows while it is walked.
  for (const generator of waiting) {
    generator.run();
    if (optimize) generator.optimize();
  }
}

class FunctionGenerator extends ExpressionGenerator {
  /** What `break`, `continue` and `return` have to pass, the innermost last. */
  private readonly contexts: Context[] = [];
  /** For each scope that is open: the variables in it, and where their names begin. */
  private readonly scopes: { readonly slot: number; readonly name: string; readonly start: Label }[][] = [];

  constructor(
    context: ModuleContext,
    scope: FunctionScope,
    out: FunctionBuilder,
    private readonly body: Block,
    private readonly literal: FunctionLiteral | undefined,
  ) {
    super(context, scope, out);
  }

  run(): void {
    this.from(this.body.start);
    this.inScope(() => {
      if (this.literal !== undefined) {
        this.parameters(this.literal.parameters);
        this.makeBoxes(this.literal);
      }
      this.block(this.body, true);
    });
  }

  optimize(): void {
    this.out.code = optimizeItems(this.out.code, this.boundaries);
  }

  // Scopes

  private inScope(generate: () => void): void {
    this.scopes.push([]);
    generate();
    for (const { slot, name, start } of this.scopes.pop()!) {
      if (name !== '') this.out.nameLocal(slot, name, start, this.here());
      if (slot >= this.out.arity) this.giveBack(slot);
    }
  }

  /** Notes that a variable lives in its slot from here to the end of the scope. */
  private begin(name: string, slot: number): void {
    this.scopes.at(-1)!.push({ slot, name, start: this.here() });
  }

  /** A slot for the generator's own use, up to the end of the scope. */
  private hiddenSlot(): number {
    const slot = this.takeSlot();
    this.scopes.at(-1)!.push({ slot, name: '', start: new Label() });
    return slot;
  }

  private makeBoxes(home: ScopeNode): void {
    for (const variable of this.context.resolution.boxes.get(home) ?? []) {
      const slot = this.slotOf(variable);
      this.begin(variable.name, slot);
      this.emit('OpEmptyBox', slot);
    }
  }

  private parameters(names: readonly Name[]): void {
    for (const [slot, name] of names.entries()) {
      const variable = this.localOf(name);
      this.bindSlot(variable, slot);
      this.begin(name.name, slot);
      if (variable.boxed) this.emit('OpMakeBox', slot);
    }
  }

  private localOf(name: Name): LocalVariable {
    return this.variableOf(name) as LocalVariable; // parameters and loop variables are locals
  }

  /** Gives a variable its first value, which is on top. */
  private define(name: Name): void {
    if (!this.live) return;
    const variable = this.variableOf(name);
    this.from(name.start);
    if (variable.kind === 'global') {
      this.emit('OpDefineGlobal', this.context.module.global(variable.name));
    } else if (variable.kind === 'local' && variable.declaration !== name) {
      this.defineAgain(variable);
    } else if (variable.kind === 'local') {
      const slot = this.slotOf(variable);
      if (variable.boxed && !variable.hoisted) this.emit('OpEmptyBox', slot);
      this.emit(variable.boxed ? 'OpDefineBoxed' : 'OpSetLocal', slot);
      if (!variable.hoisted) this.begin(variable.name, slot);
    }
  }

  /** A further `let` of the same variable, in Monkey. */
  private defineAgain(variable: LocalVariable): void {
    this.emit(variable.boxed ? 'OpDefineBoxed' : 'OpSetLocal', this.slotOf(variable));
  }

  // Statements

  protected block(node: Block, wanted: boolean): void {
    if (this.context.dialect === 'monkey') {
      this.statements(node, wanted);
      return;
    }
    this.inScope(() => {
      this.makeBoxes(node);
      this.statements(node, wanted);
    });
  }

  private statements({ statements, end }: Block, wanted: boolean): void {
    const last = wanted ? statements.at(-1) : undefined;
    for (const statement of statements) {
      if (!this.live) return;
      if (statement === last && last.kind === 'expression') {
        this.value(last.expression);
        return;
      }
      this.statement(statement);
    }
    if (wanted) this.constant(null, Math.max(0, end - 1));
  }

  private statement(node: Statement): void {
    switch (node.kind) {
      case 'let':
        this.letStatement(node);
        break;
      case 'expression':
        this.effect(node.expression);
        break;
      case 'while':
        this.loop(node.condition, node.body, undefined);
        break;
      case 'doWhile':
        this.doWhile(node.body, node.condition);
        break;
      case 'for':
        this.inScope(() => this.forLoop(node));
        break;
      case 'forIn':
        this.inScope(() => this.forIn(node));
        break;
      case 'break':
      case 'continue':
        this.from(node.start);
        this.exit(node.kind);
        break;
      case 'return':
        if (node.value === undefined) this.constant(null, node.start);
        else this.value(node.value);
        this.from(node.start);
        this.exit('return');
        break;
      case 'throw':
        this.value(node.value);
        this.from(node.start).emit('OpThrow');
        return;
      case 'try':
        this.tryStatement(node);
        break;
    }
  }

  private letStatement({ name, value, start }: Let): void {
    if (value === undefined) this.constant(null, start);
    else this.value(value);
    this.define(name);
  }

  // Loops

  /** The test at the head, `OpLoop` at the end; `step` comes before it, where `continue` goes. */
  private loop(condition: Expression | undefined, body: Block, step: (() => void) | undefined): void {
    const end = new Label();
    const next = new Label();
    const head = this.loopHead();
    if (condition !== undefined) this.condition(condition, end, false);
    this.loopBody(body, end, next);
    this.mark(next);
    step?.();
    this.from(condition?.start ?? body.start).jump('OpLoop', head);
    this.mark(end);
  }

  private loopBody(body: Block, breakTo: Label, continueTo: Label): void {
    this.contexts.push({ kind: 'loop', height: this.height, breakTo, continueTo });
    this.block(body, false);
    this.contexts.pop();
  }

  private doWhile(body: Block, condition: Expression): void {
    const end = new Label();
    const next = new Label();
    const head = this.loopHead();
    this.loopBody(body, end, next);
    this.mark(next);
    const known = this.known(condition);
    if (known === undefined || !isTruthy(known)) this.condition(condition, end, false);
    this.from(condition.start).jump('OpLoop', head);
    this.mark(end);
  }

  private forLoop(node: For): void {
    const { init, condition, step, body } = node;
    this.makeBoxes(node);
    if (init?.kind === 'let') this.letStatement(init);
    else if (init !== undefined) this.effect(init);
    const variable = init?.kind === 'let' ? this.localOf(init.name) : undefined;
    this.loop(condition, body, () => {
      if (variable?.boxed) this.renew(variable, body.end - 1);
      if (step !== undefined) this.effect(step);
    });
  }

  /** A new box with the same value for the next iteration, so that closures keep the one of theirs. */
  private renew(variable: LocalVariable, at: number): void {
    const slot = this.slotOf(variable);
    this.from(at).emit('OpGetBoxed', slot).emit('OpSetLocal', slot).emit('OpMakeBox', slot);
  }

  private forIn({ name, iterable, body }: ForIn): void {
    this.value(iterable);
    const sequence = this.hiddenSlot();
    const index = this.hiddenSlot();
    const { module } = this.context;
    this.from(iterable.start).emit('OpSequence').emit('OpSetLocal', sequence);
    this.emit('OpConstant', module.constant(0)).emit('OpSetLocal', index);
    const end = new Label();
    const next = new Label();
    const head = this.loopHead();
    this.from(iterable.start).emit('OpGetLocal', index).emit('OpGetLocal', sequence);
    this.emit('OpLength').emit('OpLess').jump('OpJumpIfFalse', end);
    this.inScope(() => {
      this.emit('OpGetLocal', sequence).emit('OpGetLocal', index).emit('OpIndex');
      this.define(name);
      this.loopBody(body, end, next);
    });
    this.mark(next);
    this.from(iterable.start).emit('OpGetLocal', index).emit('OpConstant', module.constant(1));
    this.emit('OpAdd').emit('OpSetLocal', index).jump('OpLoop', head);
    this.mark(end);
  }

  // Ways out

  /**
   * `break`, `continue` or `return`, whose value is then on top. Goes to its target, or by way of the nearest `finally`
   * that lies between.
   */
  private exit(kind: ExitKind): void {
    if (!this.live) return;
    const guards: Guard[] = [];
    for (const context of [...this.contexts].reverse()) {
      if (context.kind === 'guard') {
        guards.push(context);
      } else if (context.kind === 'protection') {
        if (kind === 'return') this.emit('OpSetLocal', context.value);
        this.emit('OpConstant', this.context.module.constant(exitCodes[kind]));
        this.emit('OpSetLocal', context.code);
        context.exits.add(kind);
        this.leave(guards, context.height, context.entry);
        break;
      } else if (kind !== 'return') {
        this.leave(guards, context.height, kind === 'break' ? context.breakTo : context.continueTo);
        break;
      }
    }
    this.emit('OpReturn');
  }

  /** Drops operands and jumps. Handlers that keep more operands than the target has must not cover that. */
  private leave(guards: readonly Guard[], height: number, target: Label): void {
    const passed = guards.filter((guard) => guard.height > height);
    for (const guard of passed) this.closeRange(guard);
    this.dropTo(height);
    this.jump('OpJump', target);
    for (const guard of passed) guard.open = this.boundary();
  }

  private boundary(): Label {
    const label = this.here();
    this.boundaries.add(label);
    return label;
  }

  private closeRange(guard: Guard): void {
    guard.ranges.push({ start: guard.open, end: this.boundary() });
  }

  /**
   * Generates code whose errors are caught.
   * @returns the guard, closed; `undefined` if there is no code that could fail
   */
  private guarded(generate: () => void): Guard | undefined {
    const before = this.out.code.length;
    const guard: Guard = { kind: 'guard', height: this.height, ranges: [], open: this.boundary() };
    this.contexts.push(guard);
    generate();
    this.contexts.pop();
    this.closeRange(guard);
    return this.out.code.slice(before).some((item) => item.kind === 'op') ? guard : undefined;
  }

  /** Begins the code that a guard's errors come to. */
  private handle(guard: Guard, kind: 'catch' | 'finally'): void {
    const target = this.beginHandler(guard.height);
    for (const { start, end } of guard.ranges) this.out.handler(start, end, target, kind);
  }

  private tryStatement(node: Try): void {
    if (node.finalizer === undefined) this.tryCatch(node);
    else this.tryFinally(node, node.finalizer);
  }

  private tryCatch({ body, handler }: Try): void {
    if (handler === undefined) {
      this.block(body, false);
      return;
    }
    const guard = this.guarded(() => this.block(body, false));
    if (guard === undefined) return;
    const end = new Label();
    this.from(body.end - 1).jump('OpJump', end);
    this.inScope(() => {
      this.handle(guard, 'catch');
      if (handler.name === undefined) this.emit('OpPop');
      else this.define(handler.name);
      this.block(handler.body, false);
    });
    this.mark(end);
  }

  /**
   * One copy of the `finally` block. A code says how control came to it, a value is what it carries: the error that
   * was raised or the result that was to be returned. Afterwards control goes on accordingly.
   */
  private tryFinally(node: Try, finalizer: Block): void {
    this.inScope(() => {
      const protection: Protection = {
        kind: 'protection',
        height: this.height,
        entry: new Label(),
        code: this.hiddenSlot(),
        value: this.hiddenSlot(),
        exits: new Set(),
      };
      this.contexts.push(protection);
      const guard = this.guarded(() => this.tryCatch(node));
      this.contexts.pop();
      if (guard === undefined) return this.block(finalizer, false);
      const completes = this.live;
      this.from(finalizer.start).emit('OpNull').emit('OpSetLocal', protection.code);
      this.jump('OpJump', protection.entry);
      this.handle(guard, 'finally');
      this.emit('OpSetLocal', protection.value);
      this.emit('OpConstant', this.context.module.constant(exitCodes.throw));
      this.emit('OpSetLocal', protection.code);
      this.mark(protection.entry);
      this.block(finalizer, false);
      this.from(finalizer.end - 1);
      this.dispatch(protection, completes);
    });
  }

  /** Goes on as the code of a protection says; where it says nothing, falls through. */
  private dispatch({ code, value, exits }: Protection, completes: boolean): void {
    const kinds = ['throw' as const, ...exits];
    for (const [i, kind] of kinds.entries()) {
      const next = new Label();
      if (completes || i < kinds.length - 1) {
        this.emit('OpGetLocal', code).emit('OpConstant', this.context.module.constant(exitCodes[kind]));
        this.emit('OpEqual').jump('OpJumpIfFalse', next);
      }
      if (kind === 'throw' || kind === 'return') this.emit('OpGetLocal', value);
      if (kind === 'throw') this.emit('OpThrow');
      else this.exit(kind);
      this.mark(next);
    }
  }
}
