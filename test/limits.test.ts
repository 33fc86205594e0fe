/**
 * Limits where they are nearly reached: what is counted, what it costs, what goes on after more fuel, and programs that a limit
 * must not get in the way of. The programs that attack them are in adversarial/.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  compile,
  defaultLimits,
  type EngineName,
  engineNames,
  HeddleError,
  type HostFunctions,
  load,
  VM,
  type VmOptions,
} from '../src/index';
import { thread } from '../src/runtime/thread';

const megabyte = 2 ** 20;

interface Ran {
  readonly end: unknown;
  readonly fuel: number;
  readonly censuses: number;
}

/** A program's value or the kind of its error, and what it used. */
function ran(source: string, options: VmOptions = {}): Ran {
  const vm = new VM(options);
  let end: unknown;
  try {
    end = vm.run(load(compile(source, { functions: Object.keys(options.functions ?? {}) }))).value;
  } catch (error) {
    if (!(error instanceof HeddleError)) throw error;
    end = error.kind;
  }
  const { memory } = vm as unknown as { memory: { censuses: number } }; // what statistics read
  return { end, fuel: vm.fuelUsed, censuses: memory.censuses };
}

/** Asserts that a program ends alike, with the same fuel and as many censuses, on every engine; gives that. */
function same(source: string, options: VmOptions = {}): Ran {
  const results = engineNames.map((engine) => ran(source, { ...options, engine }));
  for (const result of results) assert.equal(result, results[0]);
  return results[0]!;
}

const extraFuel = (cheap: string, dear: string): number => same(dear).fuel - same(cheap).fuel;

test('the memory that a program can fill is the same on every engine, to the element', () => {
  const source = `
    let xs = []
    let most = 0
    fn fill() { append(xs, [0]); most = len(xs); fill2() }
    fn fill2() { null }
    while (len(xs) < wanted) { fill() }
    len(xs)`;
  const fits = (wanted: number, engine: EngineName): boolean => {
    const vm = new VM({ engine, maxMemory: megabyte });
    const program = load(compile(source, { globals: ['wanted'] }));
    try {
      return vm.run(program, { globals: { wanted } }).value === wanted;
    } catch (error) {
      assert.is((error as HeddleError).kind, 'out of memory');
      return false;
    }
  };
  const most = engineNames.map((engine) => {
    let [low, high] = [0, megabyte / 16];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (fits(middle, engine)) low = middle;
      else high = middle;
    }
    return low;
  });
  assert.equal(
    most,
    engineNames.map(() => most[0]),
  );
  // An array of one element is counted as 96 + 16 bytes, and its place as 16; a sixteenth stays free.
  assert.ok(most[0]! > (megabyte * 0.93) / 128 && most[0]! < megabyte / 128, String(most[0]));
});

test('a program that only makes garbage goes on in little memory', () => {
  const source =
    'let n = 0\nwhile (n < 20000) { let xs = [n, [n]]; let s = "s${n}" + str(xs); n += len(xs) - 1 }\nn';
  const { end, censuses } = same(source, { maxMemory: megabyte / 4 });
  assert.is(end, 20000);
  assert.ok(censuses > 5);
  assert.is(ran(source).censuses, 0);
});

test('large garbage in a slot that is in use no more is not counted', () => {
  // A third of the memory each: a second one can only be had where the first is known to be dead.
  const source = 'let n = 0\nwhile (n < 100) { len(array(22000, n)); n += 1 }\nn';
  assert.is(same(source, { maxMemory: megabyte / 2 }).end, 100);
});

test('an array that fills most of the memory can be made again and again', () => {
  assert.is(
    same('let n = 0\nwhile (n < 50) { array(55000, 0); n += 1 }\nn', { maxMemory: megabyte }).end,
    50,
  );
  assert.is(same('array(66000, 0)', { maxMemory: megabyte }).end, 'out of memory');
});

