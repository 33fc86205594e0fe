/**
 * Expressions: precedence climbing over operators, loops over everything that chains.
 */

import { moduleLimits } from '../bytecode/module';
import type {
  ArrayLiteral,
  Assignment,
  BinaryOperator,
  Block,
  Branch,
  Expression,
  FunctionLiteral,
  If,
  Interpolation,
  LogicalOperator,
  MapEntry,
  Name,
  New,
  Statement,
  UnaryOperator,
} from './ast';
import { assignments, precedences } from './operators';
import { problems } from './problems';
import { ReceiverParser, selfName, superName } from './receiver-parser';
import type { Token } from './tokens';

/** Words that begin a statement and nothing else. */
export const statementWords: ReadonlySet<string> = new Set([
  'let',
  'class',
  'while',
  'do',
  'for',
  'return',
  'throw',
  'try',
  'break',
  'continue',
  'import',
  'export',
]);

const isLogical = (sign: string): sign is LogicalOperator => sign === '&&' || sign === '||';

/** Whether an expression can be assigned to. `this` and `super` are names, but not of variables. */
const isTarget = (node: Expression): node is Assignment['target'] =>
  node.kind === 'index' || node.kind === 'member' || (node.kind === 'name' && !isHidden(node.name));

const isHidden = (name: string): boolean => name === selfName || name === superName;

export abstract class ExpressionParser extends ReceiverParser {
  /** A block in braces. */
  protected abstract block(): Block;
  /** The statements of a block whose `{` is taken, after those that are known already, and its `}`. */
  protected abstract blockFrom(open: Token, first: readonly Statement[]): Block;

  /** @param name what a function literal at its head is called */
  protected expression(name?: string): Expression {
    this.enter(2);
    const result = this.assignment(name);
    this.depth -= 2;
    return result;
  }

  private assignment(name?: string): Expression {
    return this.assignmentFrom(this.binary(1, name));
  }

  /** The assignment to an expression that was parsed already, or the expression itself. */
  private assignmentFrom(target: Expression): Expression {
    const sign = this.peek();
    const compound = assignments.get(sign.type);
    if (this.dialect === 'monkey' || (compound === undefined && sign.type !== '=')) return target;
    if (!isTarget(target)) return this.fail(problems.badTarget());
    this.take();
    const value = this.expression(target.kind === 'name' ? target.name : undefined);
    const { start } = target;
    const node: Assignment = {
      kind: 'assignment',
      operator: compound,
      target,
      value,
      at: sign.start,
      start,
      end: value.end,
    };
    return node;
  }

  /** Operators that bind at least as tightly as `least`. */
  private binary(least: number, name?: string): Expression {
    return this.binaryFrom(this.unary(name), least);
  }

  private binaryFrom(first: Expression, least: number): Expression {
    let left = first;
    for (;;) {
      const sign = this.peek();
      const precedence = precedences.get(sign.type) ?? 0;
      if (precedence < least || this.endsStatementIf(left, sign)) return left;
      this.take();
      if (sign.type === '//') this.lastDivision = sign.start;
      this.enter(1);
      let right = this.binary(precedence + 1);
      this.depth -= 1;
      if (sign.type === '//' && right.kind === 'name') right = { ...right, afterDivision: true };
      const place = { at: sign.start, start: left.start, end: right.end };
      left = isLogical(sign.type)
        ? { kind: 'logical', operator: sign.type, left, right, ...place }
        : // What has a precedence and is not logical is binary.
          { kind: 'binary', operator: sign.type as BinaryOperator, left, right, ...place };
    }
  }

  /** Whether a `-` stands on the line after the `}` of an `if` that is a statement: it begins the next one. */
  private endsStatementIf(left: Expression, sign: Token): boolean {
    return left === this.statementIf && sign.newline && sign.type === '-';
  }

  /** The `if` that stands at the start of a statement of Weft. */
  protected statementIf: Expression | undefined;

  private unary(name?: string): Expression {
    const sign = this.peek();
    if (sign.type !== '-' && sign.type !== '!' && !(sign.type === '~' && this.dialect === 'weft')) {
      return this.power(this.postfix(this.primary(name)));
    }
    this.take();
    this.enter(2);
    const operand = this.unary();
    this.depth -= 2;
    const operator = sign.type as UnaryOperator; // one of the three just compared with
    return { kind: 'unary', operator, operand, start: sign.start, end: operand.end };
  }

