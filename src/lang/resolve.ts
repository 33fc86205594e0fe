/**
 * The resolver: what every name means, which variables closures capture, and which of those live in boxes. The code
 * generator looks the answers up and decides nothing.
 *
 * A function's body is resolved after the function around it, when all its declarations are known: that is what makes
 * later declarations visible from nested functions, and it keeps nested functions off the host's stack.
 */

import {
  type Block,
  type CatchClause,
  type ClassDeclaration,
  type Expression,
  type For,
  type FunctionLiteral,
  type Let,
  leftOf,
  logicalOperands,
  type Method,
  type Name,
  type SpineNode,
  type Statement,
} from './ast';
import { makeConstructor } from './constructors';
import type { Report } from './diagnostics';
import { Names, type Pending, type ResolveOptions } from './names';
import { problems } from './problems';
import { FunctionScope, type LocalVariable, Scope, type ScopeNode, type Variable } from './scope';

export interface Resolution {
  readonly program: FunctionScope;
  /** The names that the source declares or imports at its top level. */
  readonly top: Scope;
  /** How many arguments the constructors of classes take, by the variables of the classes. */
  readonly classes: ReadonlyMap<Variable, number | undefined>;
  readonly functions: ReadonlyMap<FunctionLiteral, FunctionScope>;
  /** What each name stands for, where it is used and where it is declared. */
  readonly names: ReadonlyMap<Name, Variable>;
  /** The constructor of each class that has one of its own, written or made. */
  readonly constructors: ReadonlyMap<ClassDeclaration, Method>;
  /** Variables whose boxes are made when the scope is entered. */
  readonly boxes: ReadonlyMap<ScopeNode, readonly LocalVariable[]>;
  /** All locals, in the order of their declarations. */
  readonly locals: readonly LocalVariable[];
}

/**
 * Resolves a program that parsed without error.
 * @param report receives what is wrong; the resolution is whole only if nothing was
 */
export function resolve(program: Block, report: Report, options: ResolveOptions): Resolution {
  return new Resolver(program, report, options).resolve(program);
}

class Resolver extends Names {
  private readonly constructors = new Map<ClassDeclaration, Method>();

  resolve(program: Block): Resolution {
    this.statements(program.statements);
    for (const name of this.early) this.resolveEarly(name);
    // The list grows while it is walked.
    for (const pending of this.pending) this.functionBody(pending);
    this.reportUndeclared();
    for (const variable of this.locals) variable.settle();
    for (const { fn, variable } of this.captures) fn.capture(variable);
    const { functions, names, locals, classes, constructors, top } = this;
    const boxes = this.hoistedBoxes();
    return { program: top.fn, top, functions, names, locals, classes, constructors, boxes };
  }

  private hoistedBoxes(): Map<ScopeNode, LocalVariable[]> {
    const boxes = new Map<ScopeNode, LocalVariable[]>();
    for (const variable of this.locals) {
      if (!variable.boxed || !variable.hoisted) continue;
      const list = boxes.get(variable.home);
      if (list) list.push(variable);
      else boxes.set(variable.home, [variable]);
    }
    return boxes;
  }

  private functionBody(pending: Pending): void {
    const { literal, fn } = pending;
    this.site = pending;
    this.scope = new Scope(pending.scope, fn, literal);
    for (const parameter of literal.parameters) {
      const twice = this.scope.own(parameter.name) !== undefined;
      if (twice) this.report.add(problems.duplicateParameter(parameter.name), parameter.start, parameter.end);
      this.declareLocal(parameter, false);
    }
    this.initializers(literal, pending.scope);
    if (this.options.dialect === 'weft') this.block(literal.body);
    else this.statements(literal.body.statements);
  }

  /** The first values of fields: they see what the class sees, and `this`. */
  private initializers(literal: FunctionLiteral, outside: Scope): void {
    const { scope } = this;
    this.scope = new Scope(outside, scope.fn, literal);
    for (const parameter of literal.parameters.slice(-1)) this.scope.declare(scope.own(parameter.name)!);
    for (const initializer of literal.construction?.initializers ?? []) this.expression(initializer);
    this.scope = scope;
  }

