/**
 * Programs that try to break a limit: what each is, how it has to end, and what it is run under.
 */

import { basename } from 'node:path';
import { filesUnder, readText } from '../files';

/** The limits that the whole corpus is run under, and that a program may set otherwise. */
export type CorpusLimits = Readonly<
  Record<'maxMemory' | 'fuel', number> & Partial<Record<'maxFrames' | 'maxSlots', number>>
>;

export interface AdversarialProgram {
  readonly name: string;
  readonly source: string;
  /** The kind of error that it has to end in. */
  readonly endsIn: string;
  /** What it sets by `option:` lines. */
  readonly options: Partial<CorpusLimits>;
}

/** Small enough to run everything on every engine in a test. */
export const testLimits: CorpusLimits = { maxMemory: 2 ** 20, fuel: 1_000_000 };

/** Large enough for the host's memory to tell who broke a limit. */
export const measuredLimits: CorpusLimits = { maxMemory: 2 ** 26, fuel: 200_000_000 };

function read(path: string): AdversarialProgram {
  const source = readText(path);
  const endsIn = /^\/\/ ends in: (.+)$/m.exec(source)?.[1];
  if (endsIn === undefined) throw new Error(`${path} does not say how it ends`);
  const options = Object.fromEntries(
    [...source.matchAll(/^\/\/ option: (\w+)=(\S+)$/gm)].map(([, name, value]) => [name!, Number(value)]),
  );
  return { name: basename(path, '.weft'), source, endsIn, options };
}

/** Every program of the corpus, by name. */
export const corpus = (): AdversarialProgram[] => filesUnder('test/adversarial/programs', '.weft').map(read);
