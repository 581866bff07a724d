/** The contract artifact of an assembly: bytecode, debug symbols and error messages. */

import {
  writeArtifact,
  type CodeFunction,
  type CodeLocation,
  type CodeSpan,
  type PublicCode,
} from "../../artifact/artifact-writer.ts";
import type { Location } from "../../diagnostics/diagnostic.ts";
import { errorSelector } from "../../artifact/selector.ts";
import { lineTextOf, type SourceFile } from "../../grammar/source-file.ts";
import { HOLE } from "../../isa/hole.ts";
import { encode } from "../../program/codec.ts";
import { formOf, valueOf, type Program } from "../../program/program.ts";
import { frameOf, locateStatement, macroCallsAround, type Frame } from "../../program/source-locations.ts";
import type { Assembly } from "../assemble.ts";
import { parseQuoted } from "../expressions/literals.ts";

/** The public code of an assembly without errors. */
export function publicCodeOf(assembly: Assembly): PublicCode {
  const { program, files } = assembly;
  const starts = new Map(files.map((file) => [file.name, lineStarts(file)]));
  const sources = files.map((file) => ({
    path: file.name,
    source: file.lines.map(({ text }) => text).join("\n"),
    functions: functionsOf(assembly, file, starts.get(file.name)!),
  }));
  return {
    bytecode: encode(program),
    errors: errorsOf(assembly),
    files: sources,
    locations: locationsOf(program, files, starts),
  };
}

/** The artifact of a source without errors; undefined if it declares neither a contract nor a function. */
export function declaredArtifactOf(assembly: Assembly): Record<string, unknown> | undefined {
  const { name, functions } = assembly.contract;
  return name === undefined && functions.length === 0 ? undefined : artifactOf(assembly);
}

/** The artifact of a source without errors. If no contract is declared, its name is `Contract`. */
export function artifactOf(assembly: Assembly): Record<string, unknown> {
  const { contract, program } = assembly;
  return writeArtifact(
    contract.name ?? "Contract",
    program.set.target,
    contract.functions,
    publicCodeOf(assembly),
  );
}

/** The routines and macros of a file, which debug symbols name as the functions of instructions. */
function functionsOf({ symbols }: Assembly, file: SourceFile, starts: readonly number[]): CodeFunction[] {
  const end = starts.at(-1) ?? 0;
  return symbols.flatMap((symbol): CodeFunction[] => {
    const { name, location } = symbol;
    if (symbol.kind === "macro" && symbol.file.name === file.name) {
      return [{ name, start: starts[symbol.start] ?? 0, end: starts[symbol.end] ?? end, isMacro: true }];
    }
    const isRoutine = symbol.kind === "label" && !symbol.private && !name.includes(".");
    if (!isRoutine || location.source !== file.name) return [];
    return [{ name, start: starts[location.span.line] ?? 0, end, isMacro: false }];
  });
}

/** The place of each statement in the source, by byte offset, and the macro calls that it was expanded from. */
function locationsOf(
  program: Program,
  files: readonly SourceFile[],
  starts: ReadonlyMap<string, readonly number[]>,
): CodeLocation[] {
  const { origins, count, pcs, opcodes } = program;
  const locations: CodeLocation[] = [];
  if (!origins) return locations;
  const indices = new Map(files.map((file, index) => [file.name, index]));
  const spanOf = ({ source, span }: Location): CodeSpan | undefined => {
    const file = indices.get(source);
    if (file === undefined) return undefined;
    const text = lineTextOf(files[file], span.line) ?? "";
    const line = starts.get(source)?.[span.line] ?? 0;
    return {
      file,
      start: line + utf8Length(text.slice(0, span.start)),
      end: line + utf8Length(text.slice(0, span.end)),
    };
  };
  const callersOf = new Map<Frame, readonly CodeSpan[]>();
  for (let index = 0; index < count; index++) {
    if (opcodes[index] === HOLE) continue;
    const span = spanOf(locateStatement(origins, index));
    if (!span) continue;
    const frame = frameOf(origins, index);
    let callers = callersOf.get(frame);
    if (!callers) {
      callers = macroCallsAround(frame)
        .flatMap((call) => spanOf(call) ?? [])
        .reverse();
      callersOf.set(frame, callers);
    }
    locations.push({ pc: pcs[index], ...span, callers });
  }
  return locations;
}

/** The byte offset of each line in the source. */
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

/** The error messages by selector, for each selector (see `error_selector`) that is a literal in the code. */
export function errorsOf({ program, files }: Assembly): Map<bigint, string> {
  const errors = new Map<bigint, string>();
  if (!files.some((file) => file.lines.some(({ text }) => text.includes("error_selector")))) return errors;
  const literals = literalsOf(program);
  // A message may reach `error_selector` through a macro's argument, so every string that can be part of a value is tried.
  const tried = new Set<string>();
  for (const { lines } of files) {
    for (const { text, tree } of lines) {
      if (!text.includes('"')) continue;
      if (tree.statement?.kind === "directive" && WITH_OTHER_TEXTS.has(tree.statement.body.kind)) continue;
      for (const [quoted] of text.matchAll(/"(?:[^"\\]|\\.)*"/g)) {
        if (tried.has(quoted)) continue;
        tried.add(quoted);
        const message = parseQuoted(quoted);
        if (typeof message !== "string") continue;
        const selector = errorSelector(message);
        if (literals.has(selector)) errors.set(selector, message);
      }
    }
  }
  return errors;
}

/** Directives whose strings aren't values. */
const WITH_OTHER_TEXTS: ReadonlySet<string> = new Set([
  ...["test", "reverts", "halts", "deploy"],
  ...["function", "contract", "struct", "include", "error", "assert"],
]);

/** All literals of a program above 2^32 - 1. */
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
