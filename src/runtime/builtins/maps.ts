/**
 * Built-in functions of maps, which keep their entries in the order in which their keys came in.
 */

import { builtin, type Family, required } from './builtin';
import { key, map } from './checks';
import { finding, newArray, newPairs } from './costs';

const perEntry = 'entry';

const perLongKey = {
  per: '16 characters of a key longer than 256',
  units: finding,
};

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
  delete: builtin({
    takes: [required('map', map), required('key', key)],
    gives: 'a boolean',
    says: 'Removes an entry, in place, and tells whether there was one.',
    fuel: perLongKey,
    body: (entries, unwanted) => entries.delete(unwanted),
  }),
};
