/**
 * Templates of data instructions in regions: for each instruction and place of its operands a closure that computes it. Unlike
 * the fused engine's they hand their value on and nothing else, since the host's compiler takes the trees apart anyway, and
 * they know of operands that are numbers: then nothing is tested.
 *
 * There are two forms of what an instruction does off its fast path. Inside an expression it gives the region up where the
 * statement begins, and cells go on there. Where it is what the statement is for (`^`), it does all that it can.
 */

import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { cellVerbs } from './emit-threaded';
import { attemptOf, canAttempt, coldModules } from './fast-path';
import { type CallText, type ReadInstruction, renderBody, type VerbText } from './read-isa';
import { generatedHeader, TextWriter } from './text-writer';

/**
 * Where an operand comes from: `s`lot, slot with a number (`i`), slot of doubles (`f`), `c`onstant, e`x`pression, expression that
 * gives a `n`umber, constant that strings cost nothing to be compared with (`k`), slot with an
 * `o`bject of the shape that the site has met first, or with an `a`rray; expression that gives such an object (`p`) or an array (`b`).
 */
const numberPlaces = 'sifcxn';
const knownNumbers = 'ifcn';
const anyPlaces = 'sx';
const objectPlaces = 'sxop';
const arrayPlaces = 'sxab';
const computedPlaces = 'xnpb';
const lastPlaces = 'scx';
const constantPlaces = 'ck';
/** Those that know of slots. */
const slotPlaces = 'sifoa';

/** The verbs that reach into a frame, where variables are in registers of a function. */
const directVerbs: Readonly<Record<string, VerbText>> = {
  self: () => 'fp.callee!',
  free: (index) => `fp.callee!.free[${index}]!`,
  local: (slot) => `S[fp.fp + ${slot}]!`,
  setLocal: (slot, value) => `void (S[fp.fp + ${slot}] = ${value})`,
};

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
  if (/as Instance\b/.test(text)) out.line("import type { Instance } from '../../runtime/objects';");
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
  return out.toString();
}

/** Whether an instruction calls what may look at frames on its fast path, too. */
function isPlaced({ body }: ReadInstruction): boolean {
  const whole = unwrapped(body!);
  const fast = ts.isConditionalExpression(whole) ? [whole.condition, whole.whenTrue] : [whole];
  return fast.some((part) => !canAttempt(part) || callsOf(part).length > 0);
}

/** Whether a body is faster where it knows that an input is a number. */
const asksFor = (body: ts.Expression, input: string): boolean =>
  new RegExp(`typeof ${input} (=== 'number'|!== 'string')`).test(body.getText());

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

const unwrapped = (node: ts.Expression): ts.Expression =>
  ts.isParenthesizedExpression(node) ? unwrapped(node.expression) : node;

