/**
 * Tokens, the words and signs of each dialect, and which tokens end an operand.
 */

export type Dialect = 'weft' | 'monkey';

export interface Token {
  /** A word or sign stands for itself; what has many forms has one of these names. */
  readonly type: 'number' | 'string' | 'head' | 'middle' | 'tail' | 'name' | 'bad' | 'end' | (string & {});
  /** The value of a number, the text of a string or of a piece of one, a name. */
  readonly value: number | string;
  readonly start: number;
  readonly end: number;
  /** Whether a line break stands before it. */
  readonly newline: boolean;
}

export interface Vocabulary {
  readonly keywords: ReadonlySet<string>;
  /** Signs by their first character, the longest first. */
  readonly signs: ReadonlyMap<string, readonly string[]>;
}

function vocabulary(keywords: string, signs: string): Vocabulary {
  const byFirst = new Map<string, string[]>();
  for (const sign of signs.split(' ')) byFirst.set(sign[0]!, [...(byFirst.get(sign[0]!) ?? []), sign]);
  for (const list of byFirst.values()) list.sort((a, b) => b.length - a.length);
  return {
    keywords: new Set(keywords.split(' ')),
    signs: byFirst,
  };
}

export const vocabularies: Readonly<Record<Dialect, Vocabulary>> = {
  weft: vocabulary(
    'let fn true false null if else return while do for in break continue throw try catch finally ' +
      'class extends new this super static is import export',
    '( ) [ ] { } , ; : . = == != < <= > >= + - * / // % ** ! ~ & && | || ^ << >> >>> ' +
      '+= -= *= /= //= %= **= &= |= ^= <<= >>= >>>=',
  ),
  monkey: vocabulary('let fn true false null if else return', '( ) [ ] { } , ; : = == != < > + - * / !'),
};

/** Tokens after which `//` on the same line divides. Not `}`: a comment behind a block is far more usual. */
export const endsOperand: ReadonlySet<string> = new Set([
  'number',
  'string',
  'tail',
  'name',
  'true',
  'false',
  'null',
  'this',
  ')',
  ']',
]);

/** A token as messages name it. */
export function describeToken(token: Token): string {
  switch (token.type) {
    case 'number':
      return 'a number';
    case 'string':
    case 'head':
      return 'a string';
    case 'middle':
    case 'tail':
      return "the '}' of an interpolation";
    case 'name':
      return `'${token.value}'`;
    case 'end':
      return 'the end of the input';
    default:
      return `'${token.type}'`;
  }
}
