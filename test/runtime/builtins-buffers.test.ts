/**
 * Built-in functions on buffers, by properties: each does to a buffer what it does to an array of the same numbers, turned into
 * what the buffer can hold.
 */

import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type BufferKind, isBuffer, kindOf } from '../../src/runtime/buffers';
import type { GuestArray, GuestBuffer, Value } from '../../src/runtime/value';
import { call, fuel, refuses, text } from './calling';

const kinds = ['f64', 'i32', 'u8'] as const;

/** What each kind makes of a number, said in another way than the host's typed arrays do it. */
const wrapped: Readonly<Record<BufferKind, (x: number) => number>> = {
  f64: (x) => x,
  i32: (x) => x | 0,
  u8: (x) => (x | 0) & 255,
};

const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(-0, 255, 256, 2 ** 31, -(2 ** 31) - 1, 1e300),
);
const numbers = fc.array(number, { maxLength: 40 });
const place = fc.nat({ max: 50 });
const kind = fc.constantFrom(...kinds);

const make = (of: BufferKind, items: readonly number[]): GuestBuffer => {
  const made = call(of, [...items]);
  assert.ok(isBuffer(made));
  return made as GuestBuffer; // as just checked
};

const elements = (value: Value): Value[] => {
  assert.ok(isBuffer(value) || Array.isArray(value));
  return Array.from(value as GuestArray); // or a buffer: as just checked
};

/** Asserts that a function gives for a buffer what it gives for an array: of the same kind, or the same scalar. */
function sameAsArray(of: BufferKind, items: readonly number[], name: string, ...rest: Value[]): void {
  const buffer = make(of, items);
  const array = items.map(wrapped[of]);
  const [fromBuffer, fromArray] = [call(name, buffer, ...rest), call(name, array, ...rest)];
  if (!Array.isArray(fromArray)) {
    assert.equal(fromBuffer, fromArray, name);
    return;
  }
  assert.ok(isBuffer(fromBuffer) && kindOf(fromBuffer) === of, `${name} gives another kind`);
  assert.equal(elements(fromBuffer), fromArray, name);
  assert.equal(elements(buffer), items.map(wrapped[of]), `${name} changes its argument`);
  assert.is.not(fromBuffer, buffer);
}

const holds = (...args: Parameters<typeof fc.property<[BufferKind, number[], number, number]>>): void =>
  fc.assert(fc.property(...args), { numRuns: 300 });

test('a buffer holds what its kind makes of numbers', () => {
  holds(kind, numbers, place, place, (of, items) => {
    const buffer = make(of, items);
    assert.is(kindOf(buffer), of);
    assert.equal(elements(buffer), items.map(wrapped[of]));
    assert.equal(elements(call('array_of', buffer)), items.map(wrapped[of]));
    for (const other of kinds) {
      assert.equal(
        elements(call(other, buffer)),
        items.map((x) => wrapped[other](wrapped[of](x))),
      );
    }
  });
});

test('reading functions give what they give for an array', () => {
  holds(kind, numbers, place, place, (of, items, from, to) => {
    for (const name of ['first', 'last', 'len', 'sum', 'reverse', 'sorted', 'concat'])
      sameAsArray(of, items, name);
    sameAsArray(of, items, 'slice', from);
    sameAsArray(of, items, 'slice', from, to);
    for (const value of [items[from] ?? 0, 'text', null]) {
      sameAsArray(of, items, 'index_of', value);
      sameAsArray(of, items, 'contains', value);
    }
  });
});

test('concat joins buffers of one kind', () => {
  holds(kind, numbers, place, place, (of, items, from) => {
    const parts = [make(of, items), make(of, items.slice(from)), make(of, [1])] as const;
    const joined = call('concat', ...parts);
    assert.equal(elements(joined), [...items, ...items.slice(from), 1].map(wrapped[of]));
  });
});

test('fill changes what slice would give', () => {
  holds(kind, numbers, place, place, (of, items, from, to) => {
    const buffer = make(of, items);
    assert.is(call('fill', buffer, 300.5, from, to), buffer);
    const expected = items.map((x, i) => wrapped[of](i >= from && i < to ? 300.5 : x));
    assert.equal(elements(buffer), expected);
    const array: Value[] = [...items];
    assert.is(call('fill', array, 'text', from, to), array);
    assert.equal(
      array,
      items.map((x, i) => (i >= from && i < to ? 'text' : x)),
    );
  });
});

