/**
 * JSON: what is written and read, held against the host's own by properties, and what is refused, with its place.
 */

import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { builtinFunctions } from '../../src/runtime/builtins';
import { ErrorValue } from '../../src/runtime/errors';
import { type GuestArray, isKey, type Value } from '../../src/runtime/value';
import { call, fuel, mapOf, nested, refuses, text } from './calling';

/** A value of a guest as the host's JSON has it. */
function toJson(value: Value): unknown {
  if (Array.isArray(value)) return value.map(toJson);
  if (!(value instanceof Map)) return value;
  const object: Record<string, unknown> = {};
  for (const [key, item] of value) {
    // Not by assignment, to which `__proto__` is no ordinary name.
    Object.defineProperty(object, String(key), { value: toJson(item), enumerable: true, configurable: true });
  }
  return object;
}

const poisoned = fc.constantFrom('__proto__', 'constructor', 'toJSON', 'length', '');
const keys = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), poisoned);
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value')),
    fc
      .uniqueArray(fc.tuple(keys, tie('value')), { selector: ([key]) => key })
      .map((entries) => new Map(entries)),
  ),
})).value as fc.Arbitrary<Value>;

/** What the host writes of a value: two that it writes alike are alike, but for minus zero. */
const written = (value: Value): string => JSON.stringify(toJson(value));

/** What the host reads; programs are refused numbers that are too large, since they could not write an infinity again. */
const hostJson = (source: string): unknown =>
  JSON.parse(source, (_, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError();
    return value;
  });

test('what is written reads back, here and by the host', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 0, max: 10 }), (value, indent) => {
      const json = String(call('to_json', value, indent));
      assert.is(JSON.stringify(JSON.parse(json)), written(value));
      assert.is(written(call('parse_json', json)), written(value));
    }),
  );
});

/** The host puts keys that look like indices first. */
const hasIndexKey = (value: Value): boolean =>
  value instanceof Map
    ? [...value].some(([key, item]) => /^\d+$/.test(String(key)) || hasIndexKey(item))
    : Array.isArray(value) && value.some(hasIndexKey);

test('it is written as the host writes it', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 0, max: 10 }), (value, indent) => {
      fc.pre(!hasIndexKey(value));
      assert.is(call('to_json', value, indent), JSON.stringify(toJson(value), undefined, indent));
    }),
  );
});

test('what the host writes is read', () => {
  fc.assert(
    fc.property(fc.json(), fc.integer({ min: 0, max: 4 }), (json, indent) => {
      const source = JSON.stringify(JSON.parse(json), undefined, indent);
      assert.is(written(call('parse_json', source)), JSON.stringify(JSON.parse(source)));
    }),
  );
});

/** Texts that are nearly JSON: the host says whether they are. */
test('the same texts are refused', () => {
  const pieces = fc.constantFrom(
    ...[
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '"a":',
      '\\',
      '\\u00e',
      '\\n',
      '/',
      '-',
      '+',
      '0',
      '1',
      '01',
    ],
    ...[
      '.',
      '.5',
      'e',
      'E+',
      'e5',
      'null',
      'true',
      'false',
      'nul',
      'NaN',
      ' ',
      '\t',
      '\r\n',
      '\u00a0',
      '\ufeff',
      "'",
    ],
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
      const source = parts.join('');
      let expected: unknown;
      let isJson = true;
      try {
        expected = hostJson(source);
      } catch {
        isJson = false;
      }
      try {
        assert.is(written(call('parse_json', source)), JSON.stringify(expected));
        assert.ok(isJson, `accepted ${source}`);
      } catch (error) {
        if (!(error instanceof ErrorValue)) throw error;
        assert.not(isJson, `refused ${source}: ${error.message}`);
        assert.match(error.message, /^argument 1 of 'parse_json' is not JSON: .* at line \d+, column \d+$/s);
      }
    }),
    { numRuns: 3000 },
  );
});

test('damaged JSON is refused where the host refuses it', () => {
  fc.assert(
    fc.property(
      fc.json(),
      fc.nat(),
      fc.constantFrom('', '"', ',', '0', '\\', '{', ']', ' '),
      (json, seed, put) => {
        const at = seed % (json.length + 1);
        const source = json.slice(0, at) + put + json.slice(at + 1);
        let isJson = true;
        try {
          hostJson(source);
        } catch {
          isJson = false;
        }
        let accepted = true;
        try {
          call('parse_json', source);
        } catch (error) {
          if (!(error instanceof ErrorValue)) throw error;
          accepted = false;
        }
        assert.is(accepted, isJson, source);
      },
    ),
    { numRuns: 1000 },
  );
});

test('objects become maps in the order of their keys, the later of two wins', () => {
  assert.is(text('parse_json', '{"b": 1, "2": [], "a": {}, "b": 3}'), '{"b": 3, "2": [], "a": {}}');
  const map = call('parse_json', '{"__proto__": {"evil": 1}, "constructor": 2}');
  assert.ok(map instanceof Map);
  assert.equal([...map.keys()], ['__proto__', 'constructor']);
  assert.is(Object.getPrototypeOf(map), Map.prototype);
  assert.ok([...map.keys()].every(isKey));
});

test('numbers are read exactly', () => {
  const numbers: [string, number][] = [
    ['0', 0],
    ['-0', -0],
    ['-1.5e-3', -0.0015],
    ['1E+2', 100],
    ['9007199254740993', 9007199254740992],
    ['1e-400', 0],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    [`0.${'1'.repeat(5000)}`, 1 / 9],
  ];
  for (const [source, expected] of numbers)
    assert.ok(Object.is(call('parse_json', source), expected), source);
});

