/**
 * The fused engine's templates: for each data instruction without a variable number of operands the closures that compute it
 * inside an expression, store its result in a slot, branch on it, or do it for its effect - each in a variant for every place
 * that an operand can be in: a slot, a constant, or another closure. Superinstructions are made in the same way, from patterns
 * of several instructions.
 *
 * Inside an expression only the fast path is there. Whatever else a body would do - raise an error, charge fuel or memory - it
 * leaves to `bail`: the statement is then made anew with that instruction standing alone.
 */

import ts from 'typescript';
import { fusions } from '../../src/isa/fusions';
import { alone, compose, type Pattern } from './compose';
import { cellVerbs } from './emit-threaded';
import { attemptOf, canAttempt } from './fast-path';
import type { CallText, ReadInstruction, VerbText } from './read-isa';
import { renderBody } from './read-isa';
import { generatedHeader, TextWriter } from './text-writer';

/** Where an operand comes from. */
type Place = 'slot' | 'constant' | 'expression';

/** How a closure hands on what it computes. */
type Mode = 'value' | 'store' | 'branch' | 'effect';

const allModes: readonly Mode[] = ['value', 'store', 'branch', 'effect'];

const comparisons = new Set([
  'OpEqual',
  'OpNotEqual',
  'OpLess',
  'OpLessEqual',
  'OpGreater',
  'OpGreaterEqual',
  'OpIs',
]);

/**
 * The body with what is not its fast path attempted or left to `bail`; `undefined` where it has none.
 *
 * @param pc gives the text of the instruction's pc
 */
function fastPath(
  body: ts.Expression,
  verbs: Readonly<Record<string, VerbText>>,
  names: Readonly<Record<string, string>>,
  pc: () => string,
): string | undefined {
  const attempt: CallText = (callee, args) => {
    const attempted = attemptOf(callee);
    return attempted && `orBail(${attempted}(${args.join(', ')}), ${pc()})`;
  };
  const render = (part: ts.Expression): string => renderBody(part, verbs, attempt, names);
  if (canAttempt(body)) return render(body);
  if (ts.isParenthesizedExpression(body)) return fastPath(body.expression, verbs, names, pc);
  if (!ts.isConditionalExpression(body) || !canAttempt(body.condition) || !canAttempt(body.whenTrue)) {
    return undefined;
  }
  return `${render(body.condition)} ? ${render(body.whenTrue)} : bail(${pc()})`;
}

/** The places that are worth a variant of their own for each input. */
function placesOf(inputs: number): readonly (readonly Place[])[] {
  const all: readonly Place[] = ['slot', 'constant', 'expression'];
  if (inputs === 1) return [['slot', 'expression']];
  if (inputs === 2) return [all, all];
  return [['slot', 'expression'], all, all];
}

export function emitFused(table: readonly ReadInstruction[]): string {
  const out = new TextWriter();
  for (const line of generatedHeader('Templates of the fused engine.', 'emit-fused.ts')) out.line(line);
  out
    .line("import * as boxes from '../../runtime/boxes';")
    .line("import * as members from '../../runtime/members';")
    .line("import { Instance } from '../../runtime/instances';")
    .line("import * as slow from '../../runtime/slow';")
    .line("import { closureAt, thread } from '../../runtime/thread';")
    .line("import { callAt, constructAt, invokeAt } from '../fused-calls';")
    .line(
      "import { bail, type CallOp, type CallTemplate, orBail, type Superinstruction, type Template } from '../fused-site';",
    )
    .line()
    .line('const S = thread.stack;')
    .line();
  const fusible = table.filter(({ form, picture }) => form === 'data' && picture.variadic === undefined);
  out.block('export const templates: Readonly<Record<string, Template>> = {', '};', () => {
    for (const instruction of fusible) {
      if (modesOf(instruction).length === 0) continue;
      out.block(`${instruction.name}: {`, '},', () => emitPattern(out, alone(instruction)));
    }
  });
  out.line().block('export const superinstructions: readonly Superinstruction[] = [', '];', () => {
    for (const fusion of fusions) {
      const pattern = compose(fusion, table);
      out.block('{', '},', () => {
        out.line(`shape: ${shapeOf(pattern)},`);
        out.block('template: {', '},', () => emitPattern(out, pattern));
      });
    }
  });
  emitCalls(out);
  return out.toString();
}

/** Calls that store this many values or fewer have a closure for each combination of places. */
const mostStores = 3;

/** What a call does when all that it takes is in its slots. */
const callEnds = {
  OpCall: 'callAt(fp, site)',
  OpInvoke: 'invokeAt(fp, site)',
  OpNew: 'constructAt(fp, site)',
} as const;

