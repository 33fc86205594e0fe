/**
 * What files give each other: the names that an import makes known, and those that a file exports. A name that is imported is
 * the exporter's global itself, so imports are nothing at run time, and an importer sees what the exporter assigns.
 */

import type { Import, Renaming } from './ast';
import type { Report } from './diagnostics';
import type { ModuleFile } from './modules';
import { problems } from './problems';
import type { Resolution } from './resolve';
import type { Binding } from './scope';
import { suggest } from './suggest';

/** What stands behind the name of an export: the global, and what is known of it. */
export type Exported = Pick<Binding, 'symbol' | 'arity'>;

/** What a file exports, by the names that importers use. */
export type Exports = ReadonlyMap<string, Exported>;

/**
 * The names that the imports of a file make known. One that the other file does not export is reported, and known all the
 * same, so that its uses are not.
 *
 * @param exported what the files that run before it export
 */
export function bindingsOf(file: ModuleFile, exported: ReadonlyMap<string, Exports>): Binding[] {
  const bindings = new Map<string, Binding>();
  for (const node of file.source.imports) {
    const exports = exported.get(file.targets.get(node)!)!;
    for (const renaming of node.names) {
      const binding = bindingOf(renaming, node, exports, file.report);
      const earlier = bindings.get(binding.name);
      if (earlier === undefined) {
        bindings.set(binding.name, binding);
        continue;
      }
      const { line } = file.report.source.positionAt(earlier.start);
      const { start, end } = renaming.alias;
      file.report.add(problems.alreadyImported(binding.name, line), start, end);
    }
  }
  return [...bindings.values()];
}

function bindingOf({ name, alias }: Renaming, node: Import, exports: Exports, report: Report): Binding {
  const from = node.specifier.text;
  const exported = exports.get(name.name);
  if (exported === undefined) {
    const near = report.mayHint() ? suggest(name.name, exports.keys()) : undefined;
    report.add(problems.notExported(name.name, from, near), name.start, name.end);
  }
  const { symbol, arity } = exported ?? { symbol: alias.name, arity: undefined };
  return { name: alias.name, symbol, from, start: alias.start, arity };
}

/** What a file exports, which has been resolved. */
export function exportsOf({ source, report }: ModuleFile, { top, classes }: Resolution): Exports {
  const exports = new Map<string, Exported>();
  const places = new Map<string, number>();
  for (const { name, alias } of source.exports) {
    const earlier = places.get(alias.name);
    if (earlier !== undefined) {
      const { line } = report.source.positionAt(earlier);
      report.add(problems.alreadyExported(alias.name, line), alias.start, alias.end);
      continue;
    }
    places.set(alias.name, alias.start);
    const variable = top.own(name.name);
    if (variable?.kind === 'global') {
      exports.set(alias.name, { symbol: variable.symbol, arity: classes.get(variable) });
    } else {
      const names = [...top.variables()].map((other) => other.name);
      const near = report.mayHint() ? suggest(name.name, names) : undefined;
      report.add(problems.exportUndeclared(name.name, near), name.start, name.end);
    }
  }
  return exports;
}
