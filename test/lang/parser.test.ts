/**
 * The parser: precedence, where statements end, blocks and maps, and both dialects.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CompileError } from '../../src/lang/compile';
import { sexpr } from './sexpr';

function goldens(name: string, rows: readonly (readonly [source: string, tree: string])[]): void {
  test(name, () => {
    for (const [source, tree] of rows) assert.is(sexpr(source), tree, source);
  });
}

goldens('precedence', [
  [
    'a || b && c | d ^ e & f == g < h << i + j * k',
    '(|| a (&& b (| c (^ d (& e (== f (< g (<< h (+ i (* j k))))))))))',
  ],
  [
    'a * b + c << d < e == f & g ^ h | i && j || k',
    '(|| (&& (| (^ (& (== (< (<< (+ (* a b) c) d) e) f) g) h) i) j) k)',
  ],
  ['a - b - c', '(- (- a b) c)'],
  ['a / b // c % d', '(% (// (/ a b) c) d)'],
  ['a ** b ** c', '(** a (** b c))'],
  ['-a ** -b', '(- (** a (- b)))'],
  ['!a == b', '(== (! a) b)'],
  ['-a(b)[c]', '(- (at (call a b) c))'],
  ['!!~a', '(! (! (~ a)))'],
  ['(a + b) * c', '(* (+ a b) c)'],
  ['a = b += c[d] = e || f', '(= a (+= b (= (at c d) (|| e f))))'],
  ['a >>>= b', '(>>>= a b)'],
]);

goldens('where statements end', [
  ['a\nb', 'a b'],
  ['a\n(b)', 'a b'],
  ['a\n[b]', 'a [b]'],
  ['a\n+ b', '(+ a b)'],
  ['a\n- b', '(- a b)'],
  ['a +\nb', '(+ a b)'],
  ['f\n&& g', '(&& f g)'],
  ['fn() { 1 } num', '(fn () {1}) num'],
  ['let a = 1 let b = 2', '(let a 1) (let b 2)'],
  [';;a;;b;;', 'a b'],
  ['if (a) { b }\n-c', '(if a {b}) (- c)'],
  ['if (a) { b }\n+ c', '(+ (if a {b}) c)'],
  ['if (a) { b } - c', '(- (if a {b}) c)'],
  ['{ a; b }\n-c', '{a b} (- c)'],
  ['fn() { return\na }', '(fn () {(return) a})'],
  ['return a', '(return a)'],
]);

goldens('blocks and maps', [
  ['{}', '(map)'],
  ['{ a: b }', '(map a:b)'],
  ['{ "a": b, 1: c, }', '(map "a":b 1:c)'],
  ['{-4: a}[-4]', '(at (map (- 4):a) (- 4))'],
  ['{ a; b }', '{a b}'],
  ['{ a }', '{a}'],
  ['{ f(a) }', '{(call f a)}'],
  ['{ { } }', '{(map)}'],
  ['let x = {}', '(let x (map))'],
  ['let x = { a + 1: b }', '(let x (map (+ a 1):b))'],
  ['let x = { let y = 1; y }', '(let x {(let y 1) y})'],
  ['let x = { f(); y }', '(let x {(call f) y})'],
  ['let x = { fn g() {} g }', '(let x {(let g (fn () {})) g})'],
  ['if (a) {}', '(if a {})'],
]);

goldens('statements', [
  ['let x', '(let x)'],
  ['fn f(a, b,) { a }', '(let f (fn (a b) {a}))'],
  ['if (a) { b } else if (c) { d } else { e }', '(if a {b} c {d} {e})'],
  ['while (a) { break; continue }', '(while a {break continue})'],
  ['do { a } while (b)', '(do {a} b)'],
  ['for (let i = 0; i < 3; i += 1) { a }', '(for (let i 0) (< i 3) (+= i 1) {a})'],
  ['for (;;) {}', '(for _ _ _ {})'],
  ['for (i = 0; ; ) {}', '(for (= i 0) _ _ {})'],
  ['for (x in xs) { x }', '(for x in xs {x})'],
  ['for (let x in xs) {}', '(for x in xs {})'],
  ['try { a } catch (e) { b } finally { c }', '(try {a} catch e {b} finally {c})'],
  ['try { a } catch { b }', '(try {a} catch {b})'],
  ['try { a } finally { b }', '(try {a} finally {b})'],
  ['throw a + b', '(throw (+ a b))'],
]);

goldens('literals', [
  ['[1, "a", true, null,]', '[1 "a" true null]'],
  ['f(a, b,)', '(call f a b)'],
  ['"a${b}c${d + e}"', '(str "a" b "c" (+ d e))'],
  ['"${"${a}"}"', '(str (str a))'],
  ['fn(a) { fn(b) { a } }(1)(2)', '(call (call (fn (a) {(fn (b) {a})}) 1) 2)'],
]);

test('Monkey sees no lines and has no blocks of its own', () => {
  assert.is(sexpr('a\n(b)\n[c]', 'monkey'), '(at (call a b) c)');
  assert.is(sexpr('if (a) { b }\n-c', 'monkey'), '(- (if a {b}) c)');
  assert.is(sexpr('{ }', 'monkey'), '(map)');
  assert.is(sexpr('return\n5', 'monkey'), '(return 5)');
  assert.is(sexpr('let class = fn(while) { while }', 'monkey'), '(let class (fn (while) {while}))');
});

test('what Monkey does not have', () => {
  for (const source of [
    'a = 1',
    'let x',
    'fn f() {}',
    '[1,]',
    'f(1,)',
    'fn(a,) {}',
    '{1: 2,}',
    '{ a }',
    'a && b',
    'a % b',
  ]) {
    assert.throws(
      () => sexpr(source, 'monkey'),
      (error: unknown) => error instanceof CompileError,
      source,
    );
  }
});

test.run();
