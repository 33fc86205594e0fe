/**
 * A module that has passed the verifier, and its linked form for each engine that has run it. One program may run in any
 * number of VMs.
 */

import { decode } from './bytecode/decode';
import type { Module } from './bytecode/module';
import { type VerifiedModule, verify } from './bytecode/verify';
import { moduleError } from './bytecode/verify-error';
import type { Engine } from './engines/engine';
import { engines } from './engines/engines';
import { link } from './load/link';
import { loadPrelude } from './load/prelude';
import type { LinkedModule } from './runtime/linked';
import type { Closure } from './runtime/value';

export class Program {
  private readonly linked = new WeakMap<Engine, LinkedModule>();

  private constructor(
    readonly module: Module,
    private readonly heights: readonly Int32Array[] | undefined,
  ) {}

  /** @throws VerifyError naming function, offset and rule */
  static verified(module: Module): Program {
    const verified: VerifiedModule = verify(module);
    return new Program(verified.module, verified.heights);
  }

  /**
   * A program that nobody has verified: only the reference engine, which checks everything, will run it.
   *
   * @throws VerifyError where there is no function to begin with
   */
  static unverified(module: Module): Program {
    if (module.functions.length === 0) throw moduleError('program', 'there is no function');
    return new Program(module, undefined);
  }

  /** The functions as one engine runs them, made at the first call. */
  linkFor(engine: Engine): LinkedModule {
    if (this.heights === undefined && engine !== engines.reference) {
      throw new TypeError(`the ${engine.name} engine runs verified programs only`);
    }
    let linked = this.linked.get(engine);
    if (linked === undefined) {
      linked = link(this.module, this.heights);
      for (const fn of linked.functions) engine.prepare(fn);
      this.linked.set(engine, linked);
    }
    return linked;
  }
}

const preludes = new WeakMap<Engine, ReadonlyMap<string, Closure>>();

/** The built-in functions that are written in Weft, as one engine runs them. */
export function preludeFor(engine: Engine): ReadonlyMap<string, Closure> {
  let prelude = preludes.get(engine);
  if (prelude === undefined) {
    prelude = loadPrelude((fn) => engine.prepare(fn));
    preludes.set(engine, prelude);
  }
  return prelude;
}

/**
 * Makes a program of a module in memory or in binary form.
 *
 * @throws DecodeError where the bytes are no module
 * @throws VerifyError where the module breaks a rule
 */
export const load = (source: Module | Uint8Array): Program =>
  Program.verified(source instanceof Uint8Array ? decode(source) : source);
