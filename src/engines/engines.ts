/**
 * Every engine by name.
 */

import type { Engine } from './engine';
import { fusedEngine } from './fused';
import { referenceEngine } from './reference';
import { switchEngine } from './switch';
import { tableEngine } from './table';
import { threadedEngine } from './threaded';

export const engines = {
  reference: referenceEngine,
  switch: switchEngine,
  table: tableEngine,
  threaded: threadedEngine,
  fused: fusedEngine,
} as const satisfies Record<string, Engine>;

export type EngineName = keyof typeof engines;

/** The fastest of them, which runs what no engine was chosen for. */
export const defaultEngine: EngineName = 'switch';

export const engineNames = Object.keys(engines) as EngineName[]; // the keys are the names