function emitCalls(out: TextWriter): void {
  out.line().block('export const calls: Readonly<Record<CallOp, CallTemplate>> = {', '};', () => {
    for (const [op, end] of Object.entries(callEnds)) {
      out.block(`${op}: (stores, site) => {`, '},', () => {
        for (let count = 0; count <= mostStores; count++) {
          out.block(`if (stores.length === ${count}) {`, '}', () => {
            for (let i = 0; i < count; i++) {
              out.line(`const { to: to${i}, value: in${i} } = stores[${i}]!;`);
            }
            emitStores(out, count, end, []);
          });
        }
        out.block('return (fp) => {', '};', () => {
          out.line('for (const { to, run } of stores) S[fp + to] = run(fp);').line(`return ${end};`);
        });
      });
    }
  });
}

function emitStores(out: TextWriter, count: number, end: string, chosen: readonly Place[]): void {
  const i = chosen.length;
  if (i === count) {
    out.block('return (fp) => {', '};', () => {
      chosen.forEach((place, store) => {
        const value = { slot: `S[fp + s${store}]!`, constant: `c${store}`, expression: `x${store}(fp)` }[
          place
        ];
        out.line(`S[fp + to${store}] = ${value};`);
      });
      out.line(`return ${end};`);
    });
    return;
  }
  for (const place of ['slot', 'constant'] as const) {
    out.block(`if (in${i}.place === '${place}') {`, '}', () => {
      out.line(place === 'slot' ? `const s${i} = in${i}.slot;` : `const c${i} = in${i}.value;`);
      emitStores(out, count, end, [...chosen, place]);
    });
  }
  out.line(`const x${i} = in${i}.run;`);
  emitStores(out, count, end, [...chosen, 'expression']);
}

function modesOf(instruction: ReadInstruction): Mode[] {
  const { inputs, outputs } = instruction.picture;
  if (outputs.length === 0) return inputs.length > 0 ? ['effect'] : [];
  const modes: Mode[] = ['store'];
  if (fastPath(instruction.body!, noVerbs, {}, () => 'pc') !== undefined) modes.unshift('value');
  if (comparisons.has(instruction.name)) modes.push('branch');
  return modes;
}

const noVerbs = cellVerbs((text) => text);

/** What a closure knows of where its result goes. */
const goals: Readonly<Record<Mode, readonly string[]>> = {
  value: [],
  store: ['to', 'next'],
  branch: ['target', 'next'],
  effect: ['next'],
};

/** An operand that a pattern leaves open. */
interface Hole {
  /** The variable that its value is in. */
  readonly name: string;
  readonly places: readonly Place[];
  readonly used: boolean;
}

/** What a closure does, one after the other: read a hole, or compute an inner instruction into a variable. */
type Step = { readonly hole: number } | { readonly name: string; readonly text: string };

/** The text of a pattern's closures, but for the places of its holes. */
class Plan {
  readonly holes: Hole[] = [];
  readonly steps: Step[] = [];
  /** Constants of the closure. */
  readonly known: string[] = [];
  /** The expression of the outermost instruction. */
  readonly text: string;
  /** How many instructions are inside the outermost one. */
  inner = 0;
  /** Whether it is no superinstruction. */
  private readonly simple: boolean;

  constructor(pattern: Pattern, mode: Mode) {
    this.simple = pattern.inputs.every((input) => input === undefined);
    this.text = this.render(pattern, 'site', mode === 'value', true);
  }

  private hoist(text: string): string {
    if (!this.known.includes(text)) this.known.push(text);
    return `known${this.known.indexOf(text)}`;
  }

  /** In a superinstruction constants have places of their own only where they are usual, to the right. */
  private placesIn({ inputs }: Pattern, i: number, outermost: boolean): readonly Place[] {
    const places = placesOf(inputs.length)[i]!;
    const isLast = i === inputs.length - 1;
    if (outermost && this.simple) return places;
    return places.filter((place) => (place === 'constant' ? isLast : outermost || place !== 'expression'));
  }

