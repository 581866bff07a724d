/** What a contract artifact says of code that was assembled: the bytes, their places in the source, and its errors. */

import { writeArtifact, type CodeLocation, type PublicCode } from "../../artifact/artifact-writer.ts";
import { errorSelector } from "../../artifact/selector.ts";
import { lineTextOf, type SourceFile } from "../../grammar/source-file.ts";
import { HOLE } from "../../isa/hole.ts";
import { encode } from "../../program/codec.ts";
import { formOf, valueOf, type Program } from "../../program/program.ts";
import { locateStatement } from "../../program/source-locations.ts";
import type { Assembly } from "../assemble.ts";
import { parseQuoted } from "../expressions/literals.ts";

/** The public code of an assembly without errors. */
export function publicCodeOf({ program, files }: Assembly): PublicCode {
  const sources = files.map((file) => ({
    path: file.name,
    source: file.lines.map(({ text }) => text).join("\n"),
  }));
  return {
    bytecode: encode(program),
    errors: errorsOf(program, files),
    files: sources,
    locations: locationsOf(program, files),
  };
}

/** The artifact of the contract that a source without errors declares; without a name it is called `Contract`. */
export function artifactOf(assembly: Assembly): Record<string, unknown> {
  const { contract, program } = assembly;
  return writeArtifact(
    contract.name ?? "Contract",
    program.set.target,
    contract.functions,
    publicCodeOf(assembly),
  );
}

/** One location for each statement, by byte offset. */
function locationsOf(program: Program, files: readonly SourceFile[]): CodeLocation[] {
  const { origins, count, pcs, opcodes } = program;
  const locations: CodeLocation[] = [];
  if (!origins) return locations;
  const indices = new Map(files.map((file, index) => [file.name, index]));
  const starts = files.map(lineStarts);
  for (let index = 0; index < count; index++) {
    if (opcodes[index] === HOLE) continue;
    const { source, span } = locateStatement(origins, index);
    const file = indices.get(source);
    if (file === undefined) continue;
    const text = lineTextOf(files[file], span.line) ?? "";
    const line = starts[file][span.line] ?? 0;
    locations.push({
      pc: pcs[index],
      file,
      start: line + utf8Length(text.slice(0, span.start)),
      end: line + utf8Length(text.slice(0, span.end)),
    });
  }
  return locations;
}

/** Byte offset of each line. */
function lineStarts(file: SourceFile): number[] {
  const starts: number[] = [];
  let at = 0;
  for (const { text } of file.lines) {
    starts.push(at);
    at += utf8Length(text) + 1;
  }
  return starts;
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** The messages whose `error_selector` is somewhere in the code. */
function errorsOf(program: Program, files: readonly SourceFile[]): Map<bigint, string> {
  const errors = new Map<bigint, string>();
  if (!files.some((file) => file.lines.some(({ text }) => text.includes("error_selector")))) return errors;
  const literals = literalsOf(program);
  // A message may come to `error_selector` through a macro's argument, so every text of the source is tried.
  for (const file of files) {
    for (const { text } of file.lines) {
      for (const [quoted] of text.matchAll(/"(?:[^"\\]|\\.)*"/g)) {
        const message = parseQuoted(quoted);
        if (typeof message !== "string") continue;
        const selector = errorSelector(message);
        if (literals.has(selector)) errors.set(selector, message);
      }
    }
  }
  return errors;
}

/** Every large literal of a program. */
function literalsOf(program: Program): Set<bigint> {
  const literals = new Set<bigint>();
  for (let index = 0; index < program.count; index++) {
    const fields = formOf(program, index)?.fields ?? [];
    for (let position = 0; position < fields.length; position++) {
      const value = valueOf(program, index, position);
      if (value > 0xffff_ffffn) literals.add(value);
    }
  }
  return literals;
}
