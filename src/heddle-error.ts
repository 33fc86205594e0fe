/**
 * The one exception that a run ends in, as the host sees it.
 */

import type { HostValue } from './host-value';
import type { ErrorKind, ErrorValue, TraceEntry } from './runtime/errors';
import { showBrief } from './runtime/show';

/** A thrown value's text is cut in the message. */
const longestText = 1000;

/** The guest's error behind each exception: it goes on as it was where a host function lets the exception pass. */
const guestErrors = new WeakMap<HeddleError, ErrorValue>();

export class HeddleError extends Error {
  override readonly name = 'HeddleError';
  readonly kind: ErrorKind;
  /** Where it was raised, innermost frame first. */
  readonly trace: readonly TraceEntry[];

  /**
   * Made by the VM of the error that left the guest's outermost frame. An exception of a host function is its `cause`.
   *
   * @param value a copy of what the guest threw, where `kind` is `thrown value`
   */
  constructor(
    error: ErrorValue,
    readonly value: HostValue = null,
  ) {
    const message = error.kind === 'thrown value' ? showBrief(error.thrown, longestText) : error.message;
    super(message, error.cause === undefined ? undefined : { cause: error.cause });
    this.kind = error.kind;
    this.trace = error.trace ?? [];
    guestErrors.set(this, error);
  }

  /** Kind, message and trace, one line a frame. */
  report(): string {
    return [`${this.kind}: ${this.message}`, ...this.trace.map(traceLine)].join('\n');
  }
}

/** The guest's error that an exception was made of. */
export const guestErrorOf = (error: HeddleError): ErrorValue => guestErrors.get(error)!;

function traceLine(entry: TraceEntry): string {
  if (entry.function === '...') return `    ... ${entry.repeated} more frames`;
  const place = entry.line > 0 ? ` (${entry.file}:${entry.line}:${entry.column})` : '';
  return `    at ${entry.function}${place}${entry.repeated > 1 ? ` [${entry.repeated} times]` : ''}`;
}
