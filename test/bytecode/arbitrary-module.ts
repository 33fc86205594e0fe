/**
 * Valid modules of every shape: nested control flow, handlers, closures, classes, odd constants and names, debug information. What
 * is made follows from a stream of choices, so fast-check can shrink it and the fuzzer can repeat it from a seed.
 */

import fc from 'fast-check';
import { type FunctionBuilder, ModuleBuilder, type PlainOpName } from '../../src/bytecode/builder';
import { partsOf } from '../../src/bytecode/classes';
import type { Constant, Module, ModuleClass, ModuleMethod } from '../../src/bytecode/module';
import { narrow, type OpcodeInfo, type OpName } from '../../src/isa/isa';
import type { OperandKindName } from '../../src/isa/operands';

/** Gives a whole number below `bound`. */
export type Choose = (bound: number) => number;

/** Choices from a list; 0, the simplest choice, when it is used up. */
export const fromTape = (tape: readonly number[]): Choose => {
  let next = 0;
  return (bound) => (tape[next++] ?? 0) % bound;
};

/** Choices from a seed (xorshift). */
export function fromSeed(seed: number): Choose {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) || 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

/** For fast-check. */
export const arbitraryModule = (): fc.Arbitrary<Module> =>
  fc.array(fc.nat(), { maxLength: 600, size: 'max' }).map((tape) => makeModule(fromTape(tape)));

const constants: readonly Constant[] = [
  0,
  -0,
  1,
  -1,
  2,
  0.1,
  255,
  65536,
  -(2 ** 31),
  2 ** 31,
  2 ** 53,
  1e300,
  5e-324,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  '',
  'a',
  '"\\;\n\r\t\u0000',
  'é€😀',
  '\ud800',
  '\udc00\ud800',
  '-0',
  'NaN',
  '\u2028 ; =1 $x @y',
  'constructor',
  '__proto__',
];

const names = [
  'x',
  'main',
  'odd name',
  '',
  '__proto__',
  '"',
  '\ud83d',
  '日本',
  'a;b',
  'constructor',
  '$',
  '1',
];

const opNames = Object.keys(narrow) as OpName[]; // the keys are the names

const isShuffle = ({ picture }: OpcodeInfo): boolean =>
  picture.outputs.some((name) => picture.inputs.includes(name));

/** Instructions whose operands have to do with each other. */
const bound: ReadonlySet<OpName> = new Set(['OpClosure', 'OpClass']);

/** Instructions that `anyOp` can use with their operands chosen freely. */
const dataOps = opNames.filter(
  (op) => !narrow[op].control && !bound.has(op) && op !== 'OpPop' && !isShuffle(narrow[op]),
) as PlainOpName[]; // jumps are control instructions

const valueOps = dataOps.filter((op) => narrow[op].picture.outputs.length === 1);
const effectOps = dataOps.filter((op) => narrow[op].picture.outputs.length === 0);

const deepest = 5;

class Maker {
  private readonly module = new ModuleBuilder();
  private readonly functions: FunctionBuilder[] = [];
  private readonly classes: ModuleClass[] = [];
  /** Instructions that may still be made, roughly. */
  private budget = 400;

  constructor(private readonly choose: Choose) {}

  make(): Module {
    const { choose, module } = this;
    const file = choose(2) === 0 ? undefined : module.file(this.name());
    const count = 1 + choose(4);
    for (let i = 0; i < count; i++) {
      const fn = module.function(this.name(), i === 0 ? 0 : choose(4), choose(4) === 3 ? undefined : file);
      for (let n = choose(8) === 7 ? 300 : choose(3); n > 0; n--) fn.local();
      if (i > 0) for (let n = choose(3); n > 0; n--) fn.free(this.name());
      this.functions.push(fn);
    }
    for (let n = choose(4); n > 0; n--) this.class();
    for (const fn of this.functions) this.body(fn);
    return module.build();
  }

  private class(): void {
    const { choose } = this;
    const names = (): string[] => [...new Set(Array.from({ length: choose(4) }, () => this.name()))];
    const fields = names();
    const takers = this.functions.filter(({ arity }) => arity > 0);
    const methods = (takers.length === 0 ? [] : names())
      .filter((name) => !fields.includes(name))
      .map((name): ModuleMethod => ({ name, function: takers[choose(takers.length)]!.index }));
    const definition = { name: this.name(), fields, statics: names(), methods };
    this.classes.push(definition);
    this.module.class(definition);
  }

