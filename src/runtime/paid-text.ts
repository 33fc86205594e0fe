/**
 * Text made on a guest's account: its fuel is charged as the text grows, before it is put together.
 */

import * as allocation from './allocation';
import { reading } from './builtins/costs';
import { show } from './show';
import { thread } from './thread';
import type { Value } from './value';

function pay(length: number): void {
  thread.charge(reading(length));
  allocation.forString(length);
}

/** The text of a value, as `str` gives it. */
export function paidText(value: Value): string {
  if (Array.isArray(value) || value instanceof Map) return show(value, pay, thread.vm.limits.maxStringLength);
  const text = show(value);
  thread.charge(reading(text.length));
  if (typeof value !== 'string') allocation.forString(text.length);
  return text;
}
