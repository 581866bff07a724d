/** `avmasm explain`: prints the documentation page of a diagnostic, or lists all codes. */

import { CATALOGUE, isDiagnosticCode, type CatalogueEntry } from "../../diagnostics/catalogue.ts";
import { didYouMean, nearest } from "../../diagnostics/suggest.ts";
import { UsageError, defineCommand } from "../command.ts";
import { readPage } from "../installation.ts";
import { print } from "../files/output.ts";
import { styleFor } from "../terminal/style.ts";

const STAGES: Readonly<Record<CatalogueEntry["stage"], string>> = {
  syntax: "Syntax: the text can't be read",
  assembly: "Assembly: it can be read but has no encoding",
  check: "Check: it can be encoded, but the AVM won't do what was meant (--no-check leaves these out)",
};

export const command = defineCommand({
  description: [
    "Prints what a diagnostic means, with an example and a fix. Without CODE, lists all diagnostics.",
  ],
  operands: { name: "CODE", min: 0, max: 1 },
  options: {},
  async run([code]) {
    print(code === undefined ? listAll() : explain(code));
    return 0;
  },
});

function explain(written: string): string {
  // Users may paste the code with its severity, as it is printed: `error[unknown-mnemonic]`.
  const open = written.indexOf("[");
  const code = (open >= 0 && written.endsWith("]") ? written.slice(open + 1, -1) : written).toLowerCase();
  if (!isDiagnosticCode(code)) {
    const suggestion = nearest(code, Object.keys(CATALOGUE));
    throw new UsageError(`there is no diagnostic \`${written}\`${didYouMean(suggestion)}`);
  }
  const { severity, summary } = CATALOGUE[code];
  return readPage("diagnostics", `${code}.md`) ?? `# ${code}\n\n${summary} (${severity})\n`;
}

function listAll(): string {
  const style = styleFor("stdout");
  const entries = Object.entries<CatalogueEntry>(CATALOGUE);
  const width = Math.max(...entries.map(([code]) => code.length)) + 2;
  return Object.entries(STAGES)
    .flatMap(([stage, title]) => [
      style("bold", title),
      ...entries
        .filter(([, entry]) => entry.stage === stage)
        .map(([code, { severity, summary }]) => `  ${code.padEnd(width)}${severity.padEnd(9)}${summary}`),
      "",
    ])
    .join("\n");
}
