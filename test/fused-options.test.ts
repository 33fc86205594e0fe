/**
 * The plainer forms of the fused engine leave out what they are called after: seen in the text of their closures.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type EngineName, engines } from '../src/engines/engines';
import { compile, load, VM } from '../src/index';

/** The text of the cell that does `a * b + c`. */
function cellText(name: EngineName): string {
  const program = load(compile('fn f(a, b, c) { let x = a * b + c; [x] }; f(2, 3, 4)[0]'));
  assert.is(new VM({ engine: name }).run(program).value, 10);
  const f = program.linkFor(engines[name]).functions.find((fn) => fn.name === 'f');
  return String(f!.cells[0]);
}

const computedOperands = (text: string): number => new Set(text.match(/\bx\d\(fp\)/g)).size;

test('fused: a superinstruction multiplies and adds in one closure', () => {
  const text = cellText('fused');
  assert.match(text, / \* /);
  assert.is(computedOperands(text), 0);
});

test('fused-plain: another closure multiplies; the slot is read where it is added', () => {
  const text = cellText('fused-plain');
  assert.not.match(text, / \* /);
  assert.is(computedOperands(text), 1);
});

test('fused-general: another closure multiplies, and one reads the slot', () => {
  const text = cellText('fused-general');
  assert.not.match(text, / \* /);
  assert.is(computedOperands(text), 2);
});

test.run();
