/**
 * Code for statements, functions and whole modules.
 */

import { type FunctionBuilder, Label, type ModuleBuilder } from '../bytecode/builder';
import type { Block, Expression, For, ForIn, FunctionLiteral, Let, Statement } from './ast';
import { Folder, isTruthy } from './fold';
import { ClassGenerator } from './generate-classes';
import type { ModuleContext } from './generate-expressions';
import { optimizeItems } from './peephole';
import type { FunctionScope, LocalVariable } from './scope';

export interface GenerateOptions extends Pick<ModuleContext, 'dialect'> {
  readonly optimize: boolean;
}

/** A file that has been resolved. */
export interface ResolvedFile extends Pick<ModuleContext, 'report' | 'resolution'> {
  readonly source: Block;
  /** Where the program's own source has the import that leads to it. */
  readonly importedAt: number;
}

/** A file's function, to be called before the program begins. */
interface Dependency {
  readonly index: number;
  readonly at: number;
}

/**
 * Writes the code of a resolved program into a module that is empty but for the names of earlier modules.
 * @param files in the order in which they run; the last is the program, which calls the others
 */
export function generate(
  files: readonly ResolvedFile[],
  module: ModuleBuilder,
  { dialect, optimize }: GenerateOptions,
): void {
  const folder = optimize ? new Folder(dialect) : undefined;
  const waiting: FunctionGenerator[] = [];
  const begin = (resolved: ResolvedFile, name: string, dependencies: readonly Dependency[]): number => {
    const { report, resolution, source } = resolved;
    const file = module.file(report.source.file);
    const schedule = (literal: FunctionLiteral, scope: FunctionScope): number => {
      const out = module.function(literal.name ?? 'anonymous', literal.parameters.length, file);
      for (const { name } of scope.free.keys()) out.free(name);
      waiting.push(new FunctionGenerator(context, scope, out, literal.body, literal));
      return out.index;
    };
    const context: ModuleContext = { module, report, resolution, dialect, folder, schedule };
    const out = module.function(name, 0, file);
    const { program } = resolution;
    waiting.push(new FunctionGenerator(context, program, out, source, undefined, dependencies));
    return out.index;
  };
  const dependencies: Dependency[] = [];
  begin(files.at(-1)!, 'program', dependencies);
  for (const file of files.slice(0, -1)) {
    // One that only passes names on has nothing to run.
    if (file.source.statements.length === 0) continue;
    dependencies.push({ index: begin(file, file.report.source.file, []), at: file.importedAt });
  }
  // The list grows while it is walked.
  for (const generator of waiting) {
    generator.run();
    if (optimize) generator.optimize();
  }
}

class FunctionGenerator extends ClassGenerator {
  constructor(
    context: ModuleContext,
    scope: FunctionScope,
    out: FunctionBuilder,
    private readonly body: Block,
    private readonly literal: FunctionLiteral | undefined,
    private readonly dependencies: readonly Dependency[] = [],
  ) {
    super(context, scope, out);
  }

  run(): void {
    for (const { index, at } of this.dependencies) {
      this.from(at).emit('OpClosure', index, 0).emit('OpCall', 0).emit('OpPop');
    }
    this.from(this.body.start);
    this.openScope();
    if (this.literal !== undefined) {
      this.parameters(this.literal.parameters);
      this.makeBoxes(this.literal);
    }
    if (this.literal?.construction !== undefined) this.construct(this.literal);
    else this.block(this.body, true);
    this.closeScope();
  }

  /** A constructor: its statements with the first values of the fields among them, and `this`. */
  private construct(literal: FunctionLiteral): void {
    const { statements, end } = this.body;
    this.openScope();
    this.makeBoxes(this.body);
    statements.forEach((statement, i) => {
      if (i === literal.construction!.after) this.initialize(literal);
      if (this.live) this.statement(statement);
    });
    if (statements.length === literal.construction!.after) this.initialize(literal);
    this.from(Math.max(0, end - 1)).pushSelf(literal);
    this.closeScope();
  }

  optimize(): void {
    this.out.code = optimizeItems(this.out.code, this.boundaries);
  }

  // Statements

  protected block(node: Block, wanted: boolean): void {
    if (this.context.dialect === 'monkey') {
      this.statements(node, wanted);
      return;
    }
    this.openScope();
    this.makeBoxes(node);
    this.statements(node, wanted);
    this.closeScope();
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
      case 'class':
        this.classDeclaration(node);
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
        this.openScope();
        this.forLoop(node);
        this.closeScope();
        break;
      case 'forIn':
        this.openScope();
        this.forIn(node);
        this.closeScope();
        break;
      case 'break':
      case 'continue':
        this.from(node.start);
        this.exit(node.kind);
        break;
      case 'return':
        if (node.value !== undefined) this.value(node.value);
        else if (this.literal?.construction !== undefined) this.pushSelf(this.literal);
        else this.constant(null, node.start);
        this.from(node.start);
        this.exit('return');
        break;
      case 'throw':
        this.value(node.value);
        this.from(node.start).emit('OpThrow');
        return;
      case 'try':
        if (node.finalizer === undefined) {
          this.tryCatch(node);
          break;
        }
        this.openScope();
        this.tryFinally(node, node.finalizer);
        this.closeScope();
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
    this.openScope();
    this.emit('OpGetLocal', sequence).emit('OpGetLocal', index).emit('OpIndex');
    this.define(name);
    this.loopBody(body, end, next);
    this.closeScope();
    this.mark(next);
    this.from(iterable.start).emit('OpGetLocal', index).emit('OpConstant', module.constant(1));
    this.emit('OpAdd').emit('OpSetLocal', index).jump('OpLoop', head);
    this.mark(end);
  }
}
