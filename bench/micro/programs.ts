/**
 * Micro-benchmarks as files: the programs of `families.ts` with their parameters, written to the folder of what is built, each
 * with its JavaScript twin beside it. Nothing of them is typed by hand, so nothing of them is kept.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { families, mostKinds, type Parts } from './families';

export const microFolder = 'build/bench/micro/programs';

/** How many sites, or different things at them, a program of most families has. */
export const siteCounts = [20, 60, 200] as const;

/** How many kinds of statement the line of `opcodes` has. */
export const kindCounts = [10, 20, mostKinds] as const;

export interface MicroProgram {
  /** The family and its parameter. */
  readonly name: string;
  readonly sites: number;
  /** The Weft program. */
  readonly source: string;
  /** The same in JavaScript. */
  readonly twin: string;
}

function textOf({ before, start, loop, answer }: Parts, title: string): string {
  return [
    `// ${title} Made by bench/micro/programs.ts.`,
    ...before,
    'fn run(n) {',
    ...start.map((line) => `  ${line}`),
    '  for (let i = 0; i < n; i += 1) {',
    ...loop.map((line) => `    ${line}`),
    '  }',
    `  return ${answer};`,
    '}',
    '',
  ].join('\n');
}

function programOf(family: keyof typeof families, parameter: number): MicroProgram {
  const name = `${family}_${parameter}`;
  const parts = families[family](parameter);
  const source = textOf(parts, `Micro-benchmark ${name}.`);
  const twin = `${source.replaceAll(/\bfn\b/g, 'function')}export { run };\n`;
  return { name, sites: parts.loop.length, source, twin };
}

export const microPrograms: readonly MicroProgram[] = (Object.keys(families) as (keyof typeof families)[]) // its keys
  .flatMap((family) =>
    (family === 'opcodes' ? kindCounts : siteCounts).map((parameter) => programOf(family, parameter)),
  );

export const microFile = (name: string, ending: 'weft' | 'js'): string => `${microFolder}/${name}.${ending}`;

/** Writes all programs and twins. */
export function writeMicroPrograms(): void {
  mkdirSync(microFolder, { recursive: true });
  for (const { name, source, twin } of microPrograms) {
    writeFileSync(microFile(name, 'weft'), source);
    writeFileSync(microFile(name, 'js'), twin);
  }
}
