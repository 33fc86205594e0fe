/**
 * Loops in regions: where their variables are, and the template that each is made of. Loops inside are made before what is around them, so the hottest
 * code is served first.
 */

import { type Label, type Loop, type RegionNode, withoutHandlers } from '../load/structured-code';
import { thread } from '../runtime/thread';
import { doubles } from './doubles';
import type { RegisterTemplates } from './generated/registers';
import { inliningLimits } from './host-inlining';
import { Calls } from './region-call-sites';
import type { Call } from './region-callees';
import type { RegionClosures } from './region-closures';
import type { Made } from './region-expressions';
import { Groups } from './region-groups';
import { hasLoop, type RegisterScope, registersOf, registersOfCallingLoop } from './region-registers';
import type { Compute, Step } from './region-site';

export type If = Extract<RegionNode, { kind: 'if' }>;

type RegisterCount = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** A test, and what follows on either side. */
export interface Decision {
  readonly test: Compute;
  readonly yes: readonly RegionNode[];
  readonly no: readonly RegionNode[];
}

const goesAway = (nodes: readonly RegionNode[]): boolean => nodes.length === 1 && nodes[0]!.kind === 'go';

/** Makes loops, besides calls. */
export abstract class Loops extends Calls {
  protected readonly groups = new Groups(this.fn, this.callees, this.values);

  /** A condition, together with those inside it that lead to the same end on one side. */
  protected abstract decision(node: If): Decision;

  /** Finds registers for code that calls directly what it does not inline. What would be too much with all that can be inlined calls some of it directly. */
  protected direct(
    nodes: readonly RegionNode[],
    find: (bytesOfCall: (call: Call) => number | undefined, most: number) => RegisterScope | undefined,
  ): RegisterScope | undefined {
    for (const [inlined, most] of inliningLimits().direct) {
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

  /** Puts a value where cells and the code around have it. */
  protected putBack(slot: number, value: Compute): Step {
    if (this.scope!.doubles.has(slot)) return this.step('storeDoubleOf', doubles, slot, value);
    return this.step('storeOf', thread.stack, slot, value);
  }

  /** A loop, with its variables in registers where that can be. */
  protected loop(whole: Loop): Made[] {
    const around = this.scope;
    const { label } = whole;
    // What is thrown puts registers into slots: where that is often so there are none, and then handlers find all they need.
    const node = { ...whole, body: withoutHandlers(this.fn, whole.body) };
    const mayHave = this.inside === undefined && this.surroundings.mayHaveRegisters(label.pc);
    const often = (): void => this.surroundings.onSettled(label.pc);
    // Loops inside had better have registers that nobody else has, and the host compiles them by themselves.
    const isOuter = this.surroundings.isEntry(label.pc) && hasLoop(node.body);
    const scope = mayHave
      ? registersOf(
          this.fn,
          node,
          this.types,
          this.bytesByCall(node.body, (call) => this.callees.bytesOfCall(call)),
          around,
          !isOuter,
          () => this.usesOfInlined(node.body),
          often,
        )
      : undefined;
    if (scope === undefined) {
      const mayCall = mayHave && around === undefined && !isOuter;
      return (mayCall ? this.callingLoop(node, often) : undefined) ?? this.looped(whole);
    }
    const given = this.begin(scope);
    const place = this.compute(around === undefined ? 'same' : 'place');
    const isOutermost = around?.of !== 'loop';
    const left = this.compute(isOutermost ? 'budget' : 'left');
    this.scope = scope;
    const back = (slot: number): Made => {
      const value = this.read(slot);
      const outside = around?.registerOf(slot);
      const step = outside === undefined ? this.putBack(slot, value) : this.step(`back${outside}`, value);
      return { step, abrupt: false };
    };
    const fuel: Made = { step: this.step(isOutermost ? 'backBudget' : 'backLeft'), abrupt: false };
    const { slots } = scope.homes;
    scope.back = this.row([...slots.map(back), fuel]).step;
    const end = this.row([
      ...slots.map((slot) => (scope.isTemporary(slot) ? this.cleared(slot) : back(slot))),
      fuel,
    ]).step;
    const [{ step, abrupt }, ...behind] = this.looped(node) as [Made, ...Made[]]; // a loop is made
    this.scope = around;
    this.closures.registers += scope.slots.length;
    this.closures.doubles += scope.doubles.size;
    const key = `with${given.length as RegisterCount}` as const;
    const all = [...given, place, left, scope.homes, end, step] as Parameters<RegisterTemplates['with1']>; // as the key says
    const made = this.step(key, ...all);
    return [{ step: made, abrupt }, ...behind];
  }

  /** Empties the slot of an operand that there is no longer: what a slow path has put there would keep garbage alive. */
  private cleared(slot: number): Made {
    return { step: this.putBack(slot, this.compute('constant', null)), abrupt: false };
  }

  /** What the registers of a loop begin with. */
  private begin(scope: RegisterScope): Compute[] {
    return scope.slots.map((slot) =>
      scope.isTemporary(slot) ? this.compute('constant', null) : this.read(slot),
    );
  }

  /** A loop in a frame that calls functions directly, with its variables in registers as a function has them. */
  private callingLoop(node: Loop, often: () => void): Made[] | undefined {
    const scope = this.direct(node.body, (bytesOfCall, most) =>
      registersOfCallingLoop(
        this.fn,
        node,
        this.types,
        bytesOfCall,
        most,
        () => this.usesOfInlined(node.body),
        often,
      ),
    );
    if (scope === undefined) return undefined;
    const given = this.begin(scope);
    this.scope = scope;
    const { slots } = scope.homes;
    scope.back = this.backWith(slots, 'backFrame');
    const temporaries = slots.filter((slot) => scope.isTemporary(slot));
    const others = slots.filter((slot) => !scope.isTemporary(slot));
    const ends = [
      ...temporaries.map((slot) => this.cleared(slot)),
      { step: this.backWith(others, 'backFrame'), abrupt: false },
    ];
    const end = this.row(ends).step;
    const [{ step, abrupt }, ...behind] = this.looped(node) as [Made, ...Made[]]; // a loop is made
    this.scope = undefined;
    this.callees.limit(Number.POSITIVE_INFINITY);
    this.closures.registers += scope.slots.length;
    this.closures.doubles += scope.doubles.size;
    const key = `calling${given.length as RegisterCount}` as const;
    const all = [...given, scope.homes, end, step] as Parameters<RegisterTemplates['calling1']>; // as the key says
    return [{ step: this.step(key, ...all), abrupt }, ...behind];
  }

  /** Puts registers of a function into their slots, and its frame on the thread. */
  protected backWith(slots: readonly number[], ...frame: Parameters<RegionClosures['step']>): Step {
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
    const loop = (exit: Label | undefined): Made => ({
      step: this.whileStep(test, inner, cost, label.pc, exit),
      abrupt: inner.abrupt,
    });
    if (away.label === exit) return [loop(exit)];
    const leave: Made = { step: this.step('go', away.label), abrupt: true };
    if (exit === undefined) return [loop(undefined), leave];
    // What the condition leaves for is not what the body does: that is behind both.
    return [{ step: this.step('block', this.row([loop(undefined), leave]).step, exit), abrupt: true }];
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

  protected safepoint(cost: number, header: number): Step {
    const { scope } = this;
    if (scope === undefined) return this.step('safepoint', cost, header);
    return this.step(scope.of === 'loop' ? 'safepointIn' : 'safepointOf', scope.back, cost, header);
  }
}
