/**
 * The threaded engine with a cached top of stack: that the register is used, and that it is in its slot wherever somebody else
 * looks.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Engine } from '../src/engines/engine';
import { engines } from '../src/engines/engines';
import { threadedTosEngine } from '../src/engines/threaded-tos';
import { type Program, VM } from '../src/index';
import { ErrorValue } from '../src/runtime/errors';
import { thread } from '../src/runtime/thread';
import type { Value } from '../src/runtime/value';
import { program } from './engine-programs';

/** Runs a program that fails, and gives the operands of the frame where it did, as they are in their slots. */
function operandsAtFailure(failing: Program): readonly Value[] {
  let found: readonly Value[] | undefined;
  const engine: Engine = {
    ...threadedTosEngine,
    run(thread) {
      try {
        threadedTosEngine.run(thread);
      } catch (thrown) {
        assert.instance(thrown, ErrorValue);
        found = thread.stack.slice(thread.fp, thread.sp);
        throw thrown;
      }
    },
  };
  assert.throws(() => new VM({ engine }).run(failing));
  assert.ok(found, 'it did not fail');
  return found!;
}

test('data instructions have a next one that is looked up; where control flow meets, cells return the pc', () => {
  const work = program(
    ...['.function main locals=1', 'OpTrue', 'OpJumpIfFalse @other', 'OpConstant =1', 'OpJump @join'],
    ...['other:', 'OpConstant =2', 'join:', 'OpConstant =3', 'OpMul', '.end'],
  );
  assert.is(new VM({ engine: threadedTosEngine }).run(work).value, 3);
  const [main] = work.linkFor(threadedTosEngine).functions;
  const { nexts, cells, code } = main!;
  assert.is(cells.length, code.length);
  // OpTrue, OpJumpIfFalse 10, OpConstant, OpJump 13, OpConstant (before the join), OpConstant, OpMul, OpReturn
  assert.equal(
    [0, 1, 4, 7, 10, 13, 16, 17].map((pc) => nexts[pc]),
    [1, 0, 7, 0, 0, 16, 17, 0],
  );
});

test('an instruction that fails with its operand in the register has it in its slot afterwards', () => {
  const failing = ['OpConstant =1', 'OpConstant =2', 'OpTrue', 'OpMul', 'OpAdd', '.end'];
  assert.equal(operandsAtFailure(program('.function main', ...failing)), [1, 2, true]);
});

test('an instruction that fails with its operands in slots finds them as they were', () => {
  const work = program(
    ...['.function main locals=1', 'OpConstant =1', 'OpConstant =2', 'OpConstant =3', 'OpSetLocal 0'],
    ...['OpMinus', 'OpSetLocal 0', 'OpNull', 'OpMul', '.end'],
  );
  assert.equal(operandsAtFailure(work), [-2, 1, null]);
});

test('a handler finds the operands below what failed', () => {
  const work = program(
    ...['.function main', '.handler @try @end @caught height=2 catch', 'OpConstant =1', 'OpConstant =2'],
    ...['try:', 'OpTrue', 'OpMinus', 'end:', 'OpReturn', 'caught:', 'OpPop', 'OpSub', '.end'],
  );
  assert.is(new VM({ engine: threadedTosEngine }).run(work).value, -1);
});

test('a census in the middle of an expression finds what is in the register', () => {
  // The array that is in the register when the second one is made is alive; both fit only without the garbage.
  const work = program(
    ...['.function main locals=1', 'OpConstant =0', 'OpSetLocal 0'],
    ...['again:', 'OpConstant ="kept"', 'OpArray 1', 'OpNull', 'OpNull', 'OpNull', 'OpArray 3'],
    ...['OpConstant =0', 'OpIndex', 'OpPop', 'OpConstant =0', 'OpIndex', 'OpConstant ="kept"'],
    ...['OpNotEqual', 'OpJumpIfTrue @lost', 'OpGetLocal 0', 'OpConstant =1', 'OpAdd', 'OpDup'],
    ...['OpSetLocal 0', 'OpConstant =1000', 'OpLess', 'OpJumpIfFalse @done', 'OpLoop @again'],
    ...['lost:', 'OpFalse', 'OpReturn', 'done:', 'OpTrue', '.end'],
  );
  const vm = new VM({ engine: threadedTosEngine, maxMemory: 1000 });
  assert.is(vm.run(work).value, true);
  assert.is(thread.runs, 0);
});

test('every engine is called what it is listed as', () => {
  for (const [name, engine] of Object.entries(engines)) assert.is(engine.name, name);
});

test.run();
