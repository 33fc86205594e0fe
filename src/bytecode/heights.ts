/**
 * The height of the operand stack before every instruction that can be reached: what the builder declares, what the
 * verifier proves, and what engines rely on instead of a stack pointer. Every instruction is visited once.
 *
 * The code must be well-formed already: known opcodes, whole operands, targets and handler ranges on boundaries.
 */

import { opcodes } from '../isa/isa';
import type { Handler } from '../runtime/linked';
import { effects, popsAt, targetOf } from './effects';
import { HandlerIndex } from './handler-index';

export type HeightRule = 'stack underflow' | 'stack height' | 'falls off the end' | 'handler';

export interface HeightViolation {
  readonly rule: HeightRule;
  readonly offset: number;
  readonly detail: string;
}

export interface Heights {
  /**
   * By pc; -1 where no instruction that can be reached begins. One entry longer than the code: the last one is 1 where
   * the code can be run off, else -1.
   */
  readonly heights: Int32Array;
  readonly maxStack: number;
  /** By handler: the declared heights, and those that were found for `unknownHeight`. */
  readonly handlerHeights: Int32Array;
}

/**
 * A handler's height that the analysis finds. Handlers of one target share one height: that at the first start among
 * them, or at another instruction they cover where that start cannot be reached. So a `try` whose range has holes (where its
 * `finally` was copied in) cuts back to where it began, however deep the stack is behind a hole.
 */
export const unknownHeight = -1;

/** `0007`: an offset as listings show it. */
export const showOffset = (offset: number): string => String(offset).padStart(4, '0');

const thereAre = (count: number): string => (count === 1 ? 'there is 1' : `there are ${count}`);

/** Handlers of one target whose height is to be found. */
interface TargetGroup {
  readonly target: number;
  readonly members: number[];
  /** The earliest start among them. */
  start: number;
  /** An instruction they cover that was reached, as low as is known. */
  reached: number;
  settled: boolean;
}

function groupByTarget(handlers: readonly Handler[]): Map<number, TargetGroup> {
  const groups = new Map<number, TargetGroup>();
  handlers.forEach(({ start, target, height }, i) => {
    if (height !== unknownHeight) return;
    const group = groups.get(target);
    if (group === undefined) {
      const reached = Number.POSITIVE_INFINITY;
      groups.set(target, { target, members: [i], start, reached, settled: false });
    } else {
      group.members.push(i);
      group.start = Math.min(group.start, start);
    }
  });
  return groups;
}

class HeightAnalysis {
  readonly heights: Int32Array;
  readonly handlerHeights: Int32Array;
  maxStack = 0;
  violation: HeightViolation | undefined;
  /** Instructions whose height is known and whose successors are not. */
  private readonly pending: number[] = [];
  private readonly unreached: HandlerIndex | undefined;
  /** Handlers whose height is to be found, by target. */
  private readonly groups: ReadonlyMap<number, TargetGroup>;
  /** The same, by rising start. */
  private readonly groupOrder: readonly TargetGroup[];
  /** Groups that cover reached code. */
  private readonly waiting: TargetGroup[] = [];

  constructor(
    private readonly code: Uint8Array,
    private readonly handlers: readonly Handler[],
  ) {
    this.heights = new Int32Array(code.length + 1).fill(-1);
    this.handlerHeights = Int32Array.from(handlers, ({ height }) => height);
    this.unreached = handlers.length > 0 ? new HandlerIndex(handlers) : undefined;
    this.groups = groupByTarget(handlers);
    this.groupOrder = [...this.groups.values()].sort((a, b) => a.start - b.start);
  }

  run(): void {
    this.reach(0, 0);
    do {
      for (let pc = this.pending.pop(); pc !== undefined; pc = this.pending.pop()) {
        this.follow(pc);
        if (this.violation !== undefined) return;
      }
    } while (this.settleWaiting());
    // Reaching the end of the code, or a target twice, leaves nothing pending to notice it by.
    if (this.violation === undefined && this.handlers.length > 0) this.checkCovered();
  }

  private fail(rule: HeightRule, offset: number, detail: string): void {
    this.violation ??= { rule, offset, detail };
  }

  /** Control can come to `pc` with `height` operands. Whether it is new that it can come there. */
  private arrive(pc: number, height: number): boolean {
    const known = this.heights[pc]!;
    if (known === height) return false;
    if (pc === this.code.length && height !== 1) {
      this.fail('falls off the end', pc, `one operand must be left as the result, ${thereAre(height)}`);
      return false;
    }
    if (known >= 0) {
      this.fail('stack height', pc, `it is reached with ${known} operands and with ${height}`);
      return false;
    }
    this.heights[pc] = height;
    if (height > this.maxStack) this.maxStack = height;
    return pc < this.code.length;
  }

  private reach(pc: number, height: number): void {
    if (this.arrive(pc, height)) this.pending.push(pc);
  }

