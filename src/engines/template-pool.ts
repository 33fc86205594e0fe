/**
 * The copies of templates that have not been used yet. A closure that is made of a copy of its own has type feedback of its
 * own; when the copies of a template are used up, all closures made of it from then on share the first.
 */

import type { ControlTemplates } from './control-templates';
import { chunks as controlChunks } from './control-templates?copies';
import { chunks as frequentChunks } from './generated/region-frequent?copies';
import { chunks as rareChunks } from './generated/region-rare?copies';
import type { Compute, Machine, Step } from './region-site';

type Templates = Readonly<Record<string, (...given: unknown[]) => Step | Compute>>;

/** Makes the templates of one copy. */
type Chunk = (machine: Machine) => Templates;

/** How templates were used. */
export interface PoolCounts {
  /** Closures that have a copy of their own. */
  readonly own: number;
  /** Closures that share one. */
  readonly shared: number;
}

class Family {
  private readonly made: Templates[] = [];
  private readonly used = new Map<string, number>();

  constructor(
    private readonly chunks: readonly Chunk[],
    private readonly machine: Machine,
  ) {}

  has(key: string): boolean {
    return Object.hasOwn(this.chunk(0), key);
  }

  private chunk(index: number): Templates {
    while (this.made.length <= index) this.made.push(this.chunks[this.made.length]!(this.machine));
    return this.made[index]!;
  }

  /** @param most copies that are used */
  take(key: string, most: number): { template: Templates[string]; own: boolean } {
    const index = this.used.get(key) ?? 0;
    const own = index < Math.min(this.chunks.length, most);
    if (own) this.used.set(key, index + 1);
    return { template: this.chunk(own ? index : 0)[key]!, own };
  }
}

export class TemplatePool {
  private readonly control: Family;
  private readonly operations: readonly Family[];
  private own = 0;
  private shared = 0;

  /** @param copies used of each template at most: what is measured with fewer than there are */
  constructor(
    machine: Machine,
    private readonly copies = Number.POSITIVE_INFINITY,
  ) {
    // The build makes copies of modules of that form.
    const family = (chunks: readonly unknown[]): Family => new Family(chunks as readonly Chunk[], machine);
    this.control = family(controlChunks);
    this.operations = [family(frequentChunks), family(rareChunks)];
  }

  private make(family: Family, key: string, given: readonly unknown[]): Step | Compute {
    const { template, own } = family.take(key, this.copies);
    if (own) this.own++;
    else this.shared++;
    return template(...given);
  }

  controlStep<K extends keyof ControlTemplates>(key: K, ...given: Parameters<ControlTemplates[K]>): Step {
    return this.make(this.control, key, given);
  }

  controlValue<K extends keyof ControlTemplates>(key: K, ...given: Parameters<ControlTemplates[K]>): Compute {
    return this.make(this.control, key, given) as Compute; // the template's kind
  }

  /** The closure of a data instruction; `undefined` where there is no such template. */
  operation(key: string, given: readonly unknown[]): Compute | undefined {
    const family = this.operations.find((one) => one.has(key));
    return family && (this.make(family, key, given) as Compute); // the template's kind
  }

  counts(): PoolCounts {
    return { own: this.own, shared: this.shared };
  }
}
