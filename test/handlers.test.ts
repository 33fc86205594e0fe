/**
 * Handlers of errors in regions: what is thrown through a `try` goes on in the region, with the value, the trace, the fuel and the memory that it has
 * on the reference engine; what is not for it leaves the region.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeClonedEngine } from '../src/engines/cloned';
import { assemble, engineNames, type HostValue, load, type Program, VM, type VmOptions } from '../src/index';
import { regionCounts } from '../src/tools/regions';
import { agrees, agreesEverywhere, hot, outcome, warm, weft } from './agreement';
import { programOf } from './differential/compare';

/** How many errors regions have handled, on either engine. */
function handled(source: string, options = {}): number {
  return agrees(source, options, hot).handled + agrees(source, options, warm).handled;
}

/** A loop that makes maps has no registers, so its handlers are in the region from the first error on. */
const loop = (body: string, rounds = 60): string => `let log = []
  fn run() {
    let half = 0.25
    for (let i = 0; i < ${rounds}; i += 1) { half += 0.5 let none = {} ${body} append(log, half) }
    log
  }
  run()`;

test('an error that is thrown in a loop and handled there does not leave the region', () => {
  const source = loop('try { if (i % 3 == 0) { throw i } append(log, -i) } catch (e) { append(log, e) }');
  for (const engine of [hot, warm]) {
    const counts = agrees(source, {}, engine);
    assert.ok(counts.handled >= 15, `${counts.handled}`);
    assert.ok(counts.entered <= 4, `${counts.entered}`);
  }
  agreesEverywhere(source, 397);
});

test('errors of instructions, of built-in functions and of functions that are called', () => {
  const source = `fn deep(n, i) { if (n == 0) { [1, 2][i] } else { deep(n - 1, i) + 1 } }
    fn part(i) { if (i % 4 == 1) { throw [i] } i }
    class A { x; constructor(x) { if (x % 5 == 2) { throw "no " + str(x) } this.x = x } get() { if (this.x % 7 == 0) { null.y } this.x } }
    ${loop(`try { append(log, deep(i % 6, i % 4)) } catch (e) { append(log, e.message) append(log, e.trace) }
      try { append(log, part(i)) } catch (e) { append(log, e) }
      try { append(log, new A(i).get()) } catch (e) { append(log, str(e)) }
      try { append(log, sqrt(if (i % 9 == 8) { "x" } else { i })) } catch (e) { append(log, e.kind) }
      try { append(log, i / (if (i % 10 == 9) { [] } else { 2 })) } catch (e) { append(log, e.message) }
      try { append(log, late) } catch (e) { append(log, e.message) }`)}
    let late = 1`;
  const count = handled(source);
  assert.ok(count >= 40, `${count}`);
  agreesEverywhere(source, 9973);
});

test('errors that come from cells, through regions that have handlers of their own', () => {
  const source = `fn rare(i) { let none = {} if (i % 4 == 3) { throw i } i / (i - i) }
    fn between(i) { let none = {} try { append(log, rare(i)) } finally { append(log, "between") } }
    fn through(i) { let none = {} rare(i) + 1 }
    ${loop(`if (i % 12 == 11) { try { append(log, through(i)) } catch (e) { append(log, str(e)) } }
      if (i % 15 == 14) { try { between(i) } catch (e) { append(log, [str(e)]) } } else { try { if (i > 7) { between(3) } } catch (e) { append(log, e) } }`)}
    log`;
  const { handled } = agrees(source, {}, warm);
  assert.ok(handled >= 50, `${handled}`);
  const few = `fn rare(i) { let none = {} if (i % 4 == 3) { throw i } i }
    ${loop('if (i % 12 == 11) { try { append(log, rare(i)) } catch (e) { append(log, e) } }')}`;
  assert.ok(agrees(few, {}, warm).handled >= 4);
  agreesEverywhere(source, 4001);
});

test('errors through functions that are called directly, each of which is handled', () => {
  const source = `fn bad(i) { let none = {} if (i % 2 == 1) { throw i } i }
    fn between(i) { bad(i) + 1 }
    ${loop('try { append(log, between(i)) } catch (e) { append(log, e) }')}`;
  const { handled, waited } = agrees(source, {}, warm);
  assert.ok(handled >= 20 && waited >= 20, `${handled} of ${waited}`);
});

