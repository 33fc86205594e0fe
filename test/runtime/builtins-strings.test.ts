/**
 * Built-in functions of strings: results, edges, refusals, and the templates of `format`.
 */

import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { call, fuel, refuses, text } from './calling';

test('split', () => {
  assert.equal(call('split', 'a,b,,c', ','), ['a', 'b', '', 'c']);
  assert.equal(call('split', '', ','), ['']);
  assert.equal(call('split', 'abc', ''), ['a', 'b', 'c']);
  assert.equal(call('split', '', ''), []);
  assert.equal(call('split', 'a.b', '.'), ['a', 'b']);
  assert.equal(call('split', 'aaa', 'aa'), ['', 'a']);
  assert.equal(call('split', 'a,b,c,d', ',', 2), ['a', 'b,c,d']);
  assert.equal(call('split', 'a,b', ',', 1), ['a,b']);
  assert.equal(call('split', 'a,b,', ',', 9), ['a', 'b', '']);
  assert.equal(call('split', 'abcd', '', 3), ['a', 'b', 'cd']);
  assert.equal(call('split', 'ab', '', 9), ['a', 'b']);
  assert.equal(call('split', '', '', 2), []);
  assert.equal(call('split', '', ',', 2), ['']);
  fc.assert(
    fc.property(
      fc.string(),
      fc.string({ maxLength: 2 }),
      fc.integer({ min: 1, max: 5 }),
      (string, by, limit) => {
        const all = string.split(by);
        const wanted =
          all.length <= limit ? all : [...all.slice(0, limit - 1), all.slice(limit - 1).join(by)];
        assert.equal(call('split', string, by, limit), wanted);
      },
    ),
  );
  refuses('split', ['a', ',', 0], "argument 3 of 'split' must be a whole number from 1 up, not 0");
  refuses('split', ['a', ',', null], "argument 3 of 'split' must be a whole number from 1 up, not null");
  refuses('split', [1, ','], "argument 1 of 'split' must be a string, not number");
  refuses('split', ['a', null], "argument 2 of 'split' must be a string, not null");
});

test('lines', () => {
  assert.equal(call('lines', 'a\nb'), ['a', 'b']);
  assert.equal(call('lines', 'a\r\n\r\nb\n'), ['a', '', 'b']);
  assert.equal(call('lines', 'a\rb\r'), ['a\rb\r']);
  assert.equal(call('lines', ''), []);
  assert.equal(call('lines', '\n'), ['']);
  assert.equal(call('lines', '\n\r'), ['', '\r']);
  assert.equal(call('lines', '\r\n'), ['']);
  refuses('lines', [1], "argument 1 of 'lines' must be a string, not number");
  const pieces = fc.array(fc.constantFrom('a', '\n', '\r', '\r\n', 'text that is not short'));
  fc.assert(
    fc.property(pieces, (parts) => {
      const string = parts.join('');
      const wanted = string.split(/\r?\n/);
      if (wanted.at(-1) === '') wanted.pop();
      assert.equal(call('lines', string), wanted);
    }),
  );
});

test('join is the opposite of split', () => {
  assert.is(call('join', ['a', 'b'], ', '), 'a, b');
  assert.is(call('join', ['a', 1, null, ['x']]), 'a1null["x"]');
  assert.is(call('join', [], ','), '');
  refuses('join', ['abc'], "argument 1 of 'join' must be an array, not string");
  refuses('join', [[], 1], "argument 2 of 'join' must be a string, not number");
  assert.is(fuel('join', ['a', 'b', 'c'], 'x'.repeat(160)), 3 + 20 + 3);
  fc.assert(
    fc.property(fc.string(), fc.string(), (string, separator) => {
      assert.is(call('join', call('split', string, separator), separator), string);
    }),
  );
});

