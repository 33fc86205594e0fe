/**
 * The template language of `format`: `{}` or `{:[<>^][0][width][.decimals]}`, with `{{` and `}}` for braces. Values stand at the
 * left of their width, numbers at the right, unless a sign says otherwise.
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
  readonly zeros: boolean;
  readonly width: number;
  readonly decimals: number | undefined;
}

/** More than any string is wide; the length keeps the number exact and the pattern's work small. */
const placeholder = /^(?::([<>^])?(0)?(\d{1,9})?(?:\.(\d{1,9}))?)?$/;

/** The host's own limit of `toFixed`. */
const maxDecimals = 100;

/** No placeholder is longer; a longer one is not looked at. */
const maxPlaceholder = 32;

function parse(text: string): Placeholder {
  const match = text.length > maxPlaceholder ? null : placeholder.exec(text);
  if (match === null) {
    throw errors.badTemplate(`has a placeholder '{${text.slice(0, maxPlaceholder)}}' that is not understood`);
  }
  const decimals = match[4] === undefined ? undefined : Number(match[4]);
  if (decimals !== undefined && decimals > maxDecimals) {
    throw errors.badTemplate(`asks for ${decimals} decimals, but there can be ${maxDecimals} at most`);
  }
  return { align: match[1], zeros: match[2] !== undefined, width: Number(match[3] ?? 0), decimals };
}

/** @param position of the value among the arguments of `format` */
function fill({ align, zeros, width, decimals }: Placeholder, value: Value, position: number): string {
  const isNumber = typeof value === 'number';
  if ((decimals !== undefined || zeros) && !isNumber)
    throw errors.argumentType('format', position, 'a number', value);
  const text = decimals !== undefined && isNumber ? value.toFixed(decimals) : paidText(value);
  const missing = width - text.length;
  if (missing <= 0) return text;
  thread.charge(newString(width));
  if (zeros && Number.isFinite(value)) {
    return text.startsWith('-') ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0');
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
