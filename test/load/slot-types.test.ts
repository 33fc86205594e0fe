/**
 * What is known of locals from the code alone, and which of them are live; on functions of Weft whose answers can be worked out by
 * hand, and against what the table says of results.
 */

import type ts from 'typescript';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readIsa } from '../../scripts/generate/read-isa';
import { fusedEngine } from '../../src/engines/fused';
import { firstStatements } from '../../src/engines/fused-code';
import { assemble, compile, load } from '../../src/index';
import type { DataOpName } from '../../src/isa/isa';
import { resultKinds } from '../../src/isa/result-kinds';
import { type SlotType, SlotTypes } from '../../src/load/slot-types';
import type { LinkedFunction } from '../../src/runtime/linked';

function functionNamed(source: string, name: string): LinkedFunction {
  const { functions } = load(compile(source)).linkFor(fusedEngine);
  return functions.find((fn) => fn.name === name)!;
}

/** The types of the locals of `f`, by name. */
function typesOf(source: string): Record<string, SlotType> {
  const fn = functionNamed(source, 'f');
  const types = new SlotTypes(fn, firstStatements(fn));
  const named = Array.from({ length: fn.localCount }, (_, slot) => {
    const pcs = Array.from(fn.code.keys());
    const name = pcs.map((pc) => fn.source?.localName(slot, pc)).find((found) => found !== undefined);
    return [name ?? `slot ${slot}`, types.at(slot)] as const;
  });
  return Object.fromEntries(named);
}

test('kinds of results agree with the types that bodies declare', () => {
  for (const { name, form, body } of readIsa()) {
    if (form !== 'data' || body === undefined) continue;
    const declared = (body.parent as ts.ArrowFunction).type?.getText(); // a body is that of an arrow function
    const kind = resultKinds[name as DataOpName] ?? 'value';
    const numeric = ['integer', 'double', 'arithmetic'].includes(kind);
    assert.is(declared === 'number', numeric, `${name} gives ${declared}`);
    assert.is(declared === 'boolean', kind === 'boolean', `${name} gives ${declared}`);
    if (kind === 'sum') assert.is(declared, 'Value', name);
  }
});

test('counters are integers, what is divided is a double, what comes from elsewhere is anything', () => {
  const types = typesOf(`fn f(xs) {
    let count = 0
    let half = count / 2
    let first = xs[0]
    let less = first - 1
    let sum = count + first
    let big = first < less
    for (let i = 0; i < 10; i += 1) { count += i * 2; half = half * i; sum = sum + xs[i] }
    [count, half, first, less, sum, big]
  }`);
  assert.equal(
    { ...types },
    { ...types, xs: 'value', count: 'integer', half: 'double', first: 'value', less: 'double', i: 'integer' },
  );
  // A sum of a number and anything is a number.
  assert.is(types.sum, 'double');
  assert.is(types.big, 'boolean');
});

test('what may be a number and may be something else is anything', () => {
  const types = typesOf('fn f(c) { let a = 0; let b = 1.5; if (c) { a = "text" } b = a; [a, b] }');
  assert.is(types.a, 'value');
  assert.is(types.b, 'value');
});

test('a captured variable that is assigned is in a box, which is no number', () => {
  const types = typesOf('fn f() { let n = 0; let add = fn() { n += 1 }; add(); n }');
  assert.is(types.n, 'value');
});

test('a local that a handler may read before it is assigned is anything', () => {
  const { functions } = load(
    assemble(`.function main locals=2
  .handler @try @behind @caught catch
try:
  OpConstant =1.5
  OpSetLocal 0
  OpConstant =2.5
  OpSetLocal 1
  OpGetLocal 1
  OpThrow
behind:
caught:
  OpPop
  OpGetLocal 0
  OpReturn
.end
`),
  ).linkFor(fusedEngine);
  const [main] = functions;
  const types = new SlotTypes(main!, firstStatements(main!));
  assert.is(types.at(0), 'value', 'it may still be null');
  assert.is(types.at(1), 'double');
});

test.run();
