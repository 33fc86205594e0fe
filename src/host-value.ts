/**
 * Guest values as the host gets them: copies, so that nothing is shared. Nesting and cycles are walked without recursion.
 */

import { ErrorValue } from './runtime/errors';
import { showScalar } from './runtime/show';
import { Box, type Closure, type HostFunction, type Key, type Value } from './runtime/value';

/** A guest's function or error in the host's hands. */
export interface Opaque {
  readonly type: 'function' | 'error' | 'box';
  /** What `str` gives for it in the guest. */
  readonly text: string;
}

export type HostValue = null | boolean | number | string | HostValue[] | Map<Key, HostValue> | Opaque;

/** A copy of a guest value; what was shared or cyclic inside it is so in the copy. */
export function toHost(value: Value): HostValue {
  const copies = new Map<Value, HostValue>();
  const pending: (() => void)[] = [];

  const copy = (item: Value): HostValue => {
    if (item === null || typeof item !== 'object') return item;
    const known = copies.get(item);
    if (known !== undefined) return known;
    const made = begin(item);
    copies.set(item, made);
    return made;
  };

  const begin = (item: Exclude<Value, null | boolean | number | string>): HostValue => {
    if (Array.isArray(item)) {
      const result: HostValue[] = [];
      pending.push(() => {
        for (const element of item) result.push(copy(element));
      });
      return result;
    }
    if (item instanceof Map) {
      const result = new Map<Key, HostValue>();
      pending.push(() => {
        for (const [key, element] of item) result.set(key, copy(element));
      });
      return result;
    }
    return { type: opaqueType(item), text: showScalar(item) };
  };

  const result = copy(value);
  for (let fill = pending.pop(); fill !== undefined; fill = pending.pop()) fill();
  return result;
}

function opaqueType(value: Closure | HostFunction | ErrorValue | Box): Opaque['type'] {
  if (value instanceof ErrorValue) return 'error';
  return value instanceof Box ? 'box' : 'function';
}
