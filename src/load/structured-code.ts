/**
 * Structured code: loops, blocks that are left early, conditions and handlers, over the statements of a function or of one of its loops; and what is
 * asked of it. `regions.ts` makes it of a control-flow graph.
 */

import type { LinkedFunction } from '../runtime/linked';
import type { Statement, Tree } from './trees';

/** Where structured code goes on that leaves something early: behind a block, at the head of a loop, or outside at a pc. */
export class Label {
  /** Whether anything goes there but by coming to an end. */
  used = false;

  /** @param pc where the code stands that it leads to */
  constructor(readonly pc: number) {}
}

export type Branch = Extract<Statement, { kind: 'branch' }>;

/** A statement that control goes through. */
export type Simple = Exclude<Statement, { kind: 'branch' | 'jump' | 'return' }>;

export type RegionNode =
  | { readonly kind: 'simple'; readonly statement: Simple }
  | {
      readonly kind: 'if';
      readonly branch: Branch;
      readonly yes: readonly RegionNode[];
      readonly no: readonly RegionNode[];
    }
  /** Goes around whenever its body comes to its end or continues at the label; going to `exit` is its own end. */
  | {
      readonly kind: 'loop';
      readonly label: Label;
      readonly exit: Label | undefined;
      readonly body: readonly RegionNode[];
    }
  /** Going to the label is its end. */
  | { readonly kind: 'block'; readonly label: Label; readonly body: readonly RegionNode[] }
  /** The same, where the label is the handler of errors in the body. @param isJoin whether control goes there without an error, too */
  | {
      readonly kind: 'try';
      readonly label: Label;
      readonly body: readonly RegionNode[];
      readonly handler: readonly RegionNode[];
      readonly isJoin: boolean;
    }
  | { readonly kind: 'go'; readonly label: Label }
  | { readonly kind: 'return'; readonly statement: Extract<Statement, { kind: 'return' }> };

/** The code inside a node, in order. */
export function bodiesOf(node: RegionNode): (readonly RegionNode[])[] {
  switch (node.kind) {
    case 'if':
      return [node.yes, node.no];
    case 'loop':
    case 'block':
      return [node.body];
    case 'try':
      return [node.body, node.handler];
    default:
      return [];
  }
}

/** A node with other code inside. */
export function withBodies(
  node: RegionNode,
  rewritten: (body: readonly RegionNode[]) => readonly RegionNode[],
): RegionNode {
  switch (node.kind) {
    case 'if':
      return { ...node, yes: rewritten(node.yes), no: rewritten(node.no) };
    case 'loop':
    case 'block':
      return { ...node, body: rewritten(node.body) };
    case 'try':
      return { ...node, body: rewritten(node.body), handler: rewritten(node.handler) };
    default:
      return node;
  }
}

/** The statement that a node itself stands for. */
export function statementOf(node: RegionNode): Statement | undefined {
  if (node.kind === 'if') return node.branch;
  return node.kind === 'simple' || node.kind === 'return' ? node.statement : undefined;
}

/** The statements of structured code, in order. */
export function* statementsIn(nodes: readonly RegionNode[]): Generator<Statement> {
  for (const node of nodes) {
    const own = statementOf(node);
    if (own !== undefined) yield own;
    for (const body of bodiesOf(node)) yield* statementsIn(body);
  }
}

/** The code without handlers: where something is thrown, nothing of it goes on. */
export function withoutHandlers(fn: LinkedFunction, nodes: readonly RegionNode[]): readonly RegionNode[] {
  if (fn.handlers.length === 0) return nodes;
  return nodes.flatMap((node): readonly RegionNode[] => {
    if (node.kind !== 'try') return [withBodies(node, (body) => withoutHandlers(fn, body))];
    const { label, isJoin } = node;
    const body = withoutHandlers(fn, node.body);
    return isJoin ? [{ kind: 'block', label, body }, ...withoutHandlers(fn, node.handler)] : body;
  });
}

/** What a statement takes that stores it, returns it or branches on it; where it begins, and where control goes on. */
export interface Taken {
  readonly value: Tree;
  readonly start: number;
  readonly ends: readonly number[];
}

export function takenBy(node: RegionNode | undefined): Taken | undefined {
  if (node?.kind !== 'simple' && node?.kind !== 'return' && node?.kind !== 'if') return undefined;
  const statement = node.kind === 'if' ? node.branch : node.statement;
  const { kind, start, end, first } = statement;
  if (first.length > 0) return undefined;
  if (kind === 'branch') return { value: statement.condition, start, ends: [end, statement.target] };
  if (kind === 'return') return { value: statement.value, start, ends: [] };
  return kind === 'store' ? { value: statement.value, start, ends: [end] } : undefined;
}

/** Whether the operand in a slot is gone behind a statement: `OpAnd` and `OpOr` leave what they decide on where they jump to. */
export const isGone = ({ heights, localCount }: LinkedFunction, slot: number, { ends }: Taken): boolean =>
  ends.every((pc) => heights[pc]! <= slot - localCount);

export type Loop = Extract<RegionNode, { kind: 'loop' }>;

/** A node that takes another value. */
export function withValue(node: RegionNode, value: Tree): RegionNode {
  if (node.kind === 'if') return { ...node, branch: { ...node.branch, condition: value } };
  return { ...node, statement: { ...(node as { statement: Simple }).statement, value } } as RegionNode; // of the same kind
}
