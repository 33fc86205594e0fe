/** The builder: what it lays out, the forms it chooses, and every way of being refused. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  BuildError,
  type BuildErrorKind,
  type FunctionBuilder,
  Label,
  ModuleBuilder,
  type PlainOpName,
} from '../../src/bytecode/builder';
import { listFunction } from '../../src/bytecode/disassemble';
import { jumpOps } from '../../src/bytecode/layout';
import { moduleLimits } from '../../src/bytecode/module';
import { verify } from '../../src/bytecode/verify';
import { narrow } from '../../src/isa/isa';

/** A module of one function. */
function program(fill: (fn: FunctionBuilder, module: ModuleBuilder) => void) {
  const module = new ModuleBuilder();
  fill(module.function('main'), module);
  return module.build();
}

const listing = (fill: (fn: FunctionBuilder, module: ModuleBuilder) => void): string[] => {
  const built = program(fill);
  verify(built);
  return listFunction(built.functions[0]!);
};

function rejects(
  kind: BuildErrorKind,
  message: RegExp,
  fill: (fn: FunctionBuilder, module: ModuleBuilder) => void,
) {
  try {
    program(fill);
  } catch (error) {
    assert.instance(error, BuildError);
    const { message: text, data } = error as BuildError; // as just asserted
    assert.is(data.kind, kind);
    assert.match(text, message);
    return data;
  }
  assert.unreachable(`must be refused: ${kind}`);
}

test("2 + 3 * 4 is the book's listing", () => {
  const lines = listing((fn, module) => {
    for (const value of [2, 3, 4]) fn.emit('OpConstant', module.constant(value));
    fn.emit('OpMul').emit('OpAdd');
  });
  assert.equal(lines, [
    '0000 OpConstant 0',
    '0003 OpConstant 1',
    '0006 OpConstant 2',
    '0009 OpMul',
    '0010 OpAdd',
  ]);
});

test('the jumps are those of the table', () => {
  const withTarget = Object.values(narrow).filter(({ operands }) =>
    operands.some(({ kind }) => kind === 'target'),
  );
  assert.equal(
    withTarget.map(({ op }) => op),
    [...jumpOps],
  );
});

test('constants and names are interned', () => {
  const module = new ModuleBuilder();
  assert.is(module.constant(0), 0);
  assert.is(module.constant(-0), 1);
  assert.is(module.constant(0), 0);
  assert.is(module.constant(-0), 1);
  assert.is(module.constant(Number.NaN), 2);
  assert.is(module.constant(Number.NaN), 2);
  assert.is(module.constant('0'), 3);
  assert.is(module.constant('-0'), 4);
  assert.is(module.global('x'), 0);
  assert.is(module.global('y'), 1);
  assert.is(module.global('x'), 0);
  assert.is(module.import('x'), 0);
  assert.is(module.file('x'), 0);
  module.function('main').emit('OpNull');
  assert.equal(
    module.build().constants.map((value) => Object.is(value, -0)),
    [false, true, false, false, false],
  );
});

test('70,000 constants: the wide form where the narrow one does not reach', () => {
  const lines = listing((fn, module) => {
    for (let i = 0; i < 70_000; i++) fn.emit('OpConstant', module.constant(i)).emit('OpPop');
    fn.emit('OpNull');
  });
  assert.ok(lines[2 * 65_535]!.endsWith(' OpConstant 65535'));
  assert.ok(lines[2 * 65_536]!.endsWith(' OpConstantWide 65536'));
});

test('jumps over 100,000 bytes, forward and back', () => {
  const lines = listing((fn) => {
    const [top, end] = [fn.label(), fn.label()];
    fn.mark(top).emit('OpTrue').jump('OpJumpIfFalse', end);
    for (let i = 0; i < 50_000; i++) fn.emit('OpNull').emit('OpPop');
    fn.jump('OpLoop', top).mark(end).emit('OpNull');
  });
  assert.is(lines[1], '0001 OpJumpIfFalseWide 100009');
  assert.is(lines.at(-2), '100006 OpLoop 0');
});

