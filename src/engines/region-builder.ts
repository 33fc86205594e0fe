/**
 * From structured code to the closures of a region: picks a template for each node by where its operands are and what is known
 * of them.
 */

import { opcodes } from '../isa/isa';
import { isNumber, type Types } from '../load/slot-types';
import {
  isGone,
  type Label,
  type RegionNode,
  type Simple,
  takenBy,
  withoutHandlers,
  withValue,
} from '../load/structured-code';
import { isIn, type Statement, type Tree } from '../load/trees';
import type { LinkedFunction } from '../runtime/linked';
import { codeOf } from './fused-code';
import type { Assumptions } from './region-assumptions';
import type { Call } from './region-callees';
import { thrownWith } from './region-exits';
import { type Made, ownSite } from './region-expressions';
import { handleAt, throwTo } from './region-handlers';
import { type Inlined, isThrow, thrownFrom, withoutThrows } from './region-inlining';
import { type Decision, type If, Loops } from './region-loops';
import {
  directEntries,
  hasLoop,
  needsNoClosure,
  plainInDirect,
  type RegisterScope,
  registersOfFunction,
} from './region-registers';
import type { Completion, Compute, Step } from './region-site';
import { makeCell } from './threaded';
import { handlerOf } from './unwind';

/** A function that is called directly. */
export interface DirectFunction {
  /** Runs it with its registers. */
  readonly body: Step;
  readonly scope: RegisterScope;
}

/** The condition that is all of a body. */
function onlyIf(nodes: readonly RegionNode[]): If | undefined {
  const [only] = nodes;
  return nodes.length === 1 && only!.kind === 'if' && only!.branch.first.length === 0 ? only : undefined;
}

/** Whether two bodies do nothing but go to the same place. */
function sameWay(a: readonly RegionNode[], b: readonly RegionNode[]): boolean {
  if (a.length === 0 || b.length === 0) return a.length === b.length;
  const [one, other] = [a[0]!, b[0]!];
  return (
    a.length === 1 && b.length === 1 && one.kind === 'go' && other.kind === 'go' && one.label === other.label
  );
}

export class RegionBuilder extends Loops {
  /** Labels of the handlers around what is made. */
  private readonly handlers: Label[] = [];

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
    return (
      taken?.start === call.end &&
      isIn(taken.value, slot) &&
      isGone(this.fn, slot - (this.inside?.at ?? 0), taken)
    );
  }

  private node(node: RegionNode): Made[] {
    switch (node.kind) {
      case 'simple': {
        const handler = this.handlerAround(node.statement);
        const made =
          handler === undefined
            ? { step: this.simple(node.statement), abrupt: false }
            : { step: this.throwTo(node.statement, handler), abrupt: true };
        return [...this.first(node.statement), made];
      }
      case 'go':
        return [{ step: this.step('go', node.label), abrupt: true }];
      case 'return': {
        const { value, start } = node.statement;
        return [...this.first(node.statement), { step: this.value(value, start, true), abrupt: true }];
      }
      case 'block': {
        const { step, abrupt } = this.body(node.body);
        return [{ step: this.step('block', step, node.label), abrupt }];
      }
      case 'try': {
        const { label, body, handler } = node;
        this.handlers.push(label);
        const { step, abrupt } = this.body(body);
        this.handlers.pop();
        return [{ step: this.step('tried', step, label, handleAt(label)), abrupt }, this.body(handler)];
      }
      case 'if':
        return [...this.first(node.branch), this.condition(node)];
      case 'loop':
        return this.loop(node);
    }
  }

  /** Where a statement leads that throws to a handler around it. */
  private handlerAround(statement: Statement): Label | undefined {
    if (this.handlers.length === 0 || !isThrow(this.fn, statement)) return undefined;
    const handler = handlerOf(this.fn, statement.pc);
    return this.handlers.find((label) => label.pc === handler?.target);
  }

  private throwTo({ pc, start }: Simple, label: Label): Step {
    const { localCount, heights } = this.fn;
    const slot = localCount + heights[pc]! - 1;
    return this.closures.note('throwTo', throwTo(this.site(pc, start), slot, label));
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
  protected decision({ branch, yes, no }: If): Decision {
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
  wholeDirect(whole: readonly RegionNode[], often: () => void): DirectFunction | undefined {
    const { fn } = this;
    const nodes = withoutThrows(fn, withoutHandlers(fn, whole));
    const scope = this.direct(nodes, (bytesOfCall, most) =>
      registersOfFunction(fn, nodes, this.types, bytesOfCall, most, () => this.usesOfInlined(nodes), often),
    );
    if (scope === undefined) return undefined;
    this.scope = scope;
    this.closures.registersOfFunctions += scope.slots.length;
    this.closures.doubles += scope.doubles.size;
    scope.back = needsNoClosure(fn)
      ? this.backWith(scope.slots, 'backMethod', fn, this.read(fn.arity - 1))
      : this.backWith(scope.slots, 'backFrame');
    // A variable that is null once and a double then would be a box to the host.
    const none = [...scope.doubles].map(
      (slot): Made => ({ step: this.put(slot, this.compute('constant', 0), true), abrupt: false }),
    );
    const first = [...none, ...this.localsInSlots(scope)];
    // Only a loop with registers of its own looks for the closure where cells have it.
    if (codeOf(fn)!.readsClosure && hasLoop(nodes)) first.push({ step: this.step('closed'), abrupt: false });
    const { step } = this.row([...first, this.body(nodes)]);
    return { body: step, scope };
  }

  /** What locals that are in their slots begin with. */
  private localsInSlots(scope: RegisterScope): Made[] {
    return scope
      .localsInSlots(this.fn, this.types)
      .map((slot) => ({ step: this.putBack(slot, this.compute('constant', null)), abrupt: false }));
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
    // Where it is stopped before it has begun, its locals have not begun either.
    const back = this.row([...this.localsInSlots(scope), { step: scope.back, abrupt: false }]).step;
    const checked = this.step('checked', back, body, slots, this.fn.entryCost) as Compute;
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
        if (this.isInDirect) return this.plainDirect(statement);
        return this.closures.note(
          'plain',
          this.surroundings.plain(this.site(statement.pc, statement.start), makeCell(this.fn, statement.pc)),
        );
    }
  }

  /** A closure or an array that is made, or a box, where variables are in registers of a function. */
  private plainDirect({ pc, start }: Simple): Step {
    const { fn } = this;
    const site = ownSite(this.site(pc, start));
    const kind = plainInDirect(fn, pc);
    if (kind === 'box') return this.closures.directOperation(`${opcodes[fn.code[pc]!]!.op}.`, [site], true)!; // there is one
    const count = site.operands.at(-1) as 0; // nothing of more is made there
    const at = fn.localCount + fn.heights[pc]! - count;
    const values = Array.from({ length: count }, (_, i) => this.read(at + i)) as [];
    const made =
      kind === 'array'
        ? this.compute(`array${count}`, site, ...values)
        : this.compute(`closure${count}`, site, fn.module.functions[site.operands[0]!]!, ...values);
    return this.put(at, made);
  }

  /** Where something is thrown in an inlined function, or in a loop with registers: cells do it. */
  private thrown({ pc, start }: Simple): Step {
    const site = this.site(pc, start);
    const given = this.inside === undefined ? thrownWith(site, this.scope!.homes) : thrownFrom(site);
    return this.closures.note('leave', given);
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
