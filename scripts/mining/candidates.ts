/**
 * Candidates for superinstructions in what a program has executed: sequences of instructions as they stand in bytecode, expressions
 * that nest in each other in statement trees, and whole statements. Each is written as its instructions in the order of the code,
 * without their `Op`; `_` stands for whatever pushes one value.
 *
 * What one would save is counted in steps: each instruction after the first of a sequence needs no dispatch, each one inside
 * another, or inside a statement of the fused engine, needs no closure. Whether an instruction would stay on its fast path is not looked at.
 */

import { computing, usualImports } from '../../src/engines/fused-builtins';
import { templateOf } from '../../src/engines/fused-cells';
import { opcodes } from '../../src/isa/isa';
import { findLeaders } from '../../src/load/cfg';
import { type Nesting, statementsOf } from '../../src/load/statements';
import { type OpTree, type Statement, type Tree, treesOf } from '../../src/load/trees';
import type { LinkedFunction } from '../../src/runtime/linked';
import type { ExecutionCounts } from './execution-counts';

export type CandidateKind = 'sequence' | 'expression' | 'statement';

export interface Candidate {
  readonly kind: CandidateKind;
  readonly code: string;
  /** How often it was executed. */
  executions: number;
  /** Steps that one of it would have saved. */
  saved: number;
  /** Of expressions and statements: executions by where the operands come from, in the order of the code. */
  readonly places: Map<string, number>;
}

/** Instructions of a sequence at most, and of nested expressions. */
const longest = 3;

/** Every instruction on its fast path, as the fused engine nests them. */
function nestingIn(fn: LinkedFunction): Nesting {
  const imports = usualImports(fn);
  return {
    nests: (op) => templateOf(op)?.value !== undefined,
    branchesOn: (op) => templateOf(op)?.branch !== undefined,
    computes: (callee, argc) => computing(callee, argc, imports),
    largest: 64,
  };
}

const shortName = (op: string): string => op.replace(/^Op/, '');

/** Collects the candidates of one program. */
export class Miner {
  private readonly found = new Map<string, Candidate>();

  constructor(counts: ExecutionCounts) {
    for (const [fn, byPc] of counts.functions()) {
      const leaders = findLeaders(fn);
      this.sequences(fn, byPc, leaders);
      for (const statement of statementsOf(fn, 0, fn.code.length, leaders, nestingIn(fn))) {
        this.statement(statement, byPc[lastPc(fn, statement)]!, fn);
      }
    }
  }

  get candidates(): Candidate[] {
    return [...this.found.values()];
  }

  private add(kind: CandidateKind, code: string, executions: number, steps: number, places?: string): void {
    if (executions === 0 || steps === 0) return;
    const key = `${kind} ${code}`;
    let candidate = this.found.get(key);
    if (candidate === undefined) {
      candidate = { kind, code, executions: 0, saved: 0, places: new Map() };
      this.found.set(key, candidate);
    }
    candidate.executions += executions;
    candidate.saved += executions * steps;
    if (places !== undefined) candidate.places.set(places, (candidate.places.get(places) ?? 0) + executions);
  }

  /** Pairs and triples that run one after the other whenever the first does: only the last may be a control instruction. */
  private sequences(fn: LinkedFunction, counts: Float64Array, leaders: Uint8Array): void {
    let run: string[] = [];
    for (let pc = 0; pc < fn.code.length; ) {
      const info = opcodes[fn.code[pc]!]!;
      if (leaders[pc] === 1 || fn.heights[pc]! < 0) run = [];
      if (fn.heights[pc]! >= 0) {
        run.push(shortName(info.op));
        for (let length = 2; length <= Math.min(longest, run.length); length++) {
          this.add('sequence', run.slice(-length).join(' '), counts[pc]!, length - 1);
        }
        if (info.control) run = [];
      }
      pc += info.size;
    }
  }

  private statement(statement: Statement, executions: number, fn: LinkedFunction): void {
    for (const tree of treesOf(statement)) this.expressions(tree, executions);
    const trees = treesOf(statement);
    const text = trees.map((tree) => written(tree, () => true)).join(', ');
    const steps = trees.reduce((sum, tree) => sum + instructionsIn(tree), 0) - (endsApart(statement) ? 0 : 1);
    const name = statementName(statement, fn);
    this.add('statement', `${name}: ${text}`, executions, steps, trees.map(placesIn).join(', '));
  }

  /** The instruction of a tree with one or two of those that are nested in it, and so on inside. */
  private expressions(tree: Tree, executions: number): void {
    if (tree.kind !== 'op') return;
    for (const inner of nestedSets(tree)) {
      const within = (node: OpTree): boolean => node === tree || inner.includes(node);
      this.add('expression', written(tree, within), executions, inner.length, holesOf(tree, within));
    }
    for (const input of tree.inputs) this.expressions(input, executions);
  }
}

/** The instruction of a statement that runs if all of it does. */
const lastPc = (fn: LinkedFunction, { kind, pc, end }: Statement): number => {
  if (kind !== 'branch') return pc;
  // The jump is behind the condition, and the condition may be no instruction.
  let last = pc;
  for (let at = pc; at < end; at += opcodes[fn.code[at]!]!.size) last = at;
  return last;
};

/** Whether a statement is a step besides the instruction that its tree ends with. */
const endsApart = (statement: Statement): boolean => {
  const { kind } = statement;
  if (kind !== 'branch') return kind === 'call' || kind === 'return';
  const { condition } = statement;
  return condition.kind !== 'op' || templateOf(condition.op)?.branch === undefined;
};

function statementName(statement: Statement, fn: LinkedFunction): string {
  if (statement.kind !== 'call') return statement.kind;
  return shortName(opcodes[fn.code[statement.pc]!]!.op).toLowerCase();
}

const instructionsIn = (tree: Tree): number =>
  tree.kind === 'op' ? tree.inputs.reduce((sum, input) => sum + instructionsIn(input), 1) : 0;

/** A tree in the order of its code; instructions that are not `within` are holes, as are slots and constants. */
function written(tree: Tree, within: (node: OpTree) => boolean): string {
  if (tree.kind !== 'op' || !within(tree)) return '_';
  return [
    ...tree.inputs.map((input) => written(input, within)),
    tree.builtin?.name ?? shortName(tree.op),
  ].join(' ');
}

/** Where the values of the holes come from, in the order of the code. */
const holesOf = (tree: Tree, within: (node: OpTree) => boolean): string => {
  if (tree.kind === 'op' && within(tree))
    return tree.inputs
      .map((input) => holesOf(input, within))
      .join(' ')
      .trim();
  return tree.kind === 'op' ? 'expression' : tree.kind;
};

const placesIn = (tree: Tree): string => holesOf(tree, () => true);

/** Whether an instruction may be inside a superinstruction: its other operands are in slots and constants. */
const isSmall = (tree: OpTree, inner: readonly OpTree[]): boolean =>
  tree.inputs.every((input) => input.kind !== 'op' || inner.includes(input));

/** The sets of one or two instructions inside a tree that make one superinstruction with its own. */
function nestedSets(tree: OpTree): OpTree[][] {
  const children = tree.inputs.filter((input): input is OpTree => input.kind === 'op');
  const sets: OpTree[][] = children.map((child) => [child]);
  children.forEach((child, i) => {
    for (const other of children.slice(i + 1)) sets.push([child, other]);
    for (const below of child.inputs) if (below.kind === 'op') sets.push([child, below]);
  });
  return sets.filter((inner) => inner.length < longest && inner.every((node) => isSmall(node, inner)));
}
