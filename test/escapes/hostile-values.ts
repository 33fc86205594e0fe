/**
 * What a careless or unlucky host may give to a guest: for each thing, its text where it becomes a guest's value, or the
 * reason why it is refused. A counter tells whether code that hangs on the thing was run though it must not be.
 */

// biome-ignore-all lint/suspicious/noThenProperty: thenables are among what is tried

import { GuestErrorInfo } from '../../src/host-value';
import { Handle, SharedBuffer } from '../../src/index';

export interface HostileValue {
  readonly make: () => unknown;
  /** The guest's text of it, or part of the host's refusal. */
  readonly becomes: { readonly text: string } | { readonly refused: string };
}

/** Calls of code that must never be called: getters, `then`, `toString`, `toJSON` and their like. */
export const trap = {
  calls: 0,
  spring: (): never => {
    trap.calls++;
    throw new Error('code of a value was called');
  },
};

const is = (text: string, make: () => unknown): HostileValue => ({ make, becomes: { text } });
const refused = (reason: string, make: () => unknown): HostileValue => ({
  make,
  becomes: { refused: reason },
});

class Account {
  readonly owner = 'host';
  reveal(): string {
    return this.owner;
  }
}

function withProperty(target: object, name: PropertyKey, property: PropertyDescriptor): object {
  // In a polluted host, a descriptor must not inherit.
  const own = { __proto__: null, enumerable: true, configurable: true, ...property };
  return Object.defineProperty(target, name, own);
}

