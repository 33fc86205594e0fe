/**
 * What `npm run bench` starts.
 */

import { benchCommand } from './command';
import { suites } from './suites/suites';

process.exitCode = benchCommand(process.argv.slice(2), suites);
