/**
 * Whether instances of a class may hold nothing but numbers with fractions: where nobody can read a field before the constructor has assigned
 * it, and the code around computes with all of them. It is a guess about how instances are kept best, and no more.
 */

import { instructionsIn } from '../isa/isa';
import { mostDoubles } from '../runtime/instances';
import type { LinkedFunction, LinkedModule } from '../runtime/linked';
import { fieldsAssignedFirst } from './first-fields';

const arithmetic: ReadonlySet<string> = new Set(['OpAdd', 'OpSub', 'OpMul', 'OpDiv', 'OpMod', 'OpMinus']);
/** What pushes the other operand. */
const simple: ReadonlySet<string> = new Set(['OpConstant', 'OpGetLocal', 'OpGetGlobal', 'OpGetFree']);

/** By module: the names of fields that its code computes with. */
const computed = new WeakMap<LinkedModule, ReadonlySet<string>>();

/** @param initializer the class's constructor */
export function mayHoldDoubles(initializer: LinkedFunction, fields: ReadonlySet<string>): boolean {
  if (fields.size === 0 || fields.size > mostDoubles) return false;
  const first = fieldsAssignedFirst(initializer);
  for (const name of fields) if (!first.has(name)) return false;
  const { module } = initializer;
  let names = computed.get(module);
  if (names === undefined) computed.set(module, (names = new Set(module.functions.flatMap(computedIn))));
  for (const name of fields) if (!names.has(name)) return false;
  return true;
}

/** The fields that a function reads for the arithmetic that follows, or assigns what arithmetic has given. */
function computedIn({ code, constants, heights }: LinkedFunction): string[] {
  if (heights[0] !== 0) return []; // nobody has verified it
  const names: string[] = [];
  const all = [...instructionsIn(code)];
  const isOneOf = (set: ReadonlySet<string>, i: number): boolean =>
    i >= 0 && i < all.length && set.has(all[i]!.op);
  all.forEach(({ op, operands }, i) => {
    const isRead = isOneOf(arithmetic, i + 1) || (isOneOf(simple, i + 1) && isOneOf(arithmetic, i + 2));
    const isComputed = op === 'OpGetField' ? isRead : op === 'OpSetField' && isOneOf(arithmetic, i - 1);
    if (isComputed) names.push(constants[operands[0]!] as string); // as verified
  });
  return names;
}
