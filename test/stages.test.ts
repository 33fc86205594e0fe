/**
 * What becomes of bytecode before it runs, as `heddle dis --stage` shows it: each program of `stages/` against the listing of
 * each stage beside it. `BLESS=1` rewrites the listings.
 */

import { existsSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { engines } from '../src/engines/engines';
import { assemble, compile, load, type Program, VM } from '../src/index';
import { unreachable } from '../src/runtime/slow';
import { listStage, stages } from '../src/tools/stages';
import { filesUnder, readText } from './files';

const programOf = (path: string): Program =>
  load(path.endsWith('.hasm') ? assemble(readText(path)) : compile(readText(path), { file: path }));

const paths = filesUnder('test/stages', '.weft', '.hasm');

test('there are programs', () => {
  assert.ok(paths.length >= 7);
});

for (const path of paths) {
  for (const stage of stages) {
    test(`${path}: ${stage}`, () => {
      const actual = listStage(programOf(path).linkFor(engines.fused), stage);
      const golden = path.replace(/\.\w+$/, `.${stage}.txt`);
      if (process.env.BLESS) writeFileSync(golden, actual);
      assert.ok(existsSync(golden), `${golden} is missing: BLESS=1 makes it`);
      assert.fixture(actual, readText(golden));
    });
  }

  test(`${path}: the cells listed are those that are made`, () => {
    const program = programOf(path);
    const listed = listStage(program.linkFor(engines.fused), 'cells');
    new VM({ engine: 'fused' }).run(program);
    const [main] = program.linkFor(engines.fused).functions;
    const [first] = listed.split('\n\n');
    const pcs = [...first!.matchAll(/^ {2}(\d+)-/gm)].map(([, pc]) => Number(pc));
    assert.ok(pcs.length > 0);
    for (const pc of pcs) assert.is.not(main!.cells[pc], unreachable, `cell ${pc}`);
  });
}

test('the threaded engine has a cell an instruction', () => {
  const program = load(compile('1 + 2', { optimize: false }));
  assert.is(
    listStage(program.linkFor(engines.threaded), 'cells', 'threaded'),
    [
      'program: 4 cells for 4 instructions',
      '  0000-0003   1  OpConstant',
      '  0003-0006   1  OpConstant',
      '  0006-0007   1  OpAdd',
      '  0007-0008   1  OpReturn',
      '',
    ].join('\n'),
  );
});

test.run();
