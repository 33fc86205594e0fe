/**
 * The files of a program: from the source that is compiled along its imports to all others. The host says what an import
 * means; here it is found out in which order the files run, that none imports itself by way of others, and what is wrong with
 * the imports themselves. Chains of imports are walked by a loop, so that their length is no matter of the host's stack.
 */

import { moduleLimits } from '../bytecode/module';
import type { Import, SourceFile } from './ast';
import type { Report, Reports } from './diagnostics';
import { parse } from './parser';
import { problems } from './problems';
import type { Dialect } from './tokens';

/** A file that an import means. */
export interface ImportedSource {
  /**
   * What the file is called in messages and traces, and to the resolver where it imports others. Imports that give the same
   * name mean the same file.
   */
  readonly file: string;
  readonly source: string;
}

/**
 * Finds what an import means. The answer must be at hand: a host that has to wait for it fetches the files beforehand.
 *
 * @param specifier the text behind `from`
 * @param importer the file that the import stands in, as `compile` or an earlier answer called it
 * @returns nothing where there is no such file; whatever it throws is reported with the place of the import
 */
export type ResolveImport = (specifier: string, importer: string) => ImportedSource | undefined;

/** One file, parsed. */
export interface ModuleFile {
  readonly name: string;
  readonly report: Report;
  readonly source: SourceFile;
  /** The file that each of its imports means. */
  readonly targets: Map<Import, string>;
  /** Where the program's own source has the import that leads to it. */
  readonly importedAt: number;
}

export interface GraphOptions {
  readonly dialect: Dialect;
  readonly resolve: ResolveImport | undefined;
  /** Files that earlier modules of the session have run. */
  readonly known: ReadonlyMap<string, unknown>;
  /** Characters that all sources together may have. */
  readonly maxLength: number;
}

/** Files of a circle that a message names; of more it shows the first and last. */
const mostNamed = 20;

/**
 * Parses a source and all that it imports. What is wrong goes to the reports.
 *
 * @returns the files in the order in which they run: each after those that it imports, the source itself at the end
 */
export const loadFiles = (
  text: string,
  file: string,
  reports: Reports,
  options: GraphOptions,
): ModuleFile[] => new Loader(reports, options).load(text, file);

/** A file whose imports are being followed. */
interface Visit {
  readonly file: ModuleFile;
  /** The index of the import to follow next. */
  next: number;
}

class Loader {
  private readonly files = new Map<string, ModuleFile>();
  /** Files whose imports are being followed, each imported by the one before. */
  private readonly open = new Map<string, Visit>();
  private readonly order: ModuleFile[] = [];
  private length = 0;

  constructor(
    private readonly reports: Reports,
    private readonly options: GraphOptions,
  ) {}

  load(text: string, file: string): ModuleFile[] {
    const stack = [this.visit(text, file, 0)];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const node = top.file.source.imports[top.next++];
      if (node === undefined) {
        stack.pop();
        this.open.delete(top.file.name);
        this.order.push(top.file);
        continue;
      }
      const target = this.ask(node, top.file);
      if (target === undefined || !this.isNew(target.file, node, top.file)) continue;
      if (!this.hasRoom(target.source, node, top.file)) continue;
      stack.push(
        this.visit(target.source, target.file, stack.length === 1 ? node.start : top.file.importedAt),
      );
    }
    return this.order;
  }

  private visit(text: string, name: string, importedAt: number): Visit {
    const report = this.reports.open(text, name);
    const source = parse(report, this.options.dialect);
    report.checkTally();
    const file: ModuleFile = { name, report, source, targets: new Map(), importedAt };
    const visit = { file, next: 0 };
    this.length += text.length;
    this.files.set(name, file);
    this.open.set(name, visit);
    return visit;
  }

  /** Asks the host what an import means; reports why it means nothing. */
  private ask({ specifier }: Import, importer: ModuleFile): ImportedSource | undefined {
    const { text, start, end } = specifier;
    const answer = this.answer(text, importer.name);
    if (typeof answer !== 'string') return answer;
    importer.report.add(problems.notImported(text, answer), start, end);
    return undefined;
  }

  /** What the host answers, or why it cannot be used. It comes from the host and may be anything. */
  private answer(specifier: string, importer: string): ImportedSource | string {
    const { resolve } = this.options;
    const why = problems.whyNotImported;
    if (resolve === undefined) return why.noResolver;
    try {
      const found = resolve(specifier, importer);
      if (found === undefined || found === null) return why.notFound;
      const { file, source } = found;
      return typeof file === 'string' && typeof source === 'string' ? { file, source } : why.badAnswer;
    } catch (thrown) {
      this.reports.cause ??= thrown;
      return thrown instanceof Error && typeof thrown.message === 'string' ? thrown.message : why.failed;
    }
  }

  /** Notes what an import means; says whether it is a file that nobody has imported before. */
  private isNew(name: string, node: Import, importer: ModuleFile): boolean {
    const { text, start, end } = node.specifier;
    const { report } = importer;
    if (name === importer.name) {
      report.add(problems.notImported(text, problems.whyNotImported.itself), start, end);
      return false;
    }
    if (this.open.has(name)) {
      report.add(problems.importCycle(this.circle(name)), start, end);
      return false;
    }
    importer.targets.set(node, name);
    return !this.files.has(name) && !this.options.known.has(name);
  }

  /** The names of a circle of imports, from a file to itself. */
  private circle(name: string): string[] {
    const open = [...this.open.keys()];
    const names = [...open.slice(open.indexOf(name)), name];
    if (names.length <= mostNamed) return names;
    const half = mostNamed / 2;
    return [...names.slice(0, half), `(${names.length - mostNamed} more)`, ...names.slice(-half)];
  }

  private hasRoom(text: string, { specifier: { start, end } }: Import, { report }: ModuleFile): boolean {
    const length = this.length + text.length;
    const { maxLength } = this.options;
    if (length > maxLength) report.add(problems.sourcesTooLarge(length, maxLength), start, end);
    else if (this.files.size >= moduleLimits.files)
      report.add(problems.tooManyFiles(moduleLimits.files), start, end);
    else return true;
    return false;
  }
}
