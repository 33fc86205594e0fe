/**
 * Templates of loops that keep their variables in registers: fields of an object that lives as long as the loop runs. Where the host's
 * compiler inlines all of a loop, it sees that nobody else has the object and keeps its fields where it keeps variables of its own; and a
 * store to one field is no reason to read another again, as a store to a slot is. What closures in such a loop are given in the place of
 * `fp` are its registers. As of control, each closure is made of a textual copy.
 */

import type { Compute, Machine, Registers, Step } from './region-site';

/**
 * Closures are typed as if they were given `fp` (hence `never`): those of all other templates pass on what they are given.
 *
 * What all templates use are parameters, as what each is given: V8's bytecode tests of a constant of a function around, each time it is
 * read, whether it has been assigned yet.
 */
const make = (S: Machine['S'], F: Machine['F'], thread: Machine['thread'], interrupt: Machine['interrupt']) =>
  ({
    /** Where the frame is, which a loop inside no other is given. */
    same: () => (fp: number) => fp,
    place: () => (registers: Registers) => registers.fp,
    /** The fuel that is left, where it is outside. */
    budget: () => () => thread.budget,
    left: () => (registers: Registers) => registers.left,
    backBudget: () => (registers: Registers) => {
      thread.budget = registers.left;
    },
    backLeft: () => (registers: Registers) => {
      (registers.outer as Registers).left = registers.left;
    },

    // Loops. Before one is interrupted, its registers go where it took them from.
    whileIn:
      (back: Step, test: Compute, body: Step, cost: number, header: number) => (registers: Registers) => {
        while (test(registers as never)) {
          body(registers as never);
          if ((registers.left -= cost) < 0) {
            back(registers as never);
            interrupt(header, registers.outer);
            registers.left = thread.budget;
          }
        }
      },
    whileUntilIn:
      (back: Step, test: Compute, body: Step, cost: number, header: number, exit: unknown) =>
      (registers: Registers) => {
        while (test(registers as never)) {
          const end = body(registers as never);
          if (end !== undefined) return end === exit ? undefined : end;
          if ((registers.left -= cost) < 0) {
            back(registers as never);
            interrupt(header, registers.outer);
            registers.left = thread.budget;
          }
        }
      },
    safepointIn: (back: Step, cost: number, header: number) => (registers: Registers) => {
      if ((registers.left -= cost) < 0) {
        back(registers as never);
        interrupt(header, registers.outer);
        registers.left = thread.budget;
      }
    },

    /** Runs the bodies of functions that are inlined. @param stop the slow path of their safepoints */
    inlinedIn: (cost: number, stop: (registers: Registers) => void, body: Step) => (registers: Registers) => {
      if ((registers.left -= cost) < 0) stop(registers);
      return body(registers as never);
    },

    // Values that are in no register (what they are stored in is read from the nearest function, in fewer bytes), and what only knows the frame
    slotOf: (slot: number) => (registers: Registers) => S[registers.fp + slot]!,
    doubleOf: (slot: number) => (registers: Registers) => F[registers.fp + slot]!,
    storeOf: (slots: Machine['S'], slot: number, value: Compute) => (registers: Registers) => {
      slots[registers.fp + slot] = value(registers as never);
    },
    storeDoubleOf: (doubles: Machine['F'], slot: number, value: Compute) => (registers: Registers) => {
      doubles[registers.fp + slot] = value(registers as never) as number; // as its type says
    },
    placed: (inner: Compute) => (registers: Registers) => inner(registers.fp),
  }) satisfies Readonly<Record<string, (...given: never[]) => unknown>>;

export const registerLoopTemplates = (machine: Machine) =>
  make(machine.S, machine.F, machine.thread, machine.interrupt);

export type RegisterLoopTemplates = ReturnType<typeof registerLoopTemplates>;
