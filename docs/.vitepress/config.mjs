/**
 * The site that `npm run docs` makes of the pages in docs/ with VitePress: static files in dist/site, dark and light, with a
 * search that needs no server. The build fetches nothing, and ends with an error at a link that leads nowhere.
 */

import { cpSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";

const docs = path.dirname(import.meta.dirname);
const root = path.dirname(docs);

/** Pages by the groups of the sidebar. A test holds that every page is here. */
export const GROUPS = {
  Learn: ["tutorial", "coming-from"],
  Language: ["language", "instructions", "std-library", "diagnostics", "halts", "convert"],
  Use: ["command", "json", "running", "debugging", "contracts", "ci", "library"],
  Editors: ["vscode", "editors", "server"],
  Trust: ["tag-inference", "limits", "performance", "fuzzing"],
  Project: ["architecture", "contributing"],
};

const titleOf = (page) => /^# (.*)$/m.exec(readFileSync(path.join(docs, `${page}.md`), "utf8"))[1];
const entries = (pages) => pages.map((page) => ({ text: titleOf(page), link: `/${page}` }));
const pagesIn = (folder) =>
  readdirSync(path.join(docs, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}/${path.basename(name, ".md")}`);

/** What GitHub makes of a heading, so that links work in both places. */
const anchorOf = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9 _-]/g, "")
    .replaceAll(" ", "-");

/** Takes the link from a text that links to a folder, or to a file of the repository that is no page: the site has neither. */
function unlinkSources({ tokens, env }) {
  for (const { children } of tokens) {
    let isUnlinked = false;
    for (const token of children ?? []) {
      if (token.type === "link_open") isUnlinked = leavesSite(token.attrGet("href"), env.relativePath);
      if (!isUnlinked || !/^link_/.test(token.type)) continue;
      if (token.type === "link_close") isUnlinked = false;
      token.type = "text";
      token.content = "";
      token.tag = "";
      token.nesting = 0;
    }
  }
}

function leavesSite(href, page) {
  if (/^[a-z]+:|^#/.test(href)) return false;
  const target = path.posix.join(path.posix.dirname(page), href.replace(/#.*/, ""));
  return target.startsWith("..") || /^(?:diagnostics|schema|decisions)\/?$/.test(target);
}

export default {
  title: "AVM assembly",
  description: "Assembler, checker, machine, debugger and disassembler for Aztec's AVM",
  outDir: path.join(root, "dist/site"),
  cacheDir: path.join(root, ".cache/vitepress"),
  ignoreDeadLinks: [/\.schema\.json$/],
  buildEnd: ({ outDir }) =>
    cpSync(path.join(docs, "schema"), path.join(outDir, "schema"), { recursive: true }),
  markdown: {
    anchor: { slugify: anchorOf },
    config: (md) => void md.core.ruler.push("links-to-sources", unlinkSources),
    languages: [
      {
        ...JSON.parse(readFileSync(path.join(root, "syntaxes/avm.tmLanguage.json"), "utf8")),
        name: "avm",
        aliases: ["transpiler", "avm-asm", "ebnf"],
      },
    ],
  },
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    sidebar: [
      ...Object.entries(GROUPS).map(([text, pages]) => ({ text, items: entries(pages) })),
      { text: "Diagnostics", collapsed: true, items: entries(pagesIn("diagnostics")) },
      { text: "Decisions", collapsed: true, items: entries(pagesIn("decisions")) },
    ],
  },
};
