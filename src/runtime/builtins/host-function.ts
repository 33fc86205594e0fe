/**
 * Makes what guests call of an entry in the table of built-in functions: checks the arguments, charges the fuel, calls
 * the body. There is one form for each number of parameters, because built-in functions are called in hot loops.
 */

import { errors } from '../errors';
import { thread } from '../thread';
import { HostFunction, type Value } from '../value';
import type { Builtin, Check, Parameter } from './builtin';
import { anything, number } from './checks';

type Call = (...args: Value[]) => Value;
type Accepts = (value: Value) => boolean;

export function hostFunction(name: string, builtin: Builtin): HostFunction {
  const { takes, more } = builtin;
  const required = takes.filter((parameter) => !parameter.optional).length;
  return new HostFunction(
    name,
    required,
    more === undefined ? takes.length : Number.POSITIVE_INFINITY,
    callOf(name, builtin),
    builtin.callsHost === undefined,
    builtin.ofNumbers ?? numericBody(builtin),
    builtin.counts,
  );
}

const isNumeric = ({ takes, more, fuel }: Builtin): boolean =>
  fuel === undefined &&
  more === undefined &&
  takes.every(({ check, optional }) => check === number && !optional);

/** The body of a function that only computes a number of numbers. */
const numericBody = (builtin: Builtin): ((...numbers: number[]) => number) | undefined =>
  isNumeric(builtin) && builtin.gives === 'a number'
    ? (builtin.body as (...numbers: number[]) => number) // as its parameters and its result are described
    : undefined;

function callOf(name: string, builtin: Builtin): Call {
  const { takes, more, body } = builtin;
  if (more !== undefined || takes.length > 3) return anyNumber(name, builtin);
  if (isNumeric(builtin)) {
    if (takes.length === 1) return oneNumber(name, body);
    if (takes.length === 2) return twoNumbers(name, body);
  }
  return [none, one, two, three][takes.length]!(name, builtin);
}

const none = (_name: string, { body }: Builtin): Call => body;

const oneNumber =
  (name: string, body: Call): Call =>
  (a) =>
    typeof a === 'number' ? body(a) : refuse(name, 1, number, a!);

const twoNumbers =
  (name: string, body: Call): Call =>
  (a, b) => {
    if (typeof a !== 'number') return refuse(name, 1, number, a!);
    if (typeof b !== 'number') return refuse(name, 2, number, b!);
    return body(a, b);
  };

function one(name: string, { takes, fuel, body }: Builtin): Call {
  const [first] = takes;
  const accepts = acceptor(first!);
  const units = fuel?.units;
  return (a) => {
    if (!accepts(a!)) refuse(name, 1, first!.check, a!);
    if (units !== undefined) thread.charge(units(a!));
    return body(a!);
  };
}

function two(name: string, { takes, fuel, body }: Builtin): Call {
  const [first, second] = takes;
  const acceptsFirst = acceptor(first!);
  const acceptsSecond = second!.check === anything ? null : acceptor(second!);
  const units = fuel?.units;
  return (a, b) => {
    if (!acceptsFirst(a!)) refuse(name, 1, first!.check, a!);
    if (acceptsSecond !== null && !acceptsSecond(b!)) refuse(name, 2, second!.check, b!);
    if (units !== undefined) thread.charge(units(a!, b!));
    return body(a!, b!);
  };
}

function three(name: string, { takes, fuel, body }: Builtin): Call {
  const [first, second, third] = takes;
  const acceptsFirst = acceptor(first!);
  const acceptsSecond = acceptor(second!);
  const acceptsThird = acceptor(third!);
  const units = fuel?.units;
  return (a, b, c) => {
    if (!acceptsFirst(a!)) refuse(name, 1, first!.check, a!);
    if (!acceptsSecond(b!)) refuse(name, 2, second!.check, b!);
    if (!acceptsThird(c!)) refuse(name, 3, third!.check, c!);
    if (units !== undefined) thread.charge(units(a!, b!, c!));
    return body(a!, b!, c!);
  };
}

function anyNumber(name: string, { takes, more, fuel, body }: Builtin): Call {
  const fixed = takes.map(acceptor);
  const acceptsMore = more === undefined ? () => true : acceptor(more);
  const units = fuel?.units;
  return (...args) => {
    for (let i = 0; i < args.length; i++) {
      const accepts = i < fixed.length ? fixed[i]! : acceptsMore;
      if (!accepts(args[i]!)) refuse(name, i + 1, (takes[i] ?? more!).check, args[i]!);
    }
    if (units !== undefined) thread.charge(units(...args));
    return body(...args);
  };
}

/** What tells whether a parameter accepts an argument; one that was left out is `undefined`. */
function acceptor({ check, optional }: Parameter): Accepts {
  const { accepts } = check;
  return optional ? (value) => value === undefined || accepts(value) : accepts;
}

function refuse(name: string, position: number, check: Check, value: Value): never {
  if (typeof value !== check.within) throw errors.argumentType(name, position, check.wanted, value);
  if (value === '') throw errors.argumentEmpty(name, position);
  throw errors.argumentRange(name, position, check.wanted, value);
}
