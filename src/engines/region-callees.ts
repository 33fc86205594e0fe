/**
 * What a site most likely calls: what the variable holds that it reads its callee from, or the methods of the shapes that its
 * inline cache has met, when its region is built. Regions test that it is still so.
 */

import { opcodes, operandsAt } from '../isa/isa';
import { type RegionNode, type Simple, statementsIn } from '../load/structured-code';
import type { Store, Tree } from '../load/trees';
import { noPlace } from '../runtime/inline-cache';
import type { LinkedFunction } from '../runtime/linked';
import { emptyConstructor } from '../runtime/members';
import { ClassValue, type Shape } from '../runtime/objects';
import { thread } from '../runtime/thread';
import { Closure, HostFunction, type Value } from '../runtime/value';
import { onlyComputes } from './fused-builtins';
import { type Inlinable, isSteady } from './region-inlining';

export type Call = Extract<Simple, { kind: 'call' }>;

/** The value that a tree has now, where it is constant or reads what belongs to the running VM; else `undefined`. */
function knownValue(tree: Tree): Value | undefined {
  if (tree.kind === 'constant') return tree.value;
  if (tree.kind !== 'op') return undefined;
  const [index] = tree.operands;
  if (tree.op === 'OpGetGlobal') return thread.vm.globals[index!];
  return tree.op === 'OpImport' ? thread.vm.imports[index!] : undefined;
}

const functionOf = (value: Value | undefined): LinkedFunction | undefined =>
  value instanceof Closure ? value.fn : undefined;

/** What is known of a callee: what it is, or of a superclass's method, of which function. */
interface Known {
  readonly value: Value | undefined;
  readonly fn: LinkedFunction | undefined;
}

/** How many arguments a call has, and the slot of the first. */
export interface Arguments {
  readonly at: number;
  readonly argc: number;
}

export function argumentsOf(fn: LinkedFunction, { pc }: Call): Arguments {
  const argc = operandsAt(fn.code, pc).at(-1)!;
  return { at: fn.localCount + fn.heights[pc]! - argc, argc };
}

/** What a call puts into a slot; `undefined` where it is there already. */
export const storedBy = ({ stores }: Call, slot: number): Tree | undefined =>
  stores.find((store) => store.slot === slot)?.value;

/** A function that a call most likely calls. */
export interface Target {
  readonly fn: LinkedFunction;
  /** Its code, where it can be inlined. */
  readonly body: Inlinable | undefined;
  /** Of a method or constructor: the shape of its receiver, and its place among the methods. */
  readonly shape: Shape | undefined;
  readonly place: number | undefined;
}

/** What the calls of one function call. */
export class Callees {
  /** By slot of an operand, what has been put there last, where that is known. */
  private stored = new Map<number, Known>();

  /** Bytes of functions that are inlined, at most. */
  private mostBytes = Number.POSITIVE_INFINITY;

  /**
   * @param inlinables what can be inlined
   * @param base where the function's slots begin: that of one that is inlined are among those around it
   */
  constructor(
    private readonly fn: LinkedFunction,
    private readonly inlinables: { of(fn: LinkedFunction): Inlinable | undefined },
    private readonly base = 0,
  ) {}

  /** The same of a function that is inlined. @param base where its slots begin */
  inside(fn: LinkedFunction, base: number): Callees {
    return new Callees(fn, this.inlinables, base);
  }

  /** Has only functions inlined that come to so many bytes at most. */
  limit(bytes: number): void {
    this.mostBytes = bytes;
  }

  argumentsOf(call: Call): Arguments {
    const { at, argc } = argumentsOf(this.fn, call);
    return { at: this.base + at, argc };
  }

  /** Whether a slot is that of an operand. */
  private isOperand(slot: number): boolean {
    return slot >= this.base + this.fn.localCount;
  }

  /** Notes what a statement puts into a slot: it may be the callee of a call behind it. */
  note({ slot, value }: Store): void {
    if (this.isOperand(slot)) this.stored.set(slot, this.knownOf(value));
  }

  private knownOf(tree: Tree): Known {
    const value = knownValue(tree);
    if (tree.kind === 'op' && tree.holds !== undefined) return { value, fn: tree.holds };
    if (tree.kind !== 'op' || tree.op !== 'OpSuperMethod') return { value, fn: functionOf(value) };
    const [only, ...others] = this.fn.caches[tree.pc]!.known();
    if (only === undefined || others.length > 0) return { value, fn: undefined };
    if (only.place === noPlace) return { value: emptyConstructor, fn: undefined };
    return { value, fn: only.shape.functions[only.place] };
  }

  /** Looks at each call of some code that is made only later: it may be of what statements before it have put into its slot. */
  eachCall(nodes: readonly RegionNode[], look: (call: Call) => void): void {
    const { stored } = this;
    this.stored = new Map(stored);
    for (const statement of statementsIn(nodes)) {
      if (statement.kind === 'store') this.note(statement);
      if (statement.kind !== 'call') continue;
      look(statement);
      this.forget(this.argumentsOf(statement).at - 1);
    }
    // What was noted meanwhile is forgotten.
    this.stored = stored;
  }

