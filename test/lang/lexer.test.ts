/**
 * The lexer: numbers, strings, comments, and the two meanings of `//`.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CompileError } from '../../src/lang/compile';
import { Abandoned, Report } from '../../src/lang/diagnostics';
import { Lexer } from '../../src/lang/lexer';
import { SourceText } from '../../src/lang/source';
import type { Dialect } from '../../src/lang/tokens';

/** Tokens as text: the type of words and signs, the value of the rest. */
function tokens(source: string, dialect: Dialect = 'weft'): (string | number)[] {
  const report = new Report(new SourceText(source, 'test'));
  const lexer = new Lexer(report, dialect);
  const found: (string | number)[] = [];
  try {
    for (let token = lexer.next(); token.type !== 'end'; token = lexer.next()) {
      found.push(token.value === '' || token.value === token.type ? token.type : token.value);
    }
  } catch (error) {
    if (!(error instanceof Abandoned)) throw error;
  }
  report.throwIfAny();
  return found;
}

const fails = (source: string, message: string, dialect?: Dialect): void => {
  try {
    tokens(source, dialect);
  } catch (error) {
    assert.instance(error, CompileError);
    assert.match((error as CompileError).message, message);
    return;
  }
  assert.unreachable(`'${source}' has no error`);
};

test('numbers', () => {
  assert.equal(tokens('0 42 3.25 1e3 2.5E-2 1_000_000'), [0, 42, 3.25, 1000, 0.025, 1_000_000]);
  assert.equal(tokens('0xff 0XA_B 0b101 0o17'), [255, 0xab, 5, 15]);
  assert.equal(tokens('9007199254740993', 'monkey'), [9007199254740992]);
});

test('what is no number', () => {
  for (const source of ['12abc', '0x', '0xg', '0b2', '1__2', '1_', '0o8', '1.2.3', '1e']) {
    fails(source, `'${source}' is not a number`);
  }
  fails('1e999', 'the number 1e999 is too large');
  fails('1.5', 'the numbers of Monkey are integers', 'monkey');
  fails('0x1', "'0x1' is not a number", 'monkey');
});

test('strings', () => {
  assert.equal(tokens('"" "a b" "line\nbreak"'), ['string', 'a b', 'line\nbreak']);
  assert.equal(tokens(String.raw`"\n\t\r\b\f\0\\\"\$\x41\u00e9\u{1F600}"`), [
    '\n\t\r\b\f\0\\"$A\u00e9\u{1f600}',
  ]);
  assert.equal(tokens('"$5 {x} $"'), ['$5 {x} $']);
  assert.equal(tokens(String.raw`"a\n" "\"`, 'monkey'), ['a\\n', '\\']);
  assert.equal(tokens('"${x}"', 'monkey'), ['${x}']);
});

test('interpolation', () => {
  assert.equal(tokens('"a${b}c"'), ['a', 'b', 'c']);
  assert.equal(tokens('"${"in ${x} side"}!"'), ['head', 'in ', 'x', ' side', '!']);
  assert.equal(tokens('"${ {1: 2} }"'), ['head', '{', 1, ':', 2, '}', 'tail']);
});

test('faults in strings', () => {
  fails('"abc', 'the string has no end');
  fails('"abc\\', 'the string has no end');
  fails(String.raw`"\q"`, String.raw`'\q' is not an escape`);
  fails(String.raw`"\xZZ"`, String.raw`'\x' is not an escape`);
  fails(String.raw`"\u{110000}"`, String.raw`'\u{110000}' is not an escape`);
});

test('comments', () => {
  assert.equal(tokens('1 # one\n2 /* two\n */ 3 /**/ 4'), [1, 2, 3, 4]);
  fails('1 /* no end', "the comment has no '*/'");
});

test('a double slash divides after an operand on its line and is a comment elsewhere', () => {
  assert.equal(tokens('7 // 2'), [7, '//', 2]);
  assert.equal(tokens('f(x) // y[0] // "s" // null // z'), [
    ...['f', '(', 'x', ')', '//', 'y', '[', 0, ']', '//', 's', '//', 'null', '//', 'z'],
  ]);
  assert.equal(tokens('x //= 2'), ['x', '//=', 2]);
  assert.equal(tokens('1\n// comment'), [1]);
  assert.equal(tokens('1; // comment\n{ // comment\n} // comment\nf( // comment\n1 + // comment\n2'), [
    ...[1, ';', '{', '}', 'f', '(', 1, '+', 2],
  ]);
  assert.equal(tokens('1 /* a\nb */ // comment\n2'), [1, 2]);
  assert.equal(tokens('7 // 2', 'monkey'), [7]);
});

test('signs of each dialect, the longest first', () => {
  assert.equal(tokens('a>>>=b>>>c>>d**e&&f&g'), [
    'a',
    '>>>=',
    'b',
    '>>>',
    'c',
    '>>',
    'd',
    '**',
    'e',
    '&&',
    'f',
    '&',
    'g',
  ]);
  assert.equal(tokens('a<=b', 'monkey'), ['a', '<', '=', 'b']);
  fails('a & b', "unexpected character '&'", 'monkey');
  fails('a @ b', "unexpected character '@'");
});

test('words of each dialect', () => {
  assert.equal(tokens('while straße _x1'), ['while', 'straße', '_x1']);
  const report = new Report(new SourceText('while null', 'test'));
  const lexer = new Lexer(report, 'monkey');
  assert.equal([lexer.next().type, lexer.next().type], ['name', 'null']);
});

test.run();
