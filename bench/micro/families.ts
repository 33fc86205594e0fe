/**
 * The statements that micro-benchmarks are made of: for each family a function that writes the program with a given number of
 * sites. The text is Weft and JavaScript at once, but for the word that begins a function: `fn` here, `function` in the twin.
 */

import { Numbers } from './numbers';

/** The parts of a program: what stands before `run`, at its beginning, in its loop, and what it returns. */
export interface Parts {
  readonly before: readonly string[];
  readonly start: readonly string[];
  /** One statement a site. */
  readonly loop: readonly string[];
  readonly answer: string;
}

const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** The variables that statements work on. */
const variables = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const start = variables.map((name, i) => `let ${name} = ${i + 1};`);
const answer = variables.join(' + ');

/** Writes a statement from the variable that it assigns, two others, and a small number. */
type Template = (to: string, x: string, y: string, k: number) => string;

/** A line of statements that take turns, each variable being assigned as often as the others. */
function lineOf(templates: readonly Template[], sites: number): string[] {
  const numbers = new Numbers(sites);
  return times(sites, (i) => {
    const to = variables[i % variables.length]!;
    const others = variables.filter((name) => name !== to);
    return templates[i % templates.length]!(
      to,
      numbers.pick(others),
      numbers.pick(others),
      numbers.from(1, 99),
    );
  });
}

/** A line that begins with the number of its round and ends with a sum over all rounds, so that none can be left out. */
const simple = (templates: readonly Template[], sites: number): Parts => ({
  before: [],
  start: [...start, 'let sum = 0;'],
  loop: ['a = a + i & 1023;', ...lineOf(templates, sites - 2), 'sum = (sum + a + h) % 65521;'],
  answer: `sum + ${answer}`,
});

/** Nothing but moves: every instruction is as cheap as one can be, so what is left is getting to the next. */
const dispatch = (sites: number): Parts => simple([(to, x) => `${to} = ${x};`], sites);

const integers = (sites: number): Parts =>
  simple(
    [
      (to, x, _y, k) => `${to} = (${x} + ${k}) & 1023;`,
      (to, x, y) => `${to} = (${x} ^ ${y}) | 1;`,
      (to, x, y, k) => `${to} = (${x} * ${k} - ${y}) & 4095;`,
      (to, x, _y, k) => `${to} = (${x} >> 1) + ${k};`,
    ],
    sites,
  );

/** Contractions, so that values stay small and never become whole. */
const floats = (sites: number): Parts => ({
  ...simple(
    [
      (to, x, y) => `${to} = ${x} * 0.625 + ${y} * 0.3125;`,
      (to, x, _y, k) => `${to} = ${x} * 0.75 - ${k / 128 + 0.001};`,
      (to, x, y) => `${to} = (${x} - ${y}) * 0.4375 + 1.1;`,
      (to, x, y) => `${to} = ${x} / (${y} * ${y} + 1.5);`,
    ],
    sites,
  ),
  start: [...variables.map((name, i) => `let ${name} = ${i + 1}.5;`), 'let sum = 0.5;'],
});

const calls = (sites: number): Parts => ({
  before: times(sites, (i) => `fn add${i}(x) { return x + ${i + 1}; }`),
  start: ['let a = 0;'],
  loop: times(sites, (i) => `a = add${i}(a);`),
  answer: 'a',
});

/** A class for each site, whose instances are its only receivers. */
const methods = (sites: number): Parts => ({
  before: times(sites, (i) => `class Adder${i} { add(x) { return x + ${i + 1}; } }`),
  start: ['let a = 0;', ...times(sites, (i) => `let o${i} = new Adder${i}();`)],
  loop: times(sites, (i) => `a = o${i}.add(a);`),
  answer: 'a',
});

/** Receivers of as many classes at every site as there are sites. */
const megamorphic = (sites: number): Parts => ({
  before: times(sites, (i) => `class Adder${i} { add(x) { return x + ${i + 1}; } }`),
  start: ['let a = 0;', `let all = [${times(sites, (i) => `new Adder${i}()`).join(', ')}];`],
  loop: times(sites, (i) => `a = all[(i + ${i}) % ${sites}].add(a);`),
  answer: 'a',
});

/** A value goes from object to object, each of which has a class, and so a shape, of its own. */
const fields = (sites: number): Parts => ({
  before: times(sites, (i) => `class Holder${i} { first = 0; held = ${i}; }`),
  start: times(sites, (i) => `let o${i} = new Holder${i}();`),
  loop: ['o0.held = i;', ...times(sites - 1, (i) => `o${i + 1}.held = o${i}.held;`)],
  answer: `o0.held + o${sites - 1}.held`,
});

/** An element is read and another one written at each site, all of one array. */
const index = (sites: number): Parts => {
  const length = 64;
  const numbers = new Numbers(sites);
  const place = (): number => numbers.from(0, length - 1);
  return {
    before: [],
    start: [`let items = [${times(length, (i) => i).join(', ')}];`],
    loop: ['items[0] = i;', ...times(sites - 1, () => `items[${place()}] = items[${place()}];`)],
    answer: times(length, (i) => `items[${i}]`).join(' + '),
  };
};

