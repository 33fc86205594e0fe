/**
 * The switch engine: the hand-written loop of `switch.template.ts` with the control cases given their opcode numbers, in
 * narrow and wide form, and one case for each data instruction of the table.
 */

import { readFileSync } from 'node:fs';
import { narrow, type OpcodeInfo, type OpName, opcodes, wide } from '../../src/isa/isa';
import { emitStackOp, operandText, type RegisterNames } from './emit-stack-code';
import type { ReadInstruction } from './read-isa';
import { generatedHeader, TextWriter } from './text-writer';

const template = 'src/engines/switch.template.ts';
const names: RegisterNames = {
  pc: 'pc',
  sp: 'sp',
  fp: 'fp',
  code: 'code',
  constants: 'constants',
  globals: 'globals',
  imports: 'imports',
  closure: 'closure',
};

export function emitSwitch(table: readonly ReadInstruction[]): string {
  const source = readFileSync(template, 'utf8');
  const body = source.slice(source.indexOf('*/\n') + 3).trimStart();
  const lines = body.split('\n');
  const out: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const start = /^(\s*)case OPCODE\.(\w+):/.exec(line);
    if (start) {
      const end = lines.indexOf(`${start[1]}}`, i);
      out.push(...controlCases(start[2]!, lines.slice(i, end + 1)));
      i = end;
    } else if (line.includes('@data-cases')) {
      out.push(...dataCases(table, line.length - line.trimStart().length));
    } else {
      out.push(line.replaceAll("'../", "'../../").replaceAll("'./", "'../"));
    }
  }
  return [...generatedHeader("The switch engine's loop.", 'emit-switch.ts'), ...out].join('\n');
}

/** A hand-written case, once for each form of its instruction. */
function controlCases(name: string, text: readonly string[]): string[] {
  const forms = [narrow[name as OpName], wide[name as OpName]]; // an unknown name is refused below
  if (forms[0] === undefined) throw new Error(`${template}: there is no instruction ${name}`);
  return forms
    .filter((info): info is OpcodeInfo => info !== undefined)
    .flatMap((info) =>
      text.map((line) =>
        line
          .replace(/case OPCODE\.\w+:/, `case ${info.opcode}: // ${info.mnemonic}`)
          .replace(/(: \/\/ \w+) \{$/, (_, label: string) => label.replace(':', ': {'))
          .replace(/OPERAND\.(\w+)/g, (_, operand: string) => {
            const spec = info.operands.find((item) => item.name === operand);
            if (spec === undefined) throw new Error(`${template}: ${name} has no operand ${operand}`);
            return operandText(spec, names);
          })
          .replace(/\bSIZE\b/g, String(info.size)),
      ),
    );
}

function dataCases(table: readonly ReadInstruction[], indent: number): string[] {
  const out = new TextWriter();
  for (const info of opcodes.filter(({ control }) => !control)) {
    const instruction = table.find(({ name }) => name === info.op)!;
    out.block(`case ${info.opcode}: { // ${info.mnemonic}`, '}', () => {
      emitStackOp(out, info, instruction, names);
      out.line('break;');
    });
  }
  return out
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => ' '.repeat(indent) + line);
}
