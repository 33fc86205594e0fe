/**
 * The forms of instances: that those whose fields all hold numbers have arrays of doubles, and that no program can tell any from another.
 */

import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { templatesWanted } from '../src/engines/shared-pool';
import { VM } from '../src/index';
import { instanceCounters } from '../src/runtime/instances';
import { agrees, hot, warm, weft } from './agreement';

/** Holds it against the reference. @returns how many shapes got arrays of doubles by it */
function doublesIn(source: string, options = {}): number {
  const before = instanceCounters.doubles;
  for (const engine of [hot, warm]) agrees(source, options, engine);
  return instanceCounters.doubles - before;
}

const point =
  'class Point { x; y; constructor(x, y) { this.x = x; this.y = y * 2 } sum() { this.x + this.y } }';

test('numbers with fractions, and then anything', () => {
  const rest = `let all = []
    for (let i = 0; i < 40; i += 1) { append(all, new Point(i + 0.5, i)) }
    let total = 0
    for (p in all) { p.x += 0.25; total += p.sum() }
    for (let i = 0; i < 40; i += 1) { if (i % 9 == 4) { all[i].x = if (i % 2 == 0) { null } else { "x" } } }
    let kept = []
    for (p in all) { try { append(kept, p.sum()) } catch (e) { append(kept, e.message) } }
    [total, kept, all[3].x, all[3], all[4]]`;
  assert.ok(doublesIn(`${point} ${rest}`) > 0);
});

test('the first instances had integers', () => {
  const source = `${point}
    let all = []
    for (let i = 0; i < 20; i += 1) { append(all, new Point(if (i == 4) { 0.5 } else { i }, -0.0 * i)) }
    let out = []
    for (p in all) { p.y -= 1; append(out, [p.x, p.y, 1 / p.x]) }
    [out, 1 / new Point(0, -0.0).y, new Point(0 / 0.0, 1).x]`;
  assert.ok(doublesIn(source) > 0);
});

test('not where a field can be read before it is assigned, or never is', () => {
  const classes = [
    'class A { x; y; constructor(x) { this.x = x } seen() { [this.x, this.y] } }',
    'class A { x; y; constructor(x) { this.x = if (x > 3) { this.y } else { x }; this.y = x } seen() { [this.x, this.y] } }',
    'class A { x; y; constructor(x) { this.x = x; show(this); this.y = x } seen() { [this.x, this.y] } } let seen = [] fn show(a) { append(seen, [a.x, a.y]) }',
    'class A { x; y; constructor(x) { let me = this; this.x = me.y; this.y = x } seen() { [this.x, this.y] } }',
    'class A { x; y; constructor(x) { if (x > 2) { this.x = x } this.y = x } seen() { [this.x, this.y] } }',
    'class B { x; constructor(x) { this.x = x } } class A extends B { y; constructor(x) { super(x); this.y = x } seen() { [this.x, this.y] } }',
    'class B { x; constructor(x) { this.x = x } } class A extends B { y; seen() { [this.x, this.y] } }',
  ];
  for (const source of classes) {
    const run = 'let out = [] for (let i = 0; i < 30; i += 1) { append(out, new A(i + 0.5).seen()) } out';
    assert.is(doublesIn(`${source} ${run}`), 0, source);
    const vm = new VM();
    assert.is(vm.run(weft(`${source} ${run}`)).text.split('[').length, 32, source);
  }
});

test('a constructor that fails, and one that is inherited', () => {
  const source = `class A { x; y; constructor(x) { this.x = x - 0.5; this.y = x * 2 } }
    class B extends A { both() { this.x + this.y } }
    let out = []
    for (let i = 0; i < 30; i += 1) { try { append(out, new B(if (i % 7 == 5) { [] } else { i }).both()) } catch (e) { append(out, e.message) } }
    [out, new B(3), new A(4)]`;
  assert.ok(doublesIn(source) > 0);
});

test('memory is counted the same, however often a program has run', () => {
  const program = weft(
    `${point} let all = [] for (let i = 0; i < 3000; i += 1) { append(all, new Point(i + 0.5, 1)) } len(all)`,
  );
  const used = (['reference', 'fused', 'cloned', 'switch'] as const).map((engine) => {
    const vm = new VM({ engine, maxMemory: 2 ** 22 });
    vm.run(program);
    return vm.memoryUsed;
  });
  assert.is(new Set(used).size, 1, used.join(' '));
});

/** A class of so many fields, with methods that reach each. */
function classOf(count: number): string {
  const names = Array.from({ length: count }, (_, i) => `a${i}`);
  return `class Many {
    ${names.length > 0 ? `${names.join(', ')};` : ''}
    static s, t;
    fill(x) { ${names.map((name, i) => `this.${name} = x + ${i}`).join('; ')}; this }
    turn() { let last = null; ${names.map((name) => `{ let one = this.${name}; this.${name} = last; last = one }`).join('; ')}; last }
    all() { [${names.map((name) => `this.${name}`).join(', ')}] }
  }
  class Below extends Many { b, c; both() { this.b = [this.b]; this.c = this.all(); this } }`;
}

test('fields in each place', () => {
  for (const count of [0, 1, 3, 4, 5, 7, 8, 9, 14]) {
    const source = `${classOf(count)}
      let out = []
      for (let i = 0; i < 25; i += 1) {
        let one = if (i % 3 == 0) { new Below() } else { new Many() }
        one.fill(i * 1.5)
        let kept = one.turn()
        if (i % 3 == 0) { one.b = kept; one.both() }
        Many.s = i
        Below.t = [Many.s, one.all()]
        if (i % 5 == 0) { append(out, [kept, one, Below.t]) }
      }
      out`;
    doublesIn(source);
  }
  const templates = [...templatesWanted().keys()].flatMap((key) => /^Op[GS]etField(\w+)/.exec(key) ?? []);
  for (const place of [0, 1, 2, 3, 4, 5, 6, 7, 'More']) {
    for (const op of ['OpGetField', 'OpSetField'])
      assert.ok(templates.includes(`${op}${place}`), `${op}${place}`);
  }
});

test('what is called out of a field, in each place', () => {
  for (const count of [1, 6, 11]) {
    const last = `a${count - 1}`;
    const source = `${classOf(count)}
      let one = new Many().fill(0)
      one.${last} = fn(x) { x * 2 }
      let sum = 0
      for (let i = 0; i < 40; i += 1) { sum += one.${last}(i) }
      sum`;
    doublesIn(source);
  }
});

test('any numbers and other values', () => {
  const value = fc.oneof(
    fc
      .double({ noNaN: false })
      .map((x) =>
        Number.isFinite(x) ? `${x < 0 || Object.is(x, -0) ? '-' : ''}${Math.abs(x).toFixed(3)}` : '(0 / 0.0)',
      ),
    fc.integer().map(String),
    fc.constantFrom('null', '"text"', 'true', '[1]'),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value, value), { minLength: 3, maxLength: 12 }), (all) => {
      const body = all.map(([a, b, c]) => `add(${a}, ${b}, ${c})`).join('\n');
      doublesIn(`class P { x; y; z; constructor(x, y) { this.x = x; this.y = y; this.z = x } }
        let ps = []
        fn add(a, b, c) { let p = new P(a, b); append(ps, p); p.z = c }
        ${body}
        let out = [] for (p in ps) { append(out, [p.x, p.y, p.z]) } [out, ps]`);
    }),
    { numRuns: 60 },
  );
});

test.run();
