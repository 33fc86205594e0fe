/**
 * Where a region's variables are best kept: `npm run bench-slots`. The same trees of closures over four homes: one array of slots for all
 * frames; that and doubles beside it; an object with named fields for each frame; that and doubles. Each closure is made of a text of its own, so that each
 * has type feedback of its own as in regions, on every host in fresh processes, in turns. Only this file is measured with code that is made from text.
 */

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import pc from 'picocolors';
import { hostNamed } from '../src/cli/compare/hosts';
import { median } from '../src/cli/compare/statistics';
import { wholeNumber } from './option-values';

type Frame = unknown;
type Node = (frame: Frame) => unknown;

/** How variables are read and written, and how a frame is made, in text: `f` is the frame. */
interface Home {
  readonly says: string;
  readonly reference: (slot: number) => string;
  readonly number: (slot: number) => string;
  /** The frame of a call, whose first variable is `value`. */
  readonly frame: (isNumber: boolean) => string;
  readonly first: () => Frame;
}

const frameSize = 8;
const S: unknown[] = [];
while (S.length < 100_000) S.push(null);
const F = new Float64Array(100_000);

/** The frame of a call as an object. */
class NamedFields {
  s1: unknown = null;
  s2: unknown = null;
  s3: unknown = null;
  constructor(public s0: unknown) {}
}

/** The same with the place of its numbers. */
class NamedFieldsAndPlace {
  s1: unknown = null;
  s2: unknown = null;
  s3: unknown = null;
  constructor(
    public s0: unknown,
    readonly fp: number,
  ) {}
}

const inArray = (isNumber: boolean): string =>
  `(${isNumber ? 'F' : 'S'}[f + ${frameSize}] = value, f + ${frameSize})`;

const homes: Readonly<Record<string, Home>> = {
  array: {
    says: 'one array of slots',
    reference: (slot) => `S[f + ${slot}]`,
    number: (slot) => `S[f + ${slot}]`,
    frame: () => inArray(false),
    first: () => 0,
  },
  doubles: {
    says: 'an array of slots, numbers in a Float64Array',
    reference: (slot) => `S[f + ${slot}]`,
    number: (slot) => `F[f + ${slot}]`,
    frame: inArray,
    first: () => 0,
  },
  object: {
    says: 'an object with named fields for each frame',
    reference: (slot) => `f.s${slot}`,
    number: (slot) => `f.s${slot}`,
    frame: () => 'new NamedFields(value)',
    first: () => new NamedFields(null),
  },
  both: {
    says: 'the same, numbers in a Float64Array',
    reference: (slot) => `f.s${slot}`,
    number: (slot) => `F[f.fp + ${slot}]`,
    frame: (isNumber) =>
      isNumber
        ? `(F[f.fp + ${frameSize}] = value, new NamedFieldsAndPlace(null, f.fp + ${frameSize}))`
        : `new NamedFieldsAndPlace(value, f.fp + ${frameSize})`,
    first: () => new NamedFieldsAndPlace(null, 0),
  },
};

/** Makes a closure of a text that no other closure has. @param given closures and constants by the names that the text has for them */
function closure(text: string, given: Readonly<Record<string, unknown>> = {}): Node {
  const all = { S, F, NamedFields, NamedFieldsAndPlace, ...given };
  const make = new Function(...Object.keys(all), `return (f) => ${text};`) as (...values: unknown[]) => Node;
  return make(...Object.values(all));
}

interface Workload {
  readonly says: string;
  /** Steps of one run, which the time is given for. */
  readonly steps: number;
  /** Whether the tree that it makes gives the right answer is checked at every run. */
  readonly make: (home: Home) => { readonly run: () => unknown; readonly expected: unknown };
}

const rounds = 200_000;

/** A loop over the variable 0 up to a number of rounds. */
function loop(home: Home, kind: 'number' | 'reference', body: Node): Node {
  const i = home[kind](0);
  const test = closure(`${i} < ${rounds}`);
  const step = closure(`{ ${i} = ${i} + 1; }`);
  return closure('{ while (test(f)) { body(f); step(f); } }', { test, body, step });
}

