/**
 * Every built-in function and every instruction with values of every kind, drawn from a seed, on every engine: what comes out
 * is a value of the domain or an error of the guest's world, the same on all engines, and the host is as it was.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  assemble,
  type Engine,
  type EngineName,
  engineNames,
  HeddleError,
  load,
  type Program,
  VM,
} from '../../src/index';
import { instructions } from '../../src/isa/instructions';
import { narrow, type OpcodeInfo, type OpName } from '../../src/isa/isa';
import { builtinFunctions } from '../../src/runtime/builtins';
import { closureAt } from '../../src/runtime/thread';
import type { Value } from '../../src/runtime/value';
import { fromSeed } from '../bytecode/arbitrary-module';
import { checkException, Escape, escapes, HostWalk, hostSnapshot, watched } from './domain';
import { GuestValues } from './guest-values';

const globals = ['a', 'b', 'c', 'd', 'e'];
const loadGlobals = (count: number): string[] =>
  globals.slice(0, count).map((name) => `OpGetGlobal $${name}`);

/** A program of these instructions, with functions that values may be closures of. */
function programOf(main: readonly string[], freeFunction: readonly string[] = ['OpGetFree 0']): Program {
  return load(
    assemble(
      [
        ...[...globals.map((name) => `.global ${name}`), '.import len'],
        ...['.class Base', '.field kind', '.field __proto__', '.static then', '.method same $same'],
        ...['.method raise $raise', '.end'],
        ...['.class Derived', '.field toString', '.static __proto__', '.method then $same'],
        ...['.method constructor $raise', '.method valueOf $raise', '.end'],
        ...['.function main locals=1', ...main, '.end'],
        ...['.function free free=1', ...freeFunction, '.end'],
        ...['.function same arity=1', 'OpGetLocal 0', '.end'],
        ...['.function raise arity=2', 'OpGetLocal 1', 'OpThrow', '.end'],
      ].join('\n'),
    ),
  );
}

/** The engine under watch, with values for the globals put in place before a program begins. */
function withValues(name: EngineName, seed: number, callee?: Value): Engine {
  const { prepare, run } = watched(name);
  return {
    name,
    prepare,
    run(thread) {
      const values = new GuestValues(fromSeed(seed), closureAt(thread.fp).fn.module);
      globals.forEach((_, i) => {
        thread.vm.globals[i] = values.value();
      });
      if (callee !== undefined) thread.vm.globals[0] = callee;
      run(thread);
    },
  };
}

const limits = { fuel: 20_000, maxStringLength: 50_000, maxArrayLength: 20_000, maxFrames: 100 };

/** What a program comes to, as text. @throws Escape */
function outcome(program: Program, engine: EngineName, seed: number, callee?: Value): string {
  const vm = new VM({ engine: withValues(engine, seed, callee), ...limits });
  try {
    const { value, text } = vm.run(program);
    new HostWalk().check('the result', value);
    return text;
  } catch (error) {
    if (!(error instanceof HeddleError)) throw error;
    checkException(error);
    // The value set has errors of these kinds to throw, with a cause of its own.
    const isOurs =
      error.message !== 'the host cannot make a value this large' &&
      !/^the host function/.test(error.message);
    if (!isOurs) throw new Escape(`a host exception came out: ${error.message}`, { cause: error.cause });
    return `${error.kind}: ${error.message}`;
  }
}

const untouched = hostSnapshot();

function onEveryEngine(rounds: number, program: Program, firstSeed: number, callee?: Value): void {
  const kinds = new Set<string>();
  for (let seed = firstSeed; seed < firstSeed + rounds; seed++) {
    const seen = engineNames.map((engine) => {
      try {
        return outcome(program, engine, seed, callee);
      } catch (error) {
        const what = error instanceof Error ? error.message : String(error);
        throw new Error(`seed ${seed}, on the ${engine} engine: ${what}`, { cause: error });
      }
    });
    for (const text of seen) assert.is(text, seen[0], `seed ${seed}: engines differ`);
    kinds.add(seen[0]!);
  }
  assert.equal(hostSnapshot(), untouched, 'the host is as it was');
  assert.is(escapes.length, 0);
  assert.ok(kinds.size > 0);
}

for (const [name, callee] of builtinFunctions) {
  test(`built-in ${name}`, () => {
    const most = Math.min(callee.maxArity, callee.minArity + 3, 4);
    for (let argc = callee.minArity; argc <= most; argc++) {
      const program = programOf([...loadGlobals(argc + 1), `OpCall ${argc}`]);
      onEveryEngine(60, program, 1000 * argc + 1, callee);
    }
  });
}

/** Code that brings an instruction's inputs, runs it on them, and makes one value of its outputs. */
function around(info: OpcodeInfo, operands: string, count: number): string[] {
  const { inputs, outputs, variadic } = info.picture;
  const result =
    outputs.length === 1 ? [] : outputs.length === 0 ? ['OpNull'] : [`OpArray ${outputs.length}`];
  return [
    ...loadGlobals(inputs.length + (variadic ? count : 0)),
    `${info.mnemonic} ${operands}`,
    ...(info.op === 'OpThrow' ? [] : result),
  ];
}

/** Names of members, some of which some classes have. */
const memberNames = ['__proto__', 'constructor', 'kind', 'raise', 'then', 'toString', 'message', 'prototype'];

/** Programs that run one instruction on values. */
function programsFor(info: OpcodeInfo): Program[] {
  const argc = info.op === 'OpInvoke' ? 2 : 0;
  if (info.operands[0]?.kind !== 'name') return [programFor(info)];
  return memberNames.map((name) => programOf(around(info, `.${name}${argc === 0 ? '' : ` ${argc}`}`, argc)));
}

function programFor(info: OpcodeInfo): Program {
  const keep = ['OpGetGlobal $e', 'OpSetLocal 0'];
  switch (info.operands[0]?.kind) {
    case 'free':
      return programOf(['OpGetGlobal $e', 'OpClosure $free 1', 'OpCall 0'], around(info, '0', 0));
    case 'function':
      return programOf([...loadGlobals(1), 'OpClosure $free 1']);
    case 'arguments':
      return programOf([...loadGlobals(3), `${info.mnemonic} 2`]);
    case 'class':
      return programOf([...loadGlobals(1), 'OpClosure $same 0', 'OpClosure $raise 0', 'OpClass $Base 3']);
    case 'count':
      return programOf(around(info, '2', info.op === 'OpMap' ? 4 : 2));
    case 'constant':
      return programOf(around(info, '="__proto__"', 0));
    case undefined:
      return programOf(around(info, '', 0));
    default:
      return programOf([...keep, ...around(info, '0', 0)]);
  }
}

const jumps = (info: OpcodeInfo): boolean => info.operands[0]?.kind === 'target';

for (const name of Object.keys(instructions) as OpName[]) {
  const info = narrow[name];
  if (jumps(info)) continue; // they only ask whether a value is true
  test(`instruction ${name}`, () => {
    const programs = programsFor(info);
    const rounds = Math.ceil(200 / programs.length);
    programs.forEach((program, i) => {
      onEveryEngine(rounds, program, 1 + rounds * i);
    });
  });
}

test.run();
