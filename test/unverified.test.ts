/**
 * The reference engine on code that nobody has verified: whatever the code does wrong is a run-time error of its kind, never
 * an exception of the host, a hang or an unbounded allocation, and the VM goes on to run the next program.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  assemble,
  engineNames,
  HeddleError,
  InstructionCounter,
  LinkError,
  load,
  type Module,
  type ModuleFunction,
  Program,
  VerifyError,
  VM,
} from '../src/index';
import { opcodes } from '../src/isa/isa';
import { thread } from '../src/runtime/thread';
import { fromSeed } from './bytecode/arbitrary-module';
import { hostileModule } from './hostile-module';

const good = load(assemble('.function main\n  OpConstant =6\n  OpConstant =7\n  OpMul\n.end'));

/** What a module that is not verified ends in, as `kind: message`; the VM must run a good program afterwards. */
function outcome(
  module: Module,
  limits: { fuel?: number; maxFrames?: number; maxSlots?: number } = {},
): string {
  const vm = new VM({ engine: 'reference', fuel: 10_000, ...limits });
  let text: string;
  try {
    text = vm.run(Program.unverified(module)).text;
  } catch (error) {
    if (!(error instanceof HeddleError)) throw error;
    text = `${error.kind}: ${error.message}`;
  }
  assert.is(vm.run(good).value, 42, 'the VM runs the next program');
  assert.is(thread.depth, 0, 'no frame stays');
  return text;
}

/** The program's code in the text form; the header's counts are what the cases get wrong. */
const main = (header: string, ...code: string[]): string =>
  `.function main ${header}\n${code.join('\n')}\n.end\n`;

function gives(title: string, text: string, wanted: string): void {
  test(title, () => {
    assert.is(outcome(assemble(text)), wanted);
  });
}

/** A module of one function, with parts of it replaced. */
function withProgram(text: string, parts: Partial<ModuleFunction>): Module {
  const module = assemble(text);
  return { ...module, functions: [{ ...module.functions[0]!, ...parts }, ...module.functions.slice(1)] };
}

// Operands

gives('good code runs', main('stack=2', 'OpConstant =1', 'OpConstant =2', 'OpAdd'), '3');
gives(
  'an instruction without its operands',
  main('stack=2', 'OpNull', 'OpAdd'),
  'stack underflow: an instruction takes 2 operands, there are 1',
);
gives(
  'a drop of nothing',
  main('stack=2', 'OpPop'),
  'stack underflow: an instruction takes 1 operands, there are 0',
);
gives('no result', main('stack=2'), 'stack underflow: an instruction takes 1 operands, there are 0');
gives(
  'operands are not taken from the locals',
  main('locals=3 stack=2', 'OpReturn'),
  'stack underflow: an instruction takes 1 operands, there are 0',
);
gives(
  'operands are not taken from the frame of the caller',
  `${main('stack=3', 'OpNull', 'OpClosure $f 0', 'OpCall 0')}.function f stack=1\n  OpPop\n  OpPop\n.end`,
  'stack underflow: an instruction takes 1 operands, there are 0',
);
gives(
  'more arguments than there are operands',
  main('stack=9', 'OpNull', 'OpCall 200'),
  'stack underflow: an instruction takes 201 operands, there are 1',
);
gives(
  'an array of more elements than there can be',
  main('stack=9', 'OpArrayWide 4294967295'),
  'stack underflow: an instruction takes 4294967295 operands, there are 0',
);
gives(
  'a map of more entries than there can be',
  main('stack=9', 'OpMapWide 4294967295'),
  'stack underflow: an instruction takes 8589934590 operands, there are 0',
);
gives(
  'more operands than declared',
  main('stack=2', 'OpNull', 'OpNull', 'OpNull'),
  'invalid operation: main needs more than the 2 operands it declares',
);
gives(
  'copies beyond what is declared',
  main('stack=3', 'OpNull', 'OpNull', 'OpDup2'),
  'invalid operation: main needs more than the 3 operands it declares',
);
gives(
  'operands without end',
  main('stack=50', 'again:', 'OpNull', 'OpLoop @again'),
  'invalid operation: main needs more than the 50 operands it declares',
);

// Indices

