/**
 * Values as text: scalars, quoting, cycles, nesting deeper than any host stack.
 */

import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { errors } from '../../src/runtime/errors';
import { show, typeName } from '../../src/runtime/show';
import { Box, type GuestArray, HostFunction, type Value } from '../../src/runtime/value';
import { mapOf, nested } from './calling';

test('scalars show as programs write them', () => {
  const shown: [Value, string][] = [
    [null, 'null'],
    [true, 'true'],
    [false, 'false'],
    [0, '0'],
    [-0, '0'],
    [42, '42'],
    [-1.5, '-1.5'],
    [1e21, '1e+21'],
    [0.1 + 0.2, '0.30000000000000004'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    ['', ''],
    ['as "it" is\n', 'as "it" is\n'],
    [new HostFunction('len', 1, 1, () => null), '<built-in len>'],
    [errors.divisionByZero('/'), "division by zero: the right operand of '/' is zero"],
    [new Box(1), '<box>'],
  ];
  for (const [value, text] of shown) assert.is(show(value), text);
});

test('strings are quoted inside collections only', () => {
  assert.is(show(['a', 'b"c', 'd\\e', 'f\ng']), '["a", "b\\"c", "d\\\\e", "f\\ng"]');
  assert.is(show(mapOf(['k', 'v'])), '{"k": "v"}');
  assert.is(show(['${x}']), '["\\${x}"]');
});

test('maps show all types of keys in their order', () => {
  assert.is(
    show(mapOf(['b', 1], [2, [true, null]], [false, mapOf()])),
    '{"b": 1, 2: [true, null], false: {}}',
  );
});

test('a collection inside itself shows as dots, one met twice does not', () => {
  const array: GuestArray = [1];
  array.push(array);
  assert.is(show(array), '[1, [...]]');
  const map = mapOf(['name', 'm']);
  map.set('self', [map]);
  assert.is(show(map), '{"name": "m", "self": [{...}]}');
  const shared: GuestArray = [7];
  assert.is(show([shared, shared]), '[[7], [7]]');
});

test('deep nesting does not use the host stack', () => {
  const depth = 1_000_000;
  const text = show(nested(depth));
  assert.is(text.length, 2 * depth);
  assert.is(text.slice(depth - 2, depth + 2), '[[]]');
});

test('every type has a name', () => {
  assert.is(typeName(null), 'null');
  assert.is(typeName(true), 'boolean');
  assert.is(typeName(1), 'number');
  assert.is(typeName('a'), 'string');
  assert.is(typeName([]), 'array');
  assert.is(typeName(mapOf()), 'map');
  assert.is(typeName(new HostFunction('f', 0, 0, () => null)), 'function');
  assert.is(typeName(errors.outOfFuel()), 'error');
  assert.is(typeName(new Box(null)), 'box');
});

test('numbers read back as the same number', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (number) => {
      assert.is(Number(show(number)), number === 0 ? 0 : number);
    }),
  );
});

test.run();
