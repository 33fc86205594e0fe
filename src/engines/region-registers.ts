/**
 * Which variables a loop keeps in registers while it runs: fields of an object that nobody else sees (`register-templates.ts`). They come from
 * their slots, or from the registers of what is around, where the loop begins, and go back there where it ends, is interrupted or is given up.
 * So a loop in which anything looks at slots in the ordinary course - calls of functions that are not inlined, instructions that
 * only cells do - has none.
 *
 * And which functions are called directly: all that they have is in registers, what they call is handed its arguments, and
 * nothing is in slots unless something is thrown. Loops in frames that call such functions have their variables likewise.
 */

import { opcodes, operandsAt } from '../isa/isa';
import { type Types, writtenOtherwise } from '../load/slot-types';
import { bodiesOf, type Loop, type RegionNode, statementOf, statementsIn } from '../load/structured-code';
import { type OpTree, type Statement, storesOf, type Tree, treesOf } from '../load/trees';
import type { LinkedFunction } from '../runtime/linked';
import { HostFunction } from '../runtime/value';
import { codeOf } from './fused-code';
import { alwaysPlaced } from './generated/region-places';
import { inliningLimits } from './host-inlining';
import type { Call } from './region-callees';
import { Frequency } from './region-exits';
import { isThrow } from './region-inlining';
import { type Homes, mostDirect, mostRegisters, type Step } from './region-site';

/** How much more often an inner loop runs than what is around it. */
const loopWeight = 8;

export type RegisterNumber = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11;

/** Frames of one function that are put on the thread and looked at together: recursion far beyond the host's stack puts all of its there at once. */
const manyThrown = 1000;

/** Where registers go that there are not. */
const nowhere = 2 ** 30;

/** The registers of a loop, or of a function that is called directly. */
export class RegisterScope {
  /** Puts those that are assigned back. */
  back: Step = () => undefined;
  /** What is known of them in mid-run. */
  readonly homes: Homes;
  /** The slots of those that are kept as doubles elsewhere. */
  readonly doubles: ReadonlySet<number>;

  /**
   * @param slots by register
   * @param assigned how many of them are assigned, which are the first
   * @param types say which of them are kept as doubles
   * @param often says that they have often been put into slots before the end
   * @param temporaries of a loop, where those operands begin that there are only inside
   */
  constructor(
    readonly of: Homes['of'],
    fn: LinkedFunction,
    readonly slots: readonly number[],
    assigned: number,
    types: Types,
    often: () => void,
    private readonly temporaries = Number.POSITIVE_INFINITY,
  ) {
    const homes = slots.slice(0, assigned);
    this.doubles = new Set(slots.filter((slot) => slot < fn.localCount && types.at(slot) === 'double'));
    const values = homes.map((slot) => (this.doubles.has(slot) ? nowhere : slot));
    const [
      to0 = nowhere,
      to1 = nowhere,
      to2 = nowhere,
      to3 = nowhere,
      to4 = nowhere,
      to5 = nowhere,
      to6 = nowhere,
      to7 = nowhere,
      to8 = nowhere,
      to9 = nowhere,
      to10 = nowhere,
      to11 = nowhere,
    ] = values;
    const hasDoubles = homes.some((slot) => this.doubles.has(slot));
    this.homes = {
      of,
      fn,
      slots: homes,
      to0,
      to1,
      to2,
      to3,
      to4,
      to5,
      to6,
      to7,
      to8,
      to9,
      to10,
      to11,
      doubles: hasDoubles ? homes.map((slot) => (this.doubles.has(slot) ? slot : -1)) : undefined,
      settled: 0,
      thrown: new Frequency(manyThrown),
      often,
    };
  }

  /** Locals of the function that are in their slots all the time. @param types say which are kept as doubles */
  localsInSlots({ arity, localCount }: LinkedFunction, types: Types): number[] {
    return Array.from({ length: localCount - arity }, (_, i) => arity + i).filter(
      (slot) => types.at(slot) !== 'double' && !this.slots.includes(slot),
    );
  }

  /** Whether a slot has no value where the loop begins and where it ends. */
  isTemporary(slot: number): boolean {
    return slot >= this.temporaries;
  }

  registerOf(slot: number): RegisterNumber | undefined {
    const register = this.slots.indexOf(slot);
    return register < 0 ? undefined : (register as RegisterNumber); // there are no more
  }
}

