/** `avmasm check`: reports on source files without writing anything. */

import { check } from "../../analysis/check.ts";
import { hasErrors, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import { parseSource, type SourceFile } from "../../grammar/parse.ts";
import { TARGETS } from "../../isa/table.ts";
import { defineCommand } from "../command.ts";
import { createIncludeReader, readSource } from "../files.ts";
import { print, printError } from "../output.ts";
import { reportAsJson } from "../report-json.ts";
import { reportAsSarif } from "../report-sarif.ts";
import { renderReport, type Sources } from "../report.ts";
import { styleFor } from "../style.ts";
import { printable } from "../text.ts";

export const command = defineCommand({
  description: [
    "Reports what is wrong in each FILE: what can't be assembled, and where the AVM would halt. Nothing is written.",
    "The report goes to standard output. A file called - is standard input.",
  ],
  operands: { name: "FILE", min: 1, max: Infinity },
  options: {
    format: { type: "string", choices: ["text", "json", "sarif"], summary: "text by default" },
    target: { type: "string", choices: TARGETS, summary: "the instruction set" },
    strict: { type: "boolean", summary: "report what may halt, not only what does" },
  },
  async run(files, { format = "text", target, strict }) {
    const report = { files: [] as string[], diagnostics: [] as Diagnostic[] };
    const sources = new Map<string, SourceFile>();
    const seen = new Set<string>();
    let unreadable = false;
    for (const file of files) {
      const source = await readSource(file);
      if ("error" in source) {
        printError(`avmasm: ${printable(`\`${file}\` can't be read: ${source.error}`)}\n`);
        unreadable = true;
        continue;
      }
      report.files.push(source.name);
      const parsed = parseSource(source.name, source.text);
      const { assembly, diagnostics } = check(parsed, { target, strict, read: createIncludeReader(file) });
      for (const { name } of assembly.files)
        sources.set(
          name,
          assembly.files.find((f) => f.name === name)!,
        );
      for (const diagnostic of diagnostics) {
        // Two files may include the same third one.
        const { source, span, code, message, severity } = diagnostic;
        const key = JSON.stringify([source, span, code, message]);
        if (severity === "hint" || seen.has(key)) continue;
        seen.add(key);
        report.diagnostics.push(diagnostic);
      }
    }
    print(render(format, report, sources, unreadable));
    return unreadable ? 2 : hasErrors(report.diagnostics) ? 1 : 0;
  },
});

function render(
  format: "text" | "json" | "sarif",
  { files, diagnostics }: { files: readonly string[]; diagnostics: readonly Diagnostic[] },
  sources: Sources,
  unreadable: boolean,
): string {
  switch (format) {
    case "text":
      return renderReport(diagnostics, sources, styleFor(process.stdout));
    case "json":
      return reportAsJson(files, diagnostics);
    case "sarif":
      return reportAsSarif(diagnostics, !unreadable);
  }
}
