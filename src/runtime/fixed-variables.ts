/**
 * Variables of a module - globals and imports - of which code that was made of it assumes that they hold what they held then, in every VM that
 * runs it: the same number, text or built-in function, or a closure of the same function. A VM is looked at before it runs such code
 * (`holdIn`). After that nothing need be tested, since only a variable that the program defines once is assumed to be fixed: once it has a value, nobody
 * but the host can give it another, and that gives the assumption up.
 */

import type { LinkedFunction } from './linked';
import { isShort } from './text-costs';
import { thread } from './thread';
import { Closure, HostFunction, type Value } from './value';

/** What is assumed of a variable: its value; of a closure, which every VM makes for itself, its function. */
export type Fixed = Exclude<Value, object> | HostFunction | LinkedFunction;

/** The variables of one VM that runs the module. */
export interface Variables {
  readonly globals: readonly (Value | undefined)[];
  readonly imports: readonly Value[];
  /** The `version` for which all that is assumed has been found to hold there. */
  fixedVersion: number;
}

/** How an import is told from a global of the same index. */
export const importKey = (index: number): number => ~index;

const heldIn = ({ globals, imports }: Variables, key: number): Value | undefined =>
  key < 0 ? imports[~key] : globals[key];

const fixedIn = (value: Value | undefined): Fixed | undefined => {
  if (value instanceof Closure) return value.fn;
  if (value instanceof HostFunction) return value.isOwn ? value : undefined;
  // A long text would live as long as the code.
  return (value === null || typeof value !== 'object') && value !== undefined && isShort(value)
    ? value
    : undefined;
};

/** How often VMs are found to hold something else, with none in between that holds all, before it is no longer assumed: it may only not have been defined yet. */
const mostMistakes = 100;

export class FixedVariables {
  /** Changes with what is assumed. */
  version = 0;
  private readonly assumed = new Map<number, Fixed>();
  private readonly mistakes = new Map<number, number>();
  /** Variables that are not fixed, and whether none is. */
  private readonly varying = new Set<number>();
  private isClosed = false;
  private readonly dependents: ((keys: ReadonlySet<number>) => void)[] = [];
  private once: ReadonlySet<number> | undefined;

  /** @param definedOnce finds the globals that the program defines once at most, and never assigns */
  constructor(private readonly definedOnce: () => ReadonlySet<number>) {}

  /**
   * What a variable is assumed to hold; `undefined` where nothing is.
   *
   * @param variables of the VM that is running, where what it holds may be assumed from now on
   */
  assume(key: number, variables: Variables | undefined): Fixed | undefined {
    const before = this.assumed.get(key);
    if (before !== undefined || variables === undefined || !this.isFixed(key)) return before;
    const fixed = fixedIn(heldIn(variables, key));
    if (fixed === undefined) return undefined;
    this.assumed.set(key, fixed);
    this.version++;
    return fixed;
  }

  private isFixed(key: number): boolean {
    if (this.isClosed || this.varying.has(key)) return false;
    this.once ??= this.definedOnce();
    return key < 0 || this.once.has(key);
  }

  /** Whether a VM's variables hold all that is assumed. Where one often does not, it is given up. */
  holdIn(variables: Variables): boolean {
    if (variables.fixedVersion === this.version) return true;
    const given = new Set<number>();
    let holds = true;
    for (const [key, fixed] of this.assumed) {
      if (Object.is(fixedIn(heldIn(variables, key)), fixed)) continue;
      holds = false;
      const count = (this.mistakes.get(key) ?? 0) + 1;
      this.mistakes.set(key, count);
      if (count >= mostMistakes) given.add(key);
    }
    if (holds) {
      variables.fixedVersion = this.version;
      this.mistakes.clear();
    } else {
      this.giveUp(given);
    }
    return holds;
  }

  /** Has code that assumes something of variables dropped, when that is given up. @param drop is given the variables */
  whenGivenUp(drop: (keys: ReadonlySet<number>) => void): void {
    this.dependents.push(drop);
  }

  /** Says that the host gives a global a value. */
  written(index: number): void {
    this.giveUp(new Set([index]));
  }

  /** Assumes nothing from now on: code of other modules assigns the same variables. */
  close(): void {
    this.isClosed = true;
    this.giveUp(new Set(this.assumed.keys()));
  }

  private giveUp(keys: ReadonlySet<number>): void {
    let any = false;
    for (const key of keys) {
      this.varying.add(key);
      any = this.assumed.delete(key) || any;
    }
    if (!any) return;
    this.version++;
    thread.codeVersion++;
    for (const drop of this.dependents) drop(keys);
  }
}
