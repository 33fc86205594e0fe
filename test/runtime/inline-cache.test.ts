/**
 * Inline caches: how often a site has to look a member up, by the counters that `heddle run --stats` shows. A cache that
 * silently never holds would only be slow, which no other test sees.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compile, type EngineName, engineNames, load, type Program, VM } from '../../src/index';
import { cacheCounters, InlineCache } from '../../src/runtime/inline-cache';
import { Shape } from '../../src/runtime/objects';

/** What the counters have counted during `work`, the ones that are 0 left out. */
function counted(work: () => void): Record<string, number> {
  const before = { ...cacheCounters };
  work();
  const names = Object.keys(before) as (keyof typeof cacheCounters)[]; // the keys are the names
  return Object.fromEntries(
    names.map((name) => [name, cacheCounters[name] - before[name]] as const).filter(([, count]) => count > 0),
  );
}

const program = (source: string): Program => load(compile(source));

/**
 * Runs a source once on every engine, each with caches of its own.
 *
 * @param inRegions what is counted where the `cloned` engine makes a region of it, whose calls test further shapes themselves
 */
function onEngines(
  title: string,
  source: string,
  wanted: Record<string, number>,
  inRegions: Record<string, number> = wanted,
): void {
  for (const engine of engineNames) {
    test(`${title}, on ${engine}`, () => {
      assert.equal(
        counted(() => new VM({ engine }).run(program(source))),
        engine === 'cloned' ? inRegions : wanted,
      );
    });
  }
}

/** Classes C0, C1 ... with a field `x` each at another slot, and a method `m`. */
const classes = (count: number): string =>
  Array.from({ length: count }, (_, i) => {
    const others = Array.from({ length: i }, (_, n) => `before${n}, `).join('');
    return `class C${i} { ${others}x; m() { ${i} } }`;
  }).join('\n');

const instances = (count: number): string =>
  `let all = [${Array.from({ length: count }, (_, i) => `new C${i}()`).join(', ')}]`;

const rounds = (count: number, body: string): string => `for (let n = 0; n < ${count}; n += 1) { ${body} }`;

onEngines('a class without members asks for nothing', 'class A {} new A(); new A() is A', {});
for (const [what, access] of [
  ['read of a field', 'o.x'],
  ['assignment of a field', 'o.x = 1'],
  ['call of a method', 'o.m()'],
] as const) {
  const loop = rounds(100, `for (o in all) { ${access} }`);
  onEngines(`a ${what} of one class misses once`, `${classes(1)}\n${instances(1)}\n${loop}`, { misses: 1 });
  onEngines(`a ${what} of four classes misses four times`, `${classes(4)}\n${instances(4)}\n${loop}`, {
    misses: 4,
    polymorphic: 3 * 99,
  });
  // Beyond four, each access of the others is looked up.
  const megamorphic = { misses: 4 + 2 * 100, polymorphic: 3 * 99, megamorphic: 2 * 100 };
  // The loop over six is hot after 400 of 600 calls.
  const inRegions = access === 'o.m()' ? { ...megamorphic, polymorphic: 3 * 66 } : megamorphic;
  onEngines(
    `a ${what} of six classes is megamorphic`,
    `${classes(6)}\n${instances(6)}\n${loop}`,
    megamorphic,
    inRegions,
  );
}

onEngines(
  'each site has a cache of its own',
  'class A { x } let a = new A(); for (let i = 0; i < 10; i += 1) { a.x; a.x = 1; a.x }',
  { misses: 3 },
);
onEngines(
  'a function in a field, and one of the host',
  `class A { f } let a = new A(); a.f = fn() { 1 }\n${rounds(10, 'a.f()')}; a.f = len; ${rounds(10, 'a.f("x")')}`,
  { misses: 4 },
);
onEngines(
  'a static field of the class itself is remembered, one of a class above is not',
  `class A { static n = 1 } class B extends A {}\n${rounds(10, 'A.n')}\n${rounds(10, 'B.n')}`,
  { misses: 1 + 1 + 10 },
);
onEngines(
  'a method of the superclass',
  `class A { m() { 1 } } class B extends A { m() { super.m() } } let b = new B()\n${rounds(10, 'b.m()')}`,
  { misses: 2 },
);
onEngines(
  'classes that one declaration makes share their shape',
  `fn make() { class A { x = 1 } A }\n${rounds(10, 'let A = make(); new A().x')}`,
  { misses: 2 },
);
onEngines(
  'but not where they extend classes of different shapes',
  `class P { p } class Q { q; r } fn make(Base) { class A extends Base { x; m() { this.x } } A }
${rounds(10, 'new (make(P))().m(); new (make(Q))().m()')}`,
  { misses: 2 + 2, polymorphic: 9 },
);
onEngines(
  'caught errors have no shape',
  `try { null() } catch (e) { ${rounds(10, 'e.kind')} }; class A { kind } try { new A().none } catch (e) {}`,
  { shapeless: 10, misses: 1 },
);
onEngines(
  'what is not there is not remembered',
  `class A {} let a = new A()\n${rounds(10, 'try { a.none } catch (e) {}')}`,
  { misses: 10 },
);

for (const engine of engineNames) {
  test(`VMs that run one program share its caches, on ${engine}`, () => {
    const shared = program('class A { x; m() { this.x } } let a = new A(); a.x = 1; a.m()');
    const run = (): void => void new VM({ engine }).run(shared);
    assert.equal(counted(run), { misses: 3 });
    assert.equal(counted(run), {});
  });
}

test('engines do not share the caches of a program', () => {
  const shared = program('class A { x } new A().x');
  const misses = (name: EngineName): unknown => counted(() => new VM({ engine: name }).run(shared));
  for (const name of engineNames) assert.equal(misses(name), { misses: 1 }, name);
});

test('a megamorphic site says so, and goes on finding members', () => {
  const cache = new InlineCache();
  const shapes = Array.from(
    { length: 6 },
    (_, i) => new Shape([...Array.from({ length: i }, (_, k) => `f${k}`), 'x'], new Map()),
  );
  const find = ({ fields }: Shape, name: string): number | undefined => fields.get(name);
  const look = (): void => {
    shapes.forEach((shape, i) => {
      assert.is(cache.lookUp(shape, 'x', find), i);
      assert.is(cache.megamorphic, i >= 4 || seen);
    });
  };
  let seen = false;
  look();
  seen = true;
  look();
  assert.is(cache.lookUp(new Shape([], new Map()), 'x', find), undefined);
  assert.is(cache.shape, shapes[0]);
});

test.run();
