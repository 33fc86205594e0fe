/**
 * The one pool of template copies that all regions of the process are made of, and how the copies come into it.
 */

import { machine } from './region';
import { type PoolCounts, TemplatePool } from './template-pool';

/** Made when the first region is: most programs need none. */
let ownPool: TemplatePool | undefined;
export const pool = (): TemplatePool => (ownPool ??= new TemplatePool(machine, mostCopies));

let mostCopies = Number.POSITIVE_INFINITY;

/** For measuring: has so many copies of each template used at most, if nothing is hot yet. */
export function limitCopies(most: number): void {
  mostCopies = most;
}

let loaded: Promise<void> | undefined;

/**
 * Loads copies of templates, by which the `cloned` engine makes hot code fast: one module, once. Without it the engine works
 * with the few copies that it comes with, which the closures of regions then share. What is hot already when they
 * come stays as it is.
 *
 * @throws what the host's `import` throws where the module is not there
 */
export function loadCopies(): Promise<void> {
  loaded ??= import('./copies').then(({ copies, templateSizes }) => pool().add(copies, templateSizes));
  return loaded;
}

/** By template: closures that were made of it, for all programs. */
export const templatesWanted = (): ReadonlyMap<string, number> =>
  ownPool?.wanted ?? new Map<string, number>();

export const copiesUsed = (): PoolCounts => ownPool?.counts() ?? { own: 0, shared: 0 };
