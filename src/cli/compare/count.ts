/**
 * How many instructions a call runs, and how many cells on engines that have them. Counting is slow, so a call that takes too
 * long is counted in part: up to a safepoint that is at the same place on every engine, known by its fuel.
 */

import { type EngineName, engines } from '../../engines/engines';
import type { Execution } from '../../execution';
import type { Program } from '../../program';
import { CellCounter } from '../../tools/cell-counter';
import { InstructionCounter } from '../../tools/instruction-counter';
import { VM, type VmOptions } from '../../vm';
import type { Count, Counted } from './assignment';
import { entryPoint, type Size } from './subject';

/** Units of fuel between looks at the clock. */
const slice = 1_000_000;

function started(program: Program, size: Size, engine: VmOptions['engine']): Execution {
  const vm = new VM({ ...(engine !== undefined && { engine }), output: () => {} });
  if (size === null) return vm.start(program);
  vm.run(program);
  return vm.startCall(entryPoint, size);
}

/** Runs until the end, or until the time is up. @param count reads the counter */
function countOver(begin: () => Execution, budgetMs: number, count: () => number): Count {
  const execution = begin();
  const before = count();
  const start = performance.now();
  do execution.advance({ fuel: slice });
  while (execution.state === 'paused' && performance.now() - start < budgetMs);
  const counted = { count: count() - before, fuel: execution.fuelUsed };
  if (execution.state === 'paused') execution.cancel();
  else void execution.result; // throws what went wrong
  return counted;
}

/**
 * @param budgetMs milliseconds for each count
 * @throws HeddleError where the program fails
 */
export function countWork(
  program: Program,
  size: Size,
  names: readonly EngineName[],
  budgetMs: number,
): Counted {
  const counter = new InstructionCounter();
  const instructions = countOver(
    () => started(program, size, counter.engine),
    budgetMs,
    () => counter.total,
  );
  const cells: Partial<Record<EngineName, Count>> = {};
  for (const name of names) {
    // Engines without cells leave the arrays as they are: empty.
    if (program.linkFor(engines[name]).functions.every((fn) => fn.cells.length === 0)) continue;
    const watch = new CellCounter(engines[name]);
    cells[name] = countOver(
      () => started(program, size, watch.engine),
      budgetMs,
      () => watch.total,
    );
  }
  return { instructions, cells };
}