test('a jump that is widened moves others beyond the border too', () => {
  const lines = listing((fn) => {
    const [near, far] = [fn.label(), fn.label()];
    fn.emit('OpTrue').jump('OpJumpIfFalse', near).emit('OpTrue').jump('OpJumpIfFalse', far);
    // The first target is at 65,534 + 2 when, and because, the second jump is wide.
    for (let i = 0; i < (65_534 - 8) / 2; i++) fn.emit('OpNull').emit('OpPop');
    fn.mark(near).emit('OpNull').emit('OpPop').mark(far).emit('OpNull');
  });
  assert.is(lines[1], '0001 OpJumpIfFalseWide 65538');
  assert.is(lines[3], '0007 OpJumpIfFalseWide 65540');
});

test('300 locals', () => {
  const lines = listing((fn) => {
    for (let i = 0; i < 300; i++) assert.is(fn.local(), i);
    fn.emit('OpGetLocal', 255).emit('OpPop').emit('OpGetLocal', 256);
  });
  assert.equal(lines, ['0000 OpGetLocal 255', '0002 OpPop', '0003 OpGetLocalWide 256']);
});

test('a closure of 300 captured variables', () => {
  const module = new ModuleBuilder();
  const main = module.function('main');
  const inner = module.function('inner');
  for (let i = 0; i < 300; i++) {
    assert.is(inner.free(`v${i}`), i);
    main.emit('OpNull');
  }
  main.emit('OpClosure', inner.index, 300);
  inner.emit('OpGetFree', 299);
  const built = module.build();
  verify(built);
  assert.is(listFunction(built.functions[0]!).at(-1), '0300 OpClosureWide 1 300');
  assert.is(built.functions[1]!.freeCount, 300);
  assert.is(built.functions[0]!.maxStack, 300);
});

test('the height of a handler is that at its start', () => {
  const { functions } = program((fn) => {
    const [start, end, target, out] = [fn.label(), fn.label(), fn.label(), fn.label()];
    fn.emit('OpNull').emit('OpNull').mark(start).emit('OpTrue').mark(end).jump('OpJump', out);
    fn.mark(target).mark(out).emit('OpPop').emit('OpPop').handler(start, end, target, 'catch');
  });
  assert.equal(functions[0]!.handlers, [{ start: 2, end: 3, target: 6, height: 2, kind: 'catch' }]);
});

test('handlers of one target share the height of the first range', () => {
  const built = program((fn) => {
    const [start, hole, behind, end] = [fn.label(), fn.label(), fn.label(), fn.label()];
    const otherwise = fn.label();
    // 1 + (if (true) { return null } else { null }), with the return outside of the ranges.
    fn.mark(start).emit('OpTrue').emit('OpTrue').jump('OpJumpIfFalse', otherwise).mark(hole);
    fn.emit('OpNull').emit('OpReturn').mark(behind).mark(otherwise);
    fn.emit('OpNull').emit('OpAdd').mark(end).emit('OpReturn');
    const target = fn.label();
    fn.mark(target).emit('OpThrow');
    fn.handler(start, hole, target, 'finally').handler(behind, end, target, 'finally');
  });
  assert.equal(
    built.functions[0]!.handlers.map(({ height }) => height),
    [0, 0],
  );
  verify(built);
});

test('a handler whose start cannot be reached takes the first instruction that can', () => {
  const built = program((fn) => {
    const [start, middle, end, target] = [fn.label(), fn.label(), fn.label(), fn.label()];
    fn.emit('OpNull').jump('OpJump', middle).mark(start).emit('OpAdd');
    fn.mark(middle).emit('OpNull').emit('OpPop').mark(end).emit('OpReturn');
    fn.mark(target).emit('OpReturn').handler(start, end, target, 'catch');
  });
  assert.is(built.functions[0]!.handlers[0]!.height, 1);
  verify(built);
});

test('handlers and names that cover nothing are left out', () => {
  const { functions } = program((fn) => {
    const [start, end] = [fn.label(), fn.label()];
    fn.mark(start)
      .mark(end)
      .emit('OpNull')
      .handler(start, end, end, 'catch')
      .nameLocal(fn.local(), 'x', start, end);
  });
  assert.is(functions[0]!.handlers.length, 0);
});

