/**
 * A trial of how instances can be represented (`npm run bench-instances`): an update of a field, `o.a = o.a + k * o.b`, as
 * closures, over objects that are `slots`: a shape and an array; `fields`: one host class with numbered fields for all guest
 * classes; `classes`: a host class for each guest class. Once with a copy of their own for each closure, once with closures that
 * share their source; with one class of objects, and with six. And trees of objects with two fields, made and walked.
 *
 * Copies are made with `new Function`, which the engines must not use: here it only stands for what the build would write.
 */

import { execFileSync } from 'node:child_process';
import { median } from '../src/cli/compare/statistics';

interface Shape {
  readonly make: (values: readonly number[]) => object;
}

const representations = ['slots', 'fields', 'classes'] as const;
type Representation = (typeof representations)[number];

const values: readonly number[] = [1.5, 2.5, 3.5, 0.25, 0.5, 0.75, 9.25];
const names = values.map((_, i) => `f${i}`);

class SlotObject {
  constructor(
    readonly shape: Shape,
    readonly slots: unknown[],
  ) {}
}

/** A class with a field for the shape and numbered ones, as a build would write it. */
const fieldClass = (): (new (shape: Shape) => Record<string, unknown>) =>
  new Function(
    `return class { constructor(shape) { this.shape = shape; ${names.map((name) => `this.${name} = null;`).join(' ')} } }`,
  )() as new (
    shape: Shape,
  ) => Record<string, unknown>; // the text is that of a class

const commonFields = fieldClass();

function shapeFor(representation: Representation): Shape {
  const host = representation === 'classes' ? fieldClass() : commonFields;
  const shape: Shape = {
    make(numbers) {
      if (representation === 'slots') {
        // As `new` does: nothing in it at first.
        const slots: unknown[] = values.map(() => null);
        numbers.forEach((value, i) => {
          slots[i] = value;
        });
        return new SlotObject(shape, slots);
      }
      const object = new host(shape);
      numbers.forEach((value, i) => {
        object[names[i]!] = value;
      });
      return object;
    },
  };
  return shape;
}

const frame: unknown[] = [null];

function miss(): never {
  throw new Error('the shape is another one');
}

type Node = () => unknown;

/** Makes nodes, each with a source of its own or all of one kind with one. */
class NodeMaker {
  private readonly shared = new Map<string, (...parts: unknown[]) => Node>();

  constructor(
    private readonly representation: Representation,
    private readonly copies: boolean,
  ) {}

  private make(text: string, ...parts: unknown[]): Node {
    let maker = this.copies ? undefined : this.shared.get(text);
    if (maker === undefined) {
      maker = new Function('frame', 'miss', `return ${text}`)(frame, miss) as (...parts: unknown[]) => Node; // as written below
      this.shared.set(text, maker);
    }
    return maker(...parts);
  }

  private place(field: number): string {
    return this.representation === 'slots' ? 'o.slots[i]' : `o.f${field}`;
  }

  private get(shape: Shape, field: number): Node {
    return this.make(
      `(s, i) => () => { const o = frame[0]; return o.shape === s ? ${this.place(field)} : miss(); }`,
      shape,
      field,
    );
  }

  private operator(sign: string, left: Node, right: Node): Node {
    return this.make(
      `(l, r) => () => { const a = l(), b = r(); return typeof a === 'number' && typeof b === 'number' ? a ${sign} b : miss(); }`,
      left,
      right,
    );
  }

  update(shape: Shape, to: number, from: number, by: number): Node {
    const number = this.make('(k) => () => k', by);
    const sum = this.operator('+', this.get(shape, to), this.operator('*', number, this.get(shape, from)));
    return this.make(
      `(s, i, v) => () => { const o = frame[0]; const y = v(); o.shape === s ? (${this.place(to)} = y) : miss(); }`,
      shape,
      to,
      sum,
    );
  }

  sequence(first: Node, second: Node, third: Node): Node {
    return this.make('(a, b, c) => () => { a(); b(); c(); }', first, second, third);
  }
}

/** Nanoseconds an update, the median of seven. */
function measure(representation: Representation, copies: boolean, classes: number): number {
  const maker = new NodeMaker(representation, copies);
  const groups = Array.from({ length: classes }, (_, group) => {
    const shape = shapeFor(representation);
    const update = (to: number, from: number): Node => maker.update(shape, to, from, 0.01 + group * 1e-5);
    return {
      tree: maker.sequence(update(0, 3), update(1, 4), update(2, 5)),
      objects: Array.from({ length: 5 }, () => shape.make(values)),
    };
  });
  const run = (rounds: number): void => {
    for (let round = 0; round < rounds; round++) {
      for (const { tree, objects } of groups) {
        for (const object of objects) {
          frame[0] = object;
          tree();
        }
      }
    }
  };
  const rounds = Math.floor(400_000 / classes);
  run(rounds / 10);
  run(rounds / 10);
  const times = Array.from({ length: 7 }, () => {
    const start = performance.now();
    run(rounds);
    return performance.now() - start;
  });
  return (1e6 * median(times)) / (rounds * classes * 5 * 3);
}