test('chars gives UTF-16 units', () => {
  assert.equal(call('chars', 'añ'), ['a', 'ñ']);
  assert.is(text('join', call('chars', '👍!')), '👍!');
  refuses('chars', [[]], "argument 1 of 'chars' must be a string, not array");
});

test('trim, upper, lower', () => {
  assert.is(call('trim', ' \t a b\n'), 'a b');
  assert.is(call('upper', 'straße'), 'STRASSE');
  assert.is(call('lower', 'ÀB'), 'àb');
  assert.is(call('trim_start', ' \t a b\n'), 'a b\n');
  assert.is(call('trim_end', ' \t a b\n'), ' \t a b');
  for (const name of ['trim', 'trim_start', 'trim_end', 'upper', 'lower']) {
    refuses(name, [1], `argument 1 of '${name}' must be a string, not number`);
  }
});

test('repeat', () => {
  assert.is(call('repeat', 'ab', 3), 'ababab');
  assert.is(call('repeat', 'ab', 0), '');
  assert.is(call('repeat', '', 1e300), '');
  assert.is(fuel('repeat', 'ab', 80), 10);
  refuses('repeat', ['a', -1], "argument 2 of 'repeat' must be a whole number from 0 up, not -1");
  refuses('repeat', ['a', 1.5], "argument 2 of 'repeat' must be a whole number from 0 up, not 1.5");
  refuses('repeat', ['a', Number.NaN], "argument 2 of 'repeat' must be a whole number from 0 up, not NaN");
  refuses(
    'repeat',
    ['a', Number.POSITIVE_INFINITY],
    "argument 2 of 'repeat' must be a whole number from 0 up, not Infinity",
  );
  refuses('repeat', ['a', '2'], "argument 2 of 'repeat' must be a whole number from 0 up, not string");
});

test('replace takes every occurrence and no pattern', () => {
  assert.is(call('replace', 'a.b.c', '.', '$&'), 'a$&b$&c');
  assert.is(call('replace', 'aaa', 'aa', 'b'), 'ba');
  assert.is(call('replace', 'abc', 'x', 'y'), 'abc');
  assert.is(call('replace', 'abc', 'b', ''), 'ac');
  refuses('replace', ['abc', '', 'x'], "argument 2 of 'replace' must not be empty");
  refuses('replace', ['abc', 'a', 1], "argument 3 of 'replace' must be a string, not number");
});

test('replace_first', () => {
  assert.is(call('replace_first', 'a.b.c', '.', '$&'), 'a$&b.c');
  assert.is(call('replace_first', 'abc', 'x', 'y'), 'abc');
  assert.is(call('replace_first', 'abc', 'abc', ''), '');
  refuses('replace_first', ['abc', '', 'x'], "argument 2 of 'replace_first' must not be empty");
});

test('find_last', () => {
  assert.is(call('find_last', 'banana', 'an'), 3);
  assert.is(call('find_last', 'banana', 'an', 2), 1);
  assert.is(call('find_last', 'banana', 'an', 1e300), 3);
  assert.is(call('find_last', 'banana', 'an', 0), null);
  assert.is(call('find_last', 'banana', ''), 6);
  assert.is(call('find_last', '', 'x'), null);
  refuses('find_last', ['a', 'a', -1], "argument 3 of 'find_last' must be a whole number from 0 up, not -1");
  assert.is(fuel('find_last', 'a'.repeat(160), 'b'), 10);
  assert.is(fuel('find_last', 'a'.repeat(160), 'b'.repeat(160)), 100);
});

