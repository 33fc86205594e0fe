/**
 * Random programs of Weft that are worth running: variables hold what their names say (mostly), loops end, functions call
 * those before them, and arithmetic, strings, arrays, maps, closures, classes and exceptions meet in every way. Now and then
 * an operand is of the wrong kind, so that errors come up anywhere and are caught everywhere. What is made follows from a
 * stream of choices.
 */

import type { Choose } from '../bytecode/arbitrary-module';

/** What a variable holds, unless something went wrong. */
type Kind = 'number' | 'text' | 'truth' | 'array' | 'map' | 'closure' | 'object';

const kinds: readonly Kind[] = ['number', 'text', 'truth', 'array', 'map', 'closure', 'object'];

interface Variable {
  readonly name: string;
  readonly kind: Kind;
  /** Loop counters are not assigned: loops end. */
  readonly fixed: boolean;
}

interface Callable {
  readonly name: string;
  readonly parameters: readonly Kind[];
  readonly result: Kind;
}

/** Variables of the innermost function's blocks and of all around it. */
type Scope = readonly Variable[];

const deepest = 4;
/** One operand in so many is of any kind. */
const wrongOneIn = 40;

const arithmetic = '+ - * / // % ** & | ^ << >> >>>'.split(' ');
const steady = ['+', '-', '*'];
const comparisons = '< <= > >= == !='.split(' ');

class ProgramMaker {
  private names = 0;
  private readonly functions: Callable[] = [];
  /** Expressions that may still be made, roughly. */
  private budget = 260;
  private loops = 0;
  private insideFunction = false;

  constructor(private readonly choose: Choose) {}

  make(): string {
    const { choose } = this;
    const globals: Variable[] = [];
    const lines = [
      'class Base { x = 1; y = "b"; static made = 0; constructor(x) { this.x = x; Base.made += 1 }\n' +
        'grow(by) { this.x += by; this.x }\npick(f) { f(this.x) } }',
      'class Child extends Base { z = [0, 1]; constructor(x) { super(x + 1); this.y = "c" }\n' +
        'grow(by) { super.grow(by) + this.x * 2 }\nat(i) { this.z[i] } }',
    ];
    for (const kind of kinds) {
      const variable: Variable = { name: this.fresh(kind), kind, fixed: false };
      lines.push(`let ${variable.name} = ${this.literal(kind)}`);
      globals.push(variable);
    }
    for (let n = 1 + choose(4); n > 0; n--) lines.push(this.functionDeclaration(globals));
    // The last function catches what there is to catch, so that one error does not end everything.
    for (let n = 2 + choose(4); n > 0; n--) {
      lines.push(choose(3) === 0 ? this.statement(globals, 0) : this.guarded(globals));
    }
    lines.push(`puts(${globals.map(({ name }) => name).join(', ')}, Base.made)`);
    lines.push(this.expression(pick(choose, kinds), globals, 1));
    return `${lines.join(';\n')}\n`;
  }

  private fresh(kind: Kind): string {
    return `${kind[0]}${this.names++}`;
  }

  private guarded(scope: Scope): string {
    const body = this.block(scope, 1);
    return `try ${body} catch (e) { puts("${this.names++}: \${e}") }`;
  }

  private functionDeclaration(globals: Scope): string {
    const { choose } = this;
    const name = `f${this.names++}`;
    const parameters = Array.from({ length: choose(4) }, () => pick(choose, kinds));
    const result = pick(choose, kinds);
    const given = parameters.map((kind): Variable => ({ name: this.fresh(kind), kind, fixed: false }));
    const text = this.functionBody([...globals, ...given], result);
    this.functions.push({ name, parameters, result });
    return `fn ${name}(${given.map((one) => one.name).join(', ')}) ${text}`;
  }

  private functionBody(scope: Scope, result: Kind): string {
    const { insideFunction, loops } = this;
    this.insideFunction = true;
    this.loops = 0;
    const lines: string[] = [];
    const inner = [...scope];
    for (let n = 1 + this.choose(4); n > 0; n--) lines.push(this.declaring(inner, 1));
    lines.push(this.expression(result, inner, 1));
    this.insideFunction = insideFunction;
    this.loops = loops;
    return `{\n${lines.join(';\n')}\n}`;
  }

