/**
 * Runs every program of the adversarial corpus in a process of its own, under limits that fill a host's memory if they do not
 * hold, and prints what each came to and what it took at most. Fails where a process took more than docs/limits.md promises.
 *
 * `npm run measure-limits -- words` runs only the programs whose name has one of the words.
 */

import { corpus, measuredLimits } from '../test/adversarial/corpus';
import { answerAsChild, inChild, overhead } from '../test/adversarial/measure';

const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

function main(words: readonly string[]): void {
  const programs = corpus().filter(
    ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
  );
  const empty = inChild(import.meta.url, '').peak;
  const allowed = empty + 2 * measuredLimits.maxMemory + overhead;
  const broken: string[] = [];
  let highest = 0;
  console.log('| program | ends in | ms | fuel | peak, MiB |\n|---|---|---|---|---|');
  for (const { name, endsIn } of programs) {
    const { kind, milliseconds, fuel, peak } = inChild(import.meta.url, name);
    console.log(`| ${name} | ${kind} | ${milliseconds.toFixed(0)} | ${fuel} | ${megabytes(peak)} |`);
    highest = Math.max(highest, peak);
    if (kind !== endsIn || peak > allowed) broken.push(name);
  }
  console.log(`\nNode ${process.versions.node}. An empty run takes ${megabytes(empty)} MiB; allowed are`);
  console.log(`${megabytes(allowed)} MiB; the most that any program took are ${megabytes(highest)} MiB.`);
  for (const name of broken) console.log(`broken: ${name}`);
  process.exitCode = broken.length > 0 ? 1 : 0;
}

if (!answerAsChild()) main(process.argv.slice(2));
