/**
 * The way in for whoever compiles to Heddle: instructions and labels by name, and a module at the end. It lays out the
 * code, chooses wide forms, finds the heights of handlers and what stack each function needs.
 *
 * ```ts
 * const module = new ModuleBuilder();
 * const main = module.function('main');
 * main.emit('OpConstant', module.constant(2)).emit('OpConstant', module.constant(3)).emit('OpAdd');
 * module.build(); // 2 + 3
 * ```
 */

import { narrow } from '../isa/isa';
import type { Handler } from '../runtime/linked';
import { buildErrors } from './build-error';
import { classProblem, partsOf } from './classes';
import { findHeights, unknownHeight } from './heights';
import {
  checkShape,
  type Item,
  type JumpOpName,
  Label,
  type Layout,
  layOut,
  offsetOf,
  type PlainOpName,
} from './layout';
import {
  type Constant,
  type FunctionDebug,
  type LineEntry,
  type LocalName,
  type Module,
  type ModuleClass,
  type ModuleFunction,
  moduleLimits,
} from './module';
import { Pool } from './pool';
import { operandBounds } from './ranges';

export { BuildError, type BuildErrorData, type BuildErrorKind } from './build-error';
export { type Item, type JumpOpName, Label, type LabelItem, type OpItem, type PlainOpName } from './layout';

/** A pool whose items are there once, up to a limit. */
class Interned<T extends string | number> {
  private readonly pool = new Pool<T>();

  constructor(
    private readonly what: string,
    private readonly most: number,
  ) {}

  get items(): readonly T[] {
    return this.pool.items;
  }

  add(item: T): number {
    const known = this.pool.find(item);
    if (known !== undefined) return known;
    const count = this.items.length + 1;
    if (count > this.most) throw buildErrors.limit(this.what, this.most, count);
    return this.pool.add(item);
  }
}

interface LabelledHandler {
  readonly start: Label;
  readonly end: Label;
  readonly target: Label;
  readonly kind: Handler['kind'];
}

interface LabelledName {
  readonly slot: number;
  readonly name: string;
  readonly start: Label;
  readonly end: Label;
}

/** Builds one module; `build` may be called again after more was added. */
export class ModuleBuilder {
  private readonly constants = new Interned<Constant>('constants', moduleLimits.constants);
  private readonly globals = new Interned<string>('globals', moduleLimits.globals);
  private readonly imports = new Interned<string>('imports', moduleLimits.imports);
  private readonly files = new Interned<string>('files', moduleLimits.files);
  private readonly functions: FunctionBuilder[] = [];
  private readonly classes: ModuleClass[] = [];

  /**
   * The index of a constant; equal ones share one. `-0` and `0` differ, `NaN` equals `NaN`.
   * @throws BuildError beyond the limit, as everything here that adds to the module
   */
  constant(value: Constant): number {
    return this.constants.add(value);
  }

  /** The index of a global name. */
  global(name: string): number {
    return this.globals.add(name);
  }

  /** The index of a name that the host must provide. */
  import(name: string): number {
    return this.imports.add(name);
  }

  /** The index of a source file, for debug information. */
  file(name: string): number {
    return this.files.add(name);
  }

  /**
   * A new function; the first is the program.
   * @param file index of its source; debug information is kept where it is given
   */
  function(name: string, arity = 0, file?: number): FunctionBuilder {
    const index = this.functions.length;
    if (index >= moduleLimits.functions) {
      throw buildErrors.limit('functions', moduleLimits.functions, index + 1);
    }
    if (arity > moduleLimits.arguments) {
      throw buildErrors.limit('arguments', moduleLimits.arguments, arity, name);
    }
    if (!Number.isInteger(arity) || arity < 0) throw buildErrors.operand(name, `arity ${arity} is no count`);
    if (file !== undefined && !(file in this.files.items)) {
      throw buildErrors.operand(name, `there is no file ${file}`);
    }
    const fn = new FunctionBuilder(index, name, arity, file);
    this.functions.push(fn);
    return fn;
  }

  /**
   * The index of a new class. The functions of its methods have been begun; each has `this` as its last argument. `OpClass`
   * takes the superclass or `null`, and a closure of each method in this order.
   */
  class(definition: ModuleClass): number {
    if (this.classes.length >= moduleLimits.classes) {
      throw buildErrors.limit('classes', moduleLimits.classes, this.classes.length + 1);
    }
    const problem = classProblem(definition, this.functions);
    if (problem !== undefined) throw buildErrors.class(problem);
    return this.classes.push(definition) - 1;
  }

