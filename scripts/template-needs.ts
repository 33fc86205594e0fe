/**
 * How many closures the benchmark programs make of each template of regions: `npm run template-needs` shows it, with `--write` it writes it for
 * the build, which makes as many copies of each template as the program that needs most of it can use. It counts and measures no time, but what
 * gets hot depends on what inline caches have met, so programs run at their size for measuring.
 */

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { writeMicroPrograms } from '../bench/micro/programs';
import { loadProgram } from '../bench/subject';
import { suites } from '../bench/suites/suites';
import { loadCopies, templatesWanted } from '../src/engines/shared-pool';
import { VM } from '../src/index';

const needsFile = 'src/engines/generated/template-needs.json';

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });

// How many copies there are changes how long it takes, and not what is counted.
await loadCopies();

/** By key: closures of the program that makes most, and which that is. */
const needs = new Map<string, { count: number; program: string }>();

// None of the others handles errors.
writeMicroPrograms();
const errors = suites.get('micro')!.filter(({ name }) => name === 'errors_20');

for (const { name, suite, program, size, expected } of [
  ...suites.get('awfy')!,
  ...suites.get('classic')!,
  ...errors,
]) {
  process.stderr.write(`${suite}/${name}\n`);
  const before = new Map(templatesWanted());
  const vm = new VM({ engine: 'cloned' });
  vm.run(loadProgram(program));
  vm.call('run', size); // what is hot is not hot at once
  const answer = vm.call('run', size);
  if (answer !== expected[size]) throw new Error(`${name} gave ${String(answer)}`);
  for (const [key, count] of templatesWanted()) {
    const own = count - (before.get(key) ?? 0);
    if (own > (needs.get(key)?.count ?? 0)) needs.set(key, { count: own, program: `${suite}/${name}` });
  }
}

const sorted = [...needs].sort(([, a], [, b]) => b.count - a.count);
for (const [key, { count, program }] of sorted)
  console.log(`${String(count).padStart(5)}  ${key}  ${program}`);
if (values.write) {
  const byKey = Object.fromEntries(sorted.map(([key, { count }]) => [key, count]).sort());
  writeFileSync(needsFile, `${JSON.stringify(byKey, undefined, 2)}\n`);
}
