/**
 * The peephole optimiser: tidies up the instructions of one function before they are laid out. Every rule keeps what the
 * program does, where its errors come from, and the rule that only `OpLoop` jumps backward.
 */

import { type Item, Label, type OpItem } from '../bytecode/builder';
import { narrow, type OpName } from '../isa/isa';

/** Pushes that cannot fail and have no other effect. */
const purePushes: ReadonlySet<OpName> = new Set<OpName>([
  'OpConstant',
  'OpNull',
  'OpTrue',
  'OpFalse',
  'OpGetLocal',
  'OpGetFree',
  'OpImport',
  'OpSelf',
  'OpDup',
]);

/** One round makes room for the next; few programs need three. */
const mostRounds = 8;

/**
 * @param boundaries labels of handlers, which no instruction may cross; their targets are alive whatever jumps there
 * @returns the items to put in place of these
 */
export function optimizeItems(items: readonly Item[], boundaries: ReadonlySet<Label>): Item[] {
  let current = [...items];
  for (let round = 0; round < mostRounds; round++) {
    const pass = new Pass(current, boundaries);
    pass.thread();
    const next = pass.sweep();
    if (!pass.changed) return next;
    current = next;
  }
  return current;
}

class Pass {
  changed = false;
  /** Index of each label's item. */
  private readonly places = new Map<Label, number>();
  /** By index: where the first instruction at or after it is; the number of items where there is none. */
  private readonly firstOps: Int32Array;
  /** How many jumps go forward to each label. */
  private readonly jumps = new Map<Label, number>();
  /** Where loops begin. */
  private readonly loopHeads = new Set<Label>();
  /** Labels to be put behind the item of an index. */
  private readonly added = new Map<number, Label>();

  constructor(
    private readonly items: Item[],
    private readonly boundaries: ReadonlySet<Label>,
  ) {
    this.firstOps = new Int32Array(items.length + 1).fill(items.length);
    for (let i = items.length - 1; i >= 0; i--) {
      const item = items[i]!;
      this.firstOps[i] = item.kind === 'op' ? i : this.firstOps[i + 1]!;
      if (item.kind === 'label') this.places.set(item.label, i);
      else if (item.op === 'OpLoop') this.loopHeads.add(item.label!);
      else if (item.label !== undefined) this.count(item.label, 1);
    }
  }

  private count(label: Label, by: number): void {
    this.jumps.set(label, (this.jumps.get(label) ?? 0) + by);
  }

  /** Whether control can come to a label otherwise than from the instruction before it. */
  private isEntry(label: Label): boolean {
    return this.boundaries.has(label) || (this.jumps.get(label) ?? 0) > 0;
  }

  private targetOf(label: Label): number {
    return this.firstOps[this.places.get(label)!]!;
  }

  private replace(i: number, item: OpItem): void {
    const { label: old } = this.items[i] as OpItem; // jumps only
    if (old !== undefined) this.count(old, -1);
    if (item.label !== undefined) this.count(item.label, 1);
    this.items[i] = item;
    this.changed = true;
  }

  // Jumps to jumps. From the end on, so that each target is where its own jump ends up already.

  thread(): void {
    for (let i = this.items.length - 1; i >= 0; i--) {
      const item = this.items[i]!;
      if (item.kind !== 'op' || item.label === undefined || item.op === 'OpLoop') continue;
      const at = this.targetOf(item.label);
      const threaded = this.threaded(item, at);
      if (threaded !== undefined) this.replace(i, threaded);
    }
  }

