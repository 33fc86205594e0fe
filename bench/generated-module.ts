/**
 * Modules of a wanted size, made from a seed: functions of plain statements, branches and loops on one number. What the module
 * comes to is computed while it is made, so a load can be checked by a run.
 */

import { type FunctionBuilder, type Module, ModuleBuilder } from '../src/index';
import { Numbers } from './micro/numbers';

export interface GeneratedModule {
  readonly module: Module;
  /** What the program comes to. */
  readonly answer: number;
  /** Bytes of code of all functions. */
  readonly codeBytes: number;
}

/** All values stay below this, a prime. */
const modulus = 65_521;

/** Bytes of a function's code, where a module has many. */
const usualBytes = 600;

/** Bytes that a statement takes on the average, and a call from the main function. */
const statementBytes = 26;
const callBytes = 12;

/** Writes one function, and computes what it gives for its argument. */
class Body {
  private value: number;
  /** The slot of the argument, which holds the running value. */
  private readonly sum = 0;
  private readonly counter: number;

  constructor(
    private readonly module: ModuleBuilder,
    private readonly fn: FunctionBuilder,
    private readonly numbers: Numbers,
    argument: number,
  ) {
    this.value = argument;
    this.counter = fn.local();
  }

  /** @returns what the function gives */
  write(statements: number): number {
    const kinds = [() => this.plain(), () => this.scale(), () => this.branch(), () => this.loop()];
    for (let i = 0; i < statements; i++) this.numbers.pick(kinds)();
    this.fn.emit('OpGetLocal', this.sum).emit('OpReturn');
    return this.value;
  }

  private constant(value: number): void {
    this.fn.emit('OpConstant', this.module.constant(value));
  }

  private number(): number {
    return this.numbers.from(1, 4000);
  }

  /** `sum = (sum + k) % modulus`, or with another operation. */
  private plain(): void {
    const k = this.number();
    const xor = this.numbers.from(0, 1) === 1;
    this.fn.emit('OpGetLocal', this.sum);
    this.constant(k);
    this.fn.emit(xor ? 'OpBitXor' : 'OpAdd');
    this.constant(modulus);
    this.fn.emit('OpMod').emit('OpSetLocal', this.sum);
    this.value = (xor ? this.value ^ k : this.value + k) % modulus;
  }

  /** `sum = (sum * k + l) % modulus` */
  private scale(): void {
    const [k, l] = [this.number(), this.number()];
    this.fn.emit('OpGetLocal', this.sum);
    this.constant(k);
    this.fn.emit('OpMul');
    this.constant(l);
    this.fn.emit('OpAdd');
    this.constant(modulus);
    this.fn.emit('OpMod').emit('OpSetLocal', this.sum);
    this.value = (this.value * k + l) % modulus;
  }

  /** `if (sum < k) { ... } else { ... }` */
  private branch(): void {
    const { fn } = this;
    const k = this.numbers.from(1, modulus);
    const [otherwise, end] = [fn.label(), fn.label()];
    fn.emit('OpGetLocal', this.sum);
    this.constant(k);
    fn.emit('OpLess').jump('OpJumpIfFalse', otherwise);
    const before = this.value;
    this.scale();
    const whenLess = this.value;
    fn.jump('OpJump', end).mark(otherwise);
    this.value = before;
    this.plain();
    fn.mark(end);
    if (before < k) this.value = whenLess;
  }

  /** Adds the counter of two or three rounds. */
  private loop(): void {
    const { fn, counter } = this;
    const rounds = this.numbers.from(2, 3);
    const [again, end] = [fn.label(), fn.label()];
    this.constant(0);
    fn.emit('OpSetLocal', counter).mark(again).emit('OpGetLocal', counter);
    this.constant(rounds);
    fn.emit('OpLess').jump('OpJumpIfFalse', end);
    fn.emit('OpGetLocal', this.sum).emit('OpGetLocal', counter).emit('OpAdd');
    this.constant(modulus);
    fn.emit('OpMod').emit('OpSetLocal', this.sum).emit('OpGetLocal', counter);
    this.constant(1);
    fn.emit('OpAdd').emit('OpSetLocal', counter).jump('OpLoop', again).mark(end);
    for (let i = 0; i < rounds; i++) this.value = (this.value + i) % modulus;
  }
}

/**
 * @param bytes of code that it is to have, about
 * @param large whether nearly all of it is one function; else functions are of some hundred bytes each
 */
export function generatedModule(bytes: number, seed: number, large: boolean): GeneratedModule {
  const numbers = new Numbers(seed);
  const builder = new ModuleBuilder();
  const main = builder.function('main');
  const functions = large ? 1 : Math.max(1, Math.round(bytes / (usualBytes + callBytes)));
  const statements = Math.max(1, Math.round((bytes / functions - callBytes) / statementBytes));
  let answer = 0;
  main.emit('OpConstant', builder.constant(0));
  for (let i = 0; i < functions; i++) {
    const fn = builder.function(`f${i}`, 1);
    const argument = numbers.from(0, modulus - 1);
    answer = (answer + new Body(builder, fn, numbers, argument).write(statements)) % modulus;
    main.emit('OpClosure', fn.index, 0).emit('OpConstant', builder.constant(argument)).emit('OpCall', 1);
    main.emit('OpAdd').emit('OpConstant', builder.constant(modulus)).emit('OpMod');
  }
  const module = builder.build();
  const codeBytes = module.functions.reduce((sum, { code }) => sum + code.length, 0);
  return { module, answer, codeBytes };
}
