/**
 * What a VM costs: microseconds and bytes for many VMs of one module, created, run, called, and stopped in the middle.
 * `node --expose-gc build/bench/many-vms.js [count]`.
 */

import { compile, type Execution, engineNames, load, VM } from '../src/index';

const count = Number(process.argv[2] ?? 10_000);
const collect = (globalThis as { gc?: () => void }).gc; // there with --expose-gc
if (collect === undefined)
  console.log('Without --expose-gc the bytes are those of the host before it collects.');

const source = `let calls = 0
fn wait() { null }
fn handle(x) { calls += 1; log(x); if (x > 0) { pause(); wait() }; x * 2 }
handle(0)`;
const functions = { log: (_: unknown) => {}, pause: () => {} };
const program = load(compile(source, { functions }));

function heap(): number {
  collect?.();
  return process.memoryUsage().heapUsed;
}

/** Makes `count` of something; prints what each takes and keeps them alive until then. */
function measure<T>(title: string, make: (i: number) => T, warm = true): T[] {
  const made: T[] = new Array<T>(count);
  if (warm) for (let i = 0; i < Math.min(count, 2000); i++) made[i] = make(i);
  made.fill(undefined as T); // room for what is measured
  const before = heap();
  const start = performance.now();
  for (let i = 0; i < count; i++) made[i] = make(i);
  const ms = performance.now() - start;
  const bytes = heap() - before;
  const each = `${((1000 * ms) / count).toFixed(2)} us`.padStart(10);
  console.log(`${title.padEnd(44)} ${each} ${`${Math.round(bytes / count)} bytes`.padStart(12)}`);
  return made;
}

console.log(`${count} VMs of one module, Node ${process.versions.node}; each:`);
measure('a VM without host functions', () => new VM());
const vms = measure('a VM with two host functions', () => new VM({ functions }));
measure('and the first run of the program in it', (i) => vms[i]!.run(program).value);
measure('a call of a guest function', (i) => vms[i]!.call('handle', 0));
const held: Execution[] = measure('a VM with an execution stopped in a call', () => {
  const vm = new VM({ functions: { ...functions, pause: () => execution.pause() } });
  vm.run(program);
  const execution: Execution = vm.startCall('handle', 1);
  execution.advance();
  return execution;
});
if (held.some(({ state }) => state !== 'paused')) throw new Error('an execution has not stopped');
measure('that execution taken to its end', (i) => held[i]!.advance(), false);
if (held.some(({ state, result }) => state !== 'done' || result.value !== 2))
  throw new Error('a wrong answer');
for (const engine of engineNames)
  measure(`a VM on the ${engine} engine, and a run`, () => new VM({ engine, functions }).run(program).value);
