/**
 * The cold halves of instructions: what a body in the table calls when its fast path does not hold. Each either gives
 * the result or throws the error that names operation and types.
 */

import * as allocation from './allocation';
import { isBuffer } from './buffers';
import { ErrorValue, errors } from './errors';
import { paidText } from './paid-text';
import { comparing, equating, joining, lookingUp, reading } from './text-costs';
import { thread } from './thread';
import {
  Closure,
  type GuestArray,
  type GuestBuffer,
  type GuestMap,
  HostFunction,
  isKey,
  type Value,
} from './value';

export function add(a: Value, b: Value): Value {
  if (typeof a === 'string' && typeof b === 'string') {
    const length = a.length + b.length;
    thread.mark();
    const cost = joining(length);
    if (cost > 0) thread.charge(cost);
    allocation.forString(length);
    return a + b;
  }
  throw errors.binary('+', a, b);
}

/** The error of an operator that takes numbers only. */
export function arithmetic(operator: string, a: Value, b: Value): never {
  throw errors.binary(operator, a, b);
}

/** The error of a division: by zero where both are numbers, of type otherwise. */
export function division(operator: string, a: Value, b: Value): never {
  if (typeof a === 'number' && b === 0) throw errors.divisionByZero(operator);
  throw errors.binary(operator, a, b);
}

export function unary(operator: string, a: Value): never {
  throw errors.unary(operator, a);
}

/** Whether a string equals a value, where that is cheap to tell. */
export const tryEqual = (a: string, b: Value): boolean | undefined =>
  equating(a, b) === 0 ? a === b : undefined;

/** Whether a string equals a value. */
export function equal(a: string, b: Value): boolean {
  const cost = equating(a, b);
  if (cost > 0) {
    thread.mark();
    thread.charge(cost);
  }
  return a === b;
}

/** Whether two values are strings that cost nothing to compare beyond the instruction. */
function areShort(a: Value, b: Value): boolean {
  return typeof a === 'string' && typeof b === 'string' && comparing(a, b) === 0;
}

function payForOrder(a: string, b: string): void {
  const cost = comparing(a, b);
  if (cost === 0) return;
  thread.mark();
  thread.charge(cost);
}

/** Pays for looking a key up. */
function payForKey(map: GuestMap, key: Value): void {
  const cost = lookingUp(key, map.size);
  if (cost > 0) thread.charge(cost);
}

export const tryLess = (a: Value, b: Value): boolean | undefined => (areShort(a, b) ? a! < b! : undefined);

export function less(a: Value, b: Value): boolean {
  if (typeof a === 'string' && typeof b === 'string') {
    payForOrder(a, b);
    return a < b;
  }
  throw errors.binary('<', a, b);
}

export const tryLessEqual = (a: Value, b: Value): boolean | undefined =>
  areShort(a, b) ? a! <= b! : undefined;

export function lessEqual(a: Value, b: Value): boolean {
  if (typeof a === 'string' && typeof b === 'string') {
    payForOrder(a, b);
    return a <= b;
  }
  throw errors.binary('<=', a, b);
}

export const tryGreater = (a: Value, b: Value): boolean | undefined => (areShort(a, b) ? a! > b! : undefined);

export function greater(a: Value, b: Value): boolean {
  if (typeof a === 'string' && typeof b === 'string') {
    payForOrder(a, b);
    return a > b;
  }
  throw errors.binary('>', a, b);
}

export const tryGreaterEqual = (a: Value, b: Value): boolean | undefined =>
  areShort(a, b) ? a! >= b! : undefined;

export function greaterEqual(a: Value, b: Value): boolean {
  if (typeof a === 'string' && typeof b === 'string') {
    payForOrder(a, b);
    return a >= b;
  }
  throw errors.binary('>=', a, b);
}

/** The error of an index that is no whole number. */
const notWhole = (collection: Value, key: Value): ErrorValue =>
  typeof key === 'number' ? errors.fractionalIndex(collection, key) : errors.badIndexType(collection, key);

function checkWhole(collection: Value, key: Value): asserts key is number {
  if (!Number.isInteger(key)) throw notWhole(collection, key);
}

/**
 * An element, where it costs nothing beyond the instruction and is no error; `undefined` otherwise. Past the end of what is
 * indexed by numbers there is `null`.
 */
export function tryIndex(collection: Value, key: Value): Value | undefined {
  if (typeof collection === 'string') {
    if (typeof key !== 'number' || !Number.isInteger(key)) return undefined;
    return key >= 0 && key < collection.length ? collection[key]! : null;
  }
  if (collection instanceof Map) {
    return isKey(key) && lookingUp(key, collection.size) === 0 ? (collection.get(key) ?? null) : undefined;
  }
  if (typeof key !== 'number' || !Number.isInteger(key)) return undefined;
  if (isBuffer(collection) || Array.isArray(collection)) {
    return key >= 0 && key < collection.length ? collection[key]! : null;
  }
  return undefined;
}

export function index(collection: Value, key: Value): Value {
  const found = tryIndex(collection, key);
  if (found !== undefined) return found;
  if (collection instanceof Map) {
    if (!isKey(key)) throw errors.badKey(key);
    thread.mark();
    payForKey(collection, key);
    return collection.get(key) ?? null;
  }
  if (collection instanceof ErrorValue) {
    if (typeof key !== 'string') throw errors.badIndexType(collection, key);
    return knownOf(collection, key);
  }
  if (!isBuffer(collection) && !Array.isArray(collection) && typeof collection !== 'string') {
    throw errors.notIndexable(collection);
  }
  throw notWhole(collection, key);
}

