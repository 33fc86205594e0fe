/**
 * The text of a template of a region, for one instruction and the places of its operands: what its closure reads, what it computes, and what it
 * leaves to others off the fast path.
 */

import ts from 'typescript';
import { ownFields } from '../../src/runtime/instances';
import { cellVerbs } from './emit-threaded';
import { attemptOf, canAttempt, coldModules } from './fast-path';
import { type CallText, type ReadInstruction, renderBody, type VerbText } from './read-isa';

/**
 * Where an operand comes from: `s`lot, slot with a number (`i`), slot of doubles (`f`), `c`onstant, e`x`pression, expression that
 * gives a `n`umber, constant that strings cost nothing to be compared with (`k`), slot with an
 * `o`bject of the shape that the site has met first, or with an `a`rray; expression that gives such an object (`p`) or an array (`b`).
 */
const knownNumbers = 'ifcn';
export const computedPlaces = 'xnpb';
export const constantPlaces = 'ck';

/** Where a field is: in a field of the host's with that number, or in the array beside these. */
export type FieldForm = number | 'More';

/** The verbs that reach into a frame, where variables are in registers of a function. */
const directVerbs: Readonly<Record<string, VerbText>> = {
  self: () => 'fp.callee!',
  free: (index) => `fp.callee!.free[${index}]!`,
  local: (slot) => `S[fp.fp + ${slot}]!`,
  setLocal: (slot, value) => `void (S[fp.fp + ${slot}] = ${value})`,
};

/** Whether a body is faster where it knows that an input is a number: whether what it does first depends on it. */
export const asksFor = (body: ts.Expression, input: string): boolean =>
  new RegExp(`typeof ${input} (=== 'number'|!== 'string')`).test(
    (ts.isConditionalExpression(body) ? body.condition : body).getText(),
  );

export const unwrapped = (node: ts.Expression): ts.Expression =>
  ts.isParenthesizedExpression(node) ? unwrapped(node.expression) : node;

function conjunctsOf(node: ts.Expression): ts.Expression[] {
  const inner = unwrapped(node);
  if (ts.isBinaryExpression(inner) && inner.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken) {
    return [...conjunctsOf(inner.left), ...conjunctsOf(inner.right)];
  }
  return [inner];
}

/** The calls in a body of what is not the fast path. */
export function callsOf(node: ts.Node): string[] {
  const own =
    ts.isPropertyAccessExpression(node) && coldModules.has(node.expression.getText()) ? [node.getText()] : [];
  const below: string[] = [];
  ts.forEachChild(node, (child) => void below.push(...callsOf(child)));
  return [...own, ...below];
}

/** Whether an operand is read ahead of what the text decides on. */
const isAhead = (text: string, input: number): boolean =>
  text.search(new RegExp(`\\bv${input}\\b`)) < `${text} ? `.search(/\?(?!\.)/);

/** What the closures of regions read once when they are made. */
interface Known {
  readonly name: string;
  readonly text: string;
}

export interface Lines {
  readonly known: readonly Known[];
  readonly reads: readonly string[];
  readonly text: string;
}

/** What a template's closure does. */
export class TemplateText {
  private readonly hoisted: string[] = [];
  private readonly names: Record<string, string> = {};
  /** What is done off the fast path, as a closure of its own: the smaller the other, the more of them are inlined. */
  private miss: string | undefined;

  constructor(
    private readonly instruction: ReadInstruction,
    private readonly places: string,
    private readonly form: 'nested' | 'whole' | 'noted',
    /** Whether the closure is given registers of a function. */
    private readonly isDirect: boolean,
    /** Which field of an instance it reads or assigns, if it does: a number of its own, or one of those in its array. */
    private readonly field: FieldForm | undefined,
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
      // Where it stands is noted behind all that operands may note, and what is computed is computed on each side of a condition.
      const alone = picture.inputs.length === 1 && (!computedPlaces.includes(place) || isAhead(text, i));
      const only = this.form !== 'noted' && (alone || isConstant || this.inOrder(text));
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

  private fieldOf(object: string, cache: string): string {
    if (this.field !== 'More') return `${object}.f${this.field}`;
    return `${object}.more[${this.hoist(`${cache}.place - ${ownFields}`)}]!`;
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
   * the field that it says.
   */
  private cached(text: string): string {
    return text
      .replace(/\b(v\d)\.fieldAt\((known\d+)\.place\)/g, (_, object: string, cache: string) =>
        this.fieldOf(object, cache),
      )
      .replace(
        /\b(v\d)\.setFieldAt\((known\d+)\.place, (v\d)\)/g,
        (_, object: string, cache: string, value: string) =>
          `void (${this.fieldOf(object, cache).replace('!', '')} = ${value})`,
      )
      .replace(/\b(known\d+)\.(shape|place)\b/g, (all) => this.hoist(all))
      .replace(/\b(v\d) instanceof Instance && \1\.shape/g, '$1?.shape');
  }
}
