/**
 * The generator's reading of the instruction table: each way of writing an entry wrong, tried on a copy of the real table,
 * is refused with file, line and reason; and what is checked in is what the table gives.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { generatedFiles } from '../scripts/generate/files';
import { readIsa, TableError } from '../scripts/generate/read-isa';
import { instructions } from '../src/isa/instructions';
import { readText } from './files';

const path = 'src/isa/instructions.ts';
const table = readText(path);

/** Where the entry of an instruction begins. */
function entryStart(text: string, op: string): number {
  const start = text.indexOf(`\n  ${op}: `) + 1;
  assert.ok(start > 0, `there is no entry ${op}`);
  return start;
}

/** The table with the first `from` in the entry of `op` replaced. */
function change(text: string, op: string, from: string, to: string): string {
  const start = entryStart(text, op);
  const next = text.indexOf('\n  Op', start);
  const at = text.indexOf(from, start);
  assert.ok(at >= 0 && (next < 0 || at < next), `'${from}' is not in the entry ${op}`);
  return text.slice(0, at) + to + text.slice(at + from.length);
}

function problemsOf(text: string): readonly string[] {
  try {
    readIsa(path, text);
  } catch (error) {
    if (error instanceof TableError) return error.problems;
    throw error;
  }
  return [];
}

/** Where `marker` stands, in or after the entry of `op`. */
function lineOf(text: string, op: string, marker: string): number {
  const at = text.indexOf(marker, entryStart(text, op));
  assert.ok(at >= 0, `'${marker}' is not there`);
  return text.slice(0, at).split('\n').length;
}

interface Refusal {
  readonly op: string;
  readonly from: string;
  readonly to: string;
  /** The first text of the line that is named. */
  readonly at: string;
  readonly says: string;
}

/** Each refusal is tried by itself; others may come with it, since one slip can break more than one rule. */
function refuses(title: string, { op, from, to, at, says }: Refusal): void {
  test(`refuses ${title}`, () => {
    const text = change(table, op, from, to);
    const problems = problemsOf(text);
    const wanted = `${path}:${lineOf(text, op, at)}: ${op}: ${says}`;
    assert.ok(problems.includes(wanted), `wanted: ${wanted}\ngot: ${problems.join('\n')}`);
  });
}

const stray = (name: string): string => `'${name}' is no parameter, verb or module that a body may use`;

test('accepts the table as it is', () => {
  assert.equal(
    readIsa(path, table).map(({ name }) => name),
    Object.keys(instructions),
  );
});

// What a body takes and gives

const both = '(a: Value, b: Value)';
const takes = (got: string): string => `the body takes (${got}), but operands and picture say (a, b)`;
refuses('a body without one of the inputs', {
  op: 'OpSub',
  from: both,
  to: '(a: Value)',
  at: 'body:',
  says: takes('a'),
});
refuses('a body with more than operands and picture say', {
  op: 'OpSub',
  from: both,
  to: '(a: Value, b: Value, c: Value)',
  at: 'body:',
  says: takes('a, b, c'),
});
refuses('inputs in another order', {
  op: 'OpSub',
  from: both,
  to: '(b: Value, a: Value)',
  at: 'body:',
  says: takes('b, a'),
});
refuses('a misspelt operand', {
  op: 'OpGetLocal',
  from: '(slot: number)',
  to: '(slott: number)',
  at: 'body:',
  says: 'the body takes (slott), but operands and picture say (slot)',
});
refuses('operands after the inputs', {
  op: 'OpSetLocal',
  from: '(slot: number, value: Value)',
  to: '(value: Value, slot: number)',
  at: 'body:',
  says: 'the body takes (value, slot), but operands and picture say (slot, value)',
});
refuses('a picture that was changed without its body', {
  op: 'OpSub',
  from: 'a b -- difference',
  to: 'a b c -- difference',
  at: 'body:',
  says: 'the body takes (a, b), but operands and picture say (a, b, c)',
});
for (const parameter of ['...b: Value[]', 'b: Value = null', 'b?: Value']) {
  refuses(`the parameter '${parameter}'`, {
    op: 'OpSub',
    from: 'b: Value',
    to: parameter,
    at: 'body:',
    says: `the parameter '${parameter}' is more than a name and its type`,
  });
}
refuses('an input that is never used', {
  op: 'OpMinus',
  from: "(typeof a === 'number' ? -a : slow.unary('-', a))",
  to: '1',
  at: 'body:',
  says: "the body never uses 'a'; call it '_a' if that is meant",
});
refuses('a body that gives nothing where the picture has a result', {
  op: 'OpGetLocal',
  from: '): Value',
  to: '): void',
  at: 'body:',
  says: "the picture leaves 'value', but the body gives void",
});
refuses('a body that gives a value where the picture has none', {
  op: 'OpSetLocal',
  from: '): void',
  to: '): Value',
  at: 'body:',
  says: 'the picture leaves nothing, but the body gives Value',
});
refuses('a body without a result type', {
  op: 'OpNull',
  from: '(): Value =>',
  to: '() =>',
  at: 'body:',
  says: 'the body declares its result type',
});

