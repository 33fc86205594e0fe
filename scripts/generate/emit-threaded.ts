/**
 * The threaded engine's cells: for each data instruction a function that makes its closure. Heights are known when a cell
 * is made, so every stack slot is a constant offset from `fp`, and there is no stack pointer.
 */

import { usedNames } from './emit-stack-code';
import type { ReadInstruction, VerbText } from './read-isa';
import { renderBody } from './read-isa';
import { generatedHeader, TextWriter } from './text-writer';

export function emitThreaded(table: readonly ReadInstruction[]): string {
  const out = new TextWriter();
  for (const line of generatedHeader('Makers of the data cells of the threaded engine.', 'emit-threaded.ts'))
    out.line(line);
  out
    .line("import type { DataOpName } from '../../isa/isa';")
    .line("import * as boxes from '../../runtime/boxes';")
    .line("import type { Cell } from '../../runtime/linked';")
    .line("import * as make from '../../runtime/make';")
    .line("import * as members from '../../runtime/members';")
    .line("import { Instance } from '../../runtime/instances';")
    .line("import * as slow from '../../runtime/slow';")
    .line("import { closureAt, thread } from '../../runtime/thread';")
    .line("import type { Site } from '../site';")
    .line()
    .line('const S = thread.stack;')
    .line();
  out.block('export const dataCells: Readonly<Record<DataOpName, (site: Site) => Cell>> = {', '};', () => {
    for (const instruction of table.filter(({ form }) => form !== 'control')) emitMaker(out, instruction);
  });
  return out.toString();
}

/**
 * The verbs in the words of cells, which are made for one instruction of one function.
 *
 * @param hoist gives a name to what is known when a cell is made
 * @param site what the text calls the site of the instruction
 */
export const cellVerbs = (hoist: (text: string) => string, site = 'site'): Record<string, VerbText> => ({
  self: () => 'closureAt(fp)',
  constant: (index) => hoist(`${site}.fn.constants[${index}]!`),
  memberName: (index) => hoist(`${site}.fn.constants[${index}] as string`),
  local: (slot) => `S[fp + ${slot}]!`,
  setLocal: (slot, value) => `void (S[fp + ${slot}] = ${value})`,
  global: (index) => `thread.vm.globals[${index}]`,
  setGlobal: (index, value) => `void (thread.vm.globals[${index}] = ${value})`,
  free: (index) => `closureAt(fp).free[${index}]!`,
  imported: (index) => `thread.vm.imports[${index}]!`,
  cache: () => hoist(`${site}.fn.caches[${site}.pc]!`),
  classAt: (index) => hoist(`${site}.fn.module.classes[${index}]!`),
  functionAt: (index) => hoist(`${site}.fn.module.functions[${index}]!`),
});

function emitMaker(out: TextWriter, instruction: ReadInstruction): void {
  const { name, operands, picture, form, body } = instruction;
  const { inputs, variadic, outputs } = picture;
  const used = usedNames(instruction);
  const hoisted: string[] = [];
  /** A value that is known when the cell is made. */
  const hoist = (text: string): string => {
    if (!hoisted.includes(text)) hoisted.push(text);
    return `known${hoisted.indexOf(text)}`;
  };
  const text = body ? renderBody(body, cellVerbs(hoist)) : '';
  const slots: string[] = [];
  const slot = (i: number): string => `fp + at${i}`;
  const declareSlot = (i: number, expression: string): void => {
    slots.push(`const at${i} = ${expression};`);
  };

  const lines: string[] = [];
  if (variadic) {
    const count = variadic.times === 1 ? variadic.operand : `${variadic.times} * ${variadic.operand}`;
    declareSlot(0, `site.top - ${count}`);
    slots.push('const end = site.top;');
    lines.push(`const ${variadic.name} = S.slice(${slot(0)}, fp + end);`);
    lines.push(`S[${slot(0)}] = ${text};`);
  } else {
    const needed = new Set<number>();
    const need = (i: number): string => {
      needed.add(i);
      return slot(i);
    };
    inputs.forEach((input, i) => {
      if (used.has(input)) lines.push(`const ${input} = S[${need(i)}]!;`);
    });
    if (form === 'shuffle') {
      outputs.forEach((output, i) => {
        if (output !== inputs[i]) lines.push(`S[${need(i)}] = ${output};`);
      });
    } else {
      lines.push(outputs.length === 0 ? `${text};` : `S[${need(0)}] = ${text};`);
    }
    for (const i of [...needed].sort((a, b) => a - b)) {
      const by = i - inputs.length;
      declareSlot(i, by === 0 ? 'site.top' : by < 0 ? `site.top - ${-by}` : `site.top + ${by}`);
    }
  }

  out.block(`${name}(site) {`, '},', () => {
    out.line('const { next } = site;');
    operands.forEach((operand, i) => {
      if (used.has(operand.name)) out.line(`const ${operand.name} = site.operands[${i}]!;`);
    });
    for (const line of slots) out.line(line);
    for (const [i, text] of hoisted.entries()) out.line(`const known${i} = ${text};`);
    out.block(lines.some((line) => /\bfp\b/.test(line)) ? 'return (fp) => {' : 'return () => {', '};', () => {
      for (const line of lines) out.line(line);
      out.line('return next;');
    });
  });
}