test('a buffer counts while it is held, by the bytes of its elements', () => {
  const kept = (make: string): string => `let kept = ${make}\nlen(array(30000, 0)) + len(kept)`;
  assert.is(same(kept('u8(500000)'), { maxMemory: megabyte }).end, 530_000);
  assert.is(same(kept('i32(125000)'), { maxMemory: megabyte }).end, 155_000);
  assert.is(same(kept('f64(62500)'), { maxMemory: megabyte }).end, 92_500);
  assert.is(same(kept('u8(600000)'), { maxMemory: megabyte }).end, 'out of memory');
  assert.is(same(kept('f64(75000)'), { maxMemory: megabyte }).end, 'out of memory');
  const again = 'let n = 0\nwhile (n < 50) { let b = f64(60000); b[n] = 1; n += 1 }\nn';
  assert.is(same(again, { maxMemory: megabyte }).end, 50);
});

test('a buffer that many hold counts once', () => {
  const source = 'let b = u8(500000)\nlet xs = []\nwhile (len(xs) < 1000) { append(xs, [b]) }\nlen(xs)';
  assert.is(same(source, { maxMemory: megabyte }).end, 1000);
});

test('buffers are as long as arrays may be', () => {
  assert.is(same('len(u8(100))', { maxArrayLength: 100 }).end, 100);
  for (const source of ['u8(101)', 'concat(u8(60), u8(60))', 'f64(101)']) {
    assert.is(same(source, { maxArrayLength: 100 }).end, 'out of memory', source);
  }
});

test('near the limit a census is rare', () => {
  const source = 'let held = array(50000, 0)\nlet n = 0\nwhile (n < 30000) { [n]; n += 1 }\nn';
  const { end, censuses } = same(source, { maxMemory: megabyte });
  assert.is(end, 30000);
  // At 112 bytes an array, a sixteenth of the memory lasts for 585 of them.
  assert.ok(censuses <= 30000 / 585 + 1, String(censuses));
});

test('equal strings count once, however many there are', () => {
  const source =
    'let kept = []\nfor (let i = 0; i < 2000; i += 1) { append(kept, repeat("x", 1000)) }\nlen(kept)';
  assert.is(same(source, { maxMemory: megabyte / 4 }).end, 2000);
  const different = source.replace('"x", 1000', 'str(i), 1000');
  assert.is(same(different, { maxMemory: megabyte / 4 }).end, 'out of memory');
});

test('a long string that many hold counts once', () => {
  const source =
    'let text = repeat("ab", 20000)\nlet kept = []\nfor (let i = 0; i < 5000; i += 1) { append(kept, [text]) }\nlen(kept)';
  assert.is(same(source, { maxMemory: megabyte }).end, 5000);
});

test('what an instruction has charged before a census is not charged twice', () => {
  // With and without a census, but for the census itself, which costs a unit for 16 values.
  const source = 'let n = 0\nwhile (n < 40) { "${[n, n]} ${repeat("x", 1000)} ${[n]}"; n += 1 }\nn';
  const roomy = same(source);
  const tight = same(source, { maxMemory: 32 * 1024 });
  assert.is(roomy.censuses, 0);
  assert.ok(tight.censuses > 3);
  assert.ok(tight.fuel - roomy.fuel <= 2 * tight.censuses, `${tight.fuel} ${roomy.fuel} ${tight.censuses}`);
});

test('the stack counts, and a deep run leaves nothing behind', () => {
  const deep = 'fn down(n) { if (n == 0) { 0 } else { 1 + down(n - 1) } }\ndown(150000)';
  assert.is(same(deep).end, 150000);
  assert.is(same(deep, { maxMemory: 4 * megabyte }).end, 'out of memory');
  assert.ok(thread.stack.length <= 2 ** 16);
  assert.ok(thread.frames.length <= 2 ** 14);
  assert.is(thread.runs, 0);
});

test('a program does not pay for the runs before it', () => {
  const program = load(compile('let xs = []\nwhile (len(xs) < 6000) { append(xs, [1]) }\nlen(xs)'));
  const vm = new VM({ maxMemory: megabyte });
  const fuels = [1, 2, 3, 4].map(() => {
    assert.is(vm.run(program).value, 6000);
    return vm.fuelUsed;
  });
  assert.equal(
    fuels,
    fuels.map(() => fuels[0]),
  );
});

