/**
 * Scopes in code: the slots that variables live in, their boxes, and their names for debuggers.
 */

import { Label } from '../bytecode/builder';
import type { Name } from './ast';
import { AssignmentGenerator } from './generate-assignments';
import type { LocalVariable, ScopeNode } from './scope';

export abstract class ScopeGenerator extends AssignmentGenerator {
  /** For each scope that is open: the variables in it, and where their names begin. */
  private readonly scopes: { readonly slot: number; readonly name: string; readonly start: Label }[][] = [];

  protected openScope(): void {
    this.scopes.push([]);
  }

  protected closeScope(): void {
    for (const { slot, name, start } of this.scopes.pop()!) {
      if (name !== '') this.out.nameLocal(slot, name, start, this.here());
      if (slot >= this.out.arity) this.giveBack(slot);
    }
  }

  /** Notes that a variable lives in its slot from here to the end of the scope. */
  private begin(name: string, slot: number): void {
    this.scopes.at(-1)!.push({ slot, name, start: this.here() });
  }

  /** A slot for the generator's own use, up to the end of the scope. */
  protected hiddenSlot(): number {
    const slot = this.takeSlot();
    this.scopes.at(-1)!.push({ slot, name: '', start: new Label() });
    return slot;
  }

  protected makeBoxes(home: ScopeNode): void {
    for (const variable of this.context.resolution.boxes.get(home) ?? []) {
      const slot = this.slotOf(variable);
      this.begin(variable.name, slot);
      this.emit('OpEmptyBox', slot);
    }
  }

  protected parameters(names: readonly Name[]): void {
    for (const [slot, name] of names.entries()) {
      const variable = this.localOf(name);
      this.bindSlot(variable, slot);
      this.begin(name.name, slot);
      if (variable.boxed) this.emit('OpMakeBox', slot);
    }
  }

  protected localOf(name: Name): LocalVariable {
    return this.variableOf(name) as LocalVariable; // parameters and loop variables are locals
  }

  /** Gives a variable its first value, which is on top. */
  protected define(name: Name): void {
    if (!this.live) return;
    const variable = this.variableOf(name);
    this.from(name.start);
    if (variable.kind === 'global') {
      this.emit('OpDefineGlobal', this.context.module.global(variable.symbol));
    } else if (variable.kind === 'local' && variable.declaration !== name) {
      this.defineAgain(variable);
    } else if (variable.kind === 'local') {
      const slot = this.slotOf(variable);
      if (variable.boxed && !variable.hoisted) this.emit('OpEmptyBox', slot);
      this.emit(variable.boxed ? 'OpDefineBoxed' : 'OpSetLocal', slot);
      if (!variable.hoisted) this.begin(variable.name, slot);
    }
  }

  /** A further `let` of the same variable, in Monkey. */
  private defineAgain(variable: LocalVariable): void {
    this.emit(variable.boxed ? 'OpDefineBoxed' : 'OpSetLocal', this.slotOf(variable));
  }
}
