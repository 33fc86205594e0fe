/**
 * Built-in functions of chance. Each program has a generator of its own, which begins with the seed that the host gave, so what
 * it draws is as repeatable as all else; nothing here asks the host for chance.
 */

import { errors } from '../errors';
import { thread } from '../thread';
import type { GuestArray } from '../value';
import { builtin, type Family, required } from './builtin';
import { array, wholeNumber } from './checks';
import { newArray } from './costs';

/** The most numbers that can be told apart when one is drawn. */
const mostChoices = 2 ** 53;

/** The shuffle of Fisher and Yates, on a copy. */
function shuffled(items: GuestArray): GuestArray {
  const result = items.slice();
  const { random } = thread.vm;
  for (let i = result.length - 1; i > 0; i--) {
    const other = random.below(i + 1);
    const item = result[i]!;
    result[i] = result[other]!;
    result[other] = item;
  }
  return result;
}

export const randomness: Family = {
  random: builtin({
    takes: [],
    gives: 'a number',
    says: 'Draws a number from 0 up to but not including 1.',
    body: () => thread.vm.random.fraction(),
  }),
  random_int: builtin({
    takes: [required('from', wholeNumber), required('to', wholeNumber)],
    gives: 'a number',
    says: 'Draws a whole number from `from` to `to`, both included and all as likely: `random_int(1, 6)` rolls a die.',
    body: (from, to) => {
      const furthest = to - from;
      if (furthest < 0) throw errors.argumentRange('random_int', 2, `at least ${from}`, to);
      if (furthest >= mostChoices)
        throw errors.argumentRange('random_int', 2, 'less than 2 ** 53 above the first', to);
      return from + thread.vm.random.below(furthest + 1);
    },
  }),
  shuffle: builtin({
    takes: [required('array', array)],
    gives: 'an array',
    says: 'Copies the elements in an order drawn by chance, all orders as likely.',
    fuel: { per: 'element of the result', units: (items) => newArray(items.length) },
    body: shuffled,
  }),
  seed: builtin({
    takes: [required('number', wholeNumber)],
    gives: 'null',
    says: 'Begins again with the numbers that follow from this one. Without it they follow from the seed that the host gave.',
    body: (number) => {
      thread.vm.random.seed(number);
      return null;
    },
  }),
};