// The form of a body

for (const body of ['(): Value => { return null; }', 'function (): Value { return null; }', 'nothing']) {
  refuses(`the body '${body}'`, {
    op: 'OpNull',
    from: '(): Value => null',
    to: body,
    at: 'body:',
    says: 'a body is an arrow function of one expression',
  });
}
refuses('a function inside a body', {
  op: 'OpNull',
  from: '=> null',
  to: '=> ((): Value => null)()',
  at: 'body:',
  says: 'a body contains no functions',
});
for (const keyword of ['this', 'import']) {
  refuses(`'${keyword}'`, {
    op: 'OpNull',
    from: '=> null',
    to: keyword === 'import' ? "=> import('node:fs')" : '=> this',
    at: 'body:',
    says: `a body has no use for '${keyword}'`,
  });
}

// Names

refuses('a stray identifier', {
  op: 'OpNull',
  from: '=> null',
  to: '=> globalThis',
  at: 'body:',
  says: stray('globalThis'),
});
refuses('a stray identifier, on its own line', {
  op: 'OpSub',
  from: 'a - b : slow',
  to: '\n a - delta : slow',
  at: 'a - delta',
  says: stray('delta'),
});
refuses("a host's constructor", {
  op: 'OpArray',
  from: 'make.arrayOfSlots(items)',
  to: 'new Set(items)',
  at: 'body:',
  says: stray('Set'),
});
refuses('a function of this file', {
  op: 'OpNull',
  from: '=> null',
  to: '=> data(null)',
  at: 'body:',
  says: stray('data'),
});
refuses('a misspelt verb', {
  op: 'OpGetLocal',
  from: 'local(slot)',
  to: 'locale(slot)',
  at: 'body:',
  says: stray('locale'),
});
refuses('a module that a body may not use', {
  op: 'OpNull',
  from: '=> null',
  to: '=> show.typeName(null)',
  at: 'body:',
  says: stray('show'),
});
refuses('a computed member of a module', {
  op: 'OpSelf',
  from: 'self()',
  to: "slow['add'](self(), self())",
  at: 'body:',
  says: stray('slow'),
});
refuses('a misspelt function of slow', {
  op: 'OpAdd',
  from: 'slow.add',
  to: 'slow.ad',
  at: 'typeof a',
  says: "'slow.ad' does not exist: src/runtime/slow.ts has no 'ad'",
});
refuses('a misspelt function of make', {
  op: 'OpMap',
  from: 'make.map',
  to: 'make.mapp',
  at: 'body:',
  says: "'make.mapp' does not exist: src/runtime/make.ts has no 'mapp'",
});
refuses('a misspelt function of boxes', {
  op: 'OpGetBoxed',
  from: 'boxes.read',
  to: 'boxes.red',
  at: 'body:',
  says: "'boxes.red' does not exist: src/runtime/boxes.ts has no 'red'",
});
refuses('a name that only host objects have', {
  op: 'OpAdd',
  from: 'slow.add',
  to: 'slow.toString',
  at: 'typeof a',
  says: "'slow.toString' does not exist: src/runtime/slow.ts has no 'toString'",
});
for (const member of ['trunk', 'hasOwnProperty']) {
  refuses(`Math.${member}`, {
    op: 'OpTruncDiv',
    from: 'Math.trunc',
    to: `Math.${member}`,
    at: `Math.${member}`,
    says: `'Math.${member}' does not exist`,
  });
}
for (const member of ['lenght', 'constructor', '__proto__']) {
  refuses(`the property '${member}'`, {
    op: 'OpLength',
    from: 'sequence.length',
    to: `sequence.${member}`,
    at: 'Array.isArray(sequence)',
    says: `'${member}' is no property that a body may read`,
  });
}
refuses('another function of Array', {
  op: 'OpLength',
  from: 'Array.isArray(sequence)',
  to: 'Array.of(sequence)',
  at: 'Array.of',
  says: "'of' is no property that a body may read",
});
refuses('a property of what a verb gives', {
  op: 'OpSelf',
  from: 'self()',
  to: 'self().free',
  at: 'body:',
  says: "'free' is no property that a body may read",
});

