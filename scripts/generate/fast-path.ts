/**
 * Which part of a body is its fast path, and what can be attempted in the place of the rest.
 */

import ts from 'typescript';
import { exportsOf } from './read-exports';

/** Modules whose functions are not the fast path, and what each exports. */
export const coldModules: ReadonlyMap<string, ReadonlyMap<string, number>> = new Map(
  ['slow', 'members', 'boxes', 'make'].map((name) => [name, exportsOf(`src/runtime/${name}.ts`)]),
);

/** The function that does what `module.name` does where that is neither an error nor costs anything, if there is one. */
export function attemptOf(call: string): string | undefined {
  const [module, name] = call.split('.') as [string, string];
  const attempt = `try${name[0]!.toUpperCase()}${name.slice(1)}`;
  return coldModules.get(module)?.has(attempt) ? `${module}.${attempt}` : undefined;
}

/** Whether all that a body calls can be attempted. */
export function canAttempt(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node) && coldModules.has(node.expression.getText())) {
    if (attemptOf(node.getText()) === undefined) return false;
  }
  let can = true;
  ts.forEachChild(node, (child) => {
    can &&= canAttempt(child);
  });
  return can;
}
