/**
 * The `heddle` command as users run it: its output, its exit codes, its error messages.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const folder = mkdtempSync(join(tmpdir(), 'heddle-cli-'));
test.after(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function heddle(args: readonly string[], input = ''): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli.js', ...args], {
    input,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', HOME: folder },
    timeout: 60_000,
  });
  return { code: status, out: stdout, err: stderr };
}

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('run: output, exit code 0', () => {
  const file = write('hello.weft', 'puts("hello ${1 + 2}")');
  assert.equal(heddle(['run', file]), { code: 0, out: 'hello 3\n', err: '' });
});

test('run: every engine', () => {
  const file = write(
    'fib.weft',
    'let fib = fn(n) { if (n < 2) { n } else { fib(n - 1) + fib(n - 2) } }; puts(fib(15))',
  );
  for (const engine of ['reference', 'switch', 'table', 'threaded']) {
    assert.equal(heddle(['run', '--engine', engine, file]), { code: 0, out: '610\n', err: '' });
  }
});

test('run: standard input, and its form', () => {
  assert.is(heddle(['run', '-'], 'puts(7 / 2)').out, '3.5\n');
  assert.is(heddle(['run', '-', '--as', 'monkey'], 'puts(7 / 2)').out, '3\n');
  const listing = heddle(['dis', '-'], 'puts(6 * 7)').out;
  assert.is(heddle(['run', '-', '--as', 'asm'], listing).out, '42\n');
});

test('run: a run-time error has kind, message and a line a frame, exit code 1', () => {
  const file = write('bad.weft', 'let f = fn(x) {\n  1 / x\n}\nlet g = fn() { f(0) }\ng()\n');
  const { code, out, err } = heddle(['run', file]);
  assert.is(code, 1);
  assert.is(out, '');
  assert.match(
    err,
    /^division by zero: the right operand of '\/' is zero\n {4}at f \(.*bad\.weft:2:\d+\)\n {4}at g \(.*:4:\d+\)\n {4}at program \(.*:5:\d+\)\n$/,
  );
});

test('run: diagnostics show place, line and caret, several at once, exit code 1', () => {
  const file = write('wrong.weft', 'let a = ;\nlet b = 1;\nputs(+);\n');
  const { code, err } = heddle(['run', file]);
  assert.is(code, 1);
  assert.match(err, /wrong\.weft:1:9/);
  assert.match(err, /wrong\.weft:3:6/);
  assert.match(err, /\^/);
});

/** A program of three files in a folder of its own. */
function writeModules(): { folder: string; main: string } {
  const own = mkdtempSync(join(folder, 'modules-'));
  mkdirSync(join(own, 'lib'));
  const put = (name: string, text: string): string => {
    writeFileSync(join(own, name), text);
    return join(own, name);
  };
  put('lib/shapes.weft', 'import { square } from "../math.weft"\nexport fn area(r) {\n  3 * square(r)\n}\n');
  put('math.weft', 'export fn square(x) { x * x }\nexport let loaded = 1\n');
  const main = put(
    'main.weft',
    'import { area } from "./lib/shapes.weft"\nimport { loaded } from "./lib/../math.weft"\nputs(area(2), loaded)\n',
  );
  return { folder: own, main };
}

test('modules: run, compile, verify and dis follow imports from the importing file', () => {
  const { folder: own, main } = writeModules();
  assert.equal(heddle(['run', main]), { code: 0, out: '12\n1\n', err: '' });
  const binary = join(own, 'main.hbc');
  assert.equal(heddle(['compile', main, '-o', binary]), { code: 0, out: '', err: '' });
  assert.is(heddle(['run', binary]).out, '12\n1\n');
  assert.match(heddle(['verify', main]).out, /main\.weft: 5 functions, \d+ bytes of code: verified/);
  const listing = heddle(['dis', main]).out;
  assert.match(listing, /\n; 3 \| {3}3 \* square\(r\)\n/);
  assert.match(listing, /\n; 3 \| puts\(area\(2\), loaded\)\n/);
  assert.is(heddle(['run', '-', '--as', 'asm'], listing).out, '12\n1\n');
  assert.match(heddle(['run', '--trace', main]).err, /area/);
});

