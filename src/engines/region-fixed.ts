/**
 * The code of a region with what its module's variables hold in the place of reads of them, where they are assumed to be fixed
 * (`runtime/fixed-variables.ts`).
 */

import { Rewriting } from '../load/rewriting';
import { constantTree, type OpTree, type Tree } from '../load/trees';
import { type Fixed, importKey } from '../runtime/fixed-variables';
import type { LinkedModule } from '../runtime/linked';
import { thread } from '../runtime/thread';
import { HostFunction } from '../runtime/value';

export class FixedCode extends Rewriting {
  /** Variables of which something is assumed. */
  readonly keys = new Set<number>();

  /** @param assumesGlobals whether anything may be assumed of globals */
  constructor(
    private readonly module: LinkedModule,
    private readonly assumesGlobals: boolean,
  ) {
    super();
  }

  protected tree(tree: Tree): Tree {
    if (tree.kind !== 'op') return tree;
    const [index] = tree.operands;
    if (tree.op === 'OpGetGlobal') return this.assumesGlobals ? this.variable(tree, index!) : tree;
    if (tree.op === 'OpImport') return this.variable(tree, importKey(index!));
    const inputs = tree.inputs.map((input) => this.tree(input));
    const isFixed = tree.builtin !== undefined && index !== undefined && this.holds(index, tree.builtin);
    return { ...tree, inputs, operands: isFixed ? [] : tree.operands };
  }

  private holds(index: number, builtin: HostFunction): boolean {
    return this.assume(importKey(index)) === builtin;
  }

  private variable(tree: OpTree, key: number): Tree {
    const fixed = this.assume(key);
    if (fixed === undefined) return tree;
    if (fixed === null || typeof fixed !== 'object' || fixed instanceof HostFunction)
      return constantTree(fixed);
    return { ...tree, holds: fixed };
  }

  private assume(key: number): Fixed | undefined {
    // Code that waits below another run has been entered for what its own VM holds.
    const found = this.module.fixed.assume(key, thread.runs === 1 ? thread.vm : undefined);
    if (found !== undefined) this.keys.add(key);
    return found;
  }
}
