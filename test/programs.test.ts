/**
 * Every program under test/programs and examples, with the answers that stand in it, on every engine, as written and as
 * optimised. All engines must also use the same fuel and raise errors at the same place.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { engineNames } from '../src/index';
import {
  checkObserved,
  compileAsExpected,
  expectsSomething,
  type Observed,
  observe,
  readExpectations,
} from './expectations';
import { programsUnder, readText } from './files';

const files = programsUnder('test/programs', 'examples');

test('there are programs', () => {
  assert.ok(files.length > 20);
});

for (const file of files) {
  test(file, () => {
    const source = readText(file);
    const expected = readExpectations(source);
    assert.ok(expectsSomething(expected), `${file} expects nothing`);
    for (const optimize of [true, false]) {
      const program = compileAsExpected(source, file, expected, optimize);
      if (program === undefined) continue;
      const seen: Observed[] = engineNames.map((engine) => {
        const observed = observe(program, engine, expected.options);
        try {
          checkObserved(file, expected, observed);
        } catch (error) {
          throw new Error(`on the ${engine} engine${optimize ? '' : ', not optimised'}`, { cause: error });
        }
        return observed;
      });
      for (const observed of seen) {
        assert.is(observed.fuel, seen[0]!.fuel, `${file}: fuel differs`);
        assert.equal(observed.error?.trace, seen[0]!.error?.trace, `${file}: traces differ`);
      }
    }
  });
}

test.run();
