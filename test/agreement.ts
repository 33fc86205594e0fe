/**
 * Holds the cloned engine against the reference: the same value or error, fuel and memory, and what happened in regions meanwhile.
 */

import * as assert from 'uvu/assert';
import { makeClonedEngine } from '../src/engines/cloned';
import { compile, HeddleError, load, type Program, VM, type VmOptions } from '../src/index';
import { type RegionCounts, regionCounts } from '../src/tools/regions';

/** Everything is hot at once, before inline caches know anything. */
export const hot = makeClonedEngine('hot', { loop: 1, call: 1 });

/** Code is hot when its inline caches know what it meets. */
export const warm = makeClonedEngine('warm', { loop: 9, call: 9 });

export const weft = (source: string, options = {}): Program =>
  load(compile(source, { file: 'test.weft', ...options }));

/** What comes of a run on an engine, with what it has used. */
export function outcome(
  work: Program,
  engine: NonNullable<VmOptions['engine']>,
  options: VmOptions = {},
): string {
  const vm = new VM({ engine, ...options });
  const used = (): string => `fuel ${vm.fuelUsed}, memory ${vm.memoryUsed}`;
  try {
    return `${vm.run(work).text}\n${used()}`;
  } catch (error) {
    if (!(error instanceof HeddleError)) throw error;
    return `${error.report()}\n${used()}`;
  }
}

/** Holds an engine against the reference. @returns what has happened in regions meanwhile */
export function agrees(source: string | Program, options: VmOptions = {}, engine = hot): RegionCounts {
  const work = typeof source === 'string' ? weft(source) : source;
  const before = regionCounts();
  const text = outcome(work, engine, options);
  const after = regionCounts();
  assert.is(text, outcome(work, 'reference', options));
  const difference = Object.entries(after).map(([name, count]) => [
    name,
    count - before[name as keyof RegionCounts],
  ]);
  return Object.fromEntries(difference) as RegionCounts; // the same names
}

/** Holds the program against the reference with all the fuel it needs and with less, `step` units apart. @returns what has happened when it ran warm */
export function agreesEverywhere(source: string, step: number, options: VmOptions = {}): RegionCounts {
  agrees(source, options, hot);
  const counts = agrees(source, options, warm);
  const vm = new VM({ engine: 'reference', ...options });
  try {
    vm.run(weft(source));
  } catch {
    // it fails on every engine
  }
  for (let fuel = 1; fuel < vm.fuelUsed; fuel += step) {
    for (const engine of [hot, warm]) agrees(source, { ...options, fuel }, engine);
  }
  return counts;
}
