/**
 * Variables of modules that regions assume to be fixed: that it is assumed where it may be, and that whatever gives one another
 * value - the host, another VM, a later module - is seen at once, also by regions that wait on the host's stack.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble, compile, HeddleError, type HostValue, load, Session, VM } from '../src/index';
import { definedOnce } from '../src/load/defined-once';
import { regionCounts } from '../src/tools/regions';
import { agrees, hot, warm, weft } from './agreement';

/** What has been counted since, of variables. */
function counting(): () => { fixed: number; unfixed: number } {
  const before = regionCounts();
  return () => {
    const { fixed, unfixed } = regionCounts();
    return { fixed: fixed - before.fixed, unfixed: unfixed - before.unfixed };
  };
}

test('numbers, texts, functions and built-in functions are assumed to stay; what is assigned is not', () => {
  const fixed = agrees(
    `let limit = 7
    let name = "x"
    fn add(a, b) { a + b }
    fn f(n) { let s = 0; for (let i = 0; i < n; i += 1) { if (i < limit) { s = add(s, floor(i / 2)) } } name + str(s) }
    [f(40), f(50), f(60)]`,
    {},
    warm,
  );
  // limit, name, add, floor and str; f is called by the program itself.
  assert.ok(fixed.fixed >= 5, `${fixed.fixed}`);
  assert.is(fixed.unfixed, 0);
  assert.is(fixed.left, 0);
  const assigned = agrees(
    `let count = 0
    let limit = 7
    fn f(n) { for (let i = 0; i < n; i += 1) { count += limit } }
    f(40); f(50); f(60); limit = 9; f(10)
    count`,
    {},
    warm,
  );
  assert.is(assigned.fixed, 0);
});

test('a global that holds an array, an instance or a long text is no constant', () => {
  const counts = agrees(
    `let list = [1, 2]
    class P { x = 1 }
    let p = new P()
    let text = "${'long '.repeat(200)}"
    fn f(n) { let s = 0; for (let i = 0; i < n; i += 1) { s += list[0] + p.x; if (text == "") { s = 0 }; p.x = i; list[0] = s } s }
    [f(40), f(50)]`,
    {},
    warm,
  );
  assert.is(counts.fixed, 0);
});

const source = `let limit = 10
  fn get() { limit }
  fn times(n) { let s = 0; for (let i = 0; i < n; i += 1) { s += limit + get() } s }
  times(60)`;

test('what the host sets between calls', () => {
  for (const engine of ['fused', hot, warm] as const) {
    const counts = counting();
    const vm = new VM({ engine });
    const work = weft(source);
    assert.is(vm.run(work).value, 1200);
    assert.is(vm.call('times', 10), 200);
    if (engine !== 'fused') assert.ok(counts().fixed > 0);
    const { functions, loops } = regionCounts();
    vm.setGlobal('limit', 3);
    assert.is(vm.call('times', 10), 60);
    vm.setGlobal('limit', 'a');
    assert.throws(
      () => vm.call('times', 10),
      (error: HeddleError) => error.kind === 'type error',
    );
    vm.setGlobal('limit', 4);
    assert.is(vm.call('times', 50), 400);
    if (engine !== 'fused') {
      assert.ok(counts().unfixed > 0);
      assert.ok(regionCounts().functions + regionCounts().loops > functions + loops, 'made anew');
    }
    // Nothing of that reaches another VM, and the program defines it itself where the host did before.
    assert.is(new VM({ engine }).run(work, { globals: { limit: 1 } }).value, 1200);
  }
});

test('a program that defines what the host has given a value before', () => {
  const work = weft(`fn get(n) { let s = 0; for (let i = 0; i < n; i += 1) { s += limit } s }
    let before = get(50)
    let limit = 2
    [before, get(50)]`);
  for (const engine of ['reference', hot, warm] as const) {
    const vm = new VM({ engine });
    for (let round = 0; round < 12; round++) {
      assert.equal(vm.run(work, { globals: { limit: 5 } }).value, [250, 100]);
      assert.throws(
        () => vm.run(work),
        (error: HeddleError) => error.kind === 'undefined variable',
      );
    }
  }
});