test('strings', () => {
  assert.is(
    call('parse_json', '"\\u00e9\\ud83d\\ude00\\ud800\\/\\b\\f\\n\\r\\t\\"\\\\"'),
    'é😀\ud800/\b\f\n\r\t"\\',
  );
  assert.is(call('parse_json', '"\u2028 \u007f"'), '\u2028 \u007f');
  assert.is(call('parse_json', `"${'\\u0041b'.repeat(10_000)}"`), 'Ab'.repeat(10_000));
  assert.is(call('to_json', '\u0001"\\\ud800é'), '"\\u0001\\"\\\\\\ud800é"');
  const long = `${'😀'.repeat(5000)}\n`.repeat(3);
  assert.is(call('to_json', long), JSON.stringify(long));
  assert.is(call('to_json', ['${x}']), '["${x}"]');
});

test('errors of the text have a place', () => {
  const wrong: [source: string, what: string][] = [
    ['', 'a value is expected, not the end of the text at line 1, column 1'],
    [' \n  x', 'a value is expected, not "x" at line 2, column 3'],
    ['nulL', 'a value is expected, not "n" at line 1, column 1'],
    ['1 2', 'nothing more is expected after the value at line 1, column 3'],
    ['[1 2]', "',' or ']' is expected, not \"2\" at line 1, column 4"],
    ['[1,]', 'a value is expected, not "]" at line 1, column 4'],
    ['[1', "',' or ']' is expected, not the end of the text at line 1, column 3"],
    ['{"a": 1\n "b"', "',' or '}' is expected, not \"\\\"\" at line 2, column 2"],
    ['{a: 1}', 'a key in double quotes is expected, not "a" at line 1, column 2'],
    ['{"a": 1,}', 'a key in double quotes is expected, not "}" at line 1, column 9'],
    ['{"a" 1}', '\':\' is expected, not "1" at line 1, column 6'],
    ['"a\nb"', 'a control character is not escaped at line 1, column 3'],
    ['\n"abc', 'a string is not closed at line 2, column 1'],
    ['"\\', 'there is no such escape at line 1, column 2'],
    ['"\\x"', 'there is no such escape at line 1, column 2'],
    ['"\\u12g4"', 'a hexadecimal digit is expected, not "g" at line 1, column 6'],
    ['-', 'a digit is expected, not the end of the text at line 1, column 2'],
    ['01', 'nothing more is expected after the value at line 1, column 2'],
    ['1.', 'a digit is expected, not the end of the text at line 1, column 3'],
    ['[1e+]', 'a digit is expected, not "]" at line 1, column 5'],
    ['[0, 1e400]', 'a number is too large at line 1, column 5'],
  ];
  for (const [source, what] of wrong) {
    refuses('parse_json', [source], `argument 1 of 'parse_json' is not JSON: ${what}`);
  }
  refuses('parse_json', [null], "argument 1 of 'parse_json' must be a string, not null");
});

test('what JSON cannot express is refused, with its place', () => {
  const cyclic: GuestArray = [];
  cyclic.push([cyclic]);
  const refused: [value: Value, what: string][] = [
    [Number.NaN, 'it is NaN'],
    [[1, Number.NEGATIVE_INFINITY], '[1] is -Infinity'],
    [builtinFunctions.get('len')!, 'it is function'],
    [mapOf(['a', [mapOf(['b', new ErrorValue('host error', 'failed')])]]), '["a"][0]["b"] is error'],
    [mapOf([1, 2]), 'it has the key 1, which is not a string'],
    [[0, mapOf([true, 2])], '[1] has the key true, which is not a string'],
    [cyclic, '[0][0] is a collection that it is inside of'],
    [mapOf(['k'.repeat(50), Number.NaN]), `["${'k'.repeat(30)}"...] is NaN`],
    [[[[[[[Number.NaN]]]]]], '...[0][0][0][0][0] is NaN'],
  ];
  for (const [value, what] of refused) {
    refuses('to_json', [value], `argument 1 of 'to_json' cannot be written as JSON: ${what}`);
  }
  refuses('to_json', [1, 11], "argument 2 of 'to_json' must be a whole number from 0 to 10, not 11");
  refuses('to_json', [1, ' '], "argument 2 of 'to_json' must be a whole number from 0 to 10, not string");
});

test('what is shared is written each time', () => {
  const shared: GuestArray = [1];
  assert.is(call('to_json', [shared, mapOf(['a', shared]), shared]), '[[1],{"a":[1]},[1]]');
});

test('nesting is bounded', () => {
  const deepest = '['.repeat(10_000) + ']'.repeat(10_000);
  assert.is(call('to_json', call('parse_json', deepest)), deepest);
  const deeper = `[${deepest}]`;
  refuses(
    'parse_json',
    [deeper],
    "argument 1 of 'parse_json' is not JSON: it nests more than 10000 deep at line 1, column 10001",
  );
  refuses(
    'to_json',
    [nested(10_001)],
    "argument 1 of 'to_json' cannot be written as JSON: it nests more than 10000 deep",
  );
});

test('work is charged', () => {
  assert.is(fuel('parse_json', '[1,2,3]'), 1 + 4 + 3);
  assert.is(fuel('parse_json', `"${'x'.repeat(158)}"`), 10 + 1);
  assert.is(fuel('parse_json', `"${'\\n'.repeat(79)}"`), 10 + 1 + 40);
  const long = 'k'.repeat(1600);
  assert.is(fuel('parse_json', `{"${long}":1}`), 101 + 2 + 3 + 100);
  assert.ok(fuel('to_json', new Array(1000).fill(1)) >= 1000);
});

test.run();