for (const [instruction, what] of [
  ['OpConstant 9', 'constant 9'],
  ['OpConstantWide 4294967295', 'constant 4294967295'],
  ['OpGetLocal 1', 'local 1'],
  ['OpGetLocal 255', 'local 255'],
  ['OpGetBoxed 7', 'local 7'],
  ['OpMakeBox 1', 'local 1'],
  ['OpEmptyBoxWide 65535', 'local 65535'],
  ['OpGetGlobal 3', 'global 3'],
  ['OpImport 0', 'import 0'],
  ['OpClosure 5 0', 'function 5'],
  ['OpClass 5 0', 'class 5'],
  ['OpGetFree 0', 'captured variable 0'],
  ['OpGetFreeBoxed 2', 'captured variable 2'],
] as const) {
  gives(
    instruction,
    main('locals=1 stack=9', instruction, 'OpNull'),
    `invalid operation: there is no ${what}`,
  );
}
for (const [instruction, what] of [
  ['OpSetLocal 1', 'local 1'],
  ['OpSetBoxed 1', 'local 1'],
  ['OpDefineBoxed 9', 'local 9'],
  ['OpSetGlobal 3', 'global 3'],
  ['OpDefineGlobalWide 4294967295', 'global 4294967295'],
  ['OpSetFreeBoxed 0', 'captured variable 0'],
] as const) {
  const text = main('locals=1 stack=9', 'OpNull', instruction, 'OpNull');
  gives(instruction, text, `invalid operation: there is no ${what}`);
}

// Classes

for (const [instruction, operands] of [
  ['OpGetField =1', 1],
  ['OpSetFieldWide =1', 2],
  ['OpSuperMethod =1', 1],
  ['OpInvoke =1 0', 1],
  ['OpInvokeWide =1 1', 2],
] as const) {
  const pushes = new Array<string>(operands).fill('OpNull');
  gives(
    `${instruction}, whose name is a number`,
    main('stack=9', ...pushes, instruction, 'OpNull'),
    'invalid operation: the name of a member is not a string',
  );
  gives(
    `${instruction.replace('=1', '7')}, whose name is not there`,
    main('stack=9', ...pushes, instruction.replace('=1', '7'), 'OpNull'),
    'invalid operation: there is no constant 7',
  );
}
const pointWith = (method: string): string => `.class Point\n  .field x\n  ${method}\n.end\n`;
const method = '.function f arity=1 stack=1\n  OpGetLocal 0\n.end\n';
gives(
  'a class that is made of too little',
  pointWith('.method f $f') + main('stack=1', 'OpNull', 'OpClass $Point 1') + method,
  'invalid operation: class Point is made of what are not its methods',
);
gives(
  'a class that is made of nothing has no superclass',
  pointWith('') + main('stack=1', 'OpClass $Point 0', 'OpNew 0'),
  'Point {x: null}',
);
gives(
  'a class that is made of too much',
  pointWith('') + main('stack=2', 'OpNull', 'OpNull', 'OpClass $Point 2'),
  'invalid operation: class Point is made of what are not its methods',
);
gives(
  'a method without a place for `this`',
  `${pointWith('.method f $f')}${main('stack=2', 'OpNull', 'OpClosure $f 0', 'OpClass $Point 2')}.function f stack=1
    OpNull\n.end`,
  'invalid operation: class Point is made of what are not its methods',
);
gives(
  'a method whose function is not there',
  pointWith('.method f 9') + main('stack=2', 'OpNull', 'OpSelf', 'OpClass $Point 2'),
  'invalid operation: class Point is made of what are not its methods',
);
gives(
  'a method named like a field',
  pointWith('.method x $f') + main('stack=2', 'OpNull', 'OpClosure $f 0', 'OpClass $Point 2') + method,
  "type error: 'x' is both a field and a method in class Point and those above it",
);
gives(
  'a field that is there twice',
  pointWith('.field x') + main('stack=1', 'OpNull', 'OpClass $Point 1', 'OpNew 0'),
  'Point {x: null}',
);
gives(
  'a method that is called as a function without `this`',
  pointWith('.method f $f') + main('stack=1', 'OpClosure $f 0', 'OpCall 0') + method,
  "wrong argument count: 'f' takes 1 argument, but got 0",
);
for (const [title, parts] of [
  ['more arguments than locals', { arity: 3, localCount: 1 }],
  ['operands that are no number', { maxStack: Number.NaN }],
] as const) {
  test(`a method declares ${title}`, () => {
    const module = assemble(
      pointWith('.method f $f') + main('stack=2', 'OpNull', 'OpClosure $f 0', 'OpClass $Point 2') + method,
    );
    const functions = [module.functions[0]!, { ...module.functions[1]!, ...parts }];
    assert.match(outcome({ ...module, functions }), /^invalid operation: f declares /);
  });
}
gives(
  'a jump into an instruction that has a cache',
  // What begins at 5 is `OpGetField 0`, though read from the start it is the operand of an `OpConstantWide`.
  `.constant "x"\n${main(
    'stack=1',
    'OpNull',
    'OpJump 5',
    `.byte ${opcodes[0]!.opcode}`,
    `.byte ${fieldOpcode()}`,
    '.byte 0',
    '.byte 0',
  )}`,
  "type error: null has no field 'x'",
);

