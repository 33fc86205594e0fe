/** The verifier: a file or a module for each rule it rejects by, and what must go through. */

import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble } from '../../src/bytecode/assemble';
import type { Constant, Module, ModuleClass, ModuleFunction } from '../../src/bytecode/module';
import {
  VerifyError,
  type VerifyErrorData,
  type VerifyRule,
  verify,
  verifyRules,
} from '../../src/bytecode/verify';
import { narrow } from '../../src/isa/isa';
import type { Handler } from '../../src/runtime/linked';

const folder = 'test/verify/reject';

function rejects(module: Module, rule: string): VerifyErrorData & { readonly message: string } {
  try {
    verify(module);
  } catch (error) {
    assert.instance(error, VerifyError);
    const { data, message } = error as VerifyError; // as just asserted
    assert.is(data.rule, rule, message);
    return { ...data, message };
  }
  return assert.unreachable(`must be rejected: ${rule}`) as never; // it throws
}

const tested = new Set<string>();

for (const file of readdirSync(folder).sort()) {
  const text = readFileSync(`${folder}/${file}`, 'utf8');
  const rule = /^; rejects: (.+)$/m.exec(text)?.[1] ?? '';
  tested.add(rule);
  test(`${file} is rejected`, () => {
    assert.ok(rule in verifyRules, `'${rule}' is a rule`);
    assert.ok(rejects(assemble(text), rule).message.includes(rule));
  });
}

const good = (): Module => assemble('.function main\n OpNull\n.end');

const withFunction = (change: Partial<ModuleFunction>): Module => {
  const module = good();
  return { ...module, functions: [{ ...module.functions[0]!, ...change }] };
};

const point: ModuleClass = { name: 'Point', fields: [], statics: [], methods: [] };

const withClass = (change: Partial<ModuleClass>): Module => ({
  ...good(),
  classes: [{ ...point, ...change }],
});

/** Reads a field of a name that is too long. */
function longMemberName(): Module {
  const name = 'x'.repeat(1025);
  return assemble(`.function main\n OpNull\n OpGetField .${name}\n.end`);
}

/** What the text form cannot say. */
const inCode: readonly [rule: VerifyRule, module: () => Module][] = [
  ['constant', () => ({ ...good(), constants: [null as unknown as Constant] })], // what the types forbid
  ['name', () => ({ ...good(), globals: [1 as unknown as string] })], // what the types forbid
  ['name', () => withFunction({ name: undefined as unknown as string })], // what the types forbid
  ['count', () => withFunction({ localCount: 0.5 })],
  ['count', () => withFunction({ maxStack: Number.NaN })],
  ['handler', () => withFunction({ handlers: [{ start: 0, end: 1, target: 1, height: -1, kind: 'catch' }] })],
  [
    'handler',
    () => withFunction({ handlers: [{ start: 0, end: 0.5, target: 1, height: 0, kind: 'catch' }] }),
  ],
  [
    'handler',
    () =>
      withFunction({
        handlers: [{ start: 0, end: 1, target: 1, height: 0, kind: 'odd' as Handler['kind'] }],
      }), // what the types forbid
  ],
  ['limit', () => ({ ...good(), imports: new Array<string>(2 ** 16 + 1).fill('x') })],
  ['limit', () => withFunction({ code: new Uint8Array(2 ** 26 + 1) })],
  ['limit', () => ({ ...good(), classes: new Array<ModuleClass>(2 ** 16 + 1).fill(point) })],
  ['class', () => withClass({ name: 1 as unknown as string })], // what the types forbid
  ['class', () => withClass({ fields: [null as unknown as string] })], // what the types forbid
  ['class', () => withClass({ statics: ['x'.repeat(1025)] })],
  ['class', () => withClass({ fields: Array.from({ length: 2 ** 16 + 1 }, (_, i) => `x${i}`) })],
  ['class', () => withClass({ methods: [{ name: 'f', function: 0.5 }] })],
  ['member name', longMemberName],
];

for (const [rule, module] of inCode) {
  tested.add(rule);
  test(`a module that breaks the rule '${rule}'`, () => {
    rejects(module(), rule);
  });
}

test('every rule is tested', () => {
  assert.equal([...tested].sort(), Object.keys(verifyRules).sort());
});

test('the documentation has every rule', () => {
  const page = readFileSync('docs/bytecode-format.md', 'utf8');
  for (const [rule, says] of Object.entries(verifyRules))
    assert.ok(page.includes(`| ${rule} | ${says} |`), rule);
});

test('a rejection names function, offset and rule', () => {
  const module = assemble(
    '.function main\n OpNull\n.end\n.function f\n OpConstant =1\n OpConstant =1\n OpPop\n OpAdd\n.end',
  );
  const { message, ...data } = rejects(module, 'stack underflow');
  assert.is(message, "function 'f' at 0007: stack underflow: OpAdd takes 2, there is 1");
  assert.equal(data, { rule: 'stack underflow', functionIndex: 1, function: 'f', offset: 7 });
});

test('heights are by pc, with the end as one more', () => {
  const { heights } = verify(
    assemble('.function main\n OpTrue\n OpJumpIfFalse @a\n OpNull\n OpReturn\na: OpNull\n.end'),
  );
  assert.equal([...heights[0]!], [0, 1, -1, -1, 0, 1, 0, 1]);
});

test('a loop that is entered at its bottom, dead code that would underflow, a handler at the end', () => {
  verify(
    assemble(`.function main
  OpJump @condition
body:
  OpNull
  OpPop
condition:
  OpTrue
  OpJumpIfFalse @out
  OpLoop @body
  OpAdd
out:
  OpNull
  OpReturn
end:
.handler @body @condition @end catch
.end`),
  );
});

test('a handler that nothing reachable enters is not judged by its height', () => {
  verify(
    assemble(
      '.function main\n OpNull\n OpReturn\na: OpNull\nb: OpReturn\n.handler @a @b @b height=7 catch\n.end',
    ),
  );
});

/** Milliseconds that verifying a module takes. */
function time(module: Module): number {
  const before = performance.now();
  verify(module);
  return performance.now() - before;
}

test('overlapping handlers without number take no more than their share', () => {
  // Each of 60,000 handlers covers everything from its start on: looking at all for each instruction would take 10^9 steps.
  const count = 60_000;
  const code = new Uint8Array(2 * count + 1);
  for (let i = 0; i < count; i++) {
    code[2 * i] = narrow.OpNull.opcode;
    code[2 * i + 1] = narrow.OpPop.opcode;
  }
  code[2 * count] = narrow.OpNull.opcode;
  const end = code.length;
  const handlers = Array.from(
    { length: count },
    (_, i): Handler => ({ start: 2 * i, end, target: end, height: 0, kind: 'catch' }),
  );
  assert.ok(time(withFunction({ code, handlers, maxStack: 1 })) < 2000);
});

test('a chain of many jumps takes no more than its share', () => {
  const jumps = Array.from({ length: 100_000 }, (_, i) => `  OpTrue\n  OpJumpIfFalseWide @l${i}\nl${i}:`);
  assert.ok(time(assemble(`.function main\n${jumps.join('\n')}\n  OpNull\n.end`)) < 2000);
});

test.run();
