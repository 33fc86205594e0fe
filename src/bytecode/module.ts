/**
 * A module in memory: what a compiler or the assembler makes, what the binary and the text form carry, and what the
 * verifier judges. Plain data; nothing in it has been checked.
 */

import type { Handler } from '../runtime/linked';

/** `null`, `true` and `false` have instructions of their own. */
export type Constant = number | string;

/** The source place of the instruction at `pc` and of those after it, up to the next entry. Both count from 1. */
export interface LineEntry {
  readonly pc: number;
  readonly line: number;
  readonly column: number;
}

/** A variable's name for a slot, while `start <= pc < end`. */
export interface LocalName {
  readonly slot: number;
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** What only people and debuggers need to know of a function. */
export interface FunctionDebug {
  /** Index into the module's files. */
  readonly file: number;
  /** By rising pc; the first is at pc 0. */
  readonly lines: readonly LineEntry[];
  readonly locals: readonly LocalName[];
  /** Names of the captured variables, by index. */
  readonly free: readonly string[];
}

export interface ModuleFunction {
  readonly name: string;
  readonly arity: number;
  /** Slots of arguments and locals together; locals begin as `null`. */
  readonly localCount: number;
  /** Variables that a closure of it captures. */
  readonly freeCount: number;
  /** Operands on the stack at most. */
  readonly maxStack: number;
  readonly code: Uint8Array;
  /** The first that covers a pc is the innermost. */
  readonly handlers: readonly Handler[];
  readonly debug?: FunctionDebug;
}

/** A class as code can make one. */
export interface ModuleClass {
  readonly name: string;
  /** Names of its own fields, no two alike. */
  readonly fields: readonly string[];
  /** Names of its own static fields, no two alike. */
  readonly statics: readonly string[];
  /** Its own methods, no two of one name and none named like a field. */
  readonly methods: readonly ModuleMethod[];
}

export interface ModuleMethod {
  readonly name: string;
  /** Index of the function, whose last argument is `this`. */
  readonly function: number;
}

export interface Module {
  readonly constants: readonly Constant[];
  /** The first is the program: no arguments, no captured variables. */
  readonly functions: readonly ModuleFunction[];
  readonly classes: readonly ModuleClass[];
  readonly globals: readonly string[];
  /** Names that the host must provide. */
  readonly imports: readonly string[];
  /** Source files that debug information refers to; empty without any. */
  readonly files: readonly string[];
}

/** Bounds of what the formats can hold; going beyond one is a clear error of whoever builds the module. */
export const moduleLimits = {
  constants: 2 ** 24,
  functions: 2 ** 20,
  classes: 2 ** 16,
  /** Fields, static fields and methods of one class, each. */
  members: 2 ** 16,
  /** Characters in the name of a member. */
  memberName: 1024,
  globals: 2 ** 20,
  imports: 2 ** 16,
  /** Source files that debug information names. */
  files: 2 ** 16,
  /** Arguments and locals of one function. */
  locals: 2 ** 16,
  /** Captured variables of one function. */
  free: 2 ** 16 - 1,
  arguments: 255,
  /** Bytes of one function's code. */
  code: 2 ** 26,
  /** Operands of one function, which bounds the elements of one array literal. */
  stack: 2 ** 20,
  handlers: 2 ** 16,
} as const;

/** The same module without debug information. */
export function strip(module: Module): Module {
  const functions = module.functions.map(({ debug: _, ...rest }) => rest);
  return { ...module, functions, files: [] };
}
