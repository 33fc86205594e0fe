/** Structured code with other trees in the place of its own, and other slots. */

import { type RegionNode, withBodies } from './structured-code';
import type { Statement, Tree } from './trees';

export abstract class Rewriting {
  protected abstract tree(tree: Tree): Tree;

  /** Where a statement puts a value that it has put into `slot`. */
  protected slot(slot: number): number {
    return slot;
  }

  nodes(nodes: readonly RegionNode[]): RegionNode[] {
    return nodes.map((node) => this.node(node));
  }

  private node(node: RegionNode): RegionNode {
    const around = withBodies(node, (body) => this.nodes(body));
    if (around.kind === 'if') return { ...around, branch: this.statement(around.branch) };
    if (around.kind !== 'simple' && around.kind !== 'return') return around;
    return { ...around, statement: this.statement(around.statement) } as RegionNode; // of the same kind
  }

  statement<T extends Statement>(statement: T): T {
    const first = statement.first.map((store) => this.store(store));
    const rewritten: Statement = { ...statement, first };
    switch (rewritten.kind) {
      case 'store':
        return { ...rewritten, ...this.store(rewritten) } as T; // of the same kind, as below
      case 'branch':
        return { ...rewritten, condition: this.tree(rewritten.condition) } as T;
      case 'return':
        return { ...rewritten, value: this.tree(rewritten.value) } as T;
      case 'effect':
        return { ...rewritten, tree: this.tree(rewritten.tree) } as T;
      case 'call':
        return { ...rewritten, stores: rewritten.stores.map((store) => this.store(store)) } as Statement as T;
      default:
        return rewritten as T;
    }
  }

  private store<V extends Tree>({ slot, value }: { slot: number; value: V }): { slot: number; value: V } {
    return { slot: this.slot(slot), value: this.tree(value) as V }; // a slot or a constant becomes one, too
  }
}
