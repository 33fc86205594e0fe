/**
 * The load benchmark: modules made from seeds come to what was computed when they were made, on every engine, and the report.
 */

import { spawnSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { generatedModule } from '../bench/generated-module';
import { exponent } from '../src/cli/compare/statistics';
import { encode, engineNames, load, VM } from '../src/index';

test('generated modules come to what was computed beside them, and have about the size that was wanted', () => {
  for (const large of [false, true]) {
    for (const seed of [1, 2, 3]) {
      const { module, answer, codeBytes } = generatedModule(8000, seed, large);
      assert.ok(codeBytes > 7000 && codeBytes < 9000, `${codeBytes} bytes`);
      assert.is(module.functions.length > 2, !large);
      const program = load(encode(module));
      for (const engine of engineNames) assert.is(new VM({ engine }).run(program).value, answer, engine);
    }
  }
});

test('a seed gives the same module each time, another seed another one', () => {
  const bytesOf = (seed: number): Uint8Array => encode(generatedModule(3000, seed, false).module);
  assert.equal(bytesOf(1), bytesOf(1));
  assert.not.equal(bytesOf(1), bytesOf(2));
});

test('the exponent of powers', () => {
  for (const power of [0, 1, 2]) {
    const points = [10, 20, 100].map((size) => [size, 3 * size ** power] as const);
    assert.ok(Math.abs(exponent(points) - power) < 1e-9, String(power));
  }
});

function command(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['build/bench/load.js', ...args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { code: status, out: stdout, err: stderr };
}

test('the command measures every stage at every size, in both shapes', () => {
  const { code, out, err } = command('--sizes', '2,4', '--rounds', '1', '--json');
  assert.is(code, 0, err);
  const { rows, engine } = JSON.parse(out);
  assert.is(engine, 'fused');
  assert.is(rows.length, 4);
  for (const { times } of rows) {
    assert.equal(Object.keys(times), ['decode', 'verify', 'link', 'translate']);
    assert.ok(Object.values<number>(times).every((ms) => ms > 0));
  }
  assert.match(command('--sizes', '2,4', '--rounds', '1', '--engine', 'threaded-tos').out, /^exponent +/m);
});

test('the command refuses what it cannot measure', () => {
  const { code, err } = command('--engine', 'switch');
  assert.is(code, 1);
  assert.match(err, /These translate: threaded, threaded-tos, fused, fused-plain, fused-general\./);
  assert.match(command('--sizes', '1,none').err, /whole number from 1 up/);
});

test.run();
