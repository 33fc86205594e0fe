/**
 * Buffers across the border: copied unless the host asks for sharing; what sharing means for writes, identity and memory; and
 * what becomes of a guest whose host takes the memory away.
 */

import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type HostArray,
  type HostBuffer,
  type HostInput,
  type HostValue,
  SharedBuffer,
  VM,
  type VmOptions,
} from '../../src/index';
import { assertFails, assertThrows, guest, onEngines } from './guests';

const program = guest(`
  let kept = null
  fn id(x) { x }
  fn text(x) { str(x) }
  fn keep(x) { kept = x; len(x) }
  fn get() { kept }
  fn is_kept(x) { x == kept }
  fn set(i, x) { kept[i] = x }
  fn at(i) { kept[i] }
  fn make(n) { kept = f64(n); kept }
  fn raise() { throw kept }
`);

function started(options: VmOptions = {}): VM {
  const vm = new VM(options);
  vm.run(program);
  return vm;
}

/** A typed array as its class and elements. */
const described = (value: HostValue | undefined): unknown =>
  ArrayBuffer.isView(value) ? [Object.getPrototypeOf(value).constructor.name, ...value] : value;

function asBuffer(value: HostValue | undefined): HostBuffer {
  assert.ok(ArrayBuffer.isView(value));
  return value as HostBuffer; // as just checked
}

const detach = (array: HostArray): void => {
  structuredClone(array, { transfer: [array.buffer as ArrayBuffer] }); // which is not shared between threads
};

// Copies

onEngines('typed arrays go in and come back as copies', (engine) => {
  const vm = started({ engine });
  const pairs: [HostArray, unknown[], string][] = [
    [Float64Array.of(1.5, -0, Number.NaN), ['Float64Array', 1.5, -0, Number.NaN], 'f64([1.5, 0, NaN])'],
    [Int32Array.of(-1, 2 ** 31), ['Int32Array', -1, -(2 ** 31)], 'i32([-1, -2147483648])'],
    [Uint8Array.of(255, 256), ['Uint8Array', 255, 0], 'u8([255, 0])'],
    [Uint8ClampedArray.of(255, 256), ['Uint8Array', 255, 255], 'u8([255, 255])'],
    [Buffer.from('hi'), ['Uint8Array', 104, 105], 'u8([104, 105])'],
    [new Float64Array(), ['Float64Array'], 'f64([])'],
  ];
  for (const [given, back, text] of pairs) {
    assert.equal(described(vm.call('id', given)), back);
    assert.is(vm.call('text', given), text);
  }
});

test('what goes in comes out equal, and is not shared', () => {
  const vm = started();
  const array = fc.oneof(
    fc.float64Array({ maxLength: 30 }),
    fc.int32Array({ maxLength: 30 }),
    fc.uint8Array({ maxLength: 30 }),
  );
  fc.assert(
    fc.property(array, fc.nat({ max: 10 }), (made, from) => {
      const given = made.subarray(Math.min(from, made.length)) as HostBuffer; // of the same class
      const before = [...given];
      vm.call('keep', given);
      given.fill(7);
      const back = asBuffer(vm.call('get'));
      assert.equal([...back], before);
      back.fill(8);
      assert.equal([...asBuffer(vm.getGlobal('kept'))], before);
      assert.is.not(back.buffer, given.buffer);
    }),
  );
});

onEngines('what is the same in a collection is so in the copy', (engine) => {
  const vm = started({ engine });
  const one = Float64Array.of(1);
  const [a, b] = vm.call('id', [one, one, Float64Array.of(1)]) as HostValue[]; // the program says so
  assert.is(a, b);
  const [c, d] = vm.call('id', [one, Float64Array.of(1)]) as HostValue[]; // as above
  assert.is.not(c, d);
});

const refused: [string, unknown, string][] = [
  ['a Float32Array', new Float32Array(1), 'a Float32Array cannot'],
  ['a Uint16Array', new Uint16Array(1), 'a Uint16Array cannot'],
  ['a BigInt64Array', new BigInt64Array(1), 'a BigInt64Array cannot'],
  ['a DataView', new DataView(new ArrayBuffer(1)), 'a DataView cannot'],
];
for (const [title, value, reason] of refused) {
  test(`${title} is refused`, () => {
    const message = `${reason} be given to a guest, which has Float64Array, Int32Array and Uint8Array only`;
    assertThrows(() => started().call('id', value as HostInput), TypeError, message);
    assertThrows(() => new SharedBuffer(value as HostArray), TypeError, message);
  });
}

