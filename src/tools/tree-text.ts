/**
 * Statements and expression trees as text, for people: variables by their names where debug information has them, other slots
 * of the frame as `s` and their number.
 */

import { opcodes, operandsAt, pops } from '../isa/isa';
import type { OpTree, Statement, Store, Tree } from '../load/trees';
import type { LinkedFunction } from '../runtime/linked';
import { showBrief } from '../runtime/show';
import type { Value } from '../runtime/value';

/** Instructions that are written between their operands, and how tightly they bind, as in Weft. */
const infix: Readonly<Record<string, readonly [sign: string, level: number]>> = {
  OpBitOr: ['|', 1],
  OpBitXor: ['^', 2],
  OpBitAnd: ['&', 3],
  OpEqual: ['==', 4],
  OpNotEqual: ['!=', 4],
  OpLess: ['<', 5],
  OpLessEqual: ['<=', 5],
  OpGreater: ['>', 5],
  OpGreaterEqual: ['>=', 5],
  OpIs: ['is', 5],
  OpShiftLeft: ['<<', 6],
  OpShiftRight: ['>>', 6],
  OpShiftRightUnsigned: ['>>>', 6],
  OpAdd: ['+', 7],
  OpSub: ['-', 7],
  OpMul: ['*', 8],
  OpDiv: ['/', 8],
  OpTruncDiv: ['//', 8],
  OpMod: ['%', 8],
  OpPow: ['**', 9],
};
const prefix: Readonly<Record<string, string>> = { OpNot: '!', OpMinus: '-', OpBitNot: '~' };
const prefixLevel = 10;
const tightest = 11;

/** A pc as listings have it. */
export const showPc = (pc: number): string => String(pc).padStart(4, '0');

/** Characters of a constant that are shown. */
const longestConstant = 30;

const constant = (value: Value): string =>
  showBrief(
    typeof value === 'string' ? JSON.stringify(value.slice(0, longestConstant)) : value,
    longestConstant,
  );

/** Says what one function's statements do. */
export class TreeText {
  constructor(private readonly fn: LinkedFunction) {}

  statement(statement: Statement): string {
    const { first } = statement;
    return [...first.map((store) => this.store(store, statement)), this.body(statement)].join('; ');
  }

  private body(statement: Statement): string {
    switch (statement.kind) {
      case 'store':
        return this.store(statement, statement);
      case 'effect':
        return this.tree(statement.tree, 0, statement.pc);
      case 'branch': {
        const condition = this.tree(statement.condition, 0, statement.pc);
        return `${statement.when ? 'if' : 'unless'} ${condition} goto ${showPc(statement.target)}`;
      }
      case 'jump':
        return `goto ${showPc(statement.target)}`;
      case 'loop':
        return `loop ${showPc(statement.target)}`;
      case 'call':
        return this.call(statement.pc, statement.stores);
      case 'return':
        return `return ${this.tree(statement.value, 0, statement.start)}`;
      case 'plain':
        return this.plain(statement.pc);
    }
  }

  private store({ slot, value }: Store, { start, end }: Statement): string {
    return `${this.slot(slot, end)} = ${this.tree(value, 0, start)}`;
  }

  /** @param pc where it is read, or behind where it is written: a variable's name begins there */
  private slot(slot: number, pc: number): string {
    const name = slot < this.fn.localCount ? this.fn.source?.localName(slot, pc) : undefined;
    return name ?? `s${slot}`;
  }

  /** @param level brackets are put around what binds less */
  private tree(tree: Tree, level: number, pc: number): string {
    if (tree.kind === 'constant') return constant(tree.value);
    if (tree.kind === 'slot') return this.slot(tree.slot, pc);
    const [text, own] = this.operation(tree);
    return own < level ? `(${text})` : text;
  }

