/**
 * Text made on a guest's account: its fuel is charged as the text grows, before it is put together.
 */

import { reading } from './builtins/costs';
import { show } from './show';
import { thread } from './thread';
import type { Value } from './value';

const pay = (length: number): void => thread.charge(reading(length));

/** The text of a value, as `str` gives it. */
export function paidText(value: Value): string {
  if (Array.isArray(value) || value instanceof Map) return show(value, pay);
  const text = show(value);
  pay(text.length);
  return text;
}
