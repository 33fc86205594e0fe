/**
 * Everything the compiler can find wrong with a source, by name: the one list of its messages and hints.
 */

import type { Problem } from './diagnostics';

const divisionHint =
  "'//' after an expression is a division here; a comment needs ';' before the '//', or '#' in its place";

export const problems = {
  // The text

  sourceTooLarge: (length: number, limit: number): Problem => ({
    message: `the source has ${length} characters; ${limit} is the limit`,
  }),
  badCharacter: (character: string): Problem => ({ message: `unexpected character '${character}'` }),
  badNumber: (text: string): Problem => ({ message: `'${text}' is not a number` }),
  numberTooLarge: (text: string): Problem => ({ message: `the number ${text} is too large` }),
  integersOnly: (): Problem => ({ message: 'the numbers of Monkey are integers' }),
  unterminatedString: (): Problem => ({ message: 'the string has no end', incomplete: true }),
  unterminatedComment: (): Problem => ({ message: "the comment has no '*/'", incomplete: true }),
  badEscape: (text: string): Problem => ({
    message: `'${text}' is not an escape`,
    hint: 'the escapes are \\n \\t \\r \\b \\f \\0 \\\\ \\" \\$ \\xHH \\uHHHH \\u{...}',
  }),

  // The grammar

  expected: (what: string, found: string, atEnd: boolean, afterDivision: boolean): Problem => ({
    message: `expected ${what}, but found ${found}`,
    hint: afterDivision ? divisionHint : undefined,
    incomplete: atEnd,
  }),
  unclosed: (closer: string, opener: string, line: number): Problem => ({
    message: `expected '${closer}' for the '${opener}' on line ${line}, but the input ended`,
    incomplete: true,
  }),
  functionNameInExpression: (name: string): Problem => ({
    message: 'a function inside an expression has no name',
    hint: `write 'let ${name} = fn(...)', or begin a statement with 'fn ${name}(...)'`,
  }),
  badTarget: (): Problem => ({
    message: 'only a variable, an element or a field can be assigned',
    hint: "'==' compares",
  }),
  tryAlone: (atEnd: boolean): Problem => ({
    message: "expected 'catch' or 'finally' after the block of 'try'",
    incomplete: atEnd,
  }),
  nestedTooDeeply: (limit: number): Problem => ({
    message: `nested too deeply: more than ${limit} levels`,
    hint: 'give parts of it names, or functions of their own',
  }),
  tooManyArguments: (limit: number): Problem => ({
    message: `a call passes ${limit} arguments at most`,
    hint: 'pass an array',
  }),
  tooManyParameters: (limit: number): Problem => ({
    message: `a function takes ${limit} parameters at most`,
  }),

  // Classes

  thisOutside: (): Problem => ({
    message: "'this' belongs inside a method or a constructor",
  }),
  thisInStatic: (className: string): Problem => ({
    message: "a static member has no 'this'",
    hint: `name the class: '${className}'`,
  }),
  superOutside: (): Problem => ({
    message: "'super' belongs inside the methods of a class that extends another",
  }),
  superUse: (): Problem => ({
    message: "'super' is only for calls: 'super(...)' in a constructor, 'super.method(...)'",
  }),
  superCallPlace: (): Problem => ({
    message: "'super(...)' is a statement of a constructor's own block",
  }),
  superCallMissing: (className: string): Problem => ({
    message: `the constructor of '${className}' must call 'super(...)', once`,
  }),
  constructorValue: (): Problem => ({
    message: 'a constructor returns no value: its result is the new instance',
  }),
  duplicateMember: (name: string): Problem => ({ message: `the class has two members named '${name}'` }),
  staticConstructor: (): Problem => ({ message: 'a constructor is not static' }),
  fieldNamedConstructor: (): Problem => ({ message: "a field cannot be named 'constructor'" }),
  tooManyMethodParameters: (limit: number): Problem => ({
    message: `a method takes ${limit} parameters at most`,
  }),
  memberNameTooLong: (limit: number): Problem => ({
    message: `the name of a member has ${limit} characters at most`,
  }),
  constructorNeeded: (name: string): Problem => ({
    message: `'${name}' needs a constructor: its fields have first values, and what it extends is not known here`,
    hint: "write 'constructor(...) { super(...) }' with the arguments that the superclass takes",
  }),
  assignedClass: (name: string): Problem => ({ message: `'${name}' is a class and cannot be assigned` }),

  // Names

  undeclared: (name: string, hint: string | undefined): Problem => ({
    message: `'${name}' is not declared`,
    hint,
  }),
  afterDivision: divisionHint,
  assignedBuiltin: (name: string): Problem => ({
    message: `'${name}' is a built-in function and cannot be assigned`,
    hint: `'let ${name} = ...' declares a variable of that name`,
  }),
  redeclared: (name: string, line: number): Problem => ({
    message: `'${name}' is already declared in this block, on line ${line}`,
    hint: 'leave the let out to assign it',
  }),
  duplicateParameter: (name: string): Problem => ({ message: `the parameter '${name}' is there twice` }),
  outsideLoop: (word: string): Problem => ({ message: `'${word}' belongs inside a loop` }),

  // Imports and exports

  insideBlock: (word: string): Problem => ({ message: `'${word}' belongs at the top level of a file` }),
  nothingToExport: (): Problem => ({
    message: "expected a declaration or names in braces after 'export'",
    hint: "'export let', 'export fn', 'export class', or 'export { name }'",
  }),
  notImported: (specifier: string, why: string): Problem => ({
    message: `'${specifier}' cannot be imported: ${why}`,
  }),
  /** Why not, where the host does not say. */
  whyNotImported: {
    noResolver: 'the host resolves no imports',
    notFound: 'there is no such file',
    badAnswer: "the host's resolver gave no name and source of a file",
    failed: "the host's resolver failed",
    itself: 'it is the importing file itself',
  },
  importCycle: (files: readonly string[]): Problem => ({
    message: `the imports go in a circle: ${files.join(' -> ')}`,
    hint: 'move what both need to a file that imports neither',
  }),
  sourcesTooLarge: (length: number, limit: number): Problem => ({
    message: `with this file the sources have ${length} characters; ${limit} is the limit`,
  }),
  tooManyFiles: (limit: number): Problem => ({ message: `a program has ${limit} files at most` }),
  notExported: (name: string, specifier: string, near: string | undefined): Problem => ({
    message: `'${specifier}' does not export '${name}'`,
    hint: near === undefined ? undefined : `did you mean '${near}'?`,
  }),
  alreadyImported: (name: string, line: number): Problem => ({
    message: `'${name}' is already imported, on line ${line}`,
    hint: `'import { name as other }' gives it another name here`,
  }),
  assignedImport: (name: string, specifier: string): Problem => ({
    message: `'${name}' is imported from '${specifier}' and cannot be assigned here`,
    hint: 'only the file that exports it can: let it export a function that does',
  }),
  alreadyExported: (name: string, line: number): Problem => ({
    message: `'${name}' is already exported, on line ${line}`,
  }),
  exportUndeclared: (name: string, near: string | undefined): Problem => ({
    message: `'${name}' is not declared at the top level of this file, so it cannot be exported`,
    hint: near === undefined ? undefined : `did you mean '${near}'?`,
  }),

  // What the bytecode can hold

  tooManyLocals: (limit: number): Problem => ({ message: `a function has ${limit} variables at most` }),
  tooManyOperands: (limit: number): Problem => ({
    message: `an expression holds ${limit} values at once at most`,
    hint: 'build long arrays and maps in parts',
  }),
  unbuildable: (message: string): Problem => ({ message }),
} as const;
