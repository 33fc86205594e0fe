/**
 * Put into every test: has code become hot as early as the environment says, so that tests can be run with regions from the first
 * call on (`HEDDLE_HOT=1`), or from one that is drawn by chance (`HEDDLE_HOT=random`).
 */

import { defaultThresholds } from '../src/engines/cloned';

const wanted = process.env.HEDDLE_HOT;
if (wanted !== undefined) {
  const drawn = (): number => 1 + Math.floor(Math.random() * 40);
  defaultThresholds.loop = wanted === 'random' ? drawn() : Number(wanted);
  defaultThresholds.call = wanted === 'random' ? drawn() : Number(wanted);
  console.log(`hot: loops after ${defaultThresholds.loop}, functions after ${defaultThresholds.call}`);
}
