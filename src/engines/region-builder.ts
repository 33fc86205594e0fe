/**
 * From structured code to the closures of a region: picks a template for each node by where its operands are and what is known
 * of them. Loops inside are made before what is around them, so the hottest code is
 * served first.
 */

import { isGone, type Label, type RegionNode, type Simple, takenBy, withValue } from '../load/regions';
import { isNumber, type Types } from '../load/slot-types';
import { isIn, type Tree } from '../load/trees';
import type { LinkedFunction } from '../runtime/linked';
import { thread } from '../runtime/thread';
import { codeOf } from './fused-code';
import type { RegisterTemplates } from './generated/registers';
import type { Assumptions } from './region-assumptions';
import { Calls } from './region-call-sites';
import type { Call } from './region-callees';
import type { RegionClosures } from './region-closures';
import { leave } from './region-exits';
import type { Made } from './region-expressions';
import { Groups } from './region-groups';
import { type Inlined, isThrow } from './region-inlining';
import {
  directEntries,
  mostBytes,
  needsNoClosure,
  type RegisterScope,
  registersOf,
  registersOfCallingLoop,
  registersOfFunction,
} from './region-registers';
import type { Completion, Compute, Frame, Step } from './region-site';
import { makeCell } from './threaded';

type If = Extract<RegionNode, { kind: 'if' }>;
type Loop = Extract<RegionNode, { kind: 'loop' }>;

type RegisterCount = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/**
 * Bytes of functions that code with direct calls takes in, at most, and that it comes to with them: the first that it fits. What is larger than the host
 * inlines into one function has registers that are in memory, which is still better than slots.
 */
const directLimits = [
  [Number.POSITIVE_INFINITY, mostBytes],
  [400, mostBytes],
  [200, mostBytes],
  [0, mostBytes],
  [200, 4000],
] as const;

/** A function that is called directly. */
export interface DirectFunction {
  /** Runs it with its registers. */
  readonly body: Step;
  readonly scope: RegisterScope;
}

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

const goesAway = (nodes: readonly RegionNode[]): boolean => nodes.length === 1 && nodes[0]!.kind === 'go';

/** Whether two bodies do nothing but go to the same place. */
function sameWay(a: readonly RegionNode[], b: readonly RegionNode[]): boolean {
  if (a.length === 0 || b.length === 0) return a.length === b.length;
  const [one, other] = [a[0]!, b[0]!];
  return (
    a.length === 1 && b.length === 1 && one.kind === 'go' && other.kind === 'go' && one.label === other.label
  );
}

export class RegionBuilder extends Calls {
  private readonly groups = new Groups(this.fn, this.callees, this.values);

  /** What runs a body. Gives how it ended. */
  whole(nodes: readonly RegionNode[]): (fp: number) => Completion {
    return this.body(nodes).step as (fp: number) => Completion; // a step without a completion gives none
  }

  protected body(nodes: readonly RegionNode[]): Made {
    const made: Made[] = [];
    for (let i = 0; i < nodes.length; i++) {
      const group = this.inside === undefined ? this.groups.find(nodes, i) : undefined;
      if (group !== undefined) {
        made.push(...this.node(this.grouped(group)));
        i = group.last;
        continue;
      }
      const node = nodes[i]!;
      const call = node.kind === 'simple' && node.statement.kind === 'call' ? node.statement : undefined;
      const taker = call && nodes[i + 1];
      if (call === undefined || !this.takesResult(call, taker)) {
        made.push(...this.node(node));
        continue;
      }
      made.push(...this.first(call), ...this.arguments(call));
      made.push(...this.node(withValue(taker, this.values.add(this.callValue(call), 'value'))));
      i++;
    }
    return this.row(made);
  }

  /** Whether what follows a call takes its result and does nothing with it that could fail: then it need not be in its slot. */
  private takesResult(call: Call, node: RegionNode | undefined): node is RegionNode {
    const taken = takenBy(node);
    const slot = this.siteOf(call).at - 1;
    return taken?.start === call.end && isIn(taken.value, slot) && isGone(this.fn, slot, taken);
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
    const isInSlot = tree.kind === 'slot' && !this.values.has(tree.slot) && this.scope === undefined;
    if (isInSlot && !isNumber(this.types.at(tree.slot))) return this.compute('truthOfSlot', tree.slot);
    return this.compute('truth', this.value(tree, start, true));
  }

