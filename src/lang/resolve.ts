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
  type Expression,
  type For,
  type FunctionLiteral,
  type Let,
  leftOf,
  logicalOperands,
  type Name,
  type SpineNode,
  type Statement,
} from './ast';
import type { Report } from './diagnostics';
import { problems } from './problems';
import { FunctionScope, LocalVariable, Scope, type ScopeNode, type Variable } from './scope';
import { suggest } from './suggest';
import type { Dialect } from './tokens';

export interface Resolution {
  readonly program: FunctionScope;
  readonly functions: ReadonlyMap<FunctionLiteral, FunctionScope>;
  /** What each name stands for, where it is used and where it is declared. */
  readonly names: ReadonlyMap<Name, Variable>;
  /** Variables whose boxes are made when the scope is entered. */
  readonly boxes: ReadonlyMap<ScopeNode, readonly LocalVariable[]>;
  /** All locals, in the order of their declarations. */
  readonly locals: readonly LocalVariable[];
}

export interface ResolveOptions {
  readonly dialect: Dialect;
  /** Names that the host provides. */
  readonly imports: ReadonlySet<string>;
  /** Globals of earlier modules of the session. */
  readonly globals: readonly string[];
}

/**
 * Resolves a program that parsed without error.
 * @param report receives what is wrong; the resolution is whole only if nothing was
 */
export function resolve(program: Block, report: Report, options: ResolveOptions): Resolution {
  return new Resolver(program, report, options).resolve();
}

/** A function met but not entered yet. */
interface Pending {
  readonly literal: FunctionLiteral;
  readonly scope: Scope;
  readonly fn: FunctionScope;
  /** When its closure is made, and in which loops. */
  readonly time: number;
  readonly loops: readonly object[];
}

/** Hints cost a comparison with every name in sight. */
const mostSuggestions = 20;

class Resolver {
  private readonly functions = new Map<FunctionLiteral, FunctionScope>();
  private readonly names = new Map<Name, Variable>();
  private readonly locals: LocalVariable[] = [];
  private readonly pending: Pending[] = [];
  /** Uses of enclosing functions' variables, to be captured when it is known which of them are the function itself. */
  private readonly captures: { readonly fn: FunctionScope; readonly variable: LocalVariable }[] = [];
  /** Names used at the top level before any declaration of them: globals if one comes. */
  private readonly early: Name[] = [];
  private readonly undeclared = new Set<string>();
  /** Where globals are declared. */
  private readonly places = new Map<Variable, number>();
  private readonly sites = new Map<FunctionScope, Pending>();
  private readonly outermost: Scope;
  private readonly top: Scope;
  private scope: Scope;
  /** Where the function being resolved has its closure made; undefined in the program. */
  private site: Pending | undefined;
  private time = 0;
  private suggestions = 0;

  constructor(
    private readonly program: Block,
    private readonly report: Report,
    private readonly options: ResolveOptions,
  ) {
    const fn = new FunctionScope(undefined);
    this.outermost = new Scope(undefined, fn, program);
    for (const name of options.imports) this.outermost.declare({ kind: 'import', name });
    for (const name of options.globals) this.outermost.declare({ kind: 'global', name, reassigned: false });
    this.top = new Scope(this.outermost, fn, program);
    this.scope = this.top;
  }

  resolve(): Resolution {
    this.statements(this.program.statements);
    for (const name of this.early) this.resolveEarly(name);
    // The list grows while it is walked.
    for (const pending of this.pending) this.functionBody(pending);
    for (const variable of this.locals) variable.settle();
    for (const { fn, variable } of this.captures) fn.capture(variable);
    const { functions, names, locals } = this;
    return { program: this.top.fn, functions, names, locals, boxes: this.hoistedBoxes() };
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
    if (this.options.dialect === 'weft') this.block(literal.body);
    else this.statements(literal.body.statements);
  }

  // Declarations

  /** Declares a name in the scope at hand and gives it its first value. */
  private declareLocal(name: Name, functionScoped = this.options.dialect === 'monkey'): void {
    const { fn, home } = this.scope;
    const variable = new LocalVariable(name.name, fn, name, home, fn.loops.length, functionScoped);
    this.locals.push(variable);
    this.scope.declare(variable);
    this.names.set(name, variable);
    variable.define(this.time++);
  }

  private declare(name: Name): void {
    const earlier = this.scope.own(name.name);
    if (earlier !== undefined && this.options.dialect === 'monkey') {
      this.names.set(name, earlier);
      this.assign(earlier);
      return;
    }
    if (earlier !== undefined) {
      const start = earlier.kind === 'local' ? earlier.declaration.start : this.places.get(earlier)!;
      const { line } = this.report.source.positionAt(start);
      this.report.add(problems.redeclared(name.name, line), name.start, name.end);
    }
    if (this.scope !== this.top) {
      this.declareLocal(name);
      return;
    }
    const variable: Variable = { kind: 'global', name: name.name, reassigned: false };
    this.places.set(variable, name.start);
    this.scope.declare(variable);
    this.names.set(name, variable);
  }