  /**
   * The module as it stands. Its code needs no verification.
   * @throws BuildError for labels that are not marked, jumps in the wrong direction, stack heights that do not fit,
   *   operands out of range, and anything beyond `moduleLimits`
   */
  build(): Module {
    const program = this.functions[0];
    if (program === undefined) throw buildErrors.program('there is no function');
    if (program.arity > 0) throw buildErrors.program('it takes no arguments');
    if (program.freeNames.length > 0) throw buildErrors.program('it captures no variables');
    return {
      constants: [...this.constants.items],
      functions: this.functions.map((fn) => this.buildFunction(fn)),
      classes: [...this.classes],
      globals: [...this.globals.items],
      imports: [...this.imports.items],
      files: [...this.files.items],
    };
  }

  private buildFunction(fn: FunctionBuilder): ModuleFunction {
    const { name, arity, localCount, freeNames } = fn;
    if (localCount > moduleLimits.locals) {
      throw buildErrors.limit('locals', moduleLimits.locals, localCount, name);
    }
    if (freeNames.length > moduleLimits.free) {
      throw buildErrors.limit('captured variables', moduleLimits.free, freeNames.length, name);
    }
    const bounds = operandBounds({
      constants: this.constants.items.length,
      functions: this.functions.length,
      classes: this.classes.length,
      globals: this.globals.items.length,
      imports: this.imports.items.length,
      locals: localCount,
      free: freeNames.length,
      code: moduleLimits.code,
    });
    const layout = layOut(name, fn.code, bounds);
    this.checkCounts(fn);
    const unmeasured = fn.bindHandlers(layout);
    const found = findHeights(layout.code, unmeasured);
    if ('rule' in found) throw buildErrors.height(name, found);
    const { maxStack, handlerHeights } = found;
    if (maxStack > moduleLimits.stack) {
      throw buildErrors.limit('operands', moduleLimits.stack, maxStack, name);
    }
    const handlers = unmeasured.map((handler, i) => ({ ...handler, height: handlerHeights[i]! }));
    const freeCount = freeNames.length;
    const built = { name, arity, localCount, freeCount, maxStack, code: layout.code, handlers };
    return fn.file === undefined ? built : { ...built, debug: fn.debugInformation(fn.file, layout) };
  }

  /** What counts must be for operands to make sense together. */
  private checkCounts(fn: FunctionBuilder): void {
    for (const item of fn.code) {
      if (item.kind !== 'op') continue;
      const [index, count] = item.operands;
      if (item.op === 'OpClosure') {
        const callee = this.functions[index!]!;
        const wanted = callee.freeNames.length;
        if (count !== wanted) {
          const detail = `OpClosure captures ${count} variables, '${callee.name}' has ${wanted}`;
          throw buildErrors.operand(fn.name, detail);
        }
      } else if (item.op === 'OpClass') {
        const { name, methods } = this.classes[index!]!;
        if (count !== partsOf({ methods })) {
          const detail = `OpClass takes ${count} parts, class '${name}' has ${partsOf({ methods })}`;
          throw buildErrors.operand(fn.name, detail);
        }
      } else if (narrow[item.op].operands[0]?.kind === 'name') {
        const name = this.constants.items[index!];
        if (typeof name !== 'string') {
          throw buildErrors.operand(fn.name, `${item.op}: constant ${index} is not a string`);
        }
        if (name.length > moduleLimits.memberName) {
          throw buildErrors.limit('characters in the name of a member', moduleLimits.memberName, name.length);
        }
      }
    }
  }
}

/** Builds one function of a module. Made by `ModuleBuilder.function`. */
export class FunctionBuilder {
  /** Symbolic instructions, in order; optimisers may replace its content before `build`. */
  code: Item[] = [];
  /** Slots of arguments and locals so far. */
  localCount: number;
  /** Names of the captured variables so far. */
  readonly freeNames: string[] = [];
  private readonly handlers: LabelledHandler[] = [];
  private readonly localNames: LabelledName[] = [];
  private line = 0;
  private column = 0;

