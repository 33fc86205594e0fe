/**
 * Templates of data instructions in regions: for each instruction and place of its operands a closure that computes it. Unlike
 * the fused engine's they hand their value on and nothing else, since the host's compiler takes the trees apart anyway, and
 * they know of operands that are numbers: then nothing is tested.
 *
 * There are two forms of what an instruction does off its fast path. Inside an expression it gives the region up where the
 * statement begins, and cells go on there. Where it is what the statement is for (`^`), it does all that it can. In functions that have all in
 * registers (`@`) both are found by what is in these.
 */

import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { ownFields } from '../../src/runtime/instances';
import { canAttempt, coldModules } from './fast-path';
import type { ReadInstruction } from './read-isa';
import {
  asksFor,
  callsOf,
  computedPlaces,
  constantPlaces,
  type FieldForm,
  type Lines,
  TemplateText,
  unwrapped,
} from './region-text';
import { generatedHeader, TextWriter } from './text-writer';

/** Which places the operands of an instruction may have (`region-text.ts`). */
const numberPlaces = 'sifcxn';
const anyPlaces = 'sx';
const objectPlaces = 'sxop';
const arrayPlaces = 'sxab';
const lastPlaces = 'scx';
/** Those that know of slots. */
const slotPlaces = 'sifoa';

/** Instructions that hot code is made of: many copies of their templates are made, of the others few. */
const frequent = new Set([
  'OpAdd',
  'OpSub',
  'OpMul',
  'OpLess',
  'OpLessEqual',
  'OpGreater',
  'OpGreaterEqual',
  'OpEqual',
  'OpNotEqual',
  'OpIndex',
  'OpSetIndex',
  'OpGetField',
  'OpSetField',
  'OpNot',
  'OpLength',
]);

/** What the templates reach the machine by. */
const machineNames = [
  'thread',
  'closureAt',
  'boxes',
  'make',
  'members',
  'slow',
  'leave',
  'orLeave',
  'at',
  'done',
];

const isFusible = ({ form, picture }: ReadInstruction): boolean =>
  form === 'data' && picture.variadic === undefined && picture.inputs.length + picture.outputs.length > 0;

/** Whether an instruction has templates where variables are in registers of a function: it may change a slot and do nothing else. */
const isDirect = ({ form, picture }: ReadInstruction): boolean =>
  form === 'data' && picture.variadic === undefined;

