/**
 * A long program on a thread that has other things to do: slices of 5 ms, progress between them, and a way to give up.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { compile, load, VM } from 'heddle';

const source = `
let done = 0
let primes = 0
fn is_prime(n) {
  for (let d = 2; d * d <= n; d += 1) { if (n % d == 0) { return false } }
  true
}
for (let n = 2; n < limit; n += 1) {
  if (is_prime(n)) { primes += 1 }
  done = n / limit
}
primes`;

const program = load(compile(source, { globals: ['limit'] }));
const vm = new VM();

// The loop of the host goes on between slices: timers fire, requests are served, a page paints.
let otherWork = 0;
const timer = setInterval(() => otherWork++, 1);
let shown = -25;
const showProgress = (): Promise<void> => {
  for (const percent = Number(vm.getGlobal('done')) * 100; shown + 25 <= percent; ) {
    shown += 25;
    console.log(`${shown} %`);
  }
  return nextTurn();
};

const { value } = await vm
  .start(program, { globals: { limit: 60_000 } })
  .finish({ milliseconds: 5 }, showProgress);
await showProgress();
console.log(`${String(value)} primes; other work was done: ${otherWork > 3}`);

// The same by hand, and given up after three slices.
const execution = vm.start(program, { globals: { limit: 1e9 } });
for (let slice = 1; slice <= 3; slice++) console.log(slice, execution.advance({ milliseconds: 5 }));
execution.cancel();
console.log(execution.state, execution.error?.kind, vm.run(load(compile('1 + 1'))).value);
clearInterval(timer);
// expect: 0 %
// expect: 25 %
// expect: 50 %
// expect: 75 %
// expect: 6057 primes; other work was done: true
// expect: 1 paused
// expect: 2 paused
// expect: 3 paused
// expect: cancelled cancelled 2
