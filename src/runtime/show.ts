/**
 * Values as text: what `str`, `puts` and interpolation write, and the names of types in messages. Nesting and cycles are
 * walked with an explicit stack, so no guest value can exhaust the host's; shared parts make the text of a small value
 * long, so its length is bounded and its making can be paid for as it goes.
 */

import { isBuffer, kindOf } from './buffers';
import { ErrorValue, errors } from './errors';
import { Instance } from './instances';
import { hostLimits } from './limits';
import { ClassValue } from './objects';
import {
  Box,
  Closure,
  type GuestArray,
  type GuestBuffer,
  type GuestMap,
  Handle,
  HostFunction,
  type Value,
} from './value';

/** The guest's name for the type of a value, as `type(x)` gives it. */
export function typeOf(value: Value): string {
  if (value instanceof Instance) return 'instance';
  if (value instanceof ClassValue) return 'class';
  return typeName(value);
}

/** What a value is, for messages. */
export function typeName(value: Value): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Map) return 'map';
  if (isBuffer(value)) return `${kindOf(value)} buffer`;
  if (value instanceof Closure || value instanceof HostFunction) return 'function';
  if (value instanceof ErrorValue) return 'error';
  if (value instanceof Handle) return 'handle';
  if (value instanceof Instance) return `an instance of ${value.classValue.name}`;
  if (value instanceof ClassValue) return `class ${value.name}`;
  if (value instanceof Box) return 'box';
  return typeof value;
}

/** A number as the guest sees it: integers without a point, the shortest text that reads back to the same double. */
const showNumber = (value: number): string => (Object.is(value, -0) ? '0' : String(value));

/** A string as it stands inside a collection: quoted, with escapes that Weft reads back. */
const quote = (text: string): string => JSON.stringify(text).replaceAll('${', '\\${');

/** The text of anything but a collection. */
export function showScalar(value: Value): string {
  if (typeof value === 'number') return showNumber(value);
  if (value instanceof Closure) return `<fn ${value.fn.name}>`;
  if (value instanceof HostFunction) return `<built-in ${value.name}>`;
  if (value instanceof ErrorValue) return `${value.kind}: ${value.message}`;
  if (value instanceof ClassValue) return `<class ${value.name}>`;
  if (value instanceof Handle) return '<handle>';
  if (value instanceof Box) return '<box>';
  return String(value);
}

/** Is told of a collection's text before it is made; may throw. */
export interface Payer {
  /** So many characters are about to be made, of so many pieces. */
  text(length: number, pieces: number): void;
  /** The walk is about to go down a level deeper than before. */
  level(): void;
}

const nobody: Payer = { text() {}, level() {} };

/** Pieces that are joined at a time: one by one would make a host's longest array of them. */
const piecesAtATime = 4096;
/** Opening a collection is as much work as writing so many pieces. */
const piecesForOpening = 8;
/** Characters that are paid for at a time. */
const charactersAtATime = 4096;

/** Text that is paid for as it grows and may not outgrow `longest`. */
export class BoundedText {
  private pieces: string[] = [];
  private joined = '';
  private length = 0;
  private unpaid = 0;
  private opened = 0;

  constructor(
    private readonly longest: number,
    private readonly payer: Payer,
  ) {}

  /** What a collection's text begins with. */
  open(sign: string): void {
    this.opened++;
    this.write(sign);
  }

  write(piece: string): void {
    this.length += piece.length;
    if (this.length > this.longest) throw errors.outOfMemory('the text of a value is too long');
    this.unpaid += piece.length;
    this.pieces.push(piece);
    if (this.unpaid >= charactersAtATime || this.pieces.length === piecesAtATime) this.join();
  }

  /**
   * A string as it stands inside a collection.
   *
   * @param quoted puts it between quotes, character by character
   */
  writeQuoted(text: string, quoted: (text: string) => string = quote): void {
    if (text.length <= charactersAtATime) {
      this.write(quoted(text));
      return;
    }
    this.write('"');
    for (let at = 0; at < text.length; ) {
      let end = at + charactersAtATime;
      // Never between two characters that are quoted together.
      if (/[$\ud800-\udbff]/.test(text[end - 1] ?? '')) end++;
      this.write(quoted(text.slice(at, end)).slice(1, -1));
      at = end;
    }
    this.write('"');
  }

