/**
 * The table of built-in functions as a whole: names, arities, limits and fuel, whatever guests pass; the functions that
 * write and convert; the documentation made from the table.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { builtinFamilies, builtinFunctions, builtinNames, builtins } from '../../src/runtime/builtins';
import { ErrorValue } from '../../src/runtime/errors';
import { Closure, HostFunction, type Value } from '../../src/runtime/value';
import { builtinsMarkdown } from '../../src/tools/builtins-markdown';
import { call, fails, fuel, mapOf, output, refuses, text } from './calling';

test('no two families have a function of the same name', () => {
  const names = Object.values(builtinFamilies).flatMap((family) => Object.keys(family));
  assert.equal(names, [...builtinNames]);
  assert.is(new Set(names).size, names.length);
});

test('every function is made with the arity of its entry', () => {
  assert.equal([...builtinFunctions.keys()], [...builtinNames]);
  for (const name of builtinNames) {
    const made = builtinFunctions.get(name)!;
    const { takes, more } = builtins[name]!;
    const required = takes.filter(({ optional }) => !optional);
    assert.is(made.name, name);
    assert.equal(takes.slice(0, made.minArity), required, `${name}: optional parameters must come last`);
    assert.is(made.maxArity, more === undefined ? takes.length : Number.POSITIVE_INFINITY);
  }
});

test('a name of a host object is no built-in function', () => {
  for (const name of ['constructor', '__proto__', 'toString']) {
    assert.not(builtinNames.includes(name));
    assert.not(builtinFunctions.has(name));
  }
});

/** Arguments of every type: whatever a guest passes, a built-in function gives a value or an error value. */
test('no argument makes a function fail in a way of the host', () => {
  const odd: Value[] = [
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '',
    'text {} $& {:9.9}',
    [],
    [1, 'a', null],
    mapOf(),
    mapOf(['k', [1]]),
    Float64Array.of(1.5, Number.NaN),
    new Uint8Array(),
    new HostFunction('f', 0, 0, () => null),
    new ErrorValue('host error', 'failed', null, new Error('secret')),
  ];
  for (const name of builtinNames) {
    const { minArity, maxArity } = builtinFunctions.get(name)!;
    for (const a of odd) {
      for (const b of odd) {
        for (const args of [[], [a], [a, b], [a, b, a], [a, b, b]]) {
          if (args.length < minArity || args.length > maxArity) continue;
          try {
            assert.ok(isValue(call(name, ...args)), `${name} gives no value`);
            assert.ok(Number.isInteger(fuel(name, ...args)), `${name} charges a fraction of a unit`);
          } catch (error) {
            if (!(error instanceof ErrorValue)) throw error;
            assert.not.match(error.message, 'secret');
          }
        }
      }
    }
  }
});

const isValue = (value: unknown): boolean =>
  value === null ||
  ['boolean', 'number', 'string'].includes(typeof value) ||
  Array.isArray(value) ||
  ArrayBuffer.isView(value) ||
  [Map, Closure, HostFunction, ErrorValue].some((type) => value instanceof type);

