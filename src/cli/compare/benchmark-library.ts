/**
 * The `benchmark` package, which checks the ranking that mitata finds: another loop, another clock. Of its
 * samples the median counts, as of mitata's: the mean that it reports itself follows what else the machine does.
 */

import Benchmark from 'benchmark';
import lodash from 'lodash';
import type { CrossChecked } from './assignment';
import { median } from './statistics';

/** In a bundle the package cannot find what it needs by itself, and offers only to be made with it. */
const { runInContext } = Benchmark as unknown as { runInContext(context: object): typeof Benchmark }; // untyped
const Library = runInContext({ _: lodash });

/**
 * Times a call that is warm.
 *
 * @param samples how many there are at least
 * @param seconds how long it goes on at least
 * @throws what the call throws
 */
export function timeWith(call: () => void, samples: number, seconds: number): CrossChecked {
  const benchmark = new Library(call, {
    async: false,
    minSamples: samples,
    maxTime: seconds,
    minTime: 0.001,
  });
  benchmark.run();
  if (benchmark.error !== undefined) throw benchmark.error;
  const { sample } = benchmark.stats;
  return { ms: 1000 * median(sample), samples: sample.length };
}
