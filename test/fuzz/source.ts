/** Fuzzes the command's work on source text: assembling, checking, formatting and every kind of output. */

import { withLabels } from "../../assembler/output/labels.ts";
import { check } from "../../project/check.ts";
import { tagsReport } from "../../analysis/reports/tags.ts";
import { describeProgram } from "../../disassembler/contract.ts";
import { bytecodeAs, FORMATS } from "../../assembler/output/formats.ts";
import { disassemble } from "../../disassembler/disassemble.ts";
import { renderListing } from "../../assembler/output/listing.ts";
import { measureProgram, renderSizes } from "../../disassembler/sizes.ts";
import { sourceMapFile } from "../../assembler/output/source-map.ts";
import { renderReport } from "../../cli/reports/text.ts";
import { printable } from "../../cli/terminal/text.ts";
import { isDiagnosticCode } from "../../diagnostics/catalogue.ts";
import { hasErrors, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import { formatText } from "../../grammar/formatter/formatter.ts";
import { parseLineByGrammar, parseSource, splitLines, type SourceFile } from "../../grammar/source-file.ts";
import type { Line } from "../../grammar/line.ts";
import { assemble, type Assembly } from "../../assembler/assemble.ts";
import { encode } from "../../program/codec.ts";
import { MAX_DIAGNOSTICS } from "../../assembler/limits.ts";
import type { IncludeReader } from "../../assembler/expand/includes.ts";
import { randomSource } from "./random-source.ts";
import { assertSameAssembly } from "./same-assembly.ts";
import { assertSame, assertThat, type FuzzTarget } from "./target.ts";

export const source: FuzzTarget<string> = {
  name: "source",
  // Each check does the work four times: assembling as usual, with the reference pipeline, with the checker, and after
  // formatting.
  times: 4,
  make: (random) => randomSource(random),
  check: (text) => {
    const file = parseSource("self.avm", text);
    const read = reader(text);
    const assembly = assemble(file, { read });
    const plain = assemble(plainly(text), { read: plainReader(read), reference: true });
    assertSameAssembly(assembly, plain);
    const { diagnostics, analysis } = check(file, { read, strict: true });
    assertDiagnostics(diagnostics, assembly);
    if (analysis) JSON.stringify(tagsReport(analysis));
    if (!hasErrors(assembly.diagnostics)) assertOutputs(assembly);
    assertFormatting(text, assembly, read);
  },
};

/** Reads the files that an `.include` may name: a correct one, and the file itself. */
function reader(text: string): IncludeReader {
  return ({ path }) => {
    if (path === "self.avm") return { name: path, text };
    if (path === "other.avm")
      return { name: path, text: ".const other = 7\nOR [1], [2], [3]\nb: .l: NOT [1], [2]\n" };
    return { error: "there is no such file" };
  };
}

function plainly(text: string, name = "self.avm"): SourceFile {
  const lines: Line[] = [];
  for (const part of splitLines(text)) lines.push(parseLineByGrammar(part, lines.at(-1)?.endsInComment));
  return { name, lines };
}

/** Parses every included file only once, as the assembler does. */
function plainReader(read: IncludeReader): IncludeReader {
  const known = new Map<string, SourceFile>();
  return (request) => {
    const found = read(request);
    if (!("text" in found) || found.text === undefined) return found;
    let file = known.get(found.name);
    if (!file) known.set(found.name, (file = plainly(found.text, found.name)));
    return file;
  };
}

/** Fails if a diagnostic's range is outside of the text, or its message contains control characters. */
function assertDiagnostics(diagnostics: readonly Diagnostic[], { files }: Assembly): void {
  const sources = new Map(files.map((file) => [file.name, file]));
  assertThat(diagnostics.length <= 3 * MAX_DIAGNOSTICS, `${diagnostics.length} diagnostics`);
  for (const { code, message, source, span, related } of diagnostics) {
    assertThat(isDiagnosticCode(code), `${code as string} is not in the catalogue`);
    assertThat(message.length > 0, `${code} says nothing`);
    for (const place of [{ source, span }, ...(related ?? [])]) {
      const { line, start, end, endLine = line } = place.span;
      const lines = sources.get(place.source)?.lines;
      assertThat(lines !== undefined, `${code} is in ${place.source}, which isn't read`);
      assertThat(line <= endLine && endLine < lines.length, `${code} is on line ${line} of ${lines.length}`);
      assertThat(0 <= start && start <= lines[line].text.length, `${code} starts in column ${start}`);
      assertThat(end <= lines[endLine].text.length, `${code} ends in column ${end}`);
      assertThat(line < endLine || start <= end, `${code} ends before it starts`);
    }
  }
  const printed = renderReport(diagnostics, sources, (_, text) => text);
  assertThat(printable(printed) === printed, "the report has something that a terminal would obey");
}

function assertOutputs(assembly: Assembly): void {
  renderListing(assembly);
  renderSizes(measureProgram(withLabels(assembly)), "x");
  sourceMapFile(assembly.program);
  for (const format of FORMATS) bytecodeAs(format, assembly);
  const bytes = encode(assembly.program);
  const { text } = disassemble(describeProgram(withLabels(assembly)).model);
  const again = assemble(parseSource("disassembly.avm", text));
  assertThat(
    !hasErrors(again.diagnostics),
    `the disassembly has errors: ${JSON.stringify(again.diagnostics[0])}`,
  );
  assertSame("the bytes of the disassembly", encode(again.program), bytes);
}

function assertFormatting(text: string, assembly: Assembly, read: IncludeReader): void {
  const formatted = formatText(text);
  assertSame("formatting twice", formatText(formatted), formatted);
  // Formatting changes the text that a file which includes itself includes.
  const again = assemble(parseSource("self.avm", formatted), { read });
  if (hasErrors(assembly.diagnostics)) {
    assertThat(hasErrors(again.diagnostics), "formatting hides errors");
  } else {
    assertSame(
      "the diagnostics of the formatted text",
      again.diagnostics.map(({ code }) => code),
      assembly.diagnostics.map(({ code }) => code),
    );
    assertSame("the bytes of the formatted text", encode(again.program), encode(assembly.program));
  }
}
