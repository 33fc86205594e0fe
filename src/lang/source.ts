/**
 * One source text and where its lines begin: turns the offsets that tokens and nodes carry into lines and columns.
 */

/** A place in a source; both count from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export class SourceText {
  /** Offsets at which lines begin. */
  private readonly lineStarts: number[] = [0];
  /** Index of the line found last: most questions are about the same line or the next. */
  private recent = 0;

  constructor(
    readonly text: string,
    readonly file: string,
  ) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.lineStarts.push(at + 1);
  }

  positionAt(offset: number): Position {
    const line = this.lineIndex(offset);
    return { line: line + 1, column: offset - this.lineStarts[line]! + 1 };
  }

  private lineIndex(offset: number): number {
    const starts = this.lineStarts;
    const holds = (line: number): boolean =>
      line < starts.length &&
      starts[line]! <= offset &&
      offset < (starts[line + 1] ?? Number.POSITIVE_INFINITY);
    if (holds(this.recent)) return this.recent;
    if (holds(this.recent + 1)) return ++this.recent;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    this.recent = low;
    return low;
  }
}
