/**
 * Constructors that nobody wrote: a class whose fields have first values needs one to give them, with the parameters of the
 * one that it would have inherited.
 */

import { constructorName } from '../runtime/objects';
import type {
  Block,
  ClassDeclaration,
  Expression,
  FunctionLiteral,
  Method,
  Name,
  Statement,
  SuperCall,
} from './ast';
import { initializersOf } from './class-parser';
import { selfName, superName } from './receiver-parser';

/**
 * @param arity arguments that the superclass's constructor takes; 0 where there is no superclass
 */
export function makeConstructor({ name, superclass, fields }: ClassDeclaration, arity: number): Method {
  const { start, end } = name;
  const named = (text: string): Name => ({ kind: 'name', name: text, start, end });
  const parameters = Array.from({ length: arity }, (_, i) => named(`argument${i + 1}`));
  const self = named(selfName);
  const statements: Statement[] = [];
  if (superclass !== undefined) {
    const args: Expression[] = parameters.map((parameter) => ({ ...parameter }));
    const call: SuperCall = {
      kind: 'superCall',
      method: constructorName,
      superclass: named(superName),
      self: named(selfName),
      args,
      start,
      end,
    };
    statements.push({ kind: 'expression', expression: call, start, end });
  }
  const body: Block = { kind: 'block', statements, start, end };
  const literal: FunctionLiteral = {
    kind: 'function',
    name: `${name.name}.${constructorName}`,
    parameters: [...parameters, self],
    body,
    construction: { initializers: initializersOf(fields), after: statements.length },
    start,
    end,
  };
  return { name: named(constructorName), literal };
}
