/**
 * The corpus of programs that try to escape. A file holds many, each under a line `// case: title` (`;; case: title` in
 * assembly), with what comes of it below: `expect: a line it writes`, `expect value: text` in assembly, and
 * `expect error: kind: message`, `expect cause: what the host's exception says`, `expect missing: names` or
 * `expect rejected: rule` where it ends so.
 */

import { writeFileSync } from 'node:fs';
import { filesUnder, readText } from '../files';

export interface EscapeCase {
  readonly file: string;
  readonly title: string;
  readonly source: string;
  /** What it comes to, one a line, as the comments write it. */
  readonly expected: readonly string[];
}

const heading = /^(?:\/\/|;;) case: (.*)$/m;
const expectation = /^(?:\/\/|;) (expect[^\n]*)$/;

function readFile(file: string): EscapeCase[] {
  const parts = readText(file).split(heading);
  const cases: EscapeCase[] = [];
  for (let i = 1; i < parts.length; i += 2) {
    const lines = parts[i + 1]!.split('\n');
    const expected = lines.map((line) => expectation.exec(line)?.[1]).filter((line) => line !== undefined);
    const source = lines.map((line) => (expectation.test(line) ? '' : line)).join('\n');
    cases.push({ file, title: parts[i]!, source, expected });
  }
  return cases;
}

export const readCases = (): EscapeCase[] =>
  filesUnder('test/escapes/programs', '.weft', '.hasm').flatMap(readFile);

/** Rewrites a file with what its cases came to: for `BLESS=1`. Read the difference before you keep it. */
export function bless(file: string, outcomes: ReadonlyMap<string, readonly string[]>): void {
  const text = readFile(file).map(({ title, source }) => {
    const [open, comment] = file.endsWith('.weft') ? ['//', '//'] : [';;', ';'];
    const lines = (outcomes.get(title) ?? []).map((line) => `${comment} ${line}`);
    return [`${open} case: ${title}`, source.trim(), ...lines, ''].join('\n');
  });
  const before = readText(file).split(heading)[0]!;
  writeFileSync(file, before + text.join('\n'));
}
