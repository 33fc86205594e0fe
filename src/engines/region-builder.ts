/**
 * From structured code to the closures of a region: picks a template for each node by where its operands are and what is known
 * of them. Loops inside are made before what is around them, so the hottest code is
 * served first.
 */

import { opcodes, operandsAt } from '../isa/isa';
import type { RegionNode, Simple } from '../load/regions';
import { isNumber, type SlotType, type Types } from '../load/slot-types';
import { isIn, type OpTree, type Store, slotTree, type Tree } from '../load/trees';
import type { LinkedFunction } from '../runtime/linked';
import { ClassValue, type Shape } from '../runtime/objects';
import { isShort } from '../runtime/text-costs';
import { thread } from '../runtime/thread';
import { Closure, HostFunction, type Value } from '../runtime/value';
import { regionPlaces } from './generated/region-places';
import { knownValue } from './region-callees';
import type { RegionClosures } from './region-closures';
import {
  type Inlinable,
  type Inlined,
  InlinedTypes,
  inlinable,
  Moved,
  type Source,
  typesInside,
} from './region-inlining';
import type { CallSite, Completion, Compute, InvokeSite, RegionSite, Step } from './region-site';
import { makeCell } from './threaded';

/** What a closure was made for, and how it may end. */
interface Made {
  readonly step: Step;
  /** Whether it may end elsewhere than behind itself. */
  readonly abrupt: boolean;
}

/** What instructions are done by that no template is worth. */
export interface Fallbacks {
  /** Runs the cell of one instruction. */
  plain(site: RegionSite, cell: (fp: number) => number): Step;
}

type If = Extract<RegionNode, { kind: 'if' }>;

/** A test, and what follows on either side. */
interface Decision {
  readonly test: Compute;
  readonly yes: readonly RegionNode[];
  readonly no: readonly RegionNode[];
}

/** The condition that is all of a body. */
function onlyIf(nodes: readonly RegionNode[]): If | undefined {
  const [only] = nodes;
  return nodes.length === 1 && only!.kind === 'if' && only!.branch.first.length === 0 ? only : undefined;
}

/** The same value; of strings the host's own copy, which it tells from others by its address. */
const interned = (value: Value): Value =>
  typeof value === 'string' ? Object.keys({ [value]: null })[0]! : value;

const goesAway = (nodes: readonly RegionNode[]): boolean => nodes.length === 1 && nodes[0]!.kind === 'go';

/** Whether two bodies do nothing but go to the same place. */
function sameWay(a: readonly RegionNode[], b: readonly RegionNode[]): boolean {
  if (a.length === 0 || b.length === 0) return a.length === b.length;
  const [one, other] = [a[0]!, b[0]!];
  return (
    a.length === 1 && b.length === 1 && one.kind === 'go' && other.kind === 'go' && one.label === other.label
  );
}

type Call = Extract<Simple, { kind: 'call' }>;

/** A function that a call most likely calls. */
interface Target {
  readonly fn: LinkedFunction;
  /** Its code, where it can be inlined. */
  readonly body: Inlinable | undefined;
  /** Of a method: the shape of its receiver, and its place among the methods. */
  readonly shape: Shape | undefined;
  readonly place: number | undefined;
}

export class RegionBuilder {
  /** The call whose result the statement behind it takes, which is being made. */
  private result: { readonly slot: number; readonly value: Compute } | undefined;
  /** The functions that it has inlined, in how many calls, and the slots that it needs for them. */
  readonly inlined = new Map<LinkedFunction, Inlinable>();
  inlinedCalls = 0;
  slots = 0;
  private readonly bodies = new Map<LinkedFunction, Inlinable | undefined>();

  /** @param inside of an inlined function's body, the function */
  constructor(
    private readonly fn: LinkedFunction,
    private readonly types: Types,
    private readonly closures: RegionClosures,
    private readonly fallbacks: Fallbacks,
    private readonly inside?: Inlined,
  ) {}

  /** What runs a body. Gives how it ended. */
  whole(nodes: readonly RegionNode[]): (fp: number) => Completion {
    return this.body(nodes).step as (fp: number) => Completion; // a step without a completion gives none
  }

  private step(...given: Parameters<RegionClosures['step']>): Step {
    return this.closures.step(...given);
  }

  private compute(...given: Parameters<RegionClosures['compute']>): Compute {
    return this.closures.compute(...given);
  }