  private block(scope: Scope, depth: number): string {
    const inner = [...scope];
    const lines: string[] = [];
    for (let n = 1 + this.choose(3); n > 0; n--) lines.push(this.declaring(inner, depth + 1));
    return `{\n${lines.join(';\n')}\n}`;
  }

  /** A statement, which may declare a variable for those behind it. */
  private declaring(scope: Variable[], depth: number): string {
    if (this.choose(3) > 0) return this.statement(scope, depth);
    const kind = pick(this.choose, kinds);
    const name = this.fresh(kind);
    const line = `let ${name} = ${this.expression(kind, scope, depth)}`;
    scope.push({ name, kind, fixed: false });
    return line;
  }

  private statement(scope: Scope, depth: number): string {
    const { choose } = this;
    const simple = [
      () => this.assignment(scope, depth),
      () => this.assignment(scope, depth),
      () => this.elementAssignment(scope, depth),
      () => `${this.variable('object', scope)}.x ${pick(choose, ['=', '+='])} ${this.number(scope, depth)}`,
      () => `puts(${this.any(scope, depth)}, ${this.any(scope, depth)})`,
      () => `append(${this.variable('array', scope)}, ${this.any(scope, depth)})`,
      () => this.any(scope, depth),
    ];
    if (depth >= deepest || this.budget <= 0) return pick(choose, simple)();
    const nested = [
      () => `if (${this.truth(scope, depth)}) ${this.block(scope, depth)}`,
      () => `if (${this.truth(scope, depth)}) ${this.block(scope, depth)} else ${this.block(scope, depth)}`,
      () => this.loop(scope, depth),
      () => this.loop(scope, depth),
      () => this.attempt(scope, depth),
      () => this.attempts(scope, depth),
      () => this.leave(scope, depth),
    ];
    return pick(choose, [...simple, ...nested])();
  }

  private assignment(scope: Scope, depth: number): string {
    const { choose } = this;
    const target = pick(choose, scope);
    const kind = choose(wrongOneIn) === 0 ? pick(choose, kinds) : target.kind;
    if (target.fixed) return this.expression(kind, scope, depth);
    if (kind === 'number' && choose(2) === 0) {
      return `${target.name} ${pick(choose, steady)}= ${this.number(scope, depth)}`;
    }
    return `${target.name} = ${this.expression(kind, scope, depth)}`;
  }

  private elementAssignment(scope: Scope, depth: number): string {
    const { choose } = this;
    const sign = choose(3) === 0 ? '+=' : '=';
    if (choose(2) === 0) {
      return `${this.variable('map', scope)}["k${choose(3)}"] ${sign} ${this.number(scope, depth)}`;
    }
    return `${this.variable('array', scope)}[${this.index(scope, depth)}] ${sign} ${this.number(scope, depth)}`;
  }

  private loop(scope: Scope, depth: number): string {
    const { choose } = this;
    const name = this.fresh('number');
    const inner: Scope = [...scope, { name, kind: 'number', fixed: true }];
    const most = 1 + choose(4);
    this.loops++;
    const body = this.block(inner, depth);
    this.loops--;
    switch (choose(4)) {
      case 0:
        return `for (let ${name} = 0; ${name} < ${most}; ${name} += 1) ${body}`;
      case 1:
        return `for (${name} in ${choose(2) === 0 ? `range(${most})` : this.expression('array', scope, depth + 1)}) ${body}`;
      // The counter is stepped first: `continue` cannot skip it.
      case 2:
        return `let ${name} = 0\nwhile ((${name} += 1) < ${most} && ${this.truth(inner, depth)}) ${body}`;
      default:
        return `let ${name} = 0\ndo ${body} while ((${name} += 1) < ${most})`;
    }
  }

  private attempt(scope: Scope, depth: number): string {
    const body = this.block(scope, depth);
    const name = this.fresh('text');
    const handler = ` catch (${name}) { puts("\${${name}}")\n${this.statement(scope, depth + 1)} }`;
    const finalizer = ` finally ${this.block(scope, depth)}`;
    switch (this.choose(3)) {
      case 0:
        return `try ${body}${handler}`;
      case 1:
        return `try ${body}${finalizer}`;
      default:
        return `try ${body}${handler}${finalizer}`;
    }
  }