  /** Plans what a pattern's inputs need, and gives its own expression. */
  private render(pattern: Pattern, site: string, nested: boolean, outermost: boolean): string {
    const { instruction, inputs } = pattern;
    const { body, operands, picture } = instruction;
    const used = new Set(body!.getText().match(/\b\w+\b/g) ?? []);
    const names: Record<string, string> = {};
    inputs.forEach((input, i) => {
      const name = picture.inputs[i]!;
      if (input === undefined) {
        names[name] = `v${this.holes.length}`;
        this.steps.push({ hole: this.holes.length });
        this.holes.push({
          name: names[name],
          places: this.placesIn(pattern, i, outermost),
          used: used.has(name),
        });
      } else {
        const text = this.render(input, `inner${this.inner++}`, true, false);
        names[name] = `w${this.steps.length}`;
        this.steps.push({ name: names[name], text });
      }
    });
    const verbs = cellVerbs((text) => this.hoist(text), site);
    operands.forEach((operand, i) => {
      if (used.has(operand.name)) names[operand.name] = `${site}.operands[${i}]!`;
    });
    const hoistedOperand = (text: string): string =>
      text.replace(/\b(\w+)\.operands\[(\d+)\]!/g, (all) => this.hoist(all));
    // What is only read to make a constant is none itself.
    const rendered = nested
      ? fastPath(body!, verbs, names, () => this.hoist(`${site}.pc`))!
      : renderBody(body!, verbs, undefined, names);
    return hoistedOperand(rendered);
  }
}

function emitPattern(out: TextWriter, pattern: Pattern): void {
  const modes = modesOf(pattern.instruction);
  for (const mode of allModes) {
    if (!modes.includes(mode)) {
      out.line(`${mode}: undefined,`);
      continue;
    }
    const plan = new Plan(pattern, mode);
    const site = plan.known.length > 0 || plan.holes.length > 0 ? 'site' : '_site';
    out.block(`${mode}: (${mode === 'value' ? site : `${site}, goal`}) => {`, '},', () => {
      for (let i = 0; i < plan.inner; i++) out.line(`const inner${i} = site.inner[${i}]!;`);
      plan.holes.forEach((_, i) => {
        out.line(`const in${i} = site.inputs[${i}]!;`);
      });
      emitVariants(out, plan, mode, []);
    });
  }
}

/** Tells the places of one operand after the other apart, and returns the closure for what was found. */
function emitVariants(out: TextWriter, plan: Plan, mode: Mode, chosen: readonly Place[]): void {
  const i = chosen.length;
  const hole = plan.holes[i];
  if (hole === undefined) {
    emitClosure(out, plan, mode, chosen);
    return;
  }
  const last = hole.places.at(-1)!;
  if (hole.places.length === 1) {
    emitVariants(out, plan, mode, [...chosen, last]);
    return;
  }
  out.block(`switch (in${i}.place) {`, '}', () => {
    for (const place of hole.places) {
      out.block(place === last ? 'default: {' : `case '${place}': {`, '}', () =>
        emitVariants(out, plan, mode, [...chosen, place]),
      );
    }
  });
}

/**
 * What a closure captures is declared in the block that makes it and nowhere around it: then the host keeps one object of
 * variables for it and not a chain of them, which takes less memory to make and is read faster.
 */
function emitClosure(out: TextWriter, plan: Plan, mode: Mode, chosen: readonly Place[]): void {
  const captured = plan.known.map((text, i) => `known${i} = ${text}`);
  chosen.forEach((place, i) => {
    const { name, used } = plan.holes[i]!;
    if (place === 'slot' && used) captured.push(`s${i} = in${i}.slot`);
    if (place === 'constant' && used) captured.push(`${name} = in${i}.value`);
    if (place === 'expression') captured.push(`x${i} = in${i}.run`);
  });
  for (const name of goals[mode]) captured.push(`${name} = goal.${name}`);
  if (captured.length > 0) out.line(`const ${captured.join(', ')};`);
  const lines = plan.steps.flatMap((step): string[] => {
    if (!('hole' in step)) return [`const ${step.name} = ${step.text};`];
    const { name, used } = plan.holes[step.hole]!;
    const place = chosen[step.hole]!;
    if (place === 'constant') return [];
    const read = place === 'slot' ? `S[fp + s${step.hole}]!` : `x${step.hole}(fp)`;
    // What is not used must be computed all the same: it may bail.
    return used ? [`const ${name} = ${read};`] : place === 'slot' ? [] : [`${read};`];
  });
  const needsFp = mode === 'store' || [...lines, plan.text].some((line) => /\bfp\b/.test(line));
  out.block(`return ${needsFp ? '(fp)' : '()'} => {`, '};', () => {
    for (const line of lines) out.line(line);
    if (mode === 'value') out.line(`return ${plan.text};`);
    if (mode === 'store') out.line(`S[fp + to] = ${plan.text};`).line('return next;');
    if (mode === 'branch') out.line(`return (${plan.text}) ? target : next;`);
    if (mode === 'effect') out.line(`${plan.text};`).line('return next;');
  });
}

/** The operators in a pattern, as the engine compares them: `null` for a hole. */
function shapeOf({ instruction, inputs }: Pattern): string {
  const parts = inputs.map((input) => (input === undefined ? 'null' : shapeOf(input)));
  return `{ op: '${instruction.name}', inputs: [${parts.join(', ')}] }`;
}
