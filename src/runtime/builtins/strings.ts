/**
 * Built-in functions of strings. Places and lengths count UTF-16 units, as `len` and indexing do.
 */

import * as allocation from '../allocation';
import { paidText } from '../paid-text';
import { thread } from '../thread';
import { type Builtin, builtin, type Family, optional, required, variadic } from './builtin';
import { anything, array, codePoint, codeUnit, count, countFromOne, filledString, string } from './checks';
import { newCharacters, newString, reading, searching, searchingBack } from './costs';
import { detached } from './detached';
import { formatted } from './format';
import { occurrences } from './occurrences';

function split(text: string, separator: string): string[] {
  if (separator === '') {
    thread.charge(newCharacters(text));
    return text.split('');
  }
  const parts = occurrences(text, separator) + 1;
  thread.charge(parts);
  allocation.forStrings(parts, text.length);
  const pieces = text.split(separator);
  for (let i = 0; i < pieces.length; i++) pieces[i] = detached(pieces[i]!, text);
  return pieces;
}

/** As `split`, but for at most so many parts, the last of which is all that is left. */
function splitFirst(text: string, separator: string, limit: number): string[] {
  const all = separator === '' ? text.length : occurrences(text, separator) + 1;
  const parts = Math.min(all, limit);
  thread.charge(parts);
  allocation.forStrings(parts, text.length);
  const pieces: string[] = [];
  let at = 0;
  while (pieces.length + 1 < parts) {
    const end = separator === '' ? at + 1 : text.indexOf(separator, at);
    pieces.push(detached(text.slice(at, end), text));
    at = end + separator.length;
  }
  if (parts > 0) pieces.push(detached(text.slice(at), text));
  return pieces;
}

function lines(text: string): string[] {
  const breaks = occurrences(text, '\n');
  const count = breaks + (text === '' || text.endsWith('\n') ? 0 : 1);
  thread.charge(count);
  allocation.forStrings(count, text.length);
  const result: string[] = [];
  for (let at = 0; result.length < count; ) {
    const found = text.indexOf('\n', at);
    const next = found < 0 ? text.length + 1 : found + 1;
    const end = text[next - 2] === '\r' && next - 2 >= at && found >= 0 ? next - 2 : next - 1;
    result.push(detached(text.slice(at, end), text));
    at = next;
  }
  return result;
}

function replaceFirst(text: string, part: string, replacement: string): string {
  const at = text.indexOf(part);
  const length = at < 0 ? text.length : text.length - part.length + replacement.length;
  thread.charge(newString(length));
  // Joined by `+`, the text would live on in its parts.
  return at < 0 ? text : [text.slice(0, at), replacement, text.slice(at + part.length)].join('');
}

function replace(text: string, part: string, replacement: string): string {
  const found = occurrences(text, part);
  thread.charge(found + newString(text.length + found * (replacement.length - part.length)));
  allocation.forStrings(found + 1, 0);
  // Not `replaceAll`, to which a `$` in the replacement is special.
  return text.split(part).join(replacement);
}

/** A letter's other case is at most three units long. */
const caseGrowth = 3;

const inCase = (says: string, body: (text: string) => string): Builtin =>
  builtin({
    takes: [required('text', string)],
    gives: 'a string',
    says,
    fuel: {
      per: '16 characters of the longest possible result',
      units: (text) => newString(caseGrowth * text.length),
    },
    body,
  });

const padding = (says: string, body: (text: string, width: number, fill?: string) => string): Builtin =>
  builtin({
    takes: [required('text', string), required('width', count), optional('fill', filledString)],
    gives: 'a string',
    says,
    fuel: {
      per: '16 characters of the result',
      units: (text, width) => (width > text.length ? newString(width) : 0),
    },
    body,
  });

const trimming = (says: string, body: (text: string) => string): Builtin =>
  builtin({
    takes: [required('text', string)],
    gives: 'a string',
    says,
    fuel: { per: '16 characters of the text', units: (text) => newString(text.length) },
    body: (text) => detached(body(text), text),
  });

const ofPart = (says: string, body: (text: string, part: string) => boolean): Builtin =>
  builtin({
    takes: [required('text', string), required('part', string)],
    gives: 'a boolean',
    says,
    fuel: { per: '16 characters of the part', units: (_text, part) => reading(part.length) },
    body,
  });

