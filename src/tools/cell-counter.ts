/**
 * Counting cells: any engine that has them, with its arrays of cells behind a proxy that counts what the driver takes. It sees
 * cells that are made or replaced while the program runs, and knows nothing of how an engine makes them. Slow; what a cell runs
 * itself, without going back to the driver, is not counted.
 */

import type { Engine } from '../engines/engine';
import type { Cell, LinkedFunction } from '../runtime/linked';

const zero = 48;
const nine = 57;

export class CellCounter {
  /** Cells that were run. */
  total = 0;

  /** An engine whose runs add to the count. */
  readonly engine: Engine;

  constructor({ name, prepare, run }: Engine) {
    this.engine = {
      name,
      prepare: (fn) => {
        prepare(fn);
        this.watch(fn);
      },
      run,
    };
  }

  private watch(fn: LinkedFunction): void {
    const get = (cells: Cell[], key: string | symbol, receiver: unknown): unknown => {
      if (typeof key === 'string') {
        const first = key.charCodeAt(0);
        if (first >= zero && first <= nine) this.total++;
      }
      return Reflect.get(cells, key, receiver);
    };
    Object.defineProperty(fn, 'cells', { value: new Proxy(fn.cells, { get }) });
  }
}
