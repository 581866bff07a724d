/** `avmasm build`: assembles a source file to bytecode. */

import { assemblyDiagnostics } from "../../project/assembly-diagnostics.ts";
import { check, type Checked, type CheckOptions } from "../../project/check.ts";
import { renderListing } from "../../assembler/output/listing.ts";
import { bytecodeAs, FORMATS, isBinary } from "../../assembler/output/formats.ts";
import { sourceMapFile } from "../../assembler/output/source-map.ts";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { assemble, type Assembly } from "../../assembler/assemble.ts";
import { readOldArtifact, replaceCode } from "../arguments/old-artifact.ts";
import { CommandError, UsageError, defineCommand, orUnreadable } from "../command.ts";
import { optimizeLess } from "../v8-optimizer.ts";
import { inputFiles, namesOf } from "../arguments/input-file.ts";
import { ALLOW_OUTSIDE, STDIN_NAME, TARGET, OUTPUT } from "../arguments/options.ts";
import { Projects } from "../arguments/project.ts";
import { sourceOptions } from "../arguments/source-options.ts";
import { checkOutputs, printError, writeOutput } from "../files/output.ts";
import { renderReport } from "../reports/text.ts";
import { readSource } from "../arguments/source.ts";
import { styleFor } from "../terminal/style.ts";
import { printable } from "../terminal/text.ts";
import { sizeOf, type Program } from "../../program/program.ts";
import { grouped } from "../../program/grouped.ts";

export const command = defineCommand({
  description: [
    "Assembles FILE.avm and writes the bytecode to FILE.bin beside it, or to the file of -o. Formats other than bin go to standard output if there is no -o. If the source is -, avmasm reads standard input and writes the bytecode to standard output.",
    "Diagnostics go to standard error. If there is an error, avmasm writes no output.",
  ],
  operands: { name: "FILE.avm", min: 1, max: 1 },
  options: {
    output: OUTPUT,
    format: { type: "string", choices: FORMATS, summary: "the format of the output; bin by default" },
    into: {
      type: "string",
      value: "ARTIFACT",
      summary: "write a copy of ARTIFACT with this code for its public functions",
    },
    listing: { type: "string", value: "FILE", summary: "also write a listing: code and source side by side" },
    map: { type: "string", value: "FILE", summary: "also write a source map, as JSON" },
    target: TARGET,
    "stdin-name": STDIN_NAME,
    verbose: { type: "boolean", summary: "print on standard error which files were written" },
    "no-check": {
      type: "boolean",
      summary: "don't run the checker, and write code even if the AVM would halt",
    },
    "allow-outside": ALLOW_OUTSIDE,
  },
  async run(operands, values) {
    const { into, listing, map, target } = values;
    if (into !== undefined && values.format !== undefined && values.format !== "artifact") {
      throw new UsageError("`--into` writes an artifact, in no other format");
    }
    const format = into === undefined ? (values.format ?? "bin") : "artifact";
    const noCheck = values["no-check"];
    const [file] = inputFiles(operands, values, [into]);
    const output = values.output ?? defaultOutput(file.argument, isBinary(format));
    if (output === "-" && isBinary(format) && values.output === undefined && process.stdout.isTTY) {
      throw new UsageError("bytecode is not for a terminal; use `-o` or `--format hex`");
    }
    const source = orUnreadable(file, await readSource(file));

    const projects = new Projects({ allowOutside: values["allow-outside"] });
    const options = await sourceOptions(file, projects, { target });
    if (!noCheck) await optimizeLess({ characters: source.length });
    const { assembly, diagnostics: found } = noCheck
      ? withoutCheck(assemble(source, options), options)
      : check(source, options);
    const { program, files } = assembly;
    // The checker accepts a file with only definitions, but building one gives no bytes, so the user gets a message.
    const diagnostics = found.filter(({ severity, code }) => severity !== "hint" || code === "empty-program");
    const outputs = [output, listing, map].filter((name) => name !== undefined);
    checkOutputs(outputs, [...namesOf([file]), ...files.slice(1).map(({ name }) => name)]);

    const sources = new Map(files.map((file) => [file.name, file]));
    printError(renderReport(diagnostics, sources, styleFor("stderr")));
    if (hasErrors(diagnostics)) return 1;

    if (listing !== undefined) await writeOutput(listing, printable(renderListing(assembly)));
    if (map !== undefined) await writeOutput(map, `${JSON.stringify(sourceMapFile(program))}\n`);
    if (format === "artifact" && into === undefined && assembly.contract.name === undefined) {
      throw new CommandError(`\`${file.name}\` doesn't say what its contract is called: \`.contract NAME\``);
    }
    const old = into === undefined ? undefined : await readOldArtifact(into, program.set.target);
    await writeOutput(output, old ? replaceCode(into!, old, assembly) : bytecodeAs(format, assembly));
    if (values.verbose) printError(written(outputs, program));
    return 0;
  },
});

/** `wrote main.bin: 118 bytes of code` */
function written(outputs: readonly string[], program: Program): string {
  const names = outputs.map((name) => (name === "-" ? "standard output" : name)).join(", ");
  const bytes = sizeOf(program);
  return printable(`avmasm: wrote ${names}: ${grouped(bytes)} bytes of code\n`);
}

function withoutCheck(assembly: Assembly, options: CheckOptions): Pick<Checked, "assembly" | "diagnostics"> {
  return { assembly, diagnostics: assemblyDiagnostics(assembly, options) };
}

/** The default output: for bytecode a file beside the source, for text standard output. */
function defaultOutput(file: string, binary: boolean): string {
  if (file === "-" || !binary) return "-";
  return `${file.replace(/\.avm$/, "")}.bin`;
}