/** Whether an instruction looks at its frame: at its closure, or at a local that holds a box. */
export const needsFrame = ({ op, pc }: OpTree, fn: LinkedFunction): boolean =>
  op === 'OpSelf' || opcodes[fn.code[pc]!]!.operands.some(({ kind }) => kind === 'free' || kind === 'local');

/** Whether a tree can be computed where variables are in registers of a loop: what is given the frame alone knows of no registers, so it must not fail. */
const isComputable = (tree: Tree, fn: LinkedFunction): boolean =>
  tree.kind !== 'op' ||
  ((!needsFrame(tree, fn) || (tree.inputs.length === 0 && !alwaysPlaced.has(tree.op))) &&
    tree.inputs.every((input) => isComputable(input, fn)));

/** How often some code uses slots. */
type Uses = () => Iterable<readonly [slot: number, weight: number]>;

/** How often a loop's code uses each slot. */
function* usesIn(nodes: readonly RegionNode[], weight: number): Generator<[slot: number, weight: number]> {
  for (const node of nodes) {
    const statement = statementOf(node);
    if (statement !== undefined) {
      for (const tree of treesOf(statement)) for (const slot of slotsIn(tree)) yield [slot, weight];
      for (const { slot, value } of storesOf([statement])) {
        yield [slot, weight];
        for (const read of slotsIn(value)) yield [read, weight];
      }
    }
    const inside = node.kind === 'loop' ? weight * loopWeight : weight;
    for (const body of bodiesOf(node)) yield* usesIn(body, inside);
  }
}

/** How often the body of an inlined function uses slots of its own that no argument comes in. */
export function* usesInInlined(
  { arity }: LinkedFunction,
  nodes: readonly RegionNode[],
): Generator<[slot: number, weight: number]> {
  for (const use of usesIn(nodes, 1)) if (use[0] >= arity) yield use;
}

function* slotsIn(tree: Tree): Generator<number> {
  if (tree.kind === 'slot') yield tree.slot;
  else if (tree.kind === 'op') for (const input of tree.inputs) yield* slotsIn(input);
}

/** Of a loop itself, with the way of its registers in and out. */
const bytesOfLoop = 250;

/** The same of a loop without registers of its own. */
const bytesOfPlainLoop = 90;

/** What reads a variable that is in no slot, about, and other small instructions. */
const bytesOfRead = 20;

/** Bytes that a tree comes to, about (`generated/template-sizes.ts`). */
function bytesOf(tree: Tree): number {
  if (tree.kind === 'slot') return 5;
  // A number or a text is part of the closure that takes it, a function has one of its own.
  if (tree.kind === 'constant') return tree.value instanceof HostFunction ? bytesOfRead : 0;
  const own = /Index/.test(tree.op)
    ? 70
    : /Field/.test(tree.op)
      ? 35
      : tree.op === 'OpCall'
        ? 60
        : bytesOfRead;
  return tree.inputs.reduce((sum, input) => sum + bytesOf(input), own);
}

/** Bytes that a node comes to by itself, about; of those that stand for a statement, that does. */
const bytesOfNode: Partial<Record<RegionNode['kind'], number>> = { block: 20, try: 60, go: 3 };

/** Bytes that code with its variables in registers comes to, about. @param bytesOfCall what a call comes to that is inlined */
function bytesIn(
  nodes: readonly RegionNode[],
  bytesOfCall: (call: Call) => number,
  ofLoop = bytesOfLoop,
): number {
  let bytes = 0;
  for (const node of nodes) {
    bytes += node.kind === 'loop' ? ofLoop : (bytesOfNode[node.kind] ?? 0);
    const statement = statementOf(node);
    if (statement !== undefined) {
      bytes += treesOf(statement).reduce((sum, tree) => sum + bytesOf(tree), 20);
      if (statement.kind === 'call') bytes += bytesOfCall(statement);
    }
    for (const body of bodiesOf(node)) bytes += bytesIn(body, bytesOfCall, ofLoop);
  }
  return bytes;
}

/** Bytes that a function comes to where it is inlined, about. @param bytesOfCall what a call comes to that is inlined in it */
export const bytesOfInlined = (nodes: readonly RegionNode[], bytesOfCall: (call: Call) => number): number =>
  60 + bytesIn(nodes, bytesOfCall);

