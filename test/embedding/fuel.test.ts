/**
 * However a run is cut into slices, paused, topped up or moved to other places of the stack, it writes the same, comes to the
 * same and uses the same fuel as in one go: over all programs of the suites, on every engine.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  compile,
  type EngineName,
  type Execution,
  engineNames,
  load,
  type Program,
  VM,
} from '../../src/index';
import { compileAsExpected, observe, readExpectations } from '../expectations';
import { programsUnder, readText } from '../files';
import { assertThrows, checkClear, guest, onEngines } from './guests';

/** What the reference engine runs in a moment. */
const mostFuel = 60_000;

interface Case {
  readonly file: string;
  readonly program: Program;
  readonly output: string;
  readonly text: string | undefined;
  readonly report: string | undefined;
  readonly fuel: number;
}

const cases: Case[] = [];
for (const file of programsUnder('test/programs', 'examples')) {
  const source = readText(file);
  const expected = readExpectations(source);
  if (expected.compileError !== undefined || Object.keys(expected.options).length > 0) continue;
  const program = compileAsExpected(source, file, expected, true)!;
  const seen = observe(program, 'threaded', { fuel: mostFuel });
  if (seen.error?.kind === 'out of fuel') continue;
  cases.push({
    file,
    program,
    output: seen.output,
    text: seen.value,
    report: seen.error?.report(),
    fuel: seen.fuel,
  });
}

/** Numbers that look random and are the same every time. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** An execution under way, and what it has written. */
class Subject {
  output = '';
  stops = 0;
  readonly execution: Execution;

  constructor(
    readonly wanted: Case,
    engine: EngineName,
    private readonly random: (below: number) => number,
  ) {
    const fuel = 1 + random(wanted.fuel);
    const write = (text: string): void => {
      this.output += text;
      if (random(3) === 0) this.execution.pause();
    };
    this.execution = new VM({ engine, fuel, output: write }).start(wanted.program);
  }

  /** Takes it a random part of its way further; most stops are in the middle of something. */
  step(): void {
    const { execution, random, wanted } = this;
    this.stops++;
    const part = 1 + random(Math.ceil(wanted.fuel / 12));
    if (random(4) === 0) execution.advance({ fuel: part, milliseconds: 1000 });
    else execution.advance({ fuel: part });
    while (execution.state === 'out of fuel') execution.addFuel(part);
  }

  check(): void {
    const { execution, wanted } = this;
    assert.is(this.output, wanted.output, 'output');
    assert.is(execution.error?.report(), wanted.report, 'error');
    if (wanted.report === undefined) assert.is(execution.result.text, wanted.text, 'value');
    assert.is(execution.fuelUsed, wanted.fuel, 'fuel');
    assert.ok(this.stops > 1 || wanted.fuel < 30, `it never stopped: ${wanted.file}`);
  }
}

/** Calls a host function from some depth, so that what runs inside it begins at another place of the stack. */
const carrier = guest(
  'fn down(n) { let a = [n]; if (n > 0) { down(n - 1) } else { step() }; a }; down(depth)',
  {
    functions: ['step'],
    globals: ['depth'],
  },
);

function stepAtDepth(engine: EngineName, depth: number, step: () => void): void {
  new VM({ engine, functions: { step: () => step() } }).run(carrier, { globals: { depth } });
}

test('there are programs', () => {
  assert.ok(cases.length > 60, `${cases.length}`);
});

engineNames.forEach((engine, n) => {
  cases.forEach((wanted, i) => {
    test(`${engine}: ${wanted.file} in pieces beside another`, () => {
      const random = numbersFrom(1000 * i + n);
      const other = cases[random(cases.length)]!;
      const subjects = [new Subject(wanted, engine, random), new Subject(other, engine, random)];
      while (subjects.some(({ execution }) => !execution.isOver)) {
        const subject = subjects[random(2)]!;
        if (subject.execution.isOver) continue;
        if (random(2) === 0) subject.step();
        else stepAtDepth(engineNames[random(engineNames.length)]!, random(90), () => subject.step());
      }
      for (const subject of subjects) subject.check();
      checkClear();
    });
  });
});

onEngines('a string that there is no fuel for is begun again and paid once', (engine) => {
  const program = guest('puts("before"); let t = repeat("x", 4000); let a = 0; "${t}${t}${a}"');
  const { fuelUsed } = new VM({ engine }).run(program);
  let stops = 0;
  const execution = new VM({ engine, fuel: 1 }).start(program);
  while (!execution.isOver) {
    stops++;
    if (execution.advance() === 'out of fuel') execution.addFuel(7);
  }
  assert.is(execution.fuelUsed, fuelUsed);
  assert.ok(stops > 20);
});