test('modules: traces name the files', () => {
  const { folder: own, main } = writeModules();
  writeFileSync(main, 'import { area } from "./lib/shapes.weft"\narea("x")');
  assert.match(
    heddle(['run', main]).err,
    new RegExp(`at square \\(${join(own, 'math.weft')}:1:.*\\n.*at area \\(${own}/lib/shapes.weft:3:7\\)`),
  );
});

test('modules: one file is one module, however its path is written', () => {
  const { folder: own, main } = writeModules();
  symlinkSync(join(own, 'math.weft'), join(own, 'link.weft'));
  writeFileSync(
    main,
    `import "./math.weft"\nimport { loaded } from "${own}/lib/.././math.weft"\nimport "./link.weft"\nputs(loaded)`,
  );
  assert.is(heddle(['run', main]).out, '1\n');
  assert.match(heddle(['verify', main]).out, /: 3 functions/);
  writeFileSync(join(own, 'math.weft'), 'import "./lib/../main.weft"');
  assert.match(
    heddle(['run', `${own}/./main.weft`]).err,
    /the imports go in a circle: .*main\.weft -> .*math\.weft -> .*main\.weft/,
  );
});

test('modules: what cannot be imported, with the place of the import', () => {
  const { folder: own, main } = writeModules();
  for (const [specifier, why] of [
    ['./nowhere.weft', `${own}/nowhere.weft: there is no such file`],
    ['./main.weft/x.weft', `${own}/main.weft/x.weft: there is no such file`],
    ['./lib', `${own}/lib is no file`],
    ['./a.monkey', `${own}/a.monkey is no Weft source`],
    ['math.weft', "a path begins with './', '../' or '/'"],
    ['', "a path begins with './', '../' or '/'"],
  ] as const) {
    writeFileSync(main, `\nimport "${specifier}"`);
    const { code, err } = heddle(['run', main]);
    assert.is(code, 1);
    assert.match(
      err,
      `main.weft:2:8: error: '${specifier}' cannot be imported: ${why}\n 2 | import "${specifier}"`,
    );
  }
  assert.is(JSON.parse(heddle(['run', '--json', main]).out).error.kind, 'compile error');
});

test('modules: errors of several files, each with its line', () => {
  const { folder: own, main } = writeModules();
  writeFileSync(main, 'import "./math.weft"\nlet a = ;');
  writeFileSync(join(own, 'math.weft'), '\n\nlet b = +;');
  const { code, err } = heddle(['run', main]);
  assert.is(code, 1);
  assert.match(
    err,
    /main\.weft:2:9: error: .*\n 2 \| let a = ;\n[\s\S]*math\.weft:3:9: error: .*\n 3 \| let b = \+;\n/,
  );
});

test('modules: what comes from no file imports from the folder at hand', () => {
  const { folder: own } = writeModules();
  const path = relative('.', join(own, 'math.weft'));
  const source = `import { square } from "${path}"; square(3)`;
  assert.is(heddle(['eval', source]).out, '9\n');
  assert.is(heddle(['run', '-'], `puts(1)\nimport "${path}"`).out, '1\n');
});

test('modules: the prompt keeps what it imported', () => {
  const { folder: own } = writeModules();
  const path = relative('.', join(own, 'math.weft'));
  const lines = [
    `import { square } from "${path}"`,
    'square(4)',
    'square = 1',
    `.dis import "${path}"`,
    '.reset',
    'square',
  ];
  const { out, err } = heddle(['repl'], `${lines.join('\n')}\n`);
  assert.match(out, /^16\n[\s\S]*OpClosure[\s\S]*Forgotten\.\n$/);
  assert.match(
    err,
    /'square' is imported from '.*' and cannot be assigned here[\s\S]*'square' is not declared/,
  );
});

