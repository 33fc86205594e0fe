/**
 * What can go wrong while a guest runs: the kinds, the error value that travels through guest frames, and the one list
 * of messages. `throw` one of these from anywhere below an engine; the engine's unwinder adds the place.
 */

import { typeName } from './show';
import type { Value } from './value';

/** The kinds of error a run can end in. */
export const errorKinds = [
  'type error',
  'division by zero',
  'undefined variable',
  'bad index',
  'unknown member',
  'wrong argument count',
  'bad argument',
  'assertion failed',
  'not callable',
  'invalid operation',
  'thrown value',
  'host error',
  'stack overflow',
  'stack underflow',
  'out of fuel',
  'out of memory',
  'cancelled',
] as const;

export type ErrorKind = (typeof errorKinds)[number];

/** Kinds that a guest's `catch` and `finally` never see: the limits that the host set, and broken code. */
const uncatchable: ReadonlySet<ErrorKind> = new Set<ErrorKind>([
  'stack overflow',
  'stack underflow',
  'out of fuel',
  'out of memory',
  'cancelled',
]);

/** One line of a trace. `line` and `column` count from 1 and are 0 where debug information was stripped. */
export interface TraceEntry {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How many frames in a row stood at this very place. */
  readonly repeated: number;
}

/** What a guest's `catch` receives when the machine raised the error; also the carrier of a thrown value. */
export class ErrorValue {
  /** Innermost frame first; filled in by the unwinder, once. */
  trace: readonly TraceEntry[] | undefined;

  /**
   * @param thrown the guest's own value where `kind` is `thrown value`
   * @param cause the host's exception, which only the host gets to see
   */
  constructor(
    readonly kind: ErrorKind,
    /** The unwinder puts in what only it knows: the name of a variable. */
    public message: string,
    readonly thrown: Value = null,
    readonly cause: unknown = undefined,
  ) {}

  /** What a guest can read of an error. */
  static readonly fields: ReadonlySet<string> = new Set(['kind', 'message', 'trace']);

  get catchable(): boolean {
    return !uncatchable.has(this.kind);
  }
}

/** What to say to who takes a map for an object. */
const hintFor = (value: Value, name: string): string =>
  value instanceof Map ? `; its elements are read as m["${name}"]` : '';

/** An error about the object that an instruction works on: the unwinder says what variable it came from. */
export class ObjectError extends ErrorValue {}