/** Text grows by a few characters at a site; each round begins again, and compares what has come out. */
const strings = (sites: number): Parts => {
  const pieces = times(sites - 2, (i) => `${String.fromCharCode(97 + (i % 26))}${i % 10}`);
  return {
    before: [],
    start: ['let text = "";', 'let right = 0;'],
    loop: [
      'text = "";',
      ...pieces.map((piece) => `text = text + "${piece}";`),
      `if (text == "${pieces.join('')}") { right = right + 1; }`,
    ],
    answer: 'right',
  };
};

/** A number is thrown and caught about every third time: beside its handler at one site, by a function at the next. */
const errors = (sites: number): Parts => ({
  before: times(sites / 2, (i) => `fn check${i}(x) { if (x % 4 == 0) { throw x; } return x + 1; }`),
  start: ['let a = 0;'],
  loop: times(sites, (i) => {
    const handler = `catch (e) { a = e + ${1 + (i % 7)}; }`;
    if (i % 2 === 0) return `try { if (a % 4 == 0) { throw a; } a = a + 1; } ${handler}`;
    return `try { a = check${(i - 1) / 2}(a); } ${handler}`;
  }),
  answer: 'a',
});

/** Statements that each bring instructions of their own, the plainest first. */
const kinds: readonly Template[] = [
  (to, x, _y, k) => `${to} = ${x} + ${k};`,
  (to, x, _y, k) => `${to} = ${x} - ${k};`,
  (to, x) => `${to} = ${x} & 255;`,
  (to, x, y) => `${to} = ${x} | ${y};`,
  (to, x, y) => `${to} = ${x} ^ ${y};`,
  (to, x) => `${to} = ${x} << 1;`,
  (to, x) => `${to} = ${x} >> 1;`,
  (to, x) => `${to} = ${x} >>> 3;`,
  (to, x) => `${to} = ${x} % 101;`,
  (to, x, y) => `${to} = (${x} & 15) * 7 + ${y} & 8191;`,
  // Behind these, branches and comparisons.
  (to, x, y) => `if (${x} < ${y}) { ${to} = 1; }`,
  (to, x, y) => `if (${x} <= ${y}) { ${to} = 2; }`,
  (to, x, y) => `if (${x} > ${y}) { ${to} = 3; }`,
  (to, x, y) => `if (${x} >= ${y}) { ${to} = 4; }`,
  (to, x, y) => `if (${x} == ${y}) { ${to} = 5; }`,
  (to, x, y) => `if (${x} != ${y}) { ${to} = 6; }`,
  (to, x) => `${to} = -${x};`,
  (to, x) => `${to} = ~${x};`,
  (to, x) => `${to} = (${x} & 7) ** 2;`,
  (to, x) => `${to} = ${x} / 4 | 0;`,
  // Behind these, what is not arithmetic.
  (to, _x, _y, k) => `${to} = items[${k % 8}];`,
  (_to, x, _y, k) => `items[${k % 8}] = ${x} & 63;`,
  (to) => `${to} = point.x;`,
  (_to, x) => `point.x = ${x} & 63;`,
  (to, x) => `${to} = twice(${x} & 63);`,
  (to) => `${to} = point.sum(1);`,
  (to) => `${to} = new Point().y;`,
  (to, x) => `${to} = [${x} & 63, 2][0];`,
  (to) => `${to} = count;`,
  (_to, x) => `count = ${x} & 63;`,
  (to, x, y) => `if (${x} > 5 && ${y} > 5) { ${to} = 7; }`,
  (to, x, y) => `if (${x} > 5 || ${y} > 5) { ${to} = 8; }`,
  (to, x) => `if (!(${x} > 5)) { ${to} = 9; }`,
  (to, x) => `${to} = shared(${x} & 63);`,
  (to) => `flag = true; if (flag) { ${to} = 10; }`,
  (to) => `flag = false; if (flag) { ${to} = 11; }`,
  (to) => `flag = null; if (flag != null) { ${to} = 12; }`,
];

/** Statements in the line, however many kinds there are of them. */
const mixedLength = 200;

/** A line of the same length with more and more kinds of statement, and so of instruction. */
const opcodes = (count: number): Parts => {
  const line = simple(kinds.slice(0, count), mixedLength);
  return {
    before: [
      'class Point { x = 1; y = 2; sum(z) { return this.x + z; } }',
      'let count = 3;',
      'fn twice(x) { return x + x; }',
      'fn maker() { let held = 1; return fn(x) { held = (held + x) & 63; return held; }; }',
    ],
    start: [
      ...line.start,
      'count = 3;',
      'let items = [1, 2, 3, 4, 5, 6, 7, 8];',
      'let point = new Point();',
      'let shared = maker();',
      'let flag = false;',
    ],
    loop: line.loop,
    answer: `${line.answer} + point.x + count + items[0] + items[7]`,
  };
};

/** What a family is asked for, and how it writes it. */
export const families = {
  dispatch,
  integers,
  floats,
  calls,
  methods,
  megamorphic,
  fields,
  index,
  strings,
  errors,
  opcodes,
} as const satisfies Record<string, (parameter: number) => Parts>;

/** How many kinds of statement `opcodes` can mix. */
export const mostKinds = kinds.length;
