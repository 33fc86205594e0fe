/**
 * The syntax tree. Nodes carry source offsets; `at` is the place that an error of the operation points to. Chains are
 * kept so that no walker needs the host's stack for them: left-deep operators, calls and indexing lean to the left and are
 * walked by loops, `else if` is a list; everything else is as deep as the parser's nesting limit allows.
 */

export interface Node {
  readonly start: number;
  /** The offset after the last character. */
  readonly end: number;
}

/** The operators that compile to one instruction. */
export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '//'
  | '%'
  | '**'
  | '&'
  | '|'
  | '^'
  | '<<'
  | '>>'
  | '>>>'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'is';

export type UnaryOperator = '-' | '!' | '~';
export type LogicalOperator = '&&' | '||';

/** A name, where it is used and where it is declared. */
export interface Name extends Node {
  readonly kind: 'name';
  readonly name: string;
  /** It is the right operand of `//`: perhaps the first word of what was meant as a comment. */
  readonly afterDivision?: boolean;
}

export interface Literal extends Node {
  readonly kind: 'literal';
  readonly value: null | boolean | number | string;
}

export interface Interpolation extends Node {
  readonly kind: 'interpolation';
  readonly pieces: readonly Expression[];
}

export interface ArrayLiteral extends Node {
  readonly kind: 'array';
  readonly elements: readonly Expression[];
}

export interface MapEntry {
  readonly key: Expression;
  readonly value: Expression;
}

export interface MapLiteral extends Node {
  readonly kind: 'map';
  readonly entries: readonly MapEntry[];
}

export interface FunctionLiteral extends Node {
  readonly kind: 'function';
  /** The name of the variable it is the value of, for traces. */
  readonly name: string | undefined;
  /** Those of a method end with `this`. */
  readonly parameters: readonly Name[];
  readonly body: Block;
  /** What makes it a constructor. */
  readonly construction?: Construction;
}

/** What a constructor does besides its body. Its result is `this`, which is its last parameter. */
export interface Construction {
  /** Assignments of the fields' first values, in which the other parameters are not visible. */
  readonly initializers: readonly Assignment[];
  /** How many statements of the body come before them. */
  readonly after: number;
}

export interface Unary extends Node {
  readonly kind: 'unary';
  readonly operator: UnaryOperator;
  readonly operand: Expression;
}

export interface Binary extends Node {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly at: number;
}

export interface Logical extends Node {
  readonly kind: 'logical';
  readonly operator: LogicalOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly at: number;
}

export interface Assignment extends Node {
  readonly kind: 'assignment';
  /** The operator of a compound assignment. */
  readonly operator: BinaryOperator | undefined;
  readonly target: Name | Index | Member;
  readonly value: Expression;
  readonly at: number;
}

export interface Call extends Node {
  readonly kind: 'call';
  readonly callee: Expression;
  readonly args: readonly Expression[];
}

export interface Index extends Node {
  readonly kind: 'index';
  readonly collection: Expression;
  readonly key: Expression;
  readonly at: number;
}

/** `object.name`; as the callee of a call, a method of it or a function in it. */
export interface Member extends Node {
  readonly kind: 'member';
  readonly object: Expression;
  readonly name: string;
  readonly at: number;
}

export interface New extends Node {
  readonly kind: 'new';
  readonly callee: Expression;
  readonly args: readonly Expression[];
}

/** A call of a superclass's method on `this`. */
export interface SuperCall extends Node {
  readonly kind: 'superCall';
  readonly method: string;
  /** Where the superclass is kept. */
  readonly superclass: Name;
  readonly self: Name;
  readonly args: readonly Expression[];
}

export interface Branch {
  readonly condition: Expression;
  readonly body: Block;
}

export interface If extends Node {
  readonly kind: 'if';
  /** `if`, `else if`, `else if` ... */
  readonly branches: readonly Branch[];
  readonly otherwise: Block | undefined;
}

export interface Block extends Node {
  readonly kind: 'block';
  readonly statements: readonly Statement[];
}