const workloads: Readonly<Record<string, Workload>> = {
  integers: {
    says: 'a loop that counts and adds integers',
    steps: rounds,
    make(home) {
      const [i, sum] = [home.reference(0), home.reference(1)];
      const read = closure(i);
      const scaled = closure('a(f) * 3', { a: read });
      const added = closure(`(${sum} + a(f)) & 65535`, { a: scaled });
      const all = loop(home, 'reference', closure(`{ ${sum} = a(f); }`, { a: added }));
      const run = closure(`{ ${i} = 0; ${sum} = 0; all(f); return ${sum}; }`, { all });
      let expected = 0;
      for (let n = 0; n < rounds; n++) expected = (expected + n * 3) & 65535;
      return { run: () => run(home.first()), expected };
    },
  },
  doubles: {
    says: 'a loop over three doubles',
    steps: rounds,
    make(home) {
      const [i, x, y] = [home.number(0), home.number(1), home.number(2)];
      const product = closure(`${x} * ${y}`);
      const first = closure(`{ ${x} = a(f) + 0.25; }`, { a: product });
      const second = closure(`{ ${y} = ${y} * 0.999 + ${x} * 0.001; }`);
      const all = loop(home, 'number', closure('{ a(f); b(f); }', { a: first, b: second }));
      const run = closure(`{ ${i} = 0; ${x} = 0.5; ${y} = 0.5; all(f); return ${x}; }`, { all });
      let [a, b] = [0.5, 0.5];
      for (let n = 0; n < rounds; n++) {
        a = a * b + 0.25;
        b = b * 0.999 + a * 0.001;
      }
      return { run: () => run(home.first()), expected: a };
    },
  },
  calls: {
    says: 'calls: fib(20) by recursion',
    steps: 21_891,
    make(home) {
      const n = home.number(0);
      const call = (less: number): Node => {
        const argument = closure(`${n} - ${less}`);
        return closure(`{ const value = a(f); return self.body(${home.frame(true)}); }`, {
          a: argument,
          self,
        });
      };
      const self: { body: Node } = { body: () => 0 };
      const sum = closure('a(f) + b(f)', { a: call(1), b: call(2) });
      self.body = closure(`${n} < 2 ? ${n} : a(f)`, { a: sum });
      const run = closure(`{ const value = 20; return self.body(${home.frame(true)}); }`, { self });
      return { run: () => run(home.first()), expected: 6765 };
    },
  },
  references: {
    says: 'calls that hand young objects on: the length of a list by recursion',
    steps: 10_000,
    make(home) {
      const node = home.reference(0);
      const argument = closure(`${node}.next`);
      const self: { body: Node } = { body: () => 0 };
      const rest = closure(`{ const value = a(f); return self.body(${home.frame(false)}); }`, {
        a: argument,
        self,
      });
      self.body = closure(`${node} === null ? 0 : 1 + a(f)`, { a: rest });
      const run = closure(
        `{ const value = list; return self.body(${home.frame(false)}); }`.replace('list', 'given.list'),
        {
          self,
          given,
        },
      );
      return {
        run: () => {
          let length = 0;
          for (let time = 0; time < 100; time++) {
            given.list = null;
            for (let k = 0; k < 100; k++) given.list = { next: given.list };
            length += run(home.first()) as number;
          }
          return length;
        },
        expected: 10_000,
      };
    },
  },
};

/** What the list of `references` begins with. */
const given: { list: unknown } = { list: null };

/** Nanoseconds of a step, the median of the second half of the runs. */
function measure(home: string, workload: string, ms: number): number {
  const { steps, make } = workloads[workload]!;
  const { run, expected } = make(homes[home]!);
  const times: number[] = [];
  const end = performance.now() + ms;
  while (times.length < 10 || performance.now() < end) {
    const start = performance.now();
    const answer = run();
    times.push(performance.now() - start);
    if (answer !== expected)
      throw new Error(`${workload} over ${home}: ${String(answer)}, not ${String(expected)}`);
  }
  return (1e6 * median(times.slice(times.length >> 1))) / steps;
}

interface Flags {
  readonly host: readonly string[];
  readonly rounds: number;
  readonly ms: number;
  readonly child?: string;
}

function compareHomes({ host: hosts, rounds: turns, ms }: Flags): void {
  const names = Object.keys(homes);
  for (const [name, { says }] of Object.entries(homes)) console.log(`${pc.bold(name.padEnd(9))} ${says}`);
  for (const word of hosts) {
    const { command } = hostNamed(word, (what) => process.stderr.write(`${what}\n`));
    console.log(
      `\n${pc.bold(word.padEnd(14))}${names.map((name) => name.padStart(9)).join('')}   nanoseconds a step`,
    );
    for (const [workload, { says }] of Object.entries(workloads)) {
      const seen = names.map((): number[] => []);
      for (let turn = 0; turn < turns; turn++) {
        for (const [i, name] of names.entries()) {
          const child = [
            fileURLToPath(import.meta.url),
            '--child',
            `${name}:${workload}`,
            '--ms',
            String(ms),
          ];
          seen[i]!.push(Number(execFileSync(command, child).toString()));
        }
      }
      const cells = seen.map((all) => median(all).toFixed(1).padStart(9)).join('');
      console.log(`${workload.padEnd(14)}${cells}   ${pc.dim(says)}`);
    }
  }
}

const flags = new Command()
  .name('npm run bench-slots --')
  .description("Measure where a region's variables are best kept.")
  .option('--host <hosts>', 'this, node@24, bun ..., in a row', (text) => text.split(','), ['this'])
  .option('--rounds <number>', 'processes for each figure', wholeNumber, 5)
  .option('--ms <number>', 'milliseconds of each, the first half to warm up', wholeNumber, 1600)
  .option('--child <what>', 'for itself')
  .parse()
  .opts<Flags>();

if (flags.child === undefined) compareHomes(flags);
else {
  const [home, workload] = flags.child.split(':');
  console.log(measure(home!, workload!, flags.ms));
}
