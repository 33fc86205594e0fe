/**
 * The one exception that a run ends in, as the host sees it.
 */

import type { ErrorKind, ErrorValue, TraceEntry } from './runtime/errors';
import { showBrief } from './runtime/show';

/** A thrown value's text is cut in the message. */
const longestText = 1000;

export class HeddleError extends Error {
  override readonly name = 'HeddleError';
  readonly kind: ErrorKind;
  /** Where it was raised, innermost frame first. */
  readonly trace: readonly TraceEntry[];

  /** Made by the VM; `error` is what left the guest's outermost frame. */
  constructor(error: ErrorValue) {
    const message = error.kind === 'thrown value' ? showBrief(error.thrown, longestText) : error.message;
    super(message, error.cause === undefined ? undefined : { cause: error.cause });
    this.kind = error.kind;
    this.trace = error.trace ?? [];
  }

  /** Kind, message and trace, one line a frame. */
  report(): string {
    return [`${this.kind}: ${this.message}`, ...this.trace.map(traceLine)].join('\n');
  }
}

function traceLine(entry: TraceEntry): string {
  if (entry.function === '...') return `    ... ${entry.repeated} more frames`;
  const place = entry.line > 0 ? ` (${entry.file}:${entry.line}:${entry.column})` : '';
  return `    at ${entry.function}${place}${entry.repeated > 1 ? ` [${entry.repeated} times]` : ''}`;
}
