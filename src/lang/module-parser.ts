/**
 * Imports and exports. They are no statements of what runs: the parser collects them beside the statements, among which only
 * the declarations that are exported stay.
 */

import type { Import, Renaming, Specifier, Statement } from './ast';
import { ClassParser } from './class-parser';
import { problems } from './problems';

export abstract class ModuleParser extends ClassParser {
  protected readonly imports: Import[] = [];
  protected readonly exports: Renaming[] = [];

  protected abstract statement(): Statement;

  /**
   * Takes an import or an export, if one comes next.
   * @param into receives the declaration that is exported
   */
  protected moduleStatement(into: Statement[]): boolean {
    const word = this.peek();
    if (word.type !== 'import' && word.type !== 'export') return false;
    if (this.depth > 0) this.report.add(problems.insideBlock(word.type), word.start, word.end);
    if (word.type === 'import') this.importStatement();
    else this.exportStatement(into);
    return true;
  }

  private importStatement(): void {
    const { start } = this.take();
    const names: Renaming[] = [];
    if (this.at('{')) {
      names.push(...this.renamings());
      if (!this.acceptWord('from')) this.failExpected("'from' and the file in quotes");
    }
    const specifier = this.specifier(names.length === 0);
    this.imports.push({ names, specifier, start, end: this.lastEnd });
  }

  private specifier(namesMayCome: boolean): Specifier {
    const what = namesMayCome ? 'the file in quotes, or names in braces' : 'the file in quotes';
    const { value, start, end } = this.expect('string', what);
    return { text: String(value), start, end };
  }

  private exportStatement(into: Statement[]): void {
    this.take();
    if (this.at('{')) {
      this.exports.push(...this.renamings());
      return;
    }
    const declares = this.at('let') || this.at('class') || (this.at('fn') && this.peek(1).type === 'name');
    if (!declares) this.fail(problems.nothingToExport());
    const declaration = this.statement();
    into.push(declaration);
    if (declaration.kind === 'let' || declaration.kind === 'class')
      this.exports.push({ name: declaration.name, alias: declaration.name });
  }

  /** `{ a, b as c }` */
  private renamings(): Renaming[] {
    const list: Renaming[] = [];
    this.expect('{');
    this.maps++;
    while (!this.at('}')) {
      const name = this.name('a name');
      list.push({ name, alias: this.acceptWord('as') ? this.name("a name after 'as'") : name });
      if (!this.accept(',')) break;
    }
    this.expect('}', "',' or '}'");
    this.maps--;
    return list;
  }

  /** Takes a word that means something here only, and is a name everywhere else. */
  private acceptWord(word: string): boolean {
    const { type, value } = this.peek();
    if (type !== 'name' || value !== word) return false;
    this.take();
    return true;
  }
}
