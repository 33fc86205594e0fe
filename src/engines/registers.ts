/**
 * The registers of the table engine, in one object because its handlers are functions.
 */

import { closureAt, type Thread } from '../runtime/thread';
import type { Closure, Value } from '../runtime/value';

export class Registers {
  pc = 0;
  fp = 0;
  sp = 0;
  code!: Uint8Array;
  constants!: readonly Value[];
  closure!: Closure;
  /** Set when the frame that the run began with has returned. */
  done = false;

  /** Continues where the thread stands. */
  load({ pc, fp, sp }: Thread): void {
    this.pc = pc;
    this.sp = sp;
    this.enter(fp);
  }

  /** Makes the frame at `fp` the running one. */
  enter(fp: number): void {
    this.fp = fp;
    this.closure = closureAt(fp);
    this.code = this.closure.fn.code;
    this.constants = this.closure.fn.constants;
  }
}
