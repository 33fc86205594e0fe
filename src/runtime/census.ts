/**
 * A walk over everything that can be reached from some values, adding up what it takes. Equal strings count once, because the
 * walk makes them one: it puts the first of them it met in the place of the others, which no guest can notice.
 */

import { isBuffer, ownBytes } from './buffers';
import { ErrorValue } from './errors';
import { Instance } from './instances';
import { bytesOf } from './memory';
import { ClassValue } from './objects';
import { Box, Closure, type GuestArray, type GuestBuffer, type GuestMap, type Value } from './value';

/** Hosts limit the size of a set; V8's limit is 2^24. */
const largestSet = 2 ** 23;

/** V8 hashes longer strings by their length alone, so that a table of them would be a list. */
const longestHashed = 2 ** 14 - 1;

/** Strings that are looked for among those met before: more of them would take too much of the host's own memory. */
const mostUnique = 2 ** 16;

/** Keys up to this length count once: their entry's estimate covers one that is not shared. */
const shortKey = 24;

/** A set without a largest size. */
class Seen {
  private current = new Set<object>();
  private readonly full: Set<object>[] = [];

  /** Whether `value` is new. */
  add(value: object): boolean {
    if (this.current.has(value) || this.full.some((set) => set.has(value))) return false;
    if (this.current.size >= largestSet) {
      this.full.push(this.current);
      this.current = new Set();
    }
    this.current.add(value);
    return true;
  }
}

type Container = GuestArray | GuestMap | GuestBuffer | Closure | Instance | ClassValue | Box | ErrorValue;

/** Where the host's compiler must believe that characters go, so that reading one is not left out. */
let lastRead = 0;

/** Characters of a long string that tell it from others of its length. */
const sample = (text: string): string =>
  text[0]! + text[text.length >> 1]! + text[text.length >> 2]! + text[text.length - 1]!;

export class Census {
  bytes = 0;
  /** Values looked at. */
  visits = 0;
  private readonly seen = new Seen();
  private readonly strings = new Map<string, string>();
  /** One string of each length and sample: more would have to be compared over their whole length. */
  private readonly longStrings = new Map<string, string>();
  private readonly pending: Container[] = [];

  /** @param limit beyond which it need not count */
  constructor(private readonly limit: number) {}

  /** Counts what the slots of active frames hold. */
  countSlots(slots: Value[], from: number, to: number): void {
    for (let slot = from; slot < to; slot++) {
      const value = slots[slot]!;
      if (typeof value === 'string') slots[slot] = this.unique(value);
      else this.reach(value);
      if (this.bytes > this.limit) return;
    }
  }

  /** Counts values that the VM holds in an array of its own, and the array. */
  countRoots(values: readonly (Value | undefined)[]): void {
    const slots = values as (Value | undefined)[]; // an equal string in the place of one changes nothing
    this.bytes += bytesOf.slot * slots.length;
    for (let i = 0; i < slots.length; i++) {
      const value = slots[i];
      if (typeof value === 'string') slots[i] = this.unique(value);
      else if (value !== undefined) this.reach(value);
    }
  }

  /** Counts all that has been reached. */
  finish(): void {
    for (let next = this.pending.pop(); next !== undefined; next = this.pending.pop()) {
      this.visit(next);
      if (this.bytes > this.limit) return;
    }
  }

  private reach(value: Value): void {
    this.visits++;
    if (typeof value !== 'object' || value === null || !isContainer(value)) return;
    if (this.seen.add(value)) this.pending.push(value);
  }

  private visit(value: Container): void {
    if (value instanceof Array) {
      this.bytes += bytesOf.array(value.length);
      this.countSlots(value, 0, value.length);
    } else if (value instanceof Map) {
      this.bytes += bytesOf.map(value.size);
      for (const [key, item] of value) {
        if (typeof key === 'string') this.countKey(key);
        if (typeof item === 'string') value.set(key, this.unique(item));
        else this.reach(item);
        if (this.bytes > this.limit) return;
      }
    } else if (isBuffer(value)) {
      this.bytes += bytesOf.buffer(ownBytes(value));
    } else if (value instanceof Closure) {
      this.bytes += bytesOf.closure(value.free.length);
      this.countSlots(value.free, 0, value.free.length);
    } else if (value instanceof Instance) {
      this.bytes += bytesOf.instance(value.shape.size);
      this.reach(value.classValue);
      this.countFields(value);
    } else if (value instanceof ClassValue) {
      this.countClass(value);
    } else if (value instanceof Box) {
      this.bytes += bytesOf.box;
      if (typeof value.value === 'string') value.value = this.unique(value.value);
      else if (value.value !== undefined) this.reach(value.value);
    } else {
      this.countError(value);
    }
  }

  private countFields(instance: Instance): void {
    for (const place of instance.shape.fields.values()) {
      const value = instance.fieldAt(place);
      if (typeof value === 'string') instance.setFieldAt(place, this.unique(value));
      else this.reach(value);
      if (this.bytes > this.limit) return;
    }
  }

  private countClass({ more, instances, methods, superclass }: ClassValue): void {
    this.bytes += bytesOf.class(instances.fields.size + instances.methods.size);
    if (superclass !== null) this.reach(superclass);
    for (const method of methods) this.reach(method);
    this.countSlots(more, 0, more.length);
  }

  private countError({ message, thrown, trace }: ErrorValue): void {
    this.bytes += bytesOf.error + bytesOf.traceEntry * (trace?.length ?? 0) + bytesOf.string(message.length);
    if (typeof thrown === 'string') this.bytes += bytesOf.string(thrown.length);
    else this.reach(thrown);
  }

  /** A map's key stays the string it is. */
  private countKey(key: string): void {
    this.visits++;
    if (key.length <= shortKey) this.unique(key);
    else this.bytes += bytesOf.string(key.length);
  }

  /** The string that stands for all that are equal to this one; counts it when it is new. */
  private unique(text: string): string {
    this.visits++;
    // Of these the host has but one each.
    if (text.length === 0 || (text.length === 1 && text < '\u0100')) return text;
    // A string put together of many takes more than its characters until it is read.
    lastRead = text.charCodeAt(0);
    const [table, key] = text.length <= longestHashed ? [this.strings, text] : this.longKey(text);
    const known = table.get(key);
    if (known === text) return known;
    if (known === undefined && table.size < mostUnique) table.set(key, text);
    this.bytes += bytesOf.string(text.length);
    return text;
  }

  private longKey(text: string): [Map<string, string>, string] {
    return [this.longStrings, `${text.length} ${sample(text)}`];
  }
}

/** The character that was read last. */
export const lastCharacterRead = (): number => lastRead;

const isContainer = (value: Value & object): value is Container =>
  value instanceof Array ||
  value instanceof Map ||
  isBuffer(value) ||
  value instanceof Closure ||
  value instanceof Instance ||
  value instanceof ClassValue ||
  value instanceof Box ||
  value instanceof ErrorValue;