test('run: limits', () => {
  const loop = write('loop.weft', 'while (true) {}');
  assert.match(heddle(['run', '--fuel', '1000', loop]).err, /^out of fuel: /);
  const full = write('full.weft', 'let xs = []; while (true) { append(xs, xs) }');
  assert.match(heddle(['run', '--max-memory', '100000', full]).err, /^out of memory: /);
  const deep = write('deep.weft', 'let f = fn(n) { f(n + 1) + 1 }; f(0)');
  const { code, err } = heddle(['run', '--max-frames', '50', deep]);
  assert.is(code, 1);
  assert.match(err, /^stack overflow: more than 50 calls are active\n/);
  assert.match(err, /\[\d+ times\]/);
});

test('run: the clock may be withheld, the seed chosen', () => {
  assert.is(heddle(['run', '-'], 'puts(clock() <= clock())').out, 'true\n');
  const withheld = heddle(['run', '--no-clock', '-'], 'clock()');
  assert.is(withheld.code, 1);
  assert.match(withheld.err, /nobody provides 'clock'/);
  const drawn = (...flags: string[]): string => heddle(['eval', ...flags, 'random()']).out;
  assert.is(drawn(), drawn('--seed', '0'));
  assert.is(drawn('--seed', '7'), drawn('--seed', '7'));
  assert.is.not(drawn('--seed', '7'), drawn());
  const wrong = heddle(['run', '--seed', '1.5', '-'], '1');
  assert.is(wrong.code, 2);
  assert.match(wrong.err, /must be a whole number/);
});

test('run --json: one object', () => {
  const file = write('json.weft', 'puts("out"); [1, {"a": null}, true]');
  const { code, out } = heddle(['run', '--json', '--engine', 'switch', file]);
  const report = JSON.parse(out);
  assert.is(code, 0);
  assert.equal(Object.keys(report), ['value', 'output', 'error', 'engine', 'fuel', 'ms', 'stats']);
  assert.equal(report.value, [1, { a: null }, true]);
  assert.is(report.output, 'out\n');
  assert.is(report.error, null);
  assert.is(report.engine, 'switch');
  assert.ok(report.fuel > 0 && report.ms >= 0);
});

test('run --json: buffers are arrays', () => {
  const { out } = heddle(['run', '--json', '-'], '[u8([1, 2]), f64([0.5, sqrt(-1)])]');
  assert.equal(JSON.parse(out).value, [
    [1, 2],
    [0.5, 'NaN'],
  ]);
});

test('run --json: an error is part of it', () => {
  const { code, out } = heddle(['run', '--json', '-'], 'null + 1');
  const { error, value } = JSON.parse(out);
  assert.is(code, 1);
  assert.is(value, null);
  assert.is(error.kind, 'type error');
  assert.is(error.details[0].line, 1);
});

test('run --stats and --count', () => {
  const { err } = heddle(['run', '--stats', '-'], 'puts(1)');
  for (const word of ['compile', 'verify', 'fuel', 'functions', 'code'])
    assert.match(err, new RegExp(`^${word}`, 'm'));
  assert.match(heddle(['run', '--count', '-', '--no-optimize'], '2 + 3 * 4').err, /^instructions +6$/m);
});

test('run --stats tells how accesses to members were served', () => {
  const source = `class A { x = 1 } class B { y; x = 2 } let sum = 0
for (let i = 0; i < 100; i += 1) { let o = if (i == 50) { new B() } else { new A() }; sum += o.x }`;
  const counted = heddle(['run', '--stats', '--count', '-'], source).err;
  // The two constructors set fields of 'this', each once missed; 'o.x' misses A and B, and finds B no second time.
  assert.match(counted, /^inline caches +196 hits, 0 polymorphic, 4 misses \(0 megamorphic\)$/m);
  assert.match(
    heddle(['run', '--stats', '-'], source).err,
    /^inline caches +hits with --count, 0 polymorphic, 4 /m,
  );
  const { stats } = JSON.parse(heddle(['run', '--json', '--count', '-'], source).out);
  assert.equal(stats.inlineCaches, { hits: 196, polymorphic: 0, misses: 4, megamorphic: 0 });
});

