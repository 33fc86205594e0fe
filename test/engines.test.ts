/**
 * What every engine owes the host: deep recursion and clean limits, fuel that is the same everywhere to the unit, nothing left
 * behind by a run however it ended.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tableEngine } from '../src/engines/table';
import {
  type EngineName,
  engineNames,
  InstructionCounter,
  LinkError,
  load,
  ModuleBuilder,
  type Program,
  type TraceEntry,
  VM,
  type VmOptions,
} from '../src/index';
import { thread } from '../src/runtime/thread';
import { busy, countDown, failureOf, fuelNeeded, program } from './engine-programs';

/** Tries something on every engine. */
function onEngines(title: string, run: (engine: EngineName) => void): void {
  for (const engine of engineNames) test(`${engine}: ${title}`, () => run(engine));
}

const good = program('.function main', 'OpConstant =6', 'OpConstant =7', 'OpMul', '.end');

function checkClear(): void {
  assert.is(thread.depth, 0, 'depth');
  assert.is(thread.floor, 0, 'floor');
  const held = thread.stack.findIndex((value) => value !== null);
  assert.is(held, -1, 'slots that hold a value');
}

// Depth

onEngines('a recursion 100,000 deep gives its answer', (engine) => {
  const vm = new VM({ engine, maxFrames: 200_000 });
  assert.is(vm.run(countDown(100_000)).value, 100_000);
  checkClear();
});

onEngines('the same recursion is a stack overflow within 1000 frames, its trace folded', (engine) => {
  const inF = { function: 'f', file: 'deep.weft', line: 3, column: 5 };
  const inMain: TraceEntry = { function: 'main', file: 'deep.weft', line: 1, column: 1, repeated: 1 };
  const vm = new VM({ engine, maxFrames: 1000 });
  const error = failureOf(vm, countDown(100_000));
  assert.is(error.kind, 'stack overflow');
  assert.is(error.message, 'more than 1000 calls are active');
  // The program's frame is no call, so 1000 of `f` are active; of 1001 frames 500 at each end are looked at.
  assert.equal(error.trace, [
    { ...inF, repeated: 500 },
    { function: '...', file: '', line: 0, column: 0, repeated: 1 },
    { ...inF, repeated: 499 },
    inMain,
  ]);
  checkClear();
  const shorter = failureOf(new VM({ engine, maxFrames: 400 }), countDown(100_000));
  assert.equal(shorter.trace, [{ ...inF, repeated: 400 }, inMain]);
  assert.is(vm.run(good).value, 42);
});

onEngines('the limit of frames is exact', (engine) => {
  for (const maxFrames of [1, 2, 63, 64, 65, 128, 500]) {
    const vm = new VM({ engine, maxFrames });
    assert.is(vm.run(countDown(maxFrames - 1)).value, maxFrames - 1, `${maxFrames} frames`);
    assert.is(failureOf(vm, countDown(maxFrames)).kind, 'stack overflow', `${maxFrames} frames`);
  }
});

onEngines('a stack overflow by slots', (engine) => {
  const vm = new VM({ engine, maxSlots: 5000 });
  const error = failureOf(vm, countDown(100_000));
  assert.is(`${error.kind}: ${error.message}`, 'stack overflow: the operand stack is limited to 5000 slots');
  checkClear();
  assert.is(vm.run(good).value, 42);
});

test('the limit of slots is the same on every engine', () => {
  const deepest = engineNames.map((engine) => {
    const vm = new VM({ engine, maxSlots: 300 });
    let n = 0;
    for (; n < 300; n++) {
      try {
        vm.run(countDown(n));
      } catch {
        break;
      }
    }
    return n;
  });
  assert.ok(deepest[0]! > 10 && deepest[0]! < 300);
  assert.equal(
    deepest,
    Array.from(engineNames, () => deepest[0]),
  );
});

onEngines('a program whose own frame has no room', (engine) => {
  const vm = new VM({ engine, maxSlots: 10 });
  assert.is(failureOf(vm, program('.function main locals=20', 'OpNull', '.end')).kind, 'stack overflow');
  assert.is(vm.run(good).value, 42);
});

// After errors

