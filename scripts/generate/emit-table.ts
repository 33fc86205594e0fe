/**
 * The handler table: one function for each data opcode, working on registers in an object.
 */

import { opcodes } from '../../src/isa/isa';
import { emitStackOp, type RegisterNames } from './emit-stack-code';
import type { ReadInstruction } from './read-isa';
import { generatedHeader, TextWriter } from './text-writer';

const names: RegisterNames = {
  pc: 'r.pc',
  sp: 'r.sp',
  fp: 'r.fp',
  code: 'r.code',
  constants: 'r.constants',
  globals: 'thread.vm.globals',
  imports: 'thread.vm.imports',
  closure: 'r.closure',
};

export function emitTable(table: readonly ReadInstruction[]): string {
  const out = new TextWriter();
  for (const line of generatedHeader('The data handlers of the table engine, by mnemonic.', 'emit-table.ts'))
    out.line(line);
  out
    .line("import { readOperand } from '../../isa/isa';")
    .line("import * as boxes from '../../runtime/boxes';")
    .line("import * as make from '../../runtime/make';")
    .line("import * as members from '../../runtime/members';")
    .line("import { Instance } from '../../runtime/instances';")
    .line("import * as slow from '../../runtime/slow';")
    .line("import { thread } from '../../runtime/thread';")
    .line("import type { Registers } from '../registers';")
    .line()
    .line('const S = thread.stack;')
    .line();
  out.block('export const dataHandlers: Readonly<Record<string, (r: Registers) => void>> = {', '};', () => {
    for (const info of opcodes.filter(({ control }) => !control)) {
      const instruction = table.find(({ name }) => name === info.op)!;
      out.block(`${info.mnemonic}(r) {`, '},', () => emitStackOp(out, info, instruction, names));
    }
  });
  return out.toString();
}