test('what is computed for a global that there is not has its errors first', () => {
  for (const value of ['1 / (i - i)', 'i + null', 'later', '-none']) {
    const source = `let log = []
      fn f(n) {
        for (let i = 0; i < n; i += 1) {
          let none = {}
          try { if (i > 20) { late =
            ${value} } } catch (e) { append(log, e.message) append(log, e.trace) }
        }
        log
      }
      f(30)
      let late = 1
      let later = 2`;
    for (const engine of [hot, warm]) agrees(`${source}; log`, {}, engine);
  }
});

test('handlers inside each other, and what is thrown in them', () => {
  const source = loop(`try {
      append(log, floor(if (i % 7 == 6) { "x" } else { i }))
      try { if (i % 2 == 0) { throw i } append(log, "past") }
      catch (e) { if (e % 3 == 0) { throw [e] } append(log, e) try { throw "inner" } catch (f) { append(log, f) } }
      if (i % 5 == 0) { throw "outer" }
    } catch (e) { append(log, ["out", str(e)]) }`);
  const count = handled(source);
  assert.ok(count >= 80, `${count}`);
  agreesEverywhere(source, 2503);
});

test('`finally`, with ways out of all kinds through it', () => {
  const source = `${loop(`try { try { if (i % 4 == 0) { throw i } if (i % 4 == 1) { continue } append(log, "end") } finally { append(log, "last") } } catch (e) { append(log, e) }
      if (i > 50) { try { try { break } finally { append(log, "broken") } } catch (e) { append(log, e) } }`)}
    fn back(i) { for (;;) { try { try { if (i % 2 == 0) { return i } throw "odd" } finally { append(log, i) } } catch (e) { return e } } }
    fn fail(i) { let none = {} if (i % 4 == 0) { throw [i] } i }
    fn between(i) { try { return fail(i) } catch (e) { return "between" } }
    fn last(i) {
      let none = {}
      try { append(log, between(i)) try { if (i % 2 == 0) { return i } append(log, "odd") } finally { append(log, fail(i)) } }
      catch (e) { append(log, ["last", e]) }
      -1
    }
    for (let i = 0; i < 40; i += 1) { append(log, back(i)) append(log, last(i)) }
    log`;
  const count = handled(source);
  assert.ok(count >= 25, `${count}`);
  agreesEverywhere(source, 2503);
});

test('loops that are tried, handlers that leave or go on, and a loop in a handler', () => {
  const source = `${loop('let k = 0 try { for (;;) { k += 1 if (k * i > 40 || k > 9) { throw k } append(log, k) } } catch (e) { half -= e if (e < 3) { continue } for (let j = 0; j < e; j += 1) { append(log, j) } }')}
    fn retry(i) { let n = 0 for (;;) { try { n += 1 if (n < i % 5) { throw n } return n } catch (e) { if (e == 3) { break } continue } } -n }
    for (let i = 0; i < 40; i += 1) { append(log, retry(i)) }
    log`;
  const count = handled(source);
  assert.ok(count >= 60, `${count}`);
  agreesEverywhere(source, 4001);
});

test('numbers that are kept as doubles have their value behind a handler', () => {
  const source = `let log = []
    fn run(a, b, c, d, e, f) {
      let x = 0.5 let y = 1.5
      for (let i = 0; i < 50; i += 1) {
        let none = {}
        try { x = x * 1.25 - y if (i % 3 == 1) { throw x } y = y + x / 8 if (i % 4 == 1) { log[0 - 1] = y } } catch (e) { y = y - 0.125 append(log, x) }
        append(log, [x, y])
      }
      x + y
    }
    append(log, run(1, 2, 3, 4, 5, 6))
    log`;
  const count = handled(source);
  assert.ok(count >= 20, `${count}`);
  agreesEverywhere(source, 2503);
});

test('loops and functions with registers give them up where something is often thrown', () => {
  const source = `fn inside(n) { let s = 0 for (let i = 0; i < n; i += 1) { try { if (i % 4 == 0) { throw i } s += 1 } catch (e) { s += e % 7 } } s }
    fn check(i) { if (i % 4 == 0) { throw i } i % 3 }
    fn through(n) { let s = 0 for (let i = 0; i < n; i += 1) { try { s += check(i) } catch (e) { s += e % 7 } } s }
    fn own(i) { try { if (i % 4 == 0) { throw i } return i % 3 } catch (e) { return e % 7 } }
    fn calls(n) { let s = 0 for (let i = 0; i < n; i += 1) { s += own(i) } s }
    [inside(30000), through(40000), calls(40000)]`;
  const counts = agrees(source, {}, warm);
  assert.ok(counts.handled > 15_000, `${counts.handled}`);
  assert.ok(counts.left < 1_500, `${counts.left}`);
  assert.ok(counts.entered < 6_000, `${counts.entered}`);
});

