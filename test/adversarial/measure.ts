/**
 * What a program of the corpus takes of the host: it runs in a process of its own, whose highest use of memory the host's
 * system has kept. The file that calls `inChild` also is what the child runs: it has to call `answerAsChild` first.
 */

import { spawnSync } from 'node:child_process';
import { argv, execPath, resourceUsage } from 'node:process';
import { fileURLToPath } from 'node:url';
import { compile, HeddleError, load, VM } from '../../src/index';
import { corpus, measuredLimits } from './corpus';

/** What a process may take beyond an empty one and twice its memory limit: the host's compiler, and garbage not yet collected. */
export const overhead = 96 * 2 ** 20;

export interface Measurement {
  /** The kind of error that the program ended in. */
  readonly kind: string;
  readonly milliseconds: number;
  readonly fuel: number;
  /** Bytes of memory that the process had at most. */
  readonly peak: number;
}

const childFlag = '--child';

/** Runs one program, and another after it in the same VM. */
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

/** Whether this process is a child: then it has written what it measured, and is done. */
export function answerAsChild(): boolean {
  if (argv[2] !== childFlag) return false;
  const program = corpus().find(({ name }) => name === argv[3]);
  console.log(JSON.stringify(measure(program?.source ?? 'null', program?.options ?? {})));
  return true;
}

/**
 * Measures a program in a process of its own.
 *
 * @param file the URL of the caller
 * @param name of a program; anything else measures an empty one
 */
export function inChild(file: string, name: string): Measurement {
  const { status, stdout, stderr } = spawnSync(execPath, [fileURLToPath(file), childFlag, name], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${name} ended with ${status}:\n${stderr}`);
  return JSON.parse(stdout) as Measurement; // what `measure` gave
}
