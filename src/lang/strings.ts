/**
 * The escapes of Weft's strings.
 */

const simple: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
  ['0', '\0'],
  ['\\', '\\'],
  ['"', '"'],
  ['$', '$'],
]);

const numeric = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\})/y;

/**
 * The escape at a backslash.
 * @returns what it stands for, `undefined` if it is none, and the offset after it
 */
export function readEscape(
  text: string,
  at: number,
): { readonly value: string | undefined; readonly end: number } {
  const known = simple.get(text[at + 1] ?? '');
  if (known !== undefined) return { value: known, end: at + 2 };
  numeric.lastIndex = at;
  const match = numeric.exec(text);
  if (match) {
    const code = Number.parseInt(match[1] ?? match[2] ?? match[3]!, 16);
    if (code <= 0x10ffff) return { value: String.fromCodePoint(code), end: at + match[0].length };
    return { value: undefined, end: at + match[0].length };
  }
  const next = text.codePointAt(at + 1);
  return { value: undefined, end: at + 1 + (next === undefined ? 0 : String.fromCodePoint(next).length) };
}
