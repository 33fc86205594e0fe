/**
 * Put into every test: has code become hot as early as the environment says, so that tests can be run with regions from the first
 * call on (`HEDDLE_HOT=1`), from one that is drawn by chance (`HEDDLE_HOT=random`), or, to see a failure of that again, from those that
 * it drew for loops and functions (`HEDDLE_HOT=8,5`).
 */

import { defaultThresholds } from '../src/engines/cloned';
import { heat } from './hot';

const wanted = process.env.HEDDLE_HOT;
if (wanted !== undefined) {
  heat(wanted, (count) => Math.floor(Math.random() * count));
  console.log(`hot: loops after ${defaultThresholds.loop}, functions after ${defaultThresholds.call}`);
}