function conjunctsOf(node: ts.Expression): ts.Expression[] {
  const inner = unwrapped(node);
  if (ts.isBinaryExpression(inner) && inner.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken) {
    return [...conjunctsOf(inner.left), ...conjunctsOf(inner.right)];
  }
  return [inner];
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

function callsOf(node: ts.Node): string[] {
  const own =
    ts.isPropertyAccessExpression(node) && coldModules.has(node.expression.getText()) ? [node.getText()] : [];
  const below: string[] = [];
  ts.forEachChild(node, (child) => void below.push(...callsOf(child)));
  return [...own, ...below];
}

function emitInstruction(out: TextWriter, instruction: ReadInstruction): void {
  const body = unwrapped(instruction.body!);
  for (const places of combinations(placesOf(instruction))) {
    if (places.length > 0 && [...places].every((place) => constantPlaces.includes(place))) continue;
    if ([...places].every((place) => !slotPlaces.includes(place))) emitDirect(out, instruction, places);
    if (!isFusible(instruction)) continue;
    const isEffect = instruction.picture.outputs.length === 0;
    const nested = isEffect ? undefined : new Text(instruction, places, 'nested').lines(body);
    if (nested !== undefined) emitTemplate(out, instruction, `${instruction.name}.${places}`, nested);
    const isWhole = nested !== undefined && callsOf(body).every((call) => raising.has(call));
    if (isWhole) continue;
    const whole = new Text(instruction, places, 'whole').lines(body)!;
    if (nested === undefined || whole.text !== nested.text) {
      emitTemplate(out, instruction, `${instruction.name}.${places}^`, whole);
    }
  }
}

/**
 * Templates of an instruction in functions that have all in registers (`@`): its closure is found there, and what may throw only notes where it
 * stands, so nobody else is given the registers.
 */
function emitDirect(out: TextWriter, instruction: ReadInstruction, places: string): void {
  const body = unwrapped(instruction.body!);
  const isEffect = instruction.picture.outputs.length === 0;
  const nested = isEffect ? undefined : new Text(instruction, places, 'nested', true).lines(body);
  const key = `${instruction.name}.${places}`;
  if (nested !== undefined && looksAtFrame(instruction))
    emitTemplate(out, instruction, `${key}@`, nested, true);
  if (nested !== undefined && callsOf(body).every((call) => raising.has(call))) return;
  emitTemplate(out, instruction, `${key}^@`, new Text(instruction, places, 'noted', true).lines(body)!, true);
}

/** What the closures of regions read once when they are made. */
interface Known {
  readonly name: string;
  readonly text: string;
}

interface Lines {
  readonly known: readonly Known[];
  readonly reads: readonly string[];
  readonly text: string;
}

/** What a template's closure does. */
class Text {
  private readonly hoisted: string[] = [];
  private readonly names: Record<string, string> = {};
  /** What is done off the fast path, as a closure of its own: the smaller the other, the more of them are inlined. */
  private miss: string | undefined;

  constructor(
    private readonly instruction: ReadInstruction,
    private readonly places: string,
    private readonly form: 'nested' | 'whole' | 'noted',
    /** Whether the closure is given registers of a function. */
    private readonly isDirect = false,
  ) {}

  private hoist(text: string): string {
    if (!this.hoisted.includes(text)) this.hoisted.push(text);
    return `known${this.hoisted.indexOf(text)}`;
  }

  private placeOf(input: string): string | undefined {
    return this.places[this.instruction.picture.inputs.indexOf(input)];
  }

  private isNumber(input: string): boolean {
    const place = this.placeOf(input);
    return place !== undefined && knownNumbers.includes(place) && asksFor(this.instruction.body!, input);
  }

  /** Whether a test holds by what is known of the operands. */
  private holds(test: ts.Expression): boolean {
    const shaped = /^(\w+)(?: instanceof Instance|\.shape === .*)$/.exec(test.getText());
    if (shaped !== null && 'op'.includes(this.placeOf(shaped[1]!)!)) return true;
    const array = /^Array\.isArray\((\w+)\)$/.exec(test.getText());
    if (array !== null) return 'ab'.includes(this.placeOf(array[1]!)!);
    const found = /^typeof (\w+) (=== 'number'|!== 'string')$/.exec(test.getText());
    if (found === null) return false;
    return this.isNumber(found[1]!) || (found[2] === "!== 'string'" && this.places.includes('k'));
  }

  lines(body: ts.Expression): Lines | undefined {
    const { picture, operands } = this.instruction;
    operands.forEach((operand, i) => {
      this.names[operand.name] = this.hoist(`site.operands[${i}]!`);
    });
    picture.inputs.forEach((input, i) => {
      this.names[input] = `v${i}`;
    });
    const rendered = this.render(body);
    if (rendered === undefined) return undefined;
    // A global's member takes more bytes than what the closure is handed.
    const text = rendered.replace(/\bArray\.isArray\(/g, 'isArray(');
    const uses = (all: string, k: number): boolean => new RegExp(`\\bknown${k}\\b`).test(all);
    const resolved = this.hoisted.map((item) =>
      item.replace(/\bknown(\d+)\b/g, (_, k: string) => this.hoisted[Number(k)]!),
    );
    const known = resolved
      .map((item, k): Known => ({ name: `known${k}`, text: item }))
      .filter((_, k) => uses(text, k));
    if (text !== rendered) known.push({ name: 'isArray', text: 'Array.isArray' });
    if (this.miss !== undefined) {
      const miss = resolved.reduce(
        (body, item, k) => body.replace(new RegExp(`\\bknown${k}\\b`, 'g'), item),
        this.miss,
      );
      const parameters = this.missed()
        .map((i) => `v${i}: ${this.typeOf(i)}, `)
        .join('');
      const frame = this.form === 'noted' ? '' : 'fp: number';
      known.push({ name: 'miss', text: `(${parameters}${frame}) => ${miss}` });
    }
    const reads: string[] = [];
    let inline = text;
    picture.inputs.forEach((_, i) => {
      const place = this.places[i]!;
      const uses = text.match(new RegExp(`\\bv${i}\\b`, 'g'))?.length ?? 0;
      const read = {
        s: text.includes(`v${i}?.shape`) ? `S[fp + a${i}] as Instance` : `S[fp + a${i}]!`,
        o: `S[fp + a${i}] as Instance`,
        a: `S[fp + a${i}] as Value[]`,
        i: `S[fp + a${i}] as number`,
        f: `F[fp + a${i}]!`,
        c: `a${i}`,
        k: `a${i}`,
        x: text.includes(`v${i}?.shape`) ? `a${i}(fp) as Instance` : `a${i}(fp)`,
        n: `a${i}(fp) as number`,
        p: `a${i}(fp) as Instance`,
        b: `a${i}(fp) as Value[]`,
      }[place]!;
      const isConstant = constantPlaces.includes(place);
      // Where it stands is noted behind all that operands may note.
      const only = this.form !== 'noted' && (picture.inputs.length === 1 || isConstant || this.inOrder(text));
      if (isConstant || (uses === 1 && only)) {
        inline = inline.replace(new RegExp(`\\bv${i}\\b`, 'g'), / as /.test(read) ? `(${read})` : read);
      } else if (uses > 0 || computedPlaces.includes(place)) {
        reads.push(uses > 0 ? `const v${i} = ${read};` : `${read};`);
      }
    });
    return {
      known,
      reads,
      text: inline,
    };
  }

  /** The operands that are read off the fast path. */
  private missed(): number[] {
    return [...this.instruction.picture.inputs.keys()].filter((i) =>
      new RegExp(`\\bv${i}\\b`).test(this.miss!),
    );
  }

  private typeOf(input: number): string {
    const name = this.instruction.picture.inputs[input]!;
    if (this.isNumber(name)) return 'number';
    return new RegExp(`typeof ${name} !== 'string'`).test(this.instruction.body!.getText())
      ? 'string'
      : 'Value';
  }

  /** Whether each operand is read once, in the order in which they are computed. */
  private inOrder(text: string): boolean {
    const uses = [...text.matchAll(/\bv(\d)\b/g)].map(([, i]) => Number(i));
    return !text.includes('?') && uses.every((use, i) => use === i);
  }

  private render(body: ts.Expression): string | undefined {
    const verbs = { ...cellVerbs((text) => this.hoist(text)), ...(this.isDirect && directVerbs) };
    const attempt: CallText = (callee, args) => {
      const attempted = attemptOf(callee);
      if (this.form === 'nested') {
        return attempted && `orLeave(${attempted}(${args.join(', ')}), site, fp)`;
      }
      if (this.form === 'noted') return undefined;
      return coldModules.has(callee.split('.')[0]!)
        ? `done(fp, (at(site, fp), ${callee}(${args.join(', ')})))`
        : undefined;
    };
    const plain = (node: ts.Expression): string => renderBody(node, verbs, attempt, this.names);
    const noted = (text: string): string => `(fp.site = site, ${text})`;
    if (!ts.isConditionalExpression(body)) {
      if (this.form === 'noted') return noted(plain(body));
      return this.form === 'whole' || canAttempt(body) ? plain(body) : undefined;
    }
    if (this.form === 'nested' && (!canAttempt(body.condition) || !canAttempt(body.whenTrue)))
      return undefined;
    const tests = conjunctsOf(body.condition).filter((test) => !this.holds(test));
    const fast = this.cached(plain(body.whenTrue));
    const mayNote =
      this.form === 'noted' && callsOf(body.whenTrue).length + callsOf(body.condition).length > 0;
    if (tests.length === 0) return mayNote ? noted(fast) : fast;
    const condition = this.cached(tests.map(plain).join(' && '));
    if (this.form === 'nested' && !canAttempt(body.whenFalse))
      return `${condition} ? ${fast} : leave(site, fp)`;
    this.miss = plain(body.whenFalse);
    const given = this.missed().map((i) => `v${i}`);
    if (this.form !== 'noted') return `${condition} ? ${fast} : miss(${[...given, 'fp'].join(', ')})`;
    const missed = noted(`miss(${given.join(', ')})`);
    return mayNote ? noted(`${condition} ? ${fast} : ${missed}`) : `${condition} ? ${fast} : ${missed}`;
  }

  /**
   * What an inline cache holds first is a constant of the closure. Nothing but an instance or a class has a shape, and both have
   * slots for it.
   */
  private cached(text: string): string {
    return text
      .replace(/\b(known\d+)\.(shape|place)\b/g, (all) => this.hoist(all))
      .replace(/\b(v\d) instanceof Instance && \1\.shape/g, '$1?.shape');
  }
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