test('debug information: places where they change, names between labels', () => {
  const module = new ModuleBuilder();
  const main = module.function('main', 0, module.file('a.weft'));
  const [start, end] = [main.label(), main.label()];
  const slot = main.local();
  main.emit('OpNull').at(2, 5).emit('OpSetLocal', slot).mark(start);
  main.emit('OpGetLocal', slot).at(3, 1).emit('OpNot').mark(end).nameLocal(slot, 'x', start, end);
  assert.equal(module.build().functions[0]!.debug, {
    file: 0,
    lines: [
      { pc: 0, line: 2, column: 5 },
      { pc: 5, line: 3, column: 1 },
    ],
    locals: [{ slot: 0, name: 'x', start: 3, end: 6 }],
    free: [],
  });
  assert.is(program((fn) => fn.emit('OpNull')).functions[0]!.debug, undefined);
});

test('an optimiser may replace the code', () => {
  const lines = listing((fn, module) => {
    fn.emit('OpConstant', module.constant(1)).emit('OpPop').emit('OpNull');
    fn.code = fn.code.slice(2);
  });
  assert.equal(lines, ['0000 OpNull']);
});

test('classes', () => {
  const point = { name: 'Point', fields: ['x'], statics: ['made'], methods: [] };
  const lines = listing((main, module) => {
    const get = module.function('get', 1);
    get.emit('OpGetLocal', 0).emit('OpGetField', module.constant('x'));
    const index = module.class({ ...point, methods: [{ name: 'get', function: get.index }] });
    main.emit('OpNull').emit('OpClosure', get.index, 0).emit('OpClass', index, 2).emit('OpNew', 0);
    main.emit('OpInvoke', module.constant('get'), 0);
  });
  assert.equal(lines.slice(2), ['0005 OpClass 0 2', '0010 OpNew 0', '0012 OpInvoke 1 0']);
});

test('classes that make no sense', () => {
  const point = { name: 'Point', fields: ['x'], statics: [], methods: [] };
  const wrong: readonly [what: RegExp, definition: Parameters<ModuleBuilder['class']>[0]][] = [
    [/the name of a class is not a string/, { ...point, name: 1 as unknown as string }], // what the types forbid
    [/among the fields of class 'Point' 'x' is there twice/, { ...point, fields: ['x', 'x'] }],
    [
      /among the static fields of class 'Point' is a name that is not a string/,
      { ...point, statics: [null!] },
    ],
    [
      /among the fields of class 'Point' is a name of 1025 characters, 1024 at most/,
      { ...point, fields: ['x'.repeat(1025)] },
    ],
    [
      /the method 'x' of class 'Point' is named like a field/,
      { ...point, methods: [{ name: 'x', function: 1 }] },
    ],
    [
      /the method 'f' of class 'Point' is function 7, which is not there/,
      { ...point, methods: [{ name: 'f', function: 7 }] },
    ],
    [
      /the method 'f' of class 'Point' has no argument for 'this'/,
      { ...point, methods: [{ name: 'f', function: 0 }] },
    ],
    [
      /there are 65537 static fields of class 'Point', 65536 at most/,
      { ...point, statics: Array.from({ length: 65_537 }, (_, i) => `s${i}`) },
    ],
  ];
  for (const [what, definition] of wrong) {
    rejects('class', what, (_, module) => {
      module.function('f', 1);
      module.class(definition);
    });
  }
  rejects('operand', /OpClass takes 2 parts, class 'Point' has 1/, (main, module) => {
    main.emit('OpNull').emit('OpNull').emit('OpClass', module.class(point), 2);
  });
  rejects('operand', /there is no class 0/, (main) => void main.emit('OpNull').emit('OpClass', 0, 1));
  rejects('operand', /OpGetField: constant 0 is not a string/, (main, module) => {
    main.emit('OpNull').emit('OpGetField', module.constant(1));
  });
  rejects('operand', /OpInvoke: constant 0 is not a string/, (main, module) => {
    main.emit('OpNull').emit('OpInvoke', module.constant(1), 0);
  });
  rejects('limit', /characters in the name of a member: 1025, 1024 at most/, (main, module) => {
    main.emit('OpNull').emit('OpGetField', module.constant('x'.repeat(1025)));
  });
  rejects('limit', /classes/, (_, module) => {
    for (let i = 0; i <= moduleLimits.classes; i++) module.class(point);
  });
});

