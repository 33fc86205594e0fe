/**
 * What came of doing the work once, in a form that survives the way from a child process: so all can be compared with all.
 */

import type { Answer, Contender, Subject } from './subject';

export interface Outcome {
  /** The answer as text; tells -0 from 0. */
  readonly answer: string;
  readonly output: string;
}

export const answerText = (answer: Answer | null): string =>
  Object.is(answer, -0) ? '-0' : typeof answer === 'string' ? JSON.stringify(answer) : String(answer);

export const outcomeOf = (answer: Answer | null, subject: Subject): Outcome => ({
  answer: answerText(answer),
  output: subject.takeOutput(),
});

const longest = 60;

const brief = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}...` : text);

/**
 * What speaks against two outcomes being the same; `undefined` where nothing does.
 *
 * @param whole whether they are of whole runs: where a twin takes part these agree in what they write, and in their values only
 *   where nothing is written, for a program's value often is what its last statement happened to give
 */
export function difference(
  own: Outcome,
  other: Outcome,
  { whole, withTwin }: { readonly whole: boolean; readonly withTwin: boolean },
): string | undefined {
  if (own.output !== other.output) {
    return `wrote ${brief(JSON.stringify(own.output))}, not ${brief(JSON.stringify(other.output))}`;
  }
  if (own.answer === other.answer || (whole && withTwin && own.output !== '')) return undefined;
  return `gave ${brief(own.answer)}, not ${brief(other.answer)}`;
}

export const contenderTitle = (contender: Contender): string =>
  contender === 'twin' ? 'JavaScript' : contender;
