/**
 * Built-in functions of arrays and maps: results, what is changed in place and what is not, refusals.
 */

import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { show } from '../../src/runtime/show';
import type { GuestArray } from '../../src/runtime/value';
import { call, fails, fuel, mapOf, nested, refuses, text } from './calling';

test('array and range', () => {
  assert.equal(call('array', 3, 'x'), ['x', 'x', 'x']);
  assert.equal(call('array', 2), [null, null]);
  assert.equal(call('array', 0, 1), []);
  assert.equal(call('range', 3), [0, 1, 2]);
  assert.equal(call('range', 2, 5), [2, 3, 4]);
  assert.equal(call('range', -2, 1), [-2, -1, 0]);
  assert.equal(call('range', 5, 2), []);
  assert.equal(call('range', -1), []);
  assert.equal(call('range', 2 ** 53, 2 ** 53 + 4), [2 ** 53, 2 ** 53, 2 ** 53 + 2, 2 ** 53 + 4]);
  assert.is(fuel('array', 1000, 0), 1000);
  refuses('array', [-1, 0], "argument 1 of 'array' must be a whole number from 0 up, not -1");
  refuses('array', [1.5, 0], "argument 1 of 'array' must be a whole number from 0 up, not 1.5");
  refuses('array', ['3', 0], "argument 1 of 'array' must be a whole number from 0 up, not string");
  refuses('range', [0.5], "argument 1 of 'range' must be a whole number, not 0.5");
  refuses(
    'range',
    [0, Number.POSITIVE_INFINITY],
    "argument 2 of 'range' must be a whole number, not Infinity",
  );
});

test('first, last, rest', () => {
  const array: GuestArray = [1, 2, 3];
  assert.is(call('first', array), 1);
  assert.is(call('last', array), 3);
  assert.equal(call('rest', array), [2, 3]);
  assert.equal(call('rest', [1]), []);
  for (const name of ['first', 'last', 'rest']) {
    assert.is(call(name, []), null);
    const wanted = name === 'rest' ? 'an array' : 'an array or a buffer';
    refuses(name, ['abc'], `argument 1 of '${name}' must be ${wanted}, not string`);
  }
  assert.equal(array, [1, 2, 3]);
});

test('push copies, append and pop work in place', () => {
  const array: GuestArray = [1];
  assert.equal(call('push', array, 2), [1, 2]);
  assert.equal(array, [1]);
  assert.is(call('append', array, [5]), array);
  assert.equal(array, [1, [5]]);
  assert.equal(call('pop', array), [5]);
  assert.is(call('pop', array), 1);
  assert.is(call('pop', array), null);
  refuses('push', [null, 1], "argument 1 of 'push' must be an array, not null");
  refuses('append', ['a', 1], "argument 1 of 'append' must be an array, not string");
  refuses('pop', [mapOf()], "argument 1 of 'pop' must be an array, not map");
});

test('insert and remove', () => {
  const array: GuestArray = ['a', 'c'];
  assert.is(call('insert', array, 1, 'b'), array);
  call('insert', array, 3, 'd');
  call('insert', array, 0, null);
  assert.equal(array, [null, 'a', 'b', 'c', 'd']);
  assert.is(call('remove', array, 0), null);
  assert.is(call('remove', array, 3), 'd');
  assert.equal(array, ['a', 'b', 'c']);
  refuses('insert', [array, 4, 1], "argument 2 of 'insert' must be an index from 0 to 3, not 4");
  refuses('insert', [array, -1, 1], "argument 2 of 'insert' must be a whole number from 0 up, not -1");
  refuses('remove', [array, 3], "argument 2 of 'remove' must be less than the length, 3, not 3");
  refuses('remove', [[], 0], "argument 2 of 'remove' must be less than the length, 0, not 0");
  refuses('remove', [array, 0.5], "argument 2 of 'remove' must be a whole number from 0 up, not 0.5");
});

