/**
 * Text made on a guest's account: its fuel is charged as the text grows, before it is put together.
 */

import * as allocation from './allocation';
import { isBuffer } from './buffers';
import { isCollection, type Payer, show } from './show';
import { reading, writing } from './text-costs';
import { thread } from './thread';
import type { Value } from './value';

/** Charges a text to the running guest. */
export const payer: Payer = {
  text(length, pieces) {
    thread.charge(writing(length, pieces));
    allocation.forString(length);
  },
  level() {
    allocation.forLevel();
  },
};

/** The text of a value, as `str` gives it. */
export function paidText(value: Value): string {
  if (typeof value === 'string') {
    thread.charge(reading(value.length));
    return value;
  }
  if (isCollection(value) || isBuffer(value)) {
    return show(value, payer, thread.vm.limits.maxStringLength);
  }
  const text = show(value);
  payer.text(text.length, 1);
  return text;
}
