/**
 * Calls in regions: of functions that are inlined, by what is known of the site; of others, by the template of its kind.
 */

import { opcodes } from '../isa/isa';
import { isNumber, join, type SlotType, SlotTypes, type Types } from '../load/slot-types';
import { type RegionNode, withValue } from '../load/structured-code';
import { constantTree, readsOf, type SlotTree, slotTree } from '../load/trees';
import type { LinkedFunction } from '../runtime/linked';
import type { Shape } from '../runtime/objects';
import { HostFunction } from '../runtime/value';
import type { Assumptions } from './region-assumptions';
import { type Call, storedBy, type Target } from './region-callees';
import { DirectCalls } from './region-direct-calls';
import { interruptInlined, leave } from './region-exits';
import type { Made } from './region-expressions';
import type { Group } from './region-groups';
import {
  type Inlinable,
  type Inlined,
  InlinedTypes,
  Moved,
  returnedIn,
  type Source,
  surprise,
} from './region-inlining';
import {
  type CallSite,
  type Compute,
  type Frame,
  type InvokeSite,
  mostDirect,
  type Step,
} from './region-site';

/** Makes calls, besides expressions. */
export abstract class Calls extends DirectCalls {
  /** The functions that it has inlined, in how many calls, and the slots that it needs for them. */
  readonly inlined = new Map<LinkedFunction, Inlinable>();
  inlinedCalls = 0;
  slots = 0;

  protected abstract body(nodes: readonly RegionNode[]): Made;

  /** What makes the body of a function that is inlined. */
  protected abstract builderOf(
    fn: LinkedFunction,
    types: Types,
    assumptions: Assumptions,
    inlined: Inlined,
  ): Calls;

  protected call(call: Call): Step {
    const { at } = this.siteOf(call);
    const given = this.arguments(call); // before it is forgotten what the call was of
    const step = this.put(at - 1, this.callValue(call));
    return this.row([...given, { step, abrupt: false }]).step;
  }

  /**
   * The body of a function in the place of a call of it.
   *
   * @param receiver of a method: the slot that it is read from
   * @param shape of a method: the receiver's
   * @param group that the call belongs to
   * @param alone whether no other function is expected there
   */
  private inline(
    call: Call,
    body: Inlinable,
    { place, shape }: Pick<Target, 'place' | 'shape'>,
    receiver: number,
    group?: Group,
    alone = false,
  ): { readonly value: Compute; readonly type: SlotType } {
    const { fn, assigned, result } = body;
    const { at, next } = this.siteOf(call);
    const sources = new Map<number, Source>();
    const given: (SlotType | undefined)[] = [];
    const steps: Made[] = [];
    // What is computed in the place of a parameter uses slots where others could be, so it is all of them or none.
    const inPlace =
      alone &&
      result !== undefined &&
      call.stores.every(
        ({ slot, value }) => slot < at || this.isAtHand(value) || readsOf(result, slot - at) === 1,
      );
    const put = (step: Step): void => void steps.push({ step, abrupt: false });
    for (let slot = 0; slot < fn.arity; slot++) {
      const isReceiver = place !== undefined && slot === fn.arity - 1;
      const value = isReceiver ? slotTree(receiver) : storedBy(call, at + slot);
      if (value === undefined) continue;
      const type = this.types.of(value);
      if (isReceiver || this.isAtHand(value)) {
        if (assigned.has(slot)) {
          put(this.store({ slot: at + slot, value }, call.start));
        } else {
          sources.set(slot, value as Source); // a slot, or at hand
          given[slot] = type;
        }
      } else if (group === undefined) {
        // It has been put into its slot, where numbers are not doubles.
        if (!assigned.has(slot)) given[slot] = isNumber(type) ? 'integer' : type;
      } else if (inPlace) {
        sources.set(slot, this.values.add(this.value(value, call.start), type));
        given[slot] = type;
      } else {
        const isDouble = type === 'double' && !assigned.has(slot);
        put(this.put(at + slot, this.value(value, call.start), isDouble));
        if (!assigned.has(slot)) given[slot] = type === 'double' && !isDouble ? 'integer' : type;
      }
    }
    const types = new SlotTypes(fn, body.statements, given);
    const { doubles } = types;
    for (let slot = fn.arity; slot < fn.localCount; slot++) {
      if (!doubles.includes(slot))
        put(this.store({ slot: at + slot, value: constantTree(null) }, call.start));
    }
    const own = doubles.filter((slot) => slot >= fn.arity);
    const inlined: Inlined = {
      fn,
      outer: this.inside,
      at,
      next,
      sources,
      doubles: own,
      place,
      global: this.callees.globalOf(call),
    };
    const typesAround = new InlinedTypes(this.types, types, at);
    const nodes = new Moved(at, sources).nodes(body.nodes);
    const assumptions = new Map(this.assumptions);
    if (shape !== undefined) assumptions.set(receiver, shape);
    const inside = this.builderOf(fn, typesAround, assumptions, inlined);
    inside.currentGroup = group;
    inside.scope = this.scope;
    inside.callees = this.callees.inside(fn, at);
    const { step } = this.row([...steps, inside.body(nodes)]);
    for (const [each, itsBody] of [[fn, body] as const, ...inside.inlined]) this.inlined.set(each, itsBody);
    this.inlinedCalls += 1 + inside.inlinedCalls;
    this.slots = Math.max(this.slots, at + fn.frameSize, inside.slots);
    const type = returnedIn(nodes, (tree) => inside.types.of(tree)) ?? 'value';
    if (group !== undefined) return { value: step as Compute, type }; // it ends with a value
    const stop = (frame: Frame): void => interruptInlined(inlined, frame);
    return { value: this.paid(fn.entryCost, stop, step), type };
  }

