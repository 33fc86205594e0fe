/**
 * Runs every program of the adversarial corpus in a process of its own, under limits that fill a host's memory if they do not
 * hold, and prints what each came to and what it took at most. Fails where a process took more than the documentation promises.
 *
 * `npm run measure-limits -- words` runs only the programs whose name has one of the words.
 */

import { spawnSync } from 'node:child_process';
import { resourceUsage } from 'node:process';
import { fileURLToPath } from 'node:url';
import { compile, HeddleError, load, VM } from '../src/index';
import { corpus, measuredLimits } from '../test/adversarial/corpus';

/** What a process may take beyond an empty one and twice its memory limit: the host's compiler and its garbage. */
const overhead = 64 * 2 ** 20;

interface Measurement {
  readonly kind: string;
  readonly milliseconds: number;
  readonly fuel: number;
  /** Bytes of memory that the process had at most. */
  readonly peak: number;
}

const childFlag = '--child';

/** Runs one program in this process, and another after it. */
function measure(source: string, options: object): Measurement {
  const vm = new VM({ ...measuredLimits, ...options });
  const program = load(compile(source));
  const started = performance.now();
  let kind = 'a value';
  try {
    vm.run(program);
  } catch (error) {
    if (!(error instanceof HeddleError)) throw error;
    kind = error.kind;
  }
  const milliseconds = performance.now() - started;
  const fuel = vm.fuelUsed;
  if (vm.run(load(compile('1 + 1'))).value !== 2) throw new Error('the VM is broken');
  return { kind, milliseconds, fuel, peak: resourceUsage().maxRSS * 1024 };
}

function inChild(name: string): Measurement {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [fileURLToPath(import.meta.url), childFlag, name],
    { encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  if (status !== 0) throw new Error(`${name} ended with ${status}:\n${stderr}`);
  return JSON.parse(stdout) as Measurement; // what `measure` gave
}

const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

function main(words: readonly string[]): void {
  const programs = corpus().filter(
    ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
  );
  const empty = inChild('').peak;
  const allowed = empty + 2 * measuredLimits.maxMemory + overhead;
  const broken: string[] = [];
  let highest = 0;
  console.log('| program | ends in | ms | fuel | peak, MiB |\n|---|---|---|---|---|');
  for (const { name, endsIn } of programs) {
    const { kind, milliseconds, fuel, peak } = inChild(name);
    console.log(`| ${name} | ${kind} | ${milliseconds.toFixed(0)} | ${fuel} | ${megabytes(peak)} |`);
    highest = Math.max(highest, peak);
    if (kind !== endsIn || peak > allowed) broken.push(name);
  }
  console.log(`\nNode ${process.versions.node}. An empty run takes ${megabytes(empty)} MiB; allowed are`);
  console.log(`${megabytes(allowed)} MiB; the most that any program took are ${megabytes(highest)} MiB.`);
  for (const name of broken) console.log(`broken: ${name}`);
  process.exitCode = broken.length > 0 ? 1 : 0;
}

const [first, ...others] = process.argv.slice(2);
if (first === childFlag) {
  const program = corpus().find(({ name }) => name === others[0]);
  console.log(JSON.stringify(measure(program?.source ?? 'null', program?.options ?? {})));
} else {
  main(first === undefined ? [] : [first, ...others]);
}
