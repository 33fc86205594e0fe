/**
 * Reads the instruction table from its source: names, operands, pictures and the text of each body, and refuses, with
 * file and line, whatever does not fit. What an engine's text needs to be made from, and nothing of any engine.
 */

import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { operandKinds } from '../../src/isa/operands';
import { type Picture, parsePicture } from '../../src/isa/picture';
import { exportsOf, parseSource } from './read-exports';
import { trapReader } from './read-traps';

export interface ReadInstruction {
  readonly name: string;
  readonly line: number;
  readonly operands: readonly { readonly name: string; readonly kind: string }[];
  readonly picture: Picture;
  readonly stack: string;
  readonly says: string;
  readonly form: 'data' | 'shuffle' | 'control';
  /** The body's expression, of data instructions. */
  readonly body: ts.Expression | undefined;
  /** Computed from the body, never claimed. */
  readonly flags: { readonly writes: boolean; readonly allocates: boolean };
  /** The kinds of error it can raise, computed likewise; a control instruction's are declared. */
  readonly traps: readonly string[];
}

/** Renders a verb's call in the words of an engine, given the texts of its arguments. */
export type VerbText = (...args: string[]) => string;

/** A refusal: where in the table, and why. */
export class TableError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** Modules that bodies may use under a name, and the file that says what each exports. */
const namespaces: Readonly<Record<string, string>> = {
  slow: 'src/runtime/slow.ts',
  make: 'src/runtime/make.ts',
  boxes: 'src/runtime/boxes.ts',
  members: 'src/runtime/members.ts',
};
const verbsFile = 'src/isa/verbs.ts';
/** Functions of the host that tell what a value is. */
const typeTests = new Set(['Array.isArray', 'ArrayBuffer.isView']);
const allowedGlobals = new Set(['Math', 'Array', 'ArrayBuffer', 'Instance', 'undefined']);
/** What a body may read of an array, an instance and an inline cache. */
const readableProperties = new Set(['length', 'shape', 'fieldAt', 'setFieldAt', 'place']);
const strayKeywords = new Set([
  ts.SyntaxKind.ThisKeyword,
  ts.SyntaxKind.SuperKeyword,
  ts.SyntaxKind.ImportKeyword,
]);
const writingVerbs = new Set(['setLocal', 'setGlobal']);
const writingCalls = new Set(['boxes.assign', 'boxes.define', 'slow.setIndex', 'members.assign']);

/**
 * Reads the table.
 *
 * @throws TableError with every problem found, each as `file:line: instruction: what`
 */
