/**
 * The handlers that the height analysis has not reached yet, found by the code they cover. Ranges may overlap in any
 * way and there may be many, so a search tree keeps the analysis from looking at every handler for every instruction.
 */

import type { Handler } from '../runtime/linked';

/** A tree of range ends over the handlers by rising start; a handler that has been taken ends at -1. */
export class HandlerIndex {
  private readonly order: readonly number[];
  private readonly starts: readonly number[];
  /** A heap-shaped tree of maxima: children of `n` are `2n` and `2n + 1`, leaves begin at `leaves`. */
  private readonly ends: Int32Array;
  private readonly leaves: number;

  constructor(handlers: readonly Handler[]) {
    this.order = handlers.map((_, i) => i).sort((a, b) => handlers[a]!.start - handlers[b]!.start);
    this.starts = this.order.map((i) => handlers[i]!.start);
    let leaves = 1;
    while (leaves < handlers.length) leaves *= 2;
    this.leaves = leaves;
    this.ends = new Int32Array(2 * leaves).fill(-1);
    this.order.forEach((handler, i) => {
      this.ends[leaves + i] = handlers[handler]!.end;
    });
    for (let node = leaves - 1; node >= 1; node--) this.update(node);
  }

  /**
   * Takes a handler out that covers an instruction of the straight run from `first` to `last`.
   * @returns its index, or -1 where there is none left
   */
  take(first: number, last: number): number {
    const { ends, leaves } = this;
    if (ends[1]! <= first) return -1;
    let node = 1;
    while (node < leaves) node = ends[2 * node]! > first ? 2 * node : 2 * node + 1;
    const place = node - leaves;
    if (this.starts[place]! > last) return -1;
    ends[node] = -1;
    for (node >>= 1; node >= 1; node >>= 1) this.update(node);
    return this.order[place]!;
  }

  private update(node: number): void {
    this.ends[node] = Math.max(this.ends[2 * node]!, this.ends[2 * node + 1]!);
  }
}
