/**
 * How large the templates of regions are for V8: those that it is to inline without counting them must be as short as that, and the
 * sizes that regions are cut by must be those of the templates as they are.
 */

import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { templateBytecode } from '../scripts/generate/template-bytecode';
import { templateSizes } from '../src/engines/generated/template-sizes';
import { machine } from '../src/engines/region';

/** What V8 inlines however much it has inlined already (`--max-inlined-bytecode-size-small`). */
const free = 27;
/** V8 considers nothing larger (`--max-inlined-bytecode-size`). */
const largest = 460;

const control =
  /^(nothing|two|three|andThen|go|block|either|when|unless|not|and|or|truth|truthOfSlot|slot|double|slotOf|doubleOf|constant|store\w*|placed|(r|set|back)\d+)$/;
/** Arithmetic, bit operations and comparisons of what is known to be numbers. */
const onNumbers =
  /^Op(Add|Sub|Mul|Less|LessEqual|Greater|GreaterEqual|Equal|NotEqual|Bit\w+|Shift\w+|Minus)\.[ifcn]+$/;

const sizes = await templateBytecode();

test('templates that hot code is made of are inlined for nothing', () => {
  const small = [...sizes].filter(([key]) => control.test(key) || onNumbers.test(key));
  assert.ok(small.length > 200, `${small.length} templates`);
  for (const [key, bytes] of [...sizes].sort((a, b) => b[1] - a[1])) {
    console.log(`${String(bytes).padStart(4)}  ${key}${bytes <= free ? '  free' : ''}`);
  }
  const tooLarge = small.filter(([, bytes]) => bytes > free);
  assert.equal(tooLarge, [], `more than ${free} bytes`);
});

test('no template is too large to be inlined at all, but for ways into functions, which are not to be inlined', () => {
  const isEntry = (key: string): boolean => /^(taking|calling)\d+$/.test(key);
  assert.equal(
    [...sizes].filter(([key, bytes]) => bytes > largest !== isEntry(key)),
    [],
  );
});

test('regions are cut by the sizes that templates have', () => {
  assert.equal(
    [...sizes.keys()].sort(),
    Object.keys(templateSizes).sort(),
    'run `npm run template-sizes -- --write`',
  );
  // Other versions of V8 have other bytecode: a tenth more or less cuts regions at the same places or near them.
  const sum = (all: Iterable<number>): number => [...all].reduce((total, bytes) => total + bytes, 0);
  const ratio = sum(sizes.values()) / sum(Object.values(templateSizes));
  if (process.versions.node.startsWith('20.')) assert.is(ratio, 1, 'run `npm run template-sizes -- --write`');
  else assert.ok(ratio > 0.9 && ratio < 1.1, `${ratio} times the sizes on file`);
});

test('as many copies as programs need: of templates that there are, and more of what many need', async () => {
  const needs: Readonly<Record<string, number>> = JSON.parse(
    readFileSync('src/engines/generated/template-needs.json', 'utf8'),
  );
  assert.equal(
    Object.keys(needs).filter((key) => !sizes.has(key)),
    [],
    'run `npm run template-needs -- --write`',
  );
  const { copies } = await import('../src/engines/copies');
  const partsOf = (key: string): number[] =>
    copies.flatMap((family) => (family[key] ?? []).map((part) => part()(machine).length));
  const has = (key: string): number => partsOf(key).reduce((sum, part) => sum + part, 0);
  for (const [key, need] of Object.entries(needs)) {
    if (key.length > 6) continue;
    assert.is(has(key), Math.min(192, Math.max(12, 2 * need)), key);
  }
  const unneeded = [...sizes.keys()].find((key) => !Object.hasOwn(needs, key))!;
  assert.is(has(unneeded), 3, unneeded);
  // What is read at once, where the first of it is used, is a pause.
  for (const key of Object.keys(needs)) for (const part of partsOf(key)) assert.ok(part <= 24, key);
});

test.run();
