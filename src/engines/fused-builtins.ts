/**
 * Calls of built-in functions that only compute a number, as parts of expressions on the fused engine: they cost no fuel, need no memory and
 * change nothing, so nothing has to be readied for them. Where the variable holds another function, or the function is given what it
 * does not compute a number of, the expression bails out, and the call is one like any other from then on.
 */

import type { Tree } from '../load/trees';
import { builtinFunctions } from '../runtime/builtins';
import type { LinkedFunction } from '../runtime/linked';
import { thread } from '../runtime/thread';
import { HostFunction, type Value } from '../runtime/value';
import { bail, type Expression, type FusedSite, type Operand, orBail, type Template } from './fused-site';

const S = thread.stack;

/** The value that a callee is known to have before the code runs, and as long as it runs in the same VM. */
function knownValue(callee: Tree, imports: readonly (Value | undefined)[]): Value | undefined {
  if (callee.kind === 'constant') return callee.value;
  return callee.kind === 'op' && callee.op === 'OpImport' ? imports[callee.operands[0]!] : undefined;
}

/** Whether what a callee is can be known where code is made. */
export const mayCompute = (callee: Tree): boolean =>
  callee.kind === 'constant' || (callee.kind === 'op' && callee.op === 'OpImport');

/** Whether a function that is given so many arguments does nothing but compute a number, where they are what it does so of. */
export function onlyComputes({ minArity, maxArity, counts, ofNumbers }: HostFunction, argc: number): boolean {
  if (argc < minArity || argc > maxArity) return false;
  return (argc === 1 && counts !== undefined) || ((argc === 1 || argc === 2) && ofNumbers !== undefined);
}

/** The function that a call with so many arguments calls, if it only computes a number; else `undefined`. */
export function computing(
  callee: Tree,
  argc: number,
  imports: readonly (Value | undefined)[],
): HostFunction | undefined {
  const found = knownValue(callee, imports);
  return found instanceof HostFunction && onlyComputes(found, argc) ? found : undefined;
}

/** What a function's module imports where the host provides nothing. */
export const usualImports = ({ module }: LinkedFunction): (HostFunction | undefined)[] =>
  module.imports.map((name) => builtinFunctions.get(name));

/** The place of a constant callee, which needs no test. */
const nowhere = -1;

/** How many parts a value has. */
function counted(given: Operand, index: number, known: HostFunction, pc: number): Expression {
  const counts = known.counts!;
  if (given.place === 'slot') {
    const { slot } = given;
    return (fp) => {
      if (index !== nowhere && thread.vm.imports[index] !== known) bail(pc);
      const value = S[fp + slot]!;
      return Array.isArray(value) ? value.length : orBail(counts(value), pc);
    };
  }
  const { run } = given;
  return (fp) => {
    if (index !== nowhere && thread.vm.imports[index] !== known) bail(pc);
    const value = run(fp);
    return Array.isArray(value) ? value.length : orBail(counts(value), pc);
  };
}

function computed(inputs: readonly Operand[], index: number, known: HostFunction, pc: number): Expression {
  const body = known.ofNumbers!;
  const [{ run }, other] = inputs as [Operand, Operand?]; // as many as it takes
  if (other === undefined) {
    return (fp) => {
      if (index !== nowhere && thread.vm.imports[index] !== known) bail(pc);
      const x = run(fp);
      return typeof x === 'number' ? body(x) : bail(pc);
    };
  }
  const second = other.run;
  return (fp) => {
    if (index !== nowhere && thread.vm.imports[index] !== known) bail(pc);
    const x = run(fp);
    const y = second(fp);
    return typeof x === 'number' && typeof y === 'number' ? body(x, y) : bail(pc);
  };
}

function value({ builtin, inputs, operands, pc }: FusedSite): Expression {
  const known = builtin!;
  const [index = nowhere] = operands;
  return known.counts === undefined
    ? computed(inputs, index, known, pc)
    : counted(inputs[0]!, index, known, pc);
}

export const builtinTemplate: Template = {
  value,
  store: (site, { to, next }) => {
    const computes = value(site);
    return (fp) => {
      S[fp + to] = computes(fp);
      return next;
    };
  },
  branch: undefined,
  effect: undefined,
};