test('slice', () => {
  assert.equal(call('slice', [1, 2, 3, 4], 1, 3), [2, 3]);
  assert.equal(call('slice', [1, 2], 0), [1, 2]);
  assert.equal(call('slice', [1, 2], 1, 100), [2]);
  assert.equal(call('slice', [1, 2], 5), []);
  assert.equal(call('slice', [1, 2, 3], 2, 1), []);
  assert.is(call('slice', 'banana', 2, 4), 'na');
  assert.is(call('slice', 'banana', 2, 1), '');
  refuses('slice', [[1], 0.5], "argument 2 of 'slice' must be a whole number from 0 up, not 0.5");
  refuses('slice', [[1], 0, -1], "argument 3 of 'slice' must be a whole number from 0 up, not -1");
  refuses('slice', [mapOf(), 0], "argument 1 of 'slice' must be an array, a buffer or a string, not map");
});

test('concat and reverse copy', () => {
  const array: GuestArray = [1, [2]];
  assert.equal(call('concat', array, [3], []), [1, [2], 3]);
  const copy = call('concat', array);
  assert.equal(copy, array);
  assert.is.not(copy, array);
  assert.equal(call('reverse', array), [[2], 1]);
  assert.equal(array, [1, [2]]);
  refuses('concat', [[], [], 'a'], "argument 3 of 'concat' must be an array or a buffer, not string");
  assert.is(call('reverse', 'ab👍c'), 'c👍ba');
  assert.is(call('reverse', ''), '');
  assert.is(fuel('reverse', 'x'.repeat(160)), 170);
  refuses('reverse', [mapOf()], "argument 1 of 'reverse' must be an array, a buffer or a string, not map");
});

test('sorted', () => {
  assert.equal(call('sorted', [10, 9, -1, 2.5]), [-1, 2.5, 9, 10]);
  assert.equal(call('sorted', ['b', 'B', 'ab', '']), ['', 'B', 'ab', 'b']);
  assert.is(text('sorted', [Number.NaN, 1, Number.NEGATIVE_INFINITY]), '[-Infinity, 1, NaN]');
  assert.equal(call('sorted', []), []);
  const array = [2, 1];
  call('sorted', array);
  assert.equal(array, [2, 1]);
  refuses('sorted', [[1, 'a']], "argument 1 of 'sorted' must hold numbers only or strings only");
  refuses('sorted', [[null]], "argument 1 of 'sorted' must hold numbers only or strings only");
  refuses('sorted', ['ba'], "argument 1 of 'sorted' must be an array or a buffer, not string");
  assert.is(fuel('sorted', new Array(1023).fill(1)), 10_230);
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true })), (numbers) => {
      const rising = numbers.slice().sort((a, b) => a - b);
      assert.is(text('sorted', numbers), show(rising));
    }),
  );
});

test('index_of and contains', () => {
  const inner: GuestArray = [];
  assert.is(call('index_of', [1, 'a', inner, 'a'], 'a'), 1);
  assert.is(call('index_of', [1, 'a', inner], inner), 2);
  assert.is(call('index_of', [[]], []), null);
  assert.is(call('index_of', ['1'], 1), null);
  assert.is(call('index_of', 'banana', 'na'), 2);
  assert.is(call('index_of', 'banana', 'x'), null);
  assert.is(call('contains', [null], null), true);
  assert.is(call('contains', [Number.NaN], Number.NaN), false);
  assert.is(call('contains', 'banana', 'nan'), true);
  refuses('index_of', ['a', 1], "argument 2 of 'index_of' must be a string, not number");
  refuses('contains', ['a', null], "argument 2 of 'contains' must be a string, not null");
  refuses(
    'contains',
    [mapOf(), 1],
    "argument 1 of 'contains' must be an array, a buffer or a string, not map",
  );
});

