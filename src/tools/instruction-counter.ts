/**
 * Counting: the threaded engine with cells that count how often each instruction runs.
 */

import type { Engine } from '../engines/engine';
import { makeThreadedEngine } from '../engines/threaded';
import { isCached, opcodes } from '../isa/isa';

export class InstructionCounter {
  private readonly counts = new Float64Array(opcodes.length);

  /** An engine whose runs add to the counts. */
  readonly engine: Engine = makeThreadedEngine((cell, fn, pc) => {
    const opcode = fn.code[pc]!;
    const { counts } = this;
    return (fp) => {
      counts[opcode]!++;
      return cell(fp);
    };
  });

  /** Of them, those that have an inline cache: what was in it, or was not. */
  get cached(): number {
    return opcodes.filter(isCached).reduce((sum, { opcode }) => sum + this.counts[opcode]!, 0);
  }

  /** Instructions that ran. */
  get total(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  /** By mnemonic, the most frequent first; those that never ran are left out. */
  byMnemonic(): [mnemonic: string, count: number][] {
    return opcodes
      .map(({ mnemonic, opcode }): [string, number] => [mnemonic, this.counts[opcode]!])
      .filter(([, count]) => count > 0)
      .sort((a, b) => b[1] - a[1]);
  }
}