/** Programs in which the host function `set` is called while regions wait for it. */
const setting: Readonly<Record<string, string>> = {
  'in the loop itself': `let limit = 10
    fn work(n) { let s = 0; for (let i = 0; i < n; i += 1) { if (i % 50 == 40) { set(i) } s = s * 3 % 1000 + limit } s }
    work(200)`,
  'in a function that is called directly': `let limit = 10
    fn change(i) { if (i % 50 == 40) { set(i) } limit }
    fn middle(i, n) { if (n == 0) { change(i) } else { middle(i, n - 1) + limit } }
    fn work(n) { let s = 0; for (let i = 0; i < n; i += 1) { s = s * 3 % 1000 + middle(i, 3) + limit } s }
    work(200)`,
  'in one that cells run': `let limit = 10
    fn change(i) { set(i) limit }
    fn work(n) { let s = 0; for (let i = 0; i < n; i += 1) { if (i == 140) { s += change(i) } s = s * 3 % 1000 + limit } s }
    work(200)`,
  'in one that cells run, of more arguments than are handed over': `let limit = 10
    fn change(i, a, b, c, d, e) { set(i) limit + a + e }
    fn six(i, a, b, c, d, e) { let s = 0; if (i == 140) { s = change(i, a, b, c, d, e) } s + limit + a }
    fn work(n) { let s = 0; for (let i = 0; i < n; i += 1) { s = (s * 3 + six(i, 1, 2, 3, 4, 5) + limit) % 1000 } s }
    work(200)`,
  'in a field, by a method': `let limit = 10
    class Box { call; constructor(call) { this.call = call } run(i) { this.call(i) } }
    let box = new Box(set)
    fn change(i) { box.run(i) + limit }
    fn work(n) { let s = 0; for (let i = 0; i < n; i += 1) { if (i % 70 == 60) { s += change(i) } s = s * 3 % 1000 + limit } s }
    work(200)`,
  'in what a built-in function calls': `let limit = 10
    fn change(i) { if (i % 50 == 40) { set(i) } limit }
    fn work(n) { let s = 0; for (let i = 0; i < n; i += 1) { s = s * 3 % 1000 + map([i, 1], change)[0] + limit } s }
    work(200)`,
  'in a run of the same VM that a host function begins': `let limit = 10
    fn inner(i) { set(i) limit }
    fn work(n) { let s = 0; for (let i = 0; i < n; i += 1) { if (i % 50 == 40) { s += again(i) } s = s * 3 % 1000 + limit } s }
    work(200)`,
  'and fails': `let limit = 10
    fn change(i) { set(i); let none = []; none[i] }
    fn work(n) {
      let s = 0
      for (let i = 0; i < n; i += 1) { if (i % 50 == 40) { try { change(i) } catch (e) { s += limit } } s = s * 3 % 1000 + limit }
      s
    }
    work(200)`,
  'by a function whose result is no value of a guest': `let limit = 10
    fn work(n) {
      let s = 0
      for (let i = 0; i < n; i += 1) {
        let none = {}
        try { if (i % 50 == 40) { bad(i) } } catch (e) { s += limit }
        s = s * 3 % 1000 + limit
      }
      s
    }
    work(200)`,
};

for (const [name, program] of Object.entries(setting)) {
  test(`what the host sets ${name} is seen at once`, () => {
    const outcomes = (['reference', 'fused', hot, warm, 'cloned'] as const).map((engine) => {
      const work = weft(program, { functions: ['set', 'again', 'bad'] });
      const rounds = Array.from({ length: 6 }, () => {
        const vm: VM = new VM({
          engine,
          functions: {
            set: (i): HostValue => {
              vm.setGlobal('limit', i);
              return 1;
            },
            again: (i): HostValue => vm.call('inner', i),
            bad: (i): HostValue => {
              vm.setGlobal('limit', i);
              return Symbol('none') as unknown as HostValue;
            },
          },
        });
        return [vm.run(work).value, vm.call('work', 300), vm.fuelUsed];
      });
      return JSON.stringify(rounds);
    });
    for (const text of outcomes) assert.is(text, outcomes[0]);
  });
}

