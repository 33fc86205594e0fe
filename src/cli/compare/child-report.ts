/**
 * What a child process that was to print JSON has to say.
 */

import type { SpawnSyncReturns } from 'node:child_process';

/** The JSON of a process that has ended. @throws Error where it did not end well */
export function reportOf(
  command: string,
  { error, status, signal, stdout, stderr }: SpawnSyncReturns<string>,
): unknown {
  if (error !== undefined) throw new Error(`${command} cannot be run: ${error.message}`);
  if (status !== 0) throw new Error(`ended with ${status ?? signal}\n${stderr.trim()}`);
  return JSON.parse(stdout);
}

/** Bytes that a report may have: samples of short calls are many. */
export const largestReport = 2 ** 28;