// Closures and calls

gives(
  'a closure that captured less than its function uses',
  `${main('stack=2', 'OpClosure $f 0', 'OpCall 0')}.function f free=1 stack=1\n  OpGetFree 0\n.end`,
  'invalid operation: there is no captured variable 0',
);
gives(
  'a closure that captured more',
  `${main('stack=3', 'OpNull', 'OpNull', 'OpClosure $f 2', 'OpCall 0')}.function f stack=1\n  OpTrue\n.end`,
  'true',
);
gives(
  'a callee that is no function',
  main('stack=1', 'OpNull', 'OpCall 0'),
  'not callable: null is not a function',
);
gives(
  'a box as callee',
  main('locals=1 stack=1', 'OpMakeBox 0', 'OpGetLocal 0', 'OpCall 0'),
  'not callable: box is not a function',
);
gives(
  'a box as a value',
  main('locals=1 stack=2', 'OpEmptyBox 0', 'OpGetLocal 0', 'OpGetLocal 0', 'OpAdd'),
  "type error: '+' does not apply to box and box",
);
gives(
  'a box as the key of a map',
  main('locals=1 stack=2', 'OpEmptyBox 0', 'OpGetLocal 0', 'OpNull', 'OpMap 1'),
  'bad index: box cannot be the key of a map',
);
gives('a box as the result', main('locals=1 stack=1', 'OpEmptyBox 0', 'OpGetLocal 0'), '<box>');
gives(
  'a box that is thrown',
  main('locals=1 stack=1', 'OpEmptyBox 0', 'OpGetLocal 0', 'OpThrow'),
  'thrown value: <box>',
);

// Code

test('an unknown opcode', () => {
  assert.is(outcome(assemble(main('stack=1', '.byte 255'))), 'invalid operation: there is no opcode 255');
  assert.ok(opcodes.length < 256, 'there are bytes that are no opcodes');
});
for (const { mnemonic, size, opcode } of opcodes.filter(({ size }) => size > 1)) {
  test(`${mnemonic} with its operands cut off`, () => {
    for (let length = 1; length < size; length++) {
      const code = new Uint8Array(length);
      code[0] = opcode;
      const module = withProgram(main('locals=1 stack=9', 'OpNull'), { code });
      assert.is(outcome(module), `invalid operation: the operands of ${mnemonic} are cut off`);
    }
  });
}
gives(
  'a jump outside the code',
  main('stack=1', 'OpJump 300', 'OpNull'),
  'invalid operation: a jump leads to 300, outside the code',
);
gives(
  'a jump far outside the code',
  main('stack=1', 'OpJumpWide 4294967295'),
  'invalid operation: a jump leads to 4294967295, outside the code',
);
gives('a jump to the end of the code', main('stack=1', 'OpNull', 'OpJump 4'), 'null');
gives(
  'a jump to the end of the code without a result',
  main('stack=1', 'OpJump 3'),
  'stack underflow: an instruction takes 1 operands, there are 0',
);
gives(
  'a jump back, which has no safepoint',
  main('stack=1', 'OpNull', 'OpPop', 'OpJump 0'),
  'invalid operation: a jump leads back, from 2 to 0',
);
gives('a jump to itself', main('stack=1', 'OpJump 0'), 'invalid operation: a jump leads back, from 0 to 0');
for (const [jump, condition] of [
  ['OpJumpIfFalse', 'OpFalse'],
  ['OpJumpIfTrue', 'OpTrue'],
  ['OpAnd', 'OpFalse'],
  ['OpOr', 'OpTrue'],
] as const) {
  gives(
    `${jump} back`,
    main('stack=1', condition, `${jump} 0`),
    'invalid operation: a jump leads back, from 1 to 0',
  );
}
gives(
  'a loop that leads forward',
  main('stack=1', 'OpLoop 3', 'OpNull'),
  'invalid operation: a loop leads forward, from 0 to 3',
);
gives(
  'a loop that only a jump into an instruction finds costs fuel too',
  // What begins at 4 is `OpLoop 4`, though read from the start it is the operand of an `OpConstant`.
  main('stack=1', 'OpJump 4', `.byte ${opcodes[0]!.opcode}`, `.byte ${loopOpcode()}`, '.byte 0', '.byte 4'),
  'out of fuel: the program used all the fuel it was given',
);
gives(
  'a loop that leads into an instruction',
  main(
    'stack=9',
    'OpJump 4',
    '.byte 0',
    '.byte 1',
    '.byte 1',
    '.byte 4',
    `.byte ${loopOpcode()}`,
    '.byte 0',
    '.byte 4',
  ),
  'invalid operation: main needs more than the 9 operands it declares',
);
test('random bytes that stand for nothing do not run on behind the code', () => {
  for (let byte = 0; byte < 256; byte++) {
    const module = withProgram(main('locals=1 stack=1', 'OpNull'), { code: Uint8Array.of(byte) });
    assert.match(outcome(module), /^(null|true|false|<fn main>|[a-z]+ [a-z]+: .*)$/);
  }
});

