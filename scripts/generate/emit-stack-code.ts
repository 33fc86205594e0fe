/**
 * The text of a data instruction for engines that run bytecode with a stack pointer: the switch and the handler table.
 * They differ only in where their registers live.
 */

import type { OpcodeInfo, OperandSpec } from '../../src/isa/isa';
import { type ReadInstruction, renderBody, type VerbText } from './read-isa';
import type { TextWriter } from './text-writer';

/** Where an engine keeps its registers, as text. */
export interface RegisterNames {
  readonly pc: string;
  readonly sp: string;
  readonly fp: string;
  readonly code: string;
  readonly constants: string;
  readonly globals: string;
  readonly imports: string;
  readonly closure: string;
}

export const operandText = ({ at, width }: OperandSpec, { code, pc }: RegisterNames): string => {
  if (width === 1) return `${code}[${pc} + ${at}]!`;
  if (width === 2) return `(${code}[${pc} + ${at}]! << 8) | ${code}[${pc} + ${at + 1}]!`;
  return `readOperand(${code}, ${pc} + ${at}, ${width})`;
};

export const stackVerbs = (names: RegisterNames): Record<string, VerbText> => ({
  self: () => names.closure,
  constant: (index) => `${names.constants}[${index}]!`,
  memberName: (index) => `(${names.constants}[${index}] as string)`,
  local: (slot) => `S[${names.fp} + ${slot}]!`,
  setLocal: (slot, value) => `void (S[${names.fp} + ${slot}] = ${value})`,
  global: (index) => `${names.globals}[${index}]`,
  setGlobal: (index, value) => `void (${names.globals}[${index}] = ${value})`,
  free: (index) => `${names.closure}.free[${index}]!`,
  imported: (index) => `${names.imports}[${index}]!`,
  cache: () => `${names.closure}.fn.caches[${names.pc}]!`,
  classAt: (index) => `${names.closure}.fn.module.classes[${index}]!`,
  functionAt: (index) => `${names.closure}.fn.module.functions[${index}]!`,
});

const offset = (sp: string, by: number): string =>
  by === 0 ? sp : by < 0 ? `${sp} - ${-by}` : `${sp} + ${by}`;

/** Writes what one opcode does, from reading its operands to moving the pc. */
export function emitStackOp(
  out: TextWriter,
  info: OpcodeInfo,
  instruction: ReadInstruction,
  names: RegisterNames,
): void {
  const { sp, pc } = names;
  const { inputs, variadic, outputs } = info.picture;
  const used = usedNames(instruction);
  for (const operand of info.operands) {
    if (used.has(operand.name)) out.line(`const ${operand.name} = ${operandText(operand, names)};`);
  }
  if (variadic) {
    const count = variadic.times === 1 ? variadic.operand : `${variadic.times} * ${variadic.operand}`;
    out.line(`const base = ${sp} - ${count};`);
    out.line(`const ${variadic.name} = S.slice(base, ${sp});`);
    out.line(`S[base] = ${renderBody(instruction.body!, stackVerbs(names))};`);
    out.line(`${sp} = base + 1;`);
  } else {
    inputs.forEach((name, i) => {
      if (used.has(name)) out.line(`const ${name} = S[${offset(sp, i - inputs.length)}]!;`);
    });
    if (instruction.form === 'shuffle') {
      outputs.forEach((name, i) => {
        if (name !== inputs[i]) out.line(`S[${offset(sp, i - inputs.length)}] = ${name};`);
      });
    } else {
      const body = renderBody(instruction.body!, stackVerbs(names));
      out.line(outputs.length === 0 ? `${body};` : `S[${offset(sp, -inputs.length)}] = ${body};`);
    }
    const growth = outputs.length - inputs.length;
    if (growth !== 0) out.line(`${sp} ${growth < 0 ? '-' : '+'}= ${Math.abs(growth)};`);
  }
  out.line(`${pc} += ${info.size};`);
}

/** Operands and inputs that the text of an instruction reads. */
export function usedNames({ form, body, picture }: ReadInstruction): Set<string> {
  if (form === 'shuffle') return new Set(picture.outputs.filter((name, i) => picture.inputs[i] !== name));
  const names = new Set(body!.getText().match(/\b\w+\b/g) ?? []);
  if (picture.variadic) names.add(picture.variadic.operand);
  return names;
}