onEngines('the keys of a map that there is no fuel to list are paid once', (engine) => {
  const program = guest(
    'let m = {}; for (let i = 0; i < 200; i += 1) { m[i] = len(str(i)) }; let n = 0; for (k in m) { n += m[k] }; n',
  );
  const { fuelUsed, value } = new VM({ engine }).run(program);
  const execution = new VM({ engine, fuel: 1 }).start(program);
  while (!execution.isOver) if (execution.advance() === 'out of fuel') execution.addFuel(13);
  assert.is(execution.result.value, value);
  assert.is(execution.fuelUsed, fuelUsed);
});

onEngines('a run stops at the very limit and goes on to the very same', (engine) => {
  const program = guest('let i = 0; while (i < 50) { i += 1 }; i');
  const { fuelUsed } = new VM({ engine }).run(program);
  assert.is(new VM({ engine, fuel: fuelUsed }).run(program).fuelUsed, fuelUsed);
  const execution = new VM({ engine, fuel: fuelUsed - 1 }).start(program);
  assert.is(execution.advance(), 'out of fuel');
  assert.is(execution.fuelUsed, fuelUsed - 1);
  assert.is(execution.error?.kind, 'out of fuel');
  assert.throws(() => execution.result, /used all the fuel/);
  assert.is(execution.advance(), 'out of fuel', 'without more it does not move');
  execution.addFuel(1);
  assert.is(execution.state, 'paused');
  assert.is(execution.error, undefined);
  assert.is(execution.advance(), 'done');
  assert.is(execution.result.value, 50);
  assert.is(execution.fuelUsed, fuelUsed);
});

onEngines('fuel in crumbs buys no more than it is worth', (engine) => {
  const body = Array.from({ length: 100 }, (_, i) => `x += ${i}`).join('; ');
  const program = guest(`let x = 0; for (let i = 0; i < 3; i += 1) { ${body} }; x`);
  const { fuelUsed } = new VM({ engine }).run(program);
  const execution = new VM({ engine, fuel: 1 }).start(program);
  let given = 1;
  while (!execution.isOver) {
    if (execution.advance() !== 'out of fuel') continue;
    execution.addFuel(1);
    given++;
  }
  assert.is(given, fuelUsed);
});

onEngines('a run that paused at its deepest goes on there', (engine) => {
  const program = guest('fn down(n) { if (n == 0) { stop(); 0 } else { 1 + down(n - 1) } }; down(198)', {
    functions: ['stop'],
  });
  for (const depth of [0, 50, 63, 64, 65, 120]) {
    const vm = new VM({ engine, maxFrames: 200, functions: { stop: () => execution.pause() } });
    const execution: Execution = vm.start(program);
    execution.advance();
    // It stops at the entry of nothing: `stop` is followed by returns, so it may have ended.
    if (execution.isOver) assert.is(execution.result.value, 198);
    const sliced = new VM({ engine, maxFrames: 200, functions: { stop: () => {} } }).start(program);
    while (!sliced.isOver) stepAtDepth(engine, depth, () => sliced.advance({ fuel: 1 }));
    assert.is(sliced.result.value, 198);
    assert.is(sliced.fuelUsed, execution.fuelUsed);
  }
});

onEngines('exactly as many frames as allowed can be put back', (engine) => {
  const program = load(compile('fn down(n) { if (n == 0) { 0 } else { 1 + down(n - 1) } }; down(29)'));
  const sliced = new VM({ engine, maxFrames: 30 }).start(program);
  while (!sliced.isOver) sliced.advance({ fuel: 1 });
  assert.is(sliced.result.value, 29);
  const tooDeep = new VM({ engine, maxFrames: 29 }).start(program);
  while (!tooDeep.isOver) tooDeep.advance({ fuel: 1 });
  assert.is(tooDeep.error?.kind, 'stack overflow');
});

for (const bad of [0, -1, Number.NaN]) {
  test(`a slice of ${bad} is refused`, () => {
    const execution = new VM().start(guest('1'));
    assertThrows(
      () => execution.advance({ fuel: bad }),
      RangeError,
      `the fuel of a slice must be a positive number, not ${bad}`,
    );
    assertThrows(
      () => execution.advance({ milliseconds: bad }),
      RangeError,
      `the milliseconds of a slice must be a positive number, not ${bad}`,
    );
    assertThrows(() => execution.addFuel(bad), RangeError, `fuel must be a positive number, not ${bad}`);
    assert.is(execution.advance(), 'done');
  });
}

test.run();
