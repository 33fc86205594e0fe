/**
 * What calls take and where it is; and calls in functions that are called directly: arguments are handed over, and no frame is made.
 */

import { opcodes } from '../isa/isa';
import type { RegionNode } from '../load/structured-code';
import type { Store, Tree } from '../load/trees';
import type { LinkedFunction } from '../runtime/linked';
import type { Shape } from '../runtime/objects';
import { type Closure, HostFunction, type Value } from '../runtime/value';
import { type Call, Callees, storedBy, type Target } from './region-callees';
import { methodOn } from './region-calls';
import { Expressions, type Made, ownSite } from './region-expressions';
import { Inlinables } from './region-inlinable';
import type { Source } from './region-inlining';
import { bytesOfDirect, directEntries, needsNoClosure } from './region-registers';
import { type CallSite, type Compute, type InvokeSite, mostDirect, mostOfBuiltin } from './region-site';

/** Makes direct calls, besides expressions. */
export abstract class DirectCalls extends Expressions {
  protected callees = new Callees(this.fn, new Inlinables(this.fn, this.surroundings.fixed));

  protected siteOf(call: Call): CallSite {
    const { fn } = this;
    const { pc, start, end } = call;
    const { operands, start: from, refund, inlined } = this.site(pc, start);
    const { at, argc } = this.callees.argumentsOf(call);
    // Spelt out, so that all have one form for the host.
    return { fn, pc, operands, start: from, refund, inlined, at, argc, next: end };
  }

  /** Puts what a call takes into its slots, but for what is read where it is needed. */
  protected arguments(call: Call): Made[] {
    return this.stored(call, (store) => this.isPut(call, store));
  }

  private stored(call: Call, which: (store: Store) => boolean): Made[] {
    return call.stores.filter(which).map((store) => ({ step: this.store(store, call.start), abrupt: false }));
  }

  /** Whether what a call takes is put into its slot before it is known what is called. */
  private isPut(call: Call, { slot, value }: Store): boolean {
    const { at } = this.siteOf(call);
    if (this.beginsAgain(call)) return true;
    if (slot === at - 1 && this.isInvoke(call)) return this.receiverOf(call) === at - 1;
    const isInlined = this.callees.targets(call).some(({ body }) => body !== undefined);
    if (slot >= at && isInlined) return !this.isAtHand(value);
    if (isInlined && this.callees.globalOf(call) !== undefined) return false;
    return !this.isDirect(call);
  }

  /** Whether a call may have to begin again, with what it takes in its slots: where there is no memory for what it makes. */
  private beginsAgain(call: Call): boolean {
    const isNew = opcodes[this.fn.code[call.pc]!]!.op === 'OpNew';
    return isNew || this.callees.known(call) instanceof HostFunction;
  }

  private isInvoke({ pc }: Call): boolean {
    return opcodes[this.fn.code[pc]!]!.op === 'OpInvoke';
  }

  /** Whether functions are called there that are handed their arguments. */
  protected isDirect(call: Call): boolean {
    const targets = this.callees.targets(call);
    return this.isInDirect && (targets.length === 0 || targets.some(({ body }) => body === undefined));
  }

  /** Whether a value can be read wherever it is needed until the caller goes on. */
  protected isAtHand(value: Tree): value is Source {
    return value.kind === 'constant' || (value.kind === 'slot' && this.isLocal(value.slot));
  }

  /** Whether a slot is none of an operand. What an inlined function reads of what is around it stays as it is, too. */
  private isLocal(slot: number): boolean {
    return slot < (this.inside?.at ?? 0) + this.fn.localCount;
  }

  /** Has what a call takes put into its slots that is not there yet. */
  protected readied(call: Call, compute: Compute): Compute {
    const steps = this.stored(
      call,
      (store) => !this.isPut(call, store) && (store.slot >= this.siteOf(call).at || !this.isInvoke(call)),
    );
    return steps.length === 0 ? compute : this.compute('two', this.row(steps).step, compute);
  }

  /** What a call takes, where it is. */
  protected taken(call: Call, slot: number): Compute {
    const value = storedBy(call, slot);
    if (value === undefined || this.isPut(call, { slot, value })) return this.read(slot);
    return this.value(value, call.start);
  }

  /** A call of a function that hands its arguments over. */
  protected directOf(call: Call, fn: LinkedFunction, otherwise: Compute): Compute {
    const site = this.siteOf(call);
    const callee = this.taken(call, site.at - 1);
    const count = site.argc as 0; // no function with more is called directly
    const given = this.handed(call) as [];
    this.closures.direct++;
    return this.compute(`directOf${count}`, site, fn, site.at, callee, otherwise, ...given);
  }

  /** A call of whatever closure there is. */
  protected directAny(call: Call, callee: Compute, otherwise: Compute): Compute {
    const site = this.siteOf(call);
    const count = site.argc as 0; // no function with more is called directly
    const given = this.handed(call) as [];
    this.closures.direct++;
    return this.compute(`directAny${count}`, site, site.at, callee, otherwise, ...given);
  }

  /** A call of the method of whatever instance there is. */
  protected invokeAny(call: Call, site: InvokeSite, receiver: number, otherwise: Compute): Compute {
    const count = (site.argc + 1) as 1; // no method with more is called directly
    const given = this.handed(call) as [];
    this.closures.direct++;
    const find = (object: Value): Closure | undefined => methodOn(site, object);
    return this.compute(
      `invokeAny${count}`,
      this.siteOf(call),
      site.at,
      this.read(receiver),
      find,
      otherwise,
      ...given,
    );
  }