  private body(nodes: readonly RegionNode[]): Made {
    const made: Made[] = [];
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i]!;
      const call = node.kind === 'simple' && node.statement.kind === 'call' ? node.statement : undefined;
      const taker = call && nodes[i + 1];
      if (call === undefined || !this.takesResult(call, taker)) {
        made.push(...this.node(node));
        continue;
      }
      made.push(...this.first(call), ...this.arguments(call));
      this.result = { slot: this.siteOf(call).at - 1, value: this.callValue(call) };
      made.push(...this.node(taker));
      i++;
    }
    return this.row(made);
  }

  /** Whether what follows a call takes its result and does nothing with it that could fail: then it need not be in its slot. */
  private takesResult(call: Call, node: RegionNode | undefined): node is RegionNode {
    if (node === undefined || (node.kind !== 'simple' && node.kind !== 'return' && node.kind !== 'if'))
      return false;
    const taker = node.kind === 'if' ? node.branch : node.statement;
    if (taker.start !== call.end || taker.first.length > 0) return false;
    const { heights } = this.fn;
    const taken =
      taker.kind === 'store' || taker.kind === 'return'
        ? taker.value
        : taker.kind === 'branch'
          ? taker.condition
          : undefined;
    if (taken === undefined || !isIn(taken, this.siteOf(call).at - 1)) return false;
    if (taker.kind === 'return') return true;
    // `OpAnd` and `OpOr` leave what they decide on where they jump to.
    const isGone = (pc: number): boolean => heights[pc]! < heights[call.end]!;
    return isGone(taker.end) && (taker.kind !== 'branch' || isGone(taker.target));
  }

  /** Steps in a row as one. */
  private row(steps: readonly Made[]): Made {
    let rest: Made | undefined;
    for (let end = steps.length; end > 0; ) {
      const last = steps[end - 1]!;
      if (rest !== undefined && last.abrupt) {
        rest = { step: this.step('andThen', last.step, rest.step), abrupt: true };
        end--;
        continue;
      }
      if (rest === undefined) {
        rest = last;
        end--;
        continue;
      }
      let start = end - 1;
      while (start > 0 && end - start < 3 && !steps[start - 1]!.abrupt) start--;
      const before = steps.slice(start, end).map(({ step }) => step);
      rest = { step: this.inARow(before, rest.step), abrupt: rest.abrupt };
      end = start;
    }
    return rest ?? { step: this.step('nothing'), abrupt: false };
  }

  private inARow([a, b, c]: readonly Step[], last: Step): Step {
    if (b === undefined) return this.step('two', a!, last);
    if (c === undefined) return this.step('three', a!, b, last);
    return this.step('four', a!, b, c, last);
  }

  private node(node: RegionNode): Made[] {
    switch (node.kind) {
      case 'simple':
        return [...this.first(node.statement), { step: this.simple(node.statement), abrupt: false }];
      case 'go':
        return [{ step: this.step('go', node.label), abrupt: true }];
      case 'return': {
        const { value, start } = node.statement;
        return [...this.first(node.statement), { step: this.value(value, start), abrupt: true }];
      }
      case 'block': {
        const { step, abrupt } = this.body(node.body);
        return [{ step: this.step('block', step, node.label), abrupt }];
      }
      case 'if':
        return [...this.first(node.branch), this.condition(node)];
      case 'loop':
        return this.loop(node);
    }
  }

  private first({ first, start }: Pick<Simple, 'first' | 'start'>): Made[] {
    return first.map((store) => ({ step: this.store(store, start), abrupt: false }));
  }

  private condition(node: If): Made {
    const { test, yes, no } = this.decision(node);
    const a = this.body(yes);
    const b = this.body(no);
    // What a test gives is no completion.
    if (no.length === 0) return { step: this.step('when', test, a.step), abrupt: a.abrupt };
    if (yes.length === 0) return { step: this.step('unless', test, b.step), abrupt: b.abrupt };
    return { step: this.step('either', test, a.step, b.step), abrupt: a.abrupt || b.abrupt };
  }

  /** A condition, together with those inside it that lead to the same end on one side. */
  private decision({ branch, yes, no }: If): Decision {
    const test = this.test(branch.condition, branch.start);
    const onYes = onlyIf(yes);
    if (onYes !== undefined && (sameWay(onYes.no, no) || sameWay(onYes.yes, no))) {
      const inner = this.decision(onYes);
      if (sameWay(inner.no, no)) return { test: this.compute('and', test, inner.test), yes: inner.yes, no };
      const not = this.compute('not', inner.test);
      return { test: this.compute('and', test, not), yes: inner.no, no };
    }
    const onNo = onlyIf(no);
    if (onNo !== undefined && (sameWay(onNo.yes, yes) || sameWay(onNo.no, yes))) {
      const inner = this.decision(onNo);
      if (sameWay(inner.yes, yes)) return { test: this.compute('or', test, inner.test), yes, no: inner.no };
      const not = this.compute('not', inner.test);
      return { test: this.compute('or', test, not), yes, no: inner.yes };
    }
    return { test, yes, no };
  }

  private test(tree: Tree, start: number): Compute {
    if (this.types.of(tree) === 'boolean') return this.value(tree, start, true);
    if (tree.kind === 'slot' && !isNumber(this.types.at(tree.slot)) && tree.slot !== this.result?.slot)
      return this.compute('truthOfSlot', tree.slot);
    return this.compute('truth', this.value(tree, start, true));
  }

  private loop(node: Extract<RegionNode, { kind: 'loop' }>): Made[] {
    const made = this.whileLoop(node);
    if (made !== undefined) return made;
    const { label, exit, body } = node;
    const step = this.step('loop', this.body(body).step, label, exit);
    return [{ step, abrupt: true }];
  }

  /** A loop that tests a condition first and comes back at its very end only, the usual one. */
  private whileLoop({ label, exit, body }: Extract<RegionNode, { kind: 'loop' }>): Made[] | undefined {
    const [head, ...others] = body;
    if (head?.kind !== 'if' || others.length > 0 || label.used || head.branch.first.length > 0)
      return undefined;
    const decision = this.decision(head);
    const leavesOn = goesAway(decision.no);
    const leavesOff = goesAway(decision.yes);
    if (leavesOn === leavesOff) return undefined;
    const inside = leavesOn ? decision.yes : decision.no;
    const [away] = leavesOn ? decision.no : decision.yes;
    const back = inside.at(-1);
    if (away?.kind !== 'go' || back?.kind !== 'simple' || back.statement.kind !== 'loop') return undefined;
    const { pc, target, first } = back.statement;
    if (first.length > 0 || target !== label.pc) return undefined;
    const test = leavesOn ? decision.test : this.compute('not', decision.test);
    const inner = this.body(inside.slice(0, -1));
    const cost = this.fn.loopCosts[pc]!;
    const loop: Made = inner.abrupt
      ? { step: this.step('whileUntil', test, inner.step, cost, label.pc, exit), abrupt: true }
      : { step: this.step('while', test, inner.step, cost, label.pc), abrupt: false };
    if (away.label === exit) return [loop];
    return [loop, { step: this.step('go', away.label), abrupt: true }];
  }

  private simple(statement: Simple): Step {
    switch (statement.kind) {
      case 'store':
        return this.store(statement, statement.start, true);
      case 'effect':
        return this.operation(statement.tree, statement.start, true);
      case 'loop':
        return this.step('safepoint', this.fn.loopCosts[statement.pc]!, statement.target);
      case 'call':
        return this.call(statement);
      case 'plain':
        return this.closures.note(
          'plain',
          this.fallbacks.plain(this.site(statement.pc, statement.start), makeCell(this.fn, statement.pc)),
        );
    }
  }

  private site(pc: number, start: number): RegionSite {
    return { fn: this.fn, pc, operands: operandsAt(this.fn.code, pc), start, inlined: this.inside };
  }

  /** @param whole whether the value may be computed by all that its instruction does */
  private store({ slot, value }: Store, start: number, whole = false): Step {
    const isDouble = this.types.at(slot) === 'double';
    if (value.kind === 'constant') {
      if (isDouble) return this.step('storeDoubleConstant', slot, value.value as number); // as its type says
      return this.step('storeConstant', slot, value.value);
    }
    const moves = value.kind === 'slot' && value.slot !== this.result?.slot;
    if (!isDouble && moves && this.types.at(value.slot) !== 'double') {
      return this.step('storeSlot', thread.stack, slot, value.slot);
    }
    return this.step(isDouble ? 'storeDouble' : 'store', slot, this.value(value, start, whole));
  }

  private value(tree: Tree, start: number, whole = false): Compute {
    if (tree.kind === 'constant') return this.compute('constant', tree.value);
    if (tree.kind === 'op') return this.operation(tree, start, whole);
    if (tree.slot === this.result?.slot) return this.takeResult();
    return this.compute(this.types.at(tree.slot) === 'double' ? 'double' : 'slot', tree.slot);
  }

  /** The closure of a data instruction. */
  private operation(tree: OpTree, start: number, whole: boolean): Compute {
    const allowed = regionPlaces[tree.op]!;
    const inputs = tree.inputs.map((input, i) => this.operand(input, allowed[i]!, start));
    if (inputs.length > 0 && inputs.every(({ place }) => place === 'c' || place === 'k')) {
      inputs[0] = { place: 'x', given: this.value(tree.inputs[0]!, start) };
    }
    const key = `${tree.op}.${inputs.map(({ place }) => place).join('')}`;
    const given = [...inputs.map((input) => input.given), this.site(tree.pc, start)];
    return this.closures.operation(key, given, whole);
  }

  private operand(tree: Tree, allowed: string, start: number): { place: string; given: unknown } {
    const asNumber = allowed.includes('n') && isNumber(this.types.of(tree));
    if (tree.kind === 'slot') {
      const isDouble = this.types.at(tree.slot) === 'double';
      const place = isDouble ? 'f' : asNumber ? 'i' : 's';
      if (allowed.includes(place)) return { place, given: tree.slot };
    } else if (tree.kind === 'constant') {
      if (allowed.includes('k') && isShort(tree.value)) return { place: 'k', given: interned(tree.value) };
      const fits = !allowed.includes('n') || typeof tree.value === 'number';
      if (fits && allowed.includes('c')) return { place: 'c', given: tree.value };
    }
    return { place: asNumber ? 'n' : 'x', given: this.value(tree, start) };
  }

  private call(call: Call): Step {
    const { at } = this.siteOf(call);
    const step = this.step('store', at - 1, this.callValue(call));
    return this.row([...this.arguments(call), { step, abrupt: false }]).step;
  }

  private takeResult(): Compute {
    const { value } = this.result!;
    this.result = undefined;
    return value;
  }

  private siteOf({ pc, start, end }: Call): CallSite {
    const { fn } = this;
    const site = this.site(pc, start);
    const argc = site.operands.at(-1)!;
    return { ...site, at: fn.localCount + fn.heights[pc]! - argc, argc, next: end };
  }

  /** Puts what a call takes into its slots, but for a receiver that is read where it is. */
  private arguments(call: Call): Made[] {
    const { at } = this.siteOf(call);
    const isRead = this.receiverOf(call) !== at - 1;
    const isInlined = this.targets(call).some(({ body }) => body !== undefined);
    return call.stores
      .filter(({ slot, value }) => {
        if (slot === at - 1) return !isRead;
        return !isInlined || !this.isAtHand(value);
      })
      .map((store) => ({ step: this.store(store, call.start), abrupt: false }));
  }

  /** Whether a value can be read wherever it is needed until the caller goes on. */
  private isAtHand(value: Tree): value is Source {
    return value.kind === 'constant' || (value.kind === 'slot' && value.slot < this.fn.localCount);
  }

  /** The functions that a call most likely calls. */
  private targets(call: Call): Target[] {
    const { at, argc, pc } = this.siteOf(call);
    const targets: Target[] = [];
    const { op } = opcodes[this.fn.code[pc]!]!;
    if (op === 'OpCall') {
      const callee = call.stores.find(({ slot }) => slot === at - 1)?.value;
      const known = callee && knownValue(callee);
      if (known instanceof Closure && known.fn.arity === argc)
        targets.push({ fn: known.fn, body: this.bodyOf(known.fn), shape: undefined, place: undefined });
    } else if (op === 'OpInvoke') {
      for (const { shape, place } of this.fn.caches[pc]!.known()) {
        const method = shape.functions[place];
        // A place below zero is that of a field.
        if (method?.arity === argc + 1) targets.push({ fn: method, body: this.bodyOf(method), shape, place });
      }
    }
    return targets;
  }

  private bodyOf(fn: LinkedFunction): Inlinable | undefined {
    const known = this.bodies.get(fn);
    if (known !== undefined || this.bodies.has(fn)) return known;
    const body = inlinable(fn);
    this.bodies.set(fn, body);
    return body;
  }

  /** Has what a call takes put into its slots that an inlined function reads where it is. */
  private readied(call: Call, compute: Compute): Compute {
    const { at } = this.siteOf(call);
    const steps = call.stores
      .filter(({ slot, value }) => slot !== at - 1 && this.isAtHand(value))
      .map((store) => ({ step: this.store(store, call.start), abrupt: false }));
    return steps.length === 0 ? compute : this.compute('readied', this.row(steps).step, compute);
  }

  /**
   * The body of a function in the place of a call of it.
   *
   * @param receiver the slot that it is read from, of a method
   */
  private inline(call: Call, body: Inlinable, place: number | undefined, receiver: number): Compute {
    const { fn, assigned } = body;
    const { at, next } = this.siteOf(call);
    const sources = new Map<number, Source>();
    const given: (SlotType | undefined)[] = [];
    const steps: Made[] = [];
    for (let slot = 0; slot < fn.arity; slot++) {
      const isReceiver = place !== undefined && slot === fn.arity - 1;
      const value = isReceiver
        ? slotTree(receiver)
        : call.stores.find((store) => store.slot === at + slot)?.value;
      if (value === undefined) continue;
      const type = this.types.of(value);
      if (!isReceiver && !this.isAtHand(value)) {
        // It has been put into its slot, where numbers are not doubles.
        if (!assigned.has(slot)) given[slot] = isNumber(type) ? 'integer' : type;
      } else if (assigned.has(slot)) {
        steps.push({ step: this.store({ slot: at + slot, value }, call.start), abrupt: false });
      } else {
        sources.set(slot, value as Source); // a slot, or at hand
        given[slot] = type;
      }
    }
    const types = typesInside(body, given);
    const { doubles } = types;
    for (let slot = fn.arity; slot < fn.localCount; slot++) {
      if (!doubles.includes(slot))
        steps.push({ step: this.step('storeConstant', at + slot, null), abrupt: false });
    }
    const inlined: Inlined = {
      fn,
      at,
      next,
      sources,
      doubles: doubles.filter((slot) => slot >= fn.arity),
      place,
    };
    const inside = new RegionBuilder(
      fn,
      new InlinedTypes(this.types, types, at),
      this.closures,
      this.fallbacks,
      inlined,
    );
    const made = inside.body(new Moved(at, sources).nodes(body.nodes));
    this.inlined.set(fn, body);
    this.inlinedCalls++;
    this.slots = Math.max(this.slots, at + fn.frameSize);
    return this.compute('inlined', inlined, fn.entryCost, this.row([...steps, made]).step);
  }

  /** The slot that the receiver of an `OpInvoke` is read from. */
  private receiverOf(call: Call): number {
    const { fn } = this;
    const { at } = this.siteOf(call);
    if (opcodes[fn.code[call.pc]!]!.op !== 'OpInvoke') return at - 1;
    const receiver = call.stores.find(({ slot }) => slot === at - 1)?.value;
    // Nothing that is done before the call assigns a local.
    const isLocal = receiver?.kind === 'slot' && receiver.slot < fn.localCount;
    return isLocal && this.types.at(receiver.slot) !== 'double' ? receiver.slot : at - 1;
  }

  private callValue(call: Call): Compute {
    const site = this.siteOf(call);
    const { at, argc, next, operands, pc } = site;
    const { op } = opcodes[this.fn.code[pc]!]!;
    const callee = call.stores.find(({ slot }) => slot === at - 1)?.value;
    const known = callee && knownValue(callee);
    if (op === 'OpNew') return this.construct(site, known);
    if (op === 'OpCall') {
      const isBuiltin = known instanceof HostFunction && known.isOwn;
      const fits = isBuiltin && argc >= known.minArity && argc <= known.maxArity;
      if (fits && argc === 1) return this.compute('builtin1', site, at, known, known.call);
      if (fits && argc === 2) return this.compute('builtin2', site, at, known, known.call);
      const [target] = this.targets(call);
      if (target?.body === undefined) return this.compute('call', site, at, argc, ~next);
      const otherwise = this.readied(call, this.compute('call', site, at, argc, ~next));
      return this.compute(
        'callOf',
        at - 1,
        target.fn,
        this.inline(call, target.body, undefined, at - 1),
        otherwise,
      );
    }
    const cache = this.fn.caches[pc]!;
    const invoked: InvokeSite = { ...site, name: this.fn.constants[operands[0]!] as string, cache }; // as verified
    const from = this.receiverOf(call);
    const targets = this.targets(call);
    const ready = (made: Compute): Compute =>
      targets.some(({ body }) => body !== undefined) ? this.readied(call, made) : made;
    return targets.reduceRight<Compute>(
      (otherwise, { fn, body, shape, place }) => {
        if (body !== undefined) {
          return this.compute('invokeOf', from, shape!, this.inline(call, body, place, from), otherwise);
        }
        const framed = this.compute('framed', at, ~next, fn);
        return this.compute('invoke', from, at, argc, shape!, place!, ready(framed), otherwise);
      },
      ready(this.compute('invokeOther', invoked, from)),
    );
  }

  private construct(site: CallSite, callee: Value | undefined): Compute {
    const shape = callee instanceof ClassValue ? callee.instances : undefined;
    const place = shape?.constructorPlace;
    const initializer = place === undefined ? undefined : shape?.functions[place];
    if (shape === undefined || place === undefined || initializer?.arity !== site.argc + 1) {
      return this.compute('constructOther', site);
    }
    const { at, argc, next } = site;
    const framed = this.compute('framed', at, ~next, initializer);
    return this.compute('construct', site, at, argc, shape, place, framed, initializer.frameSize);
  }
}
