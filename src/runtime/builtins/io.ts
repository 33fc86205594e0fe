/**
 * Built-in functions that write, and the one that stops a program whose assumptions do not hold.
 */

import { errors } from '../errors';
import { paidText } from '../paid-text';
import { thread } from '../thread';
import { truthy } from '../value';
import { builtin, type Family, optional, required, variadic } from './builtin';
import { anything } from './checks';

export const io: Family = {
  puts: variadic({
    takes: [],
    more: required('values', anything),
    gives: 'null',
    says: 'Writes the text of each value on a line of its own.',
    fuel: { per: '16 characters written' },
    callsHost: true,
    body: (...values) => {
      const lines = values.map((value) => `${paidText(value)}\n`);
      for (const line of lines) thread.vm.output(line);
      return null;
    },
  }),
  print: variadic({
    takes: [],
    more: required('values', anything),
    gives: 'null',
    says: 'Writes the texts of the values as they are, with nothing between or after them.',
    fuel: { per: '16 characters written' },
    callsHost: true,
    body: (...values) => {
      for (const text of values.map(paidText)) thread.vm.output(text);
      return null;
    },
  }),
  assert: builtin({
    takes: [required('condition', anything), optional('message', anything)],
    gives: 'null',
    says: 'Raises an error of the kind `assertion failed`, with the message, if the condition is `null` or `false`.',
    body: (condition, message) => {
      if (truthy(condition)) return null;
      throw errors.assertionFailed(message === undefined ? undefined : paidText(message));
    },
  }),
};