/** Runs a loop, written in assembly, that counts in its first local, to a sum in the second. */
const counting = (rounds: number, body: string, handlers: string): Program =>
  load(
    assemble(`.function main locals=2
  OpConstant =0
  OpSetLocal 0
  OpConstant =0
  OpSetLocal 1
head:
  OpGetLocal 0
  OpConstant =${rounds}
  OpLess
  OpJumpIfFalse @end
${body}
next:
  OpGetLocal 0
  OpConstant =1
  OpAdd
  OpSetLocal 0
  OpLoop @head
end:
  OpGetLocal 1
${handlers}
.end`),
  );

test('code that goes to its handler without an error, too', () => {
  for (const plain of ['', '  OpMap 0\n  OpPop\n']) {
    const body = `${plain}try:
  OpGetLocal 0
  OpConstant =3
  OpMod
  OpConstant =0
  OpEqual
  OpJumpIfFalse @other
  OpGetLocal 0
  OpThrow
other:
  OpGetLocal 0
  OpConstant =3
  OpMod
  OpConstant =1
  OpEqual
  OpJumpIfFalse @tried
  OpConstant =1000
  OpJump @caught
tried:
  OpJump @next
caught:
  OpGetLocal 1
  OpAdd
  OpSetLocal 1`;
    const work = counting(60, body, '.handler @try @tried @caught catch');
    for (const engine of [hot, warm]) {
      const counts = agrees(work, {}, engine);
      assert.ok(counts.entered > 0);
      if (plain !== '') assert.ok(counts.handled >= 15, `${counts.handled}`);
    }
  }
});

test('code of an inner `try` that only the outer one covers', () => {
  const body = `  OpMap 0
  OpPop
try:
  OpGetLocal 0
  OpConstant =2
  OpMod
  OpConstant =0
  OpEqual
  OpJumpIfFalse @odd
  OpImport $floor
  OpConstant ="none"
  OpCall 1
  OpPop
  OpJump @next
odd:
  OpImport $floor
  OpConstant ="none"
  OpCall 1
  OpPop
past:
  OpJump @next
first:
  OpPop
  OpGetLocal 1
  OpConstant =1
  OpAdd
  OpSetLocal 1
  OpJump @next
second:
  OpPop
  OpGetLocal 1
  OpConstant =1000
  OpAdd
  OpSetLocal 1`;
  const handlers = '.handler @try @odd @first catch\n.handler @try @past @second catch';
  for (const engine of [hot, warm]) {
    const { handled } = agrees(counting(300, body, handlers), {}, engine);
    assert.ok(handled >= 140 + 100, `${handled}`);
  }
});

test('traces, and places in reports, of frames that wait below in regions', () => {
  const source = `let log = []
    fn inner(i) {
      let none = {}
      try { if (i % 4 == 3) { throw "text" } return floor(if (i % 3 == 1) { "x" } else { i }) } catch (e) { if (e != "text") { append(log, e.trace) } return i }
    }
    fn outer(i) { let none = {} inner(i) + 1 }
    let s = 0
    for (let i = 0; i < 60; i += 1) { let none = {} s += outer(i) }
    fn middle(i) { inner(i) * 2 }
    for (let i = 0; i < 60; i += 1) { s += middle(i) }
    fn bottom(i) {
      let none = {}
      try { if (i == 50) { throw
        "the last" } } finally { s += 1 }
    }
    fn over(i) { bottom(i) == null }
    fn last(n) { for (let i = 0; i < n; i += 1) { over(i) } }
    fn lastOfAll(n) { for (let i = 0; i < n; i += 1) { let none = {} bottom(i) } }
    append(log, s)
    log`;
  const count = handled(source);
  assert.ok(count >= 40, `${count}`);
  agreesEverywhere(source, 2503);
  for (const end of ['last(60)', 'lastOfAll(60)'])
    for (const engine of [hot, warm]) agrees(`${source}; ${end}`, {}, engine);
});