type Tree = object;

/** What makes an object of two fields, and reads and sets one of them. */
interface TreeAccess {
  make(nothing: null): Tree;
  get(of: Tree, field: 0 | 1): unknown;
  set(of: Tree, field: 0 | 1, value: unknown): void;
}

class FieldObject {
  f0: unknown;
  f1: unknown;
  f2: unknown;
  f3: unknown;

  constructor(
    readonly shape: Shape,
    nothing: null,
  ) {
    this.f0 = nothing;
    this.f1 = nothing;
    this.f2 = nothing;
    this.f3 = nothing;
  }
}

const treeShape = shapeFor('slots');

const treeAccess: Readonly<Record<'slots' | 'fields', TreeAccess>> = {
  slots: {
    make: (nothing) => new SlotObject(treeShape, [nothing, nothing]),
    get: (of, field) => ((of as SlotObject).shape === treeShape ? (of as SlotObject).slots[field] : miss()),
    set(of, field, value) {
      (of as SlotObject).shape === treeShape ? ((of as SlotObject).slots[field] = value) : miss();
    },
  },
  fields: {
    make: (nothing) => new FieldObject(treeShape, nothing),
    get(of, field) {
      const object = of as FieldObject;
      if (object.shape !== treeShape) miss();
      return field === 0 ? object.f0 : object.f1;
    },
    set(of, field, value) {
      const object = of as FieldObject;
      if (object.shape !== treeShape) miss();
      if (field === 0) object.f0 = value;
      else object.f1 = value;
    },
  },
};

/** Nanoseconds an object, medians of 41: to make trees of them and to walk these, and to walk one. */
function measureTrees({ make, get, set }: TreeAccess): readonly [number, number] {
  const build = (depth: number): Tree => {
    const tree = make(null);
    if (depth > 0) {
      set(tree, 0, build(depth - 1));
      set(tree, 1, build(depth - 1));
    }
    return tree;
  };
  const count = (tree: Tree): number => {
    const left = get(tree, 0);
    return left === null ? 1 : 1 + count(left as Tree) + count(get(tree, 1) as Tree);
  };
  const nanoseconds = (run: () => number): number => {
    for (const start = performance.now(); performance.now() - start < 500; ) run();
    let objects = 0;
    const times = Array.from({ length: 41 }, () => {
      const start = performance.now();
      objects = run();
      return performance.now() - start;
    });
    return (1e6 * median(times)) / objects;
  };
  const old = build(12);
  const walked = (tree: () => Tree) => (): number => {
    let objects = 0;
    for (let i = 0; i < 60; i++) objects += count(tree());
    return objects;
  };
  const both = nanoseconds(walked(() => build(8)));
  const one = build(10);
  const walk = nanoseconds(walked(() => one));
  if (count(old) !== 2 ** 13 - 1) throw new Error('the tree that lives on is another');
  return [both, walk];
}

/** Each figure comes from a process of its own: what one leaves behind must not slow the next. */
function measureApart(...arguments_: readonly string[]): string {
  return execFileSync(process.execPath, [process.argv[1]!, ...arguments_], { encoding: 'utf8' }).trim();
}

const [asked, copies, classes] = process.argv.slice(2);
const representation = representations.find((name) => name === asked);
if (copies === 'trees') {
  const [both, walk] = measureTrees(treeAccess[asked as 'slots' | 'fields']);
  console.log(`${both.toFixed(1).padStart(10)}${walk.toFixed(1).padStart(10)}`);
} else if (representation !== undefined) {
  console.log(measure(representation, copies === 'copies', Number(classes)).toFixed(1));
} else {
  console.log(
    `Nanoseconds an update of a field on Node ${process.versions.node}, the median of 7 after two short runs`,
  );
  console.log(
    ['', ...representations].map((cell, i) => (i === 0 ? cell.padEnd(28) : cell.padStart(10))).join(''),
  );
  for (const count of ['1', '6']) {
    for (const source of ['copies', 'shared']) {
      const label = `${source === 'copies' ? 'own copies' : 'shared source'}, ${count} class${count === '1' ? '' : 'es'}`;
      const cells = representations.map((name) => measureApart(name, source, count).padStart(10));
      console.log(label.padEnd(28) + cells.join(''));
    }
  }
  console.log(
    '\nNanoseconds an object of a tree: made and walked, walked alone; medians of 41 after half a second',
  );
  for (const name of ['slots', 'fields'])
    console.log(
      name.padEnd(28) +
        execFileSync(process.execPath, [process.argv[1]!, name, 'trees'], { encoding: 'utf8' }).trimEnd(),
    );
}
