/**
 * The functions of the prelude where a host is waiting: slices end and promises are awaited inside the functions they call,
 * and modules that no Weft compiler made can import them.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readPrelude } from '../scripts/generate/emit-prelude';
import { assemble, compile, type EngineName, engineNames, load, VM } from '../src/index';
import { preludeNames } from '../src/runtime/generated/prelude';

test('every function is documented', () => {
  assert.equal(
    readPrelude().map(({ name }) => name),
    preludeNames,
  );
});

const source = `
let order = fn(a, b) { wait(a) - b }
let squares = map(sort([3, 1, 2], order), fn(x) { let y = wait(x); y * y })
let deep = fn(n) { if (n == 0) { wait(0) } else { map([n - 1], deep)[0] + 1 } }
[squares, filter([1, 2], fn(x) { wait(x) > 1 }), reduce([1, 2], fn(a, b) { wait(a) + b }, 0), deep(50)]`;

const imports = ['map', 'sort', 'filter', 'reduce', 'wait'];

async function runSliced(engine: EngineName, fuel: number): Promise<unknown> {
  let waits = 0;
  const wait = (value: unknown): Promise<number> => {
    waits++;
    return Promise.resolve(value as number); // the program passes numbers
  };
  const vm = new VM({ engine, functions: { wait } });
  const { value, fuelUsed } = await vm.start(load(compile(source, { imports }))).finish({ fuel });
  return { value, fuelUsed, waits };
}

for (const engine of engineNames) {
  test(`${engine}: callbacks wait for promises, and slices end inside them`, async () => {
    const whole = (await runSliced(engine, Number.POSITIVE_INFINITY)) as { value: unknown }; // as above
    assert.equal(whole.value, [[1, 4, 9], [2], 3, 50]);
    assert.equal(await runSliced(engine, 7), whole);
    assert.equal(whole, await runSliced(engineNames[0]!, 100));
  });

  test(`${engine}: text assembly imports them too`, () => {
    const module = assemble(`.import map
.function main
  OpImport $map
  OpConstant =1
  OpConstant =2
  OpArray 2
  OpClosure $negate 0
  OpCall 2
.end
.function negate arity=1
  OpGetLocal 0
  OpMinus
.end`);
    assert.equal(new VM({ engine }).run(load(module)).value, [-1, -2]);
  });
}

test.run();
