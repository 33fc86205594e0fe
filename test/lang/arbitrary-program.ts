/**
 * Random programs of Weft: always grammatical, often wrong at run time, with every statement inside every expression.
 */

import fc from 'fast-check';

const names = ['a', 'b', 'c', 'f'];
const name = fc.constantFrom(...names);
const operators = '+ - * / // % ** & | ^ << >> >>> == != < <= > >= && ||'.split(' ');

interface Parts {
  expression: string;
  statement: string;
  block: string;
}

/** The body of a function, in a loop that ends at once, so that there is something to break. */
const body = (block: unknown): string => `{ do ${block} while (false); a }`;

const { expression, block } = fc.letrec<Parts>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(name, fc.constantFrom('0', '1', '2', '0.5', '"s"', 'true', 'false', 'null', '[]', '{}', 'len')),
    fc
      .tuple(tie('expression'), fc.constantFrom(...operators), tie('expression'))
      .map(([a, sign, b]) => `((${a}) ${sign} ${b})`),
    fc.tuple(fc.constantFrom('-', '!', '~'), tie('expression')).map(([sign, a]) => `${sign}${a}`),
    fc
      .tuple(name, fc.constantFrom('=', '+=', '-='), tie('expression'))
      .map((parts) => `(${parts.join(' ')})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a})[${b}]`),
    fc.tuple(name, tie('expression'), tie('expression')).map(([a, i, v]) => `(${a}[${i}] += ${v})`),
    fc
      .tuple(tie('expression'), fc.array(tie('expression'), { maxLength: 2 }))
      .map(([f, args]) => `(${f})(${args})`),
    fc
      .tuple(fc.array(name, { maxLength: 2 }), tie('block'))
      .map(([p, b]) => `fn(${[...new Set(p)]}) ${body(b)}`),
    fc.tuple(tie('expression'), tie('block')).map(([c, then]) => `(if (${c}) ${then})`),
    fc.tuple(tie('expression'), tie('block'), tie('block')).map(([c, a, b]) => `(if (${c}) ${a} else ${b})`),
    fc.array(tie('expression'), { maxLength: 3 }).map((items) => `[${items}]`),
    fc.tuple(tie('expression'), tie('expression')).map(([k, v]) => `({${k}: ${v}})`),
    tie('expression').map((a) => `"<\${${a}}>"`),
  ),
  statement: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('expression').map((a) => `${a};`),
    fc.tuple(name, tie('expression')).map(([n, a]) => `let ${n} = ${a};`),
    fc.tuple(name, tie('block')).map(([n, b]) => `fn ${n}() ${body(b)}`),
    tie('expression').map((a) => `puts(${a});`),
    fc.constantFrom('return;', 'if (n > 0) { n -= 1; continue }', 'if (n > 0) { n -= 1; break }', 'break;'),
    fc.tuple(fc.constantFrom('return', 'throw'), tie('expression')).map(([word, a]) => `${word} ${a};`),
    fc.tuple(tie('expression'), tie('block')).map(([c, body]) => `while ((n -= 1) > 0 && ${c}) ${body}`),
    fc.tuple(tie('block'), tie('expression')).map(([body, c]) => `do ${body} while ((n -= 1) > 0 && ${c})`),
    fc.tuple(name, tie('block')).map(([i, body]) => `for (let ${i} = 0; ${i} < 3; ${i} += 1) ${body}`),
    fc
      .tuple(name, tie('expression'), tie('block'))
      .map(([x, xs, body]) => `for (${x} in [${xs}, 2]) ${body}`),
    fc.tuple(tie('block'), name, tie('block')).map(([body, e, c]) => `try ${body} catch (${e}) ${c}`),
    fc.tuple(tie('block'), tie('block')).map(([body, f]) => `try ${body} finally ${f}`),
    fc.tuple(tie('block'), tie('block'), tie('block')).map(([a, c, f]) => `try ${a} catch ${c} finally ${f}`),
  ),
  block: fc
    .array(tie('statement'), { maxLength: 4, depthIdentifier: 'block' })
    .map((all) => `{;${all.join('\n')}}`),
}));

/** A program in which every name is declared. Loops share a counter that runs out. */
export const program: fc.Arbitrary<string> = fc.tuple(block, expression).map(
  ([main, last]) => `let n = 20; let a = 1; let b = [1, 2]; let c = {"k": 1}; let f = fn(x) { x };
fn attempt(g) { try { return g() } catch (e) { return "${'$'}{e}" } }
fn main() ${body(main)}
[attempt(main), attempt(fn() { do { a = ${last} } while (false); a }), a, b, c, n]`,
);