const handled = (...lines: string[]): string[] => [
  ...['.function main locals=1', 'OpClosure $f 0', 'OpCall 0', '.end', '.function f locals=2'],
  // Values that must not stay: an array and a string in locals and operands.
  ...[
    'OpConstant ="kept?"',
    'OpArray 1',
    'OpDup',
    'OpSetLocal 1',
    'OpConstant ="operand"',
    ...lines,
    'OpArray 3',
    '.end',
  ],
];
const failures: Readonly<Record<string, readonly [program: Program, options?: VmOptions]>> = {
  'type error': [program(...handled('OpNull', 'OpMinus'))],
  'division by zero': [program(...handled('OpConstant =1', 'OpConstant =0', 'OpDiv'))],
  'undefined variable': [program(...handled('OpGetGlobal $x'))],
  'bad index': [program(...handled('OpArray 0', 'OpConstant ="a"', 'OpIndex'))],
  'wrong argument count': [program(...handled('OpImport $len', 'OpCall 0'))],
  'bad argument': [program(...handled('OpImport $len', 'OpNull', 'OpCall 1'))],
  'assertion failed': [program(...handled('OpImport $assert', 'OpFalse', 'OpCall 1'))],
  'not callable': [program(...handled('OpNull', 'OpCall 0'))],
  'invalid operation': [program(...handled('OpGetBoxed 0'))],
  'thrown value': [program(...handled('OpNull', 'OpThrow', 'OpNull'))],
  'stack overflow': [program(...handled('OpSelf', 'OpCall 0')), { maxFrames: 300 }],
  'out of fuel': [program(...handled('spin:', 'OpLoop @spin', 'OpNull')), { fuel: 500 }],
  'out of memory': [
    program(
      ...['.function main locals=1', 'OpConstant ="a"', 'OpSetLocal 0', 'again:'],
      ...['OpGetLocal 0', 'OpDup', 'OpAdd', 'OpSetLocal 0', 'OpLoop @again', '.end'],
    ),
  ],
};
for (const [kind, [bad, options]] of Object.entries(failures)) {
  onEngines(`runs the next program right after '${kind}', and keeps nothing`, (engine) => {
    const vm = new VM({ engine, ...options });
    for (let round = 0; round < 3; round++) {
      assert.is(failureOf(vm, bad).kind, kind);
      checkClear();
      assert.is(vm.run(good).value, 42);
      checkClear();
    }
  });
}

test('errors have the same trace on every engine', () => {
  for (const [kind, [bad, options]] of Object.entries(failures)) {
    const reports = engineNames.map((engine) => failureOf(new VM({ engine, ...options }), bad).report());
    assert.equal(
      reports,
      Array.from(engineNames, () => reports[0]),
      kind,
    );
  }
});

onEngines('a value keeps nothing on the stack either', (engine) => {
  const vm = new VM({ engine });
  const bulk = program(
    '.function main locals=3',
    ...handled().slice(1, 3),
    '.end',
    ...handled('OpNull').slice(4),
  );
  assert.equal(vm.run(bulk).value, [['kept?'], 'operand', null]);
  checkClear();
});

// Fuel

onEngines('fuel runs out at exactly one unit too little', (engine) => {
  const needed = fuelNeeded('reference', busy);
  assert.ok(needed > 50);
  const enough = new VM({ engine, fuel: needed });
  assert.is(enough.run(busy).text, '6');
  assert.is(enough.fuelUsed, needed);
  const tooLittle = new VM({ engine, fuel: needed - 1 });
  assert.is(failureOf(tooLittle, busy).kind, 'out of fuel');
  assert.is(tooLittle.fuelUsed, needed - 1);
  assert.is(tooLittle.run(good).value, 42);
});

test('with any amount of fuel every engine stops at the same place', () => {
  const needed = fuelNeeded('reference', busy);
  const places = new Set<string>();
  for (let fuel = 1; fuel < needed; fuel++) {
    const reports = engineNames.map((engine) => failureOf(new VM({ engine, fuel }), busy).report());
    assert.equal(
      reports,
      Array.from(engineNames, () => reports[0]),
      `fuel ${fuel}`,
    );
    places.add(reports[0]!);
  }
  assert.ok(places.size >= 2, 'it stops in both functions');
});

test('a call costs the instructions of its function, a backward jump those it goes back over', () => {
  // Four and the return behind them.
  assert.is(
    fuelNeeded('reference', program('.function main', 'OpNull', 'OpPop', 'OpNull', 'OpNot', '.end')),
    5,
  );
  const loop = program(
    ...['.function main locals=1', 'OpTrue', 'OpSetLocal 0', 'again:', 'OpGetLocal 0', 'OpJumpIfFalse @done'],
    ...['OpFalse', 'OpSetLocal 0', 'OpLoop @again', 'done:', 'OpNull', '.end'],
  );
  assert.is(fuelNeeded('reference', loop), 9 + 5);
});

onEngines('fuel beyond 32 bits is not handed out at once, but is all there', (engine) => {
  const vm = new VM({ engine, fuel: 2 ** 40 });
  vm.run(busy);
  assert.is(vm.fuelUsed, fuelNeeded('reference', busy));
});

test('a handler table costs nothing while nothing is thrown', () => {
  const code = ['OpConstant =1', 'OpConstant =2', 'OpAdd', 'OpReturn', 'caught:'];
  const table = '.handler 0 7 @caught height=0 catch';
  const plain = program('.function main', ...code, '.end');
  const guarded = program('.function main', table, ...code, '.end');
  for (const engine of engineNames) assert.is(fuelNeeded(engine, guarded), fuelNeeded(engine, plain), engine);
  const counts = [plain, guarded].map((work) => {
    const counter = new InstructionCounter();
    assert.is(new VM({ engine: counter.engine }).run(work).value, 3);
    return counter;
  });
  assert.is(counts[0]!.total, 4);
  assert.equal(counts[1]!.byMnemonic(), counts[0]!.byMnemonic());
});

