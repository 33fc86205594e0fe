/**
 * The judge of every module that was not built in this process: proves what engines rely on without checking. Each rule
 * is a pass over the function, and every pass is linear in the code; dead code is allowed but must decode.
 */

import { type OpcodeInfo, opcodes, readOperand } from '../isa/isa';
import type { OperandKindName } from '../isa/operands';
import { classProblem, partsOf } from './classes';
import { effects, targetOf } from './effects';
import { findHeights, showOffset } from './heights';
import { type FunctionDebug, type Module, type ModuleFunction, moduleLimits } from './module';
import { boundsIn } from './ranges';
import { functionError, moduleError, type VerifyError, type VerifyRule } from './verify-error';

export { VerifyError, type VerifyErrorData, type VerifyRule, verifyRules } from './verify-error';

declare const verified: unique symbol;

/** A module that broke no rule, and what was found out on the way. */
export interface VerifiedModule {
  readonly module: Module;
  /**
   * By function and pc: operands on the stack before the instruction, -1 where none that can be reached begins. One entry
   * longer than the code: 1 where the code can be run off, else -1.
   */
  readonly heights: readonly Int32Array[];
  readonly [verified]: true;
}

/** The rule that an operand out of its range breaks. Counts have none here: the stack tells. */
const operandRules: Readonly<Record<OperandKindName, VerifyRule>> = {
  constant: 'constant index',
  name: 'constant index',
  class: 'class index',
  function: 'function index',
  global: 'global index',
  import: 'import index',
  target: 'jump target',
  local: 'local index',
  free: 'free index',
  captures: 'captures',
  count: 'stack underflow',
  arguments: 'stack underflow',
};

/**
 * Checks a module.
 * @throws VerifyError with the first rule that is broken
 */