  /** What is inlined, with its fuel. */
  private paid(cost: number, stop: (frame: Frame) => void, body: Step): Compute {
    const { scope } = this;
    if (scope === undefined) return this.compute('inlined', cost, stop, body);
    if (scope.of === 'loop') return this.compute('inlinedIn', cost, stop, body);
    return this.compute('inlinedOf', scope.back, cost, stop, body);
  }

  /** Calls of functions without effects, and the statement that takes their results, with these as one expression in it. */
  protected grouped(group: Group): RegionNode {
    this.currentGroup = group;
    for (const { call, targets, result } of group.calls) {
      if (targets instanceof Array) this.groupedCall(call, targets, result, group);
      else this.numericCall(call, targets, result);
    }
    const type = this.types.of(group.value);
    const computed = this.value(group.value, group.start);
    const site = this.site(group.pc, group.start);
    this.currentGroup = undefined;
    const stop = (frame: Frame): void => leave(site, frame);
    const paid = group.cost === 0 ? computed : this.paid(group.cost, stop, computed);
    return withValue(group.taker, this.values.add(paid, type));
  }

  /** A call of a built-in function that only computes a number. */
  private numericCall(call: Call, known: HostFunction, result: SlotTree): void {
    const site = this.siteOf(call);
    const { at, argc } = site;
    const callee = this.value(storedBy(call, at - 1) ?? slotTree(at - 1), call.start);
    const args = Array.from({ length: argc }, (_, i) =>
      this.value(storedBy(call, at + i) ?? slotTree(at + i), call.start),
    );
    const type = known.counts === undefined ? 'double' : 'integer';
    this.values.define(
      result,
      this.computed(known, callee, args, (fp) => surprise(site, fp)),
      type,
    );
  }

  private groupedCall(call: Call, targets: readonly Target[], result: SlotTree, group: Group): void {
    const { at } = this.siteOf(call);
    const callee = storedBy(call, at - 1);
    const called = (): Compute => this.value(callee ?? slotTree(at - 1), call.start);
    const receiver = this.receiverOf(call);
    const { value, type } = this.expected(call, targets, called, receiver, group);
    const isRead = targets[0]!.shape === undefined || receiver !== at - 1 || callee === undefined;
    const ready = isRead ? undefined : this.put(at - 1, this.value(callee, call.start));
    this.values.define(result, ready === undefined ? value : this.compute('two', ready, value), type);
  }

