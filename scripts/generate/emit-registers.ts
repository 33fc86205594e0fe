/**
 * Templates of the registers of loops, one for each number: what makes an object of so many, and what reads and sets each. A field that is read
 * by a name in the text is what hosts know best; by a name in a variable, some do not see that nobody else has the object.
 */

import { mostDirect, mostOfBuiltin, mostRegisters } from '../../src/engines/region-site';
import { generatedHeader, TextWriter } from './text-writer';

const numbers = Array.from({ length: mostRegisters }, (_, k) => k);

export function emitRegisters(): string {
  const out = new TextWriter();
  const [open, job, generated, ...rest] = generatedHeader(
    'Templates of the registers of loops.',
    'emit-registers.ts',
  );
  for (const line of [open!, job!, generated!.replace(' from src/isa/instructions.ts', ''), ...rest])
    out.line(line);
  out.line("import type { LinkedFunction } from '../../runtime/linked';");
  out.line("import type { Closure as ClosureValue, HostFunction, Value } from '../../runtime/value';");
  out
    .line(
      "import type { CallSite, Compute, FunctionRegisters, Homes, Machine, Registers, Step } from '../region-site';",
    )
    .line();
  const machine =
    "S: Machine['S'], F: Machine['F'], thread: Machine['thread'], waits: Machine['waits'], methodFor: Machine['methodFor'], refused: Machine['refused'], ready: Machine['ready'], closure: Machine['make']['closure'], array: Machine['make']['array']";
  out.block(`const make = (${machine}) => ({`, '});', () => {
    for (const k of numbers) {
      emitLoop(out, k + 1);
      emitCallingLoop(out, k + 1);
    }
    for (let count = 0; count <= mostDirect; count++) {
      emitFunction(out, count);
      emitCalls(out, count);
      if (count <= mostOfBuiltin) emitBuiltin(out, count);
      emitMade(out, count);
    }
    for (const k of numbers) {
      out.line(`r${k}: () => (registers: Registers) => registers.r${k},`);
      out.block(`set${k}: (value: Compute) => (registers: Registers) => {`, '},', () => {
        out.line(`registers.r${k} = value(registers as never);`);
      });
      out.line('// Into a register of the loop around.');
      out.block(`back${k}: (value: Compute) => (registers: Registers) => {`, '},', () => {
        out.line(`(registers.outer as Registers).r${k} = value(registers as never);`);
      });
    }
  });
  out.line();
  out.line(
    'export const registerTemplates = ({ S, F, thread, waits, methodFor, refused, ready, make: { closure, array } }: Machine) => make(S, F, thread, waits, methodFor, refused, ready, closure, array);',
  );
  out.line().line('export type RegisterTemplates = ReturnType<typeof registerTemplates>;');
  return out.toString();
}

const argumentsOf = (count: number): string[] => numbers.slice(0, count).map((k) => `a${k}`);

/** An object of registers. All of loops have one form for the host, however many are used, and all of functions another. */
const registersWith = (type: string, values: readonly string[], others: string): string =>
  `const registers: ${type} = { ${numbers.map((k) => `r${k}: ${values[k] ?? 'null'}`).join(', ')}, ${others}, homes };`;

/** The way into a loop with `count` registers and out of it. */
function emitLoop(out: TextWriter, count: number): void {
  const given = argumentsOf(count).map((name) => `${name}: Compute, `);
  const others = 'place: Compute, left: Compute, homes: Homes, back: Step, loop: Step';
  out.block(`with${count}: (${given.join('')}${others}) => (fp: number) => {`, '},', () => {
    const values = argumentsOf(count).map((name) => `${name}(fp)`);
    out.line(
      registersWith('Registers', values, 'fp: place(fp) as number, outer: fp, left: left(fp) as number'),
    );
    out.line('const end = loop(registers as never);');
    out.line('back(registers as never);');
    out.line('return end;');
  });
}