export function verify(module: Module): VerifiedModule {
  verifyTables(module);
  const heights = module.functions.map((fn, index) => new FunctionVerifier(module, fn, index).verify());
  return { module, heights } as unknown as VerifiedModule; // the brand exists in types only
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0;

const isName = (name: unknown): boolean => typeof name === 'string';

function verifyTables({ constants, functions, classes, globals, imports, files }: Module): void {
  const tables = { constants, functions, classes, globals, imports, files };
  for (const [what, table] of Object.entries(tables)) {
    const most = moduleLimits[what as keyof typeof tables]; // the keys just written
    if (table.length > most) throw moduleError('limit', `${table.length} ${what}, ${most} at most`);
  }
  const odd = constants.findIndex((value) => typeof value !== 'number' && typeof value !== 'string');
  if (odd >= 0) throw moduleError('constant', `constant ${odd} is neither a number nor a string`);
  const nameless = functions.findIndex(({ name }) => !isName(name));
  if (nameless >= 0) throw moduleError('name', `the name of function ${nameless} is not a string`);
  for (const names of [globals, imports, files]) {
    if (!names.every(isName)) throw moduleError('name', 'a name is not a string');
  }
  for (const definition of classes) {
    const problem = classProblem(definition, functions);
    if (problem !== undefined) throw moduleError('class', problem);
  }
  const program = functions[0];
  if (program === undefined) throw moduleError('program', 'there is no function');
  if (program.arity !== 0) throw moduleError('program', 'the first function takes arguments');
  if (program.freeCount !== 0) throw moduleError('program', 'the first function captures variables');
}

class FunctionVerifier {
  private readonly code: Uint8Array;
  private readonly bounds: Readonly<Record<OperandKindName, number>>;
  /** 1 where an instruction begins, and at the end of the code. */
  private readonly boundaries: Uint8Array;

  constructor(
    private readonly module: Module,
    private readonly fn: ModuleFunction,
    private readonly index: number,
  ) {
    this.code = fn.code;
    this.checkCounts();
    this.bounds = boundsIn(module, fn);
    this.boundaries = new Uint8Array(fn.code.length + 1);
  }

  verify(): Int32Array {
    this.decodeInstructions();
    this.checkTargets();
    this.checkHandlers();
    const found = findHeights(this.code, this.fn.handlers);
    if ('rule' in found) throw this.error(found.rule, found.offset, found.detail);
    if (found.maxStack !== this.fn.maxStack) {
      const detail = `${this.fn.maxStack} operands are declared, ${found.maxStack} are needed`;
      throw this.error('max stack', undefined, detail);
    }
    if (this.fn.debug !== undefined) this.checkDebug(this.fn.debug);
    return found.heights;
  }

  private error(rule: VerifyRule, offset: number | undefined, detail: string): VerifyError {
    return functionError(rule, this.index, this.fn.name, offset, detail);
  }

  private checkCounts(): void {
    const { arity, localCount, freeCount, maxStack, code, handlers } = this.fn;
    const counts: readonly [what: string, count: number, most: number][] = [
      ['arguments', arity, moduleLimits.arguments],
      ['locals', localCount, moduleLimits.locals],
      ['captured variables', freeCount, moduleLimits.free],
      ['operands', maxStack, moduleLimits.stack],
      ['bytes of code', code.length, moduleLimits.code],
      ['handlers', handlers.length, moduleLimits.handlers],
    ];
    for (const [what, count, most] of counts) {
      if (!isCount(count)) throw this.error('count', undefined, `the number of ${what} is ${count}`);
      if (count > most) throw this.error('limit', undefined, `${count} ${what}, ${most} at most`);
    }
    if (arity > localCount) {
      throw this.error('count', undefined, `${arity} arguments do not fit in ${localCount} slots`);
    }
  }

  /** Finds where instructions begin; checks opcodes and all operands but targets. */
  private decodeInstructions(): void {
    const { code, boundaries } = this;
    let pc = 0;
    while (pc < code.length) {
      const info = opcodes[code[pc]!];
      if (info === undefined) throw this.error('unknown opcode', pc, `${code[pc]} is no opcode`);
      if (pc + info.size > code.length) {
        const detail = `${info.mnemonic} takes ${info.size} bytes, ${code.length - pc} are left`;
        throw this.error('truncated operand', pc, detail);
      }
      boundaries[pc] = 1;
      if (info.operands.length > 0) this.checkOperands(pc, info);
      pc += info.size;
    }
    boundaries[code.length] = 1;
  }

  private checkOperands(pc: number, { op, operands, mnemonic }: OpcodeInfo): void {
    let referent = 0;
    for (const { kind, width, at } of operands) {
      const value = readOperand(this.code, pc + at, width);
      const bound = this.bounds[kind];
      if (value >= bound) {
        const detail = `${mnemonic} names ${kind} ${value}, ${bound === 1 ? 'there is 1' : `there are ${bound}`}`;
        throw this.error(
          operandRules[kind],
          pc,
          kind === 'target' ? `there is no ${showOffset(value)}` : detail,
        );
      }
      if (kind === 'function' || kind === 'class') referent = value;
      if (kind === 'captures') this.checkCaptures(pc, referent, value);
      if (kind === 'name') this.checkMemberName(pc, value);
      if (op === 'OpClass' && kind === 'count') this.checkParts(pc, referent, value);
    }
  }

  private checkCaptures(pc: number, callee: number, captured: number): void {
    const { name, freeCount } = this.module.functions[callee]!;
    if (captured === freeCount) return;
    throw this.error(
      'captures',
      pc,
      `${captured} variables are captured, function ${callee} '${name.slice(0, 64)}' has ${freeCount}`,
    );
  }

  private checkMemberName(pc: number, index: number): void {
    const name = this.module.constants[index];
    if (typeof name !== 'string') throw this.error('member name', pc, `constant ${index} is not a string`);
    if (name.length > moduleLimits.memberName) {
      const detail = `the name has ${name.length} characters, ${moduleLimits.memberName} at most`;
      throw this.error('member name', pc, detail);
    }
  }

  private checkParts(pc: number, index: number, count: number): void {
    const definition = this.module.classes[index]!;
    const wanted = partsOf(definition);
    if (count === wanted) return;
    const detail = `${count} parts are taken, class ${index} '${definition.name.slice(0, 64)}' has ${wanted}`;
    throw this.error('class parts', pc, detail);
  }

  /** Targets are where instructions begin, and only `OpLoop` goes back. */
  private checkTargets(): void {
    const { code } = this;
    for (let pc = 0; pc < code.length; ) {
      const { size, jumps } = effects[code[pc]!]!;
      if (jumps) this.checkTarget(pc, targetOf(code, pc));
      pc += size;
    }
  }

  private checkTarget(pc: number, target: number): void {
    const { op, mnemonic } = opcodes[this.code[pc]!]!;
    const where = showOffset(target);
    if (this.boundaries[target] !== 1) {
      throw this.error('jump target', pc, `${where} is inside an instruction`);
    }
    if (op === 'OpLoop') {
      if (target > pc) throw this.error('forward loop', pc, `${mnemonic} may not jump forward, to ${where}`);
    } else if (target <= pc) {
      throw this.error('backward jump', pc, `${mnemonic} may not jump back, to ${where}`);
    }
  }

  private isBoundary(pc: number): boolean {
    return this.boundaries[pc] === 1;
  }

  private checkHandlers(): void {
    this.fn.handlers.forEach(({ start, end, target, height, kind }, i) => {
      const fail = (detail: string): VerifyError =>
        this.error('handler', undefined, `handler ${i} ${detail}`);
      if (kind !== 'catch' && kind !== 'finally') throw fail(`is of the unknown kind '${kind}'`);
      for (const pc of [start, end, target]) {
        if (!this.isBoundary(pc)) throw fail(`has ${showOffset(pc)}, where no instruction begins`);
      }
      if (start >= end) throw fail('covers nothing');
      // Else an error could lead back without a safepoint.
      if (target < end) throw fail('lies before the end of what it covers');
      if (!isCount(height) || height >= moduleLimits.stack) throw fail(`keeps ${height} operands`);
    });
  }

  private checkDebug({ file, lines, locals, free }: FunctionDebug): void {
    const { localCount, freeCount } = this.fn;
    const fail = (detail: string): VerifyError => this.error('debug', undefined, detail);
    const { files } = this.module;
    if (!isCount(file) || file >= files.length) throw fail(`there is no file ${file}`);
    let last = -1;
    for (const { pc, line, column } of lines) {
      if (last < 0 && pc !== 0) throw fail('the first place is not at 0000');
      if (pc <= last) throw fail(`the place at ${showOffset(pc)} is out of order`);
      if (!this.isBoundary(pc) || pc === this.code.length) {
        throw fail(`there is a place at ${showOffset(pc)}, where no instruction begins`);
      }
      if (!isPlace(line) || !isPlace(column)) throw fail(`${line}:${column} is no place in a file`);
      last = pc;
    }
    for (const { slot, name, start, end } of locals) {
      if (!isName(name)) throw fail(`the name of slot ${slot} is not a string`);
      if (!isCount(slot) || slot >= localCount) throw fail(`there is no slot ${slot} to name`);
      if (!isCount(start) || !isCount(end) || start >= end || end > this.code.length) {
        throw fail(`the name of slot ${slot} holds from ${start} to ${end}, of ${this.code.length}`);
      }
    }
    if (free.length > freeCount) {
      throw fail(`${free.length} captured variables are named, there are ${freeCount}`);
    }
    if (!free.every(isName)) throw fail('the name of a captured variable is not a string');
  }
}

/** Lines and columns count from 1 and fit in 32 bits. */
const isPlace = (count: number): boolean => isCount(count) && count >= 1 && count < 2 ** 32;