  /** A call of functions that are all inlined; where it is of another, the region is given up. @param called what is called that is no method */
  private expected(
    call: Call,
    targets: readonly Target[],
    called: () => Compute,
    receiver: number,
    group?: Group,
  ): { readonly value: Compute; readonly type: SlotType } {
    const site = this.siteOf(call);
    const other: Compute = (fp) => surprise(site, fp);
    const [target] = targets;
    const alone = targets.length === 1;
    if (target!.shape === undefined) {
      const { value, type } = this.inline(call, target!.body!, target!, receiver, group, alone);
      if (this.callees.globalOf(call) !== undefined) return { value, type };
      return { value: this.compute('callOf', called(), target!.fn, value, other), type };
    }
    const sure = targets.find(({ shape }) => this.isOfShape(receiver, shape!));
    if (sure !== undefined) return this.inline(call, sure.body!, sure, receiver, group, alone);
    let type: SlotType | undefined;
    const value = targets.reduceRight<Compute>((otherwise, target) => {
      const inlined = this.inline(call, target.body!, target, receiver, group, alone);
      type = join(type, inlined.type);
      return this.invokeOf(receiver, target.shape!, inlined.value, otherwise);
    }, other);
    return { value, type: type! };
  }

  /** A call of a method of one shape that is inlined. */
  private invokeOf(receiver: number, shape: Shape, inlined: Compute, otherwise: Compute): Compute {
    if (this.scope === undefined) return this.compute('invokeOf', receiver, shape, inlined, otherwise);
    return this.compute('invokeOn', this.read(receiver), shape, inlined, otherwise);
  }

  /** How often functions that are inlined in some code use slots of theirs. */
  protected usesOfInlined(nodes: readonly RegionNode[]): [slot: number, weight: number][] {
    const uses: [slot: number, weight: number][] = [];
    this.callees.eachCall(nodes, (call) => {
      const { at } = this.siteOf(call);
      for (const { body } of this.callees.targets(call))
        for (const [slot, weight] of body?.uses ?? []) uses.push([at + slot, weight]);
    });
    return uses;
  }

  protected callValue(call: Call): Compute {
    const site = this.siteOf(call);
    const made = this.callOf(call, site);
    this.callees.forget(site.at - 1);
    return made;
  }