test('an ArrayBuffer is refused, and so is what is no typed array', () => {
  const message = 'an object of class ArrayBuffer cannot be given to a guest, other than as a handle';
  assertThrows(() => started().call('id', new ArrayBuffer(1) as unknown as HostInput), TypeError, message);
  const none = 'only a typed array can be shared with a guest';
  assertThrows(() => new SharedBuffer([1] as unknown as HostArray), TypeError, none);
  assertThrows(() => new SharedBuffer(new Proxy(new Uint8Array(1), {})), TypeError, none);
  assertThrows(() => new SharedBuffer(new ArrayBuffer(1) as unknown as HostArray), TypeError, none);
});

// Sharing what is the host's

onEngines('a SharedBuffer is not copied: each sees what the other writes', (engine) => {
  const vm = started({ engine });
  const samples = Float64Array.of(1, 2, 3);
  const shared = new SharedBuffer(samples);
  assert.is(shared.array, samples);
  assert.is(vm.call('keep', shared), 3);
  samples[0] = 10;
  assert.is(vm.call('at', 0), 10);
  vm.call('set', 1, 20);
  assert.equal([...samples], [10, 20, 3]);
});

onEngines(
  'it is shared in collections, as a global, and as the result of a host function',
  async (engine) => {
    const pixels = new Uint8ClampedArray(2);
    const functions = {
      pixels: () => new SharedBuffer(pixels),
      later: async () => new SharedBuffer(pixels),
    };
    const vm = new VM({ engine, functions });
    const source = `given["p"][0] = 1
    pixels()[0] += 10
    later()[0] += 100
    given["p"][1] = 300
    [given["p"] == pixels(), given["p"] == later()]`;
    const globals = { given: { p: new SharedBuffer(pixels) } };
    const { value } = await vm.start(guest(source, { functions, globals }), { globals }).finish();
    assert.equal(value, [true, true]);
    // The guest's buffer is a u8, and wraps.
    assert.equal([...pixels], [111, 44]);
  },
);

onEngines('part of a memory is that part', (engine) => {
  const vm = started({ engine });
  const whole = Int32Array.of(1, 2, 3, 4, 5);
  vm.call('keep', new SharedBuffer(whole.subarray(1, 4)));
  assert.is(vm.call('text', 0), '0');
  vm.call('set', 0, 20);
  assert.equal([vm.call('at', 2), vm.call('at', 3), vm.call('at', -1)], [4, null, null]);
  assertFails(() => vm.call('set', 3, 0), 'bad index', 'index 3 is outside a buffer of length 3');
  assert.equal([...whole], [1, 20, 3, 4, 5]);
});

onEngines('memory that is shared between threads can be shared with a guest', (engine) => {
  const vm = started({ engine });
  const words = new Int32Array(new SharedArrayBuffer(8));
  vm.call('keep', new SharedBuffer(words));
  vm.call('set', 1, 5);
  assert.is(Atomics.load(words, 1), 5);
  assert.equal(described(vm.call('get')), ['Int32Array', 0, 5]);
});

onEngines('two VMs share what the host shares with both', (engine) => {
  const [one, two] = [started({ engine }), started({ engine })];
  const shared = new SharedBuffer(new Float64Array(1));
  one.call('keep', shared);
  two.call('keep', shared);
  one.call('set', 0, 5);
  assert.is(two.call('at', 0), 5);
});

// Sharing what is the guest's

onEngines("the host gets a guest's buffers without copying where it says so", (engine) => {
  const vm = started({ engine });
  vm.call('make', 3);
  const view = asBuffer(vm.getGlobal('kept', { buffers: 'share' }));
  assert.instance(view, Float64Array);
  view[1] = 5;
  assert.is(vm.call('at', 1), 5);
  vm.call('set', 2, 6);
  assert.equal([...view], [0, 5, 6]);
  assert.is(vm.getGlobal('kept', { buffers: 'share' }), view, 'the same array each time');
  assert.is.not(asBuffer(vm.getGlobal('kept')).buffer, view.buffer);
});

onEngines("by the VM's option everything that comes out shares its memory", (engine) => {
  const seen: HostValue[] = [];
  const functions = { look: (x: HostValue) => void seen.push(x) };
  const vm = new VM({ engine, buffers: 'share', functions });
  const made = guest('let b = f64(1)\nfn get() { b }\nfn raise() { throw [b] }\nlook(b)\n[b]', { functions });
  const { value } = vm.run(made);
  const views = [(value as HostValue[])[0], vm.call('get'), seen[0], vm.getGlobal('b')];
  try {
    vm.call('raise');
  } catch (error) {
    views.push((error as { value: HostValue[] }).value[0]);
  }
  assert.is(views.length, 5);
  for (const view of views) assert.is(view, views[0]);
  asBuffer(views[0])[0] = 7;
  const copy = asBuffer(vm.getGlobal('b', { buffers: 'copy' }));
  assert.is(copy[0], 7);
  assert.is.not(copy.buffer, asBuffer(views[0]).buffer);
});

