/**
 * Built-in functions of maps, which keep their entries in the order in which their keys came in.
 */

import * as allocation from '../allocation';
import { errors } from '../errors';
import { thread } from '../thread';
import { type GuestArray, type GuestMap, isKey, type Key, type Value } from '../value';
import { builtin, type Family, optional, required, variadic } from './builtin';
import { anything, array, key, map } from './checks';
import { finding, newArray, newPairs } from './costs';

const perEntry = 'entry';

const perLongKey = {
  per: '16 characters of a key longer than 256',
  units: finding,
};

/** Sets an entry of a map that is being made, whose room has been charged. */
function set(entries: GuestMap, entryKey: Key, value: Value): void {
  const cost = finding(entries, entryKey);
  if (cost > 0) thread.charge(cost);
  entries.set(entryKey, value);
}

function merged(first: GuestMap, others: readonly GuestMap[]): GuestMap {
  const result: GuestMap = new Map();
  for (const entries of [first, ...others]) {
    for (const [entryKey, value] of entries) set(result, entryKey, value);
  }
  return result;
}

function fromEntries(pairs: GuestArray): GuestMap {
  const result: GuestMap = new Map();
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2 || !isKey(pair[0]!))
      throw errors.elementType('from_entries', 1, 'arrays [key, value] only');
    set(result, pair[0]!, pair[1]!);
  }
  return result;
}

/** The cost of making a map of this many entries. */
function newMap(size: number): number {
  allocation.forMap(size);
  return size;
}

export const maps: Family = {
  keys: builtin({
    takes: [required('map', map)],
    gives: 'an array',
    says: 'Gives the keys, in the order in which they came in.',
    fuel: { per: perEntry, units: (entries) => newArray(entries.size) },
    body: (entries) => [...entries.keys()],
  }),
  values: builtin({
    takes: [required('map', map)],
    gives: 'an array',
    says: 'Gives the values, in the order of the keys.',
    fuel: { per: perEntry, units: (entries) => newArray(entries.size) },
    body: (entries) => [...entries.values()],
  }),
  entries: builtin({
    takes: [required('map', map)],
    gives: 'an array of arrays',
    says: 'Gives an array `[key, value]` for each entry, in the order of the keys.',
    fuel: { per: perEntry, units: (entries) => newPairs(entries.size) },
    body: (entries) => [...entries],
  }),
  has: builtin({
    takes: [required('map', map), required('key', key)],
    gives: 'a boolean',
    says: 'Tells whether the map has the key, even with the value `null`.',
    fuel: perLongKey,
    body: (entries, wanted) => entries.has(wanted),
  }),
  get: builtin({
    takes: [required('map', map), required('key', key), optional('default', anything)],
    gives: 'the value, the default or null',
    says: 'Gives the value of a key, or the default where the map does not have the key, `null` without one.',
    fuel: perLongKey,
    body: (entries, wanted, fallback = null) => {
      const value = entries.get(wanted);
      return value === undefined ? fallback : value;
    },
  }),
  merge: variadic({
    takes: [required('map', map)],
    more: required('others', map),
    gives: 'a map',
    says: 'Copies the entries of maps to a new one, where the value of the last map that has a key wins.',
    fuel: {
      per: 'entry, and per 16 characters of a key longer than 256',
      units: (...parts) => newMap(parts.reduce((sum, part) => sum + part.size, 0)),
    },
    body: (entries, ...others) => merged(entries, others),
  }),
  from_entries: builtin({
    takes: [required('entries', array)],
    gives: 'a map',
    says: 'Makes a map of arrays `[key, value]`; a later duplicate wins.',
    fuel: {
      per: 'entry, and per 16 characters of a key longer than 256',
      units: (pairs) => newMap(pairs.length),
    },
    body: fromEntries,
  }),
  delete: builtin({
    takes: [required('map', map), required('key', key)],
    gives: 'a boolean',
    says: 'Removes an entry, in place, and tells whether there was one.',
    fuel: perLongKey,
    body: (entries, unwanted) => entries.delete(unwanted),
  }),
};
