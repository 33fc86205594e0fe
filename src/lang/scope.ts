/**
 * Variables, the scopes that names are looked up in, and what is found out about each variable on the way: enough to say
 * whether closures may copy it or must share a box with its function.
 */

import type { Block, ClassDeclaration, For, FunctionLiteral, Name } from './ast';

/** A name that stands for what another file exports. */
export interface Binding {
  readonly name: string;
  /** The exporter's global, by its name in the module. */
  readonly symbol: string;
  /** The file that it was imported from, as the import says. */
  readonly from: string;
  /** The offset of the name in the import. */
  readonly start: number;
  /** How many arguments the constructor takes where it is a class. */
  readonly arity: number | undefined;
}

/** A name of the top level. */
export interface GlobalVariable {
  readonly kind: 'global';
  readonly name: string;
  /** Its name in the module, where every file has its own. */
  readonly symbol: string;
  /** The import that made the name known, if one did: then it can only be read. */
  readonly binding?: Binding;
  /** Whether anything but its one declaration assigns it. */
  reassigned: boolean;
}

/** What the host provides under a name. */
export interface ImportedName {
  readonly kind: 'import';
  readonly name: string;
}

export type Variable = GlobalVariable | ImportedName | LocalVariable;

/** The events in the life of a local are numbered in the order that one execution of its scope meets them. */
export class LocalVariable {
  readonly kind = 'local';
  /** It lives in a box, shared by its function and all closures. Known once it is settled, as is `hoisted`. */
  boxed = false;
  /** Its box is made when its scope is entered, because a closure is made before the variable is defined. */
  hoisted = false;
  reassigned = false;
  private defined = Number.POSITIVE_INFINITY;
  private firstCapture = Number.POSITIVE_INFINITY;
  private lastAssignment = -1;
  private assignedByClosure = false;
  /** Loops inside its scope in which it is captured, and in which it is assigned. */
  private readonly capturedIn = new Set<object>();
  private readonly assignedIn = new Set<object>();
  private selfCapture: { readonly time: number; readonly loop: object | undefined } | undefined;

  /** @param loopDepth how many loops of its function its scope lies in */
  constructor(
    readonly name: string,
    readonly owner: FunctionScope,
    readonly declaration: Name,
    readonly home: ScopeNode,
    private readonly loopDepth: number,
    /** It can have several `let`s, any of which may be passed over: its box must be there before them all. */
    private readonly functionScoped: boolean,
  ) {}

  define(time: number): void {
    this.defined = Math.min(this.defined, time);
  }

  assign(time: number, loops: readonly object[]): void {
    this.reassigned = true;
    this.lastAssignment = time;
    const loop = loops[this.loopDepth];
    if (loop !== undefined) this.assignedIn.add(loop);
  }

  assignInClosure(): void {
    this.reassigned = true;
    this.assignedByClosure = true;
  }

  /** A closure that uses the variable is made. `loop` is the outermost loop around it inside the variable's scope. */
  capture(time: number, loops: readonly object[]): void {
    this.captureIn(time, loops[this.loopDepth]);
  }

  /** The closure that becomes the variable's value uses it: that counts only if it may change. */
  captureByValue(time: number, loops: readonly object[]): void {
    this.selfCapture = { time, loop: loops[this.loopDepth] };
  }

  private captureIn(time: number, loop: object | undefined): void {
    this.firstCapture = Math.min(this.firstCapture, time);
    if (loop !== undefined) this.capturedIn.add(loop);
  }

  /** Draws the conclusions, after all events. */
  settle(): void {
    if (this.selfCapture && this.reassigned) this.captureIn(this.selfCapture.time, this.selfCapture.loop);
    const early = this.firstCapture < this.defined;
    const sharesLoop = [...this.capturedIn].some((loop) => this.assignedIn.has(loop));
    const captured = this.firstCapture < Number.POSITIVE_INFINITY;
    this.boxed =
      captured && (early || this.assignedByClosure || this.lastAssignment > this.firstCapture || sharesLoop);
    this.hoisted = this.boxed && (early || this.functionScoped);
  }
}

/** What opens a scope. A program and a function are their body's block. */
export type ScopeNode = Block | For | FunctionLiteral | ClassDeclaration;

/** One function, or the program. */
export class FunctionScope {
  /** Captured variables and their indices. */
  readonly free = new Map<LocalVariable, number>();
  /** Loops that are open where the resolver is. */
  readonly loops: object[] = [];

  /** The variable whose first value this function is. */
  self: Variable | undefined;

  constructor(readonly parent: FunctionScope | undefined) {}

  /** Whether the variable, used in this function, is the function itself. */
  isSelf(variable: Variable): boolean {
    return variable === this.self && variable.kind !== 'import' && !variable.reassigned;
  }

  /** Captures a variable of an enclosing function, through all functions between. */
  capture(variable: LocalVariable): void {
    for (
      let fn: FunctionScope | undefined = this;
      fn !== undefined && fn !== variable.owner && !fn.isSelf(variable) && !fn.free.has(variable);
      fn = fn.parent
    ) {
      fn.free.set(variable, fn.free.size);
    }
  }
}

/** Names declared in one block. Lookups go outward, through functions too. */
export class Scope {
  private readonly names = new Map<string, Variable>();

  constructor(
    readonly parent: Scope | undefined,
    readonly fn: FunctionScope,
    readonly home: ScopeNode,
  ) {}

  declare(variable: Variable): void {
    this.names.set(variable.name, variable);
  }

  own(name: string): Variable | undefined {
    return this.names.get(name);
  }

  find(name: string): Variable | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      const variable = scope.names.get(name);
      if (variable !== undefined) return variable;
    }
    return undefined;
  }

  /** What is declared in it. */
  variables(): Iterable<Variable> {
    return this.names.values();
  }

  /** All names in sight, the nearest first. */
  *visible(): Iterable<string> {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent)
      yield* scope.names.keys();
  }
}