  /** Walks the straight run of instructions from `first` on. */
  private follow(first: number): void {
    const { code, heights } = this;
    let last = first;
    for (let pc = first; ; ) {
      last = pc;
      const opcode = code[pc]!;
      const effect = effects[opcode]!;
      const height = heights[pc]!;
      const popped = popsAt(code, pc);
      if (popped > height) {
        const { mnemonic } = opcodes[opcode]!;
        this.fail('stack underflow', pc, `${mnemonic} takes ${popped}, ${thereAre(height)}`);
        return;
      }
      const left = height - popped;
      if (effect.jumps) this.reach(targetOf(code, pc), left + effect.takenPushes);
      // What is pushed by an instruction that nothing follows, if any does, still needs its room.
      if (left + effect.pushes > this.maxStack) this.maxStack = left + effect.pushes;
      if (!effect.falls) break;
      pc += effect.size;
      if (!this.arrive(pc, left + effect.pushes)) break;
    }
    if (this.unreached !== undefined) this.enterHandlers(this.unreached, first, last);
  }

  /** Enters the handlers that cover the straight run from `first` to `last`, and were not entered before. */
  private enterHandlers(unreached: HandlerIndex, first: number, last: number): void {
    for (let i = unreached.take(first, last); i >= 0; i = unreached.take(first, last)) {
      const { start, target } = this.handlers[i]!;
      const height = this.handlerHeights[i]!;
      if (height !== unknownHeight) {
        this.reach(target, height + 1);
        continue;
      }
      const group = this.groups.get(target)!;
      group.reached = Math.min(group.reached, Math.max(first, start));
      this.waiting.push(group);
    }
    for (let next = this.firstGroupFrom(first); next < this.groupOrder.length; next++) {
      const group = this.groupOrder[next]!;
      if (group.start > last) break;
      this.settle(group, group.start);
    }
  }

  /** The place in `groupOrder` of the first that starts at `pc` or later. */
  private firstGroupFrom(pc: number): number {
    let low = 0;
    let high = this.groupOrder.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.groupOrder[middle]!.start < pc) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Gives the handlers of a group the height at `pc`, and enters them. */
  private settle(group: TargetGroup, pc: number): void {
    if (group.settled) return;
    group.settled = true;
    const height = this.heights[pc]!;
    for (const i of group.members) this.handlerHeights[i] = height;
    this.reach(group.target, height + 1);
  }

  /** Settles a group whose start was not reached, though code that it covers was. Whether there was one. */
  private settleWaiting(): boolean {
    for (let group = this.waiting.pop(); group !== undefined; group = this.waiting.pop()) {
      if (group.settled) continue;
      this.settle(group, group.reached);
      return true;
    }
    return false;
  }

  /**
   * An error can be raised by any covered instruction, when it has taken its operands: what a handler keeps must lie below
   * them. Walks the code from its end with the chain of falling minima on a stack, which answers for each range.
   */
  private checkCovered(): void {
    const { code, heights, handlers, handlerHeights } = this;
    const byStart = handlers.map((_, i) => i).sort((a, b) => handlers[a]!.start - handlers[b]!.start);
    const pcs: number[] = [];
    const lows: number[] = [];
    for (let pc = code.length - 1; pc >= 0 && byStart.length > 0; pc--) {
      if (heights[pc]! >= 0) {
        const low = heights[pc]! - popsAt(code, pc);
        while (lows.length > 0 && lows.at(-1)! >= low) {
          lows.pop();
          pcs.pop();
        }
        lows.push(low);
        pcs.push(pc);
      }
      for (let i = byStart.at(-1); i !== undefined && handlers[i]!.start === pc; i = byStart.at(-1)) {
        byStart.pop();
        const lowest = deepestBefore(pcs, handlers[i]!.end);
        if (lowest < 0) continue;
        const kept = handlerHeights[i]!;
        if (lows[lowest]! >= kept) continue;
        const where = showOffset(handlers[i]!.target);
        const detail = `the handler at ${where} keeps ${kept} operands, but here ${lows[lowest]} may be left`;
        this.fail('handler', pcs[lowest]!, detail);
        return;
      }
    }
  }
}

/** The first place in the falling `pcs` whose pc is below `end`; -1 without one. */
function deepestBefore(pcs: readonly number[], end: number): number {
  let low = 0;
  let high = pcs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pcs[middle]! < end) high = middle;
    else low = middle + 1;
  }
  return low < pcs.length ? low : -1;
}

/**
 * The heights of well-formed code, or the first rule it breaks.
 * @param handlers with their heights, or `unknownHeight` where it is to be found
 */
export function findHeights(code: Uint8Array, handlers: readonly Handler[]): Heights | HeightViolation {
  const analysis = new HeightAnalysis(code, handlers);
  analysis.run();
  const { heights, maxStack, handlerHeights, violation } = analysis;
  if (violation !== undefined) return violation;
  // What covers only dead code is never entered.
  return { heights, maxStack, handlerHeights: handlerHeights.map((height) => Math.max(height, 0)) };
}
