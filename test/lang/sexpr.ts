/**
 * A syntax tree on one line, for tests: `(+ 1 (* 2 3))`.
 */

import type { Block, Expression, Field, Method, Renaming, Statement } from '../../src/lang/ast';
import { Report } from '../../src/lang/diagnostics';
import { parse } from '../../src/lang/parser';
import { SourceText } from '../../src/lang/source';
import type { Dialect } from '../../src/lang/tokens';

const list = (word: string, ...parts: readonly string[]): string => `(${[word, ...parts].join(' ')})`;

const block = (node: Block): string => `{${node.statements.map(statement).join(' ')}}`;

function expression(node: Expression): string {
  switch (node.kind) {
    case 'name':
      return node.name;
    case 'literal':
      return JSON.stringify(node.value);
    case 'interpolation':
      return list('str', ...node.pieces.map(expression));
    case 'array':
      return `[${node.elements.map(expression).join(' ')}]`;
    case 'map':
      return list('map', ...node.entries.map(({ key, value }) => `${expression(key)}:${expression(value)}`));
    case 'function':
      return list('fn', `(${node.parameters.map(({ name }) => name).join(' ')})`, block(node.body));
    case 'unary':
      return list(node.operator, expression(node.operand));
    case 'binary':
    case 'logical':
      return list(node.operator, expression(node.left), expression(node.right));
    case 'assignment':
      return list(`${node.operator ?? ''}=`, expression(node.target), expression(node.value));
    case 'call':
      return list('call', expression(node.callee), ...node.args.map(expression));
    case 'index':
      return list('at', expression(node.collection), expression(node.key));
    case 'member':
      return list('.', expression(node.object), node.name);
    case 'new':
      return list('new', expression(node.callee), ...node.args.map(expression));
    case 'superCall':
      return list('super', node.method, ...node.args.map(expression));
    case 'if': {
      const branches = node.branches.flatMap(({ condition, body }) => [expression(condition), block(body)]);
      return list('if', ...branches, ...(node.otherwise ? [block(node.otherwise)] : []));
    }
    case 'block':
      return block(node);
  }
}

const field = ({ name, value }: Field): string =>
  list('field', name.name, ...(value ? [expression(value)] : []));

const method = ({ name, literal }: Method): string => list(name.name, expression(literal));

function statement(node: Statement): string {
  switch (node.kind) {
    case 'class': {
      const { name, superclass, fields, methods, constructorMethod, staticFields, staticMethods } = node;
      const above = superclass === undefined ? [] : ['extends', expression(superclass)];
      const made = constructorMethod === undefined ? [] : [method(constructorMethod)];
      const members = [...fields.map(field), ...methods.map(method), ...made];
      const statics = [...staticFields.map(field), ...staticMethods.map(method)];
      return list('class', name.name, ...above, ...members, ...statics.map((text) => list('static', text)));
    }
    case 'let':
      return list('let', node.name.name, ...(node.value ? [expression(node.value)] : []));
    case 'expression':
      return expression(node.expression);
    case 'while':
      return list('while', expression(node.condition), block(node.body));
    case 'doWhile':
      return list('do', block(node.body), expression(node.condition));
    case 'for': {
      const { init, condition, step } = node;
      const first = init === undefined ? '_' : init.kind === 'let' ? statement(init) : expression(init);
      const rest = [condition, step].map((part) => (part === undefined ? '_' : expression(part)));
      return list('for', first, ...rest, block(node.body));
    }
    case 'forIn':
      return list('for', node.name.name, 'in', expression(node.iterable), block(node.body));
    case 'break':
    case 'continue':
      return node.kind;
    case 'return':
      return list('return', ...(node.value ? [expression(node.value)] : []));
    case 'throw':
      return list('throw', expression(node.value));
    case 'try': {
      const { handler, finalizer } = node;
      const caught = handler
        ? ['catch', ...(handler.name ? [handler.name.name] : []), block(handler.body)]
        : [];
      return list('try', block(node.body), ...caught, ...(finalizer ? ['finally', block(finalizer)] : []));
    }
  }
}

/** @throws CompileError */
export function sexpr(source: string, dialect: Dialect = 'weft'): string {
  const report = new Report(new SourceText(source, 'test'));
  const program = parse(report, dialect);
  report.throwIfAny();
  const renamed = (names: readonly Renaming[]): string[] =>
    names.map(({ name, alias }) => (name === alias ? name.name : list(name.name, 'as', alias.name)));
  return [
    ...program.imports.map(({ names, specifier }) =>
      list('import', ...renamed(names), JSON.stringify(specifier.text)),
    ),
    ...program.statements.map(statement),
    ...(program.exports.length > 0 ? [list('export', ...renamed(program.exports))] : []),
  ].join(' ');
}
