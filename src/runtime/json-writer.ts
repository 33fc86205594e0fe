/**
 * Values as JSON (RFC 8259). Nesting is walked with an explicit stack and bounded; what JSON has no form for is refused, with the
 * place where it was found. Numbers and strings are written as ECMAScript's `JSON.stringify` writes them.
 */

import { errors } from './errors';
import { payer } from './paid-text';
import { BoundedText, typeName } from './show';
import { thread } from './thread';
import type { GuestArray, GuestMap, Value } from './value';

/** Arrays and maps inside each other, in what is written and in what is read. */
export const deepestJson = 10_000;

/** A collection being written: where its walk has got to. */
interface Open {
  readonly collection: GuestArray | GuestMap;
  readonly entries: Iterator<Value | [Value, Value]>;
  readonly close: string;
  /** Of the element that is being written: its index or its key. */
  place: Value;
  written: number;
}

/** A string is never asked for a `toJSON`. */
const quoted = (text: string): string => JSON.stringify(text);

/** Places that a message shows, and characters of a key. */
const shownPlaces = 5;
const shownKey = 30;

class Writer {
  private readonly out = new BoundedText(thread.vm.limits.maxStringLength, payer);
  private readonly path = new Set<Value>();
  private readonly stack: Open[] = [];
  private deepest = 0;

  /** @param indent spaces for each level, on lines of their own; none for all on one line */
  constructor(private readonly indent: number) {}

  write(value: Value): string {
    this.begin(value);
    for (let top = this.stack.at(-1); top !== undefined; top = this.stack.at(-1)) {
      const next = top.entries.next();
      if (next.done) this.end(top);
      else if (top.collection instanceof Map)
        this.entry(top, next.value as [Value, Value]); // a Map's iterator gives pairs
      else this.element(top, next.value as Value); // an array's iterator gives elements
    }
    return this.out.toString();
  }

  private element(top: Open, item: Value): void {
    top.place = top.written;
    this.separate(top);
    this.begin(item);
  }

  private entry(top: Open, [key, item]: [Value, Value]): void {
    top.place = key;
    if (typeof key !== 'string') {
      this.stack.pop();
      throw errors.noJson(`${this.where()} has the key ${String(key)}, which is not a string`);
    }
    this.separate(top);
    this.out.writeQuoted(key, quoted);
    this.out.write(this.indent > 0 ? ': ' : ':');
    this.begin(item);
  }

  private separate(top: Open): void {
    if (top.written++ > 0) this.out.write(',');
    this.breakLine();
  }

  /** Begins a value's text; what is inside a collection follows. */
  private begin(value: Value): void {
    if (typeof value === 'string') this.out.writeQuoted(value, quoted);
    else if (value === null || typeof value === 'boolean') this.out.write(String(value));
    else if (typeof value === 'number') this.number(value);
    else if (Array.isArray(value) || value instanceof Map) this.open(value);
    else throw errors.noJson(`${this.where()} is ${typeName(value)}`);
  }

  private number(value: number): void {
    if (!Number.isFinite(value)) throw errors.noJson(`${this.where()} is ${value}`);
    this.out.write(String(value));
  }

  private open(collection: GuestArray | GuestMap): void {
    if (this.path.has(collection))
      throw errors.noJson(`${this.where()} is a collection that it is inside of`);
    const depth = this.stack.length + 1;
    if (depth > deepestJson) throw errors.noJson(`it nests more than ${deepestJson} deep`);
    if (depth > this.deepest) {
      this.deepest = depth;
      payer.level();
    }
    const array = Array.isArray(collection);
    this.out.open(array ? '[' : '{');
    this.path.add(collection);
    this.stack.push({
      collection,
      entries: array ? collection.values() : collection.entries(),
      close: array ? ']' : '}',
      place: null,
      written: 0,
    });
  }

  private end({ collection, close, written }: Open): void {
    this.stack.pop();
    this.path.delete(collection);
    if (written > 0) this.breakLine();
    this.out.write(close);
  }

  private breakLine(): void {
    if (this.indent > 0) this.out.write(`\n${' '.repeat(this.indent * this.stack.length)}`);
  }

  /** Where the value that is being written stands, in words that a message can begin with. */
  private where(): string {
    const places = this.stack.slice(-shownPlaces).map(({ place }) => `[${placeText(place)}]`);
    if (places.length === 0) return 'it';
    return `${this.stack.length > shownPlaces ? '...' : ''}${places.join('')}`;
  }
}

function placeText(place: Value): string {
  if (typeof place !== 'string') return String(place);
  return place.length > shownKey ? `${quoted(place.slice(0, shownKey))}...` : quoted(place);
}

/**
 * The JSON of a value, on its own lines where there is an indent.
 *
 * @throws ErrorValue where JSON cannot express the value
 */
export const jsonText = (value: Value, indent: number): string => new Writer(indent).write(value);
