/**
 * A series of modules that share their globals, as a REPL compiles them line by line.
 */

import type { Module } from '../bytecode/module';
import type { Exports } from './exports';
import type { Binding, Scope } from './scope';

/**
 * The names of globals and imports so far. Each module of the session lists them first, in the same order, so that an
 * index means the same in all of them. Files that a module imports belong to the session from then on: they run once, in the
 * module that imports them first. A module that does not compile leaves the session as it was.
 */
export class Session {
  private known: Pick<Module, 'globals' | 'imports'> = { globals: [], imports: [] };
  private readonly imported = new Map<string, Binding>();
  private readonly exported = new Map<string, Exports>();

  get globals(): readonly string[] {
    return this.known.globals;
  }

  /** The globals that its modules have declared themselves, not the files that they import. */
  get names(): readonly string[] {
    return this.globals.filter((name) => !name.includes(':'));
  }

  get imports(): readonly string[] {
    return this.known.imports;
  }

  /** Names that stand for what files export. */
  get bindings(): readonly Binding[] {
    return [...this.imported.values()];
  }

  /** What files export that modules of the session have imported, by file. */
  get files(): ReadonlyMap<string, Exports> {
    return this.exported;
  }

  /**
   * Takes over the names of a module that was compiled in this session.
   *
   * @param top the names of its own source's top level
   * @param files what its files export
   */
  accept({ globals, imports }: Module, top: Scope, files: ReadonlyMap<string, Exports>): void {
    this.known = { globals, imports };
    for (const variable of top.variables()) {
      const binding = variable.kind === 'global' ? variable.binding : undefined;
      if (binding === undefined) this.imported.delete(variable.name);
      else this.imported.set(variable.name, binding);
    }
    for (const [file, exports] of files) this.exported.set(file, exports);
  }
}
