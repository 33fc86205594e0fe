/**
 * Names: declaring them, finding what a use means, noting what happens to each variable, and what to say of a name that
 * means nothing. The walk over the tree is in `resolve.ts`.
 */

import type { Block, FunctionLiteral, Name } from './ast';
import type { Report } from './diagnostics';
import { problems } from './problems';
import { type Binding, FunctionScope, LocalVariable, Scope, type Variable } from './scope';
import { suggest } from './suggest';
import { type Dialect, vocabularies } from './tokens';

export interface ResolveOptions {
  readonly dialect: Dialect;
  /** Names that the host provides. */
  readonly imports: ReadonlySet<string>;
  /** Globals that the host or earlier modules of the session define. */
  readonly globals: readonly string[];
  /** Names that earlier modules of the session have imported. */
  readonly inherited?: readonly Binding[];
  /** Names that the source imports. */
  readonly bindings?: readonly Binding[];
  /** What the source's globals begin with in the module, after which each file has names of its own; nothing if not given. */
  readonly prefix?: string;
}

/** A function met but not entered yet. */
export interface Pending {
  readonly literal: FunctionLiteral;
  readonly scope: Scope;
  readonly fn: FunctionScope;
  /** When its closure is made, and in which loops. */
  readonly time: number;
  readonly loops: readonly object[];
}

export class Names {
  protected readonly functions = new Map<FunctionLiteral, FunctionScope>();
  protected readonly names = new Map<Name, Variable>();
  /**
   * The variables that declarations of classes define, which nothing else can assign, with the number of arguments that the
   * class's constructor takes; `undefined` where its superclass is not known here.
   */
  protected readonly classes = new Map<Variable, number | undefined>();
  protected readonly locals: LocalVariable[] = [];
  protected readonly pending: Pending[] = [];
  /** Uses of enclosing functions' variables, to be captured when it is known which of them are the function itself. */
  protected readonly captures: { readonly fn: FunctionScope; readonly variable: LocalVariable }[] = [];
  /** Names used at the top level before any declaration of them: globals if one comes. */
  protected readonly early: Name[] = [];
  private readonly undeclared = new Map<string, { readonly name: Name; readonly scope: Scope }>();
  /** Where globals are declared. */
  private readonly places = new Map<Variable, number>();
  protected readonly sites = new Map<FunctionScope, Pending>();
  private readonly outermost: Scope;
  protected readonly top: Scope;
  protected scope: Scope;
  /** Where the function being resolved has its closure made; undefined in the program. */
  protected site: Pending | undefined;
  protected time = 0;

  constructor(
    program: Block,
    protected readonly report: Report,
    protected readonly options: ResolveOptions,
  ) {
    const fn = new FunctionScope(undefined);
    this.outermost = new Scope(undefined, fn, program);
    for (const name of options.imports) this.outermost.declare({ kind: 'import', name });
    for (const name of options.globals) {
      this.outermost.declare({ kind: 'global', name, symbol: name, reassigned: false });
    }
    this.top = new Scope(this.outermost, fn, program);
    for (const binding of options.inherited ?? []) this.bind(this.outermost, binding);
    for (const binding of options.bindings ?? []) this.bind(this.top, binding);
    this.scope = this.top;
  }

  // Declarations

  private bind(scope: Scope, binding: Binding): void {
    const { name, symbol } = binding;
    const variable: Variable = { kind: 'global', name, symbol, binding, reassigned: false };
    scope.declare(variable);
    if (binding.arity !== undefined) this.classes.set(variable, binding.arity);
  }

  /** Declares a name in the scope at hand and gives it its first value. */
  protected declareLocal(name: Name, functionScoped = this.options.dialect === 'monkey'): void {
    const { fn, home } = this.scope;
    const variable = new LocalVariable(name.name, fn, name, home, fn.loops.length, functionScoped);
    this.locals.push(variable);
    this.scope.declare(variable);
    this.names.set(name, variable);
    variable.define(this.time++);
  }

  protected declare(name: Name): void {
    const earlier = this.scope.own(name.name);
    if (earlier !== undefined && this.options.dialect === 'monkey') {
      this.names.set(name, earlier);
      this.assign(earlier);
      return;
    }
    if (earlier !== undefined) {
      const imported = earlier.kind === 'global' ? earlier.binding : undefined;
      const start =
        earlier.kind === 'local' ? earlier.declaration.start : (imported?.start ?? this.places.get(earlier)!);
      const { line } = this.report.source.positionAt(start);
      const problem = imported === undefined ? problems.redeclared : problems.alreadyImported;
      this.report.add(problem(name.name, line), name.start, name.end);
    }
    if (this.scope !== this.top) {
      this.declareLocal(name);
      return;
    }
    const symbol = (this.options.prefix ?? '') + name.name;
    const variable: Variable = { kind: 'global', name: name.name, symbol, reassigned: false };
    this.places.set(variable, name.start);
    this.scope.declare(variable);
    this.names.set(name, variable);
  }

  // Uses

  private use(name: Name): Variable | undefined {
    const variable = this.scope.find(name.name);
    if (variable === undefined) {
      if (this.site === undefined) this.early.push(name);
      else this.noteUndeclared(name, this.scope);
      return undefined;
    }
    this.names.set(name, variable);
    return variable;
  }

  protected read(name: Name): void {
    const variable = this.use(name);
    if (variable?.kind === 'local') this.noteCapture(variable);
  }

  protected write(name: Name): void {
    const variable = this.use(name);
    if (variable === undefined) return;
    if (variable.kind === 'import') {
      this.report.add(problems.assignedBuiltin(name.name), name.start, name.end);
    } else if (variable.kind === 'global' && variable.binding !== undefined) {
      const { from } = variable.binding;
      this.report.add(problems.assignedImport(name.name, from), name.start, name.end);
    } else if (this.classes.has(variable)) {
      this.report.add(problems.assignedClass(name.name), name.start, name.end);
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

  protected resolveEarly(name: Name): void {
    const variable = this.top.find(name.name);
    if (variable === undefined) this.noteUndeclared(name, this.top);
    else this.names.set(name, variable);
  }

  /** Noted here and reported in the end, when all is known that a hint can say. */
  private noteUndeclared(name: Name, scope: Scope): void {
    if (!this.undeclared.has(name.name)) this.undeclared.set(name.name, { name, scope });
  }

  protected reportUndeclared(): void {
    for (const { name, scope } of this.undeclared.values()) {
      this.report.add(problems.undeclared(name.name, this.hint(name, scope)), name.start, name.end);
    }
  }

  private hint(name: Name, scope: Scope): string | undefined {
    if (name.afterDivision) return problems.afterDivision;
    if (!this.report.mayHint()) return undefined;
    const { keywords } = vocabularies[this.options.dialect];
    const near = suggest(name.name, [...keywords, ...scope.visible()]);
    if (near !== undefined) return `did you mean '${near}'?`;
    const elsewhere = this.locals.find((variable) => variable.name === name.name);
    if (elsewhere === undefined) return undefined;
    const { line } = this.report.source.positionAt(elsewhere.declaration.start);
    return `the '${name.name}' of line ${line} is not visible here`;
  }
}
