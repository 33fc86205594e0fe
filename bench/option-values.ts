/**
 * What the options of benchmarks take.
 */

import { InvalidArgumentError } from 'commander';

/** Of an option: a whole number from 1 up. @throws InvalidArgumentError for what is none */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number from 1 up.');
  return value;
}
