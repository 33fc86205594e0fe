/**
 * Guest values of every kind, the odd ones above all: what a seed chooses, also boxes, handles, errors, classes and their
 * instances, and collections that hold themselves.
 */

import { builtinFunctions } from '../../src/runtime/builtins';
import { type ErrorKind, ErrorValue, errorKinds } from '../../src/runtime/errors';
import { newInstance } from '../../src/runtime/instances';
import type { LinkedModule } from '../../src/runtime/linked';
import { ClassValue, noShape } from '../../src/runtime/objects';
import { Box, Closure, Handle, type Key, type Value } from '../../src/runtime/value';
import type { Choose } from '../bytecode/arbitrary-module';

const numbers: readonly number[] = [
  ...[0, -0, 1, -1, 2, 3, 7, 0.5, -0.5, 1.5, 100, 255, 65535, 65536, 1e21, 1e300, -1e300, 5e-324],
  ...[2 ** 31, -(2 ** 31), 2 ** 32 - 1, 2 ** 32, 2 ** 53, -(2 ** 53), 2 ** 53 + 2, Number.MAX_VALUE],
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
];

const names: readonly string[] = [
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'valueOf',
    'length',
    'then',
    'size',
    'get',
    'caller',
  ],
  ...[
    'callee',
    'arguments',
    'kind',
    'message',
    'trace',
    'cause',
    'thrown',
    'target',
    'hasOwnProperty',
    'toJSON',
  ],
];

const texts: readonly string[] = [
  ...[
    '',
    ' ',
    'a',
    'ab',
    'text',
    '0',
    '-1',
    '1.5',
    '1e3',
    'NaN',
    '-0',
    '0x1F',
    'null',
    'true',
    '[object Object]',
  ],
  ...[
    '$&',
    '$1',
    "$`$'",
    '$$',
    '.*',
    '(',
    '[a',
    '\\',
    '\n',
    '\0',
    '\u2028',
    'ß',
    'İ',
    '😀',
    '\ud800',
    '\udc00',
  ],
  ...[
    '{}',
    '{',
    '}',
    '{{',
    '{}{}',
    '{:5}',
    '{:05.2}',
    '{:^9}',
    '{:.100}',
    '{:.101}',
    '{:999999999}',
    '{0}',
    '{__proto__}',
  ],
  ...['{"__proto__": {"a": 1}}', 'x'.repeat(300), '{}'.repeat(50), '\u0130'.repeat(40)],
];

const pick = <T>(choose: Choose, list: readonly T[]): T => list[choose(list.length)]!;

function keyOf(choose: Choose): Key {
  if (choose(3) === 0) return pick(choose, numbers);
  if (choose(8) === 0) return choose(2) === 0;
  return pick(choose, choose(2) === 0 ? names : texts);
}

/** Values for one program, whose functions are among them. */
export class GuestValues {
  /** Collections made so far, for others to hold: so some hold themselves. */
  private readonly collections: Value[] = [];
  private readonly hostFunctions = [...builtinFunctions.values()];
  /** Of the module's definitions, each extending the one before. */
  private readonly classes: ClassValue[] = [];

  constructor(
    private readonly choose: Choose,
    private readonly module: LinkedModule,
  ) {
    for (const definition of module.classes) {
      const above = this.classes.at(-1) ?? null;
      const shape = definition.shapes.above(above?.instances ?? noShape);
      const methods = above?.methods.slice() ?? [];
      definition.methodNames.forEach((name, i) => {
        methods[shape.methods.get(name)!] = new Closure(definition.methods[i]!, []);
      });
      const statics = new Array<Value>(definition.shape.size).fill(null);
      this.classes.push(new ClassValue(definition, definition.shape, statics, shape, methods, above));
    }
  }

  value(depth = 0): Value {
    const { choose } = this;
    switch (choose(depth > 3 ? 7 : 17)) {
      case 0:
        return null;
      case 1:
        return choose(2) === 0;
      case 2:
      case 3:
        return pick(choose, numbers);
      case 4:
        return pick(choose, names);
      case 5:
        return pick(choose, texts);
      case 6:
        return this.collections.length > 0 ? pick(choose, this.collections) : choose(10);
      case 7:
      case 8:
        return this.array(depth);
      case 9:
      case 10:
        return this.map(depth);
      case 11:
        return choose(2) === 0 ? new Handle(pick(choose, [Function, globalThis, null])) : this.callable();
      case 12:
        return this.error(depth);
      case 13:
        return this.buffer();
      case 14:
        return this.instance(depth);
      case 15:
        return pick(choose, this.classes);
      default:
        return new Box(choose(3) === 0 ? undefined : this.value(depth + 1));
    }
  }

  /** A function without captured variables, of the program or built in. */
  private callable(): Value {
    const { choose, module } = this;
    if (choose(2) === 0) return pick(choose, this.hostFunctions);
    return new Closure(
      pick(
        choose,
        module.functions.filter(({ freeCount }) => freeCount === 0),
      ),
      [],
    );
  }

  private array(depth: number): Value {
    const { choose } = this;
    const items: Value[] = [];
    this.collections.push(items);
    const kind = choose(4);
    for (let left = choose(6); left > 0; left--) {
      if (kind === 0) items.push(pick(choose, numbers));
      else if (kind === 1) items.push(pick(choose, texts));
      else items.push(this.value(depth + 1));
    }
    return items;
  }

  private buffer(): Value {
    const { choose } = this;
    const items = Array.from({ length: choose(6) }, () => pick(choose, numbers));
    const made = pick(choose, [Float64Array, Int32Array, Uint8Array]).from(items);
    // One that the host has taken the memory of.
    if (choose(8) === 0) structuredClone(made, { transfer: [made.buffer] });
    this.collections.push(made);
    return made;
  }

  private instance(depth: number): Value {
    const classValue = pick(this.choose, this.classes);
    const instance = newInstance(classValue);
    this.collections.push(instance);
    for (const place of classValue.instances.fields.values())
      instance.setFieldAt(place, this.value(depth + 1));
    return instance;
  }

  private map(depth: number): Value {
    const { choose } = this;
    const map = new Map<Key, Value>();
    this.collections.push(map);
    for (let left = choose(5); left > 0; left--) map.set(keyOf(choose), this.value(depth + 1));
    return map;
  }

  private error(depth: number): Value {
    const { choose } = this;
    const kind: ErrorKind = pick(choose, errorKinds);
    const thrown = kind === 'thrown value' ? this.value(depth + 1) : null;
    return new ErrorValue(kind, pick(choose, texts), thrown, new Error('a secret of the host'));
  }
}
