/**
 * Calls of built-in functions that only compute a number, as parts of expressions: that they are taken in, on the fused engine and in
 * regions, and that nobody can tell where they are not what the code was made for.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { engines } from '../src/engines/engines';
import { codeOf, type FusedCounts } from '../src/engines/fused-code';
import { patchCell } from '../src/engines/patch';
import { engineNames, type HostFunctions, type Program, VM } from '../src/index';
import { opcodes } from '../src/isa/isa';
import { agrees, hot, outcome, warm, weft } from './agreement';

function countsOf(work: Program, name: string): FusedCounts {
  const fn = work.linkFor(engines.fused).functions.find((one) => one.name === name);
  return codeOf(fn!)!.counts();
}

test('a loop with one in its condition and one in its body has a cell for each', () => {
  const work = weft(
    'fn f(xs) { let s = 0; for (let i = 0; i < len(xs); i += 1) { s = s + sqrt(xs[i]) + max(i, 2) }; s }; f([1, 4])',
  );
  assert.is(new VM({ engine: 'fused' }).run(work).text, '7');
  const { cells, builtins, bails } = countsOf(work, 'f');
  assert.equal([cells, builtins, bails], [7, 3, 0]);
});

test('a function that calls nothing else is a leaf, and is inlined in regions', () => {
  const source = `fn size(x, y) { sqrt(x * x + y * y) }
    fn last(xs) { xs[len(xs) - 1] }
    class P { x = 3; y = 4; length() { let d = this.x * this.x + this.y * this.y; sqrt(d) } }
    let p = new P()
    let s = 0
    for (let i = 0; i < 60; i += 1) { s += size(i, 2) }
    for (let i = 0; i < 60; i += 1) { s += last([i, i + 1]) }
    for (let i = 0; i < 60; i += 1) { s += p.length() }
    [s, size(3, 4)]`;
  const work = weft(source);
  new VM({ engine: 'fused' }).run(work);
  for (const name of ['size', 'last', 'P.length']) assert.ok(countsOf(work, name).isLeaf, name);
  for (const engine of [hot, warm]) {
    const { inlined, builtins, left } = agrees(source, {}, engine);
    // Where all is hot at once, no inline cache knows a method yet.
    assert.ok(inlined >= (engine === hot ? 2 : 3), `${inlined} inlined`);
    assert.ok(builtins >= 3, `${builtins} in expressions`);
    assert.is(left, 0);
  }
});

const mixed = `fn f(x, y) { let a = len(x) + max(y, 2); a * 2 - len(x) }
  fn g(x) { if (len(x) > 1) { return sqrt(len(x)) }; [len(x), abs(-2)] }
  let out = []
  for (let i = 0; i < 30; i += 1) {
    try { append(out, f([i, 2], i)) } catch (e) { append(out, e.message) }
    try { append(out, g("ab")) } catch (e) { append(out, e.message) }
    try { append(out, g([i])) } catch (e) { append(out, e.message) }
    try { append(out, f(if (i > 20) { i } else { "abc" }, 1)) } catch (e) { append(out, "\${e.message} \${e.trace}") }
    try { append(out, f("x", if (i % 5 == 4) { "y" } else { 1 })) } catch (e) { append(out, "\${e.message} \${e.trace}") }
  }
  out`;

test('what they do not compute a number of: they fail as any call does', () => {
  for (const engine of [...engineNames, hot, warm]) {
    assert.is(outcome(weft(mixed), engine), outcome(weft(mixed), 'reference'));
  }
  for (let fuel = 200; fuel < 3000; fuel += 237) {
    for (const engine of ['fused', hot, warm] as const) {
      assert.is(
        outcome(weft(mixed), engine, { fuel }),
        outcome(weft(mixed), 'reference', { fuel }),
        `${fuel}`,
      );
    }
  }
});

test('another VM of the same program has other functions by their names', () => {
  const functions: HostFunctions = {
    len: () => 'text',
    max: (a) => [a as number],
    abs: { run: () => 7, cost: 5 },
  };
  for (const engine of [...engineNames, hot, warm]) {
    const work = weft(mixed);
    const plain = outcome(weft(mixed), 'reference');
    const changed = outcome(weft(mixed), 'reference', { functions });
    assert.is.not(plain, changed);
    assert.is(outcome(work, engine), plain);
    assert.is(outcome(work, engine, { functions }), changed);
    assert.is(outcome(work, engine), plain);
  }
});

test('one that is patched is a call of its own, and part of its expression again afterwards', () => {
  const work = weft('fn f(xs) { len(xs) * 2 + len(xs) }; f([1])');
  const vm = new VM({ engine: 'fused' });
  vm.run(work);
  const fn = work.linkFor(engines.fused).functions.find(({ name }) => name === 'f')!;
  let pc = 0;
  while (opcodes[fn.code[pc]!]!.op !== 'OpCall') pc += opcodes[fn.code[pc]!]!.size;
  let calls = 0;
  const undo = patchCell(fn, pc, (cell) => (fp) => {
    calls++;
    return cell(fp);
  });
  assert.is(vm.call('f', [1, 2]), 6);
  assert.equal([calls, codeOf(fn)!.counts().builtins, codeOf(fn)!.counts().isLeaf], [1, 1, false]);
  undo();
  assert.is(vm.call('f', [1, 2]), 6);
  assert.equal([calls, codeOf(fn)!.counts().builtins, codeOf(fn)!.counts().isLeaf], [1, 2, true]);
});

test.run();