onEngines('a host function can ask for it alone', (engine) => {
  const functions = {
    negate: {
      buffers: 'share' as const,
      run: (xs: HostValue) => {
        const array = asBuffer(xs);
        for (let i = 0; i < array.length; i++) array[i] = -array[i]!;
      },
    },
    spoil: (xs: HostValue) => void asBuffer(xs).fill(99),
  };
  const vm = new VM({ engine, functions });
  const source = 'let b = f64([1, 2])\nnegate(b)\nspoil(b)\nstr(b)';
  assert.is(vm.run(guest(source, { functions })).value, 'f64([-1, -2])');
});

onEngines('what came out shared is the same buffer when the host shares it back', (engine) => {
  const vm = started({ engine });
  vm.call('make', 2);
  const view = asBuffer(vm.getGlobal('kept', { buffers: 'share' }));
  assert.is(vm.call('is_kept', new SharedBuffer(view)), true);
  assert.is(vm.call('is_kept', view), false, 'it is a copy');
  const given = new SharedBuffer(Int32Array.of(1));
  vm.call('keep', given);
  assert.is(vm.call('is_kept', given), true);
  assert.is(vm.call('is_kept', new SharedBuffer(given.array)), true);
  const back = asBuffer(vm.getGlobal('kept', { buffers: 'share' }));
  assert.is(back.buffer, given.array.buffer);
  assert.is(vm.call('is_kept', new SharedBuffer(back)), true);
});

onEngines("guest and host never hold the same object, so the host's properties are its own", (engine) => {
  const vm = started({ engine });
  vm.call('make', 2);
  const view = asBuffer(vm.getGlobal('kept', { buffers: 'share' }));
  Object.defineProperty(view, 'length', { value: 1e9 });
  Object.setPrototypeOf(view, null);
  assert.is(vm.call('at', 2), null);
  assertFails(() => vm.call('set', 2, 1), 'bad index', 'index 2 is outside a buffer of length 2');
  const given = Float64Array.of(1, 2);
  vm.call('keep', new SharedBuffer(given));
  Object.defineProperty(given, 'length', { value: 1e9 });
  Object.defineProperty(given, 'fill', { value: () => 1 });
  assert.equal([vm.call('at', 1), vm.call('at', 2)], [2, null]);
});

// Memory that goes away

onEngines('a guest whose host takes the memory away has an empty buffer', (engine) => {
  const vm = started({ engine });
  const takes: (() => void)[] = [
    () => {
      const samples = Float64Array.of(1, 2);
      vm.call('keep', new SharedBuffer(samples));
      detach(samples);
    },
    () => {
      vm.call('make', 2);
      detach(asBuffer(vm.getGlobal('kept', { buffers: 'share' })));
    },
  ];
  for (const take of takes) {
    take();
    assert.is(vm.call('at', 0), null);
    assertFails(() => vm.call('set', 0, 1), 'bad index', 'index 0 is outside a buffer of length 0');
    assert.equal(described(vm.call('get')), ['Float64Array']);
    assert.is(asBuffer(vm.getGlobal('kept', { buffers: 'share' })).length, 0);
    assertFails(() => vm.call('raise'), 'thrown value', 'f64([])');
  }
});

onEngines('also while it walks the buffer', (engine) => {
  const samples = Float64Array.of(1, 2, 3);
  const functions = { take: () => detach(samples), samples: () => new SharedBuffer(samples) };
  const vm = new VM({ engine, functions });
  const source = `let b = samples()
    let seen = []
    for (x in b) { append(seen, x); if (x == 2) { take() } }
    let mapped = map(u8(0), len)
    [seen, len(b), map([0, 1], fn(i) { b[i] }), str(b), b[0]]`;
  const { value } = vm.run(guest(source, { functions }));
  assert.equal(value, [[1, 2], 0, [null, null], 'f64([])', null]);
});

onEngines('a function that is called for each element may take the memory away', (engine) => {
  const samples = Float64Array.of(1, 2, 3);
  const functions = { take: () => detach(samples), samples: () => new SharedBuffer(samples) };
  const vm = new VM({ engine, functions });
  const { value } = vm.run(guest('map(samples(), fn(x) { if (x == 1) { take() }; x })', { functions }));
  assert.equal(value, [1, null, null]);
});