// Calls

refuses('a verb that is not called', {
  op: 'OpSelf',
  from: 'self()',
  to: 'self',
  at: 'body:',
  says: "'self' is used without being called",
});
refuses('a verb that is passed on', {
  op: 'OpGetLocal',
  from: 'local(slot)',
  to: 'free(local, slot)',
  at: 'body:',
  says: "'local' is used without being called",
});
refuses('a slow path that is not called', {
  op: 'OpSub',
  from: "slow.arithmetic('-', a, b)",
  to: 'slow.arithmetic',
  at: 'typeof a',
  says: "'slow.arithmetic' is used without being called",
});
refuses('a verb with too few arguments', {
  op: 'OpSetLocal',
  from: 'setLocal(slot, value)',
  to: 'setLocal(slot)',
  at: 'body:',
  says: "'setLocal' takes another number of arguments: 2, not 1",
});
refuses('a verb with too many arguments', {
  op: 'OpSelf',
  from: 'self()',
  to: 'self(null)',
  at: 'body:',
  says: "'self' takes another number of arguments: 0, not 1",
});
refuses('a slow path with too few arguments', {
  op: 'OpSub',
  from: "slow.arithmetic('-', a, b)",
  to: "slow.arithmetic('-', a)",
  at: 'typeof a',
  says: "'slow.arithmetic' takes another number of arguments: 3, not 2",
});

// Operands

for (const kind of ['constnt', 'toString']) {
  test(`refuses the operand kind '${kind}'`, () => {
    const text = change(table, 'OpConstant', "'constant'", `'${kind}'`);
    const [problem] = problemsOf(text);
    const place = `${path}:${lineOf(text, 'OpConstant', 'operands:')}: OpConstant: `;
    assert.ok(problem?.startsWith(`${place}'${kind}' is no kind of operand; there are constant, `), problem);
  });
}
refuses('operands that are no object', {
  op: 'OpConstant',
  from: "{ index: 'constant' }",
  to: "['constant']",
  at: 'operands:',
  says: "'operands' is an object literal of names and kinds",
});

// Pictures

for (const [picture, says] of [
  ['a b difference', "a stack picture has one '--': 'a b difference'"],
  ['a b -- difference -- rest', "a stack picture has one '--': 'a b -- difference -- rest'"],
  ['a, b -- difference', "'a,' is no name in the stack picture 'a, b -- difference'"],
  ['a b -- difference!', "'difference!' is no name in the stack picture 'a b -- difference!'"],
  ['a b[ -- difference', "'b[' is no name in the stack picture 'a b[ -- difference'"],
  ['a b -- c[n]', "'c[n]' is no name in the stack picture 'a b -- c[n]'"],
  ['a a -- difference', "'a' names two things"],
  ['a b -- difference rest', 'only a shuffle leaves more than one value'],
] as const) {
  refuses(`the picture '${picture}'`, {
    op: 'OpSub',
    from: 'a b -- difference',
    to: picture,
    at: 'stack:',
    says,
  });
}
for (const [picture, says] of [
  ['items[size] -- array', "the picture counts by 'size', which is no operand"],
  [
    'items[count] rest -- array',
    "'items[count]' is no name in the stack picture 'items[count] rest -- array'",
  ],
  ['items[count*2] -- array', "'items[count*2]' is no name in the stack picture 'items[count*2] -- array'"],
  ['count[count] -- array', "'count' names two things"],
] as const) {
  refuses(`the picture '${picture}'`, {
    op: 'OpArray',
    from: 'items[count] -- array',
    to: picture,
    at: 'stack:',
    says,
  });
}
refuses('a shuffle that makes a value', {
  op: 'OpDup',
  from: 'value -- value value',
  to: 'value -- value other',
  at: 'stack:',
  says: "a shuffle makes no new value, and 'other' is not on its left",
});

// Entries

