/**
 * The `table` engine: the classic loop over bytecode with an array of handler functions, indexed by opcode.
 */

import { type ControlOpName, type OpcodeInfo, opcodes, readOperand } from '../isa/isa';
import { callHost, construct, invoke, pushFrame } from '../runtime/calls';
import { badCall, raise } from '../runtime/slow';
import { type Thread, thread } from '../runtime/thread';
import { Closure, HostFunction, truthy } from '../runtime/value';
import type { Engine } from './engine';
import { dataHandlers } from './generated/table';
import { Registers } from './registers';
import { unwind } from './unwind';

type TableHandler = (r: Registers) => void;

const S = thread.stack;

/** Reads the jump target of an instruction in one of its forms. */
function targetReader({ operands }: OpcodeInfo): (r: Registers) => number {
  const { at, width } = operands[0]!;
  if (width === 2) return ({ code, pc }) => (code[pc + at]! << 8) | code[pc + at + 1]!;
  return ({ code, pc }) => readOperand(code, pc + at, width);
}

/** Goes on in the function whose frame was made at `base`, or behind the call where its result is there already. */
function goOnIn(r: Registers, callee: Closure | undefined, base: number, { size }: OpcodeInfo): void {
  if (callee === undefined) {
    r.sp = base;
    r.pc += size;
    return;
  }
  r.pc = 0;
  r.sp = base + callee.fn.localCount;
  r.enter(base);
  if ((thread.budget -= callee.fn.entryCost) < 0) thread.interrupt(r.pc, r.fp);
}

/** The control instructions, made once for each form. */
const controlHandlers: Readonly<Record<ControlOpName, (info: OpcodeInfo) => TableHandler>> = {
  OpJump(info) {
    const target = targetReader(info);
    return (r) => {
      r.pc = target(r);
    };
  },
  OpJumpIfFalse(info) {
    const target = targetReader(info);
    return (r) => {
      r.pc = truthy(S[--r.sp]!) ? r.pc + info.size : target(r);
    };
  },
  OpJumpIfTrue(info) {
    const target = targetReader(info);
    return (r) => {
      r.pc = truthy(S[--r.sp]!) ? target(r) : r.pc + info.size;
    };
  },
  OpAnd(info) {
    const target = targetReader(info);
    return (r) => {
      if (truthy(S[r.sp - 1]!)) {
        r.sp--;
        r.pc += info.size;
      } else {
        r.pc = target(r);
      }
    };
  },
  OpOr(info) {
    const target = targetReader(info);
    return (r) => {
      if (truthy(S[r.sp - 1]!)) {
        r.pc = target(r);
      } else {
        r.sp--;
        r.pc += info.size;
      }
    };
  },
  OpLoop(info) {
    const target = targetReader(info);
    return (r) => {
      const cost = r.closure.fn.loopCosts[r.pc]!;
      r.pc = target(r);
      if ((thread.budget -= cost) < 0) thread.interrupt(r.pc, r.fp);
    };
  },
  OpCall: (info) => (r) => {
    const argc = r.code[r.pc + 1]!;
    const base = r.sp - argc;
    const callee = S[base - 1]!;
    if (callee instanceof Closure) {
      pushFrame(thread, callee, argc, base, r.pc + info.size, r.fp);
      goOnIn(r, callee, base, info);
    } else if (callee instanceof HostFunction) {
      S[base - 1] = callHost(thread, callee, argc, base);
      r.sp = base;
      r.pc += info.size;
    } else {
      badCall(callee, argc);
    }
  },
  OpInvoke(info) {
    const [name, argumentCount] = info.operands;
    return (r) => {
      const argc = r.code[r.pc + argumentCount!.at]!;
      const base = r.sp - argc;
      const named = r.constants[readOperand(r.code, r.pc + name!.at, name!.width)] as string; // as verified
      const cache = r.closure.fn.caches[r.pc]!;
      goOnIn(r, invoke(thread, named, cache, argc, base, r.pc + info.size, r.fp), base, info);
    };
  },
  OpNew: (info) => (r) => {
    const argc = r.code[r.pc + 1]!;
    const base = r.sp - argc;
    goOnIn(r, construct(thread, argc, base, r.pc + info.size, r.fp), base, info);
  },
  OpReturn: () => (r) => {
    S[r.fp - 1] = S[r.sp - 1]!;
    if (thread.depth === thread.floor) {
      r.done = true;
      return;
    }
    const depth = --thread.depth;
    r.sp = r.fp;
    r.pc = thread.frames[2 * depth]!;
    r.enter((thread.fp = thread.frames[2 * depth + 1]!));
  },
  OpThrow: () => (r) => raise(S[r.sp - 1]!),
};

/** Handlers by opcode. */
const handlers: readonly TableHandler[] = opcodes.map(
  (info) => (info.control ? controlHandlers[info.op as ControlOpName](info) : dataHandlers[info.mnemonic]!), // `control` says so
);

function run(thread: Thread): void {
  const r = new Registers();
  for (;;) {
    r.load(thread);
    try {
      while (!r.done) handlers[r.code[r.pc]!]!(r);
      return;
    } catch (thrown) {
      unwind(thread, thrown, r.pc, r.fp);
    }
  }
}

export const tableEngine: Engine = {
  name: 'table',
  prepare() {
    // It runs the bytecode itself.
  },
  run,
};