test('a function that comes from a global or from elsewhere', () => {
  for (const engine of [hot, warm]) {
    agrees(
      `let times = fn(v) { v * v - 3 }
      fn pick(own, n) { (own && fn(v) { v } || times)(n - 1) }
      let s = 0
      for (let i = 0; i < 60; i += 1) { s += pick(i % 3 == 0, i) + pick(false, i) + pick(true, i) }
      s`,
      {},
      engine,
    );
  }
});

test('a program that is run many times', () => {
  const work = weft('let a = 2\nfn f(n) { let s = 0; for (let i = 0; i < n; i += 1) { s += a } s }\nf(30)');
  const counts = counting();
  for (let round = 0; round < 40; round++) assert.is(new VM({ engine: warm }).run(work).value, 60);
  assert.ok(counts().fixed > 0);
  assert.is(counts().unfixed, 0);
});

test('a VM in which a global has not been defined yet', () => {
  const source = `fn get() { limit }
    fn work(n) { let s = 0; for (let i = 0; i < n; i += 1) { try { s += get() } catch (e) { s += 1000 } } s }
    let first = if (early()) { work(150) } else { 0 }
    let limit = 1
    [first, work(30)]`;
  const work = weft(source, { functions: ['early'] });
  for (const engine of [hot, warm]) {
    const counts = counting();
    const run = (early: boolean): HostValue =>
      new VM({ engine, functions: { early: () => early } }).run(work).value;
    for (let round = 0; round < 3; round++) assert.equal(run(false), [0, 30]);
    assert.ok(counts().fixed > 0);
    assert.is(counts().unfixed, 0);
    for (let round = 0; round < 3; round++) assert.equal(run(true), [150_000, 30]);
    assert.ok(counts().unfixed > 0, 'what is often not defined is given up');
  }
});

test('VMs whose host provides other functions under the name of a built-in one', () => {
  const work = weft(
    'fn work(n) { let s = 0; for (let i = 0; i < n; i += 1) { s += abs(0 - i) } s }\nwork(60)',
  );
  for (const engine of [hot, warm]) {
    for (let round = 0; round < 12; round++) {
      assert.is(new VM({ engine }).run(work).value, 1770);
      assert.is(new VM({ engine, functions: { abs: (_x) => 1 } }).run(work).value, 60);
    }
  }
});

test('a VM that runs the program while another waits for it', () => {
  const source = `fn later(n) { let s = 0; for (let i = 0; i < n; i += 1) { s += limit } s }
    fn work(n, deep) {
      let s = 0
      for (let i = 0; i < n; i += 1) { if (i == 30) { if (deep) { s += other() } else { s += later(40) + later(50) } } if (i > 40) { s += later(3) } }
      s
    }
    let limit = start()
    work(60, limit == 1)`;
  const work = weft(source, { functions: ['start', 'other'] });
  const values = (['reference', hot, warm] as const).map((engine) => {
    const inner = new VM({ engine, functions: { start: () => 5, other: () => 0 } });
    const vm = new VM({ engine, functions: { start: () => 1, other: () => inner.run(work).value } });
    return Array.from({ length: 12 }, () => vm.run(work).value);
  });
  for (const value of values) assert.equal(value, values[0]);
});

test('later modules of a session assign what earlier ones define', () => {
  const pieces = [
    'let limit = 10\nfn get() { limit }\nfn work(n) { let s = 0; for (let i = 0; i < n; i += 1) { s += limit + get() } s }\nwork(50)',
    'work(50)',
    'limit = 3\nwork(50)',
    'fn get() { 100 }\nwork(50)',
    'fn change() { limit = 0.5 }\nfn get() { change() limit }\nwork(50)',
    'limit = 7\nfn more(n) { let s = 0; for (let i = 0; i < n; i += 1) { s += limit + get() + work(2) } s }\nmore(40)',
  ];
  const values = (['reference', hot, warm] as const).map((engine) => {
    const session = new Session();
    const vm = new VM({ engine });
    return pieces.map((piece) => {
      const work = load(compile(piece, { session }));
      // In a VM of its own it means the same to its code.
      try {
        new VM({ engine }).run(work);
      } catch (error) {
        if (!(error instanceof HeddleError)) throw error;
      }
      return vm.run(work, { keepGlobals: true }).value;
    });
  });
  for (const value of values) assert.equal(value, values[0]);
});

