/**
 * The template language of `format`: `{}` or `{:[<>^][+][0][width][,][.decimals][xXobe]}`, with `{{` and `}}` for braces. Values stand
 * at the left of their width, numbers at the right, unless a sign says otherwise.
 */

import * as allocation from '../allocation';
import { errors } from '../errors';
import { paidText } from '../paid-text';
import { thread } from '../thread';
import type { GuestArray, Value } from '../value';
import { newString, reading } from './costs';

/** What one placeholder asks for. */
interface Placeholder {
  readonly align: string | undefined;
  readonly plus: boolean;
  readonly zeros: boolean;
  readonly width: number;
  readonly thousands: boolean;
  readonly decimals: number | undefined;
  /** How the digits are written: a letter of `bases`, or `e`. */
  readonly notation: string | undefined;
}

/** Notations of whole numbers. */
const bases: Readonly<Record<string, number>> = { x: 16, X: 16, o: 8, b: 2 };

/** More than any string is wide; the length keeps the number exact and the pattern's work small. */
const placeholder = /^(?::([<>^])?(\+)?(0)?(\d{1,9})?(,)?(?:\.(\d{1,9}))?([xXobe])?)?$/;

/** The host's own limit of `toFixed`. */
const maxDecimals = 100;

/** No placeholder is longer; a longer one is not looked at. */
const maxPlaceholder = 32;

function parse(text: string): Placeholder {
  const match = text.length > maxPlaceholder ? null : placeholder.exec(text);
  if (match === null) {
    throw errors.badTemplate(`has a placeholder '{${text.slice(0, maxPlaceholder)}}' that is not understood`);
  }
  const [, align, plus, zeros, width, comma, digits, notation] = match;
  const decimals = digits === undefined ? undefined : Number(digits);
  if (decimals !== undefined && decimals > maxDecimals) {
    throw errors.badTemplate(`asks for ${decimals} decimals, but there can be ${maxDecimals} at most`);
  }
  const thousands = comma !== undefined;
  if (notation !== undefined && (thousands || (decimals !== undefined && notation !== 'e'))) {
    throw errors.badTemplate(
      `asks for ${thousands ? 'thousands' : 'decimals'} that '${notation}' does not have`,
    );
  }
  const signs = { plus: plus !== undefined, zeros: zeros !== undefined, thousands };
  return { align, ...signs, width: Number(width ?? 0), decimals, notation };
}

/** The text of a number as a placeholder asks for it, before it is put in its width. */
function numberText(asked: Placeholder, value: number, position: number): string {
  const text = digitsOf(asked, value, position);
  const grouped = asked.thousands ? setApart(text) : text;
  return asked.plus && !grouped.startsWith('-') && !Number.isNaN(value) ? `+${grouped}` : grouped;
}

function digitsOf({ decimals, notation }: Placeholder, value: number, position: number): string {
  if (notation === 'e') return value.toExponential(decimals);
  if (notation !== undefined) {
    if (!Number.isInteger(value)) throw errors.argumentRange('format', position, 'a whole number', value);
    const digits = value.toString(bases[notation]);
    return notation === 'X' ? digits.toUpperCase() : digits;
  }
  return decimals === undefined ? paidText(value) : value.toFixed(decimals);
}

/** Puts a comma before every three digits of the whole part; a number with an exponent stays as it is. */
function setApart(text: string): string {
  const match = /^(-?)(\d+)(\.\d+)?$/.exec(text);
  if (match === null) return text;
  const [, minus, whole, rest = ''] = match;
  const groups: string[] = [];
  for (let end = whole!.length; end > 0; end -= 3) groups.unshift(whole!.slice(Math.max(end - 3, 0), end));
  return `${minus}${groups.join(',')}${rest}`;
}

/** Whether only a number can be written so. */
const needsNumber = ({ plus, zeros, thousands, decimals, notation }: Placeholder): boolean =>
  plus || zeros || thousands || decimals !== undefined || notation !== undefined;

/** @param position of the value among the arguments of `format` */
function fill(asked: Placeholder, value: Value, position: number): string {
  const { align, zeros, width } = asked;
  const isNumber = typeof value === 'number';
  if (!isNumber && needsNumber(asked)) throw errors.argumentType('format', position, 'a number', value);
  const text = isNumber ? numberText(asked, value, position) : paidText(value);
  const missing = width - text.length;
  if (missing <= 0) return text;
  thread.charge(newString(width));
  if (zeros && Number.isFinite(value)) {
    const sign = /^[+-]?/.exec(text)![0];
    return sign + text.slice(sign.length).padStart(width - sign.length, '0');
  }
  const before = { '<': 0, '>': missing, '^': missing >> 1 }[align ?? (isNumber ? '>' : '<')]!;
  return ' '.repeat(before) + text + ' '.repeat(missing - before);
}

/** The template with its placeholders replaced by `values`, which must be as many. */
export function formatted(template: string, values: GuestArray): string {
  let text = '';
  let used = 0;
  const add = (piece: string): void => {
    thread.charge(1 + reading(piece.length));
    allocation.forPiece(text.length, piece.length);
    text += piece;
  };
  const brace = /[{}]/g;
  let at = 0;
  for (let match = brace.exec(template); match !== null; match = brace.exec(template)) {
    add(template.slice(at, match.index));
    const doubled = template[match.index + 1] === match[0];
    if (doubled) {
      add(match[0]);
      at = match.index + 2;
    } else {
      if (match[0] === '}')
        throw errors.badTemplate("has a '}' without a '{' before it; '}}' stands for a brace");
      const end = template.indexOf('}', match.index);
      if (end < 0) throw errors.badTemplate("has a '{' without a '}' after it; '{{' stands for a brace");
      const asked = parse(template.slice(match.index + 1, end));
      if (used === values.length)
        throw errors.badTemplate(`has more than ${used} placeholders, one for each value`);
      add(fill(asked, values[used]!, used + 2));
      used++;
      at = end + 1;
    }
    brace.lastIndex = at;
  }
  if (used < values.length) {
    throw errors.badTemplate(`has ${used} placeholders, but ${values.length} values are given`);
  }
  add(template.slice(at));
  return text;
}
