/**
 * Templates of functions that are called directly: all that such a function has is in registers, and there is no frame of it on the thread. Whoever
 * looks at frames has all put where cells have it first. As of control, each closure is made of a textual copy.
 */

import type { Instance } from '../runtime/instances';
import type { LinkedFunction } from '../runtime/linked';
import type { ClassValue, Shape } from '../runtime/objects';
import type { CallSite, Compute, FunctionRegisters, Machine, Step } from './region-site';

/**
 * Closures are typed as if they were given `fp` (hence `never`): those of all other templates pass on what they are given.
 *
 * What all templates use are parameters, as what each is given: V8's bytecode tests of a constant of a function around, each time it is
 * read, whether it has been assigned yet.
 */
const make = (
  S: Machine['S'],
  thread: Machine['thread'],
  interrupt: Machine['interrupt'],
  refused: Machine['refused'],
  methodFor: Machine['methodFor'],
  instance: Machine['instance'],
) =>
  ({
    /** @param back puts registers into slots @param size slots of its frame */
    checked: (back: Step, body: Step, size: number, cost: number) => (registers: FunctionRegisters) => {
      if (registers.depth > thread.hostDepth || registers.fp + size > thread.hostSlots) throw refused;
      if ((thread.budget -= cost) < 0) {
        back(registers as never);
        interrupt(0, registers.fp);
      }
      return body(registers as never);
    },
    backFrame: () => (registers: FunctionRegisters) => {
      thread.depth = registers.depth;
      registers.site = undefined;
      S[registers.fp - 1] = registers.callee!;
    },
    backMethod: (fn: LinkedFunction, receiver: Compute) => (registers: FunctionRegisters) => {
      thread.depth = registers.depth;
      registers.site = undefined;
      S[registers.fp - 1] = registers.callee ?? methodFor(fn, receiver(registers as never));
    },
    /** Puts the closure where instructions look for it. */
    closed: () => (registers: FunctionRegisters) => {
      S[registers.fp - 1] = registers.callee!;
    },
    ifNumber: (value: Compute, inside: Compute, otherwise: Compute) => (registers: FunctionRegisters) =>
      typeof value(registers as never) === 'number'
        ? inside(registers as never)
        : otherwise(registers as never),
    ifArray: (value: Compute, inside: Compute, otherwise: Compute) => (registers: FunctionRegisters) =>
      Array.isArray(value(registers as never)) ? inside(registers as never) : otherwise(registers as never),
    methodOf: (receiver: Compute, place: number) => (registers: FunctionRegisters) =>
      (receiver(registers as never) as Instance).classValue.methods[place]!,
    /** What a field of an instance holds, whose shape is known. */
    fieldOf: (object: Compute, place: number) => (registers: FunctionRegisters) =>
      (object(registers as never) as Instance).fieldAt(place),
    whileOf:
      (back: Step, test: Compute, body: Step, cost: number, header: number) =>
      (registers: FunctionRegisters) => {
        while (test(registers as never)) {
          body(registers as never);
          if ((thread.budget -= cost) < 0) {
            back(registers as never);
            interrupt(header, registers.fp);
          }
        }
      },
    whileUntilOf:
      (back: Step, test: Compute, body: Step, cost: number, header: number, exit: unknown) =>
      (registers: FunctionRegisters) => {
        while (test(registers as never)) {
          const end = body(registers as never);
          if (end !== undefined) return end === exit ? undefined : end;
          if ((thread.budget -= cost) < 0) {
            back(registers as never);
            interrupt(header, registers.fp);
          }
        }
      },
    safepointOf: (back: Step, cost: number, header: number) => (registers: FunctionRegisters) => {
      if ((thread.budget -= cost) < 0) {
        back(registers as never);
        interrupt(header, registers.fp);
      }
    },
    inlinedOf:
      (back: Step, cost: number, stop: (fp: number) => void, body: Step) =>
      (registers: FunctionRegisters) => {
        if ((thread.budget -= cost) < 0) {
          back(registers as never);
          stop(registers.fp);
        }
        return body(registers as never);
      },

    /** `new` of a class with instances of one shape. */
    isClass:
      (callee: Compute, shape: Shape, inside: Compute, otherwise: Compute) =>
      (registers: FunctionRegisters) =>
        (callee(registers as never) as ClassValue | null)?.instances === shape
          ? inside(registers as never)
          : otherwise(registers as never),
    make: (site: CallSite, callee: Compute) => (registers: FunctionRegisters) => {
      registers.site = site;
      return instance(callee(registers as never) as ClassValue);
    },
    /** Where the constructor `fn` has a frame: nothing must be made where there is no room for it. */
    makeFramed:
      (site: CallSite, call: CallSite, at: number, fn: LinkedFunction, callee: Compute) =>
      (registers: FunctionRegisters) => {
        if (registers.depth >= thread.hostDepth || registers.fp + at + fn.room > thread.hostSlots) {
          registers.site = call;
          throw refused;
        }
        registers.site = site;
        return instance(callee(registers as never) as ClassValue);
      },
  }) satisfies Readonly<Record<string, (...given: never[]) => unknown>>;

export const directTemplates = (machine: Machine) =>
  make(machine.S, machine.thread, machine.interrupt, machine.refused, machine.methodFor, machine.instance);

export type DirectTemplates = ReturnType<typeof directTemplates>;
