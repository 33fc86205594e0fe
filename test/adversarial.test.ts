/**
 * The adversarial corpus: every program ends in the error that it says, at the same place and with the same fuel on every
 * engine (a fifth of them on those for comparison only) and in slices, and leaves the VM ready for the next; hostile sources and
 * modules are refused in time. What a limit keeps the host from is measured for some programs here, for all of them by `npm run
 * measure-limits`.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { comparisonOnly } from '../src/engines/engines';
import { compile, type EngineName, engineNames, HeddleError, load, type Program, VM } from '../src/index';
import { type AdversarialProgram, corpus, measuredLimits, testLimits } from './adversarial/corpus';
import { inputs, largeSources } from './adversarial/inputs';
import { answerAsChild, inChild, overhead } from './adversarial/measure';

/** Engines that are there for comparison only run one program in this many: here time is what programs are made to take. */
const representative = 5;

/** Units of fuel that a run in slices gets at a time. */
const slice = 60_013;

interface Ending {
  readonly report: string;
  readonly fuel: number;
}

const next = load(compile('let xs = range(100)\nlen(xs) + 1'));

/** How a program ends, after which its VM has run another one. */
function endingOf(
  engine: EngineName,
  program: Program,
  { options }: AdversarialProgram,
  sliced: boolean,
): Ending {
  const vm = new VM({ engine, ...testLimits, ...options });
  const execution = vm.start(program);
  const went = sliced ? { fuel: slice } : {};
  while (execution.advance(went) === 'paused') {
    // It goes on where it stopped.
  }
  const { error, fuelUsed } = execution;
  execution.cancel();
  assert.is(vm.run(next).value, 101);
  if (!(error instanceof HeddleError)) throw new Error('it ends without an error');
  return { report: error.report(), fuel: fuelUsed };
}

function addTests(): void {
  const programs = corpus();

  test('there are programs', () => {
    assert.ok(programs.length >= 100);
  });

  for (const [i, adversary] of programs.entries()) {
    const tried = engineNames.filter((name) => i % representative === 0 || !comparisonOnly.includes(name));
    test(adversary.name, () => {
      const program = load(compile(adversary.source, { file: adversary.name }));
      const first = endingOf('threaded', program, adversary, false);
      assert.match(first.report, new RegExp(`^${adversary.endsIn}:`));
      for (const engine of tried) {
        if (engine !== 'threaded') assert.equal(endingOf(engine, program, adversary, false), first, engine);
      }
      assert.equal(endingOf('threaded', program, adversary, true), first, 'in slices');
    });
  }

  for (const { name, load, refusedBy } of inputs) {
    test(name, () => {
      assert.throws(load, (error: unknown) => error instanceof refusedBy);
    });
  }

  for (const [name, [source, value]] of Object.entries(largeSources)) {
    test(name, () => {
      const vm = new VM({ ...testLimits, maxMemory: 2 ** 23 });
      assert.equal(vm.run(load(compile(source()))).value, value);
    });
  }

  test('a child process takes no more than it may', () => {
    const allowed = inChild(import.meta.url, '').peak + 2 * measuredLimits.maxMemory + overhead;
    const names = [
      'append-in-loop',
      'concatenation-trees-shared-then-read',
      'recursion-fills-memory',
      'maps-kept',
    ];
    for (const name of names) {
      const { kind, peak } = inChild(import.meta.url, name);
      assert.is(kind, 'out of memory', name);
      assert.ok(peak <= allowed, `${name} took ${peak} bytes; ${allowed} are allowed`);
    }
  });

  test.run();
}

if (!answerAsChild()) addTests();
