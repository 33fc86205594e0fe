/**
 * Every engine by name.
 */

import { clonedEngine } from './cloned';
import type { Engine } from './engine';
import { fusedEngine, makeFusedEngine } from './fused';
import { referenceEngine } from './reference';
import { switchEngine } from './switch';
import { tableEngine } from './table';
import { threadedEngine } from './threaded';
import { threadedTosEngine } from './threaded-tos';

export const engines = {
  reference: referenceEngine,
  switch: switchEngine,
  table: tableEngine,
  threaded: threadedEngine,
  'threaded-tos': threadedTosEngine,
  fused: fusedEngine,
  cloned: clonedEngine,
  'fused-plain': makeFusedEngine('fused-plain', { variants: true, superinstructions: false }),
  'fused-general': makeFusedEngine('fused-general', { variants: false, superinstructions: false }),
} as const satisfies Record<string, Engine>;

export type EngineName = keyof typeof engines;

/** The fastest of them, which runs what no engine was chosen for. */
export const defaultEngine: EngineName = 'fused';

export const engineNames = Object.keys(engines) as EngineName[]; // the keys are the names

/** Those that are there to be compared with others, and for nothing else. */
export const comparisonOnly: readonly EngineName[] = [
  'table',
  'threaded-tos',
  'fused-plain',
  'fused-general',
];
