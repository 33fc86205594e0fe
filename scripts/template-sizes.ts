/**
 * How large V8's bytecode of each template of regions is, as it is when the library is bundled: what decides whether the host's
 * compiler inlines a closure. `npm run template-sizes` shows them, with `--write` it writes them for the builder of regions, which
 * cuts regions into parts by them.
 */

import { parseArgs } from 'node:util';
import { templateSizes } from '../src/engines/generated/template-sizes';
import { sizesFile, templateBytecode, writeSizes } from './generate/template-bytecode';

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const sizes = await templateBytecode();
for (const [key, bytes] of [...sizes].sort((a, b) => a[1] - b[1])) {
  const before = templateSizes[key];
  console.log(
    `${String(bytes).padStart(5)}  ${key}${before === bytes ? '' : `  (${sizesFile} has ${before})`}`,
  );
}
if (values.write) writeSizes(sizes);
