/**
 * What the definition of a class must be: the rule that the builder and the verifier share.
 */

import { type ModuleClass, moduleLimits } from './module';

/** Values that `OpClass` takes: the superclass, and a closure of each method. */
export const partsOf = ({ methods }: Pick<ModuleClass, 'methods'>): number => 1 + methods.length;

/**
 * What is wrong with a class; `undefined` where nothing is.
 *
 * @param functions of the module, by index
 */
export function classProblem(
  { name, fields, statics, methods }: ModuleClass,
  functions: readonly { readonly arity: number }[],
): string | undefined {
  if (typeof name !== 'string') return 'the name of a class is not a string';
  const of = `of class '${name.slice(0, 64)}'`;
  const lists = { fields, 'static fields': statics, methods: methods.map((method) => method.name) };
  for (const [what, names] of Object.entries(lists)) {
    if (names.length > moduleLimits.members) {
      return `there are ${names.length} ${what} ${of}, ${moduleLimits.members} at most`;
    }
    const problem = namesProblem(names);
    if (problem !== undefined) return `among the ${what} ${of} ${problem}`;
  }
  const fieldNames = new Set(fields);
  for (const { name: method, function: index } of methods) {
    if (fieldNames.has(method)) return `the method '${method}' ${of} is named like a field`;
    const fn = functions[index];
    if (fn === undefined) return `the method '${method}' ${of} is function ${index}, which is not there`;
    if (fn.arity < 1) return `the method '${method}' ${of} has no argument for 'this'`;
  }
  return undefined;
}

function namesProblem(names: readonly unknown[]): string | undefined {
  const seen = new Set<string>();
  for (const name of names) {
    if (typeof name !== 'string') return 'is a name that is not a string';
    if (name.length > moduleLimits.memberName) {
      return `is a name of ${name.length} characters, ${moduleLimits.memberName} at most`;
    }
    if (seen.has(name)) return `'${name}' is there twice`;
    seen.add(name);
  }
  return undefined;
}
