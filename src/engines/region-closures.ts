/**
 * The closures of a region as they are made: of copies from the pool, one inside the other, with an account of how deep they call
 * each other and how much the host would have to inline, so that what is too much is cut.
 */

import { inliningLimits } from './host-inlining';
import type { Compute, Step } from './region-site';
import type { TemplatePool } from './template-pool';

/** Templates whose first closure is called in the slow path alone, where the host inlines nothing. */
const slowFirst = new Set([
  'whileIn',
  'whileUntilIn',
  'safepointIn',
  'whileOf',
  'whileUntilOf',
  'safepointOf',
  'inlinedOf',
  'checked',
]);
/** Bytes of closures that V8 does not inline (`--max-inlined-bytecode-size`). */
const neverInlined = 460;
/** What is smaller is not worth a call. */
const leastApart = 100;

export class RegionClosures {
  /** Closures made. */
  nodes = 0;
  /** How deep they call each other. */
  height = 0;
  /** Of the closures, calls of others that the host is not to inline. */
  apart = 0;
  /** Calls of built-in functions that only compute a number, as parts of expressions. */
  builtins = 0;
  /** Variables of loops that are in registers. */
  registers = 0;
  /** Variables of functions that are called directly, and of what is inlined in these, that are in registers. */
  registersOfFunctions = 0;
  /** Variables with doubles that are in registers, of loops and of functions. */
  doubles = 0;
  /** Calls that hand their arguments over. */
  direct = 0;
  private readonly heights = new Map<unknown, number>();
  /** By closure: bytes of the host's bytecode, with all that is to be inlined in it. */
  private readonly sizes = new Map<unknown, number>();

  constructor(private readonly pool: TemplatePool) {}

  /** Takes a closure into account. @param inner what it was given, closures among it */
  note<T extends Step | Compute>(key: string, made: T, ...inner: readonly unknown[]): T {
    this.nodes++;
    this.sizes.set(made, this.sizeWith(key, inner));
    const height = 1 + inner.reduce<number>((most, one) => Math.max(most, this.heights.get(one) ?? 0), 0);
    this.heights.set(made, height);
    this.height = Math.max(this.height, height);
    return made;
  }

  step(...[key, ...given]: Parameters<TemplatePool['controlStep']>): Step {
    const fitting = this.fitting(key, given) as typeof given;
    return this.note(key, this.pool.controlStep(key, ...fitting), ...fitting);
  }

  compute(...[key, ...given]: Parameters<TemplatePool['controlValue']>): Compute {
    const fitting = this.fitting(key, given) as typeof given;
    return this.note(key, this.pool.controlValue(key, ...fitting), ...fitting);
  }

  /** @param whole whether it may do all that its instruction does */
  operation(key: string, given: readonly unknown[], whole: boolean): Compute {
    const made = this.operationOf([whole ? `${key}^` : key, key], given);
    if (made === undefined) throw new Error(`there is no template ${key}`);
    return made;
  }

  /** The same where variables are in registers of a function, if there is a form for these. */
  directOperation(key: string, given: readonly unknown[], whole: boolean): Compute | undefined {
    return this.operationOf([whole ? `${key}^@` : `${key}@`, `${key}@`], given);
  }

  /** A closure of the first template that there is. */
  private operationOf(keys: readonly string[], given: readonly unknown[]): Compute | undefined {
    const key = keys.find((one) => this.pool.has(one));
    if (key === undefined) return undefined;
    const fitting = this.fitting(key, given);
    return this.note(key, this.pool.operation(key, fitting)!, ...fitting); // there is one
  }

  /** Takes a closure for one that is not expected to be called: the host inlines nothing there. */
  cold<T extends Step | Compute>(made: T): T {
    this.sizes.set(made, 0);
    return made;
  }

  /** Bytes of a template's closure with all that is to be inlined in it. */
  private sizeWith(key: string, given: readonly unknown[]): number {
    const inlined = slowFirst.has(key) ? given.slice(1) : given;
    // What the host never inlines has all that it inlines to itself.
    const own = this.pool.sizeOf(key);
    return inlined.reduce<number>((sum, one) => sum + this.sizeOf(one), own >= neverInlined ? 0 : own);
  }

  private sizeOf(closure: unknown): number {
    return this.sizes.get(closure) ?? 0;
  }

  /**
   * What a closure is given, so that the host inlines all that is inside: where that is too much, the largest closures are called, and are
   * compiled by themselves.
   */
  private fitting(key: string, given: readonly unknown[]): readonly unknown[] {
    let size = this.sizeWith(key, given);
    const { cut } = inliningLimits();
    if (size <= cut) return given;
    const fitting = [...given];
    const largestFirst = [...given.keys()].sort((a, b) => this.sizeOf(given[b]) - this.sizeOf(given[a]));
    for (const i of largestFirst) {
      const closure = fitting[i];
      const saved = this.sizeOf(closure);
      if (size <= cut || saved < leastApart) break;
      size -= saved;
      const height = this.heights.get(closure) ?? 0;
      const apart = this.note('apart', this.pool.apart(closure as Step)); // only closures have a size
      this.heights.set(apart, height + 1);
      fitting[i] = apart;
      this.apart++;
    }
    return fitting;
  }
}