  /** A loop that goes on where something in it fails, of more rounds than others. */
  private attempts(scope: Scope, depth: number): string {
    const { choose } = this;
    const name = this.fresh('number');
    const inner: Scope = [...scope, { name, kind: 'number', fixed: true }];
    this.loops++;
    const thrown = `if (${name} % ${2 + choose(3)} == ${choose(2)}) { throw ${this.any(inner, depth)} }`;
    const body = this.attempt(inner, depth + 1).replace('{', choose(2) === 0 ? '{' : `{ ${thrown};`);
    const ahead = choose(3) === 0 ? `${this.assignment(inner, depth)};\n` : '';
    this.loops--;
    return `for (let ${name} = 0; ${name} < ${3 + choose(12)}; ${name} += 1) { ${ahead}${body} }`;
  }

  /** What goes elsewhere, under a condition. */
  private leave(scope: Scope, depth: number): string {
    const ways = [`throw ${this.any(scope, depth)}`];
    if (this.loops > 0) ways.push('break', 'continue');
    if (this.insideFunction) ways.push(`return ${this.any(scope, depth)}`);
    return `if (${this.truth(scope, depth)}) { ${pick(this.choose, ways)} }`;
  }

  private any(scope: Scope, depth: number): string {
    return this.expression(pick(this.choose, kinds), scope, depth + 1);
  }

  private number(scope: Scope, depth: number): string {
    return this.expression('number', scope, depth + 1);
  }

  private truth(scope: Scope, depth: number): string {
    return this.expression('truth', scope, depth + 1);
  }

  /** A small number, mostly within an array. */
  private index(scope: Scope, depth: number): string {
    const { choose } = this;
    return choose(3) > 0 ? String(choose(3)) : `abs(${this.number(scope, depth)}) % 3`;
  }

  private variable(kind: Kind, scope: Scope): string {
    const { choose } = this;
    const fitting = scope.filter((one) => one.kind === kind);
    if (choose(wrongOneIn) === 0) return pick(choose, scope).name;
    // The latest are the nearest.
    return choose(2) === 0 ? fitting.at(-1)!.name : pick(choose, fitting).name;
  }

  private literal(kind: Kind): string {
    const { choose } = this;
    switch (kind) {
      case 'number':
        return pick(choose, ['0', '1', '2', '3', '7', '0.5', '100', '-1', '2147483647']);
      case 'text':
        return pick(choose, ['"a"', '"bc"', '""', '"10"']);
      case 'truth':
        return pick(choose, ['true', 'false']);
      case 'array':
        return pick(choose, ['[1, 2, 3]', '[0, [1], "s"]', '[5, 6, 7, 8]']);
      case 'map':
        return pick(choose, ['{"k0": 1, "k1": 2}', '{"k0": 0, "k1": 5, "k2": 6}']);
      case 'closure':
        return pick(choose, ['fn(v) { v + 1 }', 'fn(v) { v * v - 3 }', 'fn(v) { v }']);
      case 'object':
        return pick(choose, ['new Base(1)', 'new Child(2)']);
    }
  }

  private expression(kind: Kind, scope: Scope, depth: number): string {
    const { choose } = this;
    this.budget--;
    if (depth >= deepest || this.budget <= 0 || choose(4) === 0) {
      return choose(3) === 0 ? this.literal(kind) : this.variable(kind, scope);
    }
    const wrong = choose(wrongOneIn) === 0 ? pick(choose, kinds) : kind;
    const ways = [
      ...this.waysTo(wrong, scope, depth),
      () => this.call(wrong, scope, depth) ?? this.literal(wrong),
      () => {
        const [condition, a, b] = [
          this.truth(scope, depth),
          this.next(wrong, scope, depth),
          this.next(wrong, scope, depth),
        ];
        return `(if (${condition}) { ${a} } else { ${b} })`;
      },
      () =>
        `(${this.truth(scope, depth)} && ${this.next(wrong, scope, depth)} || ${this.next(wrong, scope, depth)})`,
      () =>
        `(${this.call(wrong, scope, depth) ?? this.literal(wrong)} ${pick(choose, ['&&', '||'])} ${this.next(wrong, scope, depth)})`,
    ];
    return pick(choose, ways)();
  }

