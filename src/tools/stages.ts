/**
 * What becomes of bytecode on its way to an engine, as text: the control-flow graph, the statements that code is cut into, and
 * the cells that run.
 */

import { fitOf } from '../engines/fused-cells';
import { firstStatements } from '../engines/fused-code';
import type { Shape } from '../engines/fused-site';
import { opcodes } from '../isa/isa';
import { type Block, type ControlFlowGraph, controlFlow } from '../load/cfg';
import type { Statement, Tree } from '../load/trees';
import type { LinkedFunction, LinkedModule } from '../runtime/linked';
import { showPc, TreeText } from './tree-text';

export const stages = ['cfg', 'statements', 'cells'] as const;
export type Stage = (typeof stages)[number];

/** Engines whose cells can be listed. */
export const listedEngines = ['threaded', 'fused'] as const;
export type ListedEngine = (typeof listedEngines)[number];

const span = (start: number, end: number): string => `${showPc(start)}-${showPc(end)}`;

/** Instructions that can be reached from `start` up to `end`. */
const instructionsIn = ({ heights }: LinkedFunction, start: number, end: number): number =>
  heights.subarray(start, end).reduce((sum, height) => sum + (height >= 0 ? 1 : 0), 0);

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** The innermost loop that a block is in. */
const loopOf = ({ loops }: ControlFlowGraph, block: number): number =>
  loops.findLastIndex(({ blocks }) => blocks.includes(block));

function blockLine(graph: ControlFlowGraph, { index, start, end, successors, handlers }: Block): string {
  const notes = [`block ${index}`, span(start, end)];
  notes.push(successors.length === 0 ? 'ends' : `-> ${successors.join(', ')}`);
  if (handlers.length > 0) notes.push(`on error -> ${handlers.join(', ')}`);
  if (index > 0) notes.push(`dominated by ${graph.dominators[index]}`);
  const loop = loopOf(graph, index);
  if (loop >= 0) notes.push(`in loop ${loop}`);
  return notes.join('  ');
}

/** Blocks with the range of their code, where they go, the block that dominates each immediately; then loops. */
function listControlFlow(fn: LinkedFunction): string[] {
  const graph = controlFlow(fn);
  const { blocks, loops, irreducible } = graph;
  return [
    `${fn.name}: ${plural(blocks.length, 'block')}, ${plural(loops.length, 'loop')}${irreducible ? ', irreducible' : ''}`,
    ...blocks.map((block) => `  ${blockLine(graph, block)}`),
    ...loops.map(({ header, latches, blocks, parent }, index) => {
      const around = parent < 0 ? '' : `  in loop ${parent}`;
      return `  loop ${index}  header ${header}  from ${latches.join(', ')}  blocks ${blocks.join(', ')}${around}`;
    }),
  ];
}

function listStatements(fn: LinkedFunction): string[] {
  const text = new TreeText(fn);
  const statements = firstStatements(fn);
  return [
    `${fn.name}: ${plural(statements.length, 'statement')}`,
    ...statements.map(
      (statement) => `  ${span(statement.start, statement.end)}  ${text.statement(statement)}`,
    ),
  ];
}

const showShape = ({ op, inputs }: Shape): string =>
  `${op}(${inputs.map((input) => (input === null ? '_' : showShape(input))).join(', ')})`;

/** The closure that computes a tree, and where its operands come from. */
function closure(tree: Tree, mode: 'value' | 'store' | 'branch' | 'effect'): string {
  if (tree.kind !== 'op') return tree.kind;
  const { shape, holes } = fitOf(tree);
  const name = shape === undefined ? tree.op : `{${showShape(shape)}}`;
  return `${name}.${mode}${places(holes)}`;
}

const places = (trees: readonly Tree[]): string =>
  trees.length === 0
    ? ''
    : ` ${trees.map((tree) => (tree.kind === 'op' ? `(${closure(tree, 'value')})` : tree.kind)).join(',')}`;

/** What runs a statement: the template that it was made of, in which variant. */
function cellText(fn: LinkedFunction, statement: Statement): string {
  switch (statement.kind) {
    case 'store':
      return statement.value.kind === 'op'
        ? closure(statement.value, 'store')
        : `move ${statement.value.kind}`;
    case 'effect':
      return closure(statement.tree, 'effect');
    case 'branch': {
      const { condition } = statement;
      const fused = condition.kind === 'op' && fitOf(condition).template.branch !== undefined;
      return fused ? closure(condition, 'branch') : `branch${places([condition])}`;
    }
    case 'jump':
      return 'jump';
    case 'call':
      return `${opcodes[fn.code[statement.pc]!]!.op}${places(statement.stores.map(({ value }) => value))}`;
    case 'return':
      return `return${places([statement.value])}`;
    case 'loop':
    case 'plain':
      return opcodes[fn.code[statement.pc]!]!.op;
  }
}

function listFusedCells(fn: LinkedFunction): string[] {
  const statements = firstStatements(fn);
  return [
    `${fn.name}: ${plural(statements.length, 'cell')} for ${plural(instructionsIn(fn, 0, fn.code.length), 'instruction')}`,
    ...statements.map((statement) => {
      const { start, end, first } = statement;
      const copies = first.map(({ value }) => `copy ${value.kind}; `).join('');
      const count = instructionsIn(fn, start, end);
      return `  ${span(start, end)}  ${String(count).padStart(2)}  ${copies}${cellText(fn, statement)}`;
    }),
  ];
}

function listThreadedCells(fn: LinkedFunction): string[] {
  const pcs = [...fn.code.keys()].filter((pc) => fn.heights[pc]! >= 0);
  return [
    `${fn.name}: ${plural(pcs.length, 'cell')} for ${plural(pcs.length, 'instruction')}`,
    ...pcs.map((pc) => {
      const { op, size } = opcodes[fn.code[pc]!]!;
      return `  ${span(pc, pc + size)}   1  ${op}`;
    }),
  ];
}

/**
 * One stage of every function of a module, before anything has run.
 *
 * @param engine whose cells are listed: `fused` unless said
 */
export function listStage(module: LinkedModule, stage: Stage, engine: ListedEngine = 'fused'): string {
  const list = {
    cfg: listControlFlow,
    statements: listStatements,
    cells: engine === 'fused' ? listFusedCells : listThreadedCells,
  }[stage];
  return module.functions.map((fn) => `${list(fn).join('\n')}\n`).join('\n');
}
