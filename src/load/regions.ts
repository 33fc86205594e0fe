/**
 * From a control-flow graph back to structured code: loops, blocks that are left early and conditions, over the statements of
 * a function or of one of its loops. This is the shape that closures can be made of which call each other, with no driver
 * between them. The algorithm is N. Ramsey's, "Beyond Relooper" (ICFP 2022): a dominator tree is a tree of code already,
 * where a block that several ways lead to follows a labelled block around what dominates it. What a loop is left for follows the
 * loop, however few ways lead there: a dominator tree has it inside.
 *
 * An error leaves structured code by an exception, and a handler is a block that what it covers may lead to from anywhere: it follows
 * all of that, as whatever several ways lead to does, and what is ahead of it is tried.
 */

import { opcodes, operandsAt } from '../isa/isa';
import type { LinkedFunction } from '../runtime/linked';
import { type Block, findDominators, reversePostorder } from './cfg';
import { type Branch, Label, type RegionNode } from './structured-code';
import type { Statement } from './trees';

/** What is structured: all of a function, or one of its loops. */
export interface Extent {
  readonly blocks: readonly Block[];
  /** The block that control comes in by. */
  readonly entry: number;
  /** The blocks that belong to it; absent where all do. */
  readonly members?: ReadonlySet<number>;
}

/** Blocks of a region at most: beyond that nothing of it would be inlined, and making it would be a pause. */
const mostBlocks = 400;

/**
 * The structured code of an extent; `undefined` where it is irreducible or too large.
 *
 * @param statements of the function, in order and without gaps
 */
export function structure(
  fn: LinkedFunction,
  extent: Extent,
  statements: readonly Statement[],
): readonly RegionNode[] | undefined {
  // Handlers last: in the order, what follows them is behind them.
  const order = reversePostorder(extent.blocks.length, extent.entry, (block) =>
    waysOut(extent.blocks[block]!).filter((to) => extent.members?.has(to) ?? true),
  );
  if (order.length > mostBlocks) return undefined;
  const structurer = new Structurer(fn, extent, order, statements);
  return structurer.reducible ? structurer.whole() : undefined;
}

/** Where control may go from a block, after an error in it, too. */
const waysOut = ({ successors, handlers }: Block): number[] => [...new Set([...successors, ...handlers])];

class Structurer {
  /** Whether every way back leads to a block that dominates where it starts. */
  readonly reducible: boolean;
  /** By block: its place in the order; -1 outside the extent. */
  private readonly rank: Int32Array;
  /** By block: those that it dominates immediately and that several ways lead to, in order. */
  private readonly merges: number[][];
  /** By header: what the loop is left for, in order, and no loop around it is. */
  private readonly behindLoops: number[][];
  private readonly isMerge: Uint8Array;
  private readonly isHeader: Uint8Array;
  /** The blocks that errors lead to. */
  private readonly handlers = new Set<number>();
  /** The blocks that control goes to without an error. */
  private readonly joined = new Set<number>();
  private readonly labels = new Map<number, Label>();
  private readonly exits = new Map<number, Label>();
  private readonly statementsOf = new Map<number, Statement[]>();

