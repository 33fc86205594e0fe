/**
 * Modules to bytes. Whatever holds a well-formed module is written so that `decode` gives the same module back.
 */

import { fingerprint } from '../isa/isa';
import { BinaryWriter } from './binary-writer';
import { constantTags, formatVersion, handlerKinds, magic, type SectionName, sections } from './format';
import type { Constant, FunctionDebug, Module, ModuleClass, ModuleFunction } from './module';

/**
 * The binary form of a module.
 * @throws RangeError for counts that are not whole numbers, or pcs that do not rise
 */
export function encode(module: Module): Uint8Array {
  const out = new BinaryWriter();
  out.raw(Uint8Array.from(magic));
  out.unsigned(formatVersion);
  out.word(fingerprint);
  writeSection(out, 'constants', (section) =>
    section.list(module.constants, (value) => writeConstant(section, value)),
  );
  writeSection(out, 'globals', (section) => section.list(module.globals, (name) => section.text(name)));
  writeSection(out, 'imports', (section) => section.list(module.imports, (name) => section.text(name)));
  writeSection(out, 'functions', (section) =>
    section.list(module.functions, (fn) => writeFunction(section, fn)),
  );
  writeSection(out, 'classes', (section) =>
    section.list(module.classes, (item) => writeClass(section, item)),
  );
  if (module.files.length > 0 || module.functions.some(({ debug }) => debug !== undefined)) {
    writeSection(out, 'debug', (section) => writeDebug(section, module));
  }
  return out.finish();
}

function writeSection(out: BinaryWriter, name: SectionName, write: (section: BinaryWriter) => void): void {
  const section = new BinaryWriter();
  write(section);
  const content = section.finish();
  out.byte(sections[name]);
  out.unsigned(content.length);
  out.raw(content);
}

function writeConstant(out: BinaryWriter, value: Constant): void {
  if (typeof value === 'string') {
    out.byte(constantTags.text);
    out.text(value);
  } else if ((value | 0) === value && !Object.is(value, -0)) {
    out.byte(constantTags.integer);
    out.signed(value);
  } else {
    out.byte(constantTags.double);
    out.double(value);
  }
}

function writeFunction(out: BinaryWriter, fn: ModuleFunction): void {
  out.text(fn.name);
  out.unsigned(fn.arity);
  out.unsigned(fn.localCount);
  out.unsigned(fn.freeCount);
  out.unsigned(fn.maxStack);
  out.unsigned(fn.code.length);
  out.raw(fn.code);
  out.list(fn.handlers, ({ start, end, target, height, kind }) => {
    for (const value of [start, end, target, height]) out.unsigned(value);
    out.byte(handlerKinds.indexOf(kind));
  });
}

function writeClass(out: BinaryWriter, { name, fields, statics, methods }: ModuleClass): void {
  out.text(name);
  out.list(fields, (field) => out.text(field));
  out.list(statics, (field) => out.text(field));
  out.list(methods, (method) => {
    out.text(method.name);
    out.unsigned(method.function);
  });
}

function writeDebug(out: BinaryWriter, { files, functions }: Module): void {
  out.list(files, (name) => out.text(name));
  for (const { debug } of functions) {
    out.byte(debug === undefined ? 0 : 1);
    if (debug !== undefined) writeFunctionDebug(out, debug);
  }
}

function writeFunctionDebug(out: BinaryWriter, { file, lines, locals, free }: FunctionDebug): void {
  out.unsigned(file);
  let [lastPc, lastLine, lastColumn] = [0, 0, 0];
  out.list(lines, ({ pc, line, column }) => {
    out.unsigned(pc - lastPc);
    out.signed(line - lastLine);
    out.signed(column - lastColumn);
    [lastPc, lastLine, lastColumn] = [pc, line, column];
  });
  out.list(locals, ({ slot, name, start, end }) => {
    out.unsigned(slot);
    out.text(name);
    out.unsigned(start);
    out.unsigned(end);
  });
  out.list(free, (name) => out.text(name));
}
