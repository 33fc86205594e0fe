/**
 * The data cells of the threaded engine with a cached top of stack. A cell gets the value on top as an argument, where the
 * instruction before it has left one there, and returns the value that is on top after it; what it covers with another value
 * goes to its slot. So each instruction has two cells: for a top in the register, and for one in its slot.
 */

import { usedNames } from './emit-stack-code';
import { cellVerbs } from './emit-threaded';
import type { ReadInstruction } from './read-isa';
import { renderBody } from './read-isa';
import { generatedHeader, TextWriter } from './text-writer';

export function emitThreadedTos(table: readonly ReadInstruction[]): string {
  const out = new TextWriter();
  const what = 'Makers of the data cells of the threaded engine with a cached top of stack.';
  for (const line of generatedHeader(what, 'emit-threaded-tos.ts')) out.line(line);
  out
    .line("import type { DataOpName } from '../../isa/isa';")
    .line("import * as boxes from '../../runtime/boxes';")
    .line("import * as make from '../../runtime/make';")
    .line("import * as members from '../../runtime/members';")
    .line("import { Instance } from '../../runtime/instances';")
    .line("import * as slow from '../../runtime/slow';")
    .line("import { closureAt, thread } from '../../runtime/thread';")
    .line("import type { TopCell, TopSite } from '../top-cell';")
    .line()
    .line('const S = thread.stack;')
    .line();
  out.block(
    'export const topCells: Readonly<Record<DataOpName, (site: TopSite) => TopCell>> = {',
    '};',
    () => {
      for (const instruction of table.filter(({ form }) => form !== 'control')) emitMaker(out, instruction);
    },
  );
  return out.toString();
}

/** What is known of an instruction when its cell is made, by the name that the cell's text uses. */
class Known {
  private readonly hoisted: string[] = [];
  private readonly slots = new Map<string, string>();

  constructor(private readonly usesOperand: ReadonlySet<string>) {}

  readonly hoist = (text: string): string => {
    if (!this.hoisted.includes(text)) this.hoisted.push(text);
    return `known${this.hoisted.indexOf(text)}`;
  };

  /** The slot that is `below` slots under the one above the operands. */
  slot(below: number | string): string {
    if (below === 0) return this.named('end', 'site.top');
    return this.named(typeof below === 'string' ? 'first' : `at${below}`, `site.top - ${below}`);
  }

  private named(name: string, text: string): string {
    this.slots.set(name, text);
    return `fp + ${name}`;
  }

  declare(out: TextWriter, operands: ReadInstruction['operands']): void {
    for (const [i, { name }] of operands.entries()) {
      if (this.usesOperand.has(name)) out.line(`const ${name} = site.operands[${i}]!;`);
    }
    for (const [name, text] of this.slots) out.line(`const ${name} = ${text};`);
    for (const [i, text] of this.hoisted.entries()) out.line(`const known${i} = ${text};`);
  }
}

function emitMaker(out: TextWriter, instruction: ReadInstruction): void {
  const { name, operands } = instruction;
  const known = new Known(usedNames(instruction));
  const [inRegister, inSlot] = [true, false].map((held) => cellText(instruction, known, held)) as [
    string[],
    string[],
  ]; // one for each
  const closure = (lines: readonly string[]): void => {
    const uses = (word: string): boolean => lines.some((line) => new RegExp(`\\b${word}\\b`).test(line));
    const parameters = uses('register') ? [uses('fp') ? 'fp' : '_fp', 'register'] : uses('fp') ? ['fp'] : [];
    out.block(`return (${parameters.join(', ')}) => {`, '};', () => {
      for (const line of lines) out.line(line);
    });
  };
  const body = new TextWriter();
  known.declare(body, operands);
  const differ = inRegister.join() !== inSlot.join();
  const usesSite = differ || body.toString().trim() !== '';
  out.block(`${name}(${usesSite ? 'site' : ''}) {`, '},', () => {
    known.declare(out, operands);
    if (differ) out.block('if (site.inRegister) {', '}', () => closure(inRegister));
    closure(inSlot);
  });
}

/** The lines of a cell: what is in the register goes where it is needed, what is computed last is returned. */
function cellText(instruction: ReadInstruction, known: Known, inRegister: boolean): string[] {
  const { picture, form, body } = instruction;
  const { inputs, outputs, variadic } = picture;
  const text = body ? renderBody(body, cellVerbs(known.hoist)) : '';
  const spill = (): string[] => (inRegister ? [`S[${known.slot(1)}] = register;`] : []);
  if (variadic) {
    const count = variadic.times === 1 ? variadic.operand : `${variadic.times} * ${variadic.operand}`;
    const slice = `const ${variadic.name} = S.slice(${known.slot(count)}, ${known.slot(0)});`;
    return [...spill(), slice, `return ${text};`];
  }
  if (inputs.length === 0) {
    return [...spill(), ...(outputs.length === 0 ? [`${text};`, 'return null;'] : [`return ${text};`])];
  }
  const used = usedNames(instruction);
  if (form === 'shuffle') for (const output of outputs) used.add(output);
  const last = inputs.length - 1;
  const lines = inputs.flatMap((input, i) => {
    if (!used.has(input)) return [];
    const value = i === last && inRegister ? 'register' : `S[${known.slot(inputs.length - i)}]!`;
    return [`const ${input} = ${value};`];
  });
  if (form !== 'shuffle') {
    return outputs.length === 0 ? [...lines, `${text};`, 'return null;'] : [...lines, `return ${text};`];
  }
  outputs.slice(0, -1).forEach((output, i) => {
    const isThere = output === inputs[i] && !(i === last && inRegister);
    if (isThere) return;
    lines.push(
      i < inputs.length
        ? `S[${known.slot(inputs.length - i)}] = ${output};`
        : `S[${above(known, i - inputs.length)}] = ${output};`,
    );
  });
  return [...lines, `return ${outputs.at(-1) ?? 'null'};`];
}

/** A slot above the operands that an instruction finds. */
const above = (known: Known, by: number): string => (by === 0 ? known.slot(0) : `${known.slot(0)} + ${by}`);