function revoked(target: object): unknown {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function argumentsOf(..._values: unknown[]): unknown {
  // biome-ignore lint/complexity/noArguments: the object itself is what is wanted
  return arguments;
}

/** An array with a property of every name that reaches a prototype where one is looked up. */
const decorated = (items: unknown[]): unknown =>
  Object.assign(items, {
    constructor: Function,
    secret: process,
    then: trap.spring,
    '-1': 'before',
    '1.5': 'between',
  });

function cyclic(): unknown {
  const array: unknown[] = [];
  array.push(array, new Map([['self', array]]));
  return array;
}

/** A typed array that says otherwise of itself by every name there is. */
function lying(array: Uint8Array): object {
  const names = [
    'length',
    'byteLength',
    'byteOffset',
    'buffer',
    'constructor',
    'set',
    'slice',
    'subarray',
    'fill',
  ];
  for (const name of [...names, Symbol.iterator, Symbol.toStringTag]) {
    withProperty(array, name, { get: trap.spring });
  }
  return array;
}

/** A typed array whose memory is elsewhere now. */
function detached<T extends Float64Array>(array: T): T {
  structuredClone(array, { transfer: [array.buffer as ArrayBuffer] }); // which is not shared
  return array;
}

/** What is made of eight bytes of memory that are two afterwards. */
function shrunk(make: (memory: ArrayBuffer) => unknown): unknown {
  const options = { maxByteLength: 8 };
  const memory: ArrayBuffer & { resize?(length: number): void } = Reflect.construct(ArrayBuffer, [
    8,
    options,
  ]);
  const made = make(memory);
  memory.resize?.(2);
  return made;
}

export const hostileValues: Readonly<Record<string, HostileValue>> = {
  // Functions and constructors
  'a function': refused('a function cannot', () => trap.spring),
  'the Function constructor': refused('a function cannot', () => Function),
  'a class': refused('a function cannot', () => Account),
  'a bound function': refused('a function cannot', () => trap.spring.bind(null)),
  'a proxy of a function': refused('a function cannot', () => new Proxy(() => 1, {})),
  'an async function': refused('a function cannot', () => async () => 1),
  'a function in an array': refused('a function cannot', () => [1, [Function]]),
  'a function in a map': refused('a function cannot', () => new Map([['f', Function]])),
  'a function in an object': refused('a function cannot', () => ({ constructor: Function })),

  // Other primitives
  'a symbol': refused('a symbol cannot', () => Symbol.iterator),
  'a bigint': refused('a bigint cannot', () => 10n),
  undefined: is('null', () => undefined),
  'undefined in an array': is('[null, 1]', () => [undefined, 1]),
  'undefined in an object': is('{"a": null}', () => ({ a: undefined })),
  'minus zero': is('[0, 0]', () => [-0, 0]),
  NaN: is('NaN', () => Number.NaN),

  // Objects of classes
  globalThis: refused('an object of class', () => globalThis),
  process: refused('an object of class', () => process),
  'a class instance': refused('class Account', () => new Account()),
  'a date': refused('class Date', () => new Date(0)),
  'a regular expression': refused('class RegExp', () => /x/g),
  'an error': refused('class Error', () => new Error('secret')),
  'a set': refused('class Set', () => new Set([1])),
  'a weak map': refused('class WeakMap', () => new WeakMap()),
  memory: refused('class ArrayBuffer', () => new ArrayBuffer(2)),
  'shared memory': refused('class SharedArrayBuffer', () => new SharedArrayBuffer(2)),
  'a string object': refused('class String', () => new String('text')),
  'a number object': refused('class Number', () => new Number(1)),
  'a generator': refused('an object of class', () => (function* () {})()),
  'an object that inherits from a plain one': refused('an object of class', () => Object.create({ a: 1 })),
  'an object that inherits from a function': refused('an object of class', () => Object.create(Function)),
  'a false map': refused('', () => Object.create(Map.prototype)),
  'a false array': refused('class Array', () => Object.create(Array.prototype)),
  'a false promise': refused('', () => Object.create(Promise.prototype)),
  'a false handle': refused('class Handle', () => Object.create(Handle.prototype)),
  'an array that says it is a handle': is('[1]', () => Object.setPrototypeOf([1], Handle.prototype)),
  'an array that says it is a map': is('[1]', () => Object.setPrototypeOf([1], Map.prototype)),
  'a forged error whose message is an object': refused('a forged error', () =>
    Reflect.construct(GuestErrorInfo, ['type error', globalThis, []]),
  ),
  'a forged error of no kind': refused('a forged error', () =>
    Reflect.construct(GuestErrorInfo, [Function, 'a message', []]),
  ),
  'a forged error with objects for a trace': refused('a forged error', () =>
    Reflect.construct(GuestErrorInfo, ['type error', 'a message', [{ function: Function, file: Function }]]),
  ),
  'an error with a false trace': refused('', () => Object.create(GuestErrorInfo.prototype)),
  'an error of a guest': is('type error: a message', () => new GuestErrorInfo('type error', 'a message', [])),
  'an object without a name for its class': refused('an object of class', () =>
    Object.create(withProperty({}, 'constructor', { get: trap.spring })),
  ),
  'an object whose class has an odd name': refused('an object of class', () =>
    Object.create({ constructor: withProperty(() => 1, 'name', { value: { toString: trap.spring } }) }),
  ),

  // Typed arrays
  'typed arrays': is('[f64([1.5]), i32([-1]), u8([255])]', () => [
    Float64Array.of(1.5),
    Int32Array.of(-1),
    Uint8Array.of(255),
  ]),
  'a clamped array': is('u8([255])', () => Uint8ClampedArray.of(300)),
  'a typed array of another kind': refused('a Float32Array cannot', () => new Float32Array(1)),
  'a typed array of bigints': refused('a BigInt64Array cannot', () => new BigInt64Array(1)),
  'a view of memory': refused('a DataView cannot', () => new DataView(new ArrayBuffer(8))),
  'a buffer of Node': is('u8([104, 105])', () => Buffer.from('hi')),
  'a typed array of a subclass': is('f64([1, 2])', () =>
    class extends Float64Array {
      override get length(): number {
        return trap.spring();
      }
      override set = trap.spring;
      override slice = trap.spring;
      override [Symbol.iterator] = trap.spring;
    }.of(1, 2),
  ),
  'a typed array whose properties lie': is('u8([1, 2])', () => lying(Uint8Array.of(1, 2))),
  'a typed array with another prototype': is('i32([3])', () =>
    Object.setPrototypeOf(Int32Array.of(3), {
      get length() {
        return trap.spring();
      },
    }),
  ),
  'a typed array without a prototype': is('i32([3])', () => Object.setPrototypeOf(Int32Array.of(3), null)),
  'a false typed array': refused('class Uint8Array', () => Object.create(Uint8Array.prototype)),
  'a proxy of a typed array': refused('class Uint8Array', () => new Proxy(new Uint8Array(2), {})),
  'Uint8Array.prototype': refused('an object of class', () => Uint8Array.prototype),
  'a part of a typed array': is('i32([2, 3])', () => Int32Array.of(1, 2, 3, 4).subarray(1, 3)),
  'a typed array without its memory': refused('without its memory', () => detached(Float64Array.of(1))),
  'a typed array over shared memory': is('u8([0, 0])', () => new Uint8Array(new SharedArrayBuffer(2))),
  'a typed array over memory that has shrunk': is('u8([0, 0])', () =>
    shrunk((memory) => new Uint8Array(memory)),
  ),
  'a typed array that its memory is too short for': is('u8([])', () =>
    shrunk((memory) => new Uint8Array(memory, 0, 8)),
  ),
  'a shared typed array': is('[f64([1]), f64([1])]', () => {
    const shared = new SharedBuffer(Float64Array.of(1));
    return [shared, shared];
  }),
  'a shared typed array whose properties lie': is(
    'u8([1, 2])',
    () => new SharedBuffer(lying(Uint8Array.of(1, 2)) as Uint8Array), // which it is
  ),
  'a shared buffer of Node': is('u8([104, 105])', () => new SharedBuffer(Buffer.from('hi'))),
  'a shared typed array without its memory': refused(
    'without its memory',
    () => new SharedBuffer(detached(Float64Array.of(1))),
  ),
  'a shared typed array over memory that has shrunk': is('u8([0, 0])', () =>
    shrunk((memory) => new SharedBuffer(new Uint8Array(memory))),
  ),
  'a false shared typed array': refused('class SharedBuffer', () => Object.create(SharedBuffer.prototype)),
  'a proxy of a shared typed array': refused(
    'class SharedBuffer',
    () => new Proxy(new SharedBuffer(new Uint8Array(1)), {}),
  ),

  // Prototypes
  'Object.prototype': is('{}', () => Object.prototype),
  'Array.prototype': is('[]', () => Array.prototype),
  'Map.prototype': is('{}', () => Map.prototype),
  'Function.prototype': refused('a function cannot', () => Function.prototype),
  'the Math object': is('{}', () => Math),

  // Plain objects
  'an object with the key __proto__': is('{"__proto__": {"a": 1}}', () =>
    JSON.parse('{"__proto__": {"a": 1}}'),
  ),
  'an object with a prototype of its own': refused('an object of class', () => ({ __proto__: { a: 1 } })),
  'an object with poisoned names': is(
    '{"constructor": 1, "prototype": 2, "toString": 3, "length": 4}',
    () => ({
      constructor: 1,
      prototype: 2,
      toString: 3,
      length: 4,
    }),
  ),
  'an object without a prototype': is('{"toString": 1}', () =>
    Object.assign(Object.create(null), { toString: 1 }),
  ),
  'an object with symbols as keys': is('{"a": 1}', () => ({ a: 1, [Symbol.toPrimitive]: trap.spring })),
  'an object with hidden properties': is('{"a": 1}', () =>
    withProperty({ a: 1 }, 'hidden', { value: trap.spring, enumerable: false }),
  ),
  'a getter': refused("'a' is a getter", () => withProperty({}, 'a', { get: trap.spring })),
  'a setter': refused("'a' is a getter", () => withProperty({}, 'a', { set: trap.spring })),
  'a hidden getter': is('{}', () => withProperty({}, 'a', { get: trap.spring, enumerable: false })),
  'a frozen object': is('{"a": [1]}', () => Object.freeze({ a: Object.freeze([1]) })),
  'the arguments of a function': is('{"0": 1, "1": 2}', () => argumentsOf(1, 2)),
  'a method toString': refused('a function cannot', () => ({ toString: trap.spring })),
  'a method valueOf': refused('a function cannot', () => [{ valueOf: trap.spring }]),
  'a method toJSON': refused('a function cannot', () => ({ toJSON: trap.spring })),
  'a tag of another class': is('{}', () => ({ [Symbol.toStringTag]: 'Map' })),

  // Thenables
  'a thenable': refused('a function cannot', () => ({ then: trap.spring })),
  'a thenable getter': refused("'then' is a getter", () => withProperty({}, 'then', { get: trap.spring })),
  'a thenable that is data': is('{"then": 1}', () => ({ then: 1 })),
  'a thenable array': is('[1]', () => Object.assign([1], { then: trap.spring })),
  'a thenable map': is('{}', () => Object.assign(new Map(), { then: trap.spring })),
  'a thenable of a class': refused(
    'an object of class',
    () =>
      new (class {
        then = trap.spring;
      })(),
  ),

  // Arrays
  holes: is('[null, 2, null]', () => Object.assign(new Array(3), { 1: 2 })),
  'extra properties of an array': is('[1, 2]', () => decorated([1, 2])),
  'inherited elements': is('[null, null]', () =>
    Object.setPrototypeOf(new Array(2), Object.assign(Object.create(Array.prototype), { 0: 'inherited' })),
  ),
  'a frozen array': is('[1]', () => Object.freeze([1])),
  'an element that cannot be written': is('[1]', () => withProperty([], 0, { value: 1, writable: false })),
  'an element with a getter': is('[7]', () => withProperty([], 0, { get: () => 7 })),
  'an element with a getter that gives a function': refused('a function cannot', () =>
    withProperty([], 0, { get: () => Function }),
  ),
  'an array of a subclass': is('[1]', () => class extends Array<unknown> {}.of(1)),
  'an array whose iterator lies': is('[1]', () => Object.assign([1], { [Symbol.iterator]: trap.spring })),
  'an array whose constructor lies': is('[1]', () =>
    Object.assign([1], { constructor: { [Symbol.species]: trap.spring } }),
  ),
  'an array within itself': is('[[...], {"self": [...]}]', cyclic),

  // Maps
  'poisoned keys': is(
    '{"__proto__": 1, "constructor": 2, "size": 3}',
    () =>
      new Map([
        ['__proto__', 1],
        ['constructor', 2],
        ['size', 3],
      ]),
  ),
  'keys that are numbers': is(
    '{NaN: 1, 0: 2, "0": 3}',
    () =>
      new Map<unknown, unknown>([
        [Number.NaN, 1],
        [-0, 2],
        ['0', 3],
      ]),
  ),
  'extra properties of a map': is('{}', () =>
    Object.assign(new Map(), { get: trap.spring, secret: process }),
  ),
  'a map of a subclass': is('{"a": 1}', () => new (class extends Map<unknown, unknown> {})([['a', 1]])),
  'a map whose iterator lies': is('{"a": 1}', () =>
    Object.assign(new Map([['a', 1]]), { [Symbol.iterator]: trap.spring, entries: trap.spring }),
  ),
  'a map whose size lies': is('{"a": 1}', () => withProperty(new Map([['a', 1]]), 'size', { value: -1e9 })),
  'an object as a key': refused('a object cannot be the key', () => new Map([[{}, 1]])),
  'a symbol as a key': refused('a symbol cannot', () => new Map([[Symbol.iterator, 1]])),
  'null as a key': refused('cannot be the key', () => new Map([[null, 1]])),
  'a function as a key': refused('a function cannot', () => new Map([[Function, 1]])),

  // Proxies
  'a proxy of an object': is('{"a": 1}', () => new Proxy({ a: 1 }, {})),
  'a proxy of an array': is('[1]', () => new Proxy([1], {})),
  'a proxy of a map': refused('', () => new Proxy(new Map(), {})),
  'a proxy of a promise': refused('', () => new Proxy(Promise.resolve(1), {})),
  'a proxy of a handle': refused('class Handle', () => new Proxy(new Handle(1), {})),
  'a revoked proxy of an object': refused('', () => revoked({})),
  'a revoked proxy of an array': refused('', () => revoked([])),
  'a proxy that says it is a handle': is(
    '[1]',
    () => new Proxy([1], { getPrototypeOf: () => Handle.prototype }),
  ),
  'a proxy that gives a function for each element': refused(
    'a function cannot',
    () => new Proxy([1], { get: (target, name) => (name === '0' ? Function : Reflect.get(target, name)) }),
  ),
  'a proxy of an array whose length lies': refused(
    'no length',
    () =>
      new Proxy([1], { get: (target, name) => (name === 'length' ? Number.NaN : Reflect.get(target, name)) }),
  ),
  'a proxy of an object that traps': refused(
    '',
    () =>
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('trapped');
          },
        },
      ),
  ),

  // Handles
  'a handle': is('<handle>', () => new Handle(process)),
  'handles in collections': is('[<handle>, {"h": <handle>}]', () => [
    new Handle(Function),
    { h: new Handle(globalThis) },
  ]),
};
