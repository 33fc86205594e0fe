/**
 * Running what nobody has read: every resource has a limit, a guest cannot catch its end, and fuel that has run out can be
 * topped up.
 */

import { compile, HeddleError, load, VM } from 'heddle';

const vm = new VM({ fuel: 1_000_000, maxFrames: 1000, maxMemory: 1_000_000 });
const hostile = [
  'while (true) {}',
  'fn f() { f() }; f()',
  'let a = []; while (true) { append(a, "x") }',
  'let s = "x"; while (true) { s = s + s }',
  'try { while (true) {} } catch (e) { "caught" } finally { while (true) {} }',
];
for (const source of hostile) {
  try {
    vm.run(load(compile(source)));
  } catch (error) {
    if (!(error instanceof HeddleError)) throw error;
    console.log(`${error.kind}: ${error.message}`);
  }
}
// expect: out of fuel: the program used all the fuel it was given
// expect: stack overflow: more than 1000 calls are active
// expect: out of memory: the data of the program need more than 1000000 bytes
// expect: out of memory: the data of the program need more than 1000000 bytes
// expect: out of fuel: the program used all the fuel it was given

// An honest program that only needs more: it goes on where it stood.
const sum = load(compile('let n = 0; for (let i = 0; i < 300000; i += 1) { n += i }; n'));
const execution = vm.start(sum);
let topUps = 0;
while (execution.advance() === 'out of fuel') {
  execution.addFuel(1_000_000);
  topUps++;
}
console.log(execution.result.value, topUps > 0, execution.fuelUsed === new VM().run(sum).fuelUsed);
// expect: 44999850000 true true