  /** Notes that a call has put its result into the callee's slot. */
  forget(slot: number): void {
    this.stored.delete(slot);
  }

  /** What a call that reads its callee from a variable finds there now; else `undefined`. */
  known(call: Call): Value | undefined {
    return this.calleeOf(call)?.value;
  }

  /** The global that a call calls, where it can hold no other function than is known. What a statement before it has put into its slot may come from another. */
  globalOf(call: Call): number | undefined {
    const callee = storedBy(call, this.argumentsOf(call).at - 1);
    return callee?.kind === 'op' && callee.holds !== undefined ? callee.operands[0] : undefined;
  }

  private calleeOf(call: Call): Known | undefined {
    const slot = this.argumentsOf(call).at - 1;
    const callee = storedBy(call, slot);
    return callee === undefined ? this.stored.get(slot) : this.knownOf(callee);
  }

  /** Whether a call is of the closure that makes it. */
  private isSelf(call: Call): boolean {
    const callee = storedBy(call, this.argumentsOf(call).at - 1);
    return callee?.kind === 'op' && callee.op === 'OpSelf';
  }

  /** The functions that a call most likely calls. */
  targets(call: Call): Target[] {
    const { pc } = call;
    const { argc } = this.argumentsOf(call);
    const targets: Target[] = [];
    const { op } = opcodes[this.fn.code[pc]!]!;
    if (op === 'OpCall') {
      const fn = this.isSelf(call) ? this.fn : this.calleeOf(call)?.fn;
      if (fn?.arity === argc) targets.push({ fn, body: this.bodyOf(fn), shape: undefined, place: undefined });
    } else if (op === 'OpNew') {
      const known = this.known(call);
      const shape = known instanceof ClassValue ? known.instances : undefined;
      const place = shape?.constructorPlace;
      const fn = place === undefined ? undefined : shape?.functions[place];
      if (fn?.arity === argc + 1) targets.push({ fn, body: this.bodyOf(fn), shape, place });
    } else if (op === 'OpInvoke') {
      for (const { shape, place } of this.fn.caches[pc]!.known()) {
        const method = shape.functions[place];
        // A place below zero is that of a field.
        if (method?.arity === argc + 1) targets.push({ fn: method, body: this.bodyOf(method), shape, place });
      }
    }
    return targets;
  }

  /** The shape of what `new` makes, where that has no constructor. */
  bare(call: Call): Shape | undefined {
    const known = this.known(call);
    const isBare = known instanceof ClassValue && known.instances.constructorPlace === undefined;
    return isBare && this.argumentsOf(call).argc === 0 ? known.instances : undefined;
  }

  /** Only functions of one module live as long as each other: one of another would keep regions of all that have taken it in. */
  private bodyOf(fn: LinkedFunction): Inlinable | undefined {
    if (fn.module !== this.fn.module) return undefined;
    const found = this.inlinables.of(fn);
    return found !== undefined && found.bytes <= this.mostBytes ? found : undefined;
  }

  /** Bytes that a call comes to, about, of which all that it is expected to call is inlined; else `undefined`. */
  bytesOfCall(call: Call): number | undefined {
    if (opcodes[this.fn.code[call.pc]!]!.op === 'OpNew') return undefined;
    const cache = this.fn.caches[call.pc];
    const targets = this.targets(call);
    const isKnown = cache === undefined || (!cache.megamorphic && cache.known().length === targets.length);
    if (!isKnown || targets.length === 0) return undefined;
    return targets.reduce<number | undefined>(
      (sum, { body }) => (sum === undefined || body === undefined ? undefined : sum + body.bytes),
      0,
    );
  }

  /** The built-in function that a call calls, where it only computes a number: of one or two others, or how many parts a value has. */
  numeric(call: Call): HostFunction | undefined {
    const { argc } = this.argumentsOf(call);
    if (opcodes[this.fn.code[call.pc]!]!.op !== 'OpCall' || !isSteady(this.fn, call.pc)) return undefined;
    const known = this.known(call);
    return known instanceof HostFunction && onlyComputes(known, argc) ? known : undefined;
  }

  /** The functions that a call calls, where all are known and have no effect. */
  groupable(call: Call): readonly Target[] | undefined {
    // What `new` makes is another object each time.
    if (opcodes[this.fn.code[call.pc]!]!.op === 'OpNew') return undefined;
    if (!isSteady(this.fn, call.pc) || this.fn.caches[call.pc]?.megamorphic === true) return undefined;
    const targets = this.targets(call);
    const [first] = targets;
    const known = this.fn.caches[call.pc]?.known().length ?? 1;
    if (first === undefined || targets.length < known) return undefined;
    return targets.every(({ fn, body }) => body?.pure === true && fn.entryCost === first.fn.entryCost)
      ? targets
      : undefined;
  }
}