test('after an error of a limit the VM runs the next program, with all of its memory', () => {
  for (const engine of engineNames) {
    const vm = new VM({ engine, maxMemory: megabyte, fuel: 1_000_000, maxFrames: 500 });
    const fill = load(compile('let xs = array(60000, 0)\nlen(xs)'));
    for (const source of [
      'while (true) {}',
      'let xs = []\nwhile (true) { append(xs, xs) }',
      'fn f() { f() }\nf()',
    ]) {
      assert.throws(() => vm.run(load(compile(source))));
      assert.is(vm.run(fill).value, 60000);
    }
  }
});

test('out of fuel goes on with more, inside an instruction that has charged as well', () => {
  for (const source of [
    'let x = ["x"]\nfor (let i = 0; i < 9; i += 1) { x = [x, x] }\nlen("${x}${x}") + len(str(x))',
    'let a = repeat("x", 5000)\nlet n = 0\nwhile (n < 20) { if (a + "y" == a + "z" || a < a + "b") { n += 1 } }\nn',
    'let b = u8(4000)\nfor (let i = 0; i < 3; i += 1) { b = concat(slice(b, 1), reverse(b)); fill(b, i); copy_into(b, 1, b, 0, 9) }\nsum(b) + len(str(slice(b, 0, 3000)))',
    'let m = {}\nfor (let i = 0; i < 200; i += 1) { m[repeat("k", 300) + str(i)] = i }\nlet n = 0\nfor (k in m) { n += m[k] }\nn',
  ]) {
    for (const engine of engineNames) {
      const program = load(compile(source));
      const all = new VM({ engine });
      const { value } = all.run(program);
      const execution = new VM({ engine, fuel: 100 }).start(program);
      let stops = 0;
      while (execution.advance() === 'out of fuel') {
        execution.addFuel(97);
        stops++;
      }
      assert.equal(execution.result.value, value);
      assert.is(execution.fuelUsed, all.fuelUsed);
      assert.ok(stops > 10);
    }
  }
});

test('what an instruction has reserved before it ran out of fuel is not reserved twice', () => {
  // An array of a fortieth of the memory, charged in ever more attempts.
  const program = load(compile('len(array(100000, 0))'));
  for (const engine of engineNames) {
    const all = new VM({ engine });
    all.run(program);
    const pieces = new VM({ engine, fuel: 100 });
    const execution = pieces.start(program);
    while (execution.advance() === 'out of fuel') execution.addFuel(97);
    assert.is(execution.fuelUsed, all.fuelUsed);
    assert.is(pieces.memoryUsed, all.memoryUsed);
  }
});

test('host functions and guests share one budget of fuel', () => {
  for (const engine of engineNames) {
    const vm: VM = new VM({
      engine,
      fuel: 20_000,
      functions: { again: () => vm.call('spin') },
    });
    const program = load(
      compile('fn spin() { let n = 0; while (n < 100) { n += 1 } ; n }\nwhile (true) { again() }', {
        functions: ['again'],
      }),
    );
    let kind: string | undefined;
    try {
      vm.run(program);
    } catch (error) {
      kind = (error as HeddleError).kind;
    }
    assert.is(kind, 'out of fuel');
    assert.is(vm.fuelUsed, 20_000);
  }
});

test('host functions and guests call each other only so deep', () => {
  const deep: { vm?: VM } = {};
  const functions: HostFunctions = { again: () => deep.vm!.call('down') };
  const vm = new VM({ maxReentrancy: 20, functions });
  deep.vm = vm;
  const program = load(compile('let n = 0\nfn down() { n += 1; again() }\ndown()', { functions: ['again'] }));
  assert.throws(
    () => vm.run(program),
    (error: unknown) => error instanceof HeddleError && error.kind === 'stack overflow',
  );
  assert.is(vm.getGlobal('n'), 20);
});

test('comparing long strings costs fuel where there is something to compare', () => {
  const strings = 'let a = repeat("x", 3200)\nlet b = repeat("x", 3200)\n';
  assert.is(extraFuel(`${strings}a == 1`, `${strings}a == b`), 3200 / 16);
  assert.is(extraFuel(`${strings}a == 1`, `${strings}a != b`), 3200 / 16);
  assert.is(extraFuel(`${strings}a < "x"`, `${strings}a < b`), 3200 / 16);
  const longer = strings.replace('3200)\n', '3201)\n');
  assert.is(extraFuel(`${longer}a == 1`, `${longer}a == b`), 0);
});

