/**
 * The `reference` engine: calls the bodies of the table one by one and checks everything that the verifier would have
 * proved, so that it can run code nobody has verified. The oracle of every test.
 */

import { instructions } from '../isa/instructions';
import { type ControlOpName, type OpcodeInfo, opcodes, operandsAt, pops } from '../isa/isa';
import type { DataInstruction } from '../isa/table';
import { cache, memberName } from '../isa/verbs';
import { callHost, construct, invoke, pushFrame } from '../runtime/calls';
import { errors } from '../runtime/errors';
import type { LinkedFunction } from '../runtime/linked';
import { badCall, raise } from '../runtime/slow';
import { closureAt, Interrupt, type Thread, thread } from '../runtime/thread';
import { Closure, HostFunction, truthy, type Value } from '../runtime/value';
import type { Engine } from './engine';
import { unwind } from './unwind';

/** What a control instruction works on: the thread's registers, and the operands it was given. */
interface Step {
  readonly fn: LinkedFunction;
  readonly operands: readonly number[];
  /** The pc of the instruction after it. */
  readonly next: number;
  /** The pc of the instruction itself. */
  readonly pc: number;
}

/** Functions that nobody has verified, and whose declarations are sound. */
const sound = new WeakSet<LinkedFunction>();

const isCount = (count: number): boolean => Number.isInteger(count) && count >= 0;

/** Checks what a function says of itself, which frames and the unwinder rely on. */
function checkDeclared(fn: LinkedFunction): void {
  if (fn.heights[0]! >= 0 || sound.has(fn)) return;
  const { arity, localCount, maxStack, code, handlers } = fn;
  if (![arity, localCount, maxStack].every(isCount) || arity > localCount) {
    const counts = `${arity} arguments, ${localCount} locals, ${maxStack} operands`;
    throw errors.invalidOperation(`${fn.name} declares ${counts}`);
  }
  for (const { start, end, target, height } of handlers) {
    // Handlers lie behind what they cover, so that errors, like jumps, lead back through no way but a loop.
    const inOrder = start <= end && end <= target && target < code.length;
    if (![start, end, target, height].every(isCount) || !inOrder) {
      const range = `${start} to ${end} with ${height} operands kept`;
      throw errors.invalidOperation(`${fn.name} declares a handler at ${target} for ${range}`);
    }
  }
  sound.add(fn);
}

function pop(fn: LinkedFunction, count: number): Value[] {
  const bottom = thread.fp + fn.localCount;
  if (thread.sp - count < bottom) {
    throw errors.stackUnderflow(`an instruction takes ${count} operands, there are ${thread.sp - bottom}`);
  }
  thread.sp -= count;
  return thread.stack.slice(thread.sp, thread.sp + count);
}

function push(fn: LinkedFunction, value: Value): void {
  if (thread.sp >= thread.fp + fn.frameSize) {
    throw errors.invalidOperation(`${fn.name} needs more than the ${fn.maxStack} operands it declares`);
  }
  thread.stack[thread.sp++] = value;
}

/** Goes on at `target`, which is later and no further than the end of the code. */
function goTo({ fn, pc }: Step, target: number): void {
  if (target >= fn.code.length) throw errors.invalidOperation(`a jump leads to ${target}, outside the code`);
  // Else code could run without end and without a safepoint.
  if (target <= pc) throw errors.invalidOperation(`a jump leads back, from ${pc} to ${target}`);
  thread.pc = target;
}

/** Goes on in the function whose frame was made at `base`. */
function enter({ fn }: Closure, base: number): void {
  thread.pc = 0;
  thread.fp = base;
  thread.sp = base + fn.localCount;
  if ((thread.budget -= fn.entryCost) < 0) thread.interrupt(0, base);
}

/** Goes on in a method, or behind the call where its result is in its place already. */
function finishCall({ next }: Step, callee: Closure | undefined, base: number): void {
  if (callee === undefined) {
    thread.sp = base;
    thread.pc = next;
  } else {
    enter(callee, base);
  }
}