test('last_index_of and count', () => {
  const inner: GuestArray = [];
  assert.is(call('last_index_of', [1, inner, 'a', inner], inner), 3);
  assert.is(call('last_index_of', [1], 2), null);
  assert.is(call('last_index_of', 'banana', 'na'), 4);
  assert.is(call('last_index_of', 'banana', 'x'), null);
  assert.is(call('count', [1, inner, 1, '1', []], 1), 2);
  assert.is(call('count', [1, inner, []], inner), 1);
  assert.is(call('count', 'banana', 'a'), 3);
  assert.is(call('count', 'aaa', 'aa'), 1);
  const bytes = call('u8', [7, 1, 7]);
  assert.is(call('last_index_of', bytes, 7), 2);
  assert.is(call('last_index_of', bytes, '7'), null);
  assert.is(call('last_index_of', call('u8', 0), 0), null);
  assert.is(call('count', bytes, 7), 2);
  assert.is(call('count', bytes, null), 0);
  assert.equal(call('array_of', call('reverse', bytes)), [7, 1, 7]);
  refuses('last_index_of', ['a', 1], "argument 2 of 'last_index_of' must be a string, not number");
  refuses('count', ['a', 1], "argument 2 of 'count' must be a string, not number");
  refuses('count', ['a', ''], "argument 2 of 'count' must not be empty");
  refuses('count', [1, 1], "argument 1 of 'count' must be an array, a buffer or a string, not number");
});

test('swap and clear work in place', () => {
  const array: GuestArray = ['a', 'b', 'c'];
  assert.is(call('swap', array, 0, 2), array);
  assert.equal(array, ['c', 'b', 'a']);
  call('swap', array, 1, 1);
  assert.equal(array, ['c', 'b', 'a']);
  refuses('swap', [array, 3, 0], "argument 2 of 'swap' must be less than the length, 3, not 3");
  refuses('swap', [array, 0, 3], "argument 3 of 'swap' must be less than the length, 3, not 3");
  refuses('swap', [array, 0, -1], "argument 3 of 'swap' must be a whole number from 0 up, not -1");
  assert.is(call('clear', array), null);
  assert.equal(array, []);
  const map = mapOf(['a', 1]);
  call('clear', map);
  assert.is(map.size, 0);
  refuses('clear', ['abc'], "argument 1 of 'clear' must be an array or a map, not string");
});

test('zip', () => {
  assert.equal(call('zip', [1, 2, 3], ['a', 'b']), [
    [1, 'a'],
    [2, 'b'],
  ]);
  assert.equal(call('zip', [1]), [[1]]);
  assert.equal(call('zip', [1], []), []);
  assert.is(fuel('zip', [1, 2, 3], [1, 2, 3], [1, 2, 3]), 9);
  refuses('zip', [[1], 'a'], "argument 2 of 'zip' must be an array, not string");
});

test('flatten', () => {
  const deep: GuestArray = [1, [2, [3, [4, []]]], []];
  assert.equal(call('flatten', deep), [1, 2, [3, [4, []]]]);
  assert.equal(call('flatten', deep, 2), [1, 2, 3, [4, []]]);
  assert.equal(call('flatten', deep, 100), [1, 2, 3, 4]);
  assert.equal(call('flatten', deep, 0), deep);
  assert.is.not(call('flatten', deep, 0), deep);
  assert.equal(call('flatten', nested(100_000), 1e9), []);
  assert.is(fuel('flatten', [1, [2, 3], []]), 4 + 3 + 1);
  let shared: GuestArray = [];
  for (let i = 0; i < 60; i++) shared = [shared, shared];
  fails('out of fuel', 'the program used all the fuel it was given', 'flatten', [shared, 100], 1000);
  refuses('flatten', ['a'], "argument 1 of 'flatten' must be an array, not string");
  refuses('flatten', [[], 0.5], "argument 2 of 'flatten' must be a whole number from 0 up, not 0.5");
});