/**
 * The way into a function that is called directly, with `count` arguments. With all that it is too large for the host to inline it into its callers,
 * so each function has the whole of what the host inlines to itself.
 */
function emitFunction(out: TextWriter, count: number): void {
  const parameters = ['fp: number', 'depth: number', 'callee: ClosureValue | undefined'].concat(
    argumentsOf(count).map((name) => `${name}: Value`),
  );
  out.block(`taking${count}: (body: Step, homes: Homes) => (${parameters.join(', ')}) => {`, '},', () => {
    const callee = count > 0 ? `callee ?? methodFor(homes.fn, registers.r${count - 1})` : 'callee!';
    emitWaiting(out, argumentsOf(count), 'callee', 'body', `S[fp - 1] = ${callee};`);
    out.line('return end as Value;');
  });
}

/** The way into a loop that calls functions directly, with `count` registers, and out of it: its frame is there already. */
function emitCallingLoop(out: TextWriter, count: number): void {
  const given = argumentsOf(count).map((name) => `${name}: Compute, `);
  out.block(
    `calling${count}: (${given.join('')}homes: Homes, back: Step, loop: Step) => (fp: number) => {`,
    '},',
    () => {
      out.line('const { depth } = thread;');
      const values = argumentsOf(count).map((name) => `${name}(fp)`);
      emitWaiting(out, values, 'callee: S[fp - 1] as ClosureValue', 'loop');
      out.line('back(registers as never);');
      out.line('return end;');
    },
  );
}

/**
 * Runs a step with registers of a function. Where something is thrown through it while it waits for a call, they go into their slots here, so nobody
 * else has the object of them; operands above the callee are gone, and the callee's frame is there, unless it was refused.
 *
 * @param values of the first registers
 * @param callee how the function's closure is given
 * @param framed what puts it on the thread
 */
function emitWaiting(
  out: TextWriter,
  values: readonly string[],
  callee: string,
  step: string,
  framed?: string,
): void {
  out.line(
    registersWith('FunctionRegisters', values, `fp, outer: fp, left: 0, depth, ${callee}, site: undefined`),
  );
  out.line('let end: ReturnType<Step>;');
  out.block('try {', '} catch (thrown) {', () => out.line(`end = ${step}(registers as never);`));
  out.line('  const { site } = registers;');
  out.block('  if (site !== undefined) {', '  }', () => {
    if (framed !== undefined) out.line(`  ${framed}`);
    out.line('  const { frames } = thread;');
    out.line('  frames[2 * depth] = ~site.next;');
    out.line('  frames[2 * depth + 1] = fp;');
    out.line('  const end = thrown === refused ? fp + homes.fn.frameSize : fp + site.at - 1;');
    for (const k of numbers) {
      out.line(`  const to${k} = fp + homes.to${k};`);
      out.line(`  if (to${k} < end) S[to${k}] = registers.r${k};`);
    }
    out.line('  const { doubles } = homes;');
    out.block('  if (doubles !== undefined) {', '  }', () => {
      for (const k of numbers) {
        out.line(`  const double${k} = doubles[${k}]!;`);
        out.line(`  if (double${k} >= 0) F[fp + double${k}] = registers.r${k} as number;`);
      }
    });
  });
  out.line('  waits(thrown, site, homes, fp, depth);');
  out.line('}');
}

