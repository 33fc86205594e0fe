/**
 * Diagnostics: what the compiler has to say about a source, the error that carries them to the caller, and their text
 * for people. The wording of each is in `problems.ts`.
 */

import type { Position, SourceText } from './source';

export interface Diagnostic {
  readonly severity: 'error';
  readonly message: string;
  readonly file: string;
  readonly start: Position;
  /** The first place no longer meant. */
  readonly end: Position;
  readonly hint?: string;
}

/** What is wrong, without its place. */
export interface Problem {
  readonly message: string;
  readonly hint?: string | undefined;
  /** The input ended inside something open: more input could make it right. */
  readonly incomplete?: boolean;
}

/** A source that does not compile. */
export class CompileError extends Error {
  override readonly name = 'CompileError';

  /**
   * @param incomplete whether the only fault is that the input ended inside something open, so that a REPL should ask
   *   for another line
   */
  constructor(
    source: string,
    readonly diagnostics: readonly Diagnostic[],
    readonly incomplete: boolean,
  ) {
    super(formatDiagnostics(source, diagnostics));
  }
}

/** Errors kept of one source; a file with more is not worth going on with. */
const mostDiagnostics = 1000;

/** Thrown to end the compilation at once: what has been reported says why. */
export class Abandoned extends Error {}

/** Collects what the passes report about one source. */
export class Report {
  private readonly found: { readonly problem: Problem; readonly start: number; readonly end: number }[] = [];

  constructor(readonly source: SourceText) {}

  get count(): number {
    return this.found.length;
  }

  /** @throws Abandoned where there are more errors than anybody would read */
  add(problem: Problem, start: number, end: number): void {
    this.found.push({ problem, start, end });
    if (this.found.length >= mostDiagnostics) throw new Abandoned();
  }

  /** @throws CompileError if anything was reported */
  throwIfAny(): void {
    if (this.found.length > 0) throw this.toError();
  }

  private toError(): CompileError {
    const { source } = this;
    const sorted = [...this.found].sort((a, b) => a.start - b.start);
    const diagnostics = sorted.map(({ problem, start, end }): Diagnostic => {
      const place = { file: source.file, start: source.positionAt(start), end: source.positionAt(end) };
      const { message, hint } = problem;
      return { severity: 'error', message, ...place, ...(hint === undefined ? {} : { hint }) };
    });
    return new CompileError(source.text, diagnostics, sorted[0]?.problem.incomplete === true);
  }
}

const mostShown = 20;
/** Columns of a source line shown around the place that is meant. */
const shownAround = { before: 50, after: 50 };
const wideCharacter =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

/**
 * Diagnostics as text: place and message, the source line, carets under what is meant, and the hint. Shows 20 at most
 * and says how many more there are.
 */
export function formatDiagnostics(source: string, diagnostics: readonly Diagnostic[]): string {
  const shown = diagnostics.slice(0, mostShown);
  const lines = linesOf(source, new Set(shown.map(({ start }) => start.line)));
  const texts = shown.map((diagnostic) => formatOne(diagnostic, lines.get(diagnostic.start.line) ?? ''));
  const rest = diagnostics.length - shown.length;
  if (rest > 0) texts.push(`... and ${rest} more error${rest === 1 ? '' : 's'}`);
  return texts.join('\n\n');
}

/** The texts of these lines, found in one walk. */
function linesOf(source: string, wanted: ReadonlySet<number>): Map<number, string> {
  const lines = new Map<number, string>();
  const last = Math.max(0, ...wanted);
  for (let line = 1, start = 0; line <= last && start <= source.length; line++) {
    const newline = source.indexOf('\n', start);
    const end = newline < 0 ? source.length : newline;
    if (wanted.has(line)) lines.set(line, source.slice(start, end).replace(/\r$/, ''));
    start = end + 1;
  }
  return lines;
}

function formatOne({ severity, message, file, start, end, hint }: Diagnostic, line: string): string {
  const column = Math.min(start.column - 1, line.length);
  const stop = end.line === start.line ? end.column - 1 : line.length;
  const from = column > 2 * shownAround.before ? column - shownAround.before : 0;
  const to = line.length > column + 2 * shownAround.after ? column + shownAround.after : line.length;
  const cut = from > 0 ? '...' : '';
  const text = `${cut}${line.slice(from, to)}${to < line.length ? '...' : ''}`;
  // Tabs stay tabs and wide characters two columns, so that the carets stand where the terminal puts the text.
  const indent = cut.replace(/./g, ' ') + [...line.slice(from, column)].map(blank).join('');
  const carets = [...line.slice(column, Math.min(stop, to))]
    .map((c) => blank(c).replace(/\s/g, '^'))
    .join('');
  const number = String(start.line);
  const gutter = ' '.repeat(number.length);
  const parts = [
    `${file}:${start.line}:${start.column}: ${severity}: ${message}`,
    ` ${number} | ${text}`,
    ` ${gutter} | ${indent}${carets || '^'}`,
  ];
  if (hint !== undefined) parts.push(` ${gutter} = hint: ${hint}`);
  return parts.join('\n');
}

const blank = (character: string): string =>
  character === '\t' ? '\t' : wideCharacter.test(character) || character.length > 1 ? '  ' : ' ';
