/**
 * THE TABLE: every instruction of the machine, once. Operands, stack picture, sentence and meaning stand here and nowhere
 * else; `npm run generate` derives the rest (see docs/adding-an-instruction.md).
 *
 * A body is one expression over its parameters, the verbs of `verbs.ts`, `make` for what allocates, `boxes` for captured
 * variables, `slow` for what is not the fast path, and the host's `Math`. The generator refuses anything else.
 */

import * as boxes from '../runtime/boxes';
import { Instance } from '../runtime/instances';
import * as make from '../runtime/make';
import * as members from '../runtime/members';
import * as slow from '../runtime/slow';
import type { GuestArray, Value } from '../runtime/value';
import { control, data, type Instruction, shuffle } from './table';
import {
  cache,
  classAt,
  constant,
  free,
  functionAt,
  global,
  imported,
  local,
  memberName,
  self,
  setGlobal,
  setLocal,
} from './verbs';

export const instructions = {
  // Constants

  OpConstant: data({
    operands: { index: 'constant' },
    stack: '-- value',
    says: 'Pushes a constant of the pool.',
    body: (index: number): Value => constant(index),
  }),
  OpNull: data({ stack: '-- null', says: 'Pushes `null`.', body: (): Value => null }),
  OpTrue: data({ stack: '-- true', says: 'Pushes `true`.', body: (): Value => true }),
  OpFalse: data({ stack: '-- false', says: 'Pushes `false`.', body: (): Value => false }),

  // The stack

  OpPop: shuffle({ stack: 'value --', says: 'Drops the top of the stack.' }),
  OpDup: shuffle({ stack: 'value -- value value', says: 'Copies the top of the stack.' }),
  OpDup2: shuffle({ stack: 'a b -- a b a b', says: 'Copies the two values on top, for `a[b] += ...`.' }),

  // Variables

  OpGetLocal: data({
    operands: { slot: 'local' },
    stack: '-- value',
    says: 'Pushes an argument or a local.',
    body: (slot: number): Value => local(slot),
  }),
  OpSetLocal: data({
    operands: { slot: 'local' },
    stack: 'value --',
    says: 'Assigns an argument or a local.',
    body: (slot: number, value: Value): void => setLocal(slot, value),
  }),
  OpGetGlobal: data({
    operands: { index: 'global' },
    stack: '-- value',
    says: 'Pushes a global; an error before it is defined.',
    body: (index: number): Value => (global(index) !== undefined ? global(index)! : slow.undefinedVariable()),
  }),
  OpSetGlobal: data({
    operands: { index: 'global' },
    stack: 'value --',
    says: 'Assigns a global; an error before it is defined.',
    body: (index: number, value: Value): void =>
      global(index) !== undefined ? setGlobal(index, value) : slow.undefinedVariable(),
  }),
  OpDefineGlobal: data({
    operands: { index: 'global' },
    stack: 'value --',
    says: 'Defines a global.',
    body: (index: number, value: Value): void => setGlobal(index, value),
  }),
  OpImport: data({
    operands: { index: 'import' },
    stack: '-- value',
    says: 'Pushes what the host provides under an imported name.',
    body: (index: number): Value => imported(index),
  }),
  OpSelf: data({
    stack: '-- function',
    says: 'Pushes the running closure, so that a function can name itself.',
    body: (): Value => self(),
  }),

  // Captured variables. One that is assigned after its capture lives in a box that its function and all closures share.

  OpEmptyBox: data({
    operands: { slot: 'local' },
    stack: '--',
    says: 'Puts a new box into a slot, its variable not yet defined.',
    body: (slot: number): void => setLocal(slot, make.box(undefined)),
  }),
  OpMakeBox: data({
    operands: { slot: 'local' },
    stack: '--',
    says: 'Moves the value of a slot into a new box in that slot.',
    body: (slot: number): void => setLocal(slot, make.box(local(slot))),
  }),
  OpGetBoxed: data({
    operands: { slot: 'local' },
    stack: '-- value',
    says: 'Pushes the variable in the box of a slot; an error before it is defined.',
    body: (slot: number): Value => boxes.read(local(slot)),
  }),
  OpSetBoxed: data({
    operands: { slot: 'local' },
    stack: 'value --',
    says: 'Assigns the variable in the box of a slot; an error before it is defined.',
    body: (slot: number, value: Value): void => boxes.assign(local(slot), value),
  }),
  OpDefineBoxed: data({
    operands: { slot: 'local' },
    stack: 'value --',
    says: 'Defines the variable in the box of a slot.',
    body: (slot: number, value: Value): void => boxes.define(local(slot), value),
  }),
  OpGetFree: data({
    operands: { index: 'free' },
    stack: '-- value',
    says: 'Pushes a captured variable.',
    body: (index: number): Value => free(index),
  }),
  OpGetFreeBoxed: data({
    operands: { index: 'free' },
    stack: '-- value',
    says: 'Pushes the variable in a captured box; an error before it is defined.',
    body: (index: number): Value => boxes.read(free(index)),
  }),
  OpSetFreeBoxed: data({
    operands: { index: 'free' },
    stack: 'value --',
    says: 'Assigns the variable in a captured box; an error before it is defined.',
    body: (index: number, value: Value): void => boxes.assign(free(index), value),
  }),
  OpClosure: data({
    operands: { index: 'function', count: 'captures' },
    stack: 'captured[count] -- closure',
    says: 'Makes a closure of a function and the values or boxes it captures.',
    body: (index: number, _count: number, captured: GuestArray): Value =>
      make.closure(functionAt(index), captured),
  }),

  // Arithmetic, on numbers only: nothing is coerced

  OpAdd: data({
    stack: 'a b -- sum',
    says: 'Adds two numbers, or joins two strings.',
    body: (a: Value, b: Value): Value =>
      typeof a === 'number' && typeof b === 'number' ? a + b : slow.add(a, b),
  }),
  OpSub: data({
    stack: 'a b -- difference',
    says: 'Subtracts.',
    body: (a: Value, b: Value): number =>
      typeof a === 'number' && typeof b === 'number' ? a - b : slow.arithmetic('-', a, b),
  }),
  OpMul: data({
    stack: 'a b -- product',
    says: 'Multiplies.',
    body: (a: Value, b: Value): number =>
      typeof a === 'number' && typeof b === 'number' ? a * b : slow.arithmetic('*', a, b),
  }),
  OpDiv: data({
    stack: 'a b -- quotient',
    says: 'Divides.',
    body: (a: Value, b: Value): number =>
      typeof a === 'number' && typeof b === 'number' && b !== 0 ? a / b : slow.division('/', a, b),
  }),
  OpTruncDiv: data({
    stack: 'a b -- quotient',
    says: 'Divides and truncates toward zero.',
    body: (a: Value, b: Value): number =>
      typeof a === 'number' && typeof b === 'number' && b !== 0
        ? Math.trunc(a / b)
        : slow.division('//', a, b),
  }),
  OpMod: data({
    stack: 'a b -- remainder',
    says: 'Gives the remainder, with the sign of the dividend.',
    body: (a: Value, b: Value): number =>
      typeof a === 'number' && typeof b === 'number' && b !== 0 ? a % b : slow.division('%', a, b),
  }),
  OpPow: data({
    stack: 'a b -- power',
    says: 'Raises to a power.',
    body: (a: Value, b: Value): number =>
      typeof a === 'number' && typeof b === 'number' ? a ** b : slow.arithmetic('**', a, b),
  }),
  OpMinus: data({
    stack: 'a -- negated',
    says: 'Negates a number.',
    body: (a: Value): number => (typeof a === 'number' ? -a : slow.unary('-', a)),
  }),

  // Bits, of 32-bit integers

  OpBitAnd: data({
    stack: 'a b -- bits',
    says: 'Bitwise and of 32-bit integers.',
    body: (a: Value, b: Value): number =>
      typeof a === 'number' && typeof b === 'number' ? a & b : slow.arithmetic('&', a, b),
  }),
  OpBitOr: data({
    stack: 'a b -- bits',
    says: 'Bitwise or of 32-bit integers.',
    body: (a: Value, b: Value): number =>
      typeof a === 'number' && typeof b === 'number' ? a | b : slow.arithmetic('|', a, b),
  }),
  OpBitXor: data({
    stack: 'a b -- bits',
    says: 'Bitwise exclusive or of 32-bit integers.',
    body: (a: Value, b: Value): number =>
      typeof a === 'number' && typeof b === 'number' ? a ^ b : slow.arithmetic('^', a, b),
  }),
  OpBitNot: data({
    stack: 'a -- bits',
    says: 'Bitwise complement of a 32-bit integer.',
    body: (a: Value): number => (typeof a === 'number' ? ~a : slow.unary('~', a)),
  }),
  OpShiftLeft: data({
    stack: 'a b -- bits',
    says: 'Shifts a 32-bit integer left.',
    body: (a: Value, b: Value): number =>
      typeof a === 'number' && typeof b === 'number' ? a << b : slow.arithmetic('<<', a, b),
  }),
  OpShiftRight: data({
    stack: 'a b -- bits',
    says: 'Shifts a 32-bit integer right, keeping its sign.',
    body: (a: Value, b: Value): number =>
      typeof a === 'number' && typeof b === 'number' ? a >> b : slow.arithmetic('>>', a, b),
  }),
  OpShiftRightUnsigned: data({
    stack: 'a b -- bits',
    says: 'Shifts a 32-bit integer right, filling with zeros; the result is not negative.',
    body: (a: Value, b: Value): number =>
      typeof a === 'number' && typeof b === 'number' ? a >>> b : slow.arithmetic('>>>', a, b),
  }),

  // Comparison

  OpEqual: data({
    stack: 'a b -- equal',
    says: 'Compares scalars by value, everything else by identity.',
    body: (a: Value, b: Value): boolean => (typeof a !== 'string' ? a === b : slow.equal(a, b)),
  }),
  OpNotEqual: data({
    stack: 'a b -- different',
    says: 'The opposite of `OpEqual`.',
    body: (a: Value, b: Value): boolean => (typeof a !== 'string' ? a !== b : !slow.equal(a, b)),
  }),
  OpLess: data({
    stack: 'a b -- less',
    says: 'Orders two numbers, or two strings by UTF-16 units.',
    body: (a: Value, b: Value): boolean =>
      typeof a === 'number' && typeof b === 'number' ? a < b : slow.less(a, b),
  }),
  OpLessEqual: data({
    stack: 'a b -- lessOrEqual',
    says: 'Orders two numbers, or two strings by UTF-16 units.',
    body: (a: Value, b: Value): boolean =>
      typeof a === 'number' && typeof b === 'number' ? a <= b : slow.lessEqual(a, b),
  }),
  OpGreater: data({
    stack: 'a b -- greater',
    says: 'Orders two numbers, or two strings by UTF-16 units.',
    body: (a: Value, b: Value): boolean =>
      typeof a === 'number' && typeof b === 'number' ? a > b : slow.greater(a, b),
  }),
  OpGreaterEqual: data({
    stack: 'a b -- greaterOrEqual',
    says: 'Orders two numbers, or two strings by UTF-16 units.',
    body: (a: Value, b: Value): boolean =>
      typeof a === 'number' && typeof b === 'number' ? a >= b : slow.greaterEqual(a, b),
  }),
  OpNot: data({
    stack: 'a -- negated',
    says: 'Gives `true` for `null` and `false`, else `false`.',
    body: (a: Value): boolean => a === false || a === null,
  }),

  // Collections and text

  OpArray: data({
    operands: { count: 'count' },
    stack: 'items[count] -- array',
    says: 'Makes an array.',
    body: (_count: number, items: GuestArray): Value => make.arrayOfSlots(items),
  }),
  OpMap: data({
    operands: { count: 'count' },
    stack: 'entries[2*count] -- map',
    says: 'Makes a map of `count` keys and values; a later duplicate key wins.',
    body: (_count: number, entries: GuestArray): Value => make.map(entries),
  }),
  OpIndex: data({
    stack: 'collection key -- element',
    says: 'Reads an element of an array, buffer, string, map or error; `null` where there is none.',
    body: (collection: Value, key: Value): Value =>
      Array.isArray(collection) && typeof key === 'number' && key >>> 0 === key && key < collection.length
        ? collection[key]!
        : ArrayBuffer.isView(collection) &&
            typeof key === 'number' &&
            key >>> 0 === key &&
            key < collection.length
          ? collection[key]!
          : slow.index(collection, key),
  }),
  OpElement: data({
    stack: 'collection key -- element',
    says: 'Reads an element like `OpIndex`, but of no string, as Monkey has it.',
    body: (collection: Value, key: Value): Value => slow.element(collection, key),
  }),
  OpSetIndex: data({
    stack: 'collection key value --',
    says: 'Assigns an element that an array or a buffer has, or any of a map.',
    body: (collection: Value, key: Value, value: Value): void =>
      Array.isArray(collection) && typeof key === 'number' && key >>> 0 === key && key < collection.length
        ? void (collection[key] = value)
        : ArrayBuffer.isView(collection) &&
            typeof key === 'number' &&
            key >>> 0 === key &&
            key < collection.length &&
            typeof value === 'number'
          ? void (collection[key] = value)
          : slow.setIndex(collection, key, value),
  }),
  OpSequence: data({
    stack: 'iterable -- sequence',
    says: 'Gives what a `for in` walks by index: an array, buffer or string itself, the keys of a map.',
    body: (iterable: Value): Value => slow.sequence(iterable),
  }),
  OpLength: data({
    stack: 'sequence -- length',
    says: 'Gives the length of an array, a buffer or a string.',
    body: (sequence: Value): number => (Array.isArray(sequence) ? sequence.length : slow.length(sequence)),
  }),
  OpInterpolate: data({
    operands: { count: 'count' },
    stack: 'pieces[count] -- string',
    says: 'Joins the texts of values to one string.',
    body: (_count: number, pieces: GuestArray): Value => slow.interpolate(pieces),
  }),

  // Classes and instances. A method takes `this` behind its arguments.

  OpClass: data({
    operands: { index: 'class', count: 'count' },
    stack: 'parts[count] -- class',
    says: 'Makes a class of its superclass, or `null`, and the closures of its methods.',
    body: (index: number, _count: number, parts: GuestArray): Value => make.classOf(classAt(index), parts),
  }),
  OpGetField: data({
    operands: { name: 'name' },
    stack: 'object -- value',
    says: 'Reads a field of an instance, a static field of a class, or what is known of an error.',
    body: (name: number, object: Value): Value =>
      object instanceof Instance && object.shape === cache().shape
        ? object.fieldAt(cache().place)
        : members.read(object, memberName(name), cache()),
  }),
  OpSetField: data({
    operands: { name: 'name' },
    stack: 'object value --',
    says: 'Assigns a field of an instance, or a static field of a class.',
    body: (name: number, object: Value, value: Value): void =>
      object instanceof Instance && object.shape === cache().shape
        ? object.setFieldAt(cache().place, value)
        : members.assign(object, memberName(name), value, cache()),
  }),
  OpSuperMethod: data({
    operands: { name: 'name' },
    stack: 'superclass -- method',
    says: "Reads a superclass's method, to be called with `this` as its last argument.",
    body: (name: number, superclass: Value): Value =>
      members.ofSuperclass(superclass, memberName(name), cache()),
  }),
  OpIs: data({
    stack: 'value expected -- is',
    says: 'Tells whether a value is an instance of a class or of one that extends it.',
    body: (value: Value, expected: Value): boolean => members.isInstance(value, expected),
  }),

  // Control. Only `OpLoop` jumps backward, so that a loop cannot be built without a safepoint.

  OpJump: control({
    operands: { target: 'target' },
    stack: '--',
    says: 'Goes on at a later instruction.',
    control: { falls: false, traps: [] },
  }),
  OpJumpIfFalse: control({
    operands: { target: 'target' },
    stack: 'condition --',
    says: 'Goes on at a later instruction if the condition is `null` or `false`.',
    control: { falls: true, traps: [] },
  }),
  OpJumpIfTrue: control({
    operands: { target: 'target' },
    stack: 'condition --',
    says: 'Goes on at a later instruction unless the condition is `null` or `false`.',
    control: { falls: true, traps: [] },
  }),
  OpAnd: control({
    operands: { target: 'target' },
    stack: 'left --',
    says: 'Goes on at a later instruction with the value if it is `null` or `false`, else drops it.',
    control: { falls: true, traps: [], taken: 'left -- left' },
  }),
  OpOr: control({
    operands: { target: 'target' },
    stack: 'left --',
    says: 'Goes on at a later instruction with the value unless it is `null` or `false`, else drops it.',
    control: { falls: true, traps: [], taken: 'left -- left' },
  }),
  OpLoop: control({
    operands: { target: 'target' },
    stack: '--',
    says: 'Goes on at this or an earlier instruction, through a safepoint.',
    control: { falls: false, traps: ['out of fuel'] },
  }),
  OpCall: control({
    operands: { argc: 'arguments' },
    stack: 'callee arguments[argc] -- result',
    says: 'Calls a function with its arguments, through a safepoint.',
    control: {
      falls: true,
      traps: ['not callable', 'wrong argument count', 'stack overflow', 'out of fuel'],
    },
  }),
  OpInvoke: control({
    operands: { name: 'name', argc: 'arguments' },
    stack: 'receiver arguments[argc] -- result',
    says: 'Calls a method of an instance, or a function in a field or static field, through a safepoint.',
    control: {
      falls: true,
      traps: [
        'type error',
        'unknown member',
        'not callable',
        'wrong argument count',
        'stack overflow',
        'out of fuel',
      ],
    },
  }),
  OpNew: control({
    operands: { argc: 'arguments' },
    stack: 'class arguments[argc] -- instance',
    says: 'Makes an instance and calls its constructor, through a safepoint.',
    control: {
      falls: true,
      traps: ['not callable', 'wrong argument count', 'stack overflow', 'out of memory', 'out of fuel'],
    },
  }),
  OpReturn: control({
    stack: 'value --',
    says: 'Ends the function with a value. Running off the end of the code does the same.',
    control: { falls: false, traps: [] },
  }),
  OpThrow: control({
    stack: 'value --',
    says: 'Throws a value, or throws an error that was caught on.',
    control: { falls: false, traps: ['thrown value'] },
  }),
} as const satisfies Record<string, Instruction>;

export type OpName = keyof typeof instructions;