  private callOf(call: Call, site: CallSite): Compute {
    const { at, argc, next, operands, pc } = site;
    const { op } = opcodes[this.fn.code[pc]!]!;
    if (this.inside !== undefined) {
      const called = (): Compute => this.taken(call, at - 1);
      return this.expected(call, this.callees.targets(call), called, this.receiverOf(call)).value;
    }
    if (op === 'OpNew') return this.construct(call, site);
    if (op === 'OpCall') {
      const known = this.callees.known(call);
      const isBuiltin = known instanceof HostFunction && known.isOwn;
      const fits = isBuiltin && argc >= known.minArity && argc <= known.maxArity;
      if (fits && this.isInDirect) return this.directBuiltin(call, known);
      if (fits && argc === 1) return this.compute('builtin1', site, at, known, known.call);
      if (fits && argc === 2) return this.compute('builtin2', site, at, known, known.call);
      const [target] = this.callees.targets(call);
      if (target?.body === undefined && !this.isInDirect) return this.compute('call', site, at, argc, ~next);
      const otherwise = this.closures.cold(
        this.readied(call, this.settled(this.compute('call', site, at, argc, ~next))),
      );
      if (target === undefined) return this.directAny(call, this.taken(call, at - 1), otherwise);
      if (target.body === undefined) return this.directOf(call, target.fn, otherwise);
      const { value } = this.inline(call, target.body, target, at - 1);
      if (this.callees.globalOf(call) !== undefined) return value;
      return this.compute('callOf', this.taken(call, at - 1), target.fn, value, otherwise);
    }
    const cache = this.fn.caches[pc]!;
    const { fn: caller, start, refund, inlined } = site;
    const name = this.fn.constants[operands[0]!] as string; // as verified
    const invoked: InvokeSite = {
      fn: caller,
      pc,
      operands,
      start,
      refund,
      inlined,
      at,
      argc,
      next,
      name,
      cache,
    };
    const from = this.receiverOf(call);
    const all = this.callees.targets(call);
    const sure = all.find(({ shape }) => this.isOfShape(from, shape!));
    const targets = sure === undefined ? all : [sure];
    const isDirect = this.isDirect(call);
    const ready = (made: Compute): Compute =>
      isDirect || all.some(({ body }) => body !== undefined) ? this.readied(call, made) : made;
    return targets.reduceRight<Compute | undefined>(
      (otherwise, target) => {
        const { fn, body, shape, place } = target;
        if (body !== undefined) {
          const { value } = this.inline(call, body, target, from);
          return otherwise === undefined ? value : this.invokeOf(from, shape!, value, otherwise);
        }
        if (isDirect) {
          const called = this.directMethod(call, fn, from, place!);
          if (otherwise === undefined) return called;
          return this.compute('invokeOn', this.read(from), shape!, called, otherwise);
        }
        const framed = this.compute('framed', at, ~next, fn);
        if (otherwise === undefined)
          return this.compute('invokeKnown', from, at, argc, place!, ready(framed));
        return this.compute('invoke', from, at, argc, shape!, place!, ready(framed), otherwise);
      },
      sure === undefined
        ? this.otherMethods(
            call,
            invoked,
            from,
            ready(this.settled(this.compute('invokeOther', invoked, from))),
          )
        : undefined,
    )!; // there is one, if not the last
  }

  /** What is done of a method call whose receiver is of no shape that is expected. @param last what makes any call */
  private otherMethods(call: Call, site: InvokeSite, from: number, last: Compute): Compute {
    const isExpected = this.callees.targets(call).length > 0 && !site.cache.megamorphic;
    if (!this.isInDirect || site.argc >= mostDirect) return isExpected ? this.closures.cold(last) : last;
    const any = this.invokeAny(call, site, from, this.closures.cold(last));
    return this.inFields(call, from, isExpected ? this.closures.cold(any) : any);
  }

  /** A call of what a field holds, of a class too: for each shape that the site has met with such a field. */
  private inFields(call: Call, from: number, otherwise: Compute): Compute {
    return this.fn.caches[call.pc]!.known().reduce((otherwise, { shape, place }) => {
      const isMethod = shape.functions[place] !== undefined;
      if (isMethod) return otherwise;
      // Of a class, the cache has the slot itself, since it has no methods.
      const held = this.compute('fieldOf', this.read(from), place < 0 ? ~place : place);
      const called = this.directAny(call, held, this.closures.cold(otherwise));
      return this.compute('invokeOn', this.read(from), shape, called, otherwise);
    }, otherwise);
  }

  private construct(call: Call, site: CallSite): Compute {
    const { at, argc, next } = site;
    const [target] = this.callees.targets(call);
    const bare = this.isInDirect ? this.callees.bare(call) : undefined;
    if (bare !== undefined) return this.directBare(call, bare);
    if (target === undefined) return this.compute('constructOther', site);
    const { fn, body, shape, place } = target;
    if (body !== undefined) {
      const { value } = this.inline(call, body, target, at + argc);
      if (this.isInDirect) return this.directNew(call, target, value);
      return this.compute('constructOf', site, at, argc, shape!, value);
    }
    if (this.isInDirect) return this.directNew(call, target, undefined);
    const framed = this.compute('framed', at, ~next, fn);
    return this.compute('construct', site, at, argc, shape!, place!, framed, fn);
  }
}
