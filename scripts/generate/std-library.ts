/** Writes docs/std-library.md: every macro of the standard library, from the comments in lib/std. */

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { libraryReference, type LibraryReference } from "../../project/library-reference.ts";

const folder = path.resolve(import.meta.dirname, "../../lib/std");

export function standardLibrary(): string {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(".avm"))
    .sort()
    .map((file) => libraryReference(`std/${file}`, readFileSync(path.join(folder, file), "utf8")));
  return [
    "<!-- Written by scripts/generate.ts from the comments in lib/std: change those instead. -->",
    "",
    "# The standard library",
    "",
    "Macros that come with the tool. `.include <std/NAME.avm>` includes a file of them; if a file is included twice, it is read once.",
    "`avmasm isa MACRO` prints the same text, and editors show it if you point at a call of the macro.",
    "",
    "Every macro may overwrite the sixteen cells `[240]` to `[255]`, so keep your own values out of them. To move them, define",
    "`.const STD_SCRATCH = …` in the main file. A parameter such as `count=1` may be omitted; then it is 1.",
    "",
    "| file | macros |",
    "| --- | --- |",
    ...files.map(
      ({ path, macros }) =>
        `| [\`<${path}>\`](#${anchorOf(path)}) | ${macros.map(({ name }) => `[${name}](#${name.toLowerCase()})`).join(", ")} |`,
    ),
    "",
    ...files.flatMap(describeFile),
  ].join("\n");
}

function describeFile({ path, introduction, macros }: LibraryReference): string[] {
  return [
    `## ${path}`,
    "",
    introduction,
    "",
    ...macros.flatMap(({ name, parameters, summary }) => [
      `### ${name}`,
      "",
      "```",
      `${name} ${parameters}`.trim(),
      "```",
      "",
      summary,
      "",
    ]),
  ];
}

function anchorOf(heading: string): string {
  return heading.replace(/[^a-z0-9_-]/g, "");
}
