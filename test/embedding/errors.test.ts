/**
 * Errors as the host and as guests see them: kinds, data, causes and traces, and which of them a guest may catch.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { HeddleError, type HostValue, VM, type VmOptions } from '../../src/index';
import { assertFails, failureOf, guest, onEngines, rejectionOf, runIn } from './guests';

onEngines('a guest throws any value, and the host gets a copy', (engine) => {
  const values: [string, HostValue][] = [
    ['null', null],
    ['"text"', 'text'],
    ['[1, [2]]', [1, [2]]],
    ['{"code": 5}', new Map([['code', 5]])],
  ];
  for (const [source, value] of values) {
    const error = assertFails(() => runIn(engine, `throw ${source}`), 'thrown value');
    assert.equal(error.value, value);
    assert.is(error.name, 'HeddleError');
    assert.instance(error, Error);
  }
  assert.is(
    failureOf(() => runIn(engine, 'throw repeat("x", 5000)')).message.length,
    1003,
    'the message is cut',
  );
});

onEngines('an error has kind, message and trace for guests', (engine) => {
  const source = `fn inner(x) { x - "a" }
fn outer() { inner(1) }
let r
try { outer() } catch (e) { r = [e["kind"], e["message"], e["trace"], e["other"], type(e)] }
r`;
  assert.equal(new VM({ engine }).run(guest(source)).value, [
    'type error',
    "'-' does not apply to number and string",
    ['inner guest.weft:1:17', 'outer guest.weft:2:14', 'program guest.weft:4:7'],
    null,
    'error',
  ]);
});

onEngines('an error that is thrown on keeps its kind and its first trace', (engine) => {
  const source = `fn fail() { 1 / 0 }
fn again() { try { fail() } catch (e) { throw e } }
again()`;
  const error = failureOf(() => runIn(engine, source));
  assert.is(error.kind, 'division by zero');
  assert.is(error.trace[0]?.line, 1);
});

onEngines('frames that repeat are folded in the report', (engine) => {
  const error = failureOf(() =>
    new VM({ engine }).run(guest('fn f(n) { if (n == 0) { [] - 1 } else { f(n - 1) + 1 } }\nf(300)')),
  );
  assert.is(
    error.report(),
    `type error: '-' does not apply to array and number
    at f (guest.weft:1:28)
    at f (guest.weft:1:41) [300 times]
    at program (guest.weft:2:1)`,
  );
});

const limits: [string, string, VmOptions][] = [
  ['out of fuel', 'while (true) {}', { fuel: 1000 }],
  ['stack overflow', 'fn f() { f() }; f()', { maxFrames: 100 }],
  ['out of memory', 'let a = []; while (true) { append(a, array(100, 0)) }', { maxMemory: 100_000 }],
];
for (const [kind, source, options] of limits) {
  onEngines(`${kind} is past every handler of the guest`, (engine) => {
    const seen: HostValue[] = [];
    const functions = { see: (x: HostValue) => void seen.push(x) };
    const error = failureOf(() =>
      runIn(engine, `try { ${source} } catch (e) { see(1) } finally { see(2) }`, {
        engine,
        functions,
        ...options,
      }),
    );
    assert.is(error.kind, kind);
    assert.ok(error.trace.length > 0);
    assert.equal(seen, []);
  });
}

onEngines('what a guest threw while it was awaited, or after, has its trace whole', async (engine) => {
  const vm = new VM({ engine, functions: { later: async (x) => x } });
  const program = guest('fn f() { let x = later(1)\nx / 0 }\nf()', { functions: ['later'] });
  const error = await rejectionOf(vm.start(program).finish());
  assert.is(
    error.report(),
    `division by zero: the right operand of '/' is zero
    at f (guest.weft:2:3)
    at program (guest.weft:3:1)`,
  );
});

test('the cause is not in the report, and in nothing that a guest can see', () => {
  const vm = new VM({
    functions: {
      f: () => {
        throw new Error('secret');
      },
    },
  });
  const error = failureOf(() => vm.run(guest('f()', { functions: ['f'] })));
  assert.instance(error, HeddleError);
  assert.not.match(error.report(), 'secret');
  assert.is((error.cause as Error).message, 'secret'); // as thrown above
});

test.run();
