/**
 * Checks the site that `npm run docs` has built: every page of docs/ exists and is in the navigation, every link and
 * picture has a target, and each page has the search and the switch between dark and light. Prints every problem, and a
 * last line with counts.
 */

import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

const root = path.dirname(import.meta.dirname);
const { positionals } = parseArgs({ allowPositionals: true });
const site = path.resolve(root, positionals[0] ?? "dist/site");
/** Pages of VS Code's walkthrough, and the start page: neither is in the navigation. */
const UNLISTED = /^(?:walkthrough\/|index$)/;

const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending) && !name.startsWith("."))
    .map((name) => name.slice(0, -ending.length).split(path.sep).join("/"))
    .sort();

const problems: string[] = [];
const pages = filesIn(path.join(root, "docs"), ".md");
const html = new Map(
  filesIn(site, ".html").map((name) => [name, readFileSync(path.join(site, `${name}.html`), "utf8")]),
);

/** The file and the anchor that a link on a page points to; undefined for links to other sites. */
function targetOf(
  page: string,
  link: string,
): { readonly file: string; readonly anchor: string } | undefined {
  if (/^(?:[a-z]+:|\/\/)/i.test(link)) return undefined;
  const [file, anchor = ""] = decodeURIComponent(link.replaceAll("&amp;", "&")).split("#");
  const from = path.posix.dirname(`/${page}`);
  const resolved = file === "" ? `/${page}.html` : path.posix.resolve(from, file);
  return { file: file.endsWith("/") ? path.posix.join(resolved, "index.html") : resolved, anchor };
}

let links = 0;
for (const [page, text] of html) {
  if (page === "404") continue;
  for (const [, link] of text.matchAll(/<(?:a|link|img|script)\b[^>]*? (?:href|src)="([^"]*)"/g)) {
    const target = targetOf(page, link);
    if (!target) continue;
    links++;
    const { file, anchor } = target;
    if (!existsSync(path.join(site, file))) problems.push(`${page}: ${link} leads nowhere`);
    else if (anchor !== "" && !html.get(file.replace(/^\/|\.html$/g, ""))?.includes(` id="${anchor}"`))
      problems.push(`${page}: ${link}: there is no such place on that page`);
  }
}

const index = html.get("index") ?? "";
const listed = new Set([...index.matchAll(/ href="\/([^"#]*)\.html"/g)].map(([, page]) => page));
for (const page of pages) {
  if (!html.has(page)) problems.push(`${page} isn't on the site`);
  else if (!UNLISTED.test(page) && !listed.has(page)) problems.push(`${page} isn't in the navigation`);
}
if (!index.includes("VPNavBarSearch")) problems.push("there is no search");
if (!index.includes("VPSwitchAppearance")) problems.push("there is no switch between dark and light");
if (!filesIn(path.join(site, "assets"), ".js").some((name) => name.includes("localSearchIndex")))
  problems.push("there is no index to search in");

for (const problem of problems) console.error(problem);
console.log(
  `${pages.length} pages, ${links} links\n${problems.length === 0 ? 1 : 0} passed, ${problems.length} failed`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