test('stops of the host in a `try`, and errors that no guest handles, leave the region', () => {
  const source = loop(
    'try { append(log, range(i)) if (i % 6 == 5) { throw "six" } } catch (e) { append(log, e) }',
  );
  for (const maxMemory of [9_000, 20_000, 30_000]) agrees(source, { maxMemory }, hot);
  agreesEverywhere(`${source}; fn down(n) { try { down(n + 1) } catch (e) { "caught" } } down(0)`, 4001, {
    maxFrames: 500,
  });
});

test('the census that an error asks for on its way finds what it finds elsewhere', () => {
  const source = `let keep = []
    fn before(n) { let a = range(n) let b = range(n) let c = range(n) let d = range(n) len(a) + len(b) + len(c) + len(d) }
    fn run(n) {
      let x = 0.5 let y = 1.5 let z = 2.5
      for (let i = 0; i < 400; i += 1) { x += y puts() try { if (i % 2 == 0) { throw i } z = z / 2 } catch (e) { y = z + e append(keep, 1) } }
      x + y + z
    }
    for (let i = 0; i < 3; i += 1) { before(300) run(i) }`;
  for (let maxMemory = 60_000; maxMemory < 200_000; maxMemory += 7_000) {
    const { handled } = agrees(source, { maxMemory, output: () => undefined }, hot);
    assert.ok(handled >= 500, `${handled}`);
  }
});

test('that census counts what is thrown, on every engine', () => {
  const work = weft(`let keep = []
    for (let i = 0; i < 40; i += 1) { try { throw {"k0": i, "k1": [i, i], "k2": "text"} } catch (e) { if (i % 3 == 0) { append(keep, e) } } }
    len(keep)`);
  for (let maxMemory = 5_000; maxMemory < 9_000; maxMemory += 97) {
    const expected = outcome(work, 'reference', { maxMemory });
    for (const engine of [...engineNames, hot])
      assert.is(outcome(work, engine, { maxMemory }), expected, `${maxMemory}`);
  }
});

test('where there is no memory for an error, the report says where', () => {
  const source = loop(
    'try { half = floor(if (i > 9) { "x" } else { i }) } catch (e) { append(log, e) }',
    400,
  );
  for (let maxMemory = 20_000; maxMemory < 60_000; maxMemory += 777) agrees(source, { maxMemory }, hot);
});

test('a function with a `try` that is called directly, and one that recurses beyond the host', () => {
  const source = `let log = []
    fn guarded(i, k) { try { if (i % 3 == k) { throw [i, k] } i + k } catch (e) { append(log, e.trace) e[0] } }
    fn two(i) { guarded(i, 1) + guarded(i, 2) }
    fn down(n) { if (n == 0) { throw "bottom" } try { down(n - 1) } catch (e) { if (n % 100 == 0) { append(log, e) } throw n } }
    let s = 0
    for (let i = 0; i < 90; i += 1) { try { s += two(i) } catch (e) { append(log, e.message) } }
    for (let i = 0; i < 4; i += 1) { try { down(900) } catch (e) { append(log, e) } }
    append(log, s)
    log`;
  agreesEverywhere(source, 19997, { maxFrames: 2000 });
});

test('errors of host functions, and runs of theirs inside a `try`', () => {
  const source = loop(
    'try { append(log, ask(i)) } catch (e) { append(log, e.kind) } try { let none = {} if (i % 5 == 0) { throw 5 } } catch (e) { append(log, ask(1)) }',
  );
  const run = (engine: NonNullable<VmOptions['engine']>): string => {
    const inner = new VM({ engine });
    inner.run(weft('fn f(i) { try { if (i % 2 == 0) { throw i } i } catch (e) { -e } }'));
    const functions = {
      ask: (i: HostValue): HostValue => {
        if (Number(i) % 7 === 3) throw new Error('the host will not');
        return inner.call('f', i);
      },
    };
    return new VM({ engine, functions }).run(weft(source, { functions: ['ask'] })).text;
  };
  const before = regionCounts().handled;
  assert.is(run(hot), run('reference'));
  assert.is(run(warm), run('reference'));
  assert.ok(regionCounts().handled > before);
});

test('random programs have errors that regions handle', () => {
  const before = regionCounts().handled;
  const engine = makeClonedEngine('random', { loop: 2, call: 2 });
  for (let seed = 1; seed <= 150; seed++) {
    const { source, program } = programOf(seed);
    assert.is(outcome(program, engine, { fuel: 1e5 }), outcome(program, 'reference', { fuel: 1e5 }), source);
  }
  const count = regionCounts().handled - before;
  assert.ok(count > 150, `${count}`);
});

test.run();