/**
 * The registers of a loop; `undefined` where it has none.
 *
 * @param types of its slots: doubles have a place of their own
 * @param bytesOfCall what a call comes to, about, whose functions are all inlined; `undefined` of others
 * @param around those of what is around it
 * @param doubles whether those may be among them that are kept as doubles
 * @param usesOfInlined how often functions that are inlined use slots of theirs
 * @param often says that they have often been put into slots before its end
 */
export function registersOf(
  fn: LinkedFunction,
  loop: Loop,
  types: Types,
  bytesOfCall: (call: Call) => number | undefined,
  around: RegisterScope | undefined,
  doubles: boolean,
  usesOfInlined: Uses,
  often: () => void,
): RegisterScope | undefined {
  const { body } = loop;
  const statements = [...statementsIn(body)];
  const fits = statements.every(
    (statement) =>
      mayBeIn(fn, statement, bytesOfCall) && treesOf(statement).every((tree) => isComputable(tree, fn)),
  );
  if (!fits || bytesOfLoop + bytesIn(body, (call) => bytesOfCall(call)!) > inliningLimits().loop)
    return undefined;
  return scopeOfLoop('loop', fn, loop, types, around, doubles, usesOfInlined, often);
}

/** Whether registers can be kept while a statement is done. */
const mayBeIn = (
  fn: LinkedFunction,
  statement: Statement,
  bytesOfCall: (call: Call) => number | undefined,
): boolean =>
  (statement.kind !== 'plain' || isThrow(fn, statement)) &&
  (statement.kind !== 'call' || bytesOfCall(statement) !== undefined);

/** Whether a statement can be done where variables are in registers of a function: there are templates for closures and arrays that are made, and for boxes. */
const mayBeInDirect = (
  fn: LinkedFunction,
  statement: Statement,
  bytesOfCall: (call: Call) => number | undefined,
): boolean =>
  mayBeIn(fn, statement, bytesOfCall) ||
  (statement.kind === 'plain' && plainInDirect(fn, statement.pc) !== undefined);

/** What makes the instruction of a plain statement there; `undefined` where nothing does. */
export function plainInDirect(fn: LinkedFunction, pc: number): 'closure' | 'array' | 'box' | undefined {
  const { op } = opcodes[fn.code[pc]!]!;
  if (op === 'OpEmptyBox' || op === 'OpMakeBox') return 'box';
  if (op !== 'OpClosure' && op !== 'OpArray') return undefined;
  return operandsAt(fn.code, pc).at(-1)! > mostDirect ? undefined : op === 'OpArray' ? 'array' : 'closure';
}

/**
 * The locals of a loop that it uses most, as far as there are registers, and where there are more, operands.
 *
 * @param around registers of what is around it
 * @param doubles whether those may be among them that are kept as doubles
 * @param usesOfInlined as of `registersOf`
 */
function scopeOfLoop(
  of: Homes['of'],
  fn: LinkedFunction,
  { body, label }: Loop,
  types: Types,
  around: RegisterScope | undefined,
  doubles: boolean,
  usesOfInlined: Uses,
  often: () => void,
): RegisterScope | undefined {
  // What instructions reach that know only slots.
  const boxed = new Set(writtenOtherwise(fn));
  const uses = new Map<number, number>();
  for (const [slot, weight] of [...usesIn(body, 1), ...usesOfInlined()])
    uses.set(slot, (uses.get(slot) ?? 0) + weight);
  // What is in a register outside must be in one inside, too.
  const rank = (slot: number): number =>
    uses.get(slot)! + (around?.registerOf(slot) === undefined ? 0 : Number.MAX_SAFE_INTEGER / 2);
  const mostUsed = (slots: readonly number[]): number[] => [...slots].sort((a, b) => rank(b) - rank(a));
  const locals = [...uses.keys()].filter(
    (slot) => slot < fn.localCount && !boxed.has(slot) && (doubles || types.at(slot) !== 'double'),
  );
  if (locals.length === 0) return undefined;
  // A loop inside would have to hand them on, and what it has in slots may be in the same ones.
  const temporaries = hasLoop(body) ? Number.POSITIVE_INFINITY : fn.localCount + fn.heights[label.pc]!;
  const operands = [...uses.keys()].filter((slot) => slot >= temporaries);
  const chosen = [...mostUsed(locals), ...mostUsed(operands)].slice(0, mostRegisters);
  const stored = new Set(storesOf([...statementsIn(body)]).map(({ slot }) => slot));
  const isAssigned = (slot: number): boolean => slot >= temporaries || stored.has(slot);
  const assigned = chosen.filter(isAssigned);
  const others = chosen.filter((slot) => !isAssigned(slot));
  return new RegisterScope(of, fn, [...assigned, ...others], assigned.length, types, often, temporaries);
}

