/**
 * A host whose prototypes somebody has polluted, with elements and with the names that property descriptors and errors use:
 * every case of the corpus comes to the same, and no guest sees what was put there.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  assemble,
  compile,
  type EngineName,
  engineNames,
  type HostInput,
  type HostValue,
  load,
  SharedBuffer,
  VM,
} from '../../src/index';
import { readCases } from './cases';
import { watched } from './domain';
import { prepareCase } from './host';

/** What must not be seen; a function, so that no conversion lets it pass. */
const marker = (): string => 'polluted';

interface Pollution {
  readonly of: object;
  readonly names: readonly string[];
}

const elements = Array.from({ length: 40 }, (_, i) => String(i));

const pollutions: Readonly<Record<string, Pollution>> = {
  'elements of all arrays': { of: Array.prototype, names: elements },
  'elements of all objects': { of: Object.prototype, names: [...elements, '-1', '1.5', 'NaN', '4294967296'] },
  'elements of all strings': { of: String.prototype, names: elements },
  'parts of descriptors': {
    of: Object.prototype,
    names: ['value', 'enumerable', 'configurable', 'writable'],
  },
  'accessors of descriptors': { of: Object.prototype, names: ['get', 'set'] },
  'fields of errors': {
    of: Object.prototype,
    names: ['kind', 'message', 'trace', 'thrown', 'cause', 'line', 'column', 'function', 'file'],
  },
  'names that guests ask for': {
    of: Object.prototype,
    names: [
      'evil',
      'secret',
      'target',
      'then',
      'prototype',
      'a',
      'name',
      'free',
      'fn',
      'box',
      'text',
      'toJSON',
    ],
  },
  'fields of typed arrays': {
    of: Object.getPrototypeOf(Uint8Array.prototype),
    names: [...elements, '-1', '1.5', 'a', 'evil', 'value'],
  },
  'fields of maps': { of: Map.prototype, names: [...elements, 'a', 'evil', 'value'] },
};

function polluted<T>({ of, names }: Pollution, run: () => T): T {
  for (const name of names) {
    // An inherited `get` must not be taken for a part of this.
    const property = { __proto__: null, value: marker, configurable: true, writable: true };
    if (!Object.hasOwn(of, name)) Object.defineProperty(of, name, property);
  }
  try {
    return run();
  } finally {
    // By identity: what the host itself has under one of the names stays.
    for (const name of names) {
      const property = Object.getOwnPropertyDescriptor(of, name);
      if (property !== undefined && Object.hasOwn(property, 'value') && property.value === marker) {
        Reflect.deleteProperty(of, name);
      }
    }
  }
}

const pollutedBy = <T>([first, ...others]: readonly Pollution[], run: () => T): T =>
  first === undefined ? run() : polluted(first, () => pollutedBy(others, run));

const cases = readCases();

/** All of them, in as few runs of the corpus as names allow. */
const together: Readonly<Record<string, readonly Pollution[]>> = {
  elements: Object.values(pollutions).filter(({ names }) => names.includes('0')),
  names: Object.values(pollutions).filter(({ names }) => !names.includes('0')),
};

for (const [title, some] of Object.entries(together)) {
  test(`${title}: the corpus comes to the same`, () => {
    for (const engine of engineNames) {
      const runs = cases.map((tried) => prepareCase(tried, engine));
      const seen = pollutedBy(some, () => runs.map((run) => run()));
      cases.forEach(({ title, expected }, i) => {
        assert.is(seen[i]!.join('\n'), expected.join('\n'), `${title}, on the ${engine} engine`);
      });
    }
  });
}

const reader = load(compile('let given; fn show() { str(given) }'));

/** Functions that read locals that nothing was assigned to, which no compiler makes. */
const locals = load(
  assemble(`
    .function main
      OpClosure $one 0
      OpDefineGlobal $one
      OpClosure $none 0
      OpDefineGlobal $none
      OpNull
    .end
    .function one arity=1 locals=4
      OpGetLocal 0
      OpGetLocal 1
      OpGetLocal 2
      OpGetLocal 3
      OpArray 4
    .end
    .function none locals=2
      OpGetLocal 0
      OpGetLocal 1
      OpArray 2
    .end`),
);

/** What a VM gives under pollution, as text. */
function crossing(engine: EngineName, pollution: Pollution, use: (vm: VM) => HostValue): HostValue {
  const vm = new VM({ engine: watched(engine) });
  vm.run(reader);
  return polluted(pollution, () => use(vm));
}

const sparse = (): HostInput => Object.assign(new Array<HostInput>(4), { 1: 'own' });

const crossings: Readonly<Record<string, readonly [use: (vm: VM) => HostValue, wanted: HostValue]>> = {
  'locals of a function that the host calls': [
    (vm) => {
      vm.run(locals);
      return vm.call('one', 1);
    },
    [1, null, null, null],
  ],
  'locals of a function without arguments': [
    (vm) => {
      vm.run(locals);
      return vm.call('none');
    },
    [null, null],
  ],
  'an array with holes': [
    (vm) => {
      vm.setGlobal('given', sparse());
      return vm.call('show');
    },
    '[null, "own", null, null]',
  ],
  'typed arrays': [
    (vm) => {
      vm.setGlobal('given', [Uint8Array.of(1, 2), new SharedBuffer(Float64Array.of(1.5))]);
      return vm.call('show');
    },
    '[u8([1, 2]), f64([1.5])]',
  ],
  'a plain object': [
    (vm) => {
      vm.setGlobal('given', { a: 1, b: [2] });
      return vm.call('show');
    },
    '{"a": 1, "b": [2]}',
  ],
  'a getter': [
    (vm) => {
      const getter = { __proto__: null, get: marker, enumerable: true };
      try {
        vm.setGlobal('given', Object.defineProperty({}, 'field', getter) as HostInput); // which it is not
      } catch (error) {
        return (error as Error).message; // what the VM throws
      }
      return vm.call('show');
    },
    "'field' is a getter and cannot be given to a guest",
  ],
  'a global that is not there': [(vm) => vm.getGlobal('missing') ?? 'undefined', 'undefined'],
};

for (const [title, [use, wanted]] of Object.entries(crossings)) {
  test(`crossing: ${title}`, () => {
    for (const engine of engineNames) {
      for (const [name, pollution] of Object.entries(pollutions)) {
        const seen = crossing(engine, pollution, use);
        assert.equal(seen, wanted, `${name}, on the ${engine} engine`);
      }
    }
  });
}

test('nothing stays polluted', () => {
  for (const { of, names } of Object.values(pollutions)) {
    for (const name of names) assert.is(Reflect.get(of, name) === marker, false, name);
  }
});

test.run();