  constructor(
    readonly index: number,
    readonly name: string,
    readonly arity: number,
    readonly file: number | undefined,
  ) {
    this.localCount = arity;
  }

  /**
   * Adds an instruction without a target.
   * @throws BuildError where it takes another number of operands
   */
  emit(op: PlainOpName, ...operands: number[]): this {
    checkShape(this.name, op, operands, undefined);
    this.code.push({ kind: 'op', op, operands, line: this.line, column: this.column });
    return this;
  }

  /** Adds a jump. All but `OpLoop` go forward, `OpLoop` goes to itself or back. */
  jump(op: JumpOpName, label: Label): this {
    checkShape(this.name, op, [], label);
    this.code.push({ kind: 'op', op, operands: [], label, line: this.line, column: this.column });
    return this;
  }

  /** A place that is not marked yet. */
  label(): Label {
    return new Label();
  }

  /** Puts a label before the next instruction. */
  mark(label: Label): this {
    this.code.push({ kind: 'label', label });
    return this;
  }

  /** The source place of what is added next; both count from 1. Line 0 stands for the place of what was added before. */
  at(line: number, column: number): this {
    if (!isPlace(line, column))
      throw buildErrors.operand(this.name, `${line}:${column} is no place in a file`);
    this.line = line;
    this.column = column;
    return this;
  }

  /** A new slot, after the arguments and the locals so far. */
  local(): number {
    return this.localCount++;
  }

  /** A new captured variable. */
  free(name: string): number {
    return this.freeNames.push(name) - 1;
  }

  /** Names a slot for debuggers and messages, between two labels. */
  nameLocal(slot: number, name: string, start: Label, end: Label): this {
    this.localNames.push({ slot, name, start, end });
    return this;
  }

  /**
   * Sends errors of the code between two labels to a third, at or after `end`. Inner handlers are added first. The operands kept
   * are those at `start`; handlers of one target keep what there is at the earliest start among them.
   */
  handler(start: Label, end: Label, target: Label, kind: Handler['kind']): this {
    this.handlers.push({ start, end, target, kind });
    return this;
  }

  /** The handlers with their labels bound and their heights not yet known; those that cover nothing are left out. */
  bindHandlers({ labels }: Layout): Handler[] {
    const { name } = this;
    const bind = (label: Label): number => offsetOf(name, labels, label);
    const handlers = this.handlers
      .map(({ kind, ...at }) => ({ start: bind(at.start), end: bind(at.end), target: bind(at.target), kind }))
      .filter(({ start, end }) => start !== end);
    if (handlers.length > moduleLimits.handlers) {
      throw buildErrors.limit('handlers', moduleLimits.handlers, handlers.length, name);
    }
    for (const { start, end, target } of handlers) {
      if (start > end) throw buildErrors.handler(name, 'a handler ends before it starts');
      if (target < end) throw buildErrors.handler(name, 'a handler lies before the end of what it covers');
    }
    return handlers.map((handler) => ({ ...handler, height: unknownHeight }));
  }

  /** What debuggers need to know, from the places and names that were given. */
  debugInformation(file: number, layout: Layout): FunctionDebug {
    return {
      file,
      lines: this.lineEntries(layout.offsets),
      locals: this.boundNames(layout),
      free: [...this.freeNames],
    };
  }

  private lineEntries(offsets: Int32Array): LineEntry[] {
    const lines: LineEntry[] = [];
    this.code.forEach((item, i) => {
      if (item.kind !== 'op' || item.line === 0) return;
      const { line, column } = item;
      const last = lines.at(-1);
      if (last?.line === line && last.column === column) return;
      // Instructions without a place before the first that has one share its place.
      lines.push({ pc: last === undefined ? 0 : offsets[i]!, line, column });
    });
    return lines;
  }

  private boundNames({ labels }: Layout): LocalName[] {
    return this.localNames
      .map(({ slot, name, start, end }) => {
        if (slot >= this.localCount)
          throw buildErrors.operand(this.name, `there is no local ${slot} to name`);
        return {
          slot,
          name,
          start: offsetOf(this.name, labels, start),
          end: offsetOf(this.name, labels, end),
        };
      })
      .filter(({ start, end }) => start < end);
  }
}

const isPlace = (line: number, column: number): boolean =>
  line >>> 0 === line && column >>> 0 === column && (line === 0 || column > 0);
