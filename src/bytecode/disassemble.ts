/**
 * Modules as text: a listing for people, which `assemble` reads back to exactly the same module. Behind a `;` stands what
 * operands refer to, and the source line where it is given.
 */

import { type OpcodeInfo, opcodes, operandsAt } from '../isa/isa';
import type { OperandKindName } from '../isa/operands';
import { showOffset } from './heights';
import type { FunctionDebug, LocalName, Module, ModuleClass, ModuleFunction } from './module';
import { showConstant, showName } from './text-form';

export interface DisassembleOptions {
  /** Source texts by file index; their lines are put between the instructions. */
  readonly source?: readonly (string | undefined)[];
}

interface Line {
  readonly pc: number;
  /** `undefined` where no whole instruction begins, and one byte stands for itself. */
  readonly info: OpcodeInfo | undefined;
  readonly operands: readonly number[];
}

/** The instructions of code that may be anything. */
function* walk(code: Uint8Array): Generator<Line> {
  for (let pc = 0; pc < code.length; ) {
    const info = opcodes[code[pc]!];
    if (info === undefined || pc + info.size > code.length) {
      yield { pc, info: undefined, operands: [code[pc]!] };
      pc += 1;
    } else {
      yield { pc, info, operands: operandsAt(code, pc, info) };
      pc += info.size;
    }
  }
}

const showLine = ({ pc, info, operands }: Line): string =>
  [showOffset(pc), info?.mnemonic ?? '.byte', ...operands].join(' ');

/** The bare listing of a function: `0000 OpConstant 0`, a line an instruction. */
export const listFunction = (fn: ModuleFunction): string[] => [...walk(fn.code)].map(showLine);

/** The text form of a module. */
export function disassemble(module: Module, options: DisassembleOptions = {}): string {
  const out: string[] = [];
  for (const name of module.files) out.push(`.file ${JSON.stringify(name)}`);
  for (const value of module.constants) out.push(`.constant ${showConstant(value)}`);
  for (const name of module.globals) out.push(`.global ${showName(name)}`);
  for (const name of module.imports) out.push(`.import ${showName(name)}`);
  for (const item of module.classes) writeClass(out, module, item);
  const sources = (options.source ?? []).map((text) => text?.split('\n'));
  for (const fn of module.functions) {
    if (out.length > 0) out.push('');
    writeFunction(out, module, fn, fn.debug && sources[fn.debug.file]);
  }
  out.push('');
  return out.join('\n');
}

/** The functions of methods by index, since two can have the same name. */
function writeClass(out: string[], module: Module, { name, fields, statics, methods }: ModuleClass): void {
  if (out.length > 0) out.push('');
  out.push(`.class ${showName(name)}`);
  for (const field of fields) out.push(`  .field ${showName(field)}`);
  for (const field of statics) out.push(`  .static ${showName(field)}`);
  for (const { name: method, function: index } of methods) {
    const comment = nameOf(module.functions[index]?.name);
    out.push(`  .method ${showName(method)} ${index}${comment === undefined ? '' : ` ; ${comment}`}`);
  }
  out.push('.end');
}

function writeFunction(
  out: string[],
  module: Module,
  fn: ModuleFunction,
  source: readonly string[] | undefined,
): void {
  const { name, arity, localCount, freeCount, maxStack, debug } = fn;
  const counts = `arity=${arity} locals=${localCount} free=${freeCount} stack=${maxStack}`;
  out.push(`.function ${showName(name)} ${counts}${debug === undefined ? '' : ` file=${debug.file}`}`);
  for (const { slot, name, start, end } of debug?.locals ?? []) {
    out.push(`.localname ${slot} ${showName(name)} ${showOffset(start)} ${showOffset(end)}`);
  }
  for (const name of debug?.free ?? []) out.push(`.freename ${showName(name)}`);
  for (const { start, end, target, height, kind } of fn.handlers) {
    const range = [start, end, target].map(showOffset).join(' ');
    out.push(`.handler ${range} height=${height} ${kind}`);
  }
  const places = new PlaceWriter(out, debug, source);
  const locals = new LocalNames(debug?.locals ?? []);
  for (const line of walk(fn.code)) {
    places.writeUpTo(line.pc);
    const comment = commentOn(module, fn, line, locals);
    out.push(`  ${showLine(line)}${comment === '' ? '' : ` ; ${comment}`}`);
  }
  places.writeUpTo(Number.POSITIVE_INFINITY);
  out.push('.end');
}

/** Writes `.line` directives between the instructions. */
class PlaceWriter {
  private next = 0;
  private lastLine = 0;

  constructor(
    private readonly out: string[],
    private readonly debug: FunctionDebug | undefined,
    private readonly source: readonly string[] | undefined,
  ) {}

  writeUpTo(pc: number): void {
    const lines = this.debug?.lines ?? [];
    for (let entry = lines[this.next]; entry !== undefined && entry.pc <= pc; entry = lines[++this.next]) {
      const text = entry.line === this.lastLine ? undefined : this.source?.[entry.line - 1];
      if (text !== undefined) this.out.push(`; ${entry.line} | ${text.trimEnd()}`);
      this.lastLine = entry.line;
      // An entry where no instruction begins says its pc.
      const where = entry.pc === pc ? '' : ` ${showOffset(entry.pc)}`;
      this.out.push(`.line ${entry.line}:${entry.column}${where}`);
    }
  }
}

/** The names of slots while the code is walked from its start. */
class LocalNames {
  private readonly byStart: readonly LocalName[];
  private readonly current = new Map<number, LocalName>();
  private next = 0;

  constructor(names: readonly LocalName[]) {
    this.byStart = [...names].sort((a, b) => a.start - b.start);
  }

  at(slot: number, pc: number): string | undefined {
    for (let name = this.byStart[this.next]; name !== undefined && name.start <= pc; ) {
      this.current.set(name.slot, name);
      name = this.byStart[++this.next];
    }
    const found = this.current.get(slot);
    return found !== undefined && pc < found.end ? found.name : undefined;
  }
}

/** Texts in comments are cut to this. */
const longestComment = 60;

const cut = (text: string): string =>
  text.length <= longestComment ? text : `${text.slice(0, longestComment - 3)}...`;

/** What the operands refer to, as far as that is a name or a value. */
function commentOn(module: Module, fn: ModuleFunction, line: Line, locals: LocalNames): string {
  const referents: Partial<Record<OperandKindName, (index: number) => string | undefined>> = {
    constant: (index) => {
      const value = module.constants[index];
      if (value === undefined) return undefined;
      return cut(showConstant(typeof value === 'string' ? value.slice(0, longestComment) : value));
    },
    name: (index) => nameOf(String(module.constants[index])),
    class: (index) => nameOf(module.classes[index]?.name),
    function: (index) => nameOf(module.functions[index]?.name),
    global: (index) => nameOf(module.globals[index]),
    import: (index) => nameOf(module.imports[index]),
    local: (slot) => nameOf(locals.at(slot, line.pc)),
    free: (index) => nameOf(fn.debug?.free[index]),
  };
  const parts = line.info?.operands.map(({ kind }, i) => referents[kind]?.(line.operands[i]!)) ?? [];
  return parts.filter((part) => part !== undefined).join(' ');
}

const nameOf = (name: string | undefined): string | undefined =>
  name === undefined ? undefined : cut(showName(name));
