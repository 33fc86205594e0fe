/**
 * The words of the text form that the assembler and the disassembler share: tokens with their places, names, numbers.
 */

/** A word of a line; quoted text in it keeps its quotes. */
export interface Token {
  readonly text: string;
  readonly line: number;
  /** Counts from 1. */
  readonly column: number;
}

/** Something that is wrong in a text. */
export interface Problem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** More are not kept. */
const mostProblems = 100;

/** Problems as they are found. */
export class Problems {
  readonly list: Problem[] = [];

  /** In the order of the text. */
  inOrder(): Problem[] {
    return [...this.list].sort((a, b) => a.line - b.line || a.column - b.column);
  }

  add({ line, column }: Pick<Token, 'line' | 'column'>, message: string): void {
    if (this.list.length < mostProblems) this.list.push({ line, column, message });
  }
}

const isSpace = (char: string): boolean => char === ' ' || char === '\t' || char === '\r';

/** The words of a line up to its comment. A word ends at a space or `;` outside of quotes. */
export function tokenize(text: string, line: number, problems: Problems): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length && text[at] !== ';') {
    if (isSpace(text[at]!)) {
      at++;
      continue;
    }
    const start = at;
    while (at < text.length && !isSpace(text[at]!) && text[at] !== ';') {
      const next = text[at] === '"' ? endOfQuotes(text, at) : at + 1;
      if (next < 0) {
        problems.add({ line, column: at + 1 }, 'the quotes are not closed');
        return [];
      }
      at = next;
    }
    tokens.push({ text: text.slice(start, at), line, column: start + 1 });
  }
  return tokens;
}

/** The offset behind the quoted text at `start`; -1 where it does not end. */
function endOfQuotes(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return at + 1;
    if (text[at] === '\\') at++;
  }
  return -1;
}

const identifier = /^[A-Za-z_$][\w$]*$/;

/** A name as it stands in the text form. */
export const showName = (name: string): string => (identifier.test(name) ? name : JSON.stringify(name));

/** The name that a word stands for; `undefined` where it is none. */
export const readName = (text: string): string | undefined =>
  text.startsWith('"') ? readQuoted(text) : identifier.test(text) ? text : undefined;

/** Quoted text, with the escapes of JSON. */
export function readQuoted(text: string): string | undefined {
  if (!text.startsWith('"')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A number or a text as a constant is written. */
export function showConstant(value: number | string): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return Object.is(value, -0) ? '-0' : String(value);
}

const numberPattern = /^(?:-?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|Infinity)|NaN)$/;

export function readConstant(text: string): number | string | undefined {
  if (text.startsWith('"')) return readQuoted(text);
  return numberPattern.test(text) ? Number(text) : undefined;
}

/** A whole number below 2^32, leading zeros allowed. */
export function readCount(text: string): number | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value < 2 ** 32 ? value : undefined;
}
