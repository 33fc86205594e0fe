/**
 * Runs every test file in a process of its own, in which no code can be generated from strings and there is no WebAssembly, as many at once as there are
 * processors, shows each as it ends, and closes with a line that counts them all. What any engine must do is run again with
 * all code hot from the first call on. `npm test -- words` runs only the files whose path has one of the words.
 */

import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';

/** Options of the host that leave no way to make code but to load it. */
const withoutCodeGeneration = [
  '--disallow-code-generation-from-strings',
  '--import',
  'data:text/javascript,delete globalThis.WebAssembly',
];

/** One run of a test file. */
interface Job {
  readonly file: string;
  /** After how many calls code is hot; when it is for users, unless given. */
  readonly hot?: string;
}

interface Outcome extends Job {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  readonly output: string;
}

const folder = 'build/test';
const wanted = process.argv.slice(2);
const files = readdirSync(folder, { recursive: true })
  .map((name) => join(folder, String(name)))
  .filter((name) => name.endsWith('.test.js'))
  .filter((name) => wanted.length === 0 || wanted.some((word) => name.includes(word)))
  .sort();

/** Tests of what every engine must do. */
const ofEngines =
  /(engines|isa|programs|conformance|classics|awfy|prelude|patch|limits|differential|embedding.\w+)\.test\.js$/;

const jobs: Job[] = files.flatMap((file): Job[] => [
  { file },
  ...(ofEngines.test(file)
    ? [
        { file, hot: '1' },
        { file, hot: 'random' },
      ]
    : []),
]);

const counted = (output: string, what: string): number =>
  [...output.matchAll(new RegExp(`^\\s*${what}:\\s+(\\d+)`, 'gm'))].reduce(
    (sum, match) => sum + Number(match[1]),
    0,
  );

function runFile({ file, hot }: Job): Promise<Outcome> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--enable-source-maps', ...withoutCodeGeneration, file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...(hot !== undefined && { HEDDLE_HOT: hot }) },
  });
  let output = '';
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const plain = stripVTControlCharacters(output);
      const total = counted(plain, 'Total');
      const passed = counted(plain, 'Passed');
      const skipped = counted(plain, 'Skipped');
      // A file that crashed, or ran nothing, has failed once more than its tests say.
      // The total is without what was skipped.
      const broken = (code !== 0 && total === passed) || total + skipped === 0;
      const failed = total - passed + (broken ? 1 : 0);
      resolve({
        file,
        ...(hot !== undefined && { hot }),
        passed,
        failed,
        skipped,
        seconds: (performance.now() - started) / 1000,
        output,
      });
    });
  });
}

function show({ file, hot, passed, failed, seconds, output }: Outcome): void {
  const name = file.slice(folder.length + 1) + (hot === undefined ? '' : ` (hot: ${hot})`);
  const mark = failed > 0 ? pc.red('failed') : pc.green('ok');
  console.log(`${mark}  ${name}  ${pc.dim(`${passed} passed, ${seconds.toFixed(1)} s`)}`);
  if (failed > 0) console.log(output);
}

if (files.length === 0) {
  console.error(`No test file in ${folder} matches ${wanted.join(' ') || 'anything'}.`);
  process.exit(2);
}
const queue = [...jobs];
const outcomes: Outcome[] = [];
async function work(): Promise<void> {
  for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
    const outcome = await runFile(job);
    outcomes.push(outcome);
    show(outcome);
  }
}
await Promise.all(Array.from({ length: Math.min(availableParallelism(), jobs.length) }, work));

const sum = (pick: (outcome: Outcome) => number): number => outcomes.reduce((total, o) => total + pick(o), 0);
const failed = sum((o) => o.failed);
const skipped = sum((o) => o.skipped);
for (const { file } of outcomes.filter((o) => o.failed > 0)) console.log(pc.red(`failed: ${file}`));
console.log(`${sum((o) => o.passed)} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;
