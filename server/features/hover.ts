/** `textDocument/hover`: the effect of a mnemonic, the cell of an operand, the definition of a name. */

import { MarkupKind, type Hover, type Position } from "vscode-languageserver-types";
import { gasAt, shownGas, type GasCost } from "../../analysis/reports/gas.ts";
import { columnsOf, tokenColumns, tokenText } from "../../grammar/line.ts";
import { libraryFileOf } from "../../assembler/expand/library-macros.ts";
import { parseCharacter, parseNumber } from "../../assembler/expressions/literals.ts";
import { cursorAt, operandAt, type Cursor } from "../language/cursor.ts";
import { aboutDeclaration } from "../language/describe-function.ts";
import { describeExpansions, describeRead, describeWrite, NEVER_REACHED } from "../language/describe-cell.ts";
import { describeSymbol } from "../language/describe-symbol.ts";
import { rangeOf } from "../documents/document.ts";
import { fileNameOf } from "../documents/uris.ts";
import { commentAbove, includesOf, structureOf } from "../language/scopes.ts";
import { firstReadOf } from "../language/macro-argument.ts";
import { expansionOf } from "../language/macro-expansion.ts";
import {
  allPlacedOn,
  analysisOf,
  modeOf,
  placedOn,
  shownAddress,
  valueAt,
  type Placed,
} from "../language/assembled-code.ts";
import { meaningOf, operandOf, type Meaning } from "../language/name-resolution.ts";
import { symbolAt } from "../language/references.ts";
import type { Snapshot } from "../language/snapshot.ts";
import {
  bytes,
  code,
  describeBuiltin,
  describeDirective,
  describeInstruction,
  describeMember,
  describeParameter,
  describeTag,
  describeTarget,
  escaped,
  shownValue,
} from "../language/markdown.ts";

/** While a program is checked for longer than this, a hover is answered without its tags. */
const WAIT_MS = 4;
/** Maximum number of lines to show of the comment of an included file. */
const MAX_COMMENT = 8;
/** Maximum number of its macros to show. */
const MAX_MACROS = 40;

export function hover(current: Snapshot, position: Position): Hover | null {
  const snapshot = { ...current, analysis: () => current.analysis(WAIT_MS) };
  const cursor = cursorAt(snapshot.document, position);
  if (cursor.token < 0) return null;
  const meaning = cursor.part && wordAt(snapshot, cursor);
  // First the facts about this place, then the general ones.
  const sections = [
    ...aboutOperand(snapshot, cursor),
    ...aboutArgument(snapshot, cursor),
    ...aboutStatement(snapshot, cursor),
    ...aboutExpansion(snapshot, cursor, meaning),
    ...(meaning ? [describe(snapshot, meaning)] : [...literalAt(cursor), ...libraryMacroAt(cursor)]),
    ...aboutDeclaration(snapshot, cursor),
    ...aboutInclude(snapshot, cursor),
    ...(cursor.part?.kind === "base" ? [BASE] : []),
  ];
  if (sections.length === 0) return null;
  return {
    contents: { kind: MarkupKind.Markdown, value: sections.join("\n\n---\n\n") },
    range: rangeOf(snapshot.document, {
      line: cursor.lineNumber,
      ...columnsAt(snapshot, cursor, position, meaning),
    }),
  };
}

function wordAt(snapshot: Snapshot, { part, lineNumber, column }: Cursor): Meaning | undefined {
  return meaningOf(snapshot, snapshot.document, lineNumber, part!, column);
}

function columnsAt(
  snapshot: Snapshot,
  { line, token, column, part }: Cursor,
  position: Position,
  meaning: Meaning | undefined,
): { start: number; end: number } {
  if (meaning?.kind === "symbol") {
    const named = symbolAt(snapshot, position);
    if (named) return named.columns;
  }
  if (part?.kind === "path") return columnsOf(line, { first: part.token, last: part.last });
  const operand = meaning ? undefined : operandAt(line, column);
  return operand ? columnsOf(line, operand.node) : tokenColumns(line, token);
}

