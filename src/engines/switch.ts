/**
 * The `switch` engine: the classic loop over bytecode with one case an instruction. See `switch.template.ts` for the loop.
 */

import type { Engine } from './engine';
import { runSwitch } from './generated/switch';

export const switchEngine: Engine = {
  name: 'switch',
  prepare() {
    // It runs the bytecode itself.
  },
  run: runSwitch,
};
