/**
 * The site that `npm run docs` makes of the pages in docs/ with VitePress: static files in dist/site, dark and light, with a
 * search that needs no server. The build fetches nothing, and ends with an error at a link that leads nowhere.
 */

import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

const docs = path.dirname(import.meta.dirname);
const root = path.dirname(docs);

/** Pages by the groups of the sidebar. A test holds that every page is here. */
export const GROUPS = {
  Learn: ["tutorial", "coming-from"],
  Language: ["language", "instructions", "halts", "convert"],
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

export default {
  title: "AVM assembly",
  description: "Assembler, checker, machine, debugger and disassembler for Aztec's AVM",
  outDir: path.join(root, "dist/site"),
  cacheDir: path.join(root, ".cache/vitepress"),
  // Links to files of the repository: `npm test` holds that they are there.
  ignoreDeadLinks: [
    /^(?:\.\/)?\.\.\/(?!docs\/)/,
    /\/(?:diagnostics|schema|decisions)\/?(?:index)?$/,
    /\.schema\.json$/,
  ],
  markdown: {
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
