/**
 * What a site most likely calls: what the variable holds that it reads its callee from, or the methods of the shapes that its
 * inline cache has met, when its region is built. Regions test that it is still so.
 */

import { opcodes, operandsAt } from '../isa/isa';
import type { Simple } from '../load/regions';
import type { Store, Tree } from '../load/trees';
import { noPlace } from '../runtime/inline-cache';
import type { LinkedFunction } from '../runtime/linked';
import { emptyConstructor } from '../runtime/members';
import { ClassValue, type Shape } from '../runtime/objects';
import { thread } from '../runtime/thread';
import { Closure, HostFunction, type Value } from '../runtime/value';
import { onlyComputes } from './fused-builtins';
import { type Inlinable, inlinable, isSteady } from './region-inlining';
import { bytesOfInlined } from './region-registers';

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
export function argumentsOf(
  fn: LinkedFunction,
  { pc }: Call,
): { readonly at: number; readonly argc: number } {
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
  private readonly bodies = new Map<LinkedFunction, Inlinable | undefined>();

  /** By slot of an operand, what has been put there last, where that is known. */
  private stored = new Map<number, Known>();

  /** Bytes of functions that are inlined, at most. */
  private mostBytes = Number.POSITIVE_INFINITY;

  constructor(private readonly fn: LinkedFunction) {}

  /** Has only functions inlined that come to so many bytes at most. */
  limit(bytes: number): void {
    this.mostBytes = bytes;
    this.bodies.clear();
  }

  /** Notes what a statement puts into a slot: it may be the callee of a call behind it. */
  note({ slot, value }: Store): void {
    if (slot >= this.fn.localCount) this.stored.set(slot, this.knownOf(value));
  }

  private knownOf(tree: Tree): Known {
    const value = knownValue(tree);
    if (tree.kind !== 'op' || tree.op !== 'OpSuperMethod') return { value, fn: functionOf(value) };
    const [only, ...others] = this.fn.caches[tree.pc]!.known();
    if (only === undefined || others.length > 0) return { value, fn: undefined };
    if (only.place === noPlace) return { value: emptyConstructor, fn: undefined };
    return { value, fn: only.shape.functions[only.place] };
  }

  /** Looks at code that is made only later: forgets what was noted meanwhile. */
  lookAhead(look: () => void): void {
    const { stored } = this;
    this.stored = new Map(stored);
    look();
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

  private calleeOf(call: Call): Known | undefined {
    const slot = argumentsOf(this.fn, call).at - 1;
    const callee = storedBy(call, slot);
    return callee === undefined ? this.stored.get(slot) : this.knownOf(callee);
  }

  /** Whether a call is of the closure that makes it. */
  private isSelf(call: Call): boolean {
    const callee = storedBy(call, argumentsOf(this.fn, call).at - 1);
    return callee?.kind === 'op' && callee.op === 'OpSelf';
  }

  /** The functions that a call most likely calls. */
  targets(call: Call): Target[] {
    const { pc } = call;
    const { argc } = argumentsOf(this.fn, call);
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
    return isBare && argumentsOf(this.fn, call).argc === 0 ? known.instances : undefined;
  }

  /** Only functions of one module live as long as each other: one of another would keep regions of all that have taken it in. */
  private bodyOf(fn: LinkedFunction): Inlinable | undefined {
    if (fn.module !== this.fn.module) return undefined;
    const known = this.bodies.get(fn);
    if (known !== undefined || this.bodies.has(fn)) return known;
    const found = inlinable(fn);
    const body = found !== undefined && bytesOfInlined(found) <= this.mostBytes ? found : undefined;
    this.bodies.set(fn, body);
    return body;
  }

  /** The built-in function that a call calls, where it only computes a number: of one or two others, or how many parts a value has. */
  numeric(call: Call): HostFunction | undefined {
    const { argc } = argumentsOf(this.fn, call);
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