function fieldOpcode(): number {
  return opcodes.find(({ mnemonic }) => mnemonic === 'OpGetField')!.opcode;
}

function loopOpcode(): number {
  return opcodes.find(({ mnemonic }) => mnemonic === 'OpLoop')!.opcode;
}

// Declarations

const wrongCounts: readonly [title: string, parts: Partial<ModuleFunction>][] = [
  ['fewer locals than arguments', { arity: 2, localCount: 1 }],
  ['a negative number of locals', { localCount: -1 }],
  ['locals that are no number', { localCount: Number.NaN }],
  ['half a local', { localCount: 0.5 }],
  ['a negative number of operands', { maxStack: -3 }],
  ['operands that are no number', { maxStack: Number.NaN }],
  ['a negative number of arguments', { arity: -1 }],
];
for (const [title, parts] of wrongCounts) {
  test(`the program declares ${title}`, () => {
    assert.match(
      outcome(withProgram(main('stack=1', 'OpNull'), parts)),
      /^invalid operation: main declares /,
    );
  });
  test(`a function that is called declares ${title}`, () => {
    const module =
      assemble(`${main('stack=9', 'OpClosure $f 0', 'OpNull', 'OpNull', 'OpCall 2')}.function f arity=2
      OpNull\n.end`);
    const functions = [module.functions[0]!, { ...module.functions[1]!, ...parts }];
    assert.match(outcome({ ...module, functions }), /^invalid operation: f declares /);
  });
}
for (const [title, parts] of [
  ['locals', { localCount: 2 ** 32 - 1 }],
  ['operands', { maxStack: 2 ** 32 - 1 }],
  ['operands without end', { maxStack: Number.POSITIVE_INFINITY }],
] as const) {
  test(`more ${title} than a frame may have take no memory`, () => {
    const slots = thread.stack.length;
    const text = outcome(withProgram(main('stack=1', 'OpNull'), parts));
    assert.is(text, 'stack overflow: the operand stack is limited to 4000000 slots');
    assert.is(thread.stack.length, slots);
  });
}
test('a module without functions', () => {
  const module = { ...assemble(main('stack=1', 'OpNull')), functions: [] };
  assert.throws(
    () => Program.unverified(module),
    (error: Error) => error instanceof VerifyError,
  );
});
test('a program that takes arguments and captures variables gets null and none', () => {
  const module = assemble(main('arity=2 free=1 stack=2', 'OpGetLocal 0', 'OpGetLocal 1', 'OpArray 2'));
  assert.is(outcome(module), '[null, null]');
});
test('imports that nobody provides are named before anything runs', () => {
  const program = Program.unverified(assemble(main('stack=1', 'OpImport $nobody')));
  assert.throws(
    () => new VM({ engine: 'reference' }).run(program),
    (error: Error) => error instanceof LinkError,
  );
});

// Handlers

const throwing = (handler: string): string =>
  main('locals=1 stack=3', `.handler ${handler}`, 'OpNull', 'OpThrow', 'OpPop', 'OpTrue');
