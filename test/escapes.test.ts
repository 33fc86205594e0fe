/**
 * Nothing that a guest does, and nothing that a host gives to it, lets it reach what is the host's: the corpus of known
 * escapes, on every engine. After each case everything that guest and host could see is walked, and the host's prototypes
 * are compared with what they were.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { engineNames } from '../src/index';
import { bless, readCases } from './escapes/cases';
import { hostSnapshot } from './escapes/domain';
import { prepareCase } from './escapes/host';

const cases = readCases();
const untouched = hostSnapshot();

test('there are cases, and each has a title of its own', () => {
  assert.ok(cases.length >= 100, `${cases.length} cases`);
  assert.is(new Set(cases.map(({ title }) => title)).size, cases.length);
});

for (const tried of cases) {
  test(tried.title, () => {
    for (const engine of engineNames) {
      try {
        const seen = prepareCase(tried, engine)();
        assert.ok(seen.length > 0, 'it shows nothing');
        if (!process.env.BLESS) assert.is(seen.join('\n'), tried.expected.join('\n'));
        assert.equal(hostSnapshot(), untouched, 'the host is as it was');
      } catch (error) {
        const what = error instanceof Error ? error.message : String(error);
        throw new Error(`${tried.file}, on the ${engine} engine: ${what}`, { cause: error });
      }
    }
  });
}

if (process.env.BLESS) {
  for (const file of new Set(cases.map((tried) => tried.file))) {
    const ofFile = cases.filter((tried) => tried.file === file);
    bless(file, new Map(ofFile.map((tried) => [tried.title, prepareCase(tried, engineNames[0]!)()])));
  }
}

test.run();