  private classDeclaration(node: ClassDeclaration): void {
    const { superclass, superName, name, methods, staticFields, staticMethods } = node;
    if (superclass !== undefined) this.expression(superclass);
    this.openScope(node);
    if (superclass !== undefined) this.declareLocal(superName);
    const inside = this.scope;
    const constructorMethod = node.constructorMethod ?? this.madeConstructor(node);
    if (constructorMethod !== undefined) this.constructors.set(node, constructorMethod);
    for (const { literal } of methods) this.functionLiteral(literal);
    if (constructorMethod !== undefined) this.functionLiteral(constructorMethod.literal);
    this.closeScope();
    this.declare(name);
    const own = constructorMethod?.literal.parameters;
    this.classes.set(this.names.get(name)!, own === undefined ? this.inheritedArity(node) : own.length - 1);
    const outside = this.scope;
    this.scope = inside;
    for (const { literal } of staticMethods) this.functionLiteral(literal);
    for (const { value } of staticFields) if (value !== undefined) this.expression(value);
    this.scope = outside;
  }

  /** The constructor of a class that has none but whose fields have first values. */
  private madeConstructor(node: ClassDeclaration): Method | undefined {
    const { name, fields } = node;
    if (!fields.some(({ value }) => value !== undefined)) return undefined;
    const arity = this.inheritedArity(node);
    if (arity !== undefined) return makeConstructor(node, arity);
    this.report.add(problems.constructorNeeded(name.name), name.start, name.end);
    return undefined;
  }

  /** How many arguments the constructor takes that a class inherits; `undefined` where its superclass is not known here. */
  private inheritedArity({ superclass }: ClassDeclaration): number | undefined {
    if (superclass === undefined) return 0;
    const variable = superclass.kind === 'name' ? this.names.get(superclass) : undefined;
    return variable && this.classes.get(variable);
  }

  private letStatement({ name, value }: Let): void {
    let literal: FunctionScope | undefined;
    if (value?.kind === 'function') literal = this.functionLiteral(value);
    else if (value !== undefined) this.expression(value);
    this.declare(name);
    const variable = this.names.get(name)!;
    if (literal !== undefined) literal.self = variable;
  }

  // Statements

  private openScope(home: ScopeNode): void {
    this.scope = new Scope(this.scope, this.scope.fn, home);
  }

  private closeScope(): void {
    this.scope = this.scope.parent!;
  }

  /** Begins a loop, whose parts may run again and again. */
  private openLoop(loop: Statement): void {
    this.scope.fn.loops.push(loop);
  }

  private closeLoop(): void {
    this.scope.fn.loops.pop();
  }

  private block(block: Block): void {
    if (this.options.dialect === 'monkey') {
      this.statements(block.statements);
    } else {
      this.openScope(block);
      this.statements(block.statements);
      this.closeScope();
    }
  }