test('work is refused before it is done when it costs more than there is', () => {
  const long = 'x'.repeat(1600);
  const array = new Array<Value>(100).fill(1);
  const costly: [string, Value[]][] = [
    ['puts', [long]],
    ['print', [long]],
    ['str', [[long]]],
    ['int', [long]],
    ['float', [long]],
    ['split', [long, 'x']],
    ['join', [array]],
    ['join', [[1, 2], long]],
    ['chars', [long]],
    ['trim', [long]],
    ['upper', [long]],
    ['repeat', ['ab', 800]],
    ['replace', [long, 'x', 'y']],
    ['find', [long, 'y']],
    ['starts_with', [long, long]],
    ['pad_end', ['', 1600]],
    ['format', ['{:1600}', 1]],
    ['array', [100]],
    ['range', [100]],
    ['rest', [array]],
    ['push', [array, 1]],
    ['insert', [array, 0, 1]],
    ['remove', [array, 0]],
    ['slice', [array, 0]],
    ['concat', [array, array]],
    ['reverse', [array]],
    ['sorted', [array]],
    ['index_of', [array, 2]],
    ['f64', [1600]],
    ['u8', [array]],
    ['array_of', [new Uint8Array(100)]],
    ['fill', [array, 1]],
    ['fill', [new Int32Array(1600), 1]],
    ['copy_into', [array, 0, array]],
    ['copy_into', [new Float64Array(1600), 0, new Uint8Array(1600)]],
    ['sum', [array]],
    ['slice', [new Uint8Array(1600), 0]],
    ['concat', [new Uint8Array(1600), new Uint8Array(1600)]],
    ['sorted', [new Uint8Array(100)]],
    ['contains', [new Uint8Array(1600), 1]],
    ['contains', [array, 2]],
    ['lines', [long]],
    ['split', [long, 'x', 1000]],
    ['trim_end', [long]],
    ['replace_first', [long, 'x', 'y']],
    ['find_last', [long, 'y']],
    ['reverse', [long]],
    ['last_index_of', [array, 2]],
    ['count', [array, 2]],
    ['count', [long, 'y']],
    ['zip', [array]],
    ['flatten', [array]],
    ['unique', [array]],
    ['min', [array]],
    ['shuffle', [array]],
    ['merge', [mapOf(...array.map((_, i): [number, Value] => [i, i]))]],
    ['from_entries', [array]],
    ['to_json', [array]],
    ['to_json', [long]],
    ['parse_json', [long]],
    ['parse_json', [`[${'1,'.repeat(60)}1]`]],
    ['keys', [mapOf(...array.map((_, i): [number, Value] => [i, i]))]],
  ];
  for (const [name, args] of costly) {
    fails('out of fuel', 'the program used all the fuel it was given', name, args, 50);
    assert.is(array.length, 100);
  }
});

test('what would be too large is refused, not tried', () => {
  fails('out of memory', 'a string is too long', 'repeat', ['x', 1e12]);
  fails('out of memory', 'a string is too long', 'repeat', ['xy', Number.MAX_VALUE]);
  fails('out of memory', 'a string is too long', 'pad_start', ['x', 1e12]);
  fails('out of memory', 'a string is too long', 'format', ['{:999999999}', 1]);
  fails('out of memory', 'an array is too long', 'array', [1e12, 0]);
  fails('out of memory', 'an array is too long', 'range', [1e300]);
  for (const kind of ['f64', 'i32', 'u8']) {
    fails('out of memory', 'a buffer is too long', kind, [1e9]);
    fails('out of memory', 'a buffer is too long', kind, [Number.MAX_VALUE]);
  }
  const big = 'x'.repeat(2 ** 27);
  fails('out of memory', 'a string is too long', 'upper', [big]);
  fails('out of memory', 'a string is too long', 'lower', [big]);
  fails('out of memory', 'a string is too long', 'replace', [big, 'xx', 'xyzxyz']);
  fails('out of memory', 'a string is too long', 'join', [[big, big, big]]);
  fails('out of memory', 'a string is too long', 'join', [['', '', '', ''], big]);
  fails('out of memory', 'a string is too long', 'format', ['{}{}{}', big, big, big]);
  fails('out of memory', 'a string is too long', 'replace_first', [`${big}y`, 'y', big]);
  fails('out of memory', 'an array is too long', 'chars', [`${big}x`]);
  fails('out of memory', 'an array is too long', 'split', [`${big}x`, '', 1e300]);
  fails('out of memory', 'an array is too long', 'lines', ['\n'.repeat(2 ** 27 + 1)]);
  fails('out of memory', 'an array is too long', 'split', [`${big}x`, '']);
});

test('puts writes lines, print writes texts', () => {
  assert.is(output('puts', 1, 'two', [3, 'four']), '1\ntwo\n[3, "four"]\n');
  assert.is(output('puts'), '');
  assert.is(output('print', 1, 'two', null), '1twonull');
  assert.is(call('puts', 1), null);
  assert.is(call('print', 1), null);
  assert.is(fuel('puts', 'x'.repeat(160), 1), 11);
});