  private join(): void {
    this.payer.text(this.unpaid, this.pieces.length + piecesForOpening * this.opened);
    this.unpaid = 0;
    this.opened = 0;
    this.joined += this.pieces.join('');
    this.pieces = [];
  }

  toString(): string {
    this.join();
    return this.joined;
  }
}

type Collection = GuestArray | GuestMap | Instance;

/** Elements, entries, or the names of fields with their slots. A generator would take much more room, for each level of a walk. */
function entriesOf(item: Collection): Iterator<Value | [Value, Value]> {
  if (item instanceof Instance) return item.shape.fields.entries();
  return Array.isArray(item) ? item.values() : item.entries();
}

/** What the text of a collection begins with. */
const headOf = (item: Collection): string =>
  item instanceof Instance ? `${item.classValue.name} {` : Array.isArray(item) ? '[' : '{';

const closeOf = (item: Collection): string => (Array.isArray(item) ? ']' : '}');

/** A buffer's text is the call that makes one like it. */
function writeBuffer(buffer: GuestBuffer, out: BoundedText): void {
  out.open(`${kindOf(buffer)}([`);
  for (let i = 0; i < buffer.length; i++) {
    if (i > 0) out.write(', ');
    out.write(showNumber(buffer[i]!));
  }
  out.write('])');
}

/** A collection being written: where its walk has got to, and what closes it. */
interface Open {
  readonly collection: Collection;
  readonly entries: Iterator<Value | [Value, Value]>;
  readonly close: string;
  first: boolean;
}

/**
 * The text of a value. Strings stand for themselves at the top and are quoted inside collections; a collection inside
 * itself shows as `[...]` or `{...}`.
 *
 * @param payer is told of a collection's text before it is made
 * @param longest the length that the text may have
 * @throws ErrorValue out of memory, beyond that
 */
export function show(value: Value, payer: Payer = nobody, longest: number = hostLimits.stringLength): string {
  if (typeof value === 'string') return value;
  if (!isCollection(value) && !isBuffer(value)) return showScalar(value);
  const out = new BoundedText(longest, payer);
  const path = new Set<Value>();
  const stack: Open[] = [];
  let deepest = 0;

  const enter = (item: Value): void => {
    if (typeof item === 'string') out.writeQuoted(item);
    else if (isBuffer(item)) writeBuffer(item, out);
    else if (!isCollection(item)) out.write(showScalar(item));
    else if (path.has(item)) out.write(`${headOf(item)}...${closeOf(item)}`);
    else open(item);
  };

  const open = (item: Collection): void => {
    if (stack.length >= deepest) {
      deepest++;
      payer.level();
    }
    out.open(headOf(item));
    path.add(item);
    stack.push({ collection: item, entries: entriesOf(item), close: closeOf(item), first: true });
  };

  enter(value);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.entries.next();
    if (next.done) {
      out.write(top.close);
      path.delete(top.collection);
      stack.pop();
      continue;
    }
    if (!top.first) out.write(', ');
    top.first = false;
    if (Array.isArray(top.collection)) {
      enter(next.value as Value); // an array's iterator gives elements
      continue;
    }
    const [key, item] = next.value as [Value, Value]; // the others' iterators give pairs
    const { collection } = top;
    // The names of fields are identifiers.
    if (collection instanceof Instance) out.write(String(key));
    else enter(key);
    out.write(': ');
    enter(collection instanceof Instance ? collection.fieldAt(Number(item)) : item);
  }
  return out.toString();
}

/** The beginning of a value's text, for messages to people. */
export function showBrief(value: Value, longest: number): string {
  try {
    const text = show(value, undefined, 64 * longest);
    return text.length > longest ? `${text.slice(0, longest)}...` : text;
  } catch {
    return `<a large ${typeName(value)}>`;
  }
}

/** Whether the text of a value is made of the texts of others. */
export const isCollection = (value: Value): value is Collection =>
  Array.isArray(value) || value instanceof Map || value instanceof Instance;