  private letStatement({ name, value }: Let): void {
    let literal: FunctionScope | undefined;
    if (value?.kind === 'function') literal = this.functionLiteral(value);
    else if (value !== undefined) this.expression(value);
    this.declare(name);
    const variable = this.names.get(name)!;
    if (literal !== undefined) literal.self = variable;
  }

  // Uses

  private use(name: Name): Variable | undefined {
    const variable = this.scope.find(name.name);
    if (variable === undefined) {
      if (this.site === undefined) this.early.push(name);
      else this.reportUndeclared(name, this.scope);
      return undefined;
    }
    this.names.set(name, variable);
    return variable;
  }

  private read(name: Name): void {
    const variable = this.use(name);
    if (variable?.kind === 'local') this.noteCapture(variable);
  }

  private write(name: Name): void {
    const variable = this.use(name);
    if (variable === undefined) return;
    if (variable.kind === 'import') {
      this.report.add(problems.assignedBuiltin(name.name), name.start, name.end);
    } else {
      if (variable.kind === 'local') this.noteCapture(variable);
      this.assign(variable);
    }
  }

  private assign(variable: Variable): void {
    if (variable.kind === 'global') variable.reassigned = true;
    if (variable.kind !== 'local') return;
    const { fn } = this.scope;
    if (variable.owner === fn) variable.assign(this.time++, fn.loops);
    else variable.assignInClosure();
  }

  private noteCapture(variable: LocalVariable): void {
    const { fn } = this.scope;
    if (variable.owner === fn) return;
    this.captures.push({ fn, variable });
    // The closure that shares it with its owner is the outermost one between.
    let site = this.site!;
    while (site.scope.fn !== variable.owner) site = this.sites.get(site.scope.fn)!;
    if (site.fn.self === variable) variable.captureByValue(site.time, site.loops);
    else variable.capture(site.time, site.loops);
  }

  private resolveEarly(name: Name): void {
    const variable = this.top.find(name.name);
    if (variable === undefined) this.reportUndeclared(name, this.top);
    else this.names.set(name, variable);
  }

  private reportUndeclared(name: Name, scope: Scope): void {
    if (this.undeclared.has(name.name)) return;
    this.undeclared.add(name.name);
    this.report.add(problems.undeclared(name.name, this.hint(name, scope)), name.start, name.end);
  }

  private hint(name: Name, scope: Scope): string | undefined {
    if (name.afterDivision) return problems.afterDivision;
    if (++this.suggestions > mostSuggestions) return undefined;
    const near = suggest(name.name, scope.visible());
    if (near !== undefined) return `did you mean '${near}'?`;
    const elsewhere = this.locals.find((variable) => variable.name === name.name);
    if (elsewhere === undefined) return undefined;
    const { line } = this.report.source.positionAt(elsewhere.declaration.start);
    return `the '${name.name}' of line ${line} is not visible here`;
  }

  // Statements

  private inScope(home: ScopeNode, resolve: () => void): void {
    const outer = this.scope;
    this.scope = new Scope(outer, outer.fn, home);
    resolve();
    this.scope = outer;
  }

  /** A loop, whose parts may run again and again. */
  private inLoop(loop: object, resolve: () => void): void {
    const { loops } = this.scope.fn;
    loops.push(loop);
    resolve();
    loops.pop();
  }

  private block(block: Block): void {
    if (this.options.dialect === 'monkey') this.statements(block.statements);
    else this.inScope(block, () => this.statements(block.statements));
  }

  private statements(statements: readonly Statement[]): void {
    for (const statement of statements) this.statement(statement);
  }

  private statement(node: Statement): void {
    switch (node.kind) {
      case 'let':
        this.letStatement(node);
        break;
      case 'expression':
        this.expression(node.expression);
        break;
      case 'while':
        this.inLoop(node, () => {
          this.expression(node.condition);
          this.block(node.body);
        });
        break;
      case 'doWhile':
        this.inLoop(node, () => {
          this.block(node.body);
          this.expression(node.condition);
        });
        break;
      case 'for':
        this.inScope(node, () => this.forStatement(node));
        break;
      case 'forIn':
        this.expression(node.iterable);
        this.inLoop(node, () =>
          this.inScope(node.body, () => {
            this.declareLocal(node.name);
            this.block(node.body);
          }),
        );
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
    const { fn } = this.scope;
    const { init } = node;
    if (init?.kind !== 'let' && init !== undefined) this.expression(init);
    if (init?.kind === 'let') {
      if (init.value !== undefined && init.value.kind !== 'function') this.expression(init.value);
      fn.loops.push(node);
      const literal = init.value?.kind === 'function' ? this.functionLiteral(init.value) : undefined;
      this.declareLocal(init.name);
      if (literal !== undefined) literal.self = this.names.get(init.name);
    } else {
      fn.loops.push(node);
    }
    if (node.step !== undefined) this.expression(node.step);
    if (node.condition !== undefined) this.expression(node.condition);
    this.block(node.body);
    fn.loops.pop();
  }

  private catchClause({ name, body }: CatchClause): void {
    if (name === undefined) {
      this.block(body);
      return;
    }
    this.inScope(body, () => {
      this.declareLocal(name);
      this.block(body);
    });
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
      else for (const argument of part.args) this.expression(argument);
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
    } else {
      this.expression(node.value);
      this.write(target);
    }
  }
}
