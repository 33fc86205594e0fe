/**
 * One file of text assembly for each instruction, on every engine. A file has several modules, each under a heading that says
 * what it covers: `;; normal: ...`, `;; edge: ...` or `;; trap: ...`; what must come out stands in `; expect: value`,
 * `; expect runtime error: kind: message` and `; option: name=value` comments. Every instruction needs a file, and in it a
 * normal case, an edge case, and a case for each kind of error that it can raise.
 */

import { existsSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readIsa } from '../scripts/generate/read-isa';
import { assemble, decode, encode, engineNames, load, type OpName } from '../src/index';
import { instructions } from '../src/isa/instructions';
import { observe } from './expectations';
import { filesUnder, readText } from './files';

interface Case {
  readonly title: string;
  readonly covers: 'normal' | 'edge' | 'trap';
  readonly text: string;
  readonly value: string | undefined;
  readonly error: string | undefined;
  readonly options: Record<string, number>;
}

const commentAfter = (text: string, what: string): string | undefined =>
  new RegExp(`^; ${what}: ?(.*)$`, 'm').exec(text)?.[1];

function readCases(file: string): Case[] {
  const parts = readText(file).split(/^;; (normal|edge|trap): (.*)$/m);
  const cases: Case[] = [];
  for (let i = 1; i < parts.length; i += 3) {
    const text = parts[i + 2]!;
    const options = [...text.matchAll(/^; option: (\w+)=(\d+)$/gm)].map((m) => [m[1]!, Number(m[2])]);
    cases.push({
      title: parts[i + 1]!,
      covers: parts[i] as Case['covers'], // what the pattern matches
      text,
      value: commentAfter(text, 'expect'),
      error: commentAfter(text, 'expect runtime error'),
      options: Object.fromEntries(options),
    });
  }
  return cases;
}

const folder = 'test/isa';
const fileOf = (name: string): string => `${folder}/${name}.hasm`;

for (const { name, traps } of readIsa()) {
  test(`${name} is covered`, () => {
    assert.ok(existsSync(fileOf(name)), `there is no ${fileOf(name)}`);
    const cases = readCases(fileOf(name));
    for (const covers of ['normal', 'edge']) {
      assert.ok(
        cases.some((c) => c.covers === covers),
        `${fileOf(name)} has no ${covers} case`,
      );
    }
    for (const trap of traps) {
      const covered = cases.some((c) => c.covers === 'trap' && c.error?.startsWith(`${trap}: `));
      assert.ok(covered, `${fileOf(name)} has no trap case for '${trap}'`);
    }
  });
}

test('every file is of an instruction', () => {
  for (const file of filesUnder(folder, '.hasm')) {
    const name = file.slice(folder.length + 1, -'.hasm'.length);
    assert.ok(name in instructions, `${file}: there is no instruction ${name}`);
  }
});

for (const file of filesUnder(folder, '.hasm')) {
  const name = file.slice(folder.length + 1, -'.hasm'.length) as OpName; // tested above
  for (const { title, text, value, error, options } of readCases(file)) {
    test(`${name}: ${title}`, () => {
      assert.ok((value === undefined) !== (error === undefined), 'a case expects a value or an error');
      assert.match(text, new RegExp(`\\b${name}(Wide)?\\b`), 'a case uses its instruction');
      const module = decode(encode(assemble(text)));
      const program = load(module);
      const fuels = engineNames.map((engine) => {
        const seen = observe(program, engine, options);
        if (value !== undefined) assert.is(seen.error?.report() ?? seen.value, value, engine);
        else assert.is(seen.error && `${seen.error.kind}: ${seen.error.message}`, error, engine);
        return seen.fuel;
      });
      assert.equal(
        fuels,
        fuels.map(() => fuels[0]),
        'fuel is the same on every engine',
      );
    });
  }
}

test.run();
