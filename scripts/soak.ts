/**
 * A great many runs in one VM: that the heap stays as it is. Each round runs a program, calls a guest function, lets runs fail,
 * be cancelled and be resumed; the heap is printed ten times on the way, and growth is a failure.
 * `node --expose-gc build/scripts/soak.js [runs] [engine]`, a million runs unless said.
 */

import { compile, type EngineName, engineNames, HeddleError, load, VM } from '../src/index';

const runs = Number(process.argv[2] ?? 1_000_000);
const engine = (process.argv[3] ?? 'threaded') as EngineName; // checked by the next line
if (!engineNames.includes(engine)) throw new Error(`no engine ${engine}; engines: ${engineNames.join(', ')}`);
const collect = (globalThis as { gc?: () => void }).gc; // there with --expose-gc
if (collect === undefined) console.log('Without --expose-gc the heap goes up and down with the collector.');

const functions = { see: (x: unknown) => typeof x };
const good = load(
  compile('let a = [1, 2, 3]; fn f(x) { see([x, a]); { "x": x } }; let s = "${a}"; f(s)', { functions }),
);
const bad = load(compile('fn g(n, x) { if (n == 0) { throw x } else { g(n - 1, [x]) } }; g(10, "deep")'));
const vm = new VM({ engine, functions, fuel: 100_000, maxMemory: 4_000_000 });

/** Kilobytes that the heap of a host may be larger at one time than at another; a leak of 2 bytes a run is more. */
const mostGrowth = 1000;

/** Four runs, one of each kind. */
function round(i: number): void {
  vm.run(good);
  if (!(vm.call('f', [i]) instanceof Map)) throw new Error('a wrong answer');
  try {
    vm.run(bad);
  } catch (error) {
    if (!(error instanceof HeddleError)) throw error;
  }
  const execution = vm.start(good);
  execution.advance({ fuel: 20 });
  if (i % 2 === 0) execution.cancel();
  else execution.advance();
}

const kilobytes = (): number => {
  collect?.();
  return Math.round(process.memoryUsage().heapUsed / 1024);
};

const start = performance.now();
const perStep = Math.ceil(runs / 40);
const heaps: number[] = [];
console.log(`${runs} runs in one VM, ${engine} engine, Node ${process.versions.node}`);
for (let step = 1; step <= 10; step++) {
  for (let i = 0; i < perStep; i++) round(i);
  heaps.push(kilobytes());
  const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(7);
  console.log(
    `${String(4 * step * perStep).padStart(9)} runs ${seconds} s  heap ${String(heaps.at(-1)).padStart(6)} kB  guest data ${vm.memoryUsed} bytes by estimate`,
  );
}
// The first step also warms the host up.
const grown = heaps.at(-1)! - heaps[1]!;
console.log(`From the second step to the last the heap grew by ${grown} kB.`);
if (collect !== undefined && grown > mostGrowth) process.exitCode = 1;
