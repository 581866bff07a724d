/** `avmasm check`: reports the diagnostics of source files, and with `--fix` applies the certain fixes. */

import { LIBRARY_NOTE } from "../../project/library-file.ts";
import { mergeDiagnostics } from "../../project/shared-mistakes.ts";
import { hasErrors, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import { CheckedFiles, wholePrograms } from "../arguments/checked-files.ts";
import type { InputFile } from "../arguments/input-file.ts";
import { ALLOW_OUTSIDE, STDIN_NAME, TARGET } from "../arguments/options.ts";
import { Projects } from "../arguments/project.ts";
import { sourceFiles } from "../arguments/source-files.ts";
import { defineCommand } from "../command.ts";
import { optimizeLess } from "../v8-optimizer.ts";
import { isStandardInput } from "../files/input.ts";
import { print, printError, writeOutput } from "../files/output.ts";
import { INTERNAL_ERROR } from "../reports/internal-error.ts";
import { reportForGithub } from "../reports/github.ts";
import { reportAsJson } from "../reports/json.ts";
import { reportAsSarif } from "../reports/sarif.ts";
import { renderReport, type Sources } from "../reports/text.ts";
import { styleFor } from "../terminal/style.ts";
import { printableLine } from "../terminal/text.ts";

const FORMATS = ["text", "json", "sarif", "github"] as const;

export const command = defineCommand({
  description: [
    "Reports the mistakes in each FILE: lines that can't be assembled, and instructions where the AVM would halt. If a FILE is a folder, all sources in it are checked. Without `--fix` it writes no file.",
    "With `--fix` it first makes the changes that are certain, in each FILE. If one FILE includes another, the included one is checked as a part of the first. If a FILE is standard input, its fixed text goes to standard output and the report to standard error.",
    "Otherwise the report goes to standard output. A FILE called - is standard input. Settings come from the avmasm.config.json in the folder of a file, or in a folder above.",
  ],
  operands: { name: "FILE", min: 1, max: Infinity },
  options: {
    format: { type: "string", choices: FORMATS, summary: "the format of the report; text by default" },
    target: TARGET,
    strict: { type: "boolean", summary: "also warn of instructions that may halt" },
    fix: { type: "boolean", summary: "make the changes that are certain; guesses are only printed" },
    "stdin-name": STDIN_NAME,
    "allow-outside": ALLOW_OUTSIDE,
  },
  async run(operands, values) {
    const { format = "text", target, strict, fix, "allow-outside": allowOutside } = values;
    const inputs = sourceFiles(operands, values);
    const files = new CheckedFiles(new Projects({ allowOutside }), { target, strict });
    await files.read(inputs);
    await optimizeLess({ characters: files.characters });
    if (fix) await writeFixes(await files.fix());
    const programs = await files.check();
    const whole = wholePrograms(programs);
    const libraries = whole.filter(({ isLibrary }) => isLibrary).map(({ files: [name] }) => name);
    const report = { files: files.names, libraries, diagnostics: mergeDiagnostics(whole, (name) => name) };
    const { faulty, unreadable } = files;
    const mended = fix && standardInput(inputs);
    const stream = mended ? "stderr" : "stdout";
    const text = render(format, report, files.sources, {
      complete: !unreadable && !faulty,
      style: styleFor(stream),
    });
    if (mended) {
      print(files.textOf(mended) ?? "");
      printError(text);
    } else print(text);
    if (format === "text") {
      const faultless = whole.filter(({ isLibrary, diagnostics }) => isLibrary && diagnostics.length === 0);
      for (const {
        files: [name],
      } of faultless)
        printError(`${printableLine(name)}: ${LIBRARY_NOTE}\n`);
    }
    if (faulty) return INTERNAL_ERROR;
    return unreadable ? 2 : hasErrors(report.diagnostics) ? 1 : 0;
  },
});

function standardInput(inputs: readonly InputFile[]): InputFile | undefined {
  return inputs.find(({ argument }) => isStandardInput(argument));
}

/** Writes the fixed files, and prints how many fixes each got. Throws {@link CommandError}. */
async function writeFixes(fixed: Awaited<ReturnType<CheckedFiles["fix"]>>): Promise<void> {
  for (const { name, path, real, text, count } of fixed) {
    if (path !== undefined) await writeOutput(path, text, { durable: true, real });
    printError(`${printableLine(name)}: ${count} ${count === 1 ? "fix" : "fixes"} made\n`);
  }
}

function render(
  format: (typeof FORMATS)[number],
  {
    files,
    libraries,
    diagnostics,
  }: {
    files: readonly string[];
    libraries: readonly string[];
    diagnostics: readonly Diagnostic[];
  },
  sources: Sources,
  { complete, style }: { complete: boolean; style: ReturnType<typeof styleFor> },
): string {
  switch (format) {
    case "text":
      return renderReport(diagnostics, sources, style);
    case "json":
      return reportAsJson(files, diagnostics, libraries);
    case "sarif":
      return reportAsSarif(diagnostics, complete, libraries);
    case "github":
      return reportForGithub(diagnostics, libraries);
  }
}
