/**
 * Heddle's public API, and nothing else.
 *
 * ```ts
 * import { compile, load, VM } from 'heddle';
 *
 * const program = load(compile('let square = fn(x) { x * x }; square(7)'));
 * const vm = new VM({ fuel: 1_000_000, output: (text) => console.log(text) });
 * vm.run(program).value; // 49
 * ```
 */

export { AssembleError, assemble } from './bytecode/assemble';
export { BuildError, FunctionBuilder, Label, ModuleBuilder } from './bytecode/builder';
export { DecodeError, decode } from './bytecode/decode';
export { disassemble, listFunction } from './bytecode/disassemble';
export { encode } from './bytecode/encode';
export {
  type Constant,
  type Module,
  type ModuleClass,
  type ModuleFunction,
  moduleLimits,
  strip,
} from './bytecode/module';
export { VerifyError, verify } from './bytecode/verify';
export type { Engine } from './engines/engine';
export { type EngineName, engineNames } from './engines/engines';
export { inliningFlags, raiseInlining, tieringFlags } from './engines/host-inlining';
export { loadCopies } from './engines/shared-pool';
export { Execution, type ExecutionState, type Slice } from './execution';
export type { Grants } from './grants';
export { HeddleError } from './heddle-error';
export { type BufferCrossing, type HostArray, type HostBuffer, SharedBuffer } from './host-buffers';
export { GuestThrow, type HostCallback, type HostFunctionOptions, type HostFunctions } from './host-function';
export { GuestErrorInfo, GuestFunction, type HostInput, type HostValue } from './host-value';
export type { OpName } from './isa/isa';
export {
  CompileError,
  type CompileOptions,
  compile,
  type Diagnostic,
  formatDiagnostics,
  type HostNames,
  type ImportedSource,
  isIncomplete,
  type ResolveImport,
  Session,
} from './lang/compile';
export { LinkError } from './link-error';
export { GuestClass, GuestInstance } from './object-handles';
export { load, Program } from './program';
export { RunResult } from './run-result';
export { type ErrorKind, errorKinds, type TraceEntry } from './runtime/errors';
export { defaultLimits, type Limits } from './runtime/limits';
export { Handle } from './runtime/value';
export { InstructionCounter } from './tools/instruction-counter';
export { type TraceStep, traceLine, tracingEngine } from './tools/tracer';
export { type ReadOptions, type RunOptions, VM, type VmOptions } from './vm';