/** Direct calls with `count` arguments: of what is known to be the function, of a method that needs no closure, and of what may be another function. */
function emitCalls(out: TextWriter, count: number): void {
  const given = argumentsOf(count).map((name) => `, ${name}: Compute`);
  const known = 'site: CallSite, fn: LinkedFunction, at: number';
  const hand = (closure: string): void => {
    argumentsOf(count).forEach((name, k) => {
      out.line(`const v${k} = ${name}(registers as never);`);
    });
    const values = argumentsOf(count).map((_, k) => `, v${k}`);
    out.line('registers.site = site;');
    out.line(`return fn.direct(registers.fp + at, registers.depth + 1, ${closure}${values.join('')});`);
  };
  const all = given.join('');
  out.block(
    `direct${count}: (${known}, callee: Compute${all}) => (registers: FunctionRegisters) => {`,
    '},',
    () => hand('callee(registers as never) as ClosureValue'),
  );
  const otherwise = 'callee: Compute, otherwise: Compute';
  out.block(
    `directOf${count}: (${known}, ${otherwise}${all}) => (registers: FunctionRegisters) => {`,
    '},',
    () => {
      out.line('const closure = callee(registers as never) as ClosureValue | undefined;');
      out.line('if (closure?.fn !== fn) return otherwise(registers as never);');
      hand('closure');
    },
  );
  out.line('/** A call of whatever closure there is. */');
  out.block(
    `directAny${count}: (site: CallSite, at: number, ${otherwise}${all}) => (registers: FunctionRegisters) => {`,
    '},',
    () => {
      out.line('const closure = callee(registers as never) as ClosureValue | null | undefined;');
      out.line('const fn = closure?.fn;');
      out.line(`if (fn?.arity !== ${count}) return otherwise(registers as never);`);
      hand('closure!');
    },
  );
  if (count === 0) return;
  out.line('/** A call of a method of an instance of any shape. */');
  const arguments_ = argumentsOf(count - 1);
  const givenFirst = arguments_.map((name) => `, ${name}: Compute`).join('');
  out.block(
    `invokeAny${count}: (site: CallSite, at: number, receiver: Compute, find: (receiver: Value) => ClosureValue | undefined, otherwise: Compute${givenFirst}) => (registers: FunctionRegisters) => {`,
    '},',
    () => {
      out.line('const object = receiver(registers as never);');
      out.line('const method = find(object);');
      out.line('if (method === undefined) return otherwise(registers as never);');
      for (const name of arguments_) out.line(`const v${name} = ${name}(registers as never);`);
      out.line('registers.site = site;');
      const values = [...arguments_.map((name) => `v${name}`), 'object'].join(', ');
      out.line(`return method.fn.direct(registers.fp + at, registers.depth + 1, method, ${values});`);
    },
  );
  out.block(`directMethod${count}: (${known}${all}) => (registers: FunctionRegisters) => {`, '},', () =>
    hand('undefined'),
  );
}

/** What is made of `count` values: a closure that captures them, and an array. */
function emitMade(out: TextWriter, count: number): void {
  const given = argumentsOf(count).map((name) => `, ${name}: Compute`);
  const values = argumentsOf(count).map((name) => `${name}(registers as never)`);
  const makes = (key: string, known: string, text: string): void => {
    out.block(
      `${key}${count}: (site: CallSite${known}${given.join('')}) => (registers: FunctionRegisters) => {`,
      '},',
      () => {
        out.line(`const values: Value[] = [${values.join(', ')}];`);
        out.line('registers.site = site;');
        out.line(`return ${text};`);
      },
    );
  };
  makes('closure', ', fn: LinkedFunction', 'closure(fn, values)');
  makes('array', '', 'array(values)');
}

/** A call of a built-in function that calls nothing, with `count` arguments. `top` is behind these, if they were in slots. */
function emitBuiltin(out: TextWriter, count: number): void {
  const given = argumentsOf(count).map((name) => `, ${name}: Compute`);
  const known = "site: CallSite, top: number, known: HostFunction, call: HostFunction['call']";
  const parameters = `${known}, callee: Compute, otherwise: Compute${given.join('')}`;
  out.block(`builtinOf${count}: (${parameters}) => (registers: FunctionRegisters) => {`, '},', () => {
    out.line('if (callee(registers as never) !== known) return otherwise(registers as never);');
    argumentsOf(count).forEach((name, k) => {
      out.line(`const v${k} = ${name}(registers as never);`);
    });
    out.line('registers.site = site;');
    out.line('ready(registers.fp + top);');
    out.line(
      `return call(${argumentsOf(count)
        .map((_, k) => `v${k}`)
        .join(', ')});`,
    );
  });
}
