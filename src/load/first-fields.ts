/**
 * Which fields a constructor assigns before it does anything else, so that nobody can read them before: not what it computes for them,
 * since that does not look at the instance, and nobody else, who does not know it yet.
 */

import type { LinkedFunction } from '../runtime/linked';
import { eachStatement, type Nesting } from './statements';
import { readsOf, type Statement, storesOf, type Tree } from './trees';

/** What only computes is an operand, however large. */
const all: Nesting = {
  nests: () => true,
  branchesOn: () => true,
  computes: () => undefined,
  largest: Number.POSITIVE_INFINITY,
};

/** Bytes of code that are looked at, at most. */
const mostCode = 200;

/** @param fn a constructor, as verified: else none are known */
export function fieldsAssignedFirst(fn: LinkedFunction): ReadonlySet<string> {
  const fields = new Set<string>();
  if (fn.heights[0] !== 0 || fn.handlers.length > 0) return fields;
  const leaders = new Uint8Array(fn.code.length);
  const own = new Set([fn.arity - 1]); // slots that hold the instance
  const looksAtIt = (tree: Tree): boolean => [...own].some((slot) => readsOf(tree, slot) > 0);
  let isFirst = true;
  const visit = (statement: Statement): void => {
    const stores = storesOf([statement]);
    isFirst &&= statement.kind === 'effect' || statement.kind === 'store';
    isFirst &&= stores.every(({ slot }) => slot >= fn.localCount);
    if (!isFirst) return;
    for (const { slot, value } of stores) {
      if (value.kind === 'slot' && own.has(value.slot)) own.add(slot);
      else if (looksAtIt(value)) isFirst = false;
      else own.delete(slot);
    }
    if (statement.kind !== 'effect') return;
    const { op, operands, inputs } = statement.tree;
    const [object, value] = inputs;
    isFirst &&= op === 'OpSetField' && object!.kind === 'slot' && own.has(object!.slot) && !looksAtIt(value!);
    if (isFirst) fields.add(fn.constants[operands[0]!] as string); // a name, as verified
  };
  eachStatement(fn, 0, Math.min(fn.code.length, mostCode), leaders, all, visit);
  return fields;
}
