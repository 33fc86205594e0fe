/**
 * Classes: fields, constructor, methods and static members.
 */

import { moduleLimits } from '../bytecode/module';
import { constructorName } from '../runtime/objects';
import type {
  Assignment,
  ClassDeclaration,
  Expression,
  Field,
  FunctionLiteral,
  Method,
  Name,
  Statement,
} from './ast';
import { ExpressionParser } from './expression-parser';
import { problems } from './problems';
import { type Enclosing, selfName, superName } from './receiver-parser';

/** The members of a class as they are met. */
interface Members {
  readonly fields: Field[];
  readonly methods: Method[];
  readonly staticFields: Field[];
  readonly staticMethods: Method[];
  constructorMethod: Method | undefined;
}

/** The assignments that give fields their first values. */
export const initializersOf = (fields: readonly Field[]): Assignment[] =>
  fields.flatMap(({ name, value }) => {
    if (value === undefined) return [];
    const { start, end } = name;
    const object: Name = { kind: 'name', name: selfName, start, end };
    const target = { kind: 'member', object, name: name.name, at: start, start, end } as const;
    return [{ kind: 'assignment', operator: undefined, target, value, at: start, start, end: value.end }];
  });

export abstract class ClassParser extends ExpressionParser {
  /** Does `parse`; after an error in it goes on behind what was wrong. */
  protected abstract recovering(parse: () => void): void;

  protected classDeclaration(): ClassDeclaration {
    const { start } = this.take();
    const name = this.name("a name after 'class'");
    const superclass = this.accept('extends') ? this.expression() : undefined;
    const { start: open } = this.peek();
    const members = this.classBody(name.name, superclass);
    const keeper: Name = { kind: 'name', name: superName, start: superclass?.start ?? open, end: open };
    return { kind: 'class', name, superclass, superName: keeper, ...members, start, end: this.lastEnd };
  }

  private classBody(className: string, superclass: Expression | undefined): Members {
    const outer = this.enclosing;
    const open = this.expect('{', "'{' before the members of the class");
    const members: Members = {
      fields: [],
      methods: [],
      staticFields: [],
      staticMethods: [],
      constructorMethod: undefined,
    };
    const inMember = (member: Enclosing['member']): void => {
      this.enclosing = {
        className,
        member,
        extends: superclass !== undefined,
        nested: false,
        superCalls: [],
      };
    };
    while (!this.at('}')) {
      if (this.accept(';')) continue;
      if (this.at('end')) {
        this.fail(problems.unclosed('}', '{', this.report.source.positionAt(open.start).line));
      }
      this.recovering(() => this.member(members, inMember));
    }
    this.take();
    this.enclosing = outer;
    this.checkNames([...members.fields, ...members.methods]);
    this.checkNames([...members.staticFields, ...members.staticMethods]);
    return withInitializers(members);
  }

  /** @param inMember notes what kind of member is parsed from here on */
  private member(members: Members, inMember: (member: Enclosing['member']) => void): void {
    const isStatic = this.at('static') && this.peek(1).type !== '(';
    if (isStatic) this.take();
    const name = this.memberName();
    if (!this.at('(')) {
      inMember(isStatic ? 'static' : 'method');
      this.fieldList(name, isStatic ? members.staticFields : members.fields);
    } else if (name.name === constructorName) {
      if (isStatic) this.report.add(problems.staticConstructor(), name.start, name.end);
      if (members.constructorMethod) this.duplicate(name);
      inMember('constructor');
      members.constructorMethod = { name, literal: this.constructorFrom(name) };
    } else {
      inMember(isStatic ? 'static' : 'method');
      const literal = this.methodFrom(name, isStatic);
      (isStatic ? members.staticMethods : members.methods).push({ name, literal });
    }
  }

  /** Fields up to the end of the line or a `;`, the name of the first being taken. */
  private fieldList(first: Name, into: Field[]): void {
    for (let name = first; ; name = this.memberName()) {
      if (name.name === constructorName) {
        this.report.add(problems.fieldNamedConstructor(), name.start, name.end);
      }
      into.push({ name, value: this.accept('=') ? this.expression() : undefined });
      if (!this.accept(',')) break;
    }
    const next = this.peek();
    if (!next.newline && next.type !== ';' && next.type !== '}') this.failExpected("a new line or ';'");
  }

  private methodFrom(name: Name, isStatic: boolean): FunctionLiteral {
    const parameters = this.methodParameters(name, isStatic);
    const body = this.block();
    const called = `${this.enclosing!.className}.${name.name}`;
    return { kind: 'function', name: called, parameters, body, start: name.start, end: body.end };
  }

  private methodParameters(name: Name, isStatic: boolean): readonly Name[] {
    const parameters = this.parameters();
    if (isStatic) return parameters;
    const most = moduleLimits.arguments - 1;
    if (parameters.length > most) {
      this.report.add(problems.tooManyMethodParameters(most), name.start, name.end);
    }
    return [...parameters, { kind: 'name', name: selfName, start: name.start, end: name.end }];
  }

  private constructorFrom(name: Name): FunctionLiteral {
    const method = this.methodFrom(name, false);
    const enclosing = this.enclosing!;
    const { superCalls, className } = enclosing;
    const { statements } = method.body;
    const calls = (statement: Statement): boolean =>
      statement.kind === 'expression' && statement.expression === superCalls[0];
    const place = statements.findIndex(calls);
    if (enclosing.extends && superCalls.length !== 1) {
      this.report.add(problems.superCallMissing(className), name.start, name.end);
    } else if (enclosing.extends && place < 0) {
      const { start, end } = superCalls[0]!;
      this.report.add(problems.superCallPlace(), start, end);
    }
    return { ...method, construction: { initializers: [], after: place + 1 } };
  }

  private checkNames(members: readonly (Field | Method)[]): void {
    const seen = new Set<string>();
    for (const { name } of members) {
      if (seen.has(name.name)) this.duplicate(name);
      seen.add(name.name);
    }
  }

  private duplicate(name: Name): void {
    this.report.add(problems.duplicateMember(name.name), name.start, name.end);
  }
}

/** The members, the constructor knowing the first values of the fields. */
function withInitializers(members: Members): Members {
  const { constructorMethod, fields } = members;
  if (constructorMethod === undefined) return members;
  const { name, literal } = constructorMethod;
  const construction = { ...literal.construction!, initializers: initializersOf(fields) };
  return { ...members, constructorMethod: { name, literal: { ...literal, construction } } };
}