function describe(snapshot: Snapshot, meaning: Meaning): string {
  switch (meaning.kind) {
    case "instruction":
      return describeInstruction(meaning.definition, meaning.form, snapshot.set.target);
    case "symbol":
      return describeSymbol(snapshot, meaning.found);
    case "tag":
      return describeTag(meaning.tag);
    case "member":
      return describeMember(meaning.member, meaning.operand);
    case "builtin":
      return describeBuiltin(meaning.name);
    case "directive":
      return describeDirective(meaning.name);
    case "target":
      return describeTarget(meaning.target);
  }
}

/** The value of a number or a character. */
function literalAt({ part, line }: Cursor): string[] {
  if (part?.kind !== "number" && part?.kind !== "character") return [];
  const text = tokenText(line, part.token);
  const value = part.kind === "number" ? parseNumber(text) : parseCharacter(text);
  return typeof value === "bigint" ? [shownValue(value)] : [];
}

/** For the name of a library macro whose file isn't included: the file that defines it. */
function libraryMacroAt({ part, line }: Cursor): string[] {
  if (part?.kind !== "mnemonic") return [];
  const name = tokenText(line, part.token).toUpperCase();
  const file = libraryFileOf(name);
  if (file === undefined) return [];
  return [
    `A macro of the standard library: \`.include <std/${file}>\` brings it in. \`avmasm isa ${name}\` describes it.`,
  ];
}

/** For a macro call: its expansion. */
function aboutExpansion(
  snapshot: Snapshot,
  { part, lineNumber }: Cursor,
  meaning: Meaning | undefined,
): string[] {
  if (part?.kind !== "mnemonic" || meaning?.kind !== "symbol") return [];
  const assembly = snapshot.assembly();
  const expansion = assembly && expansionOf(assembly, snapshot.document.file, lineNumber);
  if (!expansion) return [];
  const { lines, statements, times } = expansion;
  if (statements === 0) return ["Expands to nothing."];
  const size = `${statements === 1 ? "1 instruction" : `${statements} instructions`}, ${bytes(expansion.bytes)}`;
  const often = times > 1 ? ` (the first of ${times} times)` : "";
  return [`Expands to ${size}${often}:\n\n${code(lines.join("\n"))}`];
}

/** For a mnemonic: the instruction's offset and encoding. */
function aboutStatement(snapshot: Snapshot, { part, lineNumber }: Cursor): string[] {
  if (part?.kind !== "mnemonic") return [];
  const placed = placedOn(snapshot, snapshot.document.file, lineNumber);
  if (!placed) return [];
  const analysis = analysisOf(snapshot, placed);
  const where = `Here: \`${placed.form.name}\` at byte ${placed.pc}, ${bytes(placed.form.size)}`;
  if (!analysis) return [where];
  if (!analysis.reachable(placed.index)) return [`${where}. Control never gets here.`];
  const gas = gasAt(analysis, placed.index);
  if (!gas) return [where];
  const costs = `${where}, ${shownCost(gas.own)}`;
  return [gas.block ? `${costs}  \nIts block: ${shownCost(gas.block)}` : costs];
}

function shownCost({ l2, da }: GasCost): string {
  return da.high === 0 ? `${shownGas(l2)} L2 gas` : `${shownGas(l2)} L2 and ${shownGas(da)} DA gas`;
}

/** For an operand: its role in the instruction, and the analysis of its cell. */
function aboutOperand(snapshot: Snapshot, { line, lineNumber, column, part }: Cursor): string[] {
  if (part?.kind === "mnemonic") return [];
  const at = operandAt(line, column);
  const operand = at && operandOf(snapshot.set, line, at.index);
  if (!operand) return [];
  const parts: string[] = [];
  const all = allPlacedOn(snapshot, snapshot.document.file, lineNumber).filter(
    ({ form }) => at.index < form.fields.length,
  );
  if (all.length === 1) {
    const value = valueAt(all[0], at.index);
    if (operand.kind === "memory") parts.push(...aboutCell(snapshot, all[0], at.index, value));
    else if (operand.kind === "immediate" || operand.kind === "target") parts.push(shownValue(value));
  } else if (operand.kind === "memory") parts.push(...aboutExpandedCell(snapshot, all, at.index));
  return [[...parts, describeParameter(operand)].join("  \n")];
}