/** Whether an instruction reaches into its frame: a local with a box, or what its closure has. */
const looksAtFrame = ({ body }: ReadInstruction): boolean =>
  /\b(self|free|local|setLocal)\(/.test(body!.getText());

export function emitRegion(table: readonly ReadInstruction[], which: 'frequent' | 'rare'): string {
  const out = new TextWriter();
  const job = `Templates of the ${which === 'frequent' ? 'most used' : 'other'} data instructions in regions.`;
  for (const line of generatedHeader(job, 'emit-region.ts')) out.line(line);
  const chosen = table.filter(
    (instruction) => isDirect(instruction) && frequent.has(instruction.name) === (which === 'frequent'),
  );
  const templates = new TextWriter();
  for (const instruction of chosen) emitInstruction(templates, instruction);
  const text = templates.toString();
  const used = machineNames.filter((name) => new RegExp(`\\b${name}\\b`).test(text));
  if (/as Instance\b/.test(text)) out.line("import type { Instance } from '../../runtime/instances';");
  const types = ['CallSite', 'Compute', 'FunctionRegisters', 'Machine', 'RegionSite', 'Step']
    .filter((name) => new RegExp(`\\b${name}\\b`).test(`${text} Machine`))
    .join(', ');
  if (/\bValue\b/.test(text)) out.line("import type { Value } from '../../runtime/value';");
  out.line(`import type { ${types} } from '../region-site';`).line();
  out.line(
    '/** Hands over what a closure uses as parameters, which the host reads without asking whether they are assigned. */',
  );
  out
    .line(
      'const bind = <G extends unknown[], R>(given: [...G], make: (...given: G) => R): R => make(...given);',
    )
    .line();
  const parameters = used.map((name) => `${name}: Machine['${name}']`).join(', ');
  out.block(`const make = (${parameters}) => {`, '};', () => {
    out.block('return {', '};', () => {
      for (const line of text.trimEnd().split('\n')) out.line(line);
    });
  });
  const given = used.map((name) => `machine.${name}`).join(', ');
  out.line().line(`export const ${which}Templates = (machine: Machine) => make(${given});`);
  return out.toString();
}

/** The places that the templates tell apart, for each input of each instruction. */
export function emitRegionPlaces(table: readonly ReadInstruction[]): string {
  const out = new TextWriter();
  for (const line of generatedHeader(
    'The operands that templates of regions tell apart.',
    'emit-region.ts',
  )) {
    out.line(line);
  }
  out.block('export const regionPlaces: Readonly<Record<string, readonly string[]>> = {', '};', () => {
    for (const instruction of table.filter(isFusible)) {
      const places = placesOf(instruction).map((text) => `'${text}'`);
      out.line(`${instruction.name}: [${places.join(', ')}],`);
    }
  });
  const placed = table.filter((instruction) => isFusible(instruction) && isPlaced(instruction));
  out
    .line()
    .line(
      '/** Instructions that say where they stand each time that they are run, since they may want a census, or run something. */',
    );
  out.block('export const alwaysPlaced: ReadonlySet<string> = new Set([', ']);', () => {
    for (const { name } of placed) out.line(`'${name}',`);
  });
  out.line().line('/** Instructions whose templates are told apart by where an instance has the field. */');
  const ofFields = table.filter((one) => one.form === 'data' && fieldForms(one).length > 1);
  out.block('export const ofFields: ReadonlySet<string> = new Set([', ']);', () => {
    for (const { name } of ofFields) out.line(`'${name}',`);
  });
  return out.toString();
}

/** Whether an instruction calls what may look at frames on its fast path, too. */
function isPlaced({ body }: ReadInstruction): boolean {
  const whole = unwrapped(body!);
  const fast = ts.isConditionalExpression(whole) ? [whole.condition, whole.whenTrue] : [whole];
  return fast.some((part) => !canAttempt(part) || callsOf(part).length > 0);
}

function placesOf({ body, picture: { inputs } }: ReadInstruction): string[] {
  const comparesStrings = /typeof \w+ !== 'string'/.test(body!.getText());
  return inputs.map((input, i) => {
    if (asksFor(body!, input)) return numberPlaces;
    if (new RegExp(`\\b${input}\\.shape\\b`).test(body!.getText())) return objectPlaces;
    if (new RegExp(`\\bArray\\.isArray\\(${input}\\)`).test(body!.getText())) return arrayPlaces;
    if (comparesStrings && i > 0) return `${lastPlaces}k`;
    return i === inputs.length - 1 && i > 0 ? lastPlaces : anyPlaces;
  });
}

function combinations(places: readonly string[]): string[] {
  return places.reduce<string[]>(
    (all, some) => all.flatMap((text) => [...some].map((place) => text + place)),
    [''],
  );
}

/** Functions that only raise errors. */
const raising = new Set(
  [...coldModules.keys()].flatMap((module) =>
    [
      ...readFileSync(`src/runtime/${module}.ts`, 'utf8').matchAll(
        /^export function (\w+)\([^)]*\): never/gm,
      ),
    ].map(([, name]) => `${module}.${name}`),
  ),
);