test('unique', () => {
  const inner: GuestArray = [];
  assert.equal(call('unique', [1, '1', 1, inner, [], inner, null, null]), [1, '1', inner, [], null]);
  assert.is(text('unique', [Number.NaN, 0, Number.NaN, -0]), '[NaN, 0]');
  const long = 'x'.repeat(1600);
  assert.is(fuel('unique', [long, long]), 2 + 200);
  refuses('unique', ['aa'], "argument 1 of 'unique' must be an array, not string");
});

test('get, merge, from_entries', () => {
  const map = mapOf(['a', null], ['b', 2]);
  assert.is(call('get', map, 'b'), 2);
  assert.is(call('get', map, 'b', 3), 2);
  assert.is(call('get', map, 'a', 3), null);
  assert.is(call('get', map, 'c', 3), 3);
  assert.is(call('get', map, '__proto__'), null);
  refuses('get', [map, null], "argument 2 of 'get' must be a string, a number or a boolean, not null");
  const merged = call('merge', map, mapOf(['b', 3], ['c', 4]), mapOf());
  assert.is(text('entries', merged), '[["a", null], ["b", 3], ["c", 4]]');
  assert.is(text('entries', map), '[["a", null], ["b", 2]]');
  assert.is.not(call('merge', map), map);
  assert.is(fuel('merge', map, map), 4);
  refuses('merge', [map, []], "argument 2 of 'merge' must be a map, not array");
  const made = call('from_entries', call('entries', map));
  assert.is(text('entries', made), '[["a", null], ["b", 2]]');
  assert.is(text('from_entries', [['__proto__', 1]]), '{"__proto__": 1}');
  for (const wrong of [[1], [[1]], [[1, 2, 3]], [[null, 1]], [mapOf()]]) {
    refuses('from_entries', [wrong], "argument 1 of 'from_entries' must hold arrays [key, value] only");
  }
  const long = 'x'.repeat(1600);
  assert.is(fuel('from_entries', [[long, 1]]), 1 + 100);
  assert.is(fuel('merge', mapOf([long, 1])), 1 + 100);
});

test('maps keep the order of their keys', () => {
  const map = mapOf(['b', 1], [2, 'x'], [true, null]);
  assert.equal(call('keys', map), ['b', 2, true]);
  assert.equal(call('values', map), [1, 'x', null]);
  assert.equal(call('entries', map), [
    ['b', 1],
    [2, 'x'],
    [true, null],
  ]);
  assert.is(fuel('entries', map), 3);
  for (const name of ['keys', 'values', 'entries']) {
    refuses(name, [[]], `argument 1 of '${name}' must be a map, not array`);
  }
});

test('has and delete', () => {
  const map = mapOf(['a', null], [0, 1]);
  assert.is(call('has', map, 'a'), true);
  assert.is(call('has', map, -0), true);
  assert.is(call('has', map, '0'), false);
  assert.is(call('has', map, '__proto__'), false);
  assert.is(call('delete', map, 'a'), true);
  assert.is(call('delete', map, 'a'), false);
  assert.is(text('entries', map), '[[0, 1]]');
  refuses('has', [map, null], "argument 2 of 'has' must be a string, a number or a boolean, not null");
  refuses('delete', [map, []], "argument 2 of 'delete' must be a string, a number or a boolean, not array");
  refuses('has', ['a', 'a'], "argument 1 of 'has' must be a map, not string");
});

test('an array at its greatest length does not grow', () => {
  const full: GuestArray = [];
  full.length = 2 ** 27;
  fails('out of memory', 'an array is too long', 'append', [full, 1]);
  fails('out of memory', 'an array is too long', 'push', [full, 1]);
  fails('out of memory', 'an array is too long', 'insert', [full, 2 ** 27, 1]);
  fails('out of memory', 'an array is too long', 'concat', [full, [1]]);
  assert.is(full.length, 2 ** 27);
});

test.run();
