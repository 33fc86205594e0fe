/**
 * The host of the corpus: what its programs may call, a VM that has run another program before, and a run of one case with
 * everything the guest and the host saw walked.
 */

import {
  assemble,
  compile,
  decode,
  type EngineName,
  encode,
  type GuestFunction,
  GuestThrow,
  Handle,
  HeddleError,
  type HostFunctions,
  type HostInput,
  type HostValue,
  LinkError,
  load,
  type Module,
  type Program,
  VerifyError,
  VM,
} from '../../src/index';
import { builtinNames } from '../../src/runtime/builtins';
import type { EscapeCase } from './cases';
import { checkException, escapes, HostWalk, watched } from './domain';
import { hostileValues } from './hostile-values';

/** What the VM runs first: its globals and imports are not those of the case. */
const before = load(
  compile('let own = ["kept by the first program"]; fn f() { puts(own, pi()) } f', { optimize: false }),
);

const elsewhere: Readonly<Record<string, Program>> = {
  collection: load(compile('let list = [1]; throw list')),
  function: load(compile('let hidden = 1; throw fn() { hidden + pi() }')),
  error: load(compile('1 / 0')),
};

/** The same for all cases, so that its text in a guest is one value. */
const handle = new Handle(globalThis);

export class CorpusHost {
  output = '';
  readonly vm: VM;
  readonly functions: HostFunctions;
  private readonly odd: Readonly<Record<string, () => unknown>>;

  constructor(engine: EngineName) {
    const other = new VM({ engine: watched(engine) });
    const foreign = other.run(before).value;
    this.functions = this.makeFunctions(other);
    this.vm = new VM({
      engine: watched(engine),
      functions: this.functions,
      fuel: 1_000_000,
      output: (text) => {
        this.output += text;
      },
    });
    const former = this.vm.run(before).value;
    this.odd = {
      'a handle': () => handle,
      'a function of the program before': () => former,
      'a function of another VM': () => foreign,
    };
  }

  private make(name: unknown): HostInput {
    const make = this.odd[String(name)] ?? hostileValues[String(name)]?.make;
    if (make === undefined) throw new Error(`there is no value '${String(name)}'`);
    return make() as HostInput; // what hosts must not give is given here
  }

  private makeFunctions(other: VM): HostFunctions {
    const seen = new HostWalk();
    return {
      give: (name) => this.make(name),
      echo: (value) => {
        seen.check('an argument', value);
        return value as HostInput; // also descriptions of errors, which become maps
      },
      throws: (name) => {
        throw new GuestThrow(this.make(name));
      },
      promises: (name) => Promise.resolve(this.make(name)),
      fails: () => {
        throw Object.assign(new Error('a secret of the host'), { constructor: Function });
      },
      fails_with_range: () => {
        throw new RangeError('a secret of the host');
      },
      spoils: (value) => {
        if (Array.isArray(value)) value.push(Function as never);
        else if (value instanceof Map) value.clear();
      },
      call_back: {
        arity: [1, 255],
        run: (callee: HostValue, ...args: HostValue[]) =>
          this.vm.call(callee as GuestFunction, ...(args as HostInput[])) as HostInput,
      },
      throws_elsewhere: (name) => {
        other.run(elsewhere[String(name)]!);
      },
    };
  }
}

function moduleOf({ file, source }: EscapeCase, host: CorpusHost): Module {
  if (file.endsWith('.hasm')) return assemble(source);
  return compile(source, { imports: [...builtinNames, ...Object.keys(host.functions)] });
}

/**
 * Loads a case.
 *
 * @returns what runs it, walks everything that could be seen, and gives what it came to; throws the first Escape
 */
export function prepareCase(tried: EscapeCase, engine: EngineName): () => string[] {
  const host = new CorpusHost(engine);
  let program: Program;
  try {
    program = load(decode(encode(moduleOf(tried, host))));
    program.linkFor(host.vm.engine);
  } catch (error) {
    if (!(error instanceof VerifyError)) throw error;
    const { message } = error;
    return () => [`expect rejected: ${message}`];
  }
  return () => {
    host.output = '';
    escapes.length = 0;
    const lines = outcome(tried, program, host);
    // One that a host function met would be an error like any other to the guest around it.
    if (escapes.length > 0) throw escapes[0];
    const written = host.output.split('\n').slice(0, -1);
    return [...written.map((line) => `expect: ${line}`), ...lines];
  };
}

function outcome(tried: EscapeCase, program: Program, host: CorpusHost): string[] {
  try {
    const result = host.vm.run(program);
    new HostWalk().check('the result', result.value);
    return tried.file.endsWith('.hasm') ? [`expect value: ${result.text}`] : [];
  } catch (error) {
    if (error instanceof LinkError) return [`expect missing: ${error.missing.join(' ')}`];
    if (!(error instanceof HeddleError)) throw error;
    checkException(error);
    const line = `expect error: ${error.kind}: ${error.message}`;
    return error.cause instanceof Error ? [line, `expect cause: ${error.cause.message}`] : [line];
  }
}