test('find, starts_with, ends_with', () => {
  assert.is(call('find', 'banana', 'an'), 1);
  assert.is(call('find', 'banana', 'an', 2), 3);
  assert.is(call('find', 'banana', 'x'), null);
  assert.is(call('find', 'banana', '', 6), 6);
  assert.is(call('find', 'banana', '', 7), null);
  assert.is(call('find', 'banana', 'a', 1e300), null);
  refuses('find', ['a', 'a', -1], "argument 3 of 'find' must be a whole number from 0 up, not -1");
  refuses('find', ['a', 'a', null], "argument 3 of 'find' must be a whole number from 0 up, not null");
  assert.is(call('starts_with', 'banana', 'ban'), true);
  assert.is(call('starts_with', 'banana', 'an'), false);
  assert.is(call('ends_with', 'banana', 'ana'), true);
  assert.is(call('ends_with', 'banana', ''), true);
  refuses('ends_with', ['a', 1], "argument 2 of 'ends_with' must be a string, not number");
});

test('a long pattern costs as much as looking for it can take', () => {
  const haystack = 'a'.repeat(32_000);
  assert.is(fuel('find', haystack, 'b'), 2000);
  assert.is(fuel('find', haystack, `b${'a'.repeat(2559)}`), 20_000);
});

test('char_code and from_char_code', () => {
  assert.is(call('char_code', 'A'), 65);
  assert.is(call('char_code', 'AB', 1), 66);
  assert.is(call('char_code', 'AB', 2), null);
  assert.is(call('char_code', ''), null);
  assert.is(call('from_char_code', 0x20ac), '€');
  assert.is(call('from_char_code', 0), '\0');
  refuses('char_code', ['A', 0.5], "argument 2 of 'char_code' must be a whole number from 0 up, not 0.5");
  for (const code of [-1, 65_536, 1.5, Number.NaN, 1e10]) {
    const message = `argument 1 of 'from_char_code' must be a whole number from 0 to 65535, not ${code}`;
    refuses('from_char_code', [code], message);
  }
});

test('code points', () => {
  assert.is(call('code_point', '👍'), 0x1f44d);
  assert.is(call('code_point', 'a👍', 1), 0x1f44d);
  assert.is(call('code_point', '👍', 1), 0xdc4d);
  assert.is(call('code_point', 'a', 1), null);
  assert.is(call('from_code_point', 0x1f44d), '👍');
  assert.is(call('from_code_point', 0xd800), '\ud800');
  for (const code of [-1, 0x110000, 1.5, Number.NaN]) {
    const message = `argument 1 of 'from_code_point' must be a whole number from 0 to 1114111, not ${code}`;
    refuses('from_code_point', [code], message);
  }
});

test('pad_start and pad_end', () => {
  assert.is(call('pad_start', '7', 3), '  7');
  assert.is(call('pad_start', '7', 4, 'ab'), 'aba7');
  assert.is(call('pad_end', '7', 3, '0'), '700');
  assert.is(call('pad_end', 'long', 2), 'long');
  refuses('pad_end', ['7', 3, ''], "argument 3 of 'pad_end' must not be empty");
  refuses('pad_start', ['7', -3], "argument 2 of 'pad_start' must be a whole number from 0 up, not -3");
});

test('format fills placeholders', () => {
  assert.is(call('format', 'no placeholder'), 'no placeholder');
  assert.is(call('format', '{} and {}', 1, [2, 'x']), '1 and [2, "x"]');
  assert.is(call('format', '{{}} {{{}}}', 'x'), '{} {x}');
  assert.is(call('format', '{:.3}', Math.PI), '3.142');
  assert.is(call('format', '{:8.3}|', Math.PI), '   3.142|');
  assert.is(call('format', '{:.0}', 2.5), '3');
  assert.is(call('format', '{:5}|{:5}|', 42, 'ab'), '   42|ab   |');
  assert.is(call('format', '{:<5}|{:>5}|{:^5}|{:^4}|', 42, 'ab', 'x', 'y'), '42   |   ab|  x  | y  |');
  assert.is(call('format', '{:05}|{:06.1}|{:03}', 42, -1.25, 12345), '00042|-001.3|12345');
  assert.is(call('format', '{:05}', Number.POSITIVE_INFINITY), 'Infinity');
  assert.is(call('format', '{:9}|{:09}', Number.NaN, Number.NaN), '      NaN|      NaN');
  assert.is(call('format', '{:.2}', 1e21), '1e+21');
  assert.is(call('format', '{:}', 1), '1');
  assert.is(call('format', '$& {}', '$1'), '$& $1');
});