test('the cloned engine has the limit of what the host inlines raised, unless it is told not to', () => {
  const run = (...flags: string[]): string =>
    heddle(['run', '--engine', 'cloned', '--stats', ...flags, '-'], 'puts(1)').err;
  assert.match(run(), /^inlining +the host's limit is raised$/m);
  assert.match(run('--no-raised-inlining'), /^inlining +the host's limit is as it was$/m);
  const { stats } = JSON.parse(heddle(['run', '--engine', 'cloned', '--json', '-'], '1').out);
  assert.is(stats.inliningRaised, true);
  assert.not.match(heddle(['run', '--stats', '-'], 'puts(1)').err, /inlining/);
});

test('run --stats tells how long building regions took', () => {
  const { err } = heddle(
    ['run', '--engine', 'cloned', '--stats', '-'],
    'let s = 0; for (let i = 0; i < 2000; i += 1) { s += i }',
  );
  const [, all, longest] = /^building +(\d+\.\d) ms, (\d+\.\d) ms of them at once$/m.exec(err)!;
  assert.ok(Number(longest) > 0 && Number(all) >= Number(longest), err);
  assert.match(err, /^no regions +0 irreducible or too large, 0 abandoned$/m);
});

test('run --stats tells of arrays of doubles', () => {
  const source = `class A { x; constructor(x) { this.x = x } twice() { 2 * this.x } } for (let i = 0; i < 9; i += 1) { new A(i + 0.5) }`;
  assert.match(
    heddle(['run', '--stats', '-'], source).err,
    /^shapes +1 whose instances have arrays of doubles$/m,
  );
  const { stats } = JSON.parse(heddle(['run', '--json', '-'], source.replace('i + 0.5', 'i')).out);
  assert.is(stats.shapesOfDoubles, 0);
});

test('run --json shows classes and instances by their names', () => {
  const { out } = heddle(['run', '--json', '-'], 'class A { x } [A, new A()]');
  assert.equal(JSON.parse(out).value, ['<class A>', '<instance of A>']);
});

test('run --stats says what a cell engine has made of the program', () => {
  const source = 'fn f(a, b) { (a - b) * 2 }; fn unused() { 1 }; try { f([], 1) } catch (e) {}; f(5, 2)';
  const { err } = heddle(['run', '--engine', 'fused', '--stats', '-'], source);
  assert.match(err, /^functions +3, 2 translated to \d+ cells$/m);
  const [, instructions, cells, made] =
    /^cells +(\d+) instructions in (\d+); (\d+) made, 1 bails; 1 leaves, 0 built-in functions in expressions$/m.exec(
      err,
    )!;
  assert.ok(Number(cells) < Number(instructions) && Number(made) > Number(cells));
  const { stats } = JSON.parse(heddle(['run', '--engine', 'threaded', '--json', '-'], source).out);
  assert.is(stats.covered, stats.cells);
  assert.is(stats.bails, 0);
  assert.not.match(heddle(['run', '--engine', 'switch', '--stats', '-'], source).err, /^cells/m);
});

test('--trace and --count say that they are not for the fused engine', () => {
  for (const flag of ['--trace', '--count']) {
    const { code, err } = heddle(['run', '--engine', 'fused', flag, '-'], '1');
    assert.is(code, 2);
    assert.match(
      err,
      new RegExp(`${flag} watches single instructions, on the threaded engine, not on fused`),
    );
  }
});

test('dis --stage lists blocks, statements and cells', () => {
  const source = 'fn f(n) { while (n > 0) { n -= 1 }; n }\nf(3)';
  const stage = (...flags: string[]): string => heddle(['dis', '--stage', ...flags, '-'], source).out;
  assert.match(stage('cfg'), /^f: \d blocks, 1 loop$/m);
  assert.match(stage('statements'), /^ {2}\d{4}-\d{4} {2}n = n - 1$/m);
  assert.match(stage('cells'), / {2}OpSub.store slot,constant$/m);
  assert.match(stage('cells', '--engine', 'threaded'), / 1 {2}OpSub$/m);
  const refused = heddle(['dis', '--engine', 'fused', '-'], source);
  assert.is(refused.code, 2);
  assert.match(refused.err, /--engine goes with --stage cells/);
  assert.is(heddle(['dis', '--stage', 'cells', '--engine', 'switch', '-'], source).code, 2);
});

test('eval, and the trace of 2 + 3 * 4', () => {
  const { code, out, err } = heddle(['eval', '--trace', '2 + 3 * 4']);
  assert.is(code, 0);
  assert.is(out, '14\n');
  const stacks = err
    .trim()
    .split('\n')
    .map((line) => line.slice(line.indexOf('[')));
  assert.is(stacks.join(' '), '[] [2] [2,3] [2,3,4] [2,12] [14]');
});

test('dis lists 2 + 3 * 4 as the design says, with source lines', () => {
  const { out } = heddle(['dis', '-'], '2 + 3 * 4');
  const lines = out
    .split('\n')
    .map((line) => /^\s*(\d{4} Op\w+(?: \d+)*)/.exec(line)?.[1])
    .filter(Boolean);
  assert.equal(lines, [
    '0000 OpConstant 0',
    '0003 OpConstant 1',
    '0006 OpConstant 2',
    '0009 OpMul',
    '0010 OpAdd',
  ]);
  assert.match(out, /; .*2 \+ 3 \* 4/);
});

test('compile, dis, asm, verify and run agree', () => {
  const source = write(
    'round.weft',
    'let xs = [1, 2, 3]; let sum = 0; for (x in xs) { sum += x }; puts(sum)',
  );
  const binary = join(folder, 'round.hbc');
  assert.is(heddle(['compile', source, '-o', binary]).code, 0);
  assert.is(heddle(['run', binary]).out, '6\n');
  assert.match(heddle(['verify', binary]).out, /verified/);
  const text = join(folder, 'round.hasm');
  assert.is(heddle(['dis', binary, '-o', text]).code, 0);
  const again = join(folder, 'again.hbc');
  assert.is(heddle(['asm', text, '-o', again]).code, 0);
  assert.equal(readFileSync(again), readFileSync(binary));
  const stripped = join(folder, 'stripped.hbc');
  assert.is(heddle(['compile', source, '--strip', '-o', stripped]).code, 0);
  assert.ok(readFileSync(stripped).length < readFileSync(binary).length);
  assert.is(heddle(['run', stripped]).out, '6\n');
});

test('verify refuses what is broken, with place and rule', () => {
  const { code, err } = heddle(['verify', '-', '--as', 'asm'], '.function main stack=1\n  OpAdd\n.end\n');
  assert.is(code, 1);
  assert.match(err, /main.*0000.*OpAdd takes 2/);
  const { code: decoded, err: why } = heddle(['run', '-', '--as', 'binary'], 'no module');
  assert.is(decoded, 1);
  assert.match(why, /^decode error: /);
});

test('usage errors: exit code 2', () => {
  for (const args of [
    [],
    ['nope'],
    ['run'],
    ['run', '--engine', 'warp', 'x.weft'],
    ['run', '--fuel', 'much', 'x.weft'],
    ['run', join(folder, 'absent.weft')],
    ['run', '--trace', '--engine', 'switch', '-'],
  ]) {
    const { code, err } = heddle(args, '1');
    assert.is(code, 2, args.join(' '));
    assert.ok(err.length > 0);
  }
});

test('help and version: exit code 0', () => {
  for (const args of [['--help'], ['run', '--help'], ['--version']]) {
    const { code, out } = heddle(args);
    assert.is(code, 0);
    assert.ok(out.length > 0);
  }
});

test('repl keeps definitions, takes several lines, survives errors', () => {
  const lines = [
    'let x = 20',
    'let f = fn(a) {',
    '  a + x',
    '}',
    'f(22)',
    'nope',
    '1 / 0',
    'x = 1; f(1)',
    '"s"',
    '.exit',
    '99',
  ];
  const { code, out, err } = heddle(['repl'], lines.join('\n'));
  assert.is(code, 0);
  assert.is(out, '42\n2\n"s"\n');
  assert.match(err, /nope/);
  assert.match(err, /division by zero/);
});

test.run();