  private next(kind: Kind, scope: Scope, depth: number): string {
    return this.expression(kind, scope, depth + 1);
  }

  private call(kind: Kind, scope: Scope, depth: number): string | undefined {
    const fitting = this.functions.filter(({ result }) => result === kind);
    if (fitting.length === 0) return undefined;
    const { name, parameters } = pick(this.choose, fitting);
    return `${name}(${parameters.map((one) => this.next(one, scope, depth)).join(', ')})`;
  }

  private waysTo(kind: Kind, scope: Scope, depth: number): (() => string)[] {
    const { choose } = this;
    const next = (inner: Kind): string => this.next(inner, scope, depth);
    switch (kind) {
      case 'number': {
        // In brackets: behind a brace `//` begins a comment.
        const sum = (): string =>
          `((${next('number')}) ${pick(choose, choose(3) === 0 ? arithmetic : steady)} ${next('number')})`;
        const assigned = (): string => {
          const target = scope.filter((one) => one.kind === 'number' && !one.fixed);
          return `(${pick(choose, target).name} ${pick(choose, ['=', '+='])} ${next('number')})`;
        };
        return [
          ...[sum, sum, sum, assigned],
          () => `${pick(choose, ['-', '~'])}(${next('number')})`,
          () => `len(${next(pick(choose, ['text', 'array', 'map']))})`,
          () => `${this.variable('array', scope)}[${this.index(scope, depth)}]`,
          () => `${this.variable('map', scope)}["k${choose(3)}"]`,
          () => `${next('object')}.x`,
          () => `${next('object')}.grow(${next('number')})`,
          () => `${this.variable('object', scope)}.pick(${next('closure')})`,
          () => `${next('closure')}(${next('number')})`,
          () => `reduce(${next('array')}, fn(a, b) { a + b }, ${next('number')})`,
        ];
      }
      case 'text':
        return [
          () => `(${next('text')} + ${next('text')})`,
          () => `"<\${${next('number')}}\${${next(pick(choose, kinds))}}>"`,
          () => `str(${next('number')})`,
          () => `${this.variable('text', scope)}[${this.index(scope, depth)}]`,
          () => `${next('object')}.y`,
          () => `repeat(${next('text')}, ${choose(3)})`,
        ];
      case 'truth':
        return [
          () => `(${next('number')} ${pick(choose, comparisons)} ${next('number')})`,
          () => `(${next('number')} ${pick(choose, comparisons)} ${next('number')})`,
          () => `!${this.variable(pick(choose, kinds), scope)}`,
          () => `!(${next('truth')})`,
          () => `(${next('object')} is ${pick(choose, ['Base', 'Child'])})`,
          () => `(${next('text')} ${pick(choose, comparisons)} ${next('text')})`,
        ];
      case 'array':
        return [
          () => `[${next('number')}, ${next(pick(choose, kinds))}, ${next('number')}]`,
          () => `map(${next('array')}, ${next('closure')})`,
          () => `[${next('number')}, ${next('number')}, ${next('number')}, ${next('number')}]`,
          () => `(if (${this.truth(scope, depth)}) { new Child(${next('number')}).z } else { [1, 2, 3] })`,
        ];
      case 'map':
        return [() => `{"k0": ${next('number')}, "k${choose(3)}": ${next('number')}}`];
      case 'closure':
        return [() => `fn(v) { v ${pick(choose, steady)} ${next('number')} }`, () => this.closure(scope)];
      case 'object':
        return [() => `new ${pick(choose, ['Base', 'Child'])}(${next('number')})`];
    }
  }

  private closure(scope: Scope): string {
    const name = this.fresh('number');
    return `fn(${name}) ${this.functionBody([...scope, { name, kind: 'number', fixed: false }], 'number')}`;
  }
}

const pick = <T>(choose: Choose, from: readonly T[]): T => from[choose(from.length)]!;

/** A program that the compiler takes. Nearly all end by themselves; what is repeated too often needs a limit on fuel. */
export const makeProgram = (choose: Choose): string => new ProgramMaker(choose).make();