  constructor(
    private readonly fn: LinkedFunction,
    private readonly extent: Extent,
    order: readonly number[],
    statements: readonly Statement[],
  ) {
    const { blocks, entry } = extent;
    this.rank = new Int32Array(blocks.length).fill(-1);
    for (const [i, block] of order.entries()) this.rank[block] = i;
    this.isMerge = new Uint8Array(blocks.length);
    this.isHeader = new Uint8Array(blocks.length);
    const predecessors: number[][] = blocks.map(() => []);
    for (const from of order) {
      for (const to of waysOut(blocks[from]!)) {
        if (this.rank[to]! >= 0) predecessors[to]!.push(from);
      }
      for (const to of blocks[from]!.handlers) if (this.rank[to]! >= 0) this.handlers.add(to);
      for (const to of blocks[from]!.successors) this.joined.add(to);
    }
    const dominators = findDominators(blocks.length, order, (block) => predecessors[block]!);
    const dominates = (a: number, b: number): boolean => {
      let block = b;
      while (block !== a && block !== entry) block = dominators[block]!;
      return block === a;
    };
    let reducible = true;
    for (const to of order) {
      const back = predecessors[to]!.filter((from) => this.rank[from]! >= this.rank[to]!);
      if (back.length > 0) this.isHeader[to] = 1;
      reducible &&= back.every((from) => dominates(to, from));
      if (predecessors[to]!.length - back.length > 1 || this.handlers.has(to)) this.isMerge[to] = 1;
    }
    this.reducible = reducible;
    this.merges = blocks.map(() => []);
    this.behindLoops = blocks.map(() => []);
    const headers = order.filter((block) => this.isHeader[block] === 1);
    const loops = headers.map((header) => this.membersOf(header, predecessors));
    for (const block of order.slice(1)) {
      const dominator = dominators[block]!;
      // Loops around are first.
      const left = loops.findIndex((members) => members.has(dominator) && !members.has(block));
      if (left >= 0) {
        this.isMerge[block] = 1;
        this.behindLoops[headers[left]!]!.push(block);
      } else if (this.isMerge[block] === 1) {
        this.merges[dominator]!.push(block);
      }
    }
    this.deal(statements);
  }

  /** The blocks of a loop: those from which its header is reached again without it. */
  private membersOf(header: number, predecessors: readonly (readonly number[])[]): ReadonlySet<number> {
    const members = new Set([header]);
    const found = predecessors[header]!.filter((from) => this.rank[from]! >= this.rank[header]!);
    for (let block = found.pop(); block !== undefined; block = found.pop()) {
      if (members.has(block)) continue;
      members.add(block);
      found.push(...predecessors[block]!);
    }
    return members;
  }

  /** Deals the statements to their blocks. */
  private deal(statements: readonly Statement[]): void {
    let index = 0;
    for (const block of this.extent.blocks) {
      const own: Statement[] = [];
      while (index < statements.length && statements[index]!.start < block.end) {
        if (statements[index]!.start >= block.start) own.push(statements[index]!);
        index++;
      }
      this.statementsOf.set(block.index, own);
    }
  }

  whole(): readonly RegionNode[] {
    return this.tree(this.extent.entry, undefined);
  }

  private labelOf(block: number): Label {
    let label = this.labels.get(block);
    if (label === undefined) {
      label = new Label(this.extent.blocks[block]!.start);
      this.labels.set(block, label);
    }
    return label;
  }

  /**
   * A block and all that it dominates.
   *
   * @param fall where coming to the end leads
   */
  private tree(block: number, fall: Label | undefined): RegionNode[] {
    const within = (end: Label | undefined): RegionNode[] =>
      this.followed(this.merges[block]!, end, (next) => this.leaf(block, next));
    if (this.isHeader[block] === 0) return within(fall);
    return this.followed(this.behindLoops[block]!, fall, (exit) => {
      // Ways on into the loop and ways back to its head have labels of their own.
      const label = new Label(this.extent.blocks[block]!.start);
      const entered = this.labels.get(block);
      this.labels.set(block, label);
      const body = within(label);
      if (entered !== undefined) this.labels.set(block, entered);
      return [{ kind: 'loop', label, exit, body }];
    });
  }

  /** Code with the blocks that it leads to behind it, the last of which comes to its end at `fall`. @param first makes the code, given what is behind it */
  private followed(
    blocks: readonly number[],
    fall: Label | undefined,
    first: (fall: Label | undefined) => RegionNode[],
  ): RegionNode[] {
    const behind = blocks.at(-1);
    if (behind === undefined) return first(fall);
    const label = this.labelOf(behind);
    const body = this.followed(blocks.slice(0, -1), label, first);
    if (this.handlers.has(behind)) {
      const isJoin = this.joined.has(behind);
      return [{ kind: 'try', label, body, handler: this.tree(behind, fall), isJoin }];
    }
    const [only] = body;
    const endsThere = body.length === 1 && only?.kind === 'loop' && only.exit === label;
    const ahead: RegionNode[] = label.used && !endsThere ? [{ kind: 'block', label, body }] : body;
    return [...ahead, ...this.tree(behind, fall)];
  }

