/**
 * The one exception that a run ends in, as the host sees it.
 */

import type { ErrorKind, ErrorValue, TraceEntry } from './runtime/errors';
import { show } from './runtime/show';

export class HeddleError extends Error {
  override readonly name = 'HeddleError';
  readonly kind: ErrorKind;
  /** Where it was raised, innermost frame first. */
  readonly trace: readonly TraceEntry[];

  /** Made by the VM; `error` is what left the guest's outermost frame. */
  constructor(error: ErrorValue) {
    const message = error.kind === 'thrown value' ? textOf(error) : error.message;
    super(message, error.cause === undefined ? undefined : { cause: error.cause });
    this.kind = error.kind;
    this.trace = error.trace ?? [];
  }

  /** Kind, message and trace, one line a frame. */
  report(): string {
    return [`${this.kind}: ${this.message}`, ...this.trace.map(traceLine)].join('\n');
  }
}

/** A thrown value's text, unless it cannot be made. */
function textOf({ thrown }: ErrorValue): string {
  try {
    return show(thrown);
  } catch {
    return 'a value whose text is too long';
  }
}

function traceLine(entry: TraceEntry): string {
  if (entry.function === '...') return `    ... ${entry.repeated} more frames`;
  const place = entry.line > 0 ? ` (${entry.file}:${entry.line}:${entry.column})` : '';
  return `    at ${entry.function}${place}${entry.repeated > 1 ? ` [${entry.repeated} times]` : ''}`;
}
