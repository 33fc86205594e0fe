/**
 * How often each instruction of a program runs, by function and pc: the threaded engine with cells that count.
 */

import type { Engine } from '../../src/engines/engine';
import { makeThreadedEngine } from '../../src/engines/threaded';
import type { LinkedFunction } from '../../src/runtime/linked';

export class ExecutionCounts {
  private readonly byFunction = new Map<LinkedFunction, Float64Array>();

  /** An engine whose runs are counted. */
  readonly engine: Engine = makeThreadedEngine((cell, fn, pc) => {
    const counts = this.of(fn);
    return (fp) => {
      counts[pc]!++;
      return cell(fp);
    };
  });

  private of(fn: LinkedFunction): Float64Array {
    let counts = this.byFunction.get(fn);
    if (counts === undefined) {
      counts = new Float64Array(fn.code.length);
      this.byFunction.set(fn, counts);
    }
    return counts;
  }

  /** Forgets what has been counted so far. */
  reset(): void {
    for (const counts of this.byFunction.values()) counts.fill(0);
  }

  /** Functions of which something ran, and their counts by pc. */
  functions(): [fn: LinkedFunction, counts: Float64Array][] {
    return [...this.byFunction].filter(([, counts]) => counts.some((count) => count > 0));
  }

  get total(): number {
    return [...this.byFunction.values()].reduce((sum, counts) => counts.reduce((a, b) => a + b, sum), 0);
  }
}