  private leaf(block: number, fall: Label | undefined): RegionNode[] {
    const own = this.statementsOf.get(block)!;
    const { end } = this.extent.blocks[block]!;
    const nodes: RegionNode[] = [];
    for (const statement of own) {
      switch (statement.kind) {
        case 'branch':
          nodes.push(this.condition(block, statement, fall));
          return nodes;
        case 'return':
          nodes.push({ kind: 'return', statement });
          return nodes;
        case 'jump':
          nodes.push(...firstOf(statement));
          // To the next statement of the block, where values are dropped in front of it.
          if (statement.end < end) break;
          nodes.push(...this.goTo(block, statement.target, fall));
          return nodes;
        case 'loop':
          nodes.push({ kind: 'simple', statement });
          nodes.push(...this.goTo(block, statement.target, fall));
          return nodes;
        case 'plain': {
          const branch = this.shortCircuit(statement);
          if (branch !== undefined) {
            nodes.push(this.condition(block, branch, fall));
            return nodes;
          }
          nodes.push({ kind: 'simple', statement });
          if (!opcodes[this.fn.code[statement.pc]!]!.falls) return nodes;
          break;
        }
        default:
          nodes.push({ kind: 'simple', statement });
      }
    }
    nodes.push(...this.goTo(block, end, fall));
    return nodes;
  }

  private condition(block: number, branch: Branch, fall: Label | undefined): RegionNode {
    const { when, target, end } = branch;
    const taken = this.goTo(block, target, fall);
    const not = this.goTo(block, end, fall);
    return { kind: 'if', branch, yes: when ? taken : not, no: when ? not : taken };
  }

  /** `OpAnd` and `OpOr` decide on a value that is in its slot and stays there. */
  private shortCircuit(statement: Extract<Statement, { kind: 'plain' }>): Branch | undefined {
    const { code, heights, localCount } = this.fn;
    const info = opcodes[code[statement.pc]!]!;
    if (info.op !== 'OpAnd' && info.op !== 'OpOr') return undefined;
    return {
      ...statement,
      kind: 'branch',
      condition: { kind: 'slot', slot: localCount + heights[statement.pc]! - 1 },
      when: info.op === 'OpOr',
      target: operandsAt(code, statement.pc, info)[0]!,
    };
  }

  /** From the end of a block on to the pc where another begins. */
  private goTo(from: number, pc: number, fall: Label | undefined): RegionNode[] {
    const to = this.extent.blocks[from]!.successors.find((block) => this.extent.blocks[block]!.start === pc)!;
    if (this.rank[to]! < 0) return this.go(this.exitAt(pc), fall);
    const isBack = this.rank[to]! <= this.rank[from]!;
    if (isBack || this.isMerge[to] === 1) return this.go(this.labelOf(to), fall);
    return this.tree(to, fall);
  }

  private go(label: Label, fall: Label | undefined): RegionNode[] {
    if (label === fall) return [];
    label.used = true;
    return [{ kind: 'go', label }];
  }

  private exitAt(pc: number): Label {
    let label = this.exits.get(pc);
    if (label === undefined) {
      label = new Label(pc);
      this.exits.set(pc, label);
    }
    return label;
  }
}

/** What a jump stores before it jumps. */
const firstOf = (statement: Statement): RegionNode[] =>
  statement.first.map((store): RegionNode => {
    const { start, end, pc } = statement;
    return { kind: 'simple', statement: { kind: 'store', ...store, start, end, pc, first: [] } };
  });
