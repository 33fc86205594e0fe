/** The binary and the text form: both give back exactly what went in, and refuse the rest with a place. */

import { deepStrictEqual } from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { AssembleError, assemble } from '../../src/bytecode/assemble';
import { ModuleBuilder } from '../../src/bytecode/builder';
import { DecodeError, decode } from '../../src/bytecode/decode';
import { disassemble } from '../../src/bytecode/disassemble';
import { encode } from '../../src/bytecode/encode';
import { type Module, strip } from '../../src/bytecode/module';
import { verify } from '../../src/bytecode/verify';
import { readWtf8, writeWtf8, wtf8Length } from '../../src/bytecode/wtf8';
import { arbitraryModule } from './arbitrary-module';
import { naiveHeights } from './naive-heights';

const golden = 'test/bytecode/golden';

test('binary form: decode(encode(m)) is m', () => {
  fc.assert(fc.property(arbitraryModule(), (module) => deepStrictEqual(decode(encode(module)), module)));
});

test('text form: assemble(disassemble(m)) is m', () => {
  fc.assert(
    fc.property(arbitraryModule(), (module) => deepStrictEqual(assemble(disassemble(module)), module)),
  );
});

test('what the builder makes verifies, with the heights of the naive rules', () => {
  fc.assert(
    fc.property(arbitraryModule(), (module) => {
      verify(module).heights.forEach((heights, i) => {
        const expected = naiveHeights(module.functions[i]!)!;
        heights.forEach((height, pc) => {
          assert.is(height, expected.get(pc) ?? -1);
        });
      });
    }),
  );
});

test('stripping removes the debug section and nothing else', () => {
  fc.assert(
    fc.property(arbitraryModule(), (module) => {
      const bare = strip(module);
      assert.ok(bare.functions.every((fn) => !('debug' in fn)));
      deepStrictEqual(decode(encode(bare)), bare);
      const [full, short] = [encode(module), encode(bare)];
      assert.equal(full.subarray(0, short.length), short);
    }),
  );
});

test('any string of UTF-16 units survives as WTF-8', () => {
  const units = fc.array(fc.oneof(fc.nat(0xffff), fc.integer({ min: 0xd7ff, max: 0xe000 })), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(units, (codes) => {
      const text = String.fromCharCode(...codes);
      const bytes = new Uint8Array(wtf8Length(text));
      assert.is(writeWtf8(bytes, 0, text), bytes.length);
      assert.is(readWtf8(bytes, 0, bytes.length, fail), text);
    }),
  );
  const plain = '日本 é 😀';
  const bytes = new Uint8Array(wtf8Length(plain));
  writeWtf8(bytes, 0, plain);
  assert.equal(Buffer.from(bytes).toString('utf8'), plain);
});

const fail = (offset: number): Error => new Error(`at ${offset}`);

test('a surrogate without its partner may stand before a code point whose low bits look like the partner', () => {
  const text = '\ud800\ud9f7\udc00';
  const bytes = new Uint8Array(wtf8Length(text));
  writeWtf8(bytes, 0, text);
  assert.is(readWtf8(bytes, 0, bytes.length, fail), text);
});

