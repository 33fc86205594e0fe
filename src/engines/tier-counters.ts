/** What the cloned engine counts of its tiering: tests and `--stats` read it. */

/** What tiering has done, of all programs. */
export const tierCounters = {
  /** Regions of functions and of loops. */
  functions: 0,
  loops: 0,
  /** Closures made for them. */
  nodes: 0,
  /** Of those, such as only call another that the host would no longer inline. */
  apart: 0,
  /** Calls of functions that were inlined. */
  inlined: 0,
  /** Calls of built-in functions that only compute a number, and are parts of expressions. */
  builtins: 0,
  /** Variables that are kept in registers, of loops and of functions that are called directly; and those with doubles, of both. */
  registers: 0,
  registersOfFunctions: 0,
  doubles: 0,
  /** Functions that take their arguments directly, all they have being in registers; and calls that hand them over so. */
  direct: 0,
  directCalls: 0,
  /** Loops and functions whose registers were given up, since slow paths often had them put into slots. */
  settled: 0,
  /** Slots of which something is assumed, and how often that did not hold where a region was to be entered. */
  assumed: 0,
  mistaken: 0,
  /** Variables of modules that regions assume to be fixed, and regions that were dropped since one was not. */
  fixed: 0,
  unfixed: 0,
  /** Not built: the code is no structured code, or too large. */
  irreducible: 0,
  /** Milliseconds that building took, and that it took at once at most. */
  buildMs: 0,
  longestBuildMs: 0,
  /** Built, and given up for good: cells run the code. */
  abandoned: 0,
};
