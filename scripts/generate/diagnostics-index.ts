/** Writes docs/diagnostics.md: every diagnostic with its severity, grouped by the stage that reports it. */

import { CATALOGUE, type CatalogueEntry } from "../../diagnostics/catalogue.ts";

const STAGES: readonly [stage: CatalogueEntry["stage"], heading: string, text: string][] = [
  ["syntax", "The parser", "A line can't be read. These are always errors and can't be suppressed."],
  [
    "assembly",
    "The assembler",
    "The lines can be read, but they don't make a program. Errors among these can't be suppressed.",
  ],
  [
    "check",
    "The checker",
    "The program can be assembled, but running it goes wrong, or isn't what was meant. `--no-check` leaves these out; a comment `; avm-ignore: CODE` suppresses one.",
  ],
];

export function diagnosticsIndex(): string {
  const entries = Object.entries<CatalogueEntry>(CATALOGUE);
  const sections = STAGES.map(([stage, heading, text]) => {
    const rows = entries
      .filter(([, entry]) => entry.stage === stage)
      .map(([code, { severity, summary }]) => {
        const cell = summary.replaceAll("|", "\\|");
        return `| [\`${code}\`](diagnostics/${code}.md) | ${severity} | ${cell} |`;
      });
    return [
      `## ${heading}`,
      text,
      ["| code | severity | says |", "| --- | --- | --- |", ...rows].join("\n"),
    ].join("\n\n");
  });
  return [
    "<!-- Written by scripts/generate.ts from the catalogue of diagnostics: change that instead. -->",
    "# Diagnostics",
    "Every diagnostic has a code and a page with an example and a fix. `avmasm explain CODE` prints the page. [The reference](language.md#diagnostics) says what the severities mean, how to change one and how to suppress a diagnostic.",
    ...sections,
    "",
  ]
    .join("\n\n")
    .replace(/\n\n$/, "\n");
}
