/**
 * The optimiser: each `golden/*.weft` as written and as optimised, against the listing beside it. `BLESS=1` rewrites the
 * listings.
 */

import { writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ModuleBuilder } from '../../src/bytecode/builder';
import { listFunction } from '../../src/bytecode/disassemble';
import { verify } from '../../src/bytecode/verify';
import { compile } from '../../src/lang/compile';
import { optimizeItems } from '../../src/lang/peephole';
import { filesUnder, readText } from '../files';

const list = (source: string, optimize: boolean): string => {
  const module = compile(source, { optimize });
  verify(module);
  return module.functions
    .filter((_, i) => i > 0 || module.functions.length === 1)
    .map((fn) => [`${fn.name}:`, ...listFunction(fn)].join('\n'))
    .join('\n');
};

for (const path of filesUnder('test/lang/golden', '.weft')) {
  test(path, () => {
    const source = readText(path);
    const [before, after] = [list(source, false), list(source, true)];
    assert.is.not(before, after, 'nothing is optimised');
    const actual = `--- as written\n${before}\n--- optimised\n${after}\n`;
    const golden = path.replace('.weft', '.txt');
    if (process.env.BLESS) writeFileSync(golden, actual);
    assert.fixture(actual, readText(golden));
  });
}

test('the value of an assignment to a part is computed first where that is the same, and then nothing is copied', () => {
  const copies = (source: string): number => list(source, true).match(/OpDup|OpSetLocal/g)?.length ?? 0;
  // Put away once, or read again.
  assert.is(copies('class C { x; set(v) { this.x = v * 2 } }; new C()'), 1);
  assert.is(copies('class C { x; add(v) { this.x += v } }; new C()'), 1);
  assert.is(copies('class C { x; set(v) { this.x = v } }; new C()'), 0);
  assert.is(copies('fn put(list, i, v) { list[i] = v }'), 0);
  assert.is(copies('fn put(list, i, v) { list[i] = v + 1 }'), 1);
  // What the value may change is read before.
  assert.is(copies('fn put(list, i, v) { list[i] = (i = v) }'), 4);
  assert.is(copies('fn put(list, i, v) { list[0][i] = v + 1 }'), 2);
});

test('what is not optimised is exactly what is written', () => {
  const expected = [
    '0000 OpConstant 0',
    '0003 OpConstant 1',
    '0006 OpConstant 2',
    '0009 OpMul',
    '0010 OpAdd',
  ];
  const [program] = compile('2 + 3 * 4', { optimize: false }).functions;
  assert.equal(listFunction(program!), expected);
});

test('folding gives what running would', () => {
  const folded = (source: string): unknown => {
    const { constants, functions } = compile(source);
    return listFunction(functions[0]!).join() === '0000 OpConstant 0' ? constants[0] : undefined;
  };
  assert.is(folded('2 + 3 * 4'), 14);
  assert.is(folded('-7 // 2'), -3);
  assert.is(folded('-7 % 4'), -3);
  assert.is(folded('2 ** -1'), 0.5);
  assert.is(folded('1 << 33 | ~0 >>> 28'), 15);
  assert.is(folded('"a" + "b" + "c"'), 'abc');
  assert.is(folded('"a${1 + 1}b"'), 'a2b');
  assert.is(folded('false || 7'), 7);
  assert.ok(Object.is(folded('-0'), -0));
  assert.ok(Object.is(folded('0 * -6'), -0));
});

test('what would raise an error is left to run', () => {
  for (const source of ['1 / 0', '1 // 0', '1 % 0', '1 + "a"', '-"a"', '"a" * 2', 'null + null']) {
    assert.is(list(source, true), list(source, false), source);
  }
});

test('algebra that does not hold is left alone', () => {
  for (const expression of ['x * 0', 'x + 0', 'x * 1', 'x - x', 'x + 1 + 2']) {
    const source = `fn f(x) { ${expression} }`;
    assert.is(list(source, true), list(source, false), source);
  }
});

test('folding does not make long strings', () => {
  const long = Array.from({ length: 20000 }, () => '"ab"').join(' + ');
  const { constants } = compile(long);
  assert.ok(constants.every((constant) => typeof constant === 'string' && constant.length <= 4096));
});

test('a jump is not led back to a loop', () => {
  const fn = new ModuleBuilder().function('f');
  const [head, next, end] = [fn.label(), fn.label(), fn.label()];
  fn.mark(head).emit('OpTrue').jump('OpJumpIfFalse', end).emit('OpTrue').jump('OpJumpIfFalse', next);
  fn.emit('OpNull').emit('OpSetGlobal', 0).jump('OpJump', next);
  fn.emit('OpNull').emit('OpReturn').mark(next).jump('OpLoop', head).mark(end).emit('OpNull');
  const ops = optimizeItems(fn.code, new Set()).flatMap((item) => (item.kind === 'op' ? [item.op] : []));
  const expected = [
    'OpTrue',
    'OpJumpIfFalse',
    'OpTrue',
    'OpJumpIfFalse',
    'OpNull',
    'OpSetGlobal',
    'OpLoop',
    'OpNull',
  ];
  assert.equal(ops, expected);
});

test.run();