test('joining strings costs next to nothing', () => {
  const strings = 'let a = repeat("x", 3200)\n';
  assert.is(extraFuel(`${strings}a == 1`, `${strings}a + a`), Math.floor(6400 / 256));
  assert.is(extraFuel('let a = "x"\na == 1', 'let a = "x"\na + a'), 0);
});

test('long keys of maps cost fuel', () => {
  const strings = 'let m = {}\nlet a = repeat("x", 3200)\nlet b = "x"\n';
  assert.is(extraFuel(`${strings}m[b] = 1`, `${strings}m[a] = 1`), 3200 / 16);
  assert.is(extraFuel(`${strings}m[b]`, `${strings}m[a]`), 3200 / 16);
  assert.is(extraFuel(`${strings}has(m, b)`, `${strings}has(m, a)`), 3200 / 16);
});

test('a function with many locals costs more to call', () => {
  const declare = (count: number): string => Array.from({ length: count }, (_, i) => `let v${i}`).join('\n');
  const calling = (count: number): string => `fn f() {\n${declare(count)}\n1 }\nf()`;
  // Declaring a variable takes two instructions.
  assert.is(extraFuel(calling(10), calling(1000)) - 2 * 990, Math.floor(1000 / 64));
});

test('an error that is caught costs fuel for the frames that its trace looks at', () => {
  const failing = (depth: number, inner: string): string =>
    `fn down(n) { if (n == 0) { n + ${inner} } else { 1 + down(n - 1) } }\ntry { down(${depth}) } catch (e) { 1 }`;
  const calls = extraFuel(failing(1, '1'), failing(101, '1'));
  assert.is(extraFuel(failing(1, '"x"'), failing(101, '"x"')) - calls, 100);
});

test('lengths have limits of their own', () => {
  for (const [source, options] of [
    ['repeat("x", 101)', { maxStringLength: 100 }],
    ['let s = repeat("x", 60)\ns + s', { maxStringLength: 100 }],
    ['let s = repeat("x", 60)\n"${s}${s}"', { maxStringLength: 100 }],
    ['join(["aaaaaaaaaa", "bbbbbbbbbb"], repeat("-", 90))', { maxStringLength: 100 }],
    ['str(range(60))', { maxStringLength: 100 }],
    ['array(101)', { maxArrayLength: 100 }],
    ['let xs = array(100)\nappend(xs, 1)', { maxArrayLength: 100 }],
    ['concat(array(60), array(60))', { maxArrayLength: 100 }],
    ['chars(repeat("x", 101))', { maxArrayLength: 100 }],
    ['split(repeat("x,", 101), ",")', { maxArrayLength: 100 }],
  ] as const) {
    assert.is(same(source, options).end, 'out of memory', source);
  }
});

test('what the host may ask for has its own bounds', () => {
  const vm = new VM({ maxStringLength: 2 ** 40, maxArrayLength: 2 ** 40 });
  assert.is(vm.limits.maxStringLength, defaultLimits.maxStringLength);
  assert.is(vm.limits.maxArrayLength, defaultLimits.maxArrayLength);
  assert.throws(() => new VM({ maxMemory: 0 }), RangeError);
});

test('cut out of a string is copied, and is what it was', () => {
  const source = `
    let text = "  " + repeat("abcdefghij", 4) + "  "
    [slice(text, 2, 20), trim(text), split(text, "j")[1], split("", ",")]`;
  const { end } = same(source);
  assert.equal(end, ['abcdefghijabcdefgh', 'abcdefghij'.repeat(4), 'abcdefghi', ['']]);
});

test('a long string inside a collection is quoted as a short one is', () => {
  for (const filler of [4093, 4094, 4095, 4096]) {
    const source = `let s = repeat("a", ${filler}) + "\\u{1F600}" + "\\\${" + repeat("\\n\\"", 3000)\nstr([s])`;
    const text = `${'a'.repeat(filler)}\u{1F600}\${${'\n"'.repeat(3000)}`;
    assert.is(same(source).end, `[${JSON.stringify(text).replaceAll('${', '\\${')}]`);
  }
});

test.run();
