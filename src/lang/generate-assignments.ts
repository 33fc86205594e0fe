/**
 * Code for assignments, to variables and to parts of what is held in arrays, maps and objects.
 */

import { AssignmentOrder } from './assignment-order';
import type { Assignment, Index, Member } from './ast';
import { ExpressionGenerator } from './generate-expressions';
import { binaryOp } from './operators';

/** What an assignment puts a value into: how it gets onto the stack, how both are copied, and what takes it from there. */
interface AssignedPart {
  readonly push: () => void;
  readonly copy: 'OpDup' | 'OpDup2';
  readonly get: () => void;
  readonly set: () => void;
}

export abstract class AssignmentGenerator extends ExpressionGenerator {
  /** Keeps the value of an assignment to an element or a field while it is stored. */
  private scratch: number | undefined;
  private readonly order = new AssignmentOrder((name) => {
    const variable = this.variableOf(name);
    return variable.kind === 'local' && variable.owner === this.scope && !variable.boxed;
  });

  protected assignment(node: Assignment, wanted: boolean): void {
    const { target } = node;
    if (target.kind === 'index') {
      this.elementAssignment(node, target, wanted);
      return;
    }
    if (target.kind === 'member') {
      this.fieldAssignment(node, target, wanted);
      return;
    }
    if (!this.live) return;
    const variable = this.variableOf(target);
    if (node.operator !== undefined) {
      this.from(target.start);
      this.load(variable);
    }
    this.assigned(node);
    if (wanted) this.emit('OpDup');
    this.from(target.start);
    this.store(variable);
  }

  private elementAssignment(node: Assignment, target: Index, wanted: boolean): void {
    const push = (): void => {
      this.value(target.collection);
      this.value(target.key);
    };
    const set = (): void => void this.emit('OpSetIndex');
    this.partAssignment(node, target.at, wanted, {
      push,
      copy: 'OpDup2',
      get: () => this.emit('OpIndex'),
      set,
    });
  }

  private fieldAssignment(node: Assignment, target: Member, wanted: boolean): void {
    const push = (): void => this.value(target.object);
    const get = (): void => void this.emit('OpGetField', this.nameConstant(target.name));
    const set = (): void => void this.emit('OpSetField', this.nameConstant(target.name));
    this.partAssignment(node, target.at, wanted, { push, copy: 'OpDup', get, set });
  }

  /** Where the value can be computed before the rest, it is: then nothing else waits on the stack while it is put away. */
  private partAssignment(node: Assignment, at: number, wanted: boolean, part: AssignedPart): void {
    const { push, copy, get, set } = part;
    const isCompound = node.operator !== undefined;
    const isKept = wanted && !this.order.isRepeatable(node);
    if (isKept && this.live) this.scratch ??= this.takeSlot();
    if (isKept && this.order.valueMayComeFirst(node)) {
      if (isCompound) {
        push();
        this.from(at);
        get();
      }
      this.assigned(node);
      this.emit('OpSetLocal', this.scratch!);
      push();
      this.emit('OpGetLocal', this.scratch!);
    } else {
      push();
      if (isCompound) {
        this.from(at).emit(copy);
        get();
      }
      this.assigned(node);
      if (isKept) this.emit('OpDup').emit('OpSetLocal', this.scratch!);
    }
    this.from(at);
    set();
    if (isKept) this.emit('OpGetLocal', this.scratch!);
    else if (wanted) this.value(node.value);
  }

  /** The value to assign; for a compound assignment, the old value is on the stack. */
  private assigned(node: Assignment): void {
    this.value(node.value);
    this.from(node.at);
    if (node.operator !== undefined) this.emit(binaryOp(node.operator, this.context.dialect));
  }
}