  /** What a jump to the instruction at `at` can be instead. */
  private threaded(jump: OpItem, at: number): OpItem | undefined {
    const { op } = jump;
    const target = this.items[at];
    const place = plain(jump);
    if (target === undefined || target.kind !== 'op') {
      return op === 'OpJump' ? { ...place, op: 'OpReturn' } : undefined;
    }
    if (op === 'OpJump' && target.op === 'OpReturn') return { ...place, op: 'OpReturn' };
    if (target.label === undefined) return undefined;
    if (target.op === 'OpJump' || (target.op === op && (op === 'OpAnd' || op === 'OpOr'))) {
      return target.label === jump.label ? undefined : { ...place, op, label: target.label };
    }
    const keeps = op === 'OpAnd' ? false : op === 'OpOr' ? true : undefined;
    if (keeps === undefined) return undefined;
    // The value that the jump would keep is only tested again at its target, with an outcome that is known.
    const conditional = keeps ? 'OpJumpIfTrue' : 'OpJumpIfFalse';
    if (target.op === conditional) return { ...place, op: conditional, label: target.label };
    if (isConditional(target.op)) return { ...place, op: conditional, label: this.behind(at) };
    return undefined;
  }

  /** A label behind the instruction at `at`. */
  private behind(at: number): Label {
    const label = this.added.get(at) ?? new Label();
    this.added.set(at, label);
    this.places.set(label, at + 1);
    return label;
  }

  // One walk over the items that leaves out what is dead and what comes to nothing.

  sweep(): Item[] {
    const out: Item[] = [];
    let live = true;
    for (let i = 0; i < this.items.length; i++) {
      const item = this.items[i]!;
      if (item.kind === 'label') {
        live ||= this.isEntry(item.label);
        out.push(item);
      } else if (!live) {
        this.drop(item);
      } else {
        live = this.place(out, item, i);
      }
      const label = this.added.get(i);
      if (label !== undefined) {
        out.push({ kind: 'label', label });
        live ||= this.isEntry(label);
      }
    }
    return out;
  }

  private drop(item: OpItem): void {
    this.changed = true;
    if (item.label !== undefined && item.op !== 'OpLoop') this.count(item.label, -1);
  }

  /** Writes an instruction, or what it comes to; says whether control can go on behind it. */
  private place(out: Item[], item: OpItem, i: number): boolean {
    if (this.goesToNext(item, i)) {
      // It still takes its condition.
      if (item.op !== 'OpJump') out.push({ ...plain(item), op: 'OpPop' });
      this.drop(item);
      return true;
    }
    const before = this.lastOp(out);
    const op = before < 0 ? undefined : (out[before] as OpItem).op; // it is the index of an instruction
    if (item.op === 'OpPop' && op !== undefined && purePushes.has(op)) {
      out.splice(before, 1);
      this.changed = true;
    } else if (isConditionalJump(item.op) && op === 'OpNot') {
      out.splice(before, 1);
      this.changed = true;
      out.push({ ...item, op: item.op === 'OpJumpIfFalse' ? 'OpJumpIfTrue' : 'OpJumpIfFalse' });
    } else {
      out.push(item);
    }
    return narrow[item.op].falls;
  }

  private goesToNext({ op, label }: OpItem, i: number): boolean {
    if (label === undefined || !(op === 'OpJump' || isConditionalJump(op))) return false;
    return this.targetOf(label) === this.firstOps[i + 1]!;
  }

  /** The index of the instruction written last, if nothing can come between it and the next; -1 otherwise. */
  private lastOp(out: readonly Item[]): number {
    for (let i = out.length - 1; i >= 0; i--) {
      const item = out[i]!;
      if (item.kind === 'op') return i;
      if (this.isEntry(item.label) || this.loopHeads.has(item.label)) return -1;
    }
    return -1;
  }
}

/** An instruction without operands or target at the same place. */
const plain = ({ line, column }: OpItem): Omit<OpItem, 'op'> => ({ kind: 'op', operands: [], line, column });

const isConditionalJump = (op: OpName): boolean => op === 'OpJumpIfFalse' || op === 'OpJumpIfTrue';

const isConditional = (op: OpName): boolean => isConditionalJump(op) || op === 'OpAnd' || op === 'OpOr';
