/**
 * The fused engine's templates: for each data instruction without a variable number of operands the closures that compute it
 * inside an expression, store its result in a slot, branch on it, or do it for its effect - each in a variant for every place
 * that an operand can be in: a slot, a constant, or another closure.
 *
 * Inside an expression only the fast path is there. Whatever else a body would do - raise an error, charge fuel or memory - it
 * leaves to `bail`: the statement is then made anew with that instruction standing alone.
 */

import ts from 'typescript';
import { exportsOf } from './read-exports';
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

/** Modules whose functions are not the fast path, and what each exports. */
const coldModules: ReadonlyMap<string, ReadonlyMap<string, number>> = new Map(
  ['slow', 'members', 'boxes', 'make'].map((name) => [name, exportsOf(`src/runtime/${name}.ts`)]),
);

/** The function that does what `module.name` does where that is neither an error nor costs anything, if there is one. */
function attemptOf(call: string): string | undefined {
  const [module, name] = call.split('.') as [string, string];
  const attempt = `try${name[0]!.toUpperCase()}${name.slice(1)}`;
  return coldModules.get(module)?.has(attempt) ? `${module}.${attempt}` : undefined;
}

/** Whether all that a body calls can be attempted. */
function canAttempt(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node) && coldModules.has(node.expression.getText())) {
    if (attemptOf(node.getText()) === undefined) return false;
  }
  let can = true;
  ts.forEachChild(node, (child) => {
    can &&= canAttempt(child);
  });
  return can;
}

/** The body with what is not its fast path attempted or left to `bail`; `undefined` where it has none. */
function fastPath(body: ts.Expression, verbs: Readonly<Record<string, VerbText>>): string | undefined {
  const attempt: CallText = (callee, args) => {
    const attempted = attemptOf(callee);
    return attempted && `orBail(${attempted}(${args.join(', ')}), site)`;
  };
  if (canAttempt(body)) return renderBody(body, verbs, attempt);
  if (!ts.isConditionalExpression(body) || !canAttempt(body.condition) || !canAttempt(body.whenTrue)) {
    return undefined;
  }
  const [condition, value] = [body.condition, body.whenTrue].map((part) => renderBody(part, verbs, attempt));
  return `${condition} ? ${value} : bail(site)`;
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
    .line("import { Instance } from '../../runtime/objects';")
    .line("import * as slow from '../../runtime/slow';")
    .line("import { closureAt, thread } from '../../runtime/thread';")
    .line("import { callAt, constructAt, invokeAt } from '../cell-calls';")
    .line(
      "import { bail, type CallOp, type CallTemplate, type Operand, orBail, type Template } from '../fused-site';",
    )
    .line()
    .line('const S = thread.stack;')
    .line();
  const fusible = table.filter(({ form, picture }) => form === 'data' && picture.variadic === undefined);
  out.block('export const templates: Readonly<Record<string, Template>> = {', '};', () => {
    for (const instruction of fusible) emitInstruction(out, instruction);
  });
  emitCalls(out);
  return out.toString();
}

/** Calls that store this many values or fewer have a closure for each combination of places. */
const mostStores = 3;

/** What a call does when all that it takes is in its slots. */
const callEnds = {
  OpCall: 'callAt(fp + at, argc, next, fp)',
  OpInvoke: 'invokeAt(fp + at, argc, next, fp, invoked!)',
  OpNew: 'constructAt(fp + at, argc, next, fp)',
} as const;

