/**
 * Diagnostics: what the compiler has to say about a source, the error that carries them to the caller, and their text
 * for people. The wording of each is in `problems.ts`.
 */

import { type Position, SourceText } from './source';

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
   * @param sources the texts of the files that have diagnostics, by file
   * @param incomplete whether the only fault is that the input ended inside something open, so that a REPL should ask
   *   for another line
   */
  constructor(
    readonly sources: ReadonlyMap<string, string>,
    readonly diagnostics: readonly Diagnostic[],
    readonly incomplete: boolean,
    options?: ErrorOptions,
  ) {
    super(formatDiagnostics(sources, diagnostics), options);
  }
}

/** Errors kept of one compilation; sources with more are not worth going on with. */
const mostDiagnostics = 1000;

/** Hints cost a comparison with every name in sight. */
const mostHints = 20;

/** Thrown to end the compilation at once: what has been reported says why. */
export class Abandoned extends Error {}

/** Collects what the passes report about one source. */
export class Report {
  private readonly found: { readonly problem: Problem; readonly start: number; readonly end: number }[] = [];

  /** @param tally counts what is said about all sources that are compiled together */
  constructor(
    readonly source: SourceText,
    private readonly tally = { count: 0, hints: 0 },
  ) {}

  /** @throws Abandoned where there are more errors than anybody would read */
  add(problem: Problem, start: number, end: number): void {
    this.found.push({ problem, start, end });
    this.tally.count++;
    this.checkTally();
  }

  /** @throws Abandoned as `add` */
  checkTally(): void {
    if (this.tally.count >= mostDiagnostics) throw new Abandoned();
  }

  /** Whether there may be one more hint that takes a search; it is counted. */
  mayHint(): boolean {
    return ++this.tally.hints <= mostHints;
  }

  /** Whether the first error is that the source ended inside something open. */
  get incomplete(): boolean {
    return this.inOrder()[0]?.problem.incomplete === true;
  }

  /** @throws CompileError if anything was reported */
  throwIfAny(): void {
    if (this.found.length > 0) throw errorOf([this], undefined);
  }

  /** What was reported, in the order of the source. */
  diagnostics(): Diagnostic[] {
    const { source } = this;
    return this.inOrder().map(({ problem, start, end }) => {
      const place = { file: source.file, start: source.positionAt(start), end: source.positionAt(end) };
      const { message, hint } = problem;
      return { severity: 'error', message, ...place, ...(hint === undefined ? {} : { hint }) };
    });
  }

  private inOrder(): Report['found'] {
    return [...this.found].sort((a, b) => a.start - b.start);
  }
}

/** The reports of all sources that are compiled together, the program's first, the others as they were met. */
export class Reports {
  /** What the host threw that made the first of the errors which it is to blame for. */
  cause: unknown;
  private readonly tally = { count: 0, hints: 0 };
  private readonly all: Report[] = [];

  /** The program's own. */
  get program(): Report {
    return this.all[0]!;
  }

  /** Begins the report of one more source. */
  open(text: string, file: string): Report {
    const report = new Report(new SourceText(text, file), this.tally);
    this.all.push(report);
    return report;
  }

  /** @throws CompileError if anything was reported */
  throwIfAny(): void {
    if (this.tally.count > 0) throw errorOf(this.all, this.cause);
  }
}

function errorOf(reports: readonly Report[], cause: unknown): CompileError {
  const diagnostics: Diagnostic[] = [];
  const sources = new Map<string, string>();
  for (const report of reports) {
    const found = report.diagnostics();
    if (found.length > 0) sources.set(report.source.file, report.source.text);
    diagnostics.push(...found);
  }
  const incomplete = reports[0]?.incomplete === true;
  return new CompileError(sources, diagnostics, incomplete, cause === undefined ? undefined : { cause });
}

const mostShown = 20;
/** Columns of a source line shown around the place that is meant. */
const shownAround = { before: 50, after: 50 };
const wideCharacter =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

/**
 * Diagnostics as text: place and message, the source line, carets under what is meant, and the hint. Shows 20 at most
 * and says how many more there are.
 *
 * @param source the text of the one file that they are about, or texts by file
 */
export function formatDiagnostics(
  source: string | ReadonlyMap<string, string>,
  diagnostics: readonly Diagnostic[],
): string {
  const shown = diagnostics.slice(0, mostShown);
  const lines = new Map<string, Map<number, string>>();
  for (const { file } of shown) {
    if (lines.has(file)) continue;
    const wanted = shown.filter((other) => other.file === file).map(({ start }) => start.line);
    const text = typeof source === 'string' ? source : (source.get(file) ?? '');
    lines.set(file, linesOf(text, new Set(wanted)));
  }
  const texts = shown.map((diagnostic) =>
    formatOne(diagnostic, lines.get(diagnostic.file)?.get(diagnostic.start.line) ?? ''),
  );
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