test('bytes that are no WTF-8 are refused', () => {
  const wrong: readonly (readonly number[])[] = [
    [0x80],
    [0xc0, 0x80],
    [0xc1, 0xbf],
    [0xc3],
    [0xc3, 0x28],
    [0xe0, 0x80, 0x80],
    [0xe2, 0x82],
    [0xf0, 0x80, 0x80, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xf5, 0x80, 0x80, 0x80],
    [0xff],
    // A surrogate pair as two code points.
    [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
  ];
  for (const bytes of wrong)
    assert.throws(() => readWtf8(Uint8Array.from(bytes), 0, bytes.length, fail), /^at |at \d/);
});

test('long strings survive', () => {
  const text = `${'x'.repeat(100_000)}\ud83d\ude00`.repeat(3);
  const bytes = new Uint8Array(wtf8Length(text));
  writeWtf8(bytes, 0, text);
  assert.is(readWtf8(bytes, 0, bytes.length, fail), text);
});

function sample(): Module {
  const module = new ModuleBuilder();
  const main = module.function('main', 0, module.file('a.weft'));
  main.at(1, 1).emit('OpConstant', module.constant(0.5)).emit('OpImport', module.import('puts'));
  main.emit('OpGetGlobal', module.global('x')).emit('OpCall', 1).emit('OpAdd');
  return module.build();
}

function refuses(bytes: Uint8Array, offset: number, message: RegExp): void {
  try {
    decode(bytes);
  } catch (error) {
    assert.instance(error, DecodeError);
    const { data, message: text } = error as DecodeError; // as just asserted
    assert.match(text, message);
    assert.is(data.offset, offset);
    return;
  }
  assert.unreachable(`must be refused: ${message}`);
}

const changed = (at: number, value: number): Uint8Array => {
  const bytes = encode(sample());
  bytes[at] = value;
  return bytes;
};

test('headers that are not ours are refused', () => {
  refuses(new Uint8Array(), 0, /byte 0: expected the magic number of a module, found the end/);
  refuses(Uint8Array.from(Buffer.from('#!/usr/bin')), 0, /magic number of a module, found byte 35/);
  refuses(changed(2, 0), 2, /magic/);
  refuses(changed(4, 1), 4, /expected format version 2, found 1/);
  refuses(changed(5, encode(sample())[5]! ^ 1), 5, /instruction table [0-9a-f]+, found table/);
});

test('sections are in order and of their length', () => {
  refuses(changed(9, 4), 9, /the constants section \(1\), found section 4/);
  refuses(changed(10, 100), 11, /the constants section, found only/);
  // One byte less, and the double does not fit.
  refuses(changed(10, 9), 13, /a number constant, found only 7 bytes/);
  refuses(changed(12, 9), 12, /the tag of a constant, found 9/);
  const bytes = encode(sample());
  refuses(Uint8Array.from([...bytes, 0]), bytes.length, /the end of the module, found 1 bytes more/);
  for (let length = 0; length < bytes.length; length++) {
    // Without its last section a module is one that was stripped.
    if (length !== encode(strip(sample())).length)
      assert.throws(() => decode(bytes.slice(0, length)), /found/);
  }
});

test('no count allocates more than the bytes left can hold', () => {
  const bytes = [...encode(sample()).subarray(0, 9), 1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f];
  refuses(Uint8Array.from(bytes), 11, /constants that fit in the 0 bytes left, found 4294967295 of them/);
  const padded = [...encode(sample()).subarray(0, 9), 1, 2, 0x80, 0x00];
  refuses(Uint8Array.from(padded), 11, /fewest bytes/);
  const long = [...encode(sample()).subarray(0, 9), 1, 9, ...new Array<number>(9).fill(0xff)];
  refuses(Uint8Array.from(long), 11, /more than 7 bytes/);
});

test('a decoded module shares nothing with its bytes, also where they are of a kind that shares', () => {
  const bytes = Buffer.from(encode(sample()));
  const module = decode(bytes);
  bytes.fill(255);
  deepStrictEqual(module, sample());
});

test('what cannot be encoded is refused', () => {
  const module = sample();
  const bad = { ...module, functions: [{ ...module.functions[0]!, arity: -1 }] };
  assert.throws(() => encode(bad), /-1 cannot be encoded/);
});

test('listings are as they were', () => {
  for (const file of readdirSync(golden).filter((name) => name.endsWith('.hasm'))) {
    const text = readFileSync(`${golden}/${file}`, 'utf8');
    const listing = `${golden}/${file.replace('.hasm', '.txt')}`;
    const module = assemble(text);
    verify(module);
    const actual = disassemble(module, { source: ['let x = 1\nputs(x)\n'] });
    if (process.env.BLESS) writeFileSync(listing, actual);
    assert.fixture(actual, readFileSync(listing, 'utf8'), file);
    deepStrictEqual(assemble(actual), module);
  }
});

test('the assembler reports everything that is wrong', () => {
  const text = `.constant
.nonsense
.function f arity=x stack=1 stack=2
  OpNonsense
  OpAdd 1
  OpJump @nowhere
  OpJump $f
  OpGetLocal 300
  OpConstant =x
  OpConstant @a
  OpImport =1
  OpClosure $g 0
a:
a:
  .handler 0 1
  .line 5
  .byte 256
  .localname 0
  .freename
  .odd
.function g
  OpConstant "open
.end
.end
`;
  try {
    assemble(text);
  } catch (error) {
    assert.instance(error, AssembleError);
    const { problems } = error as AssembleError; // as just asserted
    assert.equal(
      problems.map(({ line, column, message }) => `${line}:${column} ${message}`),
      [
        '1:1 .constant takes a number or a quoted text',
        "2:1 there is no '.nonsense' outside of a function",
        "3:13 'arity=x' is none of arity=, locals=, free=, stack=, file= with a number",
        '3:29 stack= is there twice',
        "4:3 there is no instruction 'OpNonsense'",
        '5:9 OpAdd takes 0 operands, not 1',
        "6:10 there is no label 'nowhere' in this function",
        "7:10 '$f' is no target operand: it is a number, or a label such as @end",
        '8:14 300 does not fit in OpGetLocal: use OpGetLocalWide',
        "9:14 '=x' is no literal",
        '10:14 a label is no constant',
        "11:12 '=1' is no import operand: it is a number, or a name such as $x",
        "14:1 the label 'a' is there twice",
        '15:3 .handler takes start, end, target, height= and catch or finally',
        '16:3 .line takes a place such as 1:5, and an offset where it is not this one',
        '17:3 .byte takes a number up to 255',
        '18:3 .localname takes a slot, a name, and the offsets where it starts and ends',
        '19:3 .freename takes a name',
        "20:3 there is no directive '.odd' in a function",
        '21:1 what was begun before has no .end',
        '22:14 the quotes are not closed',
        '24:1 .end without .function or .class',
      ],
    );
    return;
  }
  assert.unreachable();
});

test('the assembler reports what is wrong with classes', () => {
  const text = `.class
.end
.class A extra
  .field
  .field x y
  .method f
  .method f $nowhere
  .method f f
  OpAdd
.class B
  .static s
.end
.function main
  OpNull
  OpClass $C 1
  OpClass B 1
  OpGetField x
  OpGetField .1
  OpGetField =x
.end
.class D`;
  try {
    assemble(text);
  } catch (error) {
    assert.instance(error, AssembleError);
    const { problems } = error as AssembleError; // as just asserted
    assert.equal(
      problems.map(({ line, column, message }) => `${line}:${column} ${message}`),
      [
        '1:1 .class takes a name, quoted unless it is an identifier',
        '3:10 .class takes a name',
        '4:3 .field takes a name',
        '5:10 .field takes a name',
        '6:11 .method takes a name and a function',
        "7:13 there is no function 'nowhere'",
        "8:13 'f' is no function operand: it is a number, or a name such as $x",
        "9:3 there is no 'OpAdd' in a class",
        '10:1 what was begun before has no .end',
        "15:11 there is no class 'C'",
        "16:11 'B' is no class operand: it is a number, or a name such as $x",
        "17:14 'x' is no name operand: it is a number, or a name such as .x",
        "18:14 '.1' is no name of a member",
        "19:14 '=x' is no literal",
        '21:1 there is no .end',
      ],
    );
    return;
  }
  assert.unreachable();
});

test('any text is read or refused', () => {
  const words = fc.constantFrom(
    '.function',
    '.class',
    '.field',
    '.static',
    '.method',
    'OpGetField',
    '.x',
    '.end',
    'f',
    'g',
    '"',
    '"a b"',
    ';',
    '\n',
    ' ',
    'OpAdd',
    'OpConstant',
    'OpJump',
    'OpClosure',
    '=1',
    '=-0',
    '$f',
    '@l',
    'l:',
    '0',
    '300',
    '.handler',
    'catch',
    '.line',
    '1:1',
    '.byte',
    '.localname',
    'stack=1',
    'file=0',
    '.constant',
  );
  const texts = fc
    .array(fc.oneof(words, fc.string({ maxLength: 4 })), { maxLength: 40 })
    .map((list) => list.join(' '));
  fc.assert(
    fc.property(texts, (text) => {
      try {
        deepStrictEqual(assemble(disassemble(assemble(text))), assemble(text));
      } catch (error) {
        assert.instance(error, AssembleError);
      }
    }),
  );
});

test.run();