export const strings: Family = {
  split: builtin({
    takes: [required('text', string), required('separator', string), optional('limit', countFromOne)],
    gives: 'an array of strings',
    says:
      'Gives what stands between the separators; an empty separator gives the characters. With a limit there are no more ' +
      'parts than that, and the last is all that is left.',
    fuel: { per: '16 characters of the text, and per part', units: searching },
    body: (text, separator, limit) =>
      limit === undefined ? split(text, separator) : splitFirst(text, separator, limit),
  }),
  lines: builtin({
    takes: [required('text', string)],
    gives: 'an array of strings',
    says: 'Gives the lines without what ends them, which is `\\n` or `\\r\\n`; after the last of these there is no empty line.',
    fuel: { per: '16 characters of the text, and per line', units: (text) => reading(text.length) },
    body: lines,
  }),
  join: builtin({
    takes: [required('array', array), optional('separator', string)],
    gives: 'a string',
    says: 'Joins the texts of the elements, with the separator between them.',
    fuel: {
      per: 'element, and per 16 characters of the result',
      units: (items, separator = '') =>
        items.length + newString(separator.length * Math.max(items.length - 1, 0)),
    },
    body: (items, separator = '') => {
      let text = '';
      for (let i = 0; i < items.length; i++) {
        const before = i === 0 ? '' : separator;
        const piece = paidText(items[i]!);
        allocation.forPiece(text.length + before.length, piece.length);
        text += before + piece;
      }
      return text;
    },
  }),
  chars: builtin({
    takes: [required('text', string)],
    gives: 'an array of strings',
    says: 'Gives the characters, each a string of one UTF-16 unit.',
    fuel: { per: 'character', units: (text) => newCharacters(text) },
    body: (text) => text.split(''),
  }),
  trim: trimming('Drops white space from both ends.', (text) => text.trim()),
  trim_start: trimming('Drops white space from the beginning.', (text) => text.trimStart()),
  trim_end: trimming('Drops white space from the end.', (text) => text.trimEnd()),
  upper: inCase('Turns letters into capitals.', (text) => text.toUpperCase()),
  lower: inCase('Turns letters into small ones.', (text) => text.toLowerCase()),
  repeat: builtin({
    takes: [required('text', string), required('count', count)],
    gives: 'a string',
    says: 'Joins as many copies of the text.',
    fuel: {
      per: '16 characters of the result',
      units: (text, times) => (text === '' ? 0 : newString(text.length * times)),
    },
    body: (text, times) => (text === '' ? '' : text.repeat(times)),
  }),
  replace: builtin({
    takes: [required('text', string), required('part', filledString), required('replacement', string)],
    gives: 'a string',
    says: 'Puts the replacement in the place of every occurrence of the part.',
    fuel: { per: 'occurrence, and per 16 characters of the text and of the result', units: searching },
    body: replace,
  }),
  replace_first: builtin({
    takes: [required('text', string), required('part', filledString), required('replacement', string)],
    gives: 'a string',
    says: 'Puts the replacement in the place of the first occurrence of the part.',
    fuel: { per: '16 characters of the text and of the result', units: searching },
    body: replaceFirst,
  }),
  find: builtin({
    takes: [required('text', string), required('part', string), optional('from', count)],
    gives: 'a number, or null',
    says: 'Gives the place of the first occurrence of the part at or after `from`; `null` where there is none.',
    fuel: { per: '16 characters of the text', units: searching },
    body: (text, part, from = 0) => {
      if (from > text.length) return null;
      const at = text.indexOf(part, from);
      return at < 0 ? null : at;
    },
  }),
  find_last: builtin({
    takes: [required('text', string), required('part', string), optional('from', count)],
    gives: 'a number, or null',
    says: 'Gives the place of the last occurrence of the part that begins at or before `from`; `null` where there is none.',
    fuel: { per: '16 characters of the text, times 16 characters of the part', units: searchingBack },
    body: (text, part, from) => {
      const at = text.lastIndexOf(part, from);
      return at < 0 ? null : at;
    },
  }),
  starts_with: ofPart('Tells whether the text begins with the part.', (text, part) => text.startsWith(part)),
  ends_with: ofPart('Tells whether the text ends with the part.', (text, part) => text.endsWith(part)),
  char_code: builtin({
    takes: [required('text', string), optional('index', count)],
    gives: 'a number, or null',
    says: 'Gives the UTF-16 unit at an index, the first without one; `null` past the end.',
    body: (text, index = 0) => (index < text.length ? text.charCodeAt(index) : null),
  }),
  from_char_code: builtin({
    takes: [required('code', codeUnit)],
    gives: 'a string',
    says: 'Gives the string of one UTF-16 unit.',
    body: (code) => String.fromCharCode(code),
  }),
  code_point: builtin({
    takes: [required('text', string), optional('index', count)],
    gives: 'a number, or null',
    says: 'Gives the Unicode code point that begins at an index, the first without one; `null` past the end.',
    body: (text, index = 0) => text.codePointAt(index) ?? null,
  }),
  from_code_point: builtin({
    takes: [required('code', codePoint)],
    gives: 'a string',
    says: 'Gives the string of one Unicode code point, which is one UTF-16 unit or two.',
    body: (code) => String.fromCodePoint(code),
  }),
  pad_start: padding(
    'Lengthens the text to a width with the fill, or spaces, before it.',
    (text, width, fill) => text.padStart(width, fill),
  ),
  pad_end: padding('Lengthens the text to a width with the fill, or spaces, after it.', (text, width, fill) =>
    text.padEnd(width, fill),
  ),
  format: variadic({
    takes: [required('template', string)],
    more: required('values', anything),
    gives: 'a string',
    says:
      'Replaces each `{}` of the template by the next value; `{:8.3}` gives it a width and decimals, `{:<5}`, `{:>5}` ' +
      'and `{:^5}` place it in its width, `{:05}` fills with zeros, `{:+}` writes the sign of every number, `{:,}` sets thousands ' +
      'apart, `{:x}`, `{:X}`, `{:o}` and `{:b}` write whole numbers in base 16, 8 and 2, `{:.3e}` writes with an exponent; `{{` and ' +
      '`}}` are braces. In one placeholder they stand in the order of `{:>+010,.2}`.',
    fuel: {
      per: 'placeholder, and per 16 characters of the template and of the result',
      units: (template) => reading(template.length),
    },
    body: (template, ...rest) => formatted(template, rest),
  }),
};
