/**
 * The embedding examples, compiled and run: what they print must be what their `// expect:` comments say.
 */

import { spawnSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readExpectations } from './expectations';
import { filesUnder, readText } from './files';

const files = filesUnder('examples/embed', '.ts');

test('there are examples', () => {
  assert.ok(files.length > 0);
});

for (const file of files) {
  test(file, () => {
    const built = `build/${file.replace(/\.ts$/, '.js')}`;
    const { stdout, stderr, status } = spawnSync(process.execPath, [built], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    assert.is(status, 0, stderr);
    assert.is(stdout.trimEnd(), readExpectations(readText(file)).output.join('\n'));
  });
}

test.run();
