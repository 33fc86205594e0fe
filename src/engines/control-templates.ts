/**
 * Templates of control in regions: steps in a row, conditions, loops, and what puts values into slots. The build makes
 * many textual copies of this file, so that each closure of a hot region has type feedback of its own and the host's compiler
 * finds a constant callee wherever one closure calls another: it then inlines the whole tree.
 *
 * Size is speed here. The host inlines functions without counting them up to a limit (27 bytes of its bytecode on Node 20);
 * a test prints the sizes and says which may be larger.
 */

import type { Label } from '../load/structured-code';
import type { Value } from '../runtime/value';
import type { Compute, Handle, Machine, Step } from './region-site';

/** A test of a condition: gives a boolean of the host. */
type Test = (fp: number) => Value;

/**
 * What all templates use are parameters, as what each is given: V8's bytecode tests of a constant of a function around, each time it is
 * read, whether it has been assigned yet.
 */
const make = (S: Machine['S'], F: Machine['F'], thread: Machine['thread'], interrupt: Machine['interrupt']) =>
  ({
    // Steps in a row
    nothing: (): Step => () => undefined,
    two:
      (a: Step, b: Step): Step =>
      (fp) => {
        a(fp);
        return b(fp);
      },
    three:
      (a: Step, b: Step, c: Step): Step =>
      (fp) => {
        a(fp);
        b(fp);
        return c(fp);
      },
    four:
      (a: Step, b: Step, c: Step, d: Step): Step =>
      (fp) => {
        a(fp);
        b(fp);
        c(fp);
        return d(fp);
      },
    /** The second where the first comes to its end. */
    andThen:
      (a: Step, b: Step): Step =>
      (fp) => {
        const end = a(fp);
        return end === undefined ? b(fp) : end;
      },
    /** Calls a closure by a variable, which no compiler takes for constant. */
    apart: (closure: Step): Step => {
      let called: Step | undefined;
      const apart: Step = (fp) => called!(fp);
      called = closure;
      return apart;
    },
    go:
      (label: Label): Step =>
      () =>
        label,
    block:
      (a: Step, label: Label): Step =>
      (fp) => {
        const end = a(fp);
        return end === label ? undefined : end;
      },

    /** A block that errors in it end, too, where there is a handler for them at its label. */
    tried:
      (body: Step, label: Label, handle: Handle): Step =>
      (fp) => {
        const { depth, direct, codeVersion } = thread;
        try {
          const end = body(fp);
          return end === label ? undefined : end;
        } catch (thrown) {
          handle(thrown, depth, direct, codeVersion);
          return undefined;
        }
      },

    // Conditions
    either:
      (test: Test, a: Step, b: Step): Step =>
      (fp) =>
        test(fp) ? a(fp) : b(fp),
    when:
      (test: Test, a: Step): Step =>
      (fp) =>
        test(fp) ? a(fp) : undefined,
    unless:
      (test: Test, a: Step): Step =>
      (fp) =>
        test(fp) ? undefined : a(fp),
    not:
      (test: Test): Test =>
      (fp) =>
        !test(fp),
    and:
      (a: Test, b: Test): Test =>
      (fp) =>
        a(fp) && b(fp),
    or:
      (a: Test, b: Test): Test =>
      (fp) =>
        a(fp) || b(fp),
    truth:
      (value: Compute): Test =>
      (fp) => {
        const found = value(fp);
        return found !== false && found !== null;
      },
    truthOfSlot:
      (slot: number): Test =>
      (fp) => {
        const found = S[fp + slot]!;
        return found !== false && found !== null;
      },

    // Loops, each with the safepoint of its way back
    while:
      (test: Test, body: Step, cost: number, header: number): Step =>
      (fp) => {
        while (test(fp)) {
          body(fp);
          if ((thread.budget -= cost) < 0) interrupt(header, fp);
        }
      },
    /** A body that does not always come to its end. */
    whileUntil:
      (test: Test, body: Step, cost: number, header: number, exit: Label | undefined): Step =>
      (fp) => {
        while (test(fp)) {
          const end = body(fp);
          if (end !== undefined) return end === exit ? undefined : end;
          if ((thread.budget -= cost) < 0) interrupt(header, fp);
        }
      },
    loop:
      (body: Step, label: Label, exit: Label | undefined): Step =>
      (fp) => {
        for (;;) {
          const end = body(fp);
          if (end !== undefined && end !== label) return end === exit ? undefined : end;
        }
      },
    safepoint:
      (cost: number, header: number): Step =>
      (fp) => {
        if ((thread.budget -= cost) < 0) interrupt(header, fp);
      },

    // Values and where they go
    slot:
      (slot: number): Compute =>
      (fp) =>
        S[fp + slot]!,
    double:
      (slot: number): Compute =>
      (fp) =>
        F[fp + slot]!,
    constant:
      (value: Value): Compute =>
      () =>
        value,
    store:
      (to: number, value: Compute): Step =>
      (fp) => {
        S[fp + to] = value(fp);
      },
    /** @param slots those of the machine: read from the nearest function, in fewer bytes */
    storeSlot:
      (slots: Machine['S'], to: number, from: number): Step =>
      (fp) => {
        slots[fp + to] = slots[fp + from]!;
      },
    storeConstant:
      (to: number, value: Value): Step =>
      (fp) => {
        S[fp + to] = value;
      },
    storeDouble:
      (to: number, value: Compute): Step =>
      (fp) => {
        F[fp + to] = value(fp) as number; // as its type says
      },
    storeDoubleConstant:
      (to: number, value: number): Step =>
      (fp) => {
        F[fp + to] = value;
      },
  }) satisfies Readonly<Record<string, (...given: never[]) => Step | Compute>>;

export const controlTemplates = (machine: Machine) =>
  make(machine.S, machine.F, machine.thread, machine.interrupt);

export type ControlTemplates = ReturnType<typeof controlTemplates>;