test('what has no memory any more is refused', () => {
  const vm = started();
  const samples = Float64Array.of(1);
  const shared = new SharedBuffer(samples);
  vm.call('keep', shared);
  detach(samples);
  const message = 'a typed array without its memory cannot be given to a guest';
  assertThrows(() => vm.call('id', samples), TypeError, message);
  assertThrows(() => vm.call('id', shared), TypeError, message);
});

interface Resizable extends ArrayBuffer {
  resize(length: number): void;
}

onEngines('memory that shrinks and grows: the guest sees no more than it was given', (engine) => {
  const memory: Resizable = Reflect.construct(ArrayBuffer, [16, { maxByteLength: 64 }]);
  const vm = started({ engine });
  const bytes = new Uint8Array(memory).fill(1);
  const shared = new SharedBuffer(bytes);
  assert.is(vm.call('keep', shared), 16);
  memory.resize(32);
  assert.equal([vm.call('at', 15), vm.call('at', 16)], [1, null]);
  memory.resize(8);
  assert.is(vm.call('at', 0), null, 'it has fallen out of its memory');
  memory.resize(16);
  assert.equal([vm.call('at', 0), vm.call('at', 15)], [1, 0]);
  memory.resize(32);
  assert.is(vm.call('is_kept', shared), false, 'given again it is as long as it is now');
  assert.is(vm.call('keep', shared), 32);
});

// Limits

onEngines('copies are charged to the memory of the VM, what the host shares is not', (engine) => {
  const vm = started({ engine, maxMemory: 100_000 });
  const large = new Float64Array(100_000);
  assertFails(() => vm.call('id', large), 'out of memory');
  assert.is(vm.call('keep', new SharedBuffer(large)), 100_000);
  // A census finds it as well.
  const churn = guest('let n = 0\nwhile (n < 100) { array(1000, 0); n += 1 }\nlen(given)', {
    globals: ['given'],
  });
  assert.is(vm.run(churn, { globals: { given: new SharedBuffer(large) } }).value, 100_000);
});

onEngines("a guest's own buffer counts as long as the guest holds it, shared or not", (engine) => {
  const vm = started({ engine, maxMemory: 100_000 });
  vm.call('make', 10_000);
  const view = asBuffer(vm.getGlobal('kept', { buffers: 'share' }));
  assertFails(() => vm.call('make', 10_000), 'out of memory');
  vm.setGlobal('kept', null);
  vm.call('make', 10_000);
  assert.is(view.length, 10_000, 'the host keeps what it was given');
  const other = started({ engine, maxMemory: 50_000 });
  assertFails(() => other.call('keep', new SharedBuffer(view)), 'out of memory');
});

test('a buffer that the host has no room for is out of memory', () => {
  const limits = { maxMemory: Number.POSITIVE_INFINITY };
  const { Float64Array: original } = globalThis;
  globalThis.Float64Array = class {
    constructor() {
      throw new RangeError('Array buffer allocation failed');
    }
  } as never; // only its constructor is called
  try {
    assertFails(
      () => new VM(limits).run(guest('f64(10)')),
      'out of memory',
      'the host has no room for a buffer',
    );
  } finally {
    globalThis.Float64Array = original;
  }
});

onEngines('copying costs fuel, a unit for 16 elements', (engine) => {
  const functions = {
    take: (_: HostValue) => null,
    give: () => new Uint8Array(1600),
    give_none: () => new Uint8Array(0),
  };
  const fuelOf = (source: string, options: VmOptions = {}): number => {
    const vm = new VM({ engine, functions, ...options });
    vm.run(guest(source, { functions }));
    return vm.fuelUsed;
  };
  const source = (n: number): string => `take(u8(${n}))`;
  assert.is(fuelOf(source(1600)) - fuelOf(source(16)), 2 * 99, 'making and copying');
  const shared = { buffers: 'share' } as const;
  assert.is(fuelOf(source(1600), shared) - fuelOf(source(16), shared), 99, 'making');
  assert.is(fuelOf('give()') - fuelOf('give_none()'), 100);
});

test('there is no third way of crossing', () => {
  const message = "the option 'buffers' must be 'copy' or 'share', not borrow";
  const buffers = 'borrow' as never; // which is what is tested
  assertThrows(() => new VM({ buffers }), RangeError, message);
  assertThrows(() => new VM({ functions: { f: { run: () => 1, buffers } } }), RangeError, message);
  assertThrows(() => started().getGlobal('kept', { buffers }), RangeError, message);
});

test.run();