export function readIsa(
  file = 'src/isa/instructions.ts',
  text = readFileSync(file, 'utf8'),
): readonly ReadInstruction[] {
  const source = parseSource(file, text);
  const problems: string[] = [];
  const lineOf = (node: ts.Node) => source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
  const refuse = (node: ts.Node, name: string, what: string) => {
    problems.push(`${file}:${lineOf(node)}: ${name}: ${what}`);
  };
  const verbs = exportsOf(verbsFile);
  const trapsOf = trapReader();
  const members = Object.fromEntries(
    Object.entries(namespaces).map(([name, path]) => [name, exportsOf(path)]),
  );

  const table = findTable(source);
  if (table === undefined) throw new TableError([`${file}:1: there is no 'instructions' object`]);
  const result: ReadInstruction[] = [];
  const seen = new Set<string>();

  for (const property of table.properties) {
    const name = property.name?.getText() ?? '?';
    const entry = readEntry(property);
    if (!/^Op[A-Z]\w*$/.test(name))
      refuse(property, name, "an instruction's name begins with 'Op' and a capital");
    if (seen.has(name)) refuse(property, name, 'there are two instructions of this name');
    seen.add(name);
    if (entry === undefined) {
      refuse(property, name, "an entry is a call of 'data', 'shuffle' or 'control' with an object literal");
      continue;
    }
    const read = checkEntry(name, entry);
    if (read !== undefined) result.push(read);
  }
  if (problems.length > 0) throw new TableError(problems);
  return result;

  function checkEntry(name: string, { form, object }: Entry): ReadInstruction | undefined {
    const parts = new Map(object.properties.map((p) => [p.name?.getText() ?? '?', p]));
    const known = new Set([
      'operands',
      'stack',
      'says',
      ...(form === 'shuffle' ? [] : [form === 'data' ? 'body' : 'control']),
    ]);
    for (const [key, node] of parts)
      if (!known.has(key)) refuse(node, name, `a ${form} entry has no '${key}'`);
    for (const key of known) {
      if (key !== 'operands' && !parts.has(key)) refuse(object, name, `'${key}' is missing`);
    }
    const stack = textOf(parts.get('stack'));
    const says = textOf(parts.get('says'));
    if (stack === undefined || says === undefined) {
      refuse(object, name, "'stack' and 'says' are string literals");
      return undefined;
    }
    if (!/^[A-Z].*\.$/.test(says))
      refuse(parts.get('says')!, name, "'says' is one sentence, from capital to full stop");
    const operands = readOperands(name, parts.get('operands'));
    let picture: Picture;
    try {
      picture = parsePicture(stack);
    } catch (error) {
      refuse(parts.get('stack')!, name, (error as Error).message); // parsePicture throws nothing else
      return undefined;
    }
    checkPicture(name, parts.get('stack')!, picture, operands, form);
    const body = form === 'data' ? checkBody(name, parts.get('body'), operands, picture) : undefined;
    return {
      name,
      line: lineOf(object),
      operands,
      picture,
      stack,
      says,
      form,
      body,
      flags: flagsOf(body),
      traps: form === 'control' ? declaredTraps(parts.get('control')) : trapsOf(body ? callsIn(body) : []),
    };
  }

  function readOperands(name: string, node: ts.Node | undefined): { name: string; kind: string }[] {
    if (node === undefined) return [];
    if (!ts.isPropertyAssignment(node) || !ts.isObjectLiteralExpression(node.initializer)) {
      refuse(node, name, "'operands' is an object literal of names and kinds");
      return [];
    }
    return node.initializer.properties.map((operand) => {
      const kind = textOf(operand) ?? operand.getText();
      if (!Object.hasOwn(operandKinds, kind)) {
        const kinds = Object.keys(operandKinds).join(', ');
        refuse(operand, name, `'${kind}' is no kind of operand; there are ${kinds}`);
      }
      return { name: operand.name?.getText() ?? '?', kind };
    });
  }

  function checkPicture(
    name: string,
    node: ts.Node,
    { inputs, variadic, outputs }: Picture,
    operands: readonly { name: string }[],
    form: Entry['form'],
  ): void {
    if (variadic && !operands.some((operand) => operand.name === variadic.operand)) {
      refuse(node, name, `the picture counts by '${variadic.operand}', which is no operand`);
    }
    const names = [
      ...operands.map((operand) => operand.name),
      ...inputs,
      ...(variadic ? [variadic.name] : []),
    ];
    const twice = names.find((item, i) => names.indexOf(item) !== i);
    if (twice !== undefined) refuse(node, name, `'${twice}' names two things`);
    if (form === 'shuffle') {
      const stray = outputs.find((output) => !inputs.includes(output));
      if (stray !== undefined)
        refuse(node, name, `a shuffle makes no new value, and '${stray}' is not on its left`);
    } else if (outputs.length > 1) {
      refuse(node, name, 'only a shuffle leaves more than one value');
    }
  }

  function checkBody(
    name: string,
    node: ts.Node | undefined,
    operands: readonly { name: string }[],
    { inputs, variadic, outputs }: Picture,
  ): ts.Expression | undefined {
    if (node === undefined) return undefined;
    const body = ts.isPropertyAssignment(node) ? node.initializer : undefined;
    if (body === undefined || !ts.isArrowFunction(body) || ts.isBlock(body.body)) {
      refuse(node, name, 'a body is an arrow function of one expression');
      return undefined;
    }
    const wanted = [
      ...operands.map((operand) => operand.name),
      ...inputs,
      ...(variadic ? [variadic.name] : []),
    ];
    const params = body.parameters.map((parameter) => parameter.name.getText());
    const plain = params.map((param) => param.replace(/^_/, ''));
    if (plain.join() !== wanted.join()) {
      refuse(
        body,
        name,
        `the body takes (${params.join(', ')}), but operands and picture say (${wanted.join(', ')})`,
      );
    }
    for (const parameter of body.parameters) {
      if (parameter.dotDotDotToken || parameter.questionToken || parameter.initializer) {
        refuse(parameter, name, `the parameter '${parameter.getText()}' is more than a name and its type`);
      }
    }
    const returns = body.type?.getText();
    if (returns === undefined) refuse(body, name, 'the body declares its result type');
    else if ((returns === 'void') !== (outputs.length === 0)) {
      const says = outputs.length === 0 ? 'leaves nothing' : `leaves '${outputs[0]}'`;
      refuse(body, name, `the picture ${says}, but the body gives ${returns}`);
    }
    checkNames(name, body.body, new Set(params), params);
    return body.body;
  }

  /** Every identifier is a parameter, a verb, a member of an allowed module, or one of a few globals. */
  function checkNames(
    name: string,
    expression: ts.Expression,
    params: Set<string>,
    all: readonly string[],
  ): void {
    const used = new Set<string>();
    const checkCall = (callee: ts.Expression, takes: number): void => {
      const call = callee.parent;
      const text = callee.getText();
      if (!ts.isCallExpression(call) || call.expression !== callee) {
        refuse(callee, name, `'${text}' is used without being called`);
      } else if (call.arguments.length !== takes) {
        refuse(
          callee,
          name,
          `'${text}' takes another number of arguments: ${takes}, not ${call.arguments.length}`,
        );
      }
    };
    const visit = (node: ts.Node): void => {
      if (ts.isTypeNode(node)) return;
      if (ts.isPropertyAccessExpression(node)) {
        const object = node.expression.getText();
        const member = node.name.text;
        if (Object.hasOwn(members, object) && !params.has(object)) {
          const takes = members[object]!.get(member);
          if (takes !== undefined) checkCall(node, takes);
          else
            refuse(
              node,
              name,
              `'${object}.${member}' does not exist: ${namespaces[object]} has no '${member}'`,
            );
          return;
        }
        if (object === 'Math') {
          if (!Object.hasOwn(Math, member)) refuse(node, name, `'Math.${member}' does not exist`);
        } else if (typeTests.has(`${object}.${member}`)) {
          checkCall(node, 1);
        } else if (!readableProperties.has(member)) {
          refuse(node, name, `'${member}' is no property that a body may read`);
        }
      }
      if (ts.isIdentifier(node)) {
        const isMember = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
        if (isMember) return;
        used.add(node.text);
        const takes = verbs.get(node.text);
        if (takes !== undefined) {
          checkCall(node, takes);
        } else if (!params.has(node.text) && !allowedGlobals.has(node.text)) {
          refuse(node, name, `'${node.text}' is no parameter, verb or module that a body may use`);
        }
        return;
      }
      if (strayKeywords.has(node.kind)) refuse(node, name, `a body has no use for '${node.getText()}'`);
      if (ts.isFunctionLike(node)) refuse(node, name, 'a body contains no functions');
      ts.forEachChild(node, visit);
    };
    visit(expression);
    for (const param of all) {
      if (!param.startsWith('_') && !used.has(param)) {
        refuse(expression, name, `the body never uses '${param}'; call it '_${param}' if that is meant`);
      }
    }
  }
}