  /**
   * A function that is called directly, with all that it has in registers; `undefined` where it cannot be called so.
   *
   * @param often says that registers have often been put into slots, or that frames have often been wanted
   */
  wholeDirect(nodes: readonly RegionNode[], often: () => void): DirectFunction | undefined {
    const { fn } = this;
    const scope = this.direct(nodes, (bytesOfCall, most) =>
      registersOfFunction(fn, nodes, this.types, bytesOfCall, most, often),
    );
    if (scope === undefined) return undefined;
    this.scope = scope;
    scope.back = needsNoClosure(fn)
      ? this.backWith(scope.slots, 'backMethod', fn, this.read(fn.arity - 1))
      : this.backWith(scope.slots, 'backFrame');
    const { step } = this.body(nodes);
    const body = codeOf(fn)!.readsClosure ? this.step('two', this.step('closed'), step) : step;
    return { body, scope };
  }

  /** Finds registers for code that calls directly what it does not inline. What would be too much with all that can be inlined calls some of it directly. */
  private direct(
    nodes: readonly RegionNode[],
    find: (bytesOfCall: (call: Call) => number | undefined, most: number) => RegisterScope | undefined,
  ): RegisterScope | undefined {
    for (const [inlined, most] of directLimits) {
      this.callees.limit(inlined);
      const scope = find(
        this.bytesByCall(nodes, (call) => this.bytesOfDirect(call)),
        most,
      );
      if (scope !== undefined) return scope;
    }
    this.callees.limit(Number.POSITIVE_INFINITY);
    return undefined;
  }

  /**
   * The way into a function that is called directly.
   *
   * @param slots that it needs
   * @param otherwise by slot: what runs it where what is assumed of that does not hold
   */
  directEntry(
    { body, scope }: DirectFunction,
    slots: number,
    otherwise: (slot: number) => Compute,
  ): LinkedFunction['direct'] {
    const checked = this.step('checked', scope.back, body, slots, this.fn.entryCost) as Compute;
    const inside = [...this.assumptions].reduce<Compute>((inside, [slot, assumption]) => {
      const [value, other] = [this.read(slot), this.closures.cold(otherwise(slot))];
      if (assumption === 'number') return this.compute('ifNumber', value, inside, other);
      if (assumption === 'array') return this.compute('ifArray', value, inside, other);
      return this.compute('invokeOn', value, assumption, inside, other);
    }, checked);
    return this.taking(inside, scope);
  }

  /** What is given the arguments of a function. */
  taking(inside: Step, { homes }: RegisterScope): LinkedFunction['direct'] {
    const count = this.fn.arity as 1 | 2 | 3 | 4 | 5; // no function with more is called directly
    const entry = this.step(`taking${count}`, inside, homes) as unknown as LinkedFunction['direct']; // as the key says
    directEntries.add(entry);
    return entry;
  }

  /** Puts a value into a slot of the frame. */
  private putBack(slot: number, value: Compute): Step {
    return this.step('storeOf', thread.stack, slot, value);
  }

  /** A loop, with its variables in registers where that can be. */
  private loop(node: Loop): Made[] {
    const around = this.scope;
    const { label } = node;
    const mayHave = this.inside === undefined && this.surroundings.mayHaveRegisters(label.pc);
    const often = (): void => this.surroundings.onSettled(label.pc);
    const scope = mayHave
      ? registersOf(
          this.fn,
          node.body,
          this.types,
          this.bytesByCall(node.body, (call) => this.bytesOfCall(call)),
          around,
          often,
        )
      : undefined;
    if (scope === undefined) {
      const mayCall = mayHave && around === undefined;
      return (mayCall ? this.callingLoop(node, often) : undefined) ?? this.looped(node);
    }
    const given = scope.slots.map((slot) => this.read(slot));
    const place = this.compute(around === undefined ? 'same' : 'place');
    const isOutermost = around?.of !== 'loop';
    const left = this.compute(isOutermost ? 'budget' : 'left');
    this.scope = scope;
    const back = scope.homes.slots.map((slot): Made => {
      const value = this.read(slot);
      const outside = around?.registerOf(slot);
      const step = outside === undefined ? this.putBack(slot, value) : this.step(`back${outside}`, value);
      return { step, abrupt: false };
    });
    back.push({ step: this.step(isOutermost ? 'backBudget' : 'backLeft'), abrupt: false });
    scope.back = this.row(back).step;
    const [{ step, abrupt }, ...behind] = this.looped(node) as [Made, ...Made[]]; // a loop is made
    this.scope = around;
    this.closures.registers += scope.slots.length;
    const key = `with${given.length as RegisterCount}` as const;
    const all = [...given, place, left, scope.homes, scope.back, step] as Parameters<
      RegisterTemplates['with1']
    >; // as the key says
    const made = this.step(key, ...all);
    return [{ step: made, abrupt }, ...behind];
  }