  private power(base: Expression): Expression {
    const sign = this.peek();
    if (sign.type !== '**') return base;
    this.take();
    this.enter(2);
    const right = this.unary();
    this.depth -= 2;
    return {
      kind: 'binary',
      operator: '**',
      left: base,
      right,
      at: sign.start,
      start: base.start,
      end: right.end,
    };
  }

  /** Calls and indexing behind an operand. In Weft an opening bracket on a new line begins a statement instead. */
  private postfix(operand: Expression): Expression {
    let left = operand;
    for (;;) {
      const open = this.peek();
      const { start } = left;
      if (open.type === '.') {
        this.take();
        const name = this.memberName();
        left = { kind: 'member', object: left, name: name.name, at: name.start, start, end: name.end };
        continue;
      }
      if (open.newline && this.dialect === 'weft') return left;
      if (open.type === '(') {
        const args = this.args();
        left = { kind: 'call', callee: left, args, start, end: this.lastEnd };
      } else if (open.type === '[') {
        this.open();
        const key = this.expression();
        this.close(']');
        left = { kind: 'index', collection: left, key, at: open.start, start, end: this.lastEnd };
      } else {
        return left;
      }
    }
  }

  /** The arguments of a call. */
  protected args(): Expression[] {
    const args = this.list('(', ')', 'an argument');
    if (args.length > moduleLimits.arguments) {
      const { start, end } = args[moduleLimits.arguments]!;
      this.report.add(problems.tooManyArguments(moduleLimits.arguments), start, end);
    }
    return args;
  }

  /** `new` and a class, which is a name and members of it or an expression in parentheses, with arguments. */
  private newInstance(): New {
    const { start } = this.take();
    let callee: Expression = this.at('(')
      ? this.parenthesized()
      : this.at('this')
        ? this.self()
        : this.name("a class after 'new'");
    while (this.accept('.')) {
      const { name, start: at, end } = this.memberName();
      callee = { kind: 'member', object: callee, name, at, start: callee.start, end };
    }
    const args = this.args();
    return { kind: 'new', callee, args, start, end: this.lastEnd };
  }

  private open(): Token {
    this.brackets++;
    return this.take();
  }

  private close(type: string, what = `'${type}'`): void {
    this.expect(type, what);
    this.brackets--;
  }

  /** Expressions between brackets, with a comma behind the last where the dialect allows it. */
  private list(open: string, close: string, what: string): Expression[] {
    this.brackets++;
    this.expect(open);
    const items: Expression[] = [];
    while (!this.at(close)) {
      items.push(this.item(what));
      if (!this.at(',')) break;
      this.take();
      if (this.dialect === 'monkey' && this.at(close)) this.failExpected(what);
    }
    this.close(close, `',' or '${close}'`);
    return items;
  }

  private item(what: string): Expression {
    return this.at('end') || this.at(',') ? this.failExpected(what) : this.expression();
  }

  private primary(name?: string): Expression {
    const token = this.peek();
    const { start, end } = token;
    switch (token.type) {
      case 'number':
      case 'string':
        this.take();
        return { kind: 'literal', value: token.value, start, end };
      case 'true':
      case 'false':
        this.take();
        return { kind: 'literal', value: token.type === 'true', start, end };
      case 'null':
        this.take();
        return { kind: 'literal', value: null, start, end };
      case 'name':
        return this.name();
      case 'head':
        return this.interpolation();
      case '(':
        return this.parenthesized();
      case '[':
        return this.array();
      case '{':
        return this.braces();
      case 'fn':
        return this.functionLiteral(name);
      case 'this':
        return this.self();
      case 'super':
        return this.superUse();
      case 'new':
        return this.newInstance();
      case 'if':
        return this.ifExpression();
      default:
        return this.failExpected('an expression');
    }
  }

  protected name(what = 'a name'): Name {
    const token = this.expectName(what);
    return { kind: 'name', name: String(token.value), start: token.start, end: token.end };
  }

  private parenthesized(): Expression {
    this.open();
    const inner = this.expression();
    this.close(')');
    return inner;
  }

  private array(): ArrayLiteral {
    const { start } = this.peek();
    const elements = this.list('[', ']', 'an element');
    return { kind: 'array', elements, start, end: this.lastEnd };
  }