  private name(): string {
    return names[this.choose(names.length)]!;
  }

  private body(fn: FunctionBuilder): void {
    const { choose } = this;
    const [start, end] = [fn.label(), fn.label()];
    fn.mark(start);
    for (let n = choose(6); n > 0; n--) this.statement(fn, 0);
    this.value(fn, 0);
    if (choose(3) === 0) fn.emit('OpReturn');
    fn.mark(end);
    if (fn.localCount > 0) fn.nameLocal(choose(fn.localCount), this.name(), start, end);
  }

  /** What leaves the stack as it was. */
  private statement(fn: FunctionBuilder, depth: number): void {
    const { choose } = this;
    if (choose(2) === 0) fn.at(1 + choose(1000), 1 + choose(200));
    const simple = [
      () => void this.anyOp(fn, effectOps[choose(effectOps.length)]!, depth),
      () => {
        this.value(fn, depth + 1);
        fn.emit('OpPop');
      },
    ];
    const nested = [
      () => this.loop(fn, depth),
      () => this.rotatedLoop(fn, depth),
      () => this.branch(fn, depth),
      () => this.tried(fn, depth),
      () => this.dead(fn, depth),
    ];
    const kinds = depth < deepest && this.budget > 0 ? [...simple, ...nested] : simple;
    kinds[choose(kinds.length)]!();
  }

  private block(fn: FunctionBuilder, depth: number): void {
    for (let n = this.choose(3); n > 0; n--) this.statement(fn, depth + 1);
  }

  private loop(fn: FunctionBuilder, depth: number): void {
    const [top, out] = [fn.label(), fn.label()];
    fn.mark(top);
    this.value(fn, depth + 1);
    fn.jump('OpJumpIfFalse', out);
    this.block(fn, depth);
    fn.jump('OpLoop', top).mark(out);
  }

  /** With its condition at the bottom, so that the body is first reached backward. */
  private rotatedLoop(fn: FunctionBuilder, depth: number): void {
    const [body, condition, out] = [fn.label(), fn.label(), fn.label()];
    fn.jump('OpJump', condition).mark(body);
    this.block(fn, depth);
    fn.mark(condition);
    this.value(fn, depth + 1);
    fn.jump('OpJumpIfFalse', out).jump('OpLoop', body).mark(out);
  }

  private branch(fn: FunctionBuilder, depth: number): void {
    const [otherwise, out] = [fn.label(), fn.label()];
    this.value(fn, depth + 1);
    fn.jump(this.choose(2) === 0 ? 'OpJumpIfFalse' : 'OpJumpIfTrue', otherwise);
    this.block(fn, depth);
    fn.jump('OpJump', out).mark(otherwise);
    this.block(fn, depth);
    fn.mark(out);
  }

  private tried(fn: FunctionBuilder, depth: number): void {
    const [start, end, target, out] = [fn.label(), fn.label(), fn.label(), fn.label()];
    const [hole, behind] = [fn.label(), fn.label()];
    fn.mark(start);
    this.block(fn, depth);
    const split = this.choose(3) === 0;
    if (split) {
      // As where a `finally` is copied in before a return.
      this.value(fn, depth + 1);
      fn.jump('OpJumpIfFalse', behind).mark(hole).emit('OpNull').emit('OpReturn').mark(behind);
    }
    this.block(fn, depth);
    fn.jump('OpJump', out).mark(end).mark(target);
    const kind = this.choose(2) === 0 ? 'catch' : 'finally';
    if (kind === 'finally') {
      this.block(fn, depth);
      fn.emit('OpThrow');
    } else {
      fn.emit('OpPop');
      this.block(fn, depth);
    }
    fn.mark(out);
    if (split) fn.handler(start, hole, target, kind).handler(behind, end, target, kind);
    else fn.handler(start, end, target, kind);
  }

  /** Code that cannot be reached. */
  private dead(fn: FunctionBuilder, depth: number): void {
    const out = fn.label();
    fn.jump('OpJump', out);
    if (this.choose(2) === 0) fn.emit('OpAdd');
    this.block(fn, depth);
    fn.mark(out);
  }