  /** A loop in a frame that calls functions directly, with its variables in registers as a function has them. */
  private callingLoop(node: Loop, often: () => void): Made[] | undefined {
    const scope = this.direct(node.body, (bytesOfCall, most) =>
      registersOfCallingLoop(this.fn, node.body, this.types, bytesOfCall, most, often),
    );
    if (scope === undefined) return undefined;
    const given = scope.slots.map((slot) => this.read(slot));
    this.scope = scope;
    scope.back = this.backWith(scope.homes.slots, 'backFrame');
    const [{ step, abrupt }, ...behind] = this.looped(node) as [Made, ...Made[]]; // a loop is made
    this.scope = undefined;
    this.callees.limit(Number.POSITIVE_INFINITY);
    this.closures.registers += scope.slots.length;
    const key = `calling${given.length as RegisterCount}` as const;
    const all = [...given, scope.homes, scope.back, step] as Parameters<RegisterTemplates['calling1']>; // as the key says
    return [{ step: this.step(key, ...all), abrupt }, ...behind];
  }

  /** Puts registers of a function into their slots, and its frame on the thread. */
  private backWith(slots: readonly number[], ...frame: Parameters<RegionClosures['step']>): Step {
    const back = slots.map((slot): Made => ({ step: this.putBack(slot, this.read(slot)), abrupt: false }));
    return this.row([...back, { step: this.step(...frame), abrupt: false }]).step;
  }

  private looped(node: Loop): Made[] {
    const body = this.headed(node.body);
    const made = this.whileLoop({ ...node, body });
    if (made !== undefined) return made;
    const { label, exit } = node;
    const step = this.step('loop', this.body(body).step, label, exit);
    return [{ step, abrupt: true }];
  }

  /** A loop's body, of which the calls that its condition begins with are part of the condition, where they can be. */
  private headed(body: readonly RegionNode[]): readonly RegionNode[] {
    if (body.at(-1)?.kind !== 'if' || body.length === 1) return body;
    const group = this.inside === undefined ? this.groups.find(body, 0) : undefined;
    return group?.last === body.length - 1 ? [this.grouped(group)] : body;
  }

  /** A loop that tests a condition first and comes back at its very end only, the usual one. */
  private whileLoop({ label, exit, body }: Loop): Made[] | undefined {
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
    const loop: Made = { step: this.whileStep(test, inner, cost, label.pc, exit), abrupt: inner.abrupt };
    if (away.label === exit) return [loop];
    return [loop, { step: this.step('go', away.label), abrupt: true }];
  }

  private whileStep(
    test: Compute,
    { step, abrupt }: Made,
    cost: number,
    header: number,
    exit: Label | undefined,
  ): Step {
    const { scope } = this;
    if (scope === undefined) {
      return abrupt
        ? this.step('whileUntil', test, step, cost, header, exit)
        : this.step('while', test, step, cost, header);
    }
    const isLoop = scope.of === 'loop';
    return abrupt
      ? this.step(isLoop ? 'whileUntilIn' : 'whileUntilOf', scope.back, test, step, cost, header, exit)
      : this.step(isLoop ? 'whileIn' : 'whileOf', scope.back, test, step, cost, header);
  }

  private safepoint(cost: number, header: number): Step {
    const { scope } = this;
    if (scope === undefined) return this.step('safepoint', cost, header);
    return this.step(scope.of === 'loop' ? 'safepointIn' : 'safepointOf', scope.back, cost, header);
  }

  private simple(statement: Simple): Step {
    switch (statement.kind) {
      case 'store':
        this.callees.note(statement);
        return this.store(statement, statement.start, true);
      case 'effect':
        return this.operation(statement.tree, statement.start, true);
      case 'loop':
        return this.safepoint(this.fn.loopCosts[statement.pc]!, statement.target);
      case 'call':
        return this.call(statement);
      case 'plain':
        if (isThrow(this.fn, statement) && (this.inside ?? this.scope) !== undefined)
          return this.thrown(statement);
        return this.closures.note(
          'plain',
          this.surroundings.plain(this.site(statement.pc, statement.start), makeCell(this.fn, statement.pc)),
        );
    }
  }

  /** Where something is thrown in an inlined function, or in a loop with registers: cells do it. */
  private thrown({ pc, start }: Simple): Step {
    const site = this.site(pc, start);
    return this.closures.note('leave', (frame: Frame) => leave(site, frame));
  }

  protected builderOf(
    fn: LinkedFunction,
    types: Types,
    assumptions: Assumptions,
    inlined: Inlined,
  ): RegionBuilder {
    return new RegionBuilder(fn, types, this.closures, this.surroundings, assumptions, inlined, this.values);
  }
}
