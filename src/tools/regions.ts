/**
 * What the cloned engine has made of hot code since the host began: regions built, how they were entered and left, and the
 * copies of templates that they used. Of all programs together, since code and copies are shared.
 */

import { regionCounters } from '../engines/region-exits';
import { copiesUsed } from '../engines/shared-pool';
import { tierCounters } from '../engines/tier-counters';

export interface RegionCounts {
  /** Functions and loops that were rebuilt. */
  readonly functions: number;
  readonly loops: number;
  /** Closures made for them. */
  readonly nodes: number;
  /** Of those, closures with a copy of their template to themselves, and those that share one. */
  readonly own: number;
  readonly shared: number;
  /** Of the closures, those that only call another, which the host would no longer inline. */
  readonly apart: number;
  /** Calls whose functions were inlined. */
  readonly inlined: number;
  /** Calls of built-in functions that only compute a number, and are parts of expressions. */
  readonly builtins: number;
  /** Variables of loops that are kept in registers. */
  readonly registers: number;
  /** Variables of functions that are called directly, and of what is inlined in these, that are kept in registers. */
  readonly registersOfFunctions: number;
  /** Variables with doubles that are kept in registers, of loops and of functions. */
  readonly doubles: number;
  /** Functions that take their arguments directly, all they have being in registers; and calls that hand them over so. */
  readonly direct: number;
  readonly directCalls: number;
  /** Loops and functions whose registers were given up, since slow paths often had them put into slots. */
  readonly settled: number;
  /** Slots of which a region assumes something that it tests where it is entered, and how often that did not hold. */
  readonly assumed: number;
  readonly mistaken: number;
  /** Variables of modules that regions assume to be fixed, and regions that were dropped since one was not. */
  readonly fixed: number;
  readonly unfixed: number;
  /** How often cells handed over to a region. */
  readonly entered: number;
  /** How often a region was given up in mid-run: an instruction off its fast path. */
  readonly left: number;
  /** How often since calls had used enough of the host's stack. */
  readonly deep: number;
  /** Errors that were handled in the region where they were thrown. */
  readonly handled: number;
  /** Frames of direct calls that were put on the thread, since something was thrown through them. */
  readonly waited: number;
  /** Code that is not structured, or too large. */
  readonly irreducible: number;
  /** Milliseconds that building took in all, and the longest that a program has waited for it at once. */
  readonly buildMs: number;
  readonly longestBuildMs: number;
  /** Built several times and given up too often: cells run it for good. */
  readonly abandoned: number;
}

export const regionCounts = (): RegionCounts => ({ ...tierCounters, ...copiesUsed(), ...regionCounters });
