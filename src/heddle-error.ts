/**
 * The one exception that a run ends in, as the host sees it.
 */

import type { HostValue } from './host-value';
import type { ErrorKind, ErrorValue, TraceEntry } from './runtime/errors';
import { showBrief } from './runtime/show';
import type { VmState } from './runtime/thread';

/** A thrown value's text is cut in the message. */
const longestText = 1000;

/** The guest's error behind an exception, and the program that it happened in. */
export interface Origin {
  readonly exception: HeddleError;
  readonly error: ErrorValue;
  readonly state: VmState;
}

/** Beside the exceptions and not in them, so that no guest's value gets out. */
const origins = new WeakMap<object, Origin>();

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
    state: VmState,
    readonly value: HostValue = null,
  ) {
    const message = error.kind === 'thrown value' ? showBrief(error.thrown, longestText) : error.message;
    super(message, error.cause === undefined ? undefined : { cause: error.cause });
    this.kind = error.kind;
    this.trace = error.trace ?? [];
    origins.set(this, { exception: this, error, state });
  }

  /** Kind, message and trace, one line a frame. */
  report(): string {
    return [`${this.kind}: ${this.message}`, ...this.trace.map(traceLine)].join('\n');
  }
}

/** Where an exception of ours came from; nothing for whatever else was thrown, whatever it says it is. */
export const originOf = (thrown: unknown): Origin | undefined => origins.get(thrown as object); // of what is no object, it has nothing

function traceLine(entry: TraceEntry): string {
  if (entry.function === '...') return `    ... ${entry.repeated} more frames`;
  const place = entry.line > 0 ? ` (${entry.file}:${entry.line}:${entry.column})` : '';
  return `    at ${entry.function}${place}${entry.repeated > 1 ? ` [${entry.repeated} times]` : ''}`;
}