test('copy_into copies between all kinds what was there before, or refuses it as a whole', () => {
  const target = fc.constantFrom(...kinds, 'array' as const);
  fc.assert(
    fc.property(target, target, numbers, numbers, place, place, place, (into, of, a, b, at, from, to) => {
      const made = (what: typeof of, items: number[]): GuestArray | GuestBuffer =>
        what === 'array' ? [...items] : make(what, items);
      const [destination, source] = [made(into, a), made(of, b)];
      const part = elements(source).slice(from, to) as number[]; // as they were made
      const expected = elements(destination);
      const args: Value[] = [destination, at, source, from, to];
      if (at + part.length > a.length) {
        const message = `'copy_into' cannot put ${part.length} element${part.length === 1 ? '' : 's'} at index ${at} of a length of ${a.length}`;
        refuses('copy_into', args, message);
      } else {
        assert.is(call('copy_into', ...args), destination);
        part.forEach((x, i) => {
          expected[at + i] = into === 'array' ? x : wrapped[into](x);
        });
      }
      assert.equal(elements(destination), expected);
    }),
    { numRuns: 1000 },
  );
});

test('copy_into within one sequence copies what was there before', () => {
  const target = fc.constantFrom(...kinds, 'array' as const);
  fc.assert(
    fc.property(target, numbers, place, place, place, (of, items, at, from, to) => {
      const sequence = of === 'array' ? [...items] : make(of, items);
      const before = elements(sequence);
      const part = before.slice(from, to);
      if (at + part.length > items.length) return;
      call('copy_into', sequence, at, sequence, from, to);
      assert.equal(elements(sequence), [...before.slice(0, at), ...part, ...before.slice(at + part.length)]);
    }),
    { numRuns: 1000 },
  );
});

test('copy_into between overlapping buffers of different kinds copies what was there before', () => {
  // Guests get such only from hosts that share one memory twice.
  const memory = new ArrayBuffer(16);
  const [bytes, words] = [new Uint8Array(memory), new Int32Array(memory)];
  bytes.set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  call('copy_into', words, 0, bytes, 0, 4);
  assert.equal(elements(words), [1, 2, 3, 4]);
});

test('a text of a buffer is what makes one like it', () => {
  assert.is(text('f64', [1.5, -0, Number.NaN]), 'f64([1.5, 0, NaN])');
  assert.is(text('i32', []), 'i32([])');
  assert.is(text('u8', [300]), 'u8([44])');
});

test('what costs by the element costs less for buffers', () => {
  const [bytes, array] = [new Uint8Array(1600), new Array<Value>(1600).fill(1)];
  assert.is(fuel('f64', 1600), 100);
  assert.is(fuel('f64', 1601), 101);
  assert.is(fuel('u8', array), 1700);
  assert.is(fuel('u8', bytes), 100);
  assert.is(fuel('array_of', bytes), 1600);
  assert.is(fuel('slice', bytes, 800), 50);
  assert.is(fuel('slice', bytes, 1600), 0);
  assert.is(fuel('concat', bytes, bytes), 200);
  assert.is(fuel('reverse', bytes), 100);
  assert.is(fuel('index_of', bytes, 1), 100);
  assert.is(fuel('fill', bytes, 1), 100);
  assert.is(fuel('fill', bytes, 1, 0, 16), 1);
  assert.is(fuel('fill', array, 1), 1600);
  assert.is(fuel('copy_into', bytes, 0, bytes), 100);
  assert.is(fuel('copy_into', bytes, 0, array), 1600);
  assert.is(fuel('copy_into', array, 0, bytes), 1600);
  assert.is(fuel('sum', bytes), 100);
  assert.is(fuel('sum', array), 1600);
  assert.is(fuel('first', bytes), 0);
});

test('a buffer whose memory is gone is empty to every function', () => {
  const gone = Float64Array.of(1, 2);
  structuredClone(gone, { transfer: [gone.buffer] });
  const calls: [string, Value[], string][] = [
    ['len', [gone], '0'],
    ['str', [gone], 'f64([])'],
    ['first', [gone], 'null'],
    ['last', [gone], 'null'],
    ['slice', [gone, 0, 2], 'f64([])'],
    ['concat', [gone, gone], 'f64([])'],
    ['reverse', [gone], 'f64([])'],
    ['sorted', [gone], 'f64([])'],
    ['index_of', [gone, 1], 'null'],
    ['contains', [gone, 1], 'false'],
    ['f64', [gone], 'f64([])'],
    ['u8', [gone], 'u8([])'],
    ['array_of', [gone], '[]'],
    ['fill', [gone, 1], 'f64([])'],
    ['sum', [gone], '0'],
    ['copy_into', [gone, 0, gone], 'f64([])'],
    ['copy_into', [Float64Array.of(5), 0, gone], 'f64([5])'],
  ];
  for (const [name, args, expected] of calls) assert.is(text(name, ...args), expected, name);
  refuses('copy_into', [gone, 0, [1]], "'copy_into' cannot put 1 element at index 0 of a length of 0");
});

test.run();