test('format writes signs, thousands, bases and exponents', () => {
  assert.is(call('format', '{:+} {:+} {:+} {:+}', 1, -1, 0, Number.POSITIVE_INFINITY), '+1 -1 +0 +Infinity');
  assert.is(call('format', '{:+}', Number.NaN), 'NaN');
  assert.is(call('format', '{:,} {:,} {:,} {:,}', 0, 999, 1000, -1234567), '0 999 1,000 -1,234,567');
  assert.is(call('format', '{:,.2} {:,.1}', 1234567.891, -1000), '1,234,567.89 -1,000.0');
  assert.is(call('format', '{:,} {:,}', 1e21, Number.NEGATIVE_INFINITY), '1e+21 -Infinity');
  assert.is(call('format', '{:x} {:X} {:o} {:b} {:x}', 255, 255, 8, 5, -255), 'ff FF 10 101 -ff');
  assert.is(call('format', '{:08b}|{:04x}|{:6x}|{:<6x}|', 5, 255, 255, 255), '00000101|00ff|    ff|ff    |');
  assert.is(call('format', '{:.2e} {:e}', 12345, 0.5), '1.23e+4 5e-1');
  assert.is(call('format', '{:>+010,.2}', 1234), '+01,234.00');
  assert.is(call('format', '{:+05}', -7), '-0007');
  refuses('format', ['{:x}', 1.5], "argument 2 of 'format' must be a whole number, not 1.5");
  refuses('format', ['{:b}', Number.NaN], "argument 2 of 'format' must be a whole number, not NaN");
  refuses('format', ['{:x}', 'ff'], "argument 2 of 'format' must be a number, not string");
  refuses('format', ['{:+}', 'a'], "argument 2 of 'format' must be a number, not string");
  refuses('format', ['{:,}', null], "argument 2 of 'format' must be a number, not null");
  const template = "the template of 'format'";
  refuses('format', ['{:.2x}', 1], `${template} asks for decimals that 'x' does not have`);
  refuses('format', ['{:,b}', 1], `${template} asks for thousands that 'b' does not have`);
  refuses('format', ['{:,e}', 1], `${template} asks for thousands that 'e' does not have`);
});

test('format refuses templates that do not fit', () => {
  const template = "the template of 'format'";
  refuses('format', ['{} {}', 1], `${template} has more than 1 placeholders, one for each value`);
  refuses('format', ['{}', 1, 2], `${template} has 1 placeholders, but 2 values are given`);
  refuses('format', ['{', 1], `${template} has a '{' without a '}' after it; '{{' stands for a brace`);
  refuses('format', ['}', 1], `${template} has a '}' without a '{' before it; '}}' stands for a brace`);
  refuses('format', ['{x}', 1], `${template} has a placeholder '{x}' that is not understood`);
  refuses('format', ['{:-5}', 1], `${template} has a placeholder '{:-5}' that is not understood`);
  refuses(
    'format',
    ['{:1234567890}', 1],
    `${template} has a placeholder '{:1234567890}' that is not understood`,
  );
  refuses('format', ['{:.101}', 1], `${template} asks for 101 decimals, but there can be 100 at most`);
  refuses(
    'format',
    [`{${'9'.repeat(1e6)}}`, 1],
    `${template} has a placeholder '{${'9'.repeat(32)}}' that is not understood`,
  );
  refuses('format', ['{:.2}', 'x'], "argument 2 of 'format' must be a number, not string");
  refuses('format', ['{}{:05}', 1, null], "argument 3 of 'format' must be a number, not null");
  refuses('format', [1], "argument 1 of 'format' must be a string, not number");
});

test.run();
