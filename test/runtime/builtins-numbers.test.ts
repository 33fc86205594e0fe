/**
 * Mathematics: results, edges of the number range, refusals.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { builtinFunctions } from '../../src/runtime/builtins';
import { numbers } from '../../src/runtime/builtins/numbers';
import { call, fuel, refuses, text } from './calling';

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
  assert.is(call('min', [3, 1, 2]), 1);
  assert.is(call('max', [3, 1, 2]), 3);
  assert.is(call('max', []), null);
  assert.ok(Number.isNaN(call('min', [1, Number.NaN, 0])));
  assert.is(fuel('min', [3, 1, 2]), 3);
  assert.is(fuel('min', 3, 1, 2), 0);
  refuses('min', ['1', 2], "argument 1 of 'min' must be a number or an array, not string");
  refuses('min', [1, [2]], "argument 2 of 'min' must be a number, not array");
  refuses('min', [[1], 2], "argument 1 of 'min' must be a number where others follow, not array");
  refuses('max', [[1, '2']], "argument 1 of 'max' must hold numbers only");
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

test('clamp and copysign', () => {
  assert.is(call('clamp', 5, 1, 3), 3);
  assert.is(call('clamp', -5, 1, 3), 1);
  assert.is(call('clamp', 2.5, 1, 3), 2.5);
  assert.is(call('clamp', 7, 2, 2), 2);
  assert.ok(Number.isNaN(call('clamp', Number.NaN, 1, 3)));
  refuses('clamp', [1, 3, 2], "argument 3 of 'clamp' must be at least 3, not 2");
  assert.is(call('copysign', 3, -1), -3);
  assert.is(call('copysign', -3, 0), 3);
  assert.is(call('copysign', 3, -0), -3);
  assert.is(call('copysign', -3, -2), -3);
});

test('what divisions leave', () => {
  const left: [x: number, y: number, fmod: number, mod: number][] = [
    [7, 3, 1, 1],
    [-7, 3, -1, 2],
    [7, -3, 1, -2],
    [-7, -3, -1, -1],
    [6, -3, 0, 0],
    [5.5, 2, 1.5, 1.5],
    [1, Number.POSITIVE_INFINITY, 1, 1],
  ];
  for (const [x, y, fmod, mod] of left) {
    assert.is(call('fmod', x, y), fmod, `fmod(${x}, ${y})`);
    assert.is(call('mod', x, y), mod, `mod(${x}, ${y})`);
  }
  assert.ok(Number.isNaN(call('fmod', 1, 0)));
  assert.ok(Number.isNaN(call('mod', 1, 0)));
});

test('near zero, and the other way from hyperbolas', () => {
  assert.is(call('exp2', 10), 1024);
  assert.is(call('expm1', 1e-20), 1e-20);
  assert.is(call('log1p', 1e-20), 1e-20);
  near(call('asinh', Math.sinh(2)), 2);
  near(call('acosh', Math.cosh(2)), 2);
  near(call('atanh', Math.tanh(0.5)), 0.5);
  assert.ok(Number.isNaN(call('acosh', 0.5)));
});

test('32 bits', () => {
  assert.is(call('imul', 0xffffffff, 5), -5);
  assert.is(call('imul', 0x12345678, 0x1234567), Math.imul(0x12345678, 0x1234567));
  assert.is(call('clz32', 1), 31);
  assert.is(call('clz32', 0), 32);
  assert.is(call('clz32', -1), 0);
  assert.is(call('fround', 0.1), 0.10000000149011612);
  assert.is(call('fround', 1e40), Number.POSITIVE_INFINITY);
});

test('constants', () => {
  assert.is(call('euler'), Math.E);
  assert.is(call('inf'), Number.POSITIVE_INFINITY);
  assert.ok(Number.isNaN(call('nan')));
  assert.is(call('epsilon'), 2 ** -52);
  assert.is(call('max_int'), 2 ** 53 - 1);
  assert.is(call('min_int'), 1 - 2 ** 53);
  assert.is(call('max_float'), 1.7976931348623157e308);
  assert.is(call('min_float'), 5e-324);
});

test('what kind of number', () => {
  const kinds: [x: number, nan: boolean, finite: boolean, integer: boolean][] = [
    [Number.NaN, true, false, false],
    [Number.POSITIVE_INFINITY, false, false, false],
    [1.5, false, true, false],
    [-0, false, true, true],
    [1e300, false, true, true],
  ];
  for (const [x, nan, finite, integer] of kinds) {
    assert.is(call('is_nan', x), nan);
    assert.is(call('is_finite', x), finite);
    assert.is(call('is_integer', x), integer);
  }
});

test('each takes numbers only', () => {
  for (const [name, { takes }] of Object.entries(numbers)) {
    takes.forEach(({ check }, i) => {
      const args = takes.map((_, j) => (i === j ? '1' : 1));
      refuses(name, args, `argument ${i + 1} of '${name}' must be ${check.wanted}, not string`);
      assert.match(check.wanted, /^a number/);
    });
  }
});

test.run();
