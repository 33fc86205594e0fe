/**
 * What is known of the values in a function's locals, from its code alone: which only ever hold numbers, and which of those
 * are best kept as doubles. Nothing is coerced in the machine, so the result of `-` *is* a number, and so is that of `+` where
 * one side is one: what is found here holds whatever the program does, without a test.
 *
 * Only locals are judged. What is in an operand's slot depends on how statements are cut, and that changes.
 */

import { opcodes, operandsAt } from '../isa/isa';
import { resultKinds } from '../isa/result-kinds';
import type { LinkedFunction } from '../runtime/linked';
import type { HostFunction, Value } from '../runtime/value';
import { controlFlow } from './cfg';
import { liveLocals } from './liveness';
import { type Statement, storesOf, type Tree } from './trees';

/**
 * What a value can be. `integer` and `double` are both numbers; the first is most likely a small integer, which the host
 * keeps without a box anywhere.
 */
export type SlotType = 'integer' | 'double' | 'boolean' | 'value';

/** What is known of slots and of what trees compute. */
export abstract class Types {
  abstract at(slot: number): SlotType;

  of(tree: Tree): SlotType {
    return typeOf(tree, (slot) => this.at(slot), ofBuiltin);
  }
}

/** The types of a function's locals, those it has not been assigned to yet included. */
export class SlotTypes extends Types {
  /** By local. */
  private readonly types: readonly SlotType[];
  /** Locals that are kept as doubles, by rising number. */
  readonly doubles: readonly number[];
  /** Locals that hold integers. */
  readonly integers: readonly number[];

  /** @param given by parameter, what is known of it where the function is called; of those that it does not assign to */
  constructor(
    fn: LinkedFunction,
    statements: readonly Statement[],
    given: readonly (SlotType | undefined)[] = [],
  ) {
    super();
    const found = infer(fn, statements, given);
    const { localCount, arity } = fn;
    const live = liveLocals(fn, controlFlow(fn));
    this.types = Array.from({ length: localCount }, (_, slot): SlotType => {
      // What can be read before it is assigned is `null` then.
      if (slot < arity) return given[slot] ?? 'value';
      if (live.before(0, slot)) return 'value';
      return found[slot] ?? 'value';
    });
    const ofType = (wanted: SlotType): number[] =>
      this.types.flatMap((type, slot) => (type === wanted ? [slot] : []));
    this.doubles = ofType('double');
    this.integers = ofType('integer');
  }

  at(slot: number): SlotType {
    return this.types[slot] ?? 'value';
  }
}

export const isNumber = (type: SlotType): boolean => type === 'integer' || type === 'double';

function ofConstant(value: Value): SlotType {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value !== 'number') return 'value';
  return Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? 'integer' : 'double';
}

/** Of one local, what two assignments give it together. */
export function join(a: SlotType | undefined, b: SlotType | undefined): SlotType | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a === b) return a;
  return isNumber(a) && isNumber(b) ? 'double' : 'value';
}

/** What the call of a built-in function gives, as long as it is that function: where another is called, nothing is computed. */
const ofBuiltin = (builtin: HostFunction): SlotType => (builtin.counts === undefined ? 'double' : 'integer');

/** What a variable may hold that the call was assigned to, whatever was called. */
const ofAnyCall = (): SlotType => 'value';

type BuiltinType = (builtin: HostFunction) => SlotType;

/** @param slotType `undefined` while nothing is known to be assigned */
function typeOf(tree: Tree, slotType: (slot: number) => SlotType, builtinType: BuiltinType): SlotType;
function typeOf(
  tree: Tree,
  slotType: (slot: number) => SlotType | undefined,
  builtinType: BuiltinType,
): SlotType | undefined;
function typeOf(
  tree: Tree,
  slotType: (slot: number) => SlotType | undefined,
  builtinType: BuiltinType,
): SlotType | undefined {
  if (tree.kind === 'slot') return slotType(tree.slot);
  if (tree.kind === 'constant') return ofConstant(tree.value);
  if (tree.op === 'OpCall') return builtinType(tree.builtin!);
  const kind = resultKinds[tree.op] ?? 'value';
  if (kind === 'integer' || kind === 'boolean' || kind === 'value') return kind;
  const inputs = tree.inputs.map((input) => typeOf(input, slotType, builtinType));
  if (inputs.includes(undefined)) {
    // A sum with a number is a number; of what is not known yet, the best is assumed.
    return inputs.find((input) => input !== undefined && input !== 'value');
  }
  if (kind === 'sum' && !inputs.some((input) => isNumber(input!))) return 'value';
  if (kind === 'double') return 'double';
  return inputs.every((input) => input === 'integer') ? 'integer' : 'double';
}

/** The least types that all assignments agree with, by iteration from nothing. */
function infer(
  fn: LinkedFunction,
  statements: readonly Statement[],
  given: readonly (SlotType | undefined)[],
): (SlotType | undefined)[] {
  const types = new Array<SlotType | undefined>(fn.localCount).fill(undefined);
  for (const slot of writtenOtherwise(fn)) types[slot] = 'value';
  const assignments = storesOf(statements);
  const slotType = (slot: number): SlotType | undefined => {
    if (slot < fn.arity) return given[slot] ?? 'value';
    return slot < fn.localCount ? types[slot] : 'value';
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const { slot, value } of assignments) {
      if (slot >= fn.localCount) continue;
      const joined = join(types[slot], typeOf(value, slotType, ofAnyCall));
      if (joined === types[slot]) continue;
      types[slot] = joined;
      changed = true;
    }
  }
  return types;
}

/** Locals that an instruction other than a plain assignment writes: those with boxes in them. */
export function writtenBy({ code }: LinkedFunction, pc: number): number[] {
  const info = opcodes[code[pc]!]!;
  if (info.op === 'OpGetLocal' || info.op === 'OpSetLocal') return [];
  const operands = operandsAt(code, pc, info);
  return info.operands.flatMap(({ kind }, i) => (kind === 'local' ? [operands[i]!] : []));
}

/** Those that any does. */
export function writtenOtherwise(fn: LinkedFunction): number[] {
  const { code, heights } = fn;
  const slots: number[] = [];
  for (let pc = 0; pc < code.length; pc += opcodes[code[pc]!]!.size) {
    if (heights[pc]! >= 0) slots.push(...writtenBy(fn, pc));
  }
  return slots;
}
