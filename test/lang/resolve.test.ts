/**
 * The resolver: which variables live in boxes, which are copied into closures, and what names mean.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { listFunction } from '../../src/bytecode/disassemble';
import { compile } from '../../src/lang/compile';
import { Report } from '../../src/lang/diagnostics';
import { parse } from '../../src/lang/parser';
import { resolve } from '../../src/lang/resolve';
import { SourceText } from '../../src/lang/source';
import type { Dialect } from '../../src/lang/tokens';

/** Boxed variables of a function's body, those with a box from the start of their scope in parentheses. */
function boxed(body: string, dialect: Dialect = 'weft'): string {
  const source = dialect === 'weft' ? `fn main(p, q) { ${body} }` : `let main = fn(p, q) { ${body} }`;
  const report = new Report(new SourceText(source, 'test'));
  const program = parse(report, dialect);
  const options = { dialect, imports: new Set(['puts']), globals: [] };
  const { locals } = resolve(program, report, options);
  report.throwIfAny();
  return locals
    .filter((variable) => variable.boxed)
    .map(({ name, hoisted }) => (hoisted ? `(${name})` : name))
    .join(' ');
}

function facts(name: string, rows: readonly (readonly [body: string, boxes: string])[]): void {
  test(name, () => {
    for (const [body, boxes] of rows) assert.is(boxed(body), boxes, body);
  });
}

facts('copied: never assigned after the capture', [
  ['let x = 1; fn() { x }', ''],
  ['fn() { p + q }', ''],
  ['let x = 1; x = 2; fn() { x }', ''],
  ['if (p) { p = 1 } fn() { p }', ''],
  ['while (p) { p = 1 } fn() { p }', ''],
  ['while (p) { let x = 1; x += 1; fn() { x } }', ''],
  ['for (let i = 0; i < 3; i += 1) { fn() { i } }', ''],
  ['for (x in p) { fn() { x } }', ''],
  ['try { puts() } catch (e) { fn() { e } }', ''],
  ['let x = 1; fn() { fn() { x } }', ''],
]);

facts('boxed: assigned after the capture, or by a closure', [
  ['let x = 1; fn() { x }; x = 2', 'x'],
  ['fn() { p }; p = 1', 'p'],
  ['let x = 1; fn() { x = 2 }', 'x'],
  ['let x = 1; fn() { fn() { x += 1 } }', 'x'],
  ['let x = 1; while (p) { x += 1; fn() { x } }', 'x'],
  ['let x = 1; while (p) { while (q) { fn() { x } } x += 1 }', 'x'],
  ['let x = 1; do { x = 2 } while (fn() { x })', 'x'],
  ['for (let i = 0; i < 3; i += 1) { fn() { i }; i += 1 }', 'i'],
  ['for (let i = 0; fn() { i }; i += 1) { i = 2 }', 'i'],
  ['for (x in p) { fn() { x }; x = 1 }', 'x'],
  ['try { puts() } catch (e) { fn() { e }; e = 1 }', 'e'],
  ['let x = 1; try { fn() { x } } finally { x = 2 }', 'x'],
]);

facts('boxed from the start of the block: captured before the definition', [
  ['let f = fn() { g() }; let g = fn() { f() }', '(g)'],
  ['let x = [fn() { x }]', '(x)'],
  ['{ fn() { x }; let x = 1 }', '(x)'],
]);

facts('a function that names itself needs no capture, unless it is assigned', [
  ['let f = fn() { f() }', ''],
  ['let f = fn() { fn() { f() } }', ''],
  ['let f = fn() { f() }; f = null', '(f)'],
  ['let f = fn() { f = null }', '(f)'],
]);

test('a repeated let of Monkey is an assignment', () => {
  assert.is(boxed('let x = 1; let x = 2; fn() { x }', 'monkey'), '');
  assert.is(boxed('let x = 1; let f = fn() { x }; let x = 2; f', 'monkey'), '(x)');
  assert.is(boxed('if (p) { let x = 1; } let f = fn() { x }; let x = 2; f', 'monkey'), '(x)');
});

/** The instructions of function `index`, without operands. */
const ops = (source: string, index = 1): string =>
  listFunction(compile(source, { optimize: false }).functions[index]!)
    .map((line) => line.split(' ')[1])
    .join(' ');

test('what a name compiles to', () => {
  assert.is(ops('let g = 1; fn f() { g = g }'), 'OpGetGlobal OpDup OpSetGlobal');
  assert.is(ops('fn f() { f }'), 'OpSelf');
  assert.is(ops('fn f() { f }; f = 1'), 'OpGetGlobal');
  assert.is(ops('fn f() { len }'), 'OpImport');
  assert.is(ops('let len = 1; fn f() { len }'), 'OpGetGlobal');
  assert.is(ops('fn f() { later }; let later = 1'), 'OpGetGlobal');
  assert.is(ops('later; let later = 1', 0), 'OpGetGlobal OpPop OpConstant OpDefineGlobal OpNull');
  assert.is(ops('{ let x = 1; fn() { x } }'), 'OpGetFree');
  assert.is(ops('{ let x = 1; fn() { x = 2 } }'), 'OpConstant OpDup OpSetFreeBoxed');
});

test('a built-in keeps its meaning up to a declaration of its name', () => {
  assert.is(ops('len; let len = len', 0), 'OpImport OpPop OpImport OpDefineGlobal OpNull');
});

test('the right side of a let means the variable outside', () => {
  assert.is(
    ops('let x = 1; { let x = x; x }', 0),
    'OpConstant OpDefineGlobal OpGetGlobal OpSetLocal OpGetLocal',
  );
});

test('a boxed variable of a for is renewed in each iteration', () => {
  const code = ops('fn f() { for (let i = 0; i; i += 1) { fn() { i = 1 } } }');
  assert.match(code, 'OpGetBoxed OpSetLocal OpMakeBox OpGetBoxed OpConstant OpAdd OpSetBoxed OpLoop');
});

test.run();
