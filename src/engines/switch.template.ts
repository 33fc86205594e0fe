/**
 * The loop of the switch engine, with its control cases. The generator copies this file to `generated/switch.ts`: it gives
 * `case OPCODE.name` its number (once more for the wide form), `OPERAND.name` and `SIZE` their text, and puts the cases
 * of all data instructions where the marker stands. It is not compiled itself; the copy is.
 */

import { readOperand } from '../isa/isa';
import * as boxes from '../runtime/boxes';
import { callHost, construct, invoke, pushFrame } from '../runtime/calls';
import * as make from '../runtime/make';
import * as members from '../runtime/members';
import { Instance } from '../runtime/instances';
import * as slow from '../runtime/slow';
import { closureAt, type Thread, thread } from '../runtime/thread';
import { Closure, HostFunction } from '../runtime/value';
import { unwind } from './unwind';

const S = thread.stack;

export function runSwitch(thread: Thread): void {
  const { globals, imports } = thread.vm;
  const { floor } = thread;
  for (;;) {
    let { pc, fp, sp } = thread;
    let closure = closureAt(fp);
    let { code, constants } = closure.fn;
    try {
      for (;;) {
        switch (code[pc]) {
          case OPCODE.OpJump: {
            pc = OPERAND.target;
            break;
          }
          case OPCODE.OpJumpIfFalse: {
            const condition = S[--sp]!;
            pc = condition === false || condition === null ? OPERAND.target : pc + SIZE;
            break;
          }
          case OPCODE.OpJumpIfTrue: {
            const condition = S[--sp]!;
            pc = condition !== false && condition !== null ? OPERAND.target : pc + SIZE;
            break;
          }
          case OPCODE.OpAnd: {
            const left = S[sp - 1]!;
            if (left === false || left === null) {
              pc = OPERAND.target;
            } else {
              sp--;
              pc += SIZE;
            }
            break;
          }
          case OPCODE.OpOr: {
            const left = S[sp - 1]!;
            if (left !== false && left !== null) {
              pc = OPERAND.target;
            } else {
              sp--;
              pc += SIZE;
            }
            break;
          }
          case OPCODE.OpLoop: {
            const cost = closure.fn.loopCosts[pc]!;
            pc = OPERAND.target;
            if ((thread.budget -= cost) < 0) thread.interrupt(pc, fp);
            break;
          }
          case OPCODE.OpCall: {
            const argc = OPERAND.argc;
            const base = sp - argc;
            const callee = S[base - 1]!;
            if (callee instanceof Closure) {
              pushFrame(thread, callee, argc, base, pc + SIZE, fp);
              closure = callee;
              ({ code, constants } = callee.fn);
              pc = 0;
              fp = base;
              sp = base + callee.fn.localCount;
              if ((thread.budget -= callee.fn.entryCost) < 0) thread.interrupt(pc, fp);
            } else if (callee instanceof HostFunction) {
              S[base - 1] = callHost(thread, callee, argc, base);
              sp = base;
              pc += SIZE;
            } else {
              slow.badCall(callee, argc);
            }
            break;
          }
          case OPCODE.OpInvoke: {
            const argc = OPERAND.argc;
            const base = sp - argc;
            const name = constants[OPERAND.name] as string; // as verified
            const method = invoke(thread, name, closure.fn.caches[pc]!, argc, base, pc + SIZE, fp);
            if (method === undefined) {
              sp = base;
              pc += SIZE;
              break;
            }
            closure = method;
            ({ code, constants } = method.fn);
            pc = 0;
            fp = base;
            sp = base + method.fn.localCount;
            if ((thread.budget -= method.fn.entryCost) < 0) thread.interrupt(pc, fp);
            break;
          }
          case OPCODE.OpNew: {
            const argc = OPERAND.argc;
            const base = sp - argc;
            const method = construct(thread, argc, base, pc + SIZE, fp);
            if (method === undefined) {
              sp = base;
              pc += SIZE;
              break;
            }
            closure = method;
            ({ code, constants } = method.fn);
            pc = 0;
            fp = base;
            sp = base + method.fn.localCount;
            if ((thread.budget -= method.fn.entryCost) < 0) thread.interrupt(pc, fp);
            break;
          }
          case OPCODE.OpReturn: {
            S[fp - 1] = S[sp - 1]!;
            if (thread.depth === floor) return;
            const { frames } = thread;
            const depth = --thread.depth;
            sp = fp;
            pc = frames[2 * depth]!;
            fp = frames[2 * depth + 1]!;
            thread.fp = fp;
            closure = closureAt(fp);
            ({ code, constants } = closure.fn);
            break;
          }
          case OPCODE.OpThrow: {
            slow.raise(S[sp - 1]!);
            break;
          }
          // @data-cases
          default:
            slow.unreachable();
        }
      }
    } catch (thrown) {
      unwind(thread, thrown, pc, fp);
    }
  }
}
