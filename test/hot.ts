/**
 * When tests have code become hot, as text: `1` for everything at once, `8,5` for loops after 8 rounds and functions after 5 calls,
 * `random` for what is drawn.
 */

import { defaultThresholds } from '../src/engines/cloned';
import type { Choose } from './bytecode/arbitrary-module';

/** Has the cloned engine take code for hot as early as the text says. @throws RangeError for what is no such text */
export function heat(text: string, choose: Choose): void {
  const drawn = (): number => 1 + choose(40);
  const [loop, call = loop] = text === 'random' ? [drawn(), drawn()] : text.split(',').map(Number);
  if (!(loop! >= 1) || !(call! >= 1))
    throw new RangeError(`'${text}' is not when code is hot: 1, or 8,5, or random`);
  defaultThresholds.loop = loop!;
  defaultThresholds.call = call!;
}
