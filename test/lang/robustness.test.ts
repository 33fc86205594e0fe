/**
 * Whatever the source: a module that verifies, or a `CompileError`. And what a program does, it does optimised too.
 */

import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { verify } from '../../src/bytecode/verify';
import { HeddleError } from '../../src/heddle-error';
import { CompileError, compile, type Dialect, isIncomplete } from '../../src/lang/compile';
import { vocabularies } from '../../src/lang/tokens';
import { load } from '../../src/program';
import { VM } from '../../src/vm';
import { filesUnder, readText } from '../files';
import { program } from './arbitrary-program';

const dialects: readonly Dialect[] = ['weft', 'monkey'];
/** The file that all imports mean. */
const imported = { file: 's', source: 'export let a = 1; export fn b() {}' };

/** Compiles both ways; says whether it is a program. */
function survives(source: string): boolean {
  let compiles = false;
  for (const dialect of dialects) {
    for (const optimize of [true, false]) {
      try {
        verify(compile(source, { dialect, optimize, resolve: () => imported }));
        compiles = true;
      } catch (error) {
        if (!(error instanceof CompileError)) throw error;
        assert.ok(error.diagnostics.length > 0);
      }
    }
    isIncomplete(source, { dialect });
  }
  return compiles;
}

const { keywords, signs } = vocabularies.weft;
const words = [...keywords, ...[...signs.values()].flat()];
const token = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...words) },
  fc.constantFrom(
    'a',
    'b',
    'len',
    'from',
    'as',
    '1',
    '0x1f',
    '1.5',
    '"s"',
    '"${',
    '}"',
    '"',
    '\\',
    '\n',
    '#',
    '@',
    '/*',
    '*/',
    '\u00e9',
  ),
);

test('any tokens', () => {
  fc.assert(
    fc.property(fc.array(token, { maxLength: 60 }), (tokens) => void survives(tokens.join(' '))),
    { numRuns: 1500 },
  );
});

test('any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => void survives(text)),
    { numRuns: 1000 },
  );
});

test('programs with something changed', () => {
  const sources = filesUnder('test/programs', '.weft', '.monkey')
    .map(readText)
    .filter((text) => text.length < 3000);
  assert.ok(sources.length > 0);
  const place = fc.double({ min: 0, max: 1, noNaN: true });
  const change = fc.tuple(place, place, fc.oneof(token, fc.constant('')));
  fc.assert(
    fc.property(
      fc.constantFrom(...sources),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      (source, changes) => {
        const changed = changes.reduce((text, [at, length, put]) => {
          const start = Math.floor(at * text.length);
          return `${text.slice(0, start)} ${put} ${text.slice(start + Math.floor(length * 8))}`;
        }, source);
        survives(changed);
      },
    ),
    { numRuns: 800 },
  );
});

/** What a program writes and comes to; `undefined` where it meets a limit. */
function outcome(source: string, optimize: boolean): string | undefined {
  const module = compile(source, { optimize });
  verify(module);
  let output = '';
  const vm = new VM({ output: (text) => void (output += text), fuel: 20_000, maxFrames: 200 });
  try {
    return `${output}=> ${vm.run(load(module)).text}`;
  } catch (error) {
    if (!(error instanceof HeddleError)) throw error;
    return error.kind === 'out of fuel' || error.kind === 'stack overflow'
      ? undefined
      : `${output}${error.kind}`;
  }
}

test('any program does the same optimised', () => {
  let ran = 0;
  fc.assert(
    fc.property(program, (source) => {
      try {
        const [written, optimized] = [outcome(source, false), outcome(source, true)];
        if (written === undefined || optimized === undefined) return;
        assert.is(optimized, written);
        ran++;
      } catch (error) {
        if (!(error instanceof CompileError)) throw error;
      }
    }),
    { numRuns: 500 },
  );
  assert.ok(ran > 200, `only ${ran} programs ran`);
});

test.run();