for (const [form, op, key] of [
  ['data', 'OpNull', 'control'],
  ['shuffle', 'OpPop', 'body'],
  ['control', 'OpReturn', 'body'],
] as const) {
  refuses(`'${key}' in a ${form} entry`, {
    op,
    from: 'stack:',
    to: `\n${key}: null,\nstack:`,
    at: `${key}: null`,
    says: `a ${form} entry has no '${key}'`,
  });
}
refuses('a misspelt key', {
  op: 'OpNull',
  from: 'says:',
  to: 'sais:',
  at: 'sais:',
  says: "a data entry has no 'sais'",
});
for (const [op, key, from] of [
  ['OpNull', 'stack', "stack: '-- null',"],
  ['OpNull', 'says', "says: 'Pushes `null`.',"],
  ['OpNull', 'body', 'body: (): Value => null'],
  ['OpReturn', 'control', 'control: { falls: false, traps: [] },'],
] as const) {
  refuses(`an entry without '${key}'`, { op, from, to: '', at: `${op}:`, says: `'${key}' is missing` });
}
refuses('a picture that is no literal', {
  op: 'OpNull',
  from: "stack: '-- null'",
  to: 'stack: picture',
  at: 'OpNull:',
  says: "'stack' and 'says' are string literals",
});
for (const sentence of ['pushes null.', 'Pushes null', '']) {
  refuses(`'${sentence}' as the sentence`, {
    op: 'OpNull',
    from: "'Pushes `null`.'",
    to: `'${sentence}'`,
    at: 'says:',
    says: "'says' is one sentence, from capital to full stop",
  });
}
for (const entry of ['entry({', 'data(true, {']) {
  refuses(`an entry '${entry}'`, {
    op: 'OpNull',
    from: 'data({',
    to: entry,
    at: 'OpNull:',
    says: "an entry is a call of 'data', 'shuffle' or 'control' with an object literal",
  });
}

/** A change of an entry's name moves what `change` looks for, so these replace it in the whole text. */
function renamed(from: string, to: string): string {
  const start = entryStart(table, from);
  return `${table.slice(0, start)}  ${to}: ${table.slice(start + `  ${from}: `.length)}`;
}

test('refuses a second instruction of a name', () => {
  const line = lineOf(table, 'OpTrue', 'OpTrue:');
  const wanted = [`${path}:${line}: OpNull: there are two instructions of this name`];
  assert.equal(problemsOf(renamed('OpTrue', 'OpNull')), wanted);
});

for (const name of ['Null', 'opNull', 'Opnull', "'OpNull'"]) {
  test(`refuses ${name} as a name`, () => {
    const line = lineOf(table, 'OpNull', 'OpNull:');
    const wanted = [`${path}:${line}: ${name}: an instruction's name begins with 'Op' and a capital`];
    assert.equal(problemsOf(renamed('OpNull', name)), wanted);
  });
}

test('refuses a file without the table', () => {
  const text = table.replace('export const instructions =', 'export const others =');
  assert.is.not(text, table);
  assert.equal(problemsOf(text), [`${path}:1: there is no 'instructions' object`]);
});

test('names every problem at once, in the order of the text', () => {
  let text = change(table, 'OpNull', '=> null', '=> nothing');
  text = change(text, 'OpAdd', 'slow.add', 'slow.ad');
  text = change(text, 'OpSub', both, '(b: Value, a: Value)');
  text = change(text, 'OpDup', 'value -- value value', 'value -- value other');
  const wanted = [
    `${path}:${lineOf(text, 'OpNull', 'body:')}: OpNull: ${stray('nothing')}`,
    `${path}:${lineOf(text, 'OpDup', 'stack:')}: OpDup: a shuffle makes no new value, and 'other' is not on its left`,
    `${path}:${lineOf(text, 'OpAdd', 'slow.ad')}: OpAdd: 'slow.ad' does not exist: src/runtime/slow.ts has no 'ad'`,
    `${path}:${lineOf(text, 'OpSub', 'body:')}: OpSub: ${takes('b, a')}`,
  ];
  assert.equal(problemsOf(text), wanted);
  assert.throws(
    () => readIsa(path, text),
    (error: Error) => error.message === wanted.join('\n'),
  );
});

for (const [file, text] of generatedFiles(readIsa())) {
  test(`${file} is what the table gives`, () => {
    assert.ok(readText(file) === text, `${file} is stale: run \`npm run generate\``);
  });
}

test.run();
