/** Tables of reports as text: each column is as wide as its widest cell. */

/**
 * A line for the head and one for each row. Cells stand at the right of their column, those of the columns in `left` at its
 * left; the last column is as long as its text.
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