  /**
   * `new` of a class that is known.
   *
   * @param inlined what its constructor does, if that is inlined: with the new instance behind the arguments
   */
  protected directNew(call: Call, { fn, shape, place }: Target, inlined: Compute | undefined): Compute {
    const site = this.siteOf(call);
    const { at, argc } = site;
    const callee = (): Compute => this.taken(call, at - 1);
    const own = ownSite(site);
    const made =
      inlined === undefined
        ? this.compute('makeFramed', own, site, at, fn, callee())
        : this.compute('make', own, callee());
    const initialized = inlined ?? this.directMethod(call, fn, at + argc, place!);
    const both = this.compute('two', this.put(at + argc, made), initialized);
    return this.compute('isClass', callee(), shape!, both, this.otherNew(call));
  }

  /** The same of a class without a constructor. */
  protected directBare(call: Call, shape: Shape): Compute {
    const site = this.siteOf(call);
    const callee = (): Compute => this.taken(call, site.at - 1);
    return this.compute(
      'isClass',
      callee(),
      shape,
      this.compute('make', ownSite(site), callee()),
      this.otherNew(call),
    );
  }

  private otherNew(call: Call): Compute {
    const made = this.compute('constructOther', this.siteOf(call));
    return this.closures.cold(this.readied(call, this.settled(made)));
  }

  /** A call of a built-in function that calls nothing. */
  protected directBuiltin(call: Call, known: HostFunction): Compute {
    const site = this.siteOf(call);
    const { at, argc, next } = site;
    const otherwise = this.closures.cold(
      this.readied(call, this.settled(this.compute('call', site, at, argc, ~next))),
    );
    const count = argc as 1; // or none, or two: others keep a function from being called directly
    const callee = this.taken(call, at - 1);
    const given = this.handed(call) as [Compute];
    return this.compute(
      `builtinOf${count}`,
      ownSite(site),
      at + argc,
      known,
      known.call,
      callee,
      otherwise,
      ...given,
    );
  }

  /** The same of a method whose object is of a shape. @param place among the methods */
  protected directMethod(call: Call, fn: LinkedFunction, receiver: number, place: number): Compute {
    const site = this.siteOf(call);
    const given = [...this.handed(call), this.read(receiver)];
    const count = given.length as 1; // as above
    this.closures.direct++;
    // A function that is not handed its arguments yet would look for the closure at each call; this one soon is.
    if ((fn === this.fn || directEntries.has(fn.direct)) && needsNoClosure(fn))
      return this.compute(`directMethod${count}`, site, fn, site.at, ...(given as [Compute]));
    const method = this.compute('methodOf', this.read(receiver), place);
    return this.compute(`direct${count}`, site, fn, site.at, method, ...(given as [Compute]));
  }

  private handed(call: Call): Compute[] {
    const { at, argc } = this.siteOf(call);
    return Array.from({ length: argc }, (_, i) => this.taken(call, at + i));
  }

  /** What each call of some code comes to. */
  protected bytesByCall(
    nodes: readonly RegionNode[],
    bytesOf: (call: Call) => number | undefined,
  ): (call: Call) => number | undefined {
    const bytes = new Map<Call, number | undefined>();
    this.callees.eachCall(nodes, (call) => bytes.set(call, bytesOf(call)));
    return (call) => bytes.get(call);
  }

  /** The same of a call in a function that is called directly: what is not inlined is called so. */
  protected bytesOfDirect(call: Call): number | undefined {
    const { op } = opcodes[this.fn.code[call.pc]!]!;
    const targets = this.callees.targets(call);
    const cache = this.fn.caches[call.pc];
    if (op === 'OpNew' && targets.length === 0)
      return this.callees.bare(call) === undefined ? undefined : bytesOfDirect;
    const { argc } = this.callees.argumentsOf(call);
    if (op === 'OpInvoke' && targets.length === 0) {
      // What has never been called is not expected to be.
      const count = cache!.known().length + (cache!.megamorphic ? 1 : 0);
      return argc >= mostDirect ? undefined : count * bytesOfDirect;
    }
    if (targets.length === 0) {
      const known = this.callees.known(call);
      if (!(known instanceof HostFunction)) return argc > mostDirect ? undefined : bytesOfDirect;
      const fits = known.isOwn && argc >= known.minArity && argc <= known.maxArity;
      return fits && argc <= mostOfBuiltin ? bytesOfDirect : undefined;
    }
    return targets.reduce<number | undefined>((sum, { fn, body }) => {
      if (sum === undefined || fn.arity > mostDirect) return undefined;
      return sum + (body?.bytes ?? bytesOfDirect);
    }, 0);
  }

  /** The slot that the receiver of an `OpInvoke` is read from. */
  protected receiverOf(call: Call): number {
    const { fn } = this;
    const { at } = this.siteOf(call);
    if (opcodes[fn.code[call.pc]!]!.op !== 'OpInvoke') return at - 1;
    const receiver = storedBy(call, at - 1);
    // Nothing that is done before the call assigns a local.
    const isLocal = receiver?.kind === 'slot' && this.isLocal(receiver.slot);
    return isLocal && this.types.at(receiver.slot) !== 'double' ? receiver.slot : at - 1;
  }
}