// Wide operands

/** One module with more of everything than the narrow forms reach. */
function wideProgram(): Program {
  const module = new ModuleBuilder();
  const main = module.function('main');
  const many = 70_000;
  for (let i = 0; i < many; i++) {
    module.constant(i + 0.5);
    module.global(`g${i}`);
  }
  const last = module.constant('last');
  const [far, end] = [main.label(), main.label()];
  for (let i = 0; i < 300; i++) main.local();
  main.emit('OpConstant', last).emit('OpSetLocal', 299);
  main.emit('OpGetLocal', 299).emit('OpDefineGlobal', many - 1);
  main.emit('OpTrue').jump('OpJumpIfTrue', far);
  for (let i = 0; i < many; i++) main.emit('OpNull').emit('OpPop');
  main.emit('OpNull').jump('OpJump', end).mark(far);
  for (let i = 0; i < many; i++) main.emit('OpTrue');
  main.emit('OpArray', many).emit('OpLength');
  const f = module.function('f');
  for (let i = 0; i < 300; i++) {
    f.free(`v${i}`);
    main.emit('OpConstant', i);
  }
  f.emit('OpGetFree', 299);
  main.emit('OpClosure', f.index, 300).emit('OpCall', 0);
  main
    .emit('OpGetGlobal', many - 1)
    .emit('OpArray', 3)
    .mark(end);
  return load(module.build());
}

const wide = wideProgram();
onEngines('operands beyond the narrow forms', (engine) => {
  assert.equal(new VM({ engine }).run(wide).value, [70_000, 299.5, 'last']);
});

// Options and linking

for (const [options, message] of [
  [{ fuel: 0 }, 'fuel must be a number of at least 1, not 0'],
  [{ fuel: Number.NaN }, 'fuel must be a number of at least 1, not NaN'],
  [{ maxFrames: -1 }, 'maxFrames must be a number of at least 1, not -1'],
  [{ maxSlots: 0.5 }, 'maxSlots must be a number of at least 1, not 0.5'],
  [{ maxSlots: Number.NEGATIVE_INFINITY }, 'maxSlots must be a number of at least 1, not -Infinity'],
  // What callers without types may pass.
  [{ fuel: '9' as unknown as number }, 'fuel must be a number of at least 1, not 9'],
  [{ engine: 'warp' as EngineName }, "there is no engine 'warp'"],
  [{ engine: 'toString' as EngineName }, "there is no engine 'toString'"],
] as const) {
  test(`the option ${Object.entries(options).flat().join(' = ')} is refused`, () => {
    assert.throws(
      () => new VM(options),
      (error: Error) => error instanceof RangeError && error.message === message,
    );
  });
}

onEngines('imports that nobody provides are all named, and nothing has run', (engine) => {
  let output = '';
  const vm = new VM({ engine, output: (text) => (output += text) });
  const bad = program(
    ...['.import puts', '.import nobody', '.import len', '.import "no one"', '.import constructor'],
    ...['.function main', 'OpImport $puts', 'OpTrue', 'OpCall 1', '.end'],
  );
  assert.throws(
    () => vm.run(bad),
    (error: Error) => {
      assert.instance(error, LinkError);
      assert.equal((error as LinkError).missing, ['nobody', 'no one', 'constructor']); // as just checked
      assert.is(error.message, "nobody provides 'nobody', 'no one', 'constructor', which the module imports");
      return true;
    },
  );
  assert.is(output, '');
  assert.is(vm.run(good).value, 42);
});

onEngines('globals live for one run, unless they are kept', (engine) => {
  const vm = new VM({ engine });
  const define = program('.function main', 'OpConstant =5', 'OpDefineGlobal $x', 'OpNull', '.end');
  const read = program('.function main', 'OpGetGlobal $x', '.end');
  const other = new VM({ engine });
  vm.run(define);
  assert.is(vm.run(read, { keepGlobals: true }).value, 5);
  assert.is(vm.run(read, { keepGlobals: true }).value, 5);
  assert.is(failureOf(other, read).kind, 'undefined variable', 'another VM has its own');
  assert.is(failureOf(vm, read).kind, 'undefined variable');
});

onEngines('globals are kept also from a run that failed', (engine) => {
  const vm = new VM({ engine });
  const define = program('.function main', 'OpConstant =5', 'OpDefineGlobal $x', 'OpNull', 'OpMinus', '.end');
  assert.is(failureOf(vm, define).kind, 'type error');
  assert.is(vm.run(program('.function main', 'OpGetGlobal $x', '.end'), { keepGlobals: true }).value, 5);
});

test('one program runs on every engine and in many VMs', () => {
  const shared = countDown(10);
  for (let round = 0; round < 3; round++) {
    for (const engine of engineNames) assert.is(new VM({ engine }).run(shared).value, 10);
  }
});

test('an engine may be given itself', () => {
  assert.is(new VM({ engine: tableEngine }).run(good).value, 42);
});

test.run();
