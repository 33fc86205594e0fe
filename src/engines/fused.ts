/**
 * The `fused` engine: one cell a statement. The values inside an expression are what closures return, so they live in the
 * host's registers and not on the stack; frames are explicit, and between any two cells everything is in its slot.
 */

import { findLeaders } from '../load/cfg';
import { type Nesting, type Statement, statementsOf } from '../load/statements';
import { type Cell, cellExit, type LinkedFunction } from '../runtime/linked';
import { Shortage } from '../runtime/memory';
import { unreachable } from '../runtime/slow';
import { closureAt, Interrupt, type Thread } from '../runtime/thread';
import type { Engine } from './engine';
import { CellMaker, templateOf } from './fused-cells';
import { Bail } from './fused-site';
import { unwind } from './unwind';

/** Instructions of one statement's expression at most: more would not be inlined, and would be long to make anew. */
const largestTree = 64;

/** How a function was translated, and what was found out since. */
class FusedCode {
  private readonly leaders: Uint8Array;
  /** Instructions that went off their fast path inside an expression, and stand alone since. */
  private readonly alone = new Set<number>();
  /** Instructions that had to begin again, and take their operands from slots since. */
  private readonly fromSlots = new Set<number>();
  /** By the pc where each begins. */
  private readonly statements = new Map<number, Statement>();
  private readonly maker: CellMaker;
  private readonly nesting: Nesting = {
    nests: (op, pc) => templateOf(op)?.value !== undefined && !this.alone.has(pc),
    branchesOn: (op) => templateOf(op)?.branch !== undefined,
    takesSlots: (pc) => this.fromSlots.has(pc),
    largest: largestTree,
  };

  constructor(private readonly fn: LinkedFunction) {
    this.leaders = findLeaders(fn);
    this.maker = new CellMaker(fn);
    const { cells, code } = fn;
    cells.length = 0;
    for (let pc = 0; pc < code.length; pc++) cells.push(unreachable);
    this.translate(0, code.length);
  }

  private translate(start: number, end: number): void {
    for (const statement of statementsOf(this.fn, start, end, this.leaders, this.nesting)) {
      this.statements.set(statement.start, statement);
      this.fn.cells[statement.start] = this.maker.cellOf(statement);
    }
  }

  /** The statement that the cell at `pc` runs. */
  at(pc: number): Statement | undefined {
    return this.statements.get(pc);
  }

  /** Takes an instruction out of the expression it is in; the cell at `pc`, where its statement begins, is begun again. */
  isolate(pc: number, instruction: number): void {
    this.alone.add(instruction);
    this.translate(pc, this.statements.get(pc)!.end);
  }

  /** Has the instruction that the statement at `pc` is for take its operands from slots; the cell is begun again. */
  settle(pc: number): void {
    const { pc: instruction, end } = this.statements.get(pc)!;
    this.fromSlots.add(instruction);
    this.translate(pc, end);
  }

  /** Sees to it that control can go on at `pc`, which may be inside a statement. */
  enter(pc: number): void {
    if (this.statements.has(pc)) return;
    let end = pc + 1;
    while (end < this.fn.code.length && !this.statements.has(end)) end++;
    this.translate(pc, end);
  }
}

const codes = new WeakMap<LinkedFunction, FusedCode>();

/** The translation of a function that has been called. */
const codeOf = (fn: LinkedFunction): FusedCode => codes.get(fn)!;

function run(thread: Thread): void {
  for (;;) {
    let { pc, fp } = thread;
    if (pc !== 0) codeOf(closureAt(fp).fn).enter(pc);
    try {
      for (;;) {
        const { cells } = closureAt(fp).fn;
        do pc = cells[pc]!(fp);
        while (pc >= 0);
        if (pc === cellExit.done) return;
        ({ pc, fp } = thread);
      }
    } catch (thrown) {
      recover(thread, thrown, pc, fp);
    }
  }
}

/** Sets the registers to where control goes on after what the cell at `pc` has thrown, or throws it on. */
function recover(thread: Thread, thrown: unknown, pc: number, fp: number): void {
  const code = codes.get(closureAt(fp).fn);
  const statement = code?.at(pc);
  if (thrown instanceof Bail) {
    code!.isolate(pc, thrown.site.pc);
    thread.pc = pc;
    thread.fp = fp;
    return;
  }
  const again = thrown instanceof Shortage || (thrown instanceof Interrupt && thrown.where === 'instruction');
  if (again && statement !== undefined && !hasOperandsInSlots(statement)) {
    // Nothing before it in the statement has charged anything.
    thread.takeBack();
    code!.settle(pc);
    thread.pc = pc;
    thread.fp = fp;
    return;
  }
  unwind(thread, thrown, statement?.pc ?? pc, fp);
}

/** Whether the instruction that a statement is for finds what it takes in slots when it begins again. */
const hasOperandsInSlots = ({ kind, pc, start }: Statement): boolean =>
  kind === 'call' || kind === 'plain' || pc === start;

export const fusedEngine: Engine = {
  name: 'fused',
  prepare(fn) {
    // The first call translates: a function that is never called costs one closure.
    const translate: Cell = () => {
      codes.set(fn, new FusedCode(fn));
      return 0;
    };
    fn.cells[0] = translate;
  },
  run,
};
