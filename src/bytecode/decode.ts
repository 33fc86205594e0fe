/**
 * Bytes to modules. The input may be anything: what is no module is refused with the place and what was expected there,
 * after work and memory in proportion to its length. That the code makes sense is for the verifier to say.
 */

import { fingerprint } from '../isa/isa';
import type { Handler } from '../runtime/linked';
import { BinaryReader } from './binary-reader';
import { constantTags, formatVersion, handlerKinds, magic, type SectionName, sections } from './format';
import type {
  Constant,
  FunctionDebug,
  LineEntry,
  LocalName,
  Module,
  ModuleClass,
  ModuleFunction,
} from './module';

export { DecodeError, type DecodeErrorData } from './binary-reader';

/**
 * Reads the binary form of a module. The result shares nothing with `bytes` and has not been verified.
 * @throws DecodeError
 */
export function decode(bytes: Uint8Array): Module {
  const input = new BinaryReader(bytes);
  readHeader(input);
  const constants = readSection(input, 'constants', () =>
    input.list('constants', 2, () => readConstant(input)),
  );
  const globals = readSection(input, 'globals', () =>
    input.list('globals', 1, () => input.text('a global name')),
  );
  const imports = readSection(input, 'imports', () =>
    input.list('imports', 1, () => input.text('an import name')),
  );
  const functions = readSection(input, 'functions', () =>
    input.list('functions', 7, () => readFunction(input)),
  );
  const classes = readSection(input, 'classes', () => input.list('classes', 4, () => readClass(input)));
  const bare: Module = { constants, functions, classes, globals, imports, files: [] };
  const module = input.left > 0 ? readSection(input, 'debug', () => readDebug(input, bare)) : bare;
  input.finish('the module');
  return module;
}

function readHeader(input: BinaryReader): void {
  for (const wanted of magic) {
    const offset = input.offset;
    const found = input.byte('the magic number of a module');
    if (found !== wanted) throw input.error(offset, 'the magic number of a module', `byte ${found}`);
  }
  const versionAt = input.offset;
  const version = input.unsigned('a format version');
  if (version !== formatVersion)
    throw input.error(versionAt, `format version ${formatVersion}`, String(version));
  const fingerprintAt = input.offset;
  const found = input.word('the fingerprint of the instruction table');
  if (found !== fingerprint) {
    const wanted = `code for instruction table ${fingerprint.toString(16)}`;
    throw input.error(fingerprintAt, wanted, `table ${found.toString(16)}`);
  }
}

function readSection<T>(input: BinaryReader, name: SectionName, read: () => T): T {
  const offset = input.offset;
  const id = input.byte(`the ${name} section`);
  if (id !== sections[name])
    throw input.error(offset, `the ${name} section (${sections[name]})`, `section ${id}`);
  const length = input.unsigned(`the length of the ${name} section`);
  return input.within(length, `the ${name} section`, read);
}

function readConstant(input: BinaryReader): Constant {
  const offset = input.offset;
  const tag = input.byte('a constant');
  if (tag === constantTags.text) return input.text('a text constant');
  if (tag === constantTags.double) return input.double('a number constant');
  if (tag === constantTags.integer) return input.signed('an integer constant');
  throw input.error(offset, 'the tag of a constant', String(tag));
}

function readFunction(input: BinaryReader): ModuleFunction {
  const name = input.text('a function name');
  const arity = input.unsigned('an arity');
  const localCount = input.unsigned('a number of locals');
  const freeCount = input.unsigned('a number of captured variables');
  const maxStack = input.unsigned('a stack size');
  const code = input.raw(input.unsigned('a code length'), 'code');
  const handlers = input.list('handlers', 5, () => readHandler(input));
  return { name, arity, localCount, freeCount, maxStack, code, handlers };
}

function readHandler(input: BinaryReader): Handler {
  const start = input.unsigned('the start of a handler');
  const end = input.unsigned('the end of a handler');
  const target = input.unsigned('the target of a handler');
  const height = input.unsigned('the height of a handler');
  const offset = input.offset;
  const tag = input.byte('the kind of a handler');
  const kind = handlerKinds[tag];
  if (kind === undefined) throw input.error(offset, 'the kind of a handler', String(tag));
  return { start, end, target, height, kind };
}

function readClass(input: BinaryReader): ModuleClass {
  const name = input.text('a class name');
  const fields = input.list('fields', 1, () => input.text('the name of a field'));
  const statics = input.list('static fields', 1, () => input.text('the name of a static field'));
  const methods = input.list('methods', 2, () => ({
    name: input.text('the name of a method'),
    function: input.unsigned('the function of a method'),
  }));
  return { name, fields, statics, methods };
}

function readDebug(input: BinaryReader, module: Module): Module {
  const files = input.list('files', 1, () => input.text('a file name'));
  const functions = module.functions.map((fn) => {
    const offset = input.offset;
    const present = input.byte('whether a function has debug information');
    if (present > 1) throw input.error(offset, '0 or 1', String(present));
    return present === 0 ? fn : { ...fn, debug: readFunctionDebug(input) };
  });
  return { ...module, functions, files };
}

function readFunctionDebug(input: BinaryReader): FunctionDebug {
  const file = input.unsigned('the index of a file');
  let last: LineEntry = { pc: 0, line: 0, column: 0 };
  const lines = input.list('places', 3, () => (last = readPlace(input, last)));
  const locals = input.list('names of locals', 4, () => readLocalName(input));
  const free = input.list('names of captured variables', 1, () =>
    input.text('the name of a captured variable'),
  );
  return { file, lines, locals, free };
}

function readPlace(input: BinaryReader, last: LineEntry): LineEntry {
  const offset = input.offset;
  const pc = last.pc + input.unsigned('the distance to a place');
  const line = last.line + input.signed('a line');
  const column = last.column + input.signed('a column');
  for (const value of [pc, line, column]) {
    if (value < 0 || value >= 2 ** 32) throw input.error(offset, 'a place within 32 bits', String(value));
  }
  return { pc, line, column };
}

function readLocalName(input: BinaryReader): LocalName {
  const slot = input.unsigned('the slot of a name');
  const name = input.text('the name of a local');
  const start = input.unsigned('the start of a name');
  const end = input.unsigned('the end of a name');
  return { slot, name, start, end };
}