const controlSteps: Readonly<Record<ControlOpName, (step: Step) => void>> = {
  OpJump: (step) => goTo(step, step.operands[0]!),
  OpJumpIfFalse: (step) => goTo(step, truthy(pop(step.fn, 1)[0]!) ? step.next : step.operands[0]!),
  OpJumpIfTrue: (step) => goTo(step, truthy(pop(step.fn, 1)[0]!) ? step.operands[0]! : step.next),
  OpAnd(step) {
    const left = pop(step.fn, 1)[0]!;
    if (!truthy(left)) push(step.fn, left);
    goTo(step, truthy(left) ? step.next : step.operands[0]!);
  },
  OpOr(step) {
    const left = pop(step.fn, 1)[0]!;
    if (truthy(left)) push(step.fn, left);
    goTo(step, truthy(left) ? step.operands[0]! : step.next);
  },
  OpLoop({ fn, pc, operands }) {
    const target = operands[0]!;
    if (target > pc) throw errors.invalidOperation(`a loop leads forward, from ${pc} to ${target}`);
    thread.pc = target;
    // Where a jump has led into an instruction, the linker saw no loop and gave it no cost.
    const cost = fn.loopCosts[pc]! || pc - target + 1;
    if ((thread.budget -= cost) < 0) thread.interrupt(target, thread.fp);
  },
  OpCall(step) {
    const argc = step.operands[0]!;
    const callee = pop(step.fn, argc + 1)[0]!;
    const base = thread.sp + 1;
    if (callee instanceof Closure) {
      checkDeclared(callee.fn);
      pushFrame(thread, callee, argc, base, step.next, thread.fp);
      enter(callee, base);
    } else if (callee instanceof HostFunction) {
      push(step.fn, callHost(thread, callee, argc, base));
      thread.pc = step.next;
    } else {
      badCall(callee, argc);
    }
  },
  OpInvoke(step) {
    const argc = step.operands[1]!;
    pop(step.fn, argc + 1);
    const base = thread.sp + 1;
    const name = memberName(step.operands[0]!);
    finishCall(step, invoke(thread, name, cache(), argc, base, step.next, thread.fp), base);
  },
  OpNew(step) {
    const argc = step.operands[0]!;
    pop(step.fn, argc + 1);
    const base = thread.sp + 1;
    finishCall(step, construct(thread, argc, base, step.next, thread.fp), base);
  },
  OpReturn(step) {
    thread.stack[thread.fp - 1] = pop(step.fn, 1)[0]!;
    if (thread.depth === thread.floor) {
      thread.pc = -1;
      return;
    }
    const depth = --thread.depth;
    thread.sp = thread.fp;
    thread.pc = thread.frames[2 * depth]!;
    thread.fp = thread.frames[2 * depth + 1]!;
  },
  OpThrow: (step) => raise(pop(step.fn, 1)[0]!),
};

/** Runs a data instruction as its table entry says. */
function dataStep(info: OpcodeInfo, { fn, operands, next }: Step): void {
  const { inputs, variadic, outputs } = info.picture;
  const taken = pop(fn, pops(info, operands));
  // What methods declare is relied on when they are called.
  if (info.op === 'OpClass') for (const part of taken) if (part instanceof Closure) checkDeclared(part.fn);
  const { body } = instructions[info.op] as DataInstruction; // control instructions do not come here
  if (body === null) {
    for (const name of outputs) push(fn, taken[inputs.indexOf(name)]!);
  } else {
    const fixed = variadic ? taken.splice(0, inputs.length) : taken;
    const value = variadic ? body(...operands, ...fixed, taken) : body(...operands, ...fixed);
    if (outputs.length > 0) push(fn, value as Value); // the generator has checked that there is one
  }
  thread.pc = next;
}

/** Runs the instruction at `pc`. The registers move only when all of it has worked. */
function step(pc: number, fp: number): void {
  const { fn } = closureAt(fp);
  const info = opcodes[fn.code[pc]!];
  if (info === undefined) throw errors.invalidOperation(`there is no opcode ${fn.code[pc]}`);
  // The return that the linker has put after the code is no operand of what stands before it.
  const end = fn.code.length - 1;
  if (pc < end && pc + info.size > end) {
    throw errors.invalidOperation(`the operands of ${info.mnemonic} are cut off`);
  }
  const operands = info.operands.length === 0 ? none : operandsAt(fn.code, pc, info);
  const parts: Step = { fn, operands, next: pc + info.size, pc };
  if (info.control)
    controlSteps[info.op as ControlOpName](parts); // `control` says so
  else dataStep(info, parts);
}

const none: readonly number[] = [];

function run(thread: Thread): void {
  checkDeclared(closureAt(thread.fp).fn);
  while (thread.pc >= 0) {
    const { pc, fp, sp } = thread;
    try {
      step(pc, fp);
    } catch (thrown) {
      if (!(thrown instanceof Interrupt && thrown.where === 'safepoint')) thread.sp = sp;
      unwind(thread, thrown, pc, fp);
    }
  }
}

export const referenceEngine: Engine = {
  name: 'reference',
  prepare() {
    // It runs the bytecode itself.
  },
  run,
};
