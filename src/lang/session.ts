/**
 * A series of modules that share their globals, as a REPL compiles them line by line.
 */

import type { Module } from '../bytecode/module';

/**
 * The names of globals and imports so far. Each module of the session lists them first, in the same order, so that an
 * index means the same in all of them. A module that does not compile leaves the session as it was.
 */
export class Session {
  private known: Pick<Module, 'globals' | 'imports'> = { globals: [], imports: [] };

  get globals(): readonly string[] {
    return this.known.globals;
  }

  get imports(): readonly string[] {
    return this.known.imports;
  }

  /** Takes over the names of a module that was compiled in this session. */
  accept({ globals, imports }: Module): void {
    this.known = { globals, imports };
  }
}
