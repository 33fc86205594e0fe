/**
 * The smallest useful host: compile once, run within limits, get the value, and see what an error looks like.
 */

import { compile, HeddleError, load, VM } from 'heddle';

const program = load(
  compile(
    `let fib = fn(n) { if (n < 2) { n } else { fib(n - 1) + fib(n - 2) } }
puts("fib(20) = \${fib(20)}")
[fib(5), fib(10)]`,
    { file: 'fib.weft' },
  ),
);

const vm = new VM({
  fuel: 10_000_000,
  maxFrames: 1000,
  output: (text) => console.log(`guest: ${text.trimEnd()}`),
});

const { value, fuelUsed } = vm.run(program);
console.log(value, fuelUsed > 0);
// expect: guest: fib(20) = 6765
// expect: [ 5, 55 ] true

// The same VM goes on after any error.
for (const source of ['let f = fn() { 1 / 0 }\nf()', 'while (true) {}', '"still" + " here"']) {
  try {
    console.log(vm.run(load(compile(source, { file: 'demo.weft' }))).value);
  } catch (error) {
    if (!(error instanceof HeddleError)) throw error;
    console.log(error.report());
  }
}
// expect: division by zero: the right operand of '/' is zero
// expect:     at f (demo.weft:1:18)
// expect:     at program (demo.weft:2:1)
// expect: out of fuel: the program used all the fuel it was given
// expect:     at program (demo.weft:1:8)
// expect: still here