  private operation({ op, pc, operands, inputs, builtin }: OpTree): [text: string, level: number] {
    const signed = infix[op];
    if (signed !== undefined) {
      const [sign, level] = signed;
      const [a, b] = [this.tree(inputs[0]!, level, pc), this.tree(inputs[1]!, level + 1, pc)];
      return [`${a} ${sign} ${b}`, level];
    }
    if (prefix[op] !== undefined) {
      return [`${prefix[op]}${this.tree(inputs[0]!, prefixLevel, pc)}`, prefixLevel];
    }
    const given = inputs.map((input) => this.tree(input, 0, pc));
    if (builtin !== undefined) return [`${builtin.name}(${given.join(', ')})`, tightest];
    const head = (): string => this.tree(inputs[0]!, tightest, pc);
    const name = this.operandText(pc, operands);
    switch (op) {
      case 'OpGetGlobal':
      case 'OpGetFree':
      case 'OpImport':
        return [name, tightest];
      case 'OpGetBoxed':
      case 'OpGetFreeBoxed':
        return [`*${name}`, tightest];
      case 'OpSetGlobal':
      case 'OpDefineGlobal':
        return [`${name} = ${given[0]}`, 0];
      case 'OpSetBoxed':
      case 'OpDefineBoxed':
      case 'OpSetFreeBoxed':
        return [`*${name} = ${given[0]}`, 0];
      case 'OpIndex':
      case 'OpElement':
        return [`${head()}[${given[1]}]`, tightest];
      case 'OpSetIndex':
        return [`${head()}[${given[1]}] = ${given[2]}`, 0];
      case 'OpGetField':
        return [`${head()}.${name}`, tightest];
      case 'OpSetField':
        return [`${head()}.${name} = ${given[1]}`, 0];
      default:
        return [this.application(op, name, given), tightest];
    }
  }

  /** The operands that an instruction has in its code, by name where they have one. */
  private operandText(pc: number, operands: readonly number[]): string {
    const { module, constants, source, code } = this.fn;
    const { operands: specs, size } = opcodes[code[pc]!]!;
    const text = (kind: string, value: number): string => {
      switch (kind) {
        case 'global':
          return module.globals[value] ?? `global${value}`;
        case 'import':
          return module.imports[value] ?? `import${value}`;
        case 'free':
          return source?.freeName(value) ?? `free${value}`;
        case 'local':
          return source?.localName(value, pc) ?? this.slot(value, pc + size);
        case 'name':
          return String(constants[value]);
        case 'constant':
          return constant(constants[value]!);
        case 'function':
          return module.functions[value]?.name ?? String(value);
        case 'class':
          return module.classes[value]?.name ?? String(value);
        default:
          return String(value);
      }
    };
    // How many values it takes is plain to see.
    const texts = specs.map(({ kind }, i) => (kind === 'count' ? '' : text(kind, operands[i]!)));
    return texts.filter((one) => one !== '').join(' ');
  }

  /** The values that the instruction at `pc` takes from its slots, those aside that are stored first. */
  private taken(pc: number, stores: readonly Store[]): string[] {
    const { fn } = this;
    const count = pops(opcodes[fn.code[pc]!]!, operandsAt(fn.code, pc));
    const first = fn.localCount + fn.heights[pc]! - count;
    return Array.from({ length: count }, (_, i) => {
      const stored = stores.find(({ slot }) => slot === first + i);
      return stored === undefined ? `s${first + i}` : this.tree(stored.value, i === 0 ? tightest : 0, pc);
    });
  }

  private resultSlot(pc: number): string {
    const { fn } = this;
    const count = pops(opcodes[fn.code[pc]!]!, operandsAt(fn.code, pc));
    return `s${fn.localCount + fn.heights[pc]! - count}`;
  }

  private call(pc: number, stores: readonly Store[]): string {
    const { fn } = this;
    const { op } = opcodes[fn.code[pc]!]!;
    const [callee, ...rest] = this.taken(pc, stores);
    const method = op === 'OpInvoke' ? `.${String(fn.constants[operandsAt(fn.code, pc)[0]!])}` : '';
    const word = op === 'OpNew' ? 'new' : 'call';
    return `${this.resultSlot(pc)} = ${word} ${callee}${method}(${rest.join(', ')})`;
  }

  private plain(pc: number): string {
    const { fn } = this;
    const info = opcodes[fn.code[pc]!]!;
    const operands = operandsAt(fn.code, pc);
    const taken = this.taken(pc, []);
    // Those two leave the value where it is when they jump.
    if (info.op === 'OpAnd') return `unless ${taken[0]} goto ${showPc(operands[0]!)}`;
    if (info.op === 'OpOr') return `if ${taken[0]} goto ${showPc(operands[0]!)}`;
    if (info.op === 'OpThrow') return `throw ${taken[0]}`;
    const text = this.application(info.op, this.operandText(pc, operands), taken);
    return info.picture.outputs.length === 0 ? text : `${this.resultSlot(pc)} = ${text}`;
  }

  private application(op: string, name: string, given: readonly string[]): string {
    if (op === 'OpArray') return `[${given.join(', ')}]`;
    return `${op}${name === '' ? '' : ` ${name}`}(${given.join(', ')})`;
  }
}
