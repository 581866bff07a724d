/** `avmasm check`: reports on source files without writing anything. */

import path from "node:path";
import { check, type CheckOptions } from "../../project/check.ts";
import { mergeDiagnostics, type ProgramDiagnostics } from "../../project/shared-mistakes.ts";
import { hasErrors, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import { parseSource, type SourceFile } from "../../grammar/source-file.ts";
import { fixText } from "../../diagnostics/apply-fixes.ts";
import { CommandError, defineCommand } from "../command.ts";
import { INTERNAL_ERROR, printInternalError } from "../internal-error.ts";
import { ALLOW_OUTSIDE, TARGET } from "../arguments/options.ts";
import { Projects } from "../arguments/project.ts";
import { sourceOptions } from "../arguments/source-options.ts";
import { print, printError, writeOutput } from "../files/output.ts";
import { reportForGithub } from "../reports/github.ts";
import { reportAsJson } from "../reports/json.ts";
import { reportAsSarif } from "../reports/sarif.ts";
import { renderReport, type Sources } from "../reports/text.ts";
import { readSource } from "../arguments/source.ts";
import { styleFor } from "../terminal/style.ts";
import { printableLine } from "../terminal/text.ts";

const FORMATS = ["text", "json", "sarif", "github"] as const;

export const command = defineCommand({
  description: [
    "Reports what is wrong in each FILE: what can't be assembled, and where the AVM would halt. With `--fix` it first makes the changes that are certain; without, nothing is written.",
    "The report goes to standard output. A file called - is standard input. Settings come from the avmasm.config.json beside a file, or in a folder above.",
  ],
  operands: { name: "FILE", min: 1, max: Infinity },
  options: {
    format: { type: "string", choices: FORMATS, summary: "text by default" },
    target: TARGET,
    strict: { type: "boolean", summary: "report what may halt, not only what does" },
    fix: { type: "boolean", summary: "make the changes that are certain; a guess is only printed" },
    "allow-outside": ALLOW_OUTSIDE,
  },
  async run(files, { format = "text", target, strict, fix, "allow-outside": allowOutside }) {
    if (fix && files.includes("-")) throw new CommandError("standard input can't be fixed");
    const names: string[] = [];
    const programs: ProgramDiagnostics[] = [];
    const sources = new Map<string, SourceFile>();
    const projects = new Projects({ allowOutside });
    let unreadable = false;
    let faulty = false;
    for (const file of files) {
      const source = await readSource(file);
      if ("error" in source) {
        printError(`avmasm: ${printableLine(`\`${file}\` can't be read: ${source.error}`)}\n`);
        unreadable = true;
        continue;
      }
      names.push(source.name);
      try {
        const options = await sourceOptions(file, projects, { target, strict });
        const checked = fix ? parseSource(source.name, await fixFile(file, source.text, options)) : source;
        const { assembly, diagnostics } = check(checked, { ...options, libraries: true });
        for (const read of assembly.files) sources.set(read.name, read);
        const others = assembly.files.map(({ name }) => name).filter((name) => name !== source.name);
        programs.push({
          files: [source.name, ...others],
          diagnostics: diagnostics.filter(({ severity }) => severity !== "hint"),
        });
      } catch (error) {
        if (error instanceof CommandError) throw error;
        // The other files are reported all the same.
        printInternalError(error, source.name);
        faulty = true;
      }
    }
    const report = { files: names, diagnostics: mergeDiagnostics(wholePrograms(programs), (name) => name) };
    print(render(format, report, sources, unreadable || faulty));
    if (faulty) return INTERNAL_ERROR;
    return unreadable ? 2 : hasErrors(report.diagnostics) ? 1 : 0;
  },
});

/** The programs of files that no other of the programs includes: an included file is judged as part of those that include it. */
function wholePrograms(programs: readonly ProgramDiagnostics[]): ProgramDiagnostics[] {
  const keys = programs.map(({ files }) => files.map((name) => path.resolve(name)));
  const whole = programs.filter((_, index) =>
    keys.every(
      (files, other) => other === index || !files.includes(keys[index][0]) || keys[index].includes(files[0]),
    ),
  );
  return whole;
}

/** Makes the fixes in a file and tells how many they were. Returns its text then. Throws {@link CommandError}. */
async function fixFile(file: string, text: string, options: CheckOptions): Promise<string> {
  const fixed = fixText(text, file, (current) =>
    check(parseSource(file, current), options).diagnostics.filter(({ severity }) => severity !== "hint"),
  );
  if (fixed.count === 0) return text;
  await writeOutput(file, fixed.text, { durable: true });
  printError(`${printableLine(file)}: ${fixed.count} ${fixed.count === 1 ? "fix" : "fixes"} made\n`);
  return fixed.text;
}

function render(
  format: (typeof FORMATS)[number],
  { files, diagnostics }: { files: readonly string[]; diagnostics: readonly Diagnostic[] },
  sources: Sources,
  unreadable: boolean,
): string {
  switch (format) {
    case "text":
      return renderReport(diagnostics, sources, styleFor("stdout"));
    case "json":
      return reportAsJson(files, diagnostics);
    case "sarif":
      return reportAsSarif(diagnostics, !unreadable);
    case "github":
      return reportForGithub(diagnostics);
  }
}