  private interpolation(): Interpolation {
    const head = this.take();
    const pieces: Expression[] = [];
    const text = ({ value, start, end }: Token): void => {
      if (value !== '') pieces.push({ kind: 'literal', value, start, end });
    };
    text(head);
    for (;;) {
      this.brackets++;
      pieces.push(this.expression());
      this.brackets--;
      const part = this.peek();
      if (part.type !== 'middle' && part.type !== 'tail')
        this.failExpected("'}' after the interpolated expression");
      this.take();
      text(part);
      if (part.type === 'tail') return { kind: 'interpolation', pieces, start: head.start, end: part.end };
    }
  }

  /**
   * Braces where an operand is wanted: a map, or in Weft a block. Its first expression tells, by the colon behind it.
   */
  private braces(): Expression {
    const open = this.take();
    this.maps++;
    const block = (first: readonly Statement[]): Block => {
      this.maps--;
      return this.blockFrom(open, first);
    };
    if (this.dialect === 'weft' && (statementWords.has(this.peek().type) || this.atDeclaration()))
      return block([]);
    if (this.at('}')) return this.mapFrom(open, undefined);
    const key = this.expression();
    const next = this.peek();
    const statement = next.newline || next.type === ';' || next.type === '}';
    if (this.dialect === 'weft' && statement && next.type !== ':' && next.type !== ',') {
      return block([{ kind: 'expression', expression: key, start: key.start, end: key.end }]);
    }
    return this.mapFrom(open, key);
  }

  /** Whether `fn name` follows. */
  protected atDeclaration(): boolean {
    return this.at('fn') && this.peek(1).type === 'name';
  }

  private mapFrom(open: Token, first: Expression | undefined): Expression {
    const entries: MapEntry[] = [];
    let key = first;
    while (key !== undefined || !this.at('}')) {
      key ??= this.item('a key');
      this.expect(':', "':' after the key");
      entries.push({ key, value: this.expression() });
      key = undefined;
      if (!this.at(',')) break;
      this.take();
      if (this.dialect === 'monkey' && this.at('}')) this.failExpected('a key');
    }
    this.expect('}', "',' or '}'");
    this.maps--;
    return { kind: 'map', entries, start: open.start, end: this.lastEnd };
  }

  private functionLiteral(name: string | undefined): FunctionLiteral {
    const word = this.take();
    const called = this.peek();
    if (called.type === 'name') this.fail(problems.functionNameInExpression(String(called.value)));
    return this.functionFrom(word, name);
  }

  /** Parameters and body of a function whose `fn` and name are taken. */
  protected functionFrom(word: Token, name: string | undefined): FunctionLiteral {
    const parameters = this.parameters();
    const body = this.nested(() => this.block());
    return { kind: 'function', name, parameters, body, start: word.start, end: body.end };
  }

  protected parameters(): Name[] {
    this.brackets++;
    this.expect('(', "'(' before the parameters");
    const names: Name[] = [];
    while (!this.at(')')) {
      names.push(this.name('the name of a parameter'));
      if (!this.at(',')) break;
      this.take();
      if (this.dialect === 'monkey' && this.at(')')) this.failExpected('the name of a parameter');
    }
    this.close(')', "',' or ')'");
    if (names.length > moduleLimits.arguments) {
      const { start, end } = names[moduleLimits.arguments]!;
      this.report.add(problems.tooManyParameters(moduleLimits.arguments), start, end);
    }
    return names;
  }

  protected ifExpression(): If {
    const { start } = this.peek();
    const branches: Branch[] = [];
    do {
      this.expect('if');
      const condition = this.condition('if');
      branches.push({ condition, body: this.block() });
    } while (this.at('else') && this.peek(1).type === 'if' && this.take());
    const otherwise = this.accept('else') ? this.block() : undefined;
    return { kind: 'if', branches, otherwise, start, end: this.lastEnd };
  }

  /** A condition in parentheses. */
  protected condition(word: string): Expression {
    this.brackets++;
    this.expect('(', `'(' after '${word}'`);
    const condition = this.expression();
    this.close(')');
    return condition;
  }

  /** The rest of an expression whose first operand is there. */
  protected expressionFrom(operand: Expression): Expression {
    return this.assignmentFrom(this.binaryFrom(this.power(this.postfix(operand)), 1));
  }
}
