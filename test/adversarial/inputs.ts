/**
 * Sources and modules that try to break the compiler or the loader: enormous, deep, or of sizes that are not true.
 */

import {
  CompileError,
  compile,
  DecodeError,
  encode,
  load,
  type Module,
  type ModuleFunction,
  VerifyError,
} from '../../src/index';

export interface AdversarialInput {
  readonly name: string;
  readonly load: () => unknown;
  /** What refuses it; `undefined` where it has to be taken. */
  readonly refusedBy: new (
    ...args: never[]
  ) => Error;
}

const many = 100_000;

const sources: Readonly<Record<string, () => string>> = {
  'seventeen million characters': () => ' '.repeat(17_000_000),
  'parameters by the hundred thousand': () =>
    `fn f(${Array.from({ length: many }, (_, i) => `p${i}`).join(', ')}) { 1 }`,
  'arguments by the hundred thousand': () => `puts(${'1, '.repeat(many)}1)`,
  'array literals in each other': () => '['.repeat(many) + ']'.repeat(many),
  'map literals in each other': () => `${'{"a": '.repeat(many)}1${'}'.repeat(many)}`,
  'parentheses in each other': () => `${'('.repeat(many)}1${')'.repeat(many)}`,
  'parentheses that are never closed': () => '('.repeat(many),
  'functions in each other': () => 'fn() { '.repeat(many) + '}'.repeat(many),
  'blocks in each other': () => '{'.repeat(many) + '}'.repeat(many),
  'ifs in each other': () => 'if (true) { '.repeat(many) + '}'.repeat(many),
  'minus signs': () => `1${' -'.repeat(many)} 1`,
  'powers of powers': () => `${'2 ** '.repeat(many)}2`,
  'assignments of assignments': () => `let a = 0\n${'a = '.repeat(many)}1`,
  'calls of calls that are never closed': () => 'f('.repeat(many),
  'interpolations in each other': () => `${'"${'.repeat(many)}1${'}"'.repeat(many)}`,
  'a string that never ends': () => `"${'x'.repeat(1_000_000)}`,
  'a literal of three million elements': () => `[${'1,'.repeat(3_000_000)}1]`,
  'a million errors': () => '@ '.repeat(1_000_000),
};

const nothing: ModuleFunction = {
  name: 'main',
  arity: 0,
  localCount: 0,
  freeCount: 0,
  maxStack: 1,
  code: compile('null', { optimize: false }).functions[0]!.code,
  handlers: [],
};

const moduleOf = (fn: Partial<ModuleFunction>, rest: Partial<Module> = {}): Module => ({
  constants: [],
  globals: [],
  imports: [],
  classes: [],
  files: [],
  functions: [{ ...nothing, ...fn }],
  ...rest,
});

const modules: Readonly<Record<string, () => Module>> = {
  'locals beyond any frame': () => moduleOf({ localCount: 2 ** 31 }),
  'locals that are no number': () => moduleOf({ localCount: Number.NaN }),
  'operands beyond any stack': () => moduleOf({ maxStack: 2 ** 31 }),
  'operands below zero': () => moduleOf({ maxStack: -1 }),
  'more arguments than locals': () => moduleOf({ arity: 200, localCount: 1 }),
  'captured variables beyond any closure': () => moduleOf({ freeCount: 2 ** 31 }),
  'a handler outside the code': () =>
    moduleOf({ handlers: [{ start: 0, end: 2 ** 31, target: 2 ** 31, height: 0, kind: 'catch' }] }),
  'no functions': () => moduleOf({}, { functions: [] }),
  'two million globals': () => moduleOf({}, { globals: Array.from({ length: 2 ** 20 + 1 }, () => 'g') }),
};

/** A binary module's head, and a section that claims to be of this size and to hold so many entries. */
function claiming(section: number, size: number, count: number): Uint8Array {
  const head = encode(moduleOf({}));
  const unsigned = (value: number): number[] =>
    value < 128 ? [value] : [(value % 128) + 128, ...unsigned(Math.floor(value / 128))];
  // Magic, version and fingerprint.
  return Uint8Array.from([...head.slice(0, 9), section, ...unsigned(size), ...unsigned(count)]);
}

const binaries: Readonly<Record<string, () => Uint8Array>> = {
  'nothing at all': () => new Uint8Array(),
  'a million zeros': () => new Uint8Array(1_000_000),
  'constants without end': () => claiming(1, 5, 2 ** 32 - 1),
  'globals without end': () => claiming(2, 5, 2 ** 32 - 1),
  'functions without end': () => claiming(4, 5, 2 ** 32 - 1),
  'a section larger than the module': () => claiming(1, 2 ** 31, 1),
  'a count of fifty digits': () => claiming(1, 40, 2 ** 160),
  'half a module': () => encode(compile('let x = [1, 2, 3]\nfn f(a) { a + x[0] }\nf(1)')).slice(0, 60),
};

const inputsOf = (
  given: Readonly<Record<string, () => unknown>>,
  take: (input: never) => unknown,
  refusedBy: AdversarialInput['refusedBy'],
): AdversarialInput[] =>
  Object.entries(given).map(([name, make]) => ({
    name,
    load: () => take(make() as never), // each table goes with its own `take`
    refusedBy,
  }));

export const inputs: readonly AdversarialInput[] = [
  ...inputsOf(sources, (source: string) => compile(source), CompileError),
  ...inputsOf(modules, (module: Module) => load(module), VerifyError),
  ...inputsOf(binaries, (bytes: Uint8Array) => load(bytes), DecodeError),
];

/** Sources that are large and all right: what they give, when they are run under the limits of a test. */
export const largeSources: Readonly<Record<string, readonly [() => string, unknown]>> = {
  'a name of a million characters': [
    () => `let ${'x'.repeat(1_000_000)} = 1\n${'x'.repeat(1_000_000)} + 1`,
    2,
  ],
  'a string of a million characters': [() => `len("${'x'.repeat(1_000_000)}")`, 1_000_000],
  'a comment of a million characters': [() => `// ${'x'.repeat(1_000_000)}\n7`, 7],
  'a hundred thousand statements': [() => `let n = 0\n${'n += 1\n'.repeat(many)}n`, many],
  'a sum of a hundred thousand terms': [() => `1${' + 1'.repeat(many - 1)}`, many],
  'else ifs by the ten thousand': [
    () => `let n = 3\nif (n == 0) { 0 }${' else if (n == 1) { 1 }'.repeat(10_000)} else { 9 }`,
    9,
  ],
};
