/**
 * What the code generator writes instructions with: knows at every point how many operands are on the stack and whether
 * control can come there at all. Dead code is not written, so heights never disagree.
 */

import { type FunctionBuilder, type JumpOpName, Label, type PlainOpName } from '../bytecode/builder';
import { moduleLimits } from '../bytecode/module';
import { narrow, pops } from '../isa/isa';
import { Abandoned, type Problem, type Report } from './diagnostics';
import { problems } from './problems';

/** Slots of ended scopes are used again only in functions with more: a slot with one use keeps one type. */
const slotsBeforeReuse = 200;

export class Emitter {
  /** Operands on the stack. */
  protected height = 0;
  /** Whether control can come to the next instruction. */
  protected live = true;
  /** Labels at which errors are caught, and the ends of what they cover: no instruction may be moved across. */
  readonly boundaries = new Set<Label>();
  private readonly heights = new Map<Label, number>();
  private readonly freeSlots: number[] = [];
  private place = -1;

  constructor(
    protected readonly out: FunctionBuilder,
    protected readonly report: Report,
  ) {}

  /** The source offset of what is emitted next. */
  protected from(offset: number): this {
    if (offset === this.place) return this;
    this.place = offset;
    const { line, column } = this.report.source.positionAt(offset);
    this.out.at(line, column);
    return this;
  }

  protected emit(op: PlainOpName, ...operands: number[]): this {
    if (!this.live) return this;
    this.out.emit(op, ...operands);
    const info = narrow[op];
    this.height += info.picture.outputs.length - pops(info, operands);
    if (this.height > moduleLimits.stack) this.abandon(problems.tooManyOperands(moduleLimits.stack));
    if (!info.falls) this.live = false;
    return this;
  }

  protected jump(op: JumpOpName, label: Label): this {
    if (!this.live) return this;
    this.out.jump(op, label);
    const info = narrow[op];
    const left = this.height - info.picture.inputs.length;
    if (op !== 'OpLoop') this.arrive(label, left + info.takenPicture.outputs.length);
    this.height = left + info.picture.outputs.length;
    if (!info.falls) this.live = false;
    return this;
  }

  private arrive(label: Label, height: number): void {
    const known = this.heights.get(label);
    if (known !== undefined && known !== height) {
      throw new Error(`a label is reached with ${known} operands and with ${height}`);
    }
    this.heights.set(label, height);
  }

  /** Puts a label here; control goes on here if it can, or if a jump comes. */
  protected mark(label: Label): this {
    const known = this.heights.get(label);
    if (known === undefined) return this;
    if (this.live) this.arrive(label, this.height);
    this.height = known;
    this.live = true;
    this.out.mark(label);
    return this;
  }

  /** A label here that nothing but `OpLoop` jumps to. */
  protected loopHead(): Label {
    const label = new Label();
    this.out.mark(label);
    return label;
  }

  /** A label for a place that nothing jumps to: where a variable's name or a handler's range begins or ends. */
  protected here(): Label {
    const label = new Label();
    this.out.mark(label);
    return label;
  }

  /** Begins a handler: control comes with `height` operands and the error. */
  protected beginHandler(height: number): Label {
    const label = this.here();
    this.boundaries.add(label);
    this.live = true;
    this.height = height + 1;
    return label;
  }

  /** Drops operands down to a height. */
  protected dropTo(height: number): void {
    while (this.live && this.height > height) this.emit('OpPop');
  }

  /** A slot for a variable. */
  protected takeSlot(): number {
    const { out } = this;
    const used = out.localCount >= slotsBeforeReuse ? this.freeSlots.pop() : undefined;
    if (used !== undefined) return used;
    if (out.localCount >= moduleLimits.locals) this.abandon(problems.tooManyLocals(moduleLimits.locals));
    return out.local();
  }

  protected giveBack(slot: number): void {
    this.freeSlots.push(slot);
  }

  /** Reports what makes code impossible, at the place at hand, and gives up. */
  protected abandon(problem: Problem): never {
    const start = Math.max(this.place, 0);
    this.report.add(problem, start, start + 1);
    throw new Abandoned();
  }
}