/**
 * The registers of a loop in a frame that calls functions directly; `undefined` where it calls what cannot be called so, as of functions.
 *
 * @param bytesOfCall as of a function, as `most` and `usesOfInlined`
 * @param often says that they have often been put into slots before its end
 */
export function registersOfCallingLoop(
  fn: LinkedFunction,
  loop: Loop,
  types: Types,
  bytesOfCall: (call: Call) => number | undefined,
  most: number,
  usesOfInlined: Uses,
  often: () => void,
): RegisterScope | undefined {
  if (!isDirectCode(fn, loop.body, bytesOfCall, most)) return undefined;
  const doubles = most <= inliningLimits().loop;
  return scopeOfLoop('function', fn, loop, types, undefined, doubles, usesOfInlined, often);
}

/** Whether code can be run with registers of a function. */
function isDirectCode(
  fn: LinkedFunction,
  body: readonly RegionNode[],
  bytesOfCall: (call: Call) => number | undefined,
  most: number,
): boolean {
  const fits = [...statementsIn(body)].every((statement) => mayBeInDirect(fn, statement, bytesOfCall));
  return fits && bytesIn(body, (call) => bytesOfCall(call)!, bytesOfPlainLoop) <= most;
}

/** The ways into functions that have their arguments in registers. */
export const directEntries = new WeakSet<LinkedFunction['direct']>();

/** Whether a function is a method that never looks at its closure, and always has its object: then its callers need not find the closure. */
export function needsNoClosure(fn: LinkedFunction): boolean {
  const code = codeOf(fn);
  if (!fn.isMethod || code === undefined || code.readsClosure) return false;
  return storesOf(code.current()).every(({ slot }) => slot !== fn.arity - 1);
}

/** Bytes that a direct call comes to, about. */
export const bytesOfDirect = 110;

/**
 * The registers of a function that is called directly; `undefined` where it is not, since it has too much for them, or often does what looks at
 * frames.
 *
 * @param bytesOfCall what a call comes to, about, of a function that is inlined or called directly; `undefined` of others
 * @param most bytes that it may come to
 * @param usesOfInlined how often functions that are inlined use slots of theirs
 * @param often says that registers have often been put into slots in mid-run
 */
export function registersOfFunction(
  fn: LinkedFunction,
  body: readonly RegionNode[],
  types: Types,
  bytesOfCall: (call: Call) => number | undefined,
  most: number,
  usesOfInlined: Uses,
  often: () => void,
): RegisterScope | undefined {
  const boxed = new Set(writtenOtherwise(fn));
  if (fn.arity > mostDirect || [...boxed].some((slot) => slot < fn.arity)) return undefined;
  if (!isDirectCode(fn, body, bytesOfCall, most)) return undefined;
  const uses = new Map<number, number>();
  for (const [slot, weight] of [...usesIn(body, 1), ...usesOfInlined()])
    uses.set(slot, (uses.get(slot) ?? 0) + weight);
  const mostUsed = (slots: readonly number[]): number[] =>
    [...slots].sort((a, b) => (uses.get(b) ?? 0) - (uses.get(a) ?? 0));
  // Where registers are in memory, doubles in them would be boxes.
  const doubles = most <= inliningLimits().loop;
  const parameters: number[] = [];
  const locals: number[] = [];
  for (let slot = 0; slot < fn.localCount; slot++) {
    if (slot < fn.arity) parameters.push(slot);
    else if ((doubles || types.at(slot) !== 'double') && !boxed.has(slot)) locals.push(slot);
  }
  // A loop inside would have to hand them on, and what it has in slots may be in the same ones.
  const operands = hasLoop(body) ? [] : [...uses.keys()].filter((slot) => slot >= fn.localCount);
  const slots = [...parameters, ...mostUsed(locals), ...mostUsed(operands)].slice(0, mostRegisters);
  return new RegisterScope('function', fn, slots, slots.length, types, often);
}

export const hasLoop = (nodes: readonly RegionNode[]): boolean =>
  nodes.some((node) => node.kind === 'loop' || bodiesOf(node).some(hasLoop));