/** Which fields the templates of an instruction tell apart. */
const fieldForms = ({ body }: ReadInstruction): readonly (FieldForm | undefined)[] =>
  /\.(fieldAt|setFieldAt)\(/.test(body!.getText()) ? [...Array(ownFields).keys(), 'More'] : [undefined];

/** Templates of an instruction for places of its operands, and for a field where they are told apart by that. */
interface Variant {
  readonly instruction: ReadInstruction;
  readonly key: string;
  readonly body: ts.Expression;
  /** What is not an effect, as a part of an expression. */
  readonly nested: (isDirect: boolean) => Lines | undefined;
  readonly alone: (form: 'whole' | 'noted') => Lines;
}

function variantOf(instruction: ReadInstruction, places: string, field: FieldForm | undefined): Variant {
  const body = unwrapped(instruction.body!);
  const isEffect = instruction.picture.outputs.length === 0;
  const linesOf = (form: 'nested' | 'whole' | 'noted', isDirect: boolean): Lines | undefined =>
    new TemplateText(instruction, places, form, isDirect, field).lines(body);
  return {
    instruction,
    key: `${instruction.name}${field ?? ''}.${places}`,
    body,
    nested: (isDirect) => (isEffect ? undefined : linesOf('nested', isDirect)),
    alone: (form) => linesOf(form, form === 'noted')!, // there always is one
  };
}

function emitInstruction(out: TextWriter, instruction: ReadInstruction): void {
  for (const places of combinations(placesOf(instruction))) {
    if (places.length > 0 && [...places].every((place) => constantPlaces.includes(place))) continue;
    for (const field of fieldForms(instruction)) {
      const variant = variantOf(instruction, places, field);
      if ([...places].every((place) => !slotPlaces.includes(place))) emitDirect(out, variant);
      if (isFusible(instruction)) emitFramed(out, variant);
    }
  }
}

/** Templates whose operands are in slots, or in what knows where they are. */
function emitFramed(out: TextWriter, { instruction, key, body, ...lines }: Variant): void {
  const nested = lines.nested(false);
  if (nested !== undefined) emitTemplate(out, instruction, key, nested);
  const isWhole = nested !== undefined && callsOf(body).every((call) => raising.has(call));
  if (isWhole) return;
  const whole = lines.alone('whole');
  if (nested === undefined || whole.text !== nested.text) emitTemplate(out, instruction, `${key}^`, whole);
}

/**
 * Templates in functions that have all in registers (`@`): the closure is found there, and what may throw only notes where it
 * stands, so nobody else is given the registers.
 */
function emitDirect(out: TextWriter, { instruction, key, body, ...lines }: Variant): void {
  const nested = lines.nested(true);
  if (nested !== undefined && looksAtFrame(instruction))
    emitTemplate(out, instruction, `${key}@`, nested, true);
  if (nested !== undefined && callsOf(body).every((call) => raising.has(call))) return;
  emitTemplate(out, instruction, `${key}^@`, lines.alone('noted'), true);
}

function emitTemplate(
  out: TextWriter,
  { picture, body }: ReadInstruction,
  key: string,
  { known, reads, text }: Lines,
  isDirect = false,
): void {
  const places = key.slice(key.indexOf('.') + 1).replace(/[\^@]/g, '');
  const parameters = picture.inputs.map((_, i) => {
    const place = places[i]!;
    const isNumber = !constantPlaces.includes(place) || asksFor(body!, picture.inputs[i]!);
    const type = computedPlaces.includes(place) ? 'Compute' : isNumber ? 'number' : 'Value';
    return `a${i}: ${type}`;
  });
  const all = [...known.map((item) => item.text), ...reads, text].join('\n');
  const usesSite = /\bsite\b/.test(all);
  const isEffect = picture.outputs.length === 0;
  // The slots are parameters of each template: the host reads those of the nearest function in the fewest bytes.
  const code = [...reads, text].join('\n');
  const slots = [
    `${/\bS\[/.test(code) ? 'S' : '_S'}: Machine['S']`,
    `${/\bF\[/.test(code) ? 'F' : '_F'}: Machine['F']`,
  ];
  const given = [...slots, ...parameters, usesSite ? `site: ${isDirect ? 'CallSite' : 'RegionSite'}` : '']
    .filter((item) => item !== '')
    .join(', ');
  const result = isEffect ? 'Step' : 'Compute';
  const fp = /\bfp\b/.test([...reads, text].join('\n')) ? (isDirect ? 'registers' : 'fp') : '';
  const inRegisters = (line: string): string =>
    isDirect
      ? line.replace(/(\ba\d\()fp\)/g, '$1registers as never)').replace(/(?<!\.)\bfp\b/g, 'registers')
      : line;
  const closure = (open: string, close: string): void => {
    out.block(open, close, () => {
      for (const line of reads) out.line(inRegisters(line));
      out.line(inRegisters(isEffect ? `${text};` : `return ${text};`));
    });
  };
  const type = isDirect ? 'FunctionRegisters' : 'number';
  out.line(`'${key}': (${given})${isDirect ? '' : `: ${result}`} =>`);
  if (known.length === 0) {
    closure(`(${isDirect && fp !== '' ? `${fp}: ${type}` : fp}) => {`, '},');
    return;
  }
  const own = ['S', 'F', ...picture.inputs.map((_, i) => `a${i}`), 'site'].filter((name) =>
    new RegExp(`\\b${name}\\b`).test(code),
  );
  const items = [...own, ...known.map((item) => item.text)];
  out.line(`bind([${items.join(', ')}], (${[...own, ...known.map(({ name }) => name)].join(', ')}) =>`);
  closure(`(${fp}${fp === '' ? '' : `: ${type}`}) => {`, '}),');
}
