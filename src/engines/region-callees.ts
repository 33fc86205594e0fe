/**
 * What a site most likely calls: what the variable holds that it reads its callee from, when its region is built. Regions test that
 * it is still so.
 */

import type { Tree } from '../load/trees';
import { thread } from '../runtime/thread';
import type { Value } from '../runtime/value';

/** The value that a tree has now, where it reads what belongs to the running VM; else `undefined`. */
export function knownValue(tree: Tree): Value | undefined {
  if (tree.kind !== 'op') return undefined;
  const [index] = tree.operands;
  if (tree.op === 'OpGetGlobal') return thread.vm.globals[index!];
  return tree.op === 'OpImport' ? thread.vm.imports[index!] : undefined;
}
