/**
 * The copies of templates that have not been used yet. A closure that is made of a copy of its own has type feedback of its
 * own; when the copies of a template are used up, all closures made of it from then on share the first.
 *
 * A few copies are at hand. The others are a module of their own, since a host reads all of what it loads: `loadCopies` loads
 * it.
 */

import { type CallTemplates, callTemplates } from './call-templates';
import { type ControlTemplates, controlTemplates } from './control-templates';
import { type DirectTemplates, directTemplates } from './direct-templates';
import { frequentTemplates } from './generated/region-frequent';
import { rareTemplates } from './generated/region-rare';
import { type RegisterTemplates, registerTemplates } from './generated/registers';
import type { Compute, Machine, Step } from './region-site';
import { type RegisterLoopTemplates, registerLoopTemplates } from './register-templates';

type Template = (...given: unknown[]) => Step | Compute;

type Templates = Readonly<Record<string, Template>>;

/** By template: gives what makes its copies, in parts. */
type CopiesOf = Readonly<Record<string, readonly (() => (machine: Machine) => readonly Template[])[]>>;

/** How templates were used. */
export interface PoolCounts {
  /** Closures that have a copy of their own. */
  readonly own: number;
  /** Closures that share one. */
  readonly shared: number;
}

class Family {
  private templates: Templates | undefined;
  private copies: CopiesOf | undefined;
  /** By template: the parts that have been made, and how many copies there are in them. */
  private readonly made = new Map<string, { parts: number; readonly templates: Template[] }>();
  private readonly used = new Map<string, number>();

  constructor(
    private readonly makeFirst: (machine: Machine) => Templates,
    private readonly machine: Machine,
  ) {}

  add(copies: CopiesOf): void {
    this.copies = copies;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.copies ?? this.first, key);
  }

  /** Those that are at hand. Where copies are loaded they need not be made before the copies are used up. */
  get first(): Templates {
    this.templates ??= this.makeFirst(this.machine);
    return this.templates;
  }

  /** A copy of a template; `undefined` where there are not so many. */
  private copyOf(key: string, index: number): Template | undefined {
    if (this.copies === undefined) return index === 0 ? this.first[key] : undefined;
    let made = this.made.get(key);
    if (made === undefined) this.made.set(key, (made = { parts: 0, templates: [] }));
    const parts = this.copies[key]!;
    while (index >= made.templates.length && made.parts < parts.length)
      made.templates.push(...parts[made.parts++]!()(this.machine));
    return made.templates[index];
  }

  /** @param most copies that are used */
  take(key: string, most: number): { template: Template; own: boolean } {
    const index = this.used.get(key) ?? 0;
    const template = index >= most ? undefined : this.copyOf(key, index);
    if (template === undefined) return { template: this.first[key]!, own: false };
    this.used.set(key, index + 1);
    return { template, own: true };
  }
}

/** Has a template's calls meet several closures, so that the host takes them for calls of anything. */
function metByMany(template: (closure: unknown) => Step): (closure: Step) => Step {
  const calls = [() => 1, () => 2, () => 3, () => 4, () => 5].map(template);
  for (let i = 0; i < 2000; i++) calls[i % calls.length]!(0);
  return template;
}

/** Templates of control, of loops and functions with registers and of calls. */
type Handwritten = ControlTemplates &
  CallTemplates &
  RegisterLoopTemplates &
  DirectTemplates &
  RegisterTemplates;

/** Copies of the templates of each module, in the order of the pool's families. */
export type Copies = readonly CopiesOf[];

export class TemplatePool {
  private readonly families: readonly Family[];
  private sizes: Readonly<Record<string, number>> = {};
  private calledApart: ((closure: Step) => Step) | undefined;
  private own = 0;
  private shared = 0;
  /** By key: closures made. */
  readonly wanted = new Map<string, number>();

  /** @param copies used of each template at most: what is measured with fewer than there are */
  constructor(
    private readonly machine: Machine,
    private readonly copies = Number.POSITIVE_INFINITY,
  ) {
    this.families = [
      controlTemplates,
      registerLoopTemplates,
      directTemplates,
      registerTemplates,
      callTemplates,
      frequentTemplates,
      rareTemplates,
    ].map(
      (templates) => new Family(templates as unknown as (machine: Machine) => Templates, machine), // each takes what its key says
    );
  }

  /** @param sizes bytes of the host's bytecode, by key */
  add(copies: Copies, sizes: Readonly<Record<string, number>>): void {
    this.sizes = sizes;
    copies.forEach((one, i) => {
      this.families[i]!.add(one);
    });
  }

  private familyOf(key: string): Family | undefined {
    return this.families.find((one) => one.has(key));
  }

  has(key: string): boolean {
    return this.familyOf(key) !== undefined;
  }

  private make(family: Family, key: string, given: readonly unknown[]): Step | Compute {
    this.wanted.set(key, (this.wanted.get(key) ?? 0) + 1);
    const { template, own } = family.take(key, this.copies);
    if (own) this.own++;
    else this.shared++;
    return template(...given);
  }

  controlStep<K extends keyof Handwritten>(key: K, ...given: Parameters<Handwritten[K]>): Step {
    return this.make(this.familyOf(key)!, key, given);
  }

  controlValue<K extends keyof Handwritten>(key: K, ...given: Parameters<Handwritten[K]>): Compute {
    return this.make(this.familyOf(key)!, key, given) as Compute; // the template's kind
  }

  /** The closure of a data instruction; `undefined` where there is no such template. */
  operation(key: string, given: readonly unknown[]): Compute | undefined {
    const family = this.familyOf(key);
    const { S, F } = this.machine;
    return family && (this.make(family, key, [S, F, ...given]) as Compute); // the template's kind
  }

  /** Bytes of the host's bytecode of a template's closure; 0 where no copies are there, so that nothing is inlined anyway. */
  sizeOf(key: string): number {
    return this.sizes[key] ?? 0;
  }

  /** What calls a closure and is no reason for the host's compiler to inline it. */
  apart(closure: Step): Step {
    this.calledApart ??= metByMany(this.families[0]!.first.apart as (closure: unknown) => Step);
    return this.calledApart(closure);
  }

  counts(): PoolCounts {
    return { own: this.own, shared: this.shared };
  }
}
