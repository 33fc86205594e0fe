/**
 * Loops whose variables are in registers: that they are, that nobody can tell - whatever ends, interrupts or leaves a loop - and that it is given
 * up where slow paths have them put into slots all the time.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble, type Engine, load, VM } from '../src/index';
import { thread } from '../src/runtime/thread';
import { regionCounts } from '../src/tools/regions';
import { agrees, hot, outcome, warm, weft } from './agreement';

/** Holds the program against the reference with all the fuel it needs, and with less. */
function agreesEverywhere(source: string, step: number, leastRegisters: number): void {
  for (const engine of [hot, warm]) {
    const { registers } = agrees(source, {}, engine);
    // Where all is hot at once, no inline cache knows a method yet, and a loop that calls one has none.
    assert.ok(engine === hot || registers >= leastRegisters, `${registers} registers`);
    const vm = new VM({ engine: 'reference' });
    try {
      vm.run(weft(source));
    } catch {
      // it fails on every engine
    }
    for (let fuel = 1; fuel < vm.fuelUsed; fuel += step) agrees(source, { fuel }, engine);
  }
}

test('loops in loops, left and continued from inside, at any level', () => {
  agreesEverywhere(
    `fn find(n, wanted) {
      let count = 0; let last = null
      for (let i = 0; i < n; i += 1) {
        for (let j = i; j < n; j += 1) {
          for (let k = 0; k < 3; k += 1) {
            count += 1
            if ((i + j + k) % 5 == 4) { continue }
            if (i * j == wanted) { return count * 1000 + i * 100 + j * 10 + k }
            if (k == 1 && j % 3 == 2) { break }
            last = i * 100 + j * 10 + k
          }
          if (j > i + 4) { break }
        }
        last = i
      }
      [count, last]
    }
    let out = []
    for (let i = 0; i < 12; i += 1) { append(out, [find(9, i), find(i, 12)]) }
    out`,
    2311,
    3,
  );
  agreesEverywhere(
    'fn f(n) { let i = 0; let s = ""; do { let j = 0; while (true) { j += 1; if (j > i) { break } }; i += j; } while (i < n); [i, s] } [f(1), f(50), f(400)]',
    97,
    2,
  );
});

test('doubles in registers: they are there, and wherever the loop is left', () => {
  agreesEverywhere(
    `fn orbit(n, x, y) {
      let energy = 0.5; let last = null
      for (let i = 0; i < n; i += 1) {
        let dx = x * 0.25
        for (let k = 0; k < 4; k += 1) {
          dx = dx * 0.5 + y / (k + 1)
          if (dx > 3.5) { last = [i, k, dx]; break }
          energy += dx * dx - 0.125
        }
        if (energy > 40) { return [energy, dx, last] }
        x = y + dx / 3
        y = 1.5 - x * 0.75
        if (i % 5 == 4) { energy = energy + [dx][0] }
      }
      [energy, x, y, last]
    }
    fn mean(xs) { let sum = 0.0; let weight = 0; for (x in xs) { sum += x * 1.5; weight += 1 } sum / weight }
    fn heron(a, b, c) { let s = (a + b + c) / 2; let t = s * (s - a) * (s - b) * (s - c); if (t < 0) { throw "no triangle of \${a}" } sqrt(t) + mean([s, t]) }
    let out = []
    for (let i = 0; i < 30; i += 1) { append(out, [orbit(i, 1.25, i / 8), mean([i, 0.5, i * 0.25])]) }
    for (let i = 0; i < 30; i += 1) { try { append(out, heron(3, 4, i / 2)) } catch (e) { append(out, e) } }
    try { append(out, mean([1, "a"])) } catch (e) { append(out, e) }
    out`,
    1307,
    4,
  );
  const doubles = (source: string): number => agrees(source, {}, warm).doubles;
  assert.is(
    doubles(
      'fn f(a) { let s = a * 0.5; let t = s * s; s + t } for (let i = 0; i < 40; i += 1) { f(i); f(0.5) }',
    ),
    2,
  );
  assert.is(
    doubles('fn f(n) { let s = 0.5; for (let i = 0; i < n; i += 1) { s = s * 0.5 + i } s } f(40)'),
    1,
  );
  // The loop that its region begins with, and the one inside.
  const outer =
    'fn f(n) { let s = 0.5; let t = 0.5; for (let i = 0; i < n; i += 1) { t = t * 0.5; for (let j = 0; j < 2; j += 1) { s = s * 0.5 + i } } s + t } f(40)';
  assert.is(doubles(outer), 2);
});

