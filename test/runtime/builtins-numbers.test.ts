/**
 * Mathematics: results, edges of the number range, refusals.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { builtinFunctions } from '../../src/runtime/builtins';
import { numbers } from '../../src/runtime/builtins/numbers';
import { call, refuses, text } from './calling';

const near = (actual: unknown, expected: number): void => {
  assert.type(actual, 'number');
  assert.ok(Math.abs(Number(actual) - expected) < 1e-12, `${actual} is not ${expected}`);
};

test('rounding', () => {
  const rounded: [string, number, string][] = [
    ['floor', 2.7, '2'],
    ['floor', -2.2, '-3'],
    ['ceil', 2.2, '3'],
    ['ceil', -2.7, '-2'],
    ['round', 2.5, '3'],
    ['round', -2.5, '-2'],
    ['round', 2.4, '2'],
    ['trunc', 2.7, '2'],
    ['trunc', -2.7, '-2'],
    ['trunc', 1e300, '1e+300'],
    ['floor', Number.NaN, 'NaN'],
  ];
  for (const [name, x, expected] of rounded) assert.is(text(name, x), expected, `${name}(${x})`);
});

test('signs and extremes', () => {
  assert.is(call('abs', -3), 3);
  assert.is(call('sign', -3), -1);
  assert.is(call('sign', 0), 0);
  assert.is(call('min', 3), 3);
  assert.is(call('min', 3, 1, 2), 1);
  assert.is(call('max', 3, 10, 2), 10);
  assert.ok(Number.isNaN(call('max', 1, Number.NaN)));
  refuses('min', ['1', 2], "argument 1 of 'min' must be a number, not string");
  refuses('max', [1, 2, null], "argument 3 of 'max' must be a number, not null");
  assert.is(builtinFunctions.get('min')!.minArity, 1);
});

test('powers and logarithms', () => {
  assert.is(call('sqrt', 9), 3);
  assert.ok(Number.isNaN(call('sqrt', -1)));
  assert.is(call('cbrt', 27), 3);
  assert.is(call('pow', 2, 10), 1024);
  assert.is(call('pow', 4, -0.5), 0.5);
  assert.is(call('hypot', 3, 4), 5);
  assert.is(call('exp', 0), 1);
  near(call('exp', 1), Math.E);
  near(call('log', Math.E), 1);
  assert.is(text('log', 0), '-Infinity');
  assert.ok(Number.isNaN(call('log', -1)));
  assert.is(call('log2', 1024), 10);
  assert.is(call('log10', 1000), 3);
});

test('angles', () => {
  assert.is(call('pi'), Math.PI);
  near(call('sin', Math.PI / 2), 1);
  near(call('cos', Math.PI), -1);
  near(call('tan', Math.PI / 4), 1);
  near(call('asin', 1), Math.PI / 2);
  near(call('acos', -1), Math.PI);
  near(call('atan', 1), Math.PI / 4);
  near(call('atan2', 1, -1), (3 * Math.PI) / 4);
  near(call('sinh', 1), Math.sinh(1));
  near(call('cosh', 1), Math.cosh(1));
  near(call('tanh', 1), Math.tanh(1));
  assert.ok(Number.isNaN(call('asin', 2)));
});

test('is_nan', () => {
  assert.is(call('is_nan', Number.NaN), true);
  assert.is(call('is_nan', Number.POSITIVE_INFINITY), false);
});

test('each takes numbers only', () => {
  for (const [name, { takes }] of Object.entries(numbers)) {
    takes.forEach((_, i) => {
      const args = takes.map((_, j) => (i === j ? '1' : 1));
      refuses(name, args, `argument ${i + 1} of '${name}' must be a number, not string`);
    });
  }
});

test.run();
