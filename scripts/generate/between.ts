/** Helpers for pages of which only a part is generated. */

/** Replaces the text between `<!-- generated: NAME -->` and the next `<!-- end -->`. */
export function between(page: string, name: string, text: string): string {
  const start = `<!-- generated: ${name} -->`;
  const end = "<!-- end -->";
  const from = page.indexOf(start);
  const to = page.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`the page has no \`${start}\` with an \`${end}\` behind it`);
  return `${page.slice(0, from)}${start}\n\n${text.trim()}\n\n${page.slice(to)}`;
}

/** Escapes text for a cell of a Markdown table. */
export function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

/** Escapes text outside of backticks, so that Markdown takes nothing in it for an HTML tag. */
export function plain(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replaceAll("<", "\\<")))
    .join("");
}
