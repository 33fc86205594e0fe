/**
 * Templates of the registers of loops, one for each number: what makes an object of so many, and what reads and sets each. A field that is read
 * by a name in the text is what hosts know best; by a name in a variable, some do not see that nobody else has the object.
 */

import { generatedHeader, TextWriter } from './text-writer';

/** Registers that a loop has at most. */
const most = 8;

const numbers = Array.from({ length: most }, (_, k) => k);

export function emitRegisters(): string {
  const out = new TextWriter();
  const [open, job, generated, ...rest] = generatedHeader(
    'Templates of the registers of loops.',
    'emit-registers.ts',
  );
  for (const line of [open!, job!, generated!.replace(' from src/isa/instructions.ts', ''), ...rest])
    out.line(line);
  out.line("import type { Compute, Homes, Registers, Step } from '../region-site';").line();
  out.block('const make = () => ({', '});', () => {
    for (const k of numbers) emitLoop(out, k + 1);
    for (const k of numbers) {
      out.line(`r${k}: () => (registers: Registers) => registers.r${k},`);
      out.block(`set${k}: (value: Compute) => (registers: Registers) => {`, '},', () => {
        out.line(`registers.r${k} = value(registers as never);`);
      });
      out.line('// Into a register of the loop around.');
      out.block(`back${k}: (value: Compute) => (registers: Registers) => {`, '},', () => {
        out.line(`(registers.outer as Registers).r${k} = value(registers as never);`);
      });
    }
  });
  out.line().line('export const registerTemplates = () => make();');
  out.line().line('export type RegisterTemplates = ReturnType<typeof registerTemplates>;');
  return out.toString();
}

/** The way into a loop with `count` registers and out of it. All objects have one form for the host, however many are used. */
function emitLoop(out: TextWriter, count: number): void {
  const given = numbers.slice(0, count).map((k) => `a${k}: Compute, `);
  const others = 'place: Compute, left: Compute, homes: Homes, back: Step, loop: Step';
  out.block(`with${count}: (${given.join('')}${others}) => (fp: number) => {`, '},', () => {
    const fields = numbers.map((k) => `r${k}: ${k < count ? `a${k}(fp)` : 'null'}`);
    out.line(
      `const registers: Registers = { ${fields.join(', ')}, fp: place(fp) as number, outer: fp, left: left(fp) as number, homes };`,
    );
    out.line('const end = loop(registers as never);');
    out.line('back(registers as never);');
    out.line('return end;');
  });
}