test('a module of a session that has run by itself before', () => {
  const session = new Session();
  const piece = (source: string) => load(compile(source, { session }));
  const first = piece('let a = 1');
  const second = piece(
    'let b = 2\nfn work(n) { let s = 0; for (let i = 0; i < n; i += 1) { s += b } s }\nwork(50)',
  );
  const third = piece('b = 3\nwork(50)');
  for (const engine of ['reference', hot, warm] as const) {
    assert.is(new VM({ engine }).run(second).value, 100);
    const vm = new VM({ engine });
    vm.run(first);
    assert.is(vm.run(second, { keepGlobals: true }).value, 100);
    assert.is(vm.run(third, { keepGlobals: true }).value, 150);
  }
});

test('what receives the output and the clock may set globals, too', () => {
  const source = `let limit = 10
    fn tell(i) { if (i % 50 == 40) { print(i) } if (i % 50 == 20) { return clock() } limit }
    fn work(n) { let s = 0; for (let i = 0; i < n; i += 1) { s = s * 3 % 1000 + tell(i) + limit } s }
    work(200)`;
  const outcomes = (['reference', hot, warm] as const).map((engine) => {
    const vm: VM = new VM({
      engine,
      output: (text) => vm.setGlobal('limit', Number(text)),
      clock: () => {
        vm.setGlobal('limit', 4);
        return 2;
      },
    });
    return [vm.run(weft(source)).value, vm.call('work', 300)];
  });
  for (const values of outcomes) assert.equal(values, outcomes[0]);
});

const linked = (source: string) => load(assemble(source)).linkFor(hot);

test('which globals are defined once', () => {
  const define = (name: string) => `OpConstant =1\nOpDefineGlobal $${name}`;
  const main = (...lines: string[]) => `.function main\n${lines.join('\n')}\n.end\n`;
  const f = (...lines: string[]) => `.function f\n${lines.join('\n')}\n.end\n`;
  const names = (text: string): string[] => {
    const { functions, globals } = linked(text);
    return [...definedOnce(functions)].map((index) => globals[index]!);
  };
  assert.equal(names(main(define('a'), define('b'), 'OpNull')), ['a', 'b']);
  assert.equal(names(main(define('a'), define('a'), define('b'), 'OpNull')), ['b'], 'twice');
  assert.equal(
    names(main(define('a'), 'OpConstant =2', 'OpSetGlobal $a', define('b'), 'OpNull')),
    ['b'],
    'assigned',
  );
  assert.equal(
    names(main(define('a'), 'OpNull') + f('OpConstant =2', 'OpSetGlobal $a', 'OpNull')),
    [],
    'elsewhere',
  );
  assert.equal(
    names(main(define('a'), 'OpNull') + f(define('a'), define('b'), 'OpNull')),
    [],
    'in another function',
  );
  const loop = [
    'again:',
    define('a'),
    'OpTrue',
    'OpJumpIfFalse @end',
    'OpLoop @again',
    'end:',
    define('b'),
    'OpNull',
  ];
  assert.equal(names(main(...loop)), ['b'], 'in a loop');
  assert.equal(
    names(main(define('a'), 'OpClosure $main 0', 'OpPop', 'OpNull')),
    [],
    'in a program that has its own closure',
  );
  assert.equal(names(main(define('a'), 'OpSelf', 'OpPop', 'OpNull')), [], 'in one that names itself');
  assert.equal(names(main(define('a'), 'OpClosure $f 0', 'OpPop', 'OpNull') + f('OpNull')), ['a']);
});

test.run();
