/**
 * One function of the text form: collects instructions, labels and directives, and resolves what is known only at the end.
 */

import { byMnemonic, type OpcodeInfo, type OperandSpec } from '../isa/isa';
import type { OperandKindName } from '../isa/operands';
import type { Handler } from '../runtime/linked';
import { targetOf } from './effects';
import { findHeights, unknownHeight } from './heights';
import { writeOperand } from './layout';
import {
  type FunctionDebug,
  type LineEntry,
  type LocalName,
  type ModuleFunction,
  moduleLimits,
} from './module';
import { type Problems, readCount, readName, type Token } from './text-form';

/** What `.function` says. */
export interface FunctionHeader {
  readonly token: Token;
  readonly name: string;
  readonly arity: number;
  readonly localCount: number;
  readonly freeCount: number;
  /** Computed where it is not given. */
  readonly maxStack: number | undefined;
  readonly file: number | undefined;
}

/** What an operand stands for that is no number: its value, or a sentence about what is wrong. */
export type Resolve = (kind: OperandKindName, text: string) => number | string;

/** An operand whose value is known at the end. */
interface Fixup {
  readonly token: Token;
  readonly info: OpcodeInfo;
  readonly spec: OperandSpec;
  /** Where the instruction is. */
  readonly pc: number;
}

interface HandlerLine {
  readonly range: readonly Token[];
  readonly height: number;
  readonly kind: Handler['kind'];
}

interface NameLine {
  readonly slot: number;
  readonly name: string;
  readonly range: readonly Token[];
}

/** Directives of a function, and the methods that read them. */
const directives: ReadonlyMap<string, 'byte' | 'handler' | 'place' | 'localName' | 'freeName'> = new Map([
  ['.byte', 'byte'],
  ['.handler', 'handler'],
  ['.line', 'place'],
  ['.localname', 'localName'],
  ['.freename', 'freeName'],
]);

export class FunctionAssembler {
  private readonly code: number[] = [];
  private readonly labels = new Map<string, number>();
  private readonly fixups: Fixup[] = [];
  private readonly handlers: HandlerLine[] = [];
  private readonly lines: LineEntry[] = [];
  private readonly names: NameLine[] = [];
  private readonly free: string[] = [];
  /** Whether a debug directive was used, so that there is debug information without `file=`. */
  private debugUsed = false;
  /** Where instructions begin; a `.byte` is no instruction. */
  private readonly boundaries = new Set<number>();
  private bytesUsed = false;

  constructor(
    readonly header: FunctionHeader,
    private readonly problems: Problems,
  ) {}

  get token(): Token {
    return this.header.token;
  }

  /** A line between `.function` and `.end`. */
  line(tokens: readonly Token[]): void {
    let [first, ...rest] = tokens;
    while (first?.text.endsWith(':')) {
      this.label(first);
      [first, ...rest] = rest;
    }
    // An offset, as listings have it, is for people.
    if (first !== undefined && readCount(first.text) !== undefined) [first, ...rest] = rest;
    if (first === undefined) return;
    if (first.text.startsWith('.')) this.directive(first, rest);
    else this.instruction(first, rest);
  }

  private label(token: Token): void {
    const name = token.text.slice(0, -1);
    if (readName(name) !== name) this.problems.add(token, `'${name}' is no name for a label`);
    else if (this.labels.has(name)) this.problems.add(token, `the label '${name}' is there twice`);
    else this.labels.set(name, this.code.length);
  }

  private instruction(token: Token, operands: readonly Token[]): void {
    const info = byMnemonic.get(token.text);
    if (info === undefined) {
      this.problems.add(token, `there is no instruction '${token.text}'`);
      return;
    }
    const wanted = info.operands.length;
    if (operands.length !== wanted) {
      this.problems.add(
        operands[wanted] ?? token,
        `${info.mnemonic} takes ${wanted} operands, not ${operands.length}`,
      );
    }
    const pc = this.code.length;
    this.boundaries.add(pc);
    this.code.push(info.opcode, ...new Array<number>(info.size - 1).fill(0));
    info.operands.forEach((spec, i) => {
      const operand = operands[i];
      if (operand !== undefined) this.fixups.push({ token: operand, info, spec, pc });
    });
  }

  private directive(token: Token, rest: readonly Token[]): void {
    const read = directives.get(token.text);
    if (read === undefined) this.problems.add(token, `there is no directive '${token.text}' in a function`);
    else this[read](token, rest);
  }

  byte(token: Token, rest: readonly Token[]): void {
    const value = rest.length === 1 ? readCount(rest[0]!.text) : undefined;
    if (value === undefined || value > 255) this.problems.add(token, '.byte takes a number up to 255');
    this.bytesUsed = true;
    this.code.push(value ?? 0);
  }

  handler(token: Token, rest: readonly Token[]): void {
    const range = rest.slice(0, 3);
    let height: number | undefined = unknownHeight;
    let kind: string | undefined;
    for (const { text } of rest.slice(3)) {
      if (text.startsWith('height=')) height = readCount(text.slice('height='.length));
      else kind = text;
    }
    if (
      range.length < 3 ||
      height === undefined ||
      (kind !== 'catch' && kind !== 'finally') ||
      rest.length > 5
    ) {
      this.problems.add(token, '.handler takes start, end, target, height= and catch or finally');
      return;
    }
    this.handlers.push({ range, height, kind });
  }