function emitCalls(out: TextWriter): void {
  out.line().block('export const calls: Readonly<Record<CallOp, CallTemplate>> = {', '};', () => {
    for (const [op, end] of Object.entries(callEnds)) {
      const rest = op === 'OpInvoke' ? ', invoked' : '';
      out.block(`${op}: (stores, at, argc, next${rest}) => {`, '},', () => {
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
  if (instruction.picture.outputs.length === 0)
    return instruction.picture.inputs.length > 0 ? ['effect'] : [];
  const modes: Mode[] = ['store'];
  if (
    fastPath(
      instruction.body!,
      verbsFor(() => ''),
    ) !== undefined
  )
    modes.unshift('value');
  if (comparisons.has(instruction.name)) modes.push('branch');
  return modes;
}

function emitInstruction(out: TextWriter, instruction: ReadInstruction): void {
  const modes = modesOf(instruction);
  if (modes.length === 0) return;
  out.block(`${instruction.name}: {`, '},', () => {
    for (const mode of allModes) {
      if (modes.includes(mode)) emitMode(out, instruction, mode);
      else out.line(`${mode}: undefined,`);
    }
  });
}

const verbsFor = (hoist: (text: string) => string): Record<string, VerbText> => ({
  self: () => 'closureAt(fp)',
  constant: (index) => hoist(`site.fn.constants[${index}]!`),
  local: (slot) => `S[fp + ${slot}]!`,
  setLocal: (slot, value) => `void (S[fp + ${slot}] = ${value})`,
  global: (index) => `thread.vm.globals[${index}]`,
  setGlobal: (index, value) => `void (thread.vm.globals[${index}] = ${value})`,
  free: (index) => `closureAt(fp).free[${index}]!`,
  imported: (index) => `thread.vm.imports[${index}]!`,
  cache: () => hoist('site.fn.caches[site.pc]!'),
  classAt: (index) => hoist(`site.fn.module.classes[${index}]!`),
  functionAt: (index) => hoist(`site.fn.module.functions[${index}]!`),
});

const parameters: Readonly<Record<Mode, string>> = {
  value: 'site',
  store: 'site, to, next',
  branch: 'site, target, next',
  effect: 'site, next',
};

function emitMode(out: TextWriter, instruction: ReadInstruction, mode: Mode): void {
  const { operands, picture, body } = instruction;
  const { inputs } = picture;
  const hoisted: string[] = [];
  const verbs = verbsFor((text) => {
    if (!hoisted.includes(text)) hoisted.push(text);
    return `known${hoisted.indexOf(text)}`;
  });
  const text = mode === 'value' ? fastPath(body!, verbs)! : renderBody(body!, verbs);
  const used = new Set(text.match(/\b\w+\b/g) ?? []);
  const usesSite = inputs.length > 0 || hoisted.length > 0 || operands.some(({ name }) => used.has(name));
  const given = usesSite || used.has('site') ? parameters[mode] : parameters[mode].replace('site', '_site');
  out.block(`${mode}: (${given}) => {`, '},', () => {
    for (const [i, operand] of operands.entries()) {
      if (
        used.has(operand.name) ||
        hoisted.some((known) => new RegExp(`\\b${operand.name}\\b`).test(known))
      ) {
        out.line(`const ${operand.name} = site.operands[${i}]!;`);
      }
    }
    for (const [i, known] of hoisted.entries()) out.line(`const known${i} = ${known};`);
    if (inputs.length > 0)
      out.line(
        `const [${inputs.map((_, i) => `in${i}`).join(', ')}] = site.inputs as ${tuple(inputs.length)}; // the picture`,
      );
    emitVariants(out, inputs, used, mode, text, [], placesOf(inputs.length));
  });
}

const tuple = (length: number): string => `[${new Array(length).fill('Operand').join(', ')}]`;

/** Tests the place of one input after the other, and returns the closure for what was found. */
function emitVariants(
  out: TextWriter,
  inputs: readonly string[],
  used: ReadonlySet<string>,
  mode: Mode,
  text: string,
  chosen: readonly Place[],
  places: readonly (readonly Place[])[],
): void {
  const i = chosen.length;
  if (i === inputs.length) {
    emitClosure(out, inputs, used, mode, text, chosen);
    return;
  }
  const next = (place: Place): void =>
    emitVariants(out, inputs, used, mode, text, [...chosen, place], places);
  for (const place of places[i]!) {
    if (place === 'expression') {
      out.line(`const x${i} = in${i}.run;`);
      next(place);
    } else {
      out.block(`if (in${i}.place === '${place}') {`, '}', () => {
        out.line(place === 'slot' ? `const s${i} = in${i}.slot;` : `const ${inputs[i]} = in${i}.value;`);
        next(place);
      });
    }
  }
}

function emitClosure(
  out: TextWriter,
  inputs: readonly string[],
  used: ReadonlySet<string>,
  mode: Mode,
  text: string,
  chosen: readonly Place[],
): void {
  const reads = chosen.flatMap((place, i) => {
    if (place === 'constant') return [];
    const read = place === 'slot' ? `S[fp + s${i}]!` : `x${i}(fp)`;
    // What is not used must be computed all the same: it may fail.
    return used.has(inputs[i]!) ? [`const ${inputs[i]} = ${read};`] : place === 'slot' ? [] : [`${read};`];
  });
  const needsFp = mode === 'store' || /\bfp\b/.test(text) || reads.some((read) => read.includes('fp'));
  const head = needsFp ? '(fp) => {' : '() => {';
  out.block(`return ${head}`, '};', () => {
    for (const read of reads) out.line(read);
    if (mode === 'value') out.line(`return ${text};`);
    if (mode === 'store') out.line(`S[fp + to] = ${text};`).line('return next;');
    if (mode === 'branch') out.line(`return (${text}) ? target : next;`);
    if (mode === 'effect') out.line(`${text};`).line('return next;');
  });
}
