import stringWidth from 'string-width';

/** Rows of cells as lines. Each column is as wide as its widest cell is in a terminal, where some letters take two places. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, stringWidth(cell));
  return rows.map((row) =>
    row
      .map((cell, column) => padded(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** A text with spaces after it up to a width, in places of a terminal. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** A text of at most this width: of a longer one the middle is left out, because several names may differ at the end only. */
export function shortened(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  const letters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  const room = width - 1;
  const head = fitting(letters, Math.floor(room / 2));
  const tail = fitting(letters.toReversed(), Math.ceil(room / 2)).toReversed();
  return `${head.join('')}…${tail.join('')}`;
}

/** As many of the first letters as the width has room for. */
function fitting(letters: readonly string[], width: number): readonly string[] {
  let left = width;
  const end = letters.findIndex((letter) => (left -= stringWidth(letter)) < 0);
  return end === -1 ? letters : letters.slice(0, end);
}