test('more variables than registers, of all kinds', () => {
  agreesEverywhere(
    `fn f(n, xs) {
      let a = 1; let b = 2.5; let c = "c"; let d = null; let e = [5]
      let g = true; let h = -0.5; let k = 8; let l = 9; let m = 10
      for (let i = 0; i < n; i += 1) {
        for (let j = 0; j < 4; j += 1) {
          a += j; b = b * 0.5 + i; d = xs[(i + j) % len(xs)]; e = xs; g = i < j; h = h - b; k = k ^ j; l = a & 7; m = l + k
          if (g) { c = d }
        }
        xs[i % len(xs)] = m
      }
      [a, b, c, d, e, g, h, k, l, m]
    }
    let out = []
    for (let i = 0; i < 9; i += 1) { append(out, f(i * 3, [i, "x", 2.5])) }
    out`,
    731,
    8,
  );
});

test('a variable that an inner loop uses least of its own, and the outer loop most', () => {
  agreesEverywhere(
    `fn f(n) {
      let z = 0; let a = 1; let b = 2; let c = 3; let d = 4; let e = 5; let g = 6; let h = 7; let k = 8; let l = 9; let m = 1; let o = 2; let p = 3
      for (let i = 0; i < n; i += 1) {
        z = z ^ (z + (z & (z | i)))
        z = z + (z ^ (i + (z & 3)))
        for (let j = 0; j < 3; j += 1) { a += b; c += d; e += g; h += k; l += m; o += p; k = z }
      }
      [z, a, b, c, d, e, g, h, k, l, o]
    }
    [f(5), f(20), f(21), f(9), f(8), f(7), f(6), f(5), f(4), f(3), f(40)]`,
    997,
    8,
  );
});

test('what fails in a loop finds variables and fuel as they are there, and so does who catches it', () => {
  agreesEverywhere(
    `class P { x = 1; half() { this.x / 2 }; add(n) { this.x = this.x + n; this.x } }
    fn twice(a) { a * 2 }
    fn f(p, n, bad) {
      let i = 0; let sum = 0; let seen = null
      try {
        while (i < n) {
          i += 1
          sum += twice(i) + p.x
          seen = i
          if (i == 7) { sum -= bad * 2 }
          if (i == 9) { p.x = bad }
          sum += p.half()
        }
      } catch (error) { return ["\${error.message} \${error.trace}", i, sum, seen] }
      [i, sum, seen]
    }
    let out = []
    for (let i = 0; i < 14; i += 1) { append(out, f(new P(), i, if (i % 3 == 0) { "text" } else { 4 })) }
    f(new P(), 12, null)`,
    397,
    2,
  );
});

test('operands of a loop, and what functions that are inlined in it assign', () => {
  const program = (own: string): string =>
    `class Square { side; constructor(side) { this.side = side } area() { let s = this.side; s = s * s; s } edge(d) { 4 * this.side + d } }
    class Circle { radius; constructor(radius) { this.radius = radius } area() { 3.25 * this.radius * this.radius } edge(d) { d = d - 1; 6.5 * this.radius + d } }
    fn sum(shapes) {
      let all = 0
      ${own}
      for (let i = 0; i < len(shapes); i += 1) { all += (shapes[i].area() + 1) * (shapes[i].edge(i) - all % 3) }
      all
    }
    let shapes = []
    for (let i = 0; i < 30; i += 1) { append(shapes, if (i % 2 == 0) { new Square(i) } else { new Circle(i / 2) }) }
    let out = []
    for (let i = 0; i < 12; i += 1) { append(out, sum(shapes)) }
    shapes[8].side = "eight"
    try { sum(shapes) } catch (e) { append(out, e.message) }
    shapes[8].side = 8
    append(shapes, new Circle(null))
    [out, sum(shapes)]`;
  agreesEverywhere(program(''), 197, 8);
  // What is called but not inlined: the loop calls it directly, with its operands in registers, too.
  const calling = program('').replace('area() { let s', 'area() { for (let k = 0; k < 1; k += 1) { } let s');
  agreesEverywhere(calling, 997, 8);
  const registers = (source: string): number => agrees(source, {}, warm).registers;
  const inLoops = 'fn f(n) { let s = 0; for (let i = 0; i < n; i += 1) { s = g(i) + g(s) } s } f(40)';
  // Besides s, i and n the two results, and the variable that each of the calls has.
  assert.is(registers(`fn g(x) { x = x % 7; x * 2 } ${inLoops}`), 5);
  assert.is(registers(`fn g(x) { x = x % 7; let y = x * 2; y + y } ${inLoops}`), 7);
});