/** Every run-time error by name, with the data its message needs. */
export const errors = {
  binary: (operator: string, a: Value, b: Value) =>
    new ErrorValue('type error', `'${operator}' does not apply to ${typeName(a)} and ${typeName(b)}`),
  unary: (operator: string, a: Value) =>
    new ErrorValue('type error', `'${operator}' does not apply to ${typeName(a)}`),
  divisionByZero: (operator: string) =>
    new ErrorValue('division by zero', `the right operand of '${operator}' is zero`),
  undefinedVariable: (name: string | undefined) =>
    new ErrorValue(
      'undefined variable',
      name === undefined
        ? 'a variable is used before it is defined'
        : `'${name}' is used before it is defined`,
    ),
  notIndexable: (collection: Value) =>
    new ErrorValue('type error', `${typeName(collection)} has no elements to index`),
  notAssignable: (collection: Value) =>
    new ErrorValue('type error', `the elements of ${typeName(collection)} cannot be assigned`),
  notIterable: (value: Value) => new ErrorValue('type error', `${typeName(value)} cannot be iterated over`),
  badIndexType: (collection: Value, key: Value) =>
    new ErrorValue('bad index', `${typeName(collection)} cannot be indexed with ${typeName(key)}`),
  fractionalIndex: (collection: Value, key: number) =>
    new ErrorValue('bad index', `the index of ${typeName(collection)} must be a whole number, not ${key}`),
  indexOutOfRange: (key: number, length: number) =>
    new ErrorValue('bad index', `index ${key} is outside an array of length ${length}`),
  outsideBuffer: (key: number, length: number) =>
    new ErrorValue('bad index', `index ${key} is outside a buffer of length ${length}`),
  notForBuffer: (buffer: Value, value: Value) =>
    new ErrorValue('type error', `${typeName(value)} cannot be an element of ${typeName(buffer)}`),
  badKey: (key: Value) => new ErrorValue('bad index', `${typeName(key)} cannot be the key of a map`),
  argumentCount: (name: string, wanted: string, got: number) =>
    new ErrorValue('wrong argument count', `'${name}' takes ${wanted}, but got ${got}`),
  argumentType: (name: string, position: number, wanted: string, got: Value) =>
    new ErrorValue(
      'bad argument',
      `argument ${position} of '${name}' must be ${wanted}, not ${typeName(got)}`,
    ),
  argumentRange: (name: string, position: number, wanted: string, got: Value) =>
    new ErrorValue('bad argument', `argument ${position} of '${name}' must be ${wanted}, not ${String(got)}`),
  argumentEmpty: (name: string, position: number) =>
    new ErrorValue('bad argument', `argument ${position} of '${name}' must not be empty`),
  notSortable: (name: string) =>
    new ErrorValue('bad argument', `argument 1 of '${name}' must hold numbers only or strings only`),
  elementType: (name: string, position: number, wanted: string) =>
    new ErrorValue('bad argument', `argument ${position} of '${name}' must hold ${wanted}`),
  badJson: (what: string, line: number, column: number) =>
    new ErrorValue(
      'bad argument',
      `argument 1 of 'parse_json' is not JSON: ${what} at line ${line}, column ${column}`,
    ),
  noJson: (what: string) =>
    new ErrorValue('bad argument', `argument 1 of 'to_json' cannot be written as JSON: ${what}`),
  notNumbers: (name: string, position: number) =>
    new ErrorValue('bad argument', `argument ${position} of '${name}' must hold numbers only`),
  doesNotFit: (name: string, count: number, at: number, length: number) =>
    new ErrorValue(
      'bad argument',
      `'${name}' cannot put ${count} element${count === 1 ? '' : 's'} at index ${at} of a length of ${length}`,
    ),
  badTemplate: (what: string) => new ErrorValue('bad argument', `the template of 'format' ${what}`),
  assertionFailed: (message: string | undefined) =>
    new ErrorValue('assertion failed', message ?? 'a condition is null or false'),
  notCallable: (callee: Value) => new ErrorValue('not callable', `${typeName(callee)} is not a function`),
  unknownMember: (className: string, what: string, name: string) =>
    new ObjectError('unknown member', `class ${className} has no ${what} '${name}'`),
  methodAsField: (className: string, name: string) =>
    new ObjectError(
      'unknown member',
      `'${name}' is a method of class ${className}, which can only be called`,
    ),
  noMembers: (value: Value, what: string, name: string) =>
    new ObjectError('type error', `${typeName(value)} has no ${what} '${name}'${hintFor(value, name)}`),
  errorAssigned: (name: string) =>
    new ObjectError('type error', `the '${name}' of an error cannot be assigned`),
  notAClass: (word: string, value: Value) =>
    new ObjectError('type error', `'${word}' needs a class, not ${typeName(value)}`),
  notConstructible: (value: Value) =>
    new ObjectError('not callable', `'new' makes instances of classes, not of ${typeName(value)}`),
  badSuperclass: (className: string, value: Value) =>
    new ErrorValue('type error', `class ${className} cannot extend ${typeName(value)}`),
  memberConflict: (className: string, name: string) =>
    new ErrorValue(
      'type error',
      `'${name}' is both a field and a method in class ${className} and those above it`,
    ),
  noConstructor: (className: string, got: string) =>
    new ErrorValue('wrong argument count', `class ${className} has no constructor to take ${got}`),
  noSuperConstructor: (got: string) =>
    new ErrorValue('wrong argument count', `the superclass has no constructor to take ${got}`),
  memberNotCallable: (callee: Value, name: string) =>
    new ErrorValue('not callable', `what the member '${name}' holds is no function but ${typeName(callee)}`),
  notABox: (value: Value) =>
    new ErrorValue('invalid operation', `a variable's box is expected where there is ${typeName(value)}`),
  notGranted: (name: string) =>
    new ErrorValue('invalid operation', `the host does not grant '${name}' to programs`),
  invalidOperation: (what: string) => new ErrorValue('invalid operation', what),
  /** Its text is made when it leaves the run: most thrown values are caught. */
  thrown: (value: Value) => new ErrorValue('thrown value', '', value),
  host: (name: string, cause: unknown) =>
    new ErrorValue('host error', `the host function '${name}' failed`, null, cause),
  stackOverflow: (what: string) => new ErrorValue('stack overflow', what),
  reentrancy: (most: number) =>
    new ErrorValue('stack overflow', `host functions and guests call each other more than ${most} deep`),
  stackUnderflow: (what: string) => new ErrorValue('stack underflow', what),
  cannotWait: (name: string) =>
    new ErrorValue(
      'invalid operation',
      `'${name}' is asynchronous, and the program cannot wait here: it was not started as an execution, or a host function waits for it`,
    ),
  cancelled: () => new ErrorValue('cancelled', 'the host cancelled the program'),
  outOfFuel: () => new ErrorValue('out of fuel', 'the program used all the fuel it was given'),
  outOfMemory: (what: string) => new ErrorValue('out of memory', what),
};
