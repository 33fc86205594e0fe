/**
 * The detector itself: it must find every kind of thing that is not of the domain, however deep, and pass all that is.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { GuestClass, GuestFunction, GuestInstance, Handle, SharedBuffer } from '../../src/index';
import { ErrorValue, ObjectError } from '../../src/runtime/errors';
import { Instance, newInstance } from '../../src/runtime/instances';
import type { LinkedClass } from '../../src/runtime/linked';
import { ClassValue, noShape, Shape, ShapeTable } from '../../src/runtime/objects';
import { Box, HostFunction, type Value } from '../../src/runtime/value';
import { Escape, GuestWalk, HostWalk } from './domain';

const sparse = new Array<unknown>(2);
const fake = (prototype: object): unknown => Object.create(prototype);
const withGetter = Object.defineProperty([], 0, { get: () => 1, enumerable: true });

const pointFields = new Shape(['x'], new Map());
const staticFields = new Shape(['x'], new Map(), [], 'values');
const definition: LinkedClass = {
  name: 'Point',
  methodNames: [],
  memberCount: 1,
  methods: [],
  shape: noShape,
  shapes: new ShapeTable(['x'], [], [], () => false),
};
/** A class as the machine makes it, with parts of it replaced. */
const pointClass = (instances = pointFields, statics = noShape): ClassValue =>
  new ClassValue(
    { ...definition, shape: statics },
    statics,
    new Array<Value>(statics.size).fill(null),
    instances,
    [],
    null,
  );

const point = (x: unknown, instances = pointFields): Instance => {
  const made = newInstance(pointClass(instances));
  made.setFieldAt(instances.fields.get('x')!, x as Value);
  return made;
};
const manyFields = Array.from({ length: 10 }, (_, i) => (i === 9 ? 'x' : `y${i}`));

/** What neither side may ever see. */
const foreign: Readonly<Record<string, unknown>> = {
  undefined,
  'a symbol': Symbol.iterator,
  'a bigint': 1n,
  'a function': () => 1,
  'the Function constructor': Function,
  'a plain object': {},
  'Object.prototype': Object.prototype,
  'Array.prototype': Array.prototype,
  'Map.prototype': Map.prototype,
  globalThis,
  'an instance': new Date(0),
  'an error': new Error('secret'),
  'a promise': Promise.resolve(1),
  'a proxy': new Proxy([], {}),
  'a proxy of a map': new Proxy(new Map(), {}),
  'an array with a hole': sparse,
  'an array with a property': Object.assign([1], { secret: 1 }),
  'an array with a getter': withGetter,
  'a frozen array': Object.freeze([1]),
  'an array of a subclass': class extends Array<unknown> {}.of(1),
  'a map with a property': Object.assign(new Map(), { secret: 1 }),
  'a map with an object for a key': new Map([[{}, 1]]),
  'a map of a subclass': new (class extends Map<unknown, unknown> {})(),
  'a handle with a property': Object.assign(new Handle(1), { secret: 1 }),
  'a false handle': fake(Handle.prototype),
  'a false map': fake(Map.prototype),
  'a false buffer': fake(Uint8Array.prototype),
  'a proxy of a buffer': new Proxy(new Uint8Array(1), {}),
  'a buffer with a property': Object.assign(new Float64Array(1), { secret: 1 }),
  'a buffer with a length of its own': Object.defineProperty(new Int32Array(1), 'length', { value: 9 }),
  'a buffer of a subclass': Buffer.alloc(1),
  'a buffer of another kind': new Float32Array(1),
  'the memory of a buffer': new ArrayBuffer(8),
  'a view of memory': new DataView(new ArrayBuffer(8)),
  'what the host shares a buffer in': new SharedBuffer(new Uint8Array(1)),
};

/** What only the guest's side may not see. */
const foreignToGuests: Readonly<Record<string, unknown>> = {
  "the host's view of a function": new GuestFunction('f'),
  'a box of an object': new Box({} as never),
  'an error that holds an object': new ErrorValue('thrown value', '', {} as never),
  'an error whose message is an object': new ErrorValue('type error', {} as never),
  'an error of no kind': new ErrorValue('constructor' as never, ''),
  "a function of the host's own": new HostFunction('Function', 1, 1, Function as never),
  "the host's view of an instance": new GuestInstance('Point'),
  "the host's view of a class": new GuestClass('Point'),
  'an instance that holds an object': point({}),
  'an instance of many fields that holds an object': point({}, new Shape(manyFields, new Map())),
  'an instance that holds an object in an array': point({}, staticFields),
  'an instance with a field too many': Object.assign(point(1), { f1: 2 }),
  'an instance with an element too many': Object.assign(point(1, staticFields), { more: [1, 2] }),
  'an instance with a property': Object.assign(point(1), { secret: 1 }),
  'a false instance': fake(Instance.prototype),
  'a class whose fields share a place': pointClass(
    Object.assign(new Shape(['x', 'y'], new Map()), {
      fields: new Map([
        ['x', 0],
        ['y', 0],
      ]),
    }),
  ),
  'a class with the place of a method that it has not': pointClass(new Shape([], new Map([['f', 0]]))),
  'a class whose field is named by an object': pointClass(new Shape([{} as never], new Map())),
  'an error about an object that holds one': Object.assign(new ObjectError('type error', ''), {
    thrown: {} as never,
  }),
};

/** What only the host's side may not see. */
const foreignToHosts: Readonly<Record<string, unknown>> = {
  'a box': new Box(null),
  'an error value': new ErrorValue('type error', ''),
  'a host function': new HostFunction('f', 0, 0, () => null),
  'an instance of the guest': point(1),
  'a class of the guest': pointClass(),
  'a view of an instance that can be changed': Object.assign(fake(GuestInstance.prototype) as object, {
    className: 'Point',
  }),
};

const places: Readonly<Record<string, (value: unknown) => unknown>> = {
  alone: (value) => value,
  'in an array': (value) => [1, [value]],
  'in a map': (value) => new Map([['key', new Map([['key', value]])]]),
};

function refuses(
  walk: () => GuestWalk | HostWalk,
  side: string,
  values: Readonly<Record<string, unknown>>,
): void {
  for (const [name, value] of Object.entries(values)) {
    for (const [place, put] of Object.entries(places)) {
      test(`${name} ${place}, as a ${side}'s`, () => {
        assert.throws(
          () => walk().check('the value', put(value)),
          (error: unknown) => error instanceof Escape,
        );
      });
    }
  }
}

refuses(() => new GuestWalk(), 'guest', { ...foreign, ...foreignToGuests });
refuses(() => new HostWalk(), 'host', { ...foreign, ...foreignToHosts });

test('what is of the domain passes', () => {
  const cyclic: unknown[] = [null, true, 1, -0, Number.NaN, 'text', new Handle(Function)];
  cyclic.push(new Float64Array(2), new Int32Array([1]), new Uint8Array());
  cyclic.push(
    cyclic,
    new Map<unknown, unknown>([
      ['__proto__', cyclic],
      [1, []],
      [true, new Map()],
    ]),
  );
  new GuestWalk().check('the value', [
    cyclic,
    new Box(cyclic as Value),
    new Box(undefined),
    new ErrorValue('type error', ''),
    new ObjectError('unknown member', ''),
    point(1),
    point(1, new Shape(manyFields, new Map())),
    point(1, staticFields),
    pointClass(pointFields, staticFields),
  ]);
  new HostWalk().check('the value', [
    cyclic,
    new GuestFunction('f'),
    new GuestInstance('A'),
    new GuestClass('A'),
  ]);
});

test.run();
