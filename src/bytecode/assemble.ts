/**
 * The text form to modules: reads what `disassemble` writes, and what people write by hand with labels, literals and
 * names in place of offsets and indices (docs/bytecode-format.md). What it makes has not been verified: it can write any
 * code down, also code that the verifier rejects.
 */

import type { OperandKindName } from '../isa/operands';
import { ClassAssembler } from './assemble-class';
import { FunctionAssembler, type Resolve } from './assemble-function';
import type { Constant, Module } from './module';
import { Pool } from './pool';
import { type Problem, Problems, readConstant, readCount, readName, type Token, tokenize } from './text-form';

/** A text that is no module, with everything that was found wrong in it. */
export class AssembleError extends Error {
  override readonly name = 'AssembleError';

  /** @param problems by line; 100 at most */
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(({ line, column, message }) => `${line}:${column}: ${message}`).join('\n'));
  }
}

/**
 * Reads the text form of a module.
 * @throws AssembleError
 */
export function assemble(text: string): Module {
  const assembler = new Assembler();
  text.split('\n').forEach((line, i) => {
    assembler.line(tokenize(line, i + 1, assembler.problems));
  });
  return assembler.finish();
}

const operandHints: Partial<Record<OperandKindName, string>> = {
  constant: 'a number, or a literal such as =2 or ="text"',
  global: 'a number, or a name such as $x',
  import: 'a number, or a name such as $x',
  name: 'a number, or a name such as .x',
  class: 'a number, or a name such as $x',
  function: 'a number, or a name such as $x',
  target: 'a number, or a label such as @end',
};

class Assembler {
  readonly problems = new Problems();
  private readonly files = new Pool<string>();
  private readonly constants = new Pool<Constant>();
  private readonly globals = new Pool<string>();
  private readonly imports = new Pool<string>();
  private readonly functionNames = new Pool<string>();
  private readonly functions: FunctionAssembler[] = [];
  private readonly classNames = new Pool<string>();
  private readonly classes: ClassAssembler[] = [];
  /** The function or class whose `.end` has not come yet. */
  private open: FunctionAssembler | ClassAssembler | undefined;

  line(tokens: readonly Token[]): void {
    const [first, ...rest] = tokens;
    if (first === undefined) return;
    if (first.text === '.end' && rest.length === 0) this.end(first);
    else if (first.text === '.function') this.function(first, rest);
    else if (first.text === '.class') this.class(first, rest);
    else if (this.open !== undefined) this.open.line(tokens);
    else this.declaration(first, rest);
  }

  private end(token: Token): void {
    if (this.open === undefined) this.problems.add(token, '.end without .function or .class');
    this.open = undefined;
  }

  /** `.file`, `.constant`, `.global` and `.import`: each adds to its table, also what is in it already. */
  private declaration(token: Token, rest: readonly Token[]): void {
    const [operand] = rest;
    const text = operand?.text ?? '';
    const tables: Readonly<Record<string, Pool<string>>> = {
      '.file': this.files,
      '.global': this.globals,
      '.import': this.imports,
    };
    const table = Object.hasOwn(tables, token.text) ? tables[token.text] : undefined;
    if (table === undefined && token.text !== '.constant') {
      this.problems.add(token, `there is no '${token.text}' outside of a function`);
      return;
    }
    const name = readName(text);
    const constant = readConstant(text);
    if (rest.length === 1 && table !== undefined && name !== undefined) table.add(name);
    else if (rest.length === 1 && table === undefined && constant !== undefined) this.constants.add(constant);
    else {
      const wanted =
        table === undefined ? 'a number or a quoted text' : 'a name, quoted unless it is an identifier';
      this.problems.add(operand ?? token, `${token.text} takes ${wanted}`);
    }
  }

  private function(token: Token, rest: readonly Token[]): void {
    const [nameToken, ...options] = rest;
    const name = this.begin(token, nameToken);
    const counts = this.functionOptions(options);
    const arity = counts.get('arity') ?? 0;
    const header = {
      token,
      name,
      arity,
      localCount: counts.get('locals') ?? arity,
      freeCount: counts.get('free') ?? 0,
      maxStack: counts.get('stack'),
      file: counts.get('file'),
    };
    this.functionNames.add(header.name);
    this.open = new FunctionAssembler(header, this.problems);
    this.functions.push(this.open);
  }

  private class(token: Token, [nameToken, extra]: readonly Token[]): void {
    const name = this.begin(token, nameToken);
    if (extra !== undefined) this.problems.add(extra, '.class takes a name');
    this.classNames.add(name);
    this.open = new ClassAssembler(token, name, this.problems);
    this.classes.push(this.open);
  }

  /** The name of a function or class that begins. */
  private begin(token: Token, nameToken: Token | undefined): string {
    if (this.open !== undefined) this.problems.add(token, 'what was begun before has no .end');
    const name = readName(nameToken?.text ?? '');
    if (name === undefined) {
      this.problems.add(nameToken ?? token, `${token.text} takes a name, quoted unless it is an identifier`);
    }
    return name ?? '';
  }

  private functionOptions(tokens: readonly Token[]): Map<string, number> {
    const counts = new Map<string, number>();
    for (const token of tokens) {
      const match = /^(arity|locals|free|stack|file)=(\d+)$/.exec(token.text);
      const count = match === null ? undefined : readCount(match[2]!);
      if (match === null || count === undefined) {
        this.problems.add(
          token,
          `'${token.text}' is none of arity=, locals=, free=, stack=, file= with a number`,
        );
      } else if (counts.has(match[1]!)) {
        this.problems.add(token, `${match[1]}= is there twice`);
      } else {
        counts.set(match[1]!, count);
      }
    }
    return counts;
  }

  private readonly resolve: Resolve = (kind, text) => {
    if ((kind === 'constant' || kind === 'name') && text.startsWith('=')) {
      const value = readConstant(text.slice(1));
      if (value === undefined) return `'${text}' is no literal`;
      return this.constants.find(value) ?? this.constants.add(value);
    }
    if (kind === 'name' && text.startsWith('.')) {
      const name = readName(text.slice(1));
      if (name === undefined) return `'${text}' is no name of a member`;
      return this.constants.find(name) ?? this.constants.add(name);
    }
    const pools = {
      global: this.globals,
      import: this.imports,
      function: this.functionNames,
      class: this.classNames,
    };
    const pool = kind in pools ? pools[kind as keyof typeof pools] : undefined; // as just tested
    const name = text.startsWith('$') ? readName(text.slice(1)) : undefined;
    if (pool === undefined || name === undefined) {
      return `'${text}' is no ${kind} operand: it is ${operandHints[kind] ?? 'a number'}`;
    }
    const known = pool.find(name);
    if (kind === 'function' || kind === 'class') return known ?? `there is no ${kind} '${name}'`;
    return known ?? pool.add(name);
  };

  finish(): Module {
    if (this.open !== undefined) this.problems.add(this.open.token, 'there is no .end');
    // Functions first: their literals and names still add to the tables.
    const functions = this.functions.map((fn) => fn.finish(this.resolve));
    const classes = this.classes.map((item) => item.finish(this.resolve));
    if (this.problems.list.length > 0) throw new AssembleError(this.problems.inOrder());
    return {
      constants: this.constants.items,
      functions,
      classes,
      globals: this.globals.items,
      imports: this.imports.items,
      files: this.files.items,
    };
  }
}
