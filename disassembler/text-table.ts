/** Renders tables as text: each column is as wide as its widest cell. */

/**
 * Renders a line for the head and one for each row. Cells are right-aligned, those of the columns in `left` left-aligned.
 * The last column isn't padded.
 */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  left: readonly number[] = [],
): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => all.reduce((width, row) => Math.max(width, row[column].length), 0));
  return all.map((row) =>
    row
      .map((text, column) => {
        if (column === row.length - 1) return text;
        return left.includes(column) ? text.padEnd(widths[column]) : text.padStart(widths[column]);
      })
      .join("  "),
  );
}
