/**
 * Which kinds of error each runtime function that bodies call can raise, found in its source: by the entries of `errors`
 * that it names, and by the functions it calls in turn.
 */

import { readFileSync } from 'node:fs';
import ts from 'typescript';

const errorsFile = 'src/runtime/errors.ts';
const files = ['slow', 'make', 'boxes', 'members', 'show', 'paid-text', 'buffers', 'thread'].map(
  (name) => `src/runtime/${name}.ts`,
);

const parse = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);

/** Calls `visit` for a node and everything in it. */
function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** The kind that each entry of `errors` makes, by its name. */
function kindsOfErrors(): Map<string, string> {
  const kinds = new Map<string, string>();
  walk(parse(errorsFile), (node) => {
    if (!ts.isPropertyAssignment(node) || !ts.isArrowFunction(node.initializer)) return;
    const name = node.name.getText();
    walk(node.initializer, (inner) => {
      if (!ts.isNewExpression(inner)) return;
      const kind = inner.arguments?.[0];
      if (kind && ts.isStringLiteral(kind)) kinds.set(name, kind.text);
    });
  });
  return kinds;
}

/** Names that a function's source refers to: entries of `errors`, and everything it calls. */
interface Reach {
  readonly errors: Set<string>;
  readonly calls: Set<string>;
}

function reachOf(node: ts.Node): Reach {
  const reach: Reach = { errors: new Set(), calls: new Set() };
  walk(node, (inner) => {
    if (ts.isPropertyAccessExpression(inner) && inner.expression.getText() === 'errors') {
      reach.errors.add(inner.name.text);
    }
    if (ts.isCallExpression(inner) || ts.isNewExpression(inner)) reach.calls.add(inner.expression.getText());
  });
  return reach;
}

/** What the functions and methods of the runtime refer to, as `file#function` and `file#.method`. */
function readFunctions(): Map<string, Reach> {
  const found = new Map<string, Reach>();
  for (const file of files) {
    for (const statement of parse(file).statements) {
      if (ts.isFunctionDeclaration(statement) && statement.name) {
        found.set(`${file}#${statement.name.text}`, reachOf(statement));
      } else if (ts.isClassDeclaration(statement)) {
        for (const member of statement.members) {
          if (ts.isMethodDeclaration(member)) found.set(`${file}#.${member.name.getText()}`, reachOf(member));
        }
      } else if (ts.isVariableStatement(statement)) {
        for (const declaration of statement.declarationList.declarations) {
          found.set(`${file}#${declaration.name.getText()}`, reachOf(declaration));
        }
      }
    }
  }
  return found;
}

/**
 * A function that tells which kinds of error a body can raise, given the text of the runtime functions it calls, such as
 * `slow.add`.
 */
export function trapReader(): (calls: readonly string[]) => string[] {
  const kinds = kindsOfErrors();
  const functions = readFunctions();
  /** A function by its name, a method by the part after the dot: of whatever class, since types are not looked at. */
  const lookUp = (call: string): string[] => {
    const method = /\.(\w+)$/.exec(call);
    const ending = method ? `#.${method[1]}` : `#${call}`;
    return [...functions.keys()].filter((key) => key.endsWith(ending));
  };

  return (calls) => {
    const traps = new Set<string>();
    const pending = calls.map((call) => call.replace(/^(\w+)\./, 'src/runtime/$1.ts#'));
    const seen = new Set<string>();
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      const reach = functions.get(name);
      if (reach === undefined || seen.has(name)) continue;
      seen.add(name);
      for (const error of reach.errors) {
        const kind = kinds.get(error);
        if (kind !== undefined) traps.add(kind);
      }
      for (const call of reach.calls) pending.push(...lookUp(call));
    }
    return [...traps].sort();
  };
}
