/**
 * Copies of all templates: large, and needed where code is hot only, so this module is loaded when it is asked for.
 */

import { copies as calls } from './call-templates?copies';
import { copies as control } from './control-templates?copies';
import { copies as direct } from './direct-templates?copies';
import { copies as frequent } from './generated/region-frequent?copies';
import { copies as rare } from './generated/region-rare?copies';
import { copies as registers } from './generated/registers?copies';
import { copies as registerLoops } from './register-templates?copies';
import type { Copies } from './template-pool';

export { templateSizes } from './generated/template-sizes';

export const copies = [control, registerLoops, direct, registers, calls, frequent, rare] as Copies; // the build makes copies of that form