interface Entry {
  readonly form: 'data' | 'shuffle' | 'control';
  readonly object: ts.ObjectLiteralExpression;
}

function readEntry(property: ts.ObjectLiteralElementLike): Entry | undefined {
  if (!ts.isPropertyAssignment(property) || !ts.isCallExpression(property.initializer)) return undefined;
  const form = property.initializer.expression.getText();
  const object = property.initializer.arguments[0];
  if (form !== 'data' && form !== 'shuffle' && form !== 'control') return undefined;
  return object && ts.isObjectLiteralExpression(object) ? { form, object } : undefined;
}

function findTable(source: ts.SourceFile): ts.ObjectLiteralExpression | undefined {
  let found: ts.ObjectLiteralExpression | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.name.getText() === 'instructions' && node.initializer) {
      let value: ts.Expression = node.initializer;
      while (ts.isSatisfiesExpression(value) || ts.isAsExpression(value)) value = value.expression;
      if (ts.isObjectLiteralExpression(value)) found = value;
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const textOf = (node: ts.Node | undefined): string | undefined =>
  node && ts.isPropertyAssignment(node) && ts.isStringLiteralLike(node.initializer)
    ? node.initializer.text
    : undefined;

/** What a body can do beyond giving a value. */
function flagsOf(body: ts.Expression | undefined): ReadInstruction['flags'] {
  const flags = { writes: false, allocates: false };
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      if (node.text === 'make') flags.allocates = true;
      if (writingVerbs.has(node.text)) flags.writes = true;
    }
    if (ts.isPropertyAccessExpression(node) && writingCalls.has(node.getText())) flags.writes = true;
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken)
      flags.writes = true;
    ts.forEachChild(node, visit);
  };
  if (body) visit(body);
  return flags;
}

/** The runtime functions that a body calls, as it writes them. */
function callsIn(body: ts.Expression): string[] {
  const calls: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression))
      calls.push(node.expression.getText());
    ts.forEachChild(node, visit);
  };
  visit(body);
  return calls;
}

/** The list of traps that a control entry declares. */
function declaredTraps(node: ts.Node | undefined): string[] {
  const traps: string[] = [];
  const visit = (inner: ts.Node): void => {
    if (ts.isPropertyAssignment(inner) && inner.name.getText() === 'traps') {
      inner.initializer.forEachChild((kind) => {
        if (ts.isStringLiteral(kind)) traps.push(kind.text);
      });
    }
    ts.forEachChild(inner, visit);
  };
  if (node) visit(node);
  return traps;
}

/** Says in other words what calls a runtime function, given the texts of its arguments; `undefined` where it is fine. */
export type CallText = (callee: string, args: readonly string[]) => string | undefined;

/** The text of a body with every verb's call in an engine's own words, and its parameters under other `names`. */
export function renderBody(
  body: ts.Expression,
  verbs: Readonly<Record<string, VerbText>>,
  callText: CallText = () => undefined,
  names: Readonly<Record<string, string>> = {},
): string {
  const source = body.getSourceFile().text;
  const render = (node: ts.Node): string => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text in verbs) {
      return verbs[node.expression.text]!(...node.arguments.map(render));
    }
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const other = callText(node.expression.getText(), node.arguments.map(render));
      if (other !== undefined) return other;
    }
    const isMember = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
    if (ts.isIdentifier(node) && !isMember && Object.hasOwn(names, node.text)) return names[node.text]!;
    let text = '';
    let at = node.getStart();
    ts.forEachChild(node, (child) => {
      text += source.slice(at, child.getStart()) + render(child);
      at = child.end;
    });
    return (text + source.slice(at, node.end)).replace(/\s+/g, ' ');
  };
  return render(body);
}
