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

/** A function of the prelude, which is written in Weft and documented there. */
export interface PreludeFunction {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly says: string;
}

/** The text of docs/builtins.md. */
export function builtinsMarkdown(prelude: readonly PreludeFunction[] = []): string {
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
  if (prelude.length > 0) sections.push(preludeSection(prelude));
  return `${[introduction, ...sections].join('\n\n')}\n`;
}

function preludeSection(prelude: readonly PreludeFunction[]): string {
  const rows = prelude.map(
    ({ name, parameters, says }) => `| \`${name}(${parameters.join(', ')})\` | ${says} |`,
  );
  return [
    '## Calling functions',
    '',
    'These are written in Weft, so pausing, fuel, memory and recursion hold in the functions they call as anywhere else. They',
    'go over the elements that `items` has when they are called.',
    '',
    '| function | |',
    '|---|---|',
    ...rows,
  ].join('\n');
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