test('limits', () => {
  const locals = rejects('limit', /function 'main' has too many locals: 65537, 65536 at most/, (fn) => {
    for (let i = 0; i <= moduleLimits.locals; i++) fn.local();
    fn.emit('OpNull');
  });
  assert.equal(locals, {
    kind: 'limit',
    function: 'main',
    limit: { what: 'locals', most: moduleLimits.locals, actual: moduleLimits.locals + 1 },
  });
  rejects('limit', /'f' has too many arguments: 256/, (_, module) => void module.function('f', 256));
  rejects('limit', /the module has too many imports/, (_, module) => {
    for (let i = 0; i <= moduleLimits.imports; i++) module.import(String(i));
  });
  rejects('limit', /too many captured variables/, (fn, module) => {
    const inner = module.function('inner');
    for (let i = 0; i <= moduleLimits.free; i++) inner.free('');
    fn.emit('OpNull');
    inner.emit('OpNull');
  });
  rejects('limit', /too many operands/, (fn) => {
    for (let i = 0; i <= moduleLimits.stack; i++) fn.emit('OpNull');
    fn.emit('OpReturn');
  });
});

test('operands are checked', () => {
  rejects('operand', /OpAdd takes 0 operands, not 1/, (fn) => void fn.emit('OpAdd', 1));
  rejects('operand', /OpJump needs a label/, (fn) => void fn.emit('OpJump' as PlainOpName)); // what the types forbid
  rejects('operand', /there is no constant 0/, (fn) => void fn.emit('OpConstant', 0));
  rejects('operand', /there is no local 1/, (fn) => {
    fn.local();
    fn.emit('OpGetLocal', 1);
  });
  rejects('operand', /there is no arguments 256/, (fn) => void fn.emit('OpCall', 256));
  rejects('operand', /there is no count 1.5/, (fn) => void fn.emit('OpArray', 1.5));
  rejects('operand', /OpClosure captures 0 variables, 'f' has 1/, (fn, module) => {
    module.function('f').emit('OpNull').free('x');
    fn.emit('OpClosure', 1, 0);
  });
  rejects('operand', /no file 0/, (_, module) => void module.function('f', 0, 0));
  rejects('operand', /arity -1/, (_, module) => void module.function('f', -1));
  rejects('operand', /1:0 is no place/, (fn) => void fn.at(1, 0));
});

test('labels and directions are checked', () => {
  rejects('label', /not marked/, (fn) => void fn.jump('OpJump', fn.label()));
  rejects('label', /not marked/, (fn) => void fn.jump('OpJump', new Label()));
  rejects('label', /marked twice/, (fn) => {
    const label = fn.label();
    fn.mark(label).mark(label);
  });
  const back = rejects('backward jump', /at 0001: OpJump may not jump backward, to 0000/, (fn) => {
    const top = fn.label();
    fn.mark(top).emit('OpNull').jump('OpJump', top);
  });
  assert.is(back!.offset, 1);
  rejects('backward jump', /OpLoop may not jump forward/, (fn) => {
    const end = fn.label();
    fn.jump('OpLoop', end).mark(end).emit('OpNull');
  });
  rejects('handler', /ends before it starts/, (fn) => {
    const [start, end] = [fn.label(), fn.label()];
    fn.mark(end).emit('OpNull').mark(start).handler(start, end, start, 'catch');
  });
  rejects('handler', /lies before the end/, (fn) => {
    const [start, end] = [fn.label(), fn.label()];
    fn.mark(start).emit('OpNull').mark(end).handler(start, end, start, 'catch');
  });
});

test('stack heights are checked', () => {
  rejects('stack underflow', /at 0001: stack underflow: OpAdd takes 2, there is 1/, (fn) => {
    fn.emit('OpNull').emit('OpAdd');
  });
  rejects('falls off the end', /one operand must be left as the result, there are 0/, () => {});
  rejects('stack height', /reached with/, (fn) => {
    const top = fn.label();
    fn.mark(top).emit('OpNull').jump('OpLoop', top);
  });
  rejects('handler', /keeps 1 operands, but here 0 may be left/, (fn) => {
    const [start, end, target] = [fn.label(), fn.label(), fn.label()];
    fn.emit('OpNull').mark(start).emit('OpPop').mark(end).emit('OpNull').emit('OpReturn');
    fn.mark(target).emit('OpReturn').handler(start, end, target, 'catch');
  });
});

test('the program takes nothing', () => {
  assert.throws(() => new ModuleBuilder().build(), /no function/);
  rejects('program', /captures no variables/, (fn) => void fn.free('x'));
  const module = new ModuleBuilder();
  module.function('main', 1).emit('OpNull');
  assert.throws(() => module.build(), /no arguments/);
});

test.run();
