import stringWidth from 'string-width';

/** Wider cells do not widen their column: one long name would push all other rows apart. */
const COLUMN_AT_MOST = 60;

/**
 * Formats rows of cells as lines. A column is as wide as its widest cell in a terminal, where some letters take two columns, but not
 * wider than 60. A longer cell moves only the rest of its own row.
 */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) {
      const width = stringWidth(cell);
      if (width <= COLUMN_AT_MOST) widths[column] = Math.max(widths[column] ?? 0, width);
    }
  return rows.map((row) =>
    row
      .map((cell, column) => padded(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Pads a text with spaces to a width in terminal columns. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** Shortens a text to a width. The middle is left out, because names may differ only at the end. */
export function shortened(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  const letters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  const room = width - 1;
  const head = fitting(letters, Math.floor(room / 2));
  const tail = fitting(letters.toReversed(), Math.ceil(room / 2)).toReversed();
  return `${head.join('')}…${tail.join('')}`;
}

/** The first letters that fit into the width. */
function fitting(letters: readonly string[], width: number): readonly string[] {
  let left = width;
  const end = letters.findIndex((letter) => (left -= stringWidth(letter)) < 0);
  return end === -1 ? letters : letters.slice(0, end);
}