test('assert raises an error of its own kind', () => {
  assert.is(call('assert', true), null);
  assert.is(call('assert', 0, 'never'), null);
  fails('assertion failed', 'a condition is null or false', 'assert', [false]);
  fails('assertion failed', 'one is not two', 'assert', [null, 'one is not two']);
  fails('assertion failed', '[1, 2]', 'assert', [null, [1, 2]]);
});

test('clock is refused where there is none', () => {
  fails('invalid operation', "the host does not grant 'clock' to programs", 'clock', []);
});

test('len counts what a collection holds', () => {
  assert.is(call('len', ''), 0);
  assert.is(call('len', 'Zoë'), 3);
  assert.is(call('len', '👍'), 2);
  assert.is(call('len', [1, null]), 2);
  assert.is(call('len', mapOf([1, 1])), 1);
  refuses('len', [1], "argument 1 of 'len' must be a string, an array, a buffer or a map, not number");
  refuses('len', [null], "argument 1 of 'len' must be a string, an array, a buffer or a map, not null");
});

test('type and str take anything', () => {
  assert.is(call('type', null), 'null');
  assert.is(call('type', [1]), 'array');
  assert.is(call('type', builtinFunctions.get('len')!), 'function');
  assert.is(call('str', 'a'), 'a');
  assert.is(call('str', ['a', 1.5]), '["a", 1.5]');
});

test('int truncates and parses', () => {
  assert.is(call('int', 2.9), 2);
  assert.is(text('int', -2.9), '-2');
  assert.is(call('int', ' 42\n'), 42);
  assert.is(call('int', '-12.9'), -12);
  assert.is(call('int', '1e3'), 1000);
  assert.is(call('int', '0xfF'), 255);
  for (const none of ['', ' ', 'x', '1x', '1 2', '0x', '-0x1', '1e', '.', '--1', 'Infinity', 'null']) {
    assert.is(call('int', none), null, none);
  }
  assert.is(call('int', 'ff', 16), 255);
  assert.is(call('int', ' -Zz ', 36), -1295);
  assert.is(call('int', '+101', 2), 5);
  assert.is(call('int', '1'.repeat(1100), 2), null);
  for (const none of ['', '-', '2', '0b1', '1.0', '1 1', '१', '@', '`', '/']) {
    assert.is(call('int', none, 2), null, none);
  }
  refuses('int', ['1', 1], "argument 2 of 'int' must be a whole number from 2 to 36, not 1");
  refuses('int', ['1', 37], "argument 2 of 'int' must be a whole number from 2 to 36, not 37");
  refuses('int', [1, 2], "argument 1 of 'int' must be a string where there is a base, not number");
  assert.is(call('int', Number.NaN), null);
  assert.is(call('int', Number.NEGATIVE_INFINITY), null);
  refuses('int', [true], "argument 1 of 'int' must be a number or a string, not boolean");
});

test('float parses what str writes', () => {
  for (const number of [0, 1.5, -1e300, 5e-324, 1e21, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    assert.is(call('float', text('str', number)), number);
  }
  assert.is(call('float', '.5'), 0.5);
  assert.is(call('float', '+5.'), 5);
  assert.is(call('float', 'NaN'), null);
  assert.is(call('float', 'ten'), null);
  assert.is(call('float', 2.5), 2.5);
  refuses('float', [[]], "argument 1 of 'float' must be a number or a string, not array");
  assert.is(call('float', `${'1'.repeat(1e5)}x`), null);
});

test('the documentation has every function and one table a family', () => {
  const markdown = builtinsMarkdown();
  for (const name of builtinNames) assert.match(markdown, `| \`${name}(`);
  assert.is(markdown.match(/^## /gm)?.length, Object.keys(builtinFamilies).length);
  assert.match(markdown, '| `find(text, part, from?)` | `text`: a string; `part`: a string;');
  assert.match(markdown, '| `max(x, others...)` |');
  const columns = markdown.split('\n').filter((line) => line.startsWith('| '));
  for (const line of columns) assert.is(line.split(/(?<!\\)\|/).length, 7, line);
});

test.run();