const BASE =
  "`sp`: the base, which cell `M[0]` holds, a `u32`. `[sp+n]` is the cell `n` cells after the base: `M[M[0] + n]`.";

/** For a cell that is given to a macro: what it holds before the call. */
function aboutArgument(snapshot: Snapshot, { line, lineNumber, column, part }: Cursor): string[] {
  if (part?.kind === "mnemonic" || operandOf(snapshot.set, line, 0)) return [];
  const at = operandAt(line, column);
  const read = at && firstReadOf(snapshot, lineNumber, at.node);
  if (!read) return [];
  const { analysis, placed, position } = read;
  const { index, program } = placed;
  const uri = snapshot.document.uri;
  const described = describeRead({ analysis, origins: program.origins, index, position, uri });
  return described === "" ? [] : [described.replace(/^Here:/, "Before the call:")];
}

/** For the path of an `.include`: the file, the comment at its beginning and the macros that it defines. */
function aboutInclude(snapshot: Snapshot, { document, lineNumber, part }: Cursor): string[] {
  if (part?.kind !== "path") return [];
  const found = includesOf(document.file).find(({ line }) => line === lineNumber);
  if (found?.path === undefined) return [];
  const included = snapshot.include(document.uri, found.path, found.standard);
  if ("error" in included) return [];
  const { file, uri } = included;
  const what = found.standard ? "A file of the standard library" : "An included file";
  const sections = [`${what}: [${escaped(fileNameOf(uri))}](${uri})`];
  const code = file.lines.findIndex(({ comments, tokenCount }) => comments.length === 0 || tokenCount > 0);
  const comment = commentAbove(file, code < 0 ? file.lines.length : code).slice(0, MAX_COMMENT);
  if (comment.length > 0) sections.push(comment.map(escaped).join("  \n"));
  const { macros } = structureOf(file).naming;
  if (macros.length > 0) {
    const shown = macros.slice(0, MAX_MACROS).map((name) => `\`${name}\``);
    sections.push(`Macros: ${shown.join(", ")}${macros.length > MAX_MACROS ? ", …" : ""}`);
  }
  return [sections.join("\n\n")];
}

function aboutCell(snapshot: Snapshot, placed: Placed, position: number, value: bigint): string[] {
  const parts = [`\`${shownAddress(modeOf(placed, position), value)}\``];
  const analysis = analysisOf(snapshot, placed);
  if (!analysis) return parts;
  if (!analysis.reachable(placed.index)) return [...parts, NEVER_REACHED];
  const { index, program } = placed;
  const cell = analysis.resolve(index, position);
  if (cell?.kind === "cell" && modeOf(placed, position) !== 0) parts[0] += ` = \`M[${cell.address}]\``;
  const operand = { analysis, origins: program.origins, index, position, uri: snapshot.document.uri };
  parts.push(writes(placed, position) ? describeWrite(operand) : describeRead(operand));
  return parts;
}

/** For an operand in the body of a macro or repetition that is expanded more than once: what its cell holds in all expansions. */
function aboutExpandedCell(snapshot: Snapshot, all: readonly Placed[], position: number): string[] {
  const { uri } = snapshot.document;
  const operands = all.flatMap((placed) => {
    const analysis = analysisOf(snapshot, placed);
    const { index, program } = placed;
    return analysis?.reachable(index) ? [{ analysis, origins: program.origins, index, position, uri }] : [];
  });
  return [describeExpansions(operands)].filter((text) => text !== "");
}

function writes({ form }: Placed, position: number): boolean {
  const { operand } = form.fields[position];
  return operand.kind === "memory" && operand.access === "write";
}
