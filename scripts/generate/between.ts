/** The generated part of a page that is written by hand. */

/** Replaces what stands between `<!-- generated: NAME -->` and the `<!-- end -->` behind it. */
export function between(page: string, name: string, text: string): string {
  const start = `<!-- generated: ${name} -->`;
  const end = "<!-- end -->";
  const from = page.indexOf(start);
  const to = page.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`the page has no \`${start}\` with an \`${end}\` behind it`);
  return `${page.slice(0, from)}${start}\n\n${text.trim()}\n\n${page.slice(to)}`;
}

/** Text for a cell of a table. */
export function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

/** Text in which nothing outside of backticks is taken for a tag of HTML. */
export function plain(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replaceAll("<", "\\<")))
    .join("");
}
