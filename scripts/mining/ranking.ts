/**
 * Candidates of several programs, ranked: by the mean over programs of the share of its instructions that each would save, so that a
 * program counts as much as another however long it runs.
 */

import type { Candidate, CandidateKind } from './candidates';

/** What was found in a program. */
export interface Mined {
  readonly program: string;
  /** Instructions that it executed. */
  readonly instructions: number;
  readonly candidates: readonly Candidate[];
}

export interface Ranked {
  readonly kind: CandidateKind;
  readonly code: string;
  /** Mean over all programs of the part of their instructions that it would save. */
  readonly share: number;
  readonly executions: number;
  readonly saved: number;
  /** Programs that have it, those that gain most first, with the part of their instructions. */
  readonly programs: readonly {
    readonly program: string;
    readonly share: number;
    readonly executions: number;
  }[];
  /** Where its operands come from, the most frequent first. */
  readonly places: readonly { readonly places: string; readonly executions: number }[];
}

const byCode = (a: { readonly code: string }, b: { readonly code: string }): number =>
  a.code < b.code ? -1 : a.code > b.code ? 1 : 0;

/** All candidates of a kind, the best first. */
export function rank(mined: readonly Mined[], kind: CandidateKind): Ranked[] {
  const found = new Map<string, { mine: Mined; candidate: Candidate }[]>();
  for (const mine of mined) {
    for (const candidate of mine.candidates.filter((one) => one.kind === kind)) {
      const entries = found.get(candidate.code) ?? [];
      entries.push({ mine, candidate });
      found.set(candidate.code, entries);
    }
  }
  return [...found]
    .map(([code, entries]): Ranked => {
      const programs = entries
        .map(({ mine, candidate }) => ({
          program: mine.program,
          share: candidate.saved / mine.instructions,
          executions: candidate.executions,
        }))
        .sort((a, b) => b.share - a.share || (a.program < b.program ? -1 : 1));
      const places = new Map<string, number>();
      for (const { candidate } of entries) {
        for (const [text, count] of candidate.places) places.set(text, (places.get(text) ?? 0) + count);
      }
      return {
        kind,
        code,
        share: programs.reduce((sum, one) => sum + one.share, 0) / mined.length,
        executions: programs.reduce((sum, one) => sum + one.executions, 0),
        saved: entries.reduce((sum, { candidate }) => sum + candidate.saved, 0),
        programs,
        places: [...places]
          .map(([text, executions]) => ({ places: text, executions }))
          .sort((a, b) => b.executions - a.executions || (a.places < b.places ? -1 : 1)),
      };
    })
    .sort((a, b) => b.share - a.share || byCode(a, b));
}
