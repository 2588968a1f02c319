import type { TextRange } from '../../problem.ts';

/** A place as editors show it, both counted from 1. */
export interface LineAndColumn {
  readonly line: number;
  readonly column: number;
}

/** Turns offsets into lines and columns. Lines end as in VS Code: LF, CRLF or CR. */
export class LineIndex {
  readonly #starts: number[];

  constructor(text: string) {
    // Editors do not count a byte order mark as a column.
    this.#starts = [text.startsWith('\ufeff') ? 1 : 0];
    // `indexOf` is many times faster than checking every character, and few files have a CR.
    if (text.includes('\r')) {
      for (const { index, 0: end } of text.matchAll(/\r\n?|\n/g)) this.#starts.push(index + end.length);
    } else {
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) this.#starts.push(end + 1);
    }
  }

  /** The place of an offset in UTF-16 code units. */
  at(offset: number): LineAndColumn {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: Math.max(1, offset - (this.#starts[low] ?? 0) + 1) };
  }

  /** A range with the line and column of its beginning, as in a problem. */
  place(range: TextRange): LineAndColumn & { readonly range: TextRange } {
    return { range, ...this.at(range.offset) };
  }
}
