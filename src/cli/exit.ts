/**
 * How a command ends: exit codes, and any error as text for people.
 */

import pc from 'picocolors';
import { AssembleError } from '../bytecode/assemble';
import { DecodeError } from '../bytecode/decode';
import { VerifyError } from '../bytecode/verify';
import { HeddleError } from '../heddle-error';
import { CompileError } from '../lang/compile';
import { LinkError } from '../link-error';

export const exitCode = {
  ok: 0,
  /** The program is wrong, or ended in an error. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
} as const;

/** The command line asks for something that cannot be done. */
export class UsageError extends Error {}

/** An error as data, for `--json`. */
export interface ErrorReport {
  readonly kind: string;
  readonly message: string;
  readonly details?: unknown;
}

/** Whether an error is the program's and not a fault of this command. */
export const isProgramError = (error: unknown): error is Error =>
  error instanceof HeddleError ||
  error instanceof CompileError ||
  error instanceof AssembleError ||
  error instanceof DecodeError ||
  error instanceof VerifyError ||
  error instanceof LinkError;

export function errorReport(error: Error): ErrorReport {
  if (error instanceof HeddleError) return { kind: error.kind, message: error.message, details: error.trace };
  if (error instanceof CompileError) {
    return { kind: 'compile error', message: error.message, details: error.diagnostics };
  }
  if (error instanceof AssembleError) {
    return { kind: 'assembly error', message: error.message, details: error.problems };
  }
  if (error instanceof DecodeError) return { kind: 'decode error', message: error.message };
  if (error instanceof VerifyError) return { kind: 'verify error', message: error.message };
  return { kind: 'link error', message: error.message };
}

/** An error for the terminal. */
export function errorText(error: Error): string {
  if (error instanceof HeddleError) {
    const [head, ...trace] = error.report().split('\n');
    return [pc.red(head ?? ''), ...trace.map((line) => pc.dim(line))].join('\n');
  }
  // The source lines are in the message.
  if (error instanceof CompileError) return error.message;
  return `${pc.red(errorReport(error).kind)}: ${error.message}`;
}