  /** What leaves one value more. */
  private value(fn: FunctionBuilder, depth: number): void {
    const { choose } = this;
    this.budget--;
    const simple = [() => void fn.emit('OpConstant', this.constant()), () => void fn.emit('OpNull')];
    const nested = [
      () => this.anyOp(fn, valueOps[choose(valueOps.length)]!, depth),
      () => this.anyOp(fn, valueOps[choose(valueOps.length)]!, depth),
      () => this.call(fn, depth),
      () => this.closure(fn, this.functions[choose(this.functions.length)]!.index, depth),
      () => this.classValue(fn, depth),
      () => this.shortCircuit(fn, depth),
      () => {
        this.value(fn, depth + 1);
        fn.emit('OpDup').emit('OpDup2').emit('OpPop').emit('OpPop').emit('OpPop');
      },
      () => {
        this.value(fn, depth + 1);
        this.statement(fn, depth + 1);
      },
    ];
    const kinds = depth < deepest && this.budget > 0 ? [...simple, ...nested] : simple;
    kinds[choose(kinds.length)]!();
  }

  private constant(): number {
    return this.module.constant(constants[this.choose(constants.length)]!);
  }

  private call(fn: FunctionBuilder, depth: number): void {
    this.value(fn, depth + 1);
    const argc = this.choose(4);
    for (let i = 0; i < argc; i++) this.value(fn, depth + 1);
    const how = this.choose(4);
    if (how === 0) fn.emit('OpNew', argc);
    else if (how === 1) fn.emit('OpInvoke', this.memberName(), argc);
    else fn.emit('OpCall', argc);
  }

  private closure(fn: FunctionBuilder, index: number, depth: number): void {
    const { freeNames } = this.functions[index]!;
    for (const _ of freeNames) this.value(fn, depth + 1);
    fn.emit('OpClosure', index, freeNames.length);
  }

  /** A class, or what is no class where the module has none. */
  private classValue(fn: FunctionBuilder, depth: number): void {
    if (this.classes.length === 0) {
      this.value(fn, depth + 1);
      return;
    }
    const index = this.choose(this.classes.length);
    const definition = this.classes[index]!;
    if (this.choose(2) === 0) fn.emit('OpNull');
    else this.value(fn, depth + 1);
    for (const method of definition.methods) this.closure(fn, method.function, depth);
    fn.emit('OpClass', index, partsOf(definition));
  }

  /** Often the name of a member that there is. */
  private memberName(): number {
    return this.module.constant(this.name());
  }

  private shortCircuit(fn: FunctionBuilder, depth: number): void {
    const out = fn.label();
    this.value(fn, depth + 1);
    fn.jump(this.choose(2) === 0 ? 'OpAnd' : 'OpOr', out);
    this.value(fn, depth + 1);
    fn.mark(out);
  }

  /** Any instruction of the table, its inputs first; a value in its place where its operands cannot be had. */
  private anyOp(fn: FunctionBuilder, op: PlainOpName, depth: number): void {
    const { picture, operands, countOperand } = narrow[op];
    const values = operands.map(({ kind }) => this.operand(fn, kind));
    if (values.includes(-1)) {
      if (picture.outputs.length === 1) fn.emit('OpTrue');
      return;
    }
    const variadic = picture.variadic === undefined ? 0 : picture.variadic.times * values[countOperand]!;
    for (let n = picture.inputs.length + variadic; n > 0; n--) this.value(fn, depth + 1);
    fn.emit(op, ...values);
  }

  /** -1 where there can be none. */
  private operand(fn: FunctionBuilder, kind: OperandKindName): number {
    const { choose, module } = this;
    switch (kind) {
      case 'constant':
        return this.constant();
      case 'name':
        return this.memberName();
      case 'global':
        return module.global(this.name());
      case 'import':
        return module.import(this.name());
      case 'local':
        return fn.localCount === 0 ? fn.local() : choose(fn.localCount);
      case 'free':
        return fn.freeNames.length === 0 ? -1 : choose(fn.freeNames.length);
      case 'count':
        return choose(4);
      default:
        throw new Error(`a data instruction has an operand of kind ${kind}`);
    }
  }
}

/** A valid module. */
export const makeModule = (choose: Choose): Module => new Maker(choose).make();