  place(token: Token, rest: readonly Token[]): void {
    this.debugUsed = true;
    const [line, column, more] = (rest[0]?.text ?? '').split(':').map(readCount);
    const pc = rest[1] === undefined ? this.code.length : readCount(rest[1].text);
    if (
      line === undefined ||
      column === undefined ||
      pc === undefined ||
      more !== undefined ||
      rest.length > 2
    ) {
      this.problems.add(token, '.line takes a place such as 1:5, and an offset where it is not this one');
      return;
    }
    this.lines.push({ pc, line, column });
  }

  localName(token: Token, rest: readonly Token[]): void {
    this.debugUsed = true;
    const slot = readCount(rest[0]?.text ?? '');
    const name = readName(rest[1]?.text ?? '');
    if (slot === undefined || name === undefined || rest.length !== 4) {
      this.problems.add(token, '.localname takes a slot, a name, and the offsets where it starts and ends');
      return;
    }
    this.names.push({ slot, name, range: rest.slice(2) });
  }

  freeName(token: Token, rest: readonly Token[]): void {
    this.debugUsed = true;
    const name = rest.length === 1 ? readName(rest[0]!.text) : undefined;
    if (name === undefined) this.problems.add(token, '.freename takes a name');
    else this.free.push(name);
  }

  /**
   * The function, when the whole text has been read.
   * @param resolve gives the values of literals and names
   */
  finish(resolve: Resolve): ModuleFunction {
    for (const fixup of this.fixups) this.fix(fixup, resolve);
    const { name, arity, localCount, freeCount, maxStack, file } = this.header;
    const code = Uint8Array.from(this.code);
    const declared = this.handlers.map(({ range, height, kind }): Handler => {
      const [start, end, target] = range.map((token) => this.offset(token));
      return { start: start!, end: end!, target: target!, height, kind };
    });
    const found = this.heights(code, declared);
    const handlers = declared.map((handler, i) => ({ ...handler, height: found.handlerHeights[i]! }));
    const built = {
      name,
      arity,
      localCount,
      freeCount,
      maxStack: maxStack ?? found.maxStack,
      code,
      handlers,
    };
    return file !== undefined || this.debugUsed ? { ...built, debug: this.debug(file ?? 0) } : built;
  }

  private debug(file: number): FunctionDebug {
    const locals = this.names.map(({ slot, name, range }): LocalName => {
      const [start, end] = range.map((token) => this.offset(token));
      return { slot, name, start: start!, end: end! };
    });
    return { file, lines: this.lines, locals, free: this.free };
  }

  /** Writes an operand into the code. */
  private fix({ token, info, spec, pc }: Fixup, resolve: Resolve): void {
    const value = this.operand(token, spec.kind, resolve);
    if (typeof value === 'string') {
      this.problems.add(token, value);
      return;
    }
    if (value >= 256 ** spec.width) {
      const wider = byMnemonic.has(`${info.mnemonic}Wide`) ? `: use ${info.mnemonic}Wide` : '';
      this.problems.add(token, `${value} does not fit in ${info.mnemonic}${wider}`);
      return;
    }
    writeOperand(this.code, pc + spec.at, spec.width, value);
  }

  private operand({ text }: Token, kind: OperandKindName, resolve: Resolve): number | string {
    const count = readCount(text);
    if (count !== undefined) return count;
    if (!text.startsWith('@')) return resolve(kind, text);
    if (kind !== 'target') return `a label is no ${kind}`;
    return this.labels.get(text.slice(1)) ?? `there is no label '${text.slice(1)}' in this function`;
  }

  /** An offset in a directive: a number or a label. */
  private offset(token: Token): number {
    const value = this.operand(token, 'target', () => `'${token.text}' is no offset and no label`);
    if (typeof value === 'number') return value;
    this.problems.add(token, value);
    return 0;
  }

  /** Heights that were not given, as far as the code allows to find them; the verifier says what is wrong with it. */
  private heights(
    code: Uint8Array,
    handlers: readonly Handler[],
  ): { readonly maxStack: number; readonly handlerHeights: ArrayLike<number> } {
    const given = {
      maxStack: 0,
      handlerHeights: handlers.map(({ height }) => Math.max(height, 0)),
    };
    const needed =
      this.header.maxStack === undefined || handlers.some(({ height }) => height === unknownHeight);
    if (!needed || !this.isWellFormed(code, handlers)) return given;
    const found = findHeights(code, handlers);
    if ('rule' in found) return given;
    // One that is given stays, whether or not its handler can be reached.
    const heights = handlers.map(({ height }, i) =>
      height === unknownHeight ? found.handlerHeights[i]! : height,
    );
    return { maxStack: found.maxStack, handlerHeights: heights };
  }

  /** What `findHeights` asks for. */
  private isWellFormed(code: Uint8Array, handlers: readonly Handler[]): boolean {
    const isBoundary = (pc: number): boolean => pc === code.length || this.boundaries.has(pc);
    return (
      !this.bytesUsed &&
      this.fixups.every(({ spec, pc }) => spec.kind !== 'target' || isBoundary(targetOf(code, pc))) &&
      handlers.every(
        ({ start, end, target, height }) =>
          start < end && height < moduleLimits.stack && [start, end, target].every(isBoundary),
      )
    );
  }
}