gives('a handler that is good', throwing('0 2 2 height=0 catch'), 'true');
gives(
  'a handler that keeps more than there is',
  throwing('0 2 2 height=2 catch'),
  'stack underflow: a handler keeps 2 operands, and there are fewer',
);
gives(
  'a handler that keeps more than any frame can have',
  throwing('0 2 2 height=4294967295 catch'),
  'stack underflow: a handler keeps 4294967295 operands, and there are fewer',
);
gives(
  'a handler of a caller that keeps more than there is below the call',
  `${main('stack=9', '.handler 0 6 6 height=1 catch', 'OpClosure $f 0', 'OpCall 0')}.function f stack=1
    OpNull\n OpThrow\n.end`,
  'stack underflow: a handler keeps 1 operands, and there are fewer',
);
for (const [title, handler] of [
  ['back', '1 2 0 height=0 catch'],
  ['to what it covers', '0 2 1 height=0 catch'],
  ['outside the code', '0 2 99 height=0 catch'],
  ['nowhere, from its end to its start', '2 0 2 height=0 catch'],
] as const) {
  test(`a handler that leads ${title}`, () => {
    assert.match(
      outcome(assemble(throwing(handler))),
      /^invalid operation: main declares a handler at \d+ for /,
    );
  });
}
for (const height of [-1, 0.5, Number.NaN]) {
  test(`a handler that keeps ${height} operands`, () => {
    const handlers = [{ start: 0, end: 2, target: 2, height, kind: 'catch' } as const];
    const text = outcome(withProgram(throwing('0 2 2 height=0 catch'), { handlers }));
    assert.is(
      text,
      `invalid operation: main declares a handler at 2 for 0 to 2 with ${height} operands kept`,
    );
  });
}
gives(
  'a handler that leads into an instruction',
  main('stack=2', '.handler 0 2 3 height=0 catch', 'OpNull', 'OpThrow', '.byte 0', '.byte 255', '.byte 0'),
  'invalid operation: there is no opcode 255',
);
gives(
  'a handler catches what is wrong with the code it covers',
  main('stack=1', '.handler 0 1 1 height=0 catch', '.byte 255'),
  'invalid operation: there is no opcode 255',
);
gives(
  'but not an underflow',
  main('stack=1', '.handler 0 1 1 height=0 catch', 'OpPop'),
  'stack underflow: an instruction takes 1 operands, there are 0',
);

// Limits

gives(
  'a loop without end',
  main('stack=1', 'spin:', 'OpLoop @spin'),
  'out of fuel: the program used all the fuel it was given',
);
test('a recursion without end', () => {
  const module = assemble(main('stack=1', 'OpSelf', 'OpCall 0'));
  assert.is(outcome(module, { maxFrames: 20 }), 'stack overflow: more than 20 calls are active');
  assert.match(
    outcome(module, { fuel: 1e9, maxSlots: 2000 }),
    /^stack overflow: the operand stack is limited to 2000/,
  );
});

// Other engines

for (const name of engineNames.filter((engine) => engine !== 'reference')) {
  test(`the ${name} engine refuses a program that is not verified`, () => {
    const program = Program.unverified(assemble(main('stack=1', 'OpNull')));
    assert.throws(
      () => new VM({ engine: name }).run(program),
      (error: Error) =>
        error instanceof TypeError && error.message === `the ${name} engine runs verified programs only`,
    );
  });
}
test('so do engines that tools make', () => {
  const program = Program.unverified(assemble(main('stack=1', 'OpNull')));
  const vm = new VM({ engine: new InstructionCounter().engine });
  assert.throws(() => vm.run(program), /runs verified programs only/);
  assert.is(vm.run(good).value, 42);
});

// Anything at all

test('whatever code there is, a run ends in a value or a HeddleError', () => {
  const seen = new Map<string, number>();
  for (let seed = 1; seed <= 6000; seed++) {
    let text: string;
    try {
      text = outcome(hostileModule(fromSeed(seed)), { fuel: 2000, maxFrames: 100, maxSlots: 10_000 });
    } catch (error) {
      throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
    }
    const kind = /^([a-z]+ [a-z ]+): /.exec(text)?.[1] ?? 'a value';
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
  }
  // A fuzz that always fails at once would show nothing.
  for (const kind of [
    'a value',
    'stack underflow',
    'invalid operation',
    'out of fuel',
    'type error',
    'not callable',
  ]) {
    assert.ok((seen.get(kind) ?? 0) >= 5, `${kind} is hardly reached: ${JSON.stringify([...seen])}`);
  }
});

test('what a run leaves behind is not seen by the next', () => {
  for (let seed = 1; seed <= 200; seed++) {
    outcome(hostileModule(fromSeed(seed)), { fuel: 500 });
    assert.is(thread.floor, 0);
    assert.ok(
      thread.stack.every((value) => value === null),
      `seed ${seed} leaves values on the stack`,
    );
  }
});

test.run();
