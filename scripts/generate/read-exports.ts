/**
 * What a source file exports, read from its text: the functions that bodies in the instruction table may call.
 */

import { readFileSync } from 'node:fs';
import ts from 'typescript';

export const parseSource = (file: string, text: string): ts.SourceFile =>
  ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);

/** The functions that a source file exports, with how many arguments each takes. */
export function exportsOf(file: string, text = readFileSync(file, 'utf8')): Map<string, number> {
  const counts = new Map<string, number>();
  for (const statement of parseSource(file, text).statements) {
    const isExport =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (!isExport) continue;
    if (ts.isFunctionDeclaration(statement) && statement.name) {
      counts.set(statement.name.text, statement.parameters.length);
    }
    if (ts.isVariableStatement(statement)) {
      for (const { name, initializer } of statement.declarationList.declarations) {
        if (initializer && ts.isArrowFunction(initializer)) {
          counts.set(name.getText(), initializer.parameters.length);
        }
      }
    }
  }
  return counts;
}