test('operands that are there before a loop begins, and are taken and made in it', () => {
  const source = `.function main arity=0 locals=1
      OpConstant =0
      OpSetLocal 0
      OpConstant =1
    again:
      OpGetLocal 0
      OpConstant =3
      OpMod
      OpAdd
      OpGetLocal 0
      OpConstant =1
      OpAdd
      OpSetLocal 0
      OpGetLocal 0
      OpConstant =200
      OpLess
      OpNot
      OpJumpIfTrue @out
      OpLoop @again
    out:
      OpReturn
    .end`;
  const work = load(assemble(source));
  for (const engine of [hot, warm]) {
    const { loops } = agrees(work, {}, engine);
    assert.is(loops, 1);
    for (let fuel = 1; fuel < 400; fuel += 7) agrees(work, { fuel }, engine);
  }
});

test('boxed variables, and the closures that share them', () => {
  agreesEverywhere(
    `fn f(n) {
      let shared = 0
      let log = []
      let note = fn(x) { shared += x; shared }
      for (let i = 0; i < n; i += 1) {
        shared += i
        let k = shared
        for (let j = 0; j < 3; j += 1) { k += j + shared }
        if (k % 4 == 0) { append(log, note(k)) }
      }
      [shared, log]
    }
    [f(3), f(30), f(31)]`,
    97,
    0,
  );
});

test('a run that is stopped and goes on again and again', () => {
  const work = weft(
    `fn f(n) { let s = 0; let last = 0; for (let i = 0; i < n; i += 1) { for (let j = 0; j < 5; j += 1) { s += i ^ j; last = s } }; [s, last] }
    [f(40), f(300), f(200)]`,
  );
  const whole = new VM({ engine: 'reference' });
  const expected = `${whole.run(work).text} ${whole.fuelUsed}`;
  for (const engine of [hot, warm] as Engine[]) {
    for (const fuel of [3, 17, 60, 401]) {
      const before = regionCounts().registers;
      const vm = new VM({ engine });
      const execution = vm.start(work);
      let slices = 0;
      for (; !execution.isOver; slices++) execution.advance({ fuel });
      assert.is(`${execution.result.text} ${execution.fuelUsed}`, expected);
      assert.ok(slices > 9 && regionCounts().registers >= before);
    }
  }
});

test('where slow paths see the registers all the time, the loop is made anew without', () => {
  const source = (n: number): string =>
    `fn f(n) { let text = ""; let m = {"a": 1}; for (let i = 0; i < n; i += 1) { text = "x" + "y"; text += "z"; m["a"] = i }; [text, m] } f(${n})`;
  const { registers, settled } = agrees(source(3000), {}, warm);
  assert.ok(registers > 0 && settled > 0, `${registers} registers, ${settled} loops`);
  assert.is(
    agrees('fn f(n) { let s = 0; for (let i = 0; i < n; i += 1) { s += i & 3 }; s } f(90000)').settled,
    0,
  );
  // A function with many such loops is made anew a few times and not for ever, nor given up.
  const loops = Array.from(
    { length: 12 },
    (_, k) => `for (let i = 0; i < 1500; i += 1) { a = "x${k}"; a += b }`,
  );
  const many = agrees(`fn f() { let a = ""; let b = "y"; ${loops.join(' ')} a } [f(), f(), f()]`, {}, warm);
  assert.is(many.abandoned, 0);
  assert.ok(many.settled >= 3 && many.settled < 12, `${many.settled} loops`);
  for (const maxMemory of [3000, 4000, 9000]) agrees(source(700), { maxMemory }, warm);
  assert.is(outcome(weft(source(10)), hot), outcome(weft(source(10)), 'reference'));
});

test('nothing that a slow path has put into operands of a loop stays behind it', () => {
  const source = `fn first(xs) { xs[0] }
    fn work(n) {
      let s = 0
      for (let i = 0; i < n; i += 1) {
        let p = if (i == n - 20) { "a" } else { i }
        s += first([i, "kept"])
        if (p + p == "aa") { s += 1 }
      }
      see()
      s
    }
    work(600)`;
  for (const engine of [hot, warm]) {
    let kept = 0;
    const see = (): null => {
      kept = thread.stack.filter((value) => Array.isArray(value) && value[1] === 'kept').length;
      return null;
    };
    const before = regionCounts();
    new VM({ engine, functions: { see } }).run(weft(source, { functions: ['see'] }));
    const after = regionCounts();
    assert.ok(after.registers + after.registersOfFunctions > before.registers + before.registersOfFunctions);
    assert.ok(after.left > before.left);
    assert.is(kept, 0, engine.name);
  }
});

test.run();
