/**
 * The reference page of the built-in functions, made from their table.
 */

import { type Builtin, builtinFamilies } from '../runtime/builtins';
import type { Parameter } from '../runtime/builtins/builtin';

const introduction = `# Built-in functions

<!-- Made from src/runtime/builtins.ts by \`npm run generate\`: do not edit. -->

Every program finds these without declaring them; a declaration of the same name hides one. An argument that a parameter
does not accept is an error of the kind \`bad argument\`, too few or too many are one of the kind \`wrong argument count\`. A \`?\` marks
what may be left out, \`...\` any number of arguments. Functions that do work in proportion to their arguments charge fuel for it.`;

/** The text of docs/builtins.md. */
export function builtinsMarkdown(): string {
  const sections = Object.entries(builtinFamilies).map(([title, family]) => {
    const rows = Object.entries(family).map(([name, builtin]) => row(name, builtin));
    return [
      `## ${title}`,
      '',
      '| function | arguments | gives | | a unit of fuel per |',
      '|---|---|---|---|---|',
      ...rows,
    ].join('\n');
  });
  return `${[introduction, ...sections].join('\n\n')}\n`;
}

function row(name: string, { takes, more, gives, says, fuel }: Builtin): string {
  const parameters = more === undefined ? takes : [...takes, more];
  const names = [...takes.map(placeOf), ...(more === undefined ? [] : [`${more.name}...`])];
  const cells = [
    `\`${name}(${names.join(', ')})\``,
    parameters.map(({ name, check }) => `\`${name}\`: ${check.wanted}`).join('; '),
    gives,
    says,
    fuel?.per ?? '',
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

const placeOf = ({ name, optional }: Parameter): string => (optional ? `${name}?` : name);
