/**
 * Copies of all templates: large, and needed where code is hot only, so this module is loaded when it is asked for.
 */

import { chunks as calls } from './call-templates?copies';
import { chunks as control } from './control-templates?copies';
import { chunks as direct } from './direct-templates?copies';
import { chunks as frequent } from './generated/region-frequent?copies';
import { chunks as rare } from './generated/region-rare?copies';
import { chunks as registers } from './generated/registers?copies';
import { chunks as registerLoops } from './register-templates?copies';
import type { Copies } from './template-pool';

export { templateSizes } from './generated/template-sizes';

export const copies = [control, registerLoops, direct, registers, calls, frequent, rare] as Copies; // the build makes copies of modules of that form