  private statements(statements: readonly Statement[]): void {
    for (const statement of statements) this.statement(statement);
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
        this.expression(node.expression);
        break;
      case 'while':
        this.openLoop(node);
        this.expression(node.condition);
        this.block(node.body);
        this.closeLoop();
        break;
      case 'doWhile':
        this.openLoop(node);
        this.block(node.body);
        this.expression(node.condition);
        this.closeLoop();
        break;
      case 'for':
        this.openScope(node);
        this.forStatement(node);
        this.closeScope();
        break;
      case 'forIn':
        this.expression(node.iterable);
        this.openLoop(node);
        this.openScope(node.body);
        this.declareLocal(node.name);
        this.block(node.body);
        this.closeScope();
        this.closeLoop();
        break;
      case 'break':
      case 'continue':
        if (this.scope.fn.loops.length === 0) {
          this.report.add(problems.outsideLoop(node.kind), node.start, node.end);
        }
        return;
      case 'return':
        if (node.value !== undefined) this.expression(node.value);
        return;
      case 'throw':
        this.expression(node.value);
        break;
      case 'try':
        this.block(node.body);
        if (node.handler !== undefined) this.catchClause(node.handler);
        if (node.finalizer !== undefined) this.block(node.finalizer);
    }
  }

  /**
   * A `for`'s own variable is fresh in every iteration, so its loop counts as outside its scope; and a fresh one meets
   * the step before the condition and the body.
   */
  private forStatement(node: For): void {
    const { init } = node;
    if (init?.kind === 'let') this.forVariable(node, init);
    else if (init !== undefined) this.expression(init);
    if (init?.kind !== 'let') this.openLoop(node);
    if (node.step !== undefined) this.expression(node.step);
    if (node.condition !== undefined) this.expression(node.condition);
    this.block(node.body);
    this.closeLoop();
  }

  /** Opens the loop, with its variable. */
  private forVariable(node: For, { name, value }: Let): void {
    let literal: FunctionScope | undefined;
    if (value?.kind === 'function') literal = this.functionLiteral(value);
    else if (value !== undefined) this.expression(value);
    this.openLoop(node);
    this.declareLocal(name);
    if (literal !== undefined) literal.self = this.names.get(name);
  }

  private catchClause({ name, body }: CatchClause): void {
    if (name === undefined) {
      this.block(body);
      return;
    }
    this.openScope(body);
    this.declareLocal(name);
    this.block(body);
    this.closeScope();
  }

  // Expressions

  private functionLiteral(literal: FunctionLiteral): FunctionScope {
    const { scope } = this;
    const fn = new FunctionScope(scope.fn);
    const pending = { literal, scope, fn, time: this.time++, loops: [...scope.fn.loops] };
    this.functions.set(literal, fn);
    this.sites.set(fn, pending);
    this.pending.push(pending);
    return fn;
  }

  /** In the order of evaluation; left spines by a loop. */
  private expression(node: Expression): void {
    const spine: SpineNode[] = [];
    let leaf = node;
    for (let left = leftOf(leaf); left !== undefined; left = leftOf(leaf)) {
      spine.push(leaf as SpineNode); // what has a left part is one
      leaf = left;
    }
    this.leaf(leaf);
    for (let i = spine.length - 1; i >= 0; i--) {
      const part = spine[i]!;
      if (part.kind === 'binary') this.expression(part.right);
      else if (part.kind === 'index') this.expression(part.key);
      else if (part.kind === 'call') for (const argument of part.args) this.expression(argument);
    }
  }

  private leaf(node: Expression): void {
    switch (node.kind) {
      case 'name':
        this.read(node);
        break;
      case 'interpolation':
        for (const piece of node.pieces) this.expression(piece);
        return;
      case 'array':
        for (const element of node.elements) this.expression(element);
        return;
      case 'map':
        for (const { key, value } of node.entries) {
          this.expression(key);
          this.expression(value);
        }
        return;
      case 'function':
        this.functionLiteral(node);
        return;
      case 'unary':
        this.expression(node.operand);
        break;
      case 'logical':
        for (const operand of logicalOperands(node)) this.expression(operand);
        return;
      case 'assignment':
        this.assignment(node);
        break;
      case 'new':
        this.expression(node.callee);
        for (const argument of node.args) this.expression(argument);
        return;
      case 'superCall':
        this.read(node.superclass);
        for (const argument of node.args) this.expression(argument);
        this.read(node.self);
        return;
      case 'if':
        for (const { condition, body } of node.branches) {
          this.expression(condition);
          this.block(body);
        }
        if (node.otherwise !== undefined) this.block(node.otherwise);
        return;
      case 'block':
        this.block(node);
        break;
    }
  }

  private assignment(node: Extract<Expression, { kind: 'assignment' }>): void {
    const { target } = node;
    if (target.kind === 'index') {
      this.expression(target.collection);
      this.expression(target.key);
      this.expression(node.value);
    } else if (target.kind === 'member') {
      this.expression(target.object);
      this.expression(node.value);
    } else {
      this.expression(node.value);
      this.write(target);
    }
  }
}
