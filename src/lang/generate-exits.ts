/**
 * Ways out of code: `break`, `continue`, `return` and errors, through the `try` statements that lie between.
 */

import { Label } from '../bytecode/builder';
import type { Block, Try } from './ast';
import { type Context, type ExitKind, exitCodes, type Guard, type Protection } from './exits';
import { ScopeGenerator } from './generate-scopes';

export abstract class ExitGenerator extends ScopeGenerator {
  /** What `break`, `continue` and `return` have to pass, the innermost last. */
  protected readonly contexts: Context[] = [];

  /**
   * `break`, `continue` or `return`, whose value is then on top. Goes to its target, or by way of the nearest `finally`
   * that lies between.
   */
  protected exit(kind: ExitKind): void {
    if (!this.live) return;
    const guards: Guard[] = [];
    for (const context of [...this.contexts].reverse()) {
      if (context.kind === 'guard') {
        guards.push(context);
      } else if (context.kind === 'protection') {
        if (kind === 'return') this.emit('OpSetLocal', context.value);
        this.emit('OpConstant', this.context.module.constant(exitCodes[kind]));
        this.emit('OpSetLocal', context.code);
        context.exits.add(kind);
        this.leave(guards, context.height, context.entry);
        return;
      } else if (kind !== 'return') {
        this.leave(guards, context.height, kind === 'break' ? context.breakTo : context.continueTo);
        return;
      }
    }
    this.emit('OpReturn');
  }

  /** Drops operands and jumps. Handlers that keep more operands than the target has must not cover that. */
  private leave(guards: readonly Guard[], height: number, target: Label): void {
    const passed = guards.filter((guard) => guard.height > height);
    for (const guard of passed) this.closeRange(guard);
    this.dropTo(height);
    this.jump('OpJump', target);
    for (const guard of passed) guard.open = this.boundary();
  }

  private boundary(): Label {
    const label = this.here();
    this.boundaries.add(label);
    return label;
  }

  private closeRange(guard: Guard): void {
    guard.ranges.push({ start: guard.open, end: this.boundary() });
  }

  private openGuard(): Guard {
    const guard: Guard = {
      kind: 'guard',
      height: this.height,
      ranges: [],
      open: this.boundary(),
      from: this.out.code.length,
    };
    this.contexts.push(guard);
    return guard;
  }

  /** @returns whether there is any code that the guard covers */
  private closeGuard(guard: Guard): boolean {
    this.contexts.pop();
    this.closeRange(guard);
    for (let i = guard.from; i < this.out.code.length; i++) {
      if (this.out.code[i]!.kind === 'op') return true;
    }
    return false;
  }

  /** Begins the code that a guard's errors come to. */
  private handle(guard: Guard, kind: 'catch' | 'finally'): void {
    const target = this.beginHandler(guard.height);
    for (const { start, end } of guard.ranges) this.out.handler(start, end, target, kind);
  }

  protected tryCatch({ body, handler }: Try): void {
    if (handler === undefined) {
      this.block(body, false);
      return;
    }
    const guard = this.openGuard();
    this.block(body, false);
    if (!this.closeGuard(guard)) return;
    const end = new Label();
    this.from(body.end - 1).jump('OpJump', end);
    this.openScope();
    this.handle(guard, 'catch');
    if (handler.name === undefined) this.emit('OpPop');
    else this.define(handler.name);
    this.block(handler.body, false);
    this.closeScope();
    this.mark(end);
  }

  /**
   * One copy of the `finally` block. A code says how control came to it, a value is what it carries: the error that
   * was raised or the result that was to be returned. Afterwards control goes on accordingly.
   */
  protected tryFinally(node: Try, finalizer: Block): void {
    const protection: Protection = {
      kind: 'protection',
      height: this.height,
      entry: new Label(),
      code: this.hiddenSlot(),
      value: this.hiddenSlot(),
      exits: new Set(),
    };
    this.contexts.push(protection);
    const guard = this.openGuard();
    this.tryCatch(node);
    const covers = this.closeGuard(guard);
    this.contexts.pop();
    if (!covers) {
      this.block(finalizer, false);
      return;
    }
    const completes = this.live;
    this.from(finalizer.start).emit('OpNull').emit('OpSetLocal', protection.code);
    this.jump('OpJump', protection.entry);
    this.handle(guard, 'finally');
    this.emit('OpSetLocal', protection.value);
    this.emit('OpConstant', this.context.module.constant(exitCodes.throw));
    this.emit('OpSetLocal', protection.code);
    this.mark(protection.entry);
    this.block(finalizer, false);
    this.from(finalizer.end - 1);
    this.dispatch(protection, completes);
  }

  /** Goes on as the code of a protection says; where it says nothing, falls through. */
  private dispatch({ code, value, exits }: Protection, completes: boolean): void {
    const kinds = ['throw' as const, ...exits];
    for (const [i, kind] of kinds.entries()) {
      const next = new Label();
      if (completes || i < kinds.length - 1) {
        this.emit('OpGetLocal', code).emit('OpConstant', this.context.module.constant(exitCodes[kind]));
        this.emit('OpEqual').jump('OpJumpIfFalse', next);
      }
      if (kind === 'throw' || kind === 'return') this.emit('OpGetLocal', value);
      if (kind === 'throw') this.emit('OpThrow');
      else this.exit(kind);
      this.mark(next);
    }
  }
}
