/**
 * Put into every test: has code become hot as early as the environment says, so that the whole suite can be run with regions
 * from the first call on. `HEDDLE_HOT=1 npm test`.
 */

import { defaultThresholds } from '../src/engines/cloned';

const hot = Number(process.env.HEDDLE_HOT ?? 0);
if (hot > 0) {
  defaultThresholds.loop = hot;
  defaultThresholds.call = hot;
}
