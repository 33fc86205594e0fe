/**
 * Templates of calls in regions: the ways into functions, and calls of guests' functions, methods, constructors and built-in
 * functions, inlined or with frames of their own. As of control, each closure is made of a textual copy.
 */

import type { Instance } from '../runtime/instances';
import type { LinkedFunction } from '../runtime/linked';
import type { ClassValue, Shape } from '../runtime/objects';
import type { HostFunction, Value } from '../runtime/value';
import type { CallSite, Compute, InvokeSite, Machine, Step } from './region-site';

/**
 * What all templates use are parameters, as what each is given: V8's bytecode tests of a constant of a function around, each time it is
 * read, whether it has been assigned yet.
 */
const make = (
  S: Machine['S'],
  thread: Machine['thread'],
  Closure: Machine['Closure'],
  at: Machine['at'],
  before: Machine['before'],
  instance: Machine['instance'],
  interrupt: Machine['interrupt'],
  callOther: Machine['callOther'],
  constructOther: Machine['constructOther'],
  invokeOther: Machine['invokeOther'],
  refuse: Machine['refuse'],
) =>
  ({
    // Calls. What they take is in its slots.

    /**
     * The way into a function: its frame has been made by the caller, but for its locals.
     *
     * @param from the first local behind the arguments
     * @param to behind the last
     */
    enter:
      (body: Step, size: number, cost: number, from: number, to: number): Compute =>
      (fp) => {
        if (thread.depth > thread.hostDepth || fp + size > thread.hostSlots) refuse(fp);
        for (let slot = fp + from; slot < fp + to; slot++) S[slot] = null;
        if ((thread.budget -= cost) < 0) interrupt(0, fp);
        return body(fp) as Value; // a function ends with a value
      },
    /** The way into a function if a parameter holds an instance of one shape; or an array, or a number. */
    enterWith:
      (slot: number, shape: Shape, inside: Compute, otherwise: Compute): Compute =>
      (fp) =>
        (S[fp + slot] as Instance)?.shape === shape ? inside(fp) : otherwise(fp),
    enterWithArray:
      (slot: number, inside: Compute, otherwise: Compute): Compute =>
      (fp) =>
        Array.isArray(S[fp + slot]) ? inside(fp) : otherwise(fp),
    enterWithNumber:
      (slot: number, inside: Compute, otherwise: Compute): Compute =>
      (fp) =>
        typeof S[fp + slot] === 'number' ? inside(fp) : otherwise(fp),
    enterWithoutLocals:
      (body: Step, size: number, cost: number): Compute =>
      (fp) => {
        if (thread.depth > thread.hostDepth || fp + size > thread.hostSlots) refuse(fp);
        if ((thread.budget -= cost) < 0) interrupt(0, fp);
        return body(fp) as Value; // a function ends with a value
      },
    call:
      (site: CallSite, at: number, argc: number, waiting: number): Compute =>
      (fp) => {
        const base = fp + at;
        const callee = S[base - 1]!;
        if (!(callee instanceof Closure) || callee.fn.arity !== argc) return callOther(site, fp);
        const { depth, frames } = thread;
        frames[2 * depth] = waiting;
        frames[2 * depth + 1] = fp;
        thread.depth = depth + 1;
        const result = callee.fn.enter(base);
        thread.depth = depth;
        return result;
      },
    /** Makes the frame of a function that is known, its callee and arguments being in their slots, and runs it. */
    framed:
      (at: number, waiting: number, fn: LinkedFunction): Compute =>
      (fp) => {
        const { depth, frames } = thread;
        frames[2 * depth] = waiting;
        frames[2 * depth + 1] = fp;
        thread.depth = depth + 1;
        const result = fn.enter(fp + at);
        thread.depth = depth;
        return result;
      },
    /** Runs the bodies of functions that are inlined, having no frame. @param stop the slow path of their safepoints */
    inlined:
      (cost: number, stop: (fp: number) => void, body: Step): Compute =>
      (fp) => {
        if ((thread.budget -= cost) < 0) stop(fp);
        return body(fp) as Value; // a function ends with a value
      },
    /** A call of a closure of one function. */
    callOf:
      (callee: Compute, fn: LinkedFunction, inlined: Compute, otherwise: Compute): Compute =>
      (fp) =>
        (callee(fp) as InstanceType<Machine['Closure']>)?.fn === fn ? inlined(fp) : otherwise(fp),
    /** A method of one shape, that is inlined. */
    invokeOf:
      (from: number, shape: Shape, inlined: Compute, otherwise: Compute): Compute =>
      (fp) =>
        (S[fp + from] as Instance)?.shape === shape ? inlined(fp) : otherwise(fp),
    /** The same of a receiver that is in a register. */
    invokeOn:
      (receiver: Compute, shape: Shape, inlined: Compute, otherwise: Compute): Compute =>
      (fp) =>
        (receiver(fp) as Instance)?.shape === shape ? inlined(fp) : otherwise(fp),
    /** A method of one shape, whose receiver is in the slot `from`. Only instances have shapes with methods. */
    invoke:
      (
        from: number,
        at: number,
        argc: number,
        shape: Shape,
        place: number,
        framed: Compute,
        otherwise: Compute,
      ): Compute =>
      (fp) => {
        const object = S[fp + from] as Instance;
        if (object?.shape !== shape) return otherwise(fp);
        const base = fp + at;
        S[base - 1] = object.classValue.methods[place]!;
        S[base + argc] = object;
        return framed(fp);
      },
    /** The same of a receiver whose shape is known. */
    invokeKnown:
      (from: number, at: number, argc: number, place: number, framed: Compute): Compute =>
      (fp) => {
        const object = S[fp + from] as Instance;
        const base = fp + at;
        S[base - 1] = object.classValue.methods[place]!;
        S[base + argc] = object;
        return framed(fp);
      },
    invokeOther:
      (site: InvokeSite, from: number): Compute =>
      (fp) => {
        S[fp + site.at - 1] = S[fp + from]!;
        return invokeOther(site, fp);
      },
    /** `new` of a class whose instances have one shape, with the constructor `fn`. */
    construct:
      (
        site: CallSite,
        offset: number,
        argc: number,
        shape: Shape,
        place: number,
        framed: Compute,
        fn: LinkedFunction,
      ): Compute =>
      (fp) => {
        const base = fp + offset;
        const made = S[base - 1] as ClassValue;
        // Where there is no room for the frame, nothing must be made before cells begin again.
        if (
          made?.instances !== shape ||
          thread.depth >= thread.hostDepth ||
          base + fn.room > thread.hostSlots
        ) {
          return constructOther(site, fp);
        }
        at(site, fp);
        const object = instance(made);
        S[base - 1] = made.methods[place]!;
        S[base + argc] = object;
        return framed(fp);
      },
    /** `new` of a class whose instances have one shape, with a constructor that is inlined. */
    constructOf:
      (site: CallSite, offset: number, argc: number, shape: Shape, inlined: Compute): Compute =>
      (fp) => {
        const base = fp + offset;
        const made = S[base - 1] as ClassValue;
        if (made?.instances !== shape) return constructOther(site, fp);
        at(site, fp);
        S[base + argc] = instance(made);
        return inlined(fp);
      },
    constructOther:
      (site: CallSite): Compute =>
      (fp) =>
        constructOther(site, fp),

    // Calls of built-in functions that call nothing themselves, by the number of their arguments. Some only make a number of numbers.
    /** How many elements an array has; `otherwise` is given other values, or nothing where another function is called. */
    counted:
      (
        callee: Compute,
        known: HostFunction,
        argument: Compute,
        otherwise: (value: Value | undefined, fp: number) => Value,
      ): Compute =>
      (fp) => {
        if (callee(fp) !== known) return otherwise(undefined, fp);
        const value = argument(fp);
        return Array.isArray(value) ? value.length : otherwise(value, fp);
      },
    numeric1:
      (
        callee: Compute,
        known: HostFunction,
        body: (x: number) => number,
        argument: Compute,
        otherwise: Compute,
      ): Compute =>
      (fp) => {
        if (callee(fp) !== known) return otherwise(fp);
        const x = argument(fp);
        return typeof x === 'number' ? body(x) : otherwise(fp);
      },
    numeric2:
      (
        callee: Compute,
        known: HostFunction,
        body: (x: number, y: number) => number,
        first: Compute,
        second: Compute,
        otherwise: Compute,
      ): Compute =>
      (fp) => {
        if (callee(fp) !== known) return otherwise(fp);
        const x = first(fp);
        const y = second(fp);
        return typeof x === 'number' && typeof y === 'number' ? body(x, y) : otherwise(fp);
      },

    builtin1:
      (site: CallSite, offset: number, callee: HostFunction, call: HostFunction['call']): Compute =>
      (fp) => {
        const base = fp + offset;
        if (S[base - 1] !== callee) return callOther(site, fp);
        before(site, base, fp);
        return call(S[base]!);
      },
    builtin2:
      (site: CallSite, offset: number, callee: HostFunction, call: HostFunction['call']): Compute =>
      (fp) => {
        const base = fp + offset;
        if (S[base - 1] !== callee) return callOther(site, fp);
        before(site, base, fp);
        return call(S[base]!, S[base + 1]!);
      },
  }) satisfies Readonly<Record<string, (...given: never[]) => Step | Compute>>;

export const callTemplates = (machine: Machine) =>
  make(
    machine.S,
    machine.thread,
    machine.Closure,
    machine.at,
    machine.before,
    machine.instance,
    machine.interrupt,
    machine.callOther,
    machine.constructOther,
    machine.invokeOther,
    machine.refuse,
  );

export type CallTemplates = ReturnType<typeof callTemplates>;
