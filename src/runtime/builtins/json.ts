/**
 * Built-in functions that write values as JSON and read them back.
 */

import { parseJson } from '../json-reader';
import { jsonText } from '../json-writer';
import { builtin, type Family, optional, required } from './builtin';
import { anything, indentation, string } from './checks';
import { reading } from './costs';

export const json: Family = {
  to_json: builtin({
    takes: [required('value', anything), optional('indent', indentation)],
    gives: 'a string',
    says:
      'Writes null, booleans, numbers, strings, arrays, and maps whose keys are strings as JSON, with an indent on lines of ' +
      'their own.',
    fuel: { per: '16 characters of the result, two elements or signs, a quarter of an array or a map' },
    body: (value, indent = 0) => jsonText(value, indent),
  }),
  parse_json: builtin({
    takes: [required('text', string)],
    gives: 'the value',
    says: 'Reads JSON: objects become maps, in the order of their keys, of which a later duplicate wins.',
    fuel: {
      per: '16 characters of the text, two escapes, a value, a third of an array or an object',
      units: (text) => reading(text.length),
    },
    body: parseJson,
  }),
};
