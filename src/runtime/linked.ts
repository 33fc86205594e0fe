/**
 * A loaded function as every engine sees it: verified code, resolved constants, and what the loader found out about it
 * once so that no engine has to. A pc is an offset in `code`, in every engine, for every purpose.
 */

import type { FixedVariables } from './fixed-variables';
import type { InlineCache } from './inline-cache';
import type { Shape, ShapeTable } from './objects';
import type { Closure, Value } from './value';

/** One step of a cell engine: does its work on the frame at `fp` and returns the pc to go on at, or a `cellExit`. */
export type Cell = (fp: number) => number;

/** What a cell returns in place of a pc. */
export const cellExit = {
  /** Another function is on top now: the driver reloads its registers from the thread. */
  frame: -1,
  /** The frame that the run began with has returned. */
  done: -2,
  /** The frame on top has returned, its result being in its callee's slot: the driver of the fused engine drops it. */
  returned: -3,
  /** Control goes on where the thread stands, which may be in the middle of another function. */
  resume: -4,
  /** Something was thrown that is not for the frames above: the driver of the `cloned` engine has it. */
  raised: -5,
} as const;

/** A function that calls nothing and does not loop, as a cell that calls it can run it without a frame. */
export interface Leaf {
  /** All that the function does, where it does nothing but compute a value. */
  readonly expression: ((fp: number) => Value) | undefined;
  /** Whether it looks at its closure. */
  readonly readsClosure: boolean;
}

/** A range of code whose errors go to `target`. The first entry that covers a pc is the innermost. */
export interface Handler {
  /** The first pc covered. */
  readonly start: number;
  /** The first pc no longer covered. */
  readonly end: number;
  readonly target: number;
  /** Operands kept when the handler begins; the error is pushed on top of them. */
  readonly height: number;
  /** A `catch` receives the guest's thrown value; a `finally` receives the error with its trace, to throw it on. */
  readonly kind: 'catch' | 'finally';
}

/** Where each instruction came from. Absent where debug information was stripped. */
export interface SourceMap {
  readonly file: string;
  /** The place of the instruction that covers `pc`; both count from 1. */
  positionAt(pc: number): { readonly line: number; readonly column: number };
  /** The name of the variable in `slot` at `pc`. */
  localName(slot: number, pc: number): string | undefined;
  freeName(index: number): string | undefined;
}

/** A class as a module defines it, before code makes one of it. */
export interface LinkedClass {
  readonly name: string;
  /** Of its own methods. */
  readonly methodNames: readonly string[];
  /** Own fields and methods. */
  readonly memberCount: number;
  /** The functions of its own methods, which take `this` behind their arguments. */
  readonly methods: readonly LinkedFunction[];
  /** The shape of the class itself: its static fields. */
  readonly shape: Shape;
  /** The shapes of its instances. */
  readonly shapes: ShapeTable;
}

/** What the functions of one loaded module have in common. */
export interface LinkedModule {
  readonly functions: readonly LinkedFunction[];
  readonly classes: readonly LinkedClass[];
  readonly globals: readonly string[];
  readonly imports: readonly string[];
  /** Those of its globals and imports that code of it assumes to be fixed. */
  readonly fixed: FixedVariables;
}

/** A function, ready for engines. */
export interface LinkedFunction {
  readonly module: LinkedModule;
  readonly name: string;
  /** With `this`, which stands behind the arguments, where the function is a method. */
  readonly arity: number;
  readonly isMethod: boolean;
  /** Slots of arguments and locals together. */
  readonly localCount: number;
  /** Variables that a closure of it captures. */
  readonly freeCount: number;
  /** Operands it needs at most. */
  readonly maxStack: number;
  /** Slots of a frame: locals and operands. */
  readonly frameSize: number;
  /** The module's code with an `OpReturn` after it, so that running off the end is a return like any other. */
  readonly code: Uint8Array;
  readonly constants: readonly Value[];
  readonly handlers: readonly Handler[];
  /** Operands on the stack before the instruction at each pc; -1 where no instruction that can be reached begins. */
  readonly heights: Int32Array;
  /** Fuel that a call of it costs. */
  readonly entryCost: number;
  /** Fuel that a backward jump costs, at the jump's pc. */
  readonly loopCosts: Int32Array;
  readonly source: SourceMap | undefined;
  /** By pc, at the instructions that have one; shared by all VMs. */
  readonly caches: (InlineCache | undefined)[];
  /** What a cell engine runs, by pc. Replacing one takes effect at its next execution. */
  readonly cells: Cell[];
  /**
   * For engines that call on the host's stack: runs the frame at `fp`, which its caller has made but for the locals, to its end.
   * Gives what the function returns.
   */
  enter: (fp: number) => Value;
  /** Slots that a frame of it needs where it is run so: with those of functions that are inlined. */
  room: number;
  /**
   * The same of a function whose arguments are handed over directly: there is no frame of it on the thread, nor of the caller.
   *
   * @param fp where its frame would be
   * @param depth how many frames would wait below it
   * @param callee its closure; `undefined` where that of its object's class is meant
   */
  direct: (fp: number, depth: number, callee: Closure | undefined, ...given: Value[]) => Value;
  /** Set and taken away by the fused engine, which makes cells anew. */
  leaf: Leaf | undefined;
  /** Where an engine's cells do not return a pc themselves: by pc, that of the next instruction. Empty for other engines. */
  readonly nexts: number[];
}
