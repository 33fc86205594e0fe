/**
 * What `npm run bench` starts.
 */

import { benchCommand } from './command';
import { writeMicroPrograms } from './micro/programs';
import { suites } from './suites/suites';

writeMicroPrograms();
process.exitCode = await benchCommand(process.argv.slice(2), suites);
