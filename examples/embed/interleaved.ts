/**
 * Many programs on one thread: each gets a slice of fuel in turn, so none starves the others, and the same turns come out
 * in every run.
 */

import { compile, type Execution, load, VM } from 'heddle';

const program = load(
  compile(
    'for (let i = 1; i <= steps; i += 1) { let work = 0; while (work < 100) { work += 1 }; say("${name} ${i}") }',
    {
      functions: ['say'],
      globals: ['name', 'steps'],
    },
  ),
);

const start = (name: string, steps: number): Execution =>
  new VM({ functions: { say: (text) => console.log(text) } }).start(program, { globals: { name, steps } });

let live = [start('ant', 2), start('bee', 4), start('cat', 3)];
while (live.length > 0) {
  for (const execution of live) execution.advance({ fuel: 1500 });
  live = live.filter(({ isOver }) => !isOver);
}
// expect: ant 1
// expect: bee 1
// expect: cat 1
// expect: ant 2
// expect: bee 2
// expect: bee 3
// expect: cat 2
// expect: cat 3
// expect: bee 4
