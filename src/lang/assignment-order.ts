/**
 * Whether the value of an assignment may be computed before the object or the key that it goes to: code is shorter for it where the value is
 * wanted, too, as at the end of a method.
 */

import type { Assignment, Expression, Name } from './ast';

/** Whether computing an expression assigns no variable that its function alone can assign: it may call, but assigns nothing itself. */
function assignsNothing(expression: Expression): boolean {
  const waiting = [expression];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    switch (one.kind) {
      case 'name':
      case 'literal':
        break;
      case 'unary':
        waiting.push(one.operand);
        break;
      case 'binary':
        waiting.push(one.left, one.right);
        break;
      case 'member':
        waiting.push(one.object);
        break;
      case 'index':
        waiting.push(one.collection, one.key);
        break;
      case 'call':
        waiting.push(one.callee, ...one.args);
        break;
      default:
        return false;
    }
  }
  return true;
}

/** @param isOwn whether a name stands for a variable that only its function can assign */
export class AssignmentOrder {
  constructor(private readonly isOwn: (name: Name) => boolean) {}

  /** Whether reading object and key gives the same before the value is computed as behind it, and does nothing else. */
  valueMayComeFirst({ target, value }: Assignment): boolean {
    if (target.kind === 'name') return false;
    const parts = target.kind === 'member' ? [target.object] : [target.collection, target.key];
    return parts.every((part) => this.isAtHand(part)) && assignsNothing(value);
  }

  /** Whether the value can be read once more in place of being kept. */
  isRepeatable({ operator, value }: Assignment): boolean {
    return operator === undefined && this.isAtHand(value);
  }

  private isAtHand(part: Expression): boolean {
    return part.kind === 'literal' || (part.kind === 'name' && this.isOwn(part));
  }
}