export type Expression =
  | Name
  | Literal
  | Interpolation
  | ArrayLiteral
  | MapLiteral
  | FunctionLiteral
  | Unary
  | Binary
  | Logical
  | Assignment
  | Call
  | Index
  | Member
  | New
  | SuperCall
  | If
  | Block;

/** `let`, and `fn name() {}`. */
export interface Let extends Node {
  readonly kind: 'let';
  readonly name: Name;
  readonly value: Expression | undefined;
}

export interface ExpressionStatement extends Node {
  readonly kind: 'expression';
  readonly expression: Expression;
}

export interface While extends Node {
  readonly kind: 'while';
  readonly condition: Expression;
  readonly body: Block;
}

export interface DoWhile extends Node {
  readonly kind: 'doWhile';
  readonly body: Block;
  readonly condition: Expression;
}

export interface For extends Node {
  readonly kind: 'for';
  readonly init: Let | Expression | undefined;
  readonly condition: Expression | undefined;
  readonly step: Expression | undefined;
  readonly body: Block;
}

export interface ForIn extends Node {
  readonly kind: 'forIn';
  readonly name: Name;
  readonly iterable: Expression;
  readonly body: Block;
}

export interface Jump extends Node {
  readonly kind: 'break' | 'continue';
}

export interface Return extends Node {
  readonly kind: 'return';
  readonly value: Expression | undefined;
}

export interface Throw extends Node {
  readonly kind: 'throw';
  readonly value: Expression;
}

export interface CatchClause {
  readonly name: Name | undefined;
  readonly body: Block;
}

export interface Try extends Node {
  readonly kind: 'try';
  readonly body: Block;
  readonly handler: CatchClause | undefined;
  readonly finalizer: Block | undefined;
}

export interface Field {
  readonly name: Name;
  readonly value: Expression | undefined;
}

export interface Method {
  readonly name: Name;
  readonly literal: FunctionLiteral;
}

export interface ClassDeclaration extends Node {
  readonly kind: 'class';
  readonly name: Name;
  readonly superclass: Expression | undefined;
  /** Declares where the superclass is kept for the methods. */
  readonly superName: Name;
  readonly fields: readonly Field[];
  /** Without the constructor. */
  readonly methods: readonly Method[];
  /** As it is written; where there is none and fields have first values, one is made. */
  readonly constructorMethod: Method | undefined;
  readonly staticFields: readonly Field[];
  readonly staticMethods: readonly Method[];
}

export type Statement =
  | Let
  | ClassDeclaration
  | ExpressionStatement
  | While
  | DoWhile
  | For
  | ForIn
  | Jump
  | Return
  | Throw
  | Try;

/** `name as alias`; both are the one name where there is no alias. */
export interface Renaming {
  readonly name: Name;
  readonly alias: Name;
}

/** What an import says which file it means by. */
export interface Specifier extends Node {
  readonly text: string;
}

/** `import { names } from specifier`, or `import specifier`. */
export interface Import extends Node {
  readonly names: readonly Renaming[];
  readonly specifier: Specifier;
}

/** A whole source. What an `export` declares stands among the statements; imports are no statements of what runs. */
export interface SourceFile extends Block {
  readonly imports: readonly Import[];
  /** The names it exports, and what other files know them by. */
  readonly exports: readonly Renaming[];
}

/** An operator, call, index or member: what a left spine is made of. */
export type SpineNode = Binary | Call | Index | Member;

/** What stands leftmost in a node of a spine, `undefined` for every other expression. */
export function leftOf(node: Expression): Expression | undefined {
  switch (node.kind) {
    case 'binary':
      return node.left;
    case 'call':
      return node.callee;
    case 'index':
      return node.collection;
    case 'member':
      return node.object;
    default:
      return undefined;
  }
}

/**
 * The operands of a chain of one logical operator, from left to right: `a && b && c` whole, however long.
 */
export function logicalOperands(node: Logical): Expression[] {
  const operands: Expression[] = [];
  let rest: Expression = node;
  while (rest.kind === 'logical' && rest.operator === node.operator) {
    operands.push(rest.right);
    rest = rest.left;
  }
  operands.push(rest);
  return operands.reverse();
}