/** What a guest can read of an error that it caught; `null` where there is nothing of that name. */
export function knownOf(error: ErrorValue, name: string): Value {
  switch (name) {
    case 'kind':
      return error.kind;
    case 'message':
      return error.message;
    case 'trace':
      return traceTexts(error);
    default:
      return null;
  }
}

/** The most characters that line and column take in a line of a trace, with what stands between. */
const longestPlace = 24;

/** A trace as an array of strings, one a frame. */
function traceTexts({ trace = [] }: ErrorValue): GuestArray {
  thread.mark();
  thread.charge(trace.length);
  allocation.forArray(trace.length);
  return trace.map(({ function: name, file, line, column }) => {
    const length = name.length + file.length + longestPlace;
    thread.charge(reading(length));
    allocation.forString(length);
    // A template's parts would stay apart in the host until somebody reads the text.
    return [name, ' ', file, ':', line, ':', column].join('');
  });
}

/** As `tryIndex`, but of no string. */
export const tryElement = (collection: Value, key: Value): Value | undefined =>
  typeof collection === 'string' ? undefined : tryIndex(collection, key);

/** An element where a string is no collection, as in Monkey. */
export function element(collection: Value, key: Value): Value {
  if (typeof collection === 'string') throw errors.notIndexable(collection);
  return index(collection, key);
}

/** Assigns a number, turned into what the buffer can hold. */
function setBufferElement(buffer: GuestBuffer, key: Value, value: Value): void {
  checkWhole(buffer, key);
  if (key < 0 || key >= buffer.length) throw errors.outsideBuffer(key, buffer.length);
  if (typeof value !== 'number') throw errors.notForBuffer(buffer, value);
  buffer[key] = value;
}

export function setIndex(collection: Value, key: Value, value: Value): void {
  if (isBuffer(collection)) {
    setBufferElement(collection, key, value);
  } else if (Array.isArray(collection)) {
    checkWhole(collection, key);
    if (key < 0 || key >= collection.length) throw errors.indexOutOfRange(key, collection.length);
    collection[key] = value;
  } else if (collection instanceof Map) {
    if (!isKey(key)) throw errors.badKey(key);
    thread.mark();
    payForKey(collection, key);
    if (!collection.has(key)) allocation.forEntry();
    collection.set(key, value);
  } else {
    throw errors.notAssignable(collection);
  }
}

/** What a `for in` walks by index: arrays, buffers and strings themselves, the keys of a map. */
export function sequence(value: Value): Value {
  if (Array.isArray(value) || typeof value === 'string' || isBuffer(value)) return value;
  if (value instanceof Map) {
    thread.mark();
    thread.charge(value.size);
    allocation.forArray(value.size);
    return [...value.keys()];
  }
  throw errors.notIterable(value);
}

/** The length of a `sequence`, where it has one. */
export const tryLength = (value: Value): number | undefined =>
  Array.isArray(value) || typeof value === 'string' || isBuffer(value) ? value.length : undefined;

/** The length of a `sequence`. */
export function length(value: Value): number {
  if (Array.isArray(value) || typeof value === 'string' || isBuffer(value)) return value.length;
  throw errors.notIterable(value);
}

/** Pieces of an interpolated string, joined. */
export function interpolate(pieces: GuestArray): string {
  // Where there is no fuel for one piece, the instruction begins again and has not cost anything.
  thread.mark();
  let text = '';
  for (const piece of pieces) {
    const part = paidText(piece);
    allocation.forPiece(text.length, part.length);
    text += part;
  }
  return text;
}

/** The unwinder adds the variable's name, which the instruction knows. */
export function undefinedVariable(): never {
  throw errors.undefinedVariable(undefined);
}

/** The error of a call whose callee does not take `argc` arguments, or is no function at all. */
export function badCall(callee: Value, argc: number): never {
  if (callee instanceof Closure) {
    const { name, arity, isMethod } = callee.fn;
    // A guest does not count `this`.
    const hidden = isMethod && argc > 0 ? 1 : 0;
    throw errors.argumentCount(name, countOf(arity - hidden), argc - hidden);
  }
  if (callee instanceof HostFunction) throw errors.argumentCount(callee.name, wanted(callee), argc);
  throw errors.notCallable(callee);
}

/** In words. */
export const countOf = (n: number): string => `${n} argument${n === 1 ? '' : 's'}`;

function wanted({ minArity, maxArity }: HostFunction): string {
  if (minArity === maxArity) return countOf(minArity);
  if (maxArity === Number.POSITIVE_INFINITY) return `at least ${countOf(minArity)}`;
  return `${minArity} to ${countOf(maxArity)}`;
}

/** What is thrown where a guest throws a value: an error that it has caught is thrown on. */
export const errorOf = (value: Value): ErrorValue =>
  value instanceof ErrorValue ? value : errors.thrown(value);

export function raise(value: Value): never {
  throw errorOf(value);
}

/** What is in the place of an instruction that verified code cannot reach. */
export function unreachable(): never {
  throw errors.invalidOperation('the code goes on where no instruction can be reached');
}
