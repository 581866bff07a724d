/**
 * The definitions of a file and the uses of its names, from its text alone. So they include code under a false
 * condition and in macros without a call. Scopes are those of the text: the file, each macro, each repetition.
 */

import { carryIgnores } from "../../diagnostics/policy.ts";
import { parseTag } from "../../isa/tags.ts";
import { blocksOf, mayBoundBlock } from "../../assembler/expand/blocks.ts";
import { qualify } from "../../assembler/expressions/lookup.ts";
import { changeBetween } from "../../grammar/line-diff.ts";
import { includeLines, type IncludeLine } from "../../project/include-lines.ts";
import { tokenColumns, tokenText, type Columns, type Line } from "../../grammar/line.ts";
import type { SourceFile } from "../../grammar/source-file.ts";
import { toItsEnd, type Paused } from "../../program/cooperative.ts";
import { partitionPoint } from "../../program/search.ts";
import type { TokenIndex } from "../../grammar/ast.ts";
import { partsOf, type Defines, type NamePart, type Part } from "./classified-tokens.ts";

/** A scope: the part of a file in which names are visible. */
export interface Region {
  readonly kind: "file" | "macro" | "rept" | "test";
  /** The line that starts it; 0 for a file. */
  readonly start: number;
  /** The line that ends it; one past the last line if nothing ends it. */
  readonly end: number;
  readonly parent: Region | undefined;
  /** The first definition of each name. */
  readonly names: Map<string, Definition>;
}

export interface Definition {
  readonly kind: Defines;
  /** The full name: a local label's includes its global label. */
  readonly name: string;
  readonly region: Region;
  readonly line: number;
  readonly token: TokenIndex;
  /** Columns of the name; without the dot of a local label. */
  readonly columns: Columns;
}

/** A use of a name, which may turn out to be a tag or the member of an enum. */
export interface Use {
  /** The full name, as in {@link Definition.name}. */
  readonly name: string;
  readonly line: number;
  readonly token: TokenIndex;
  /** Columns of the part with this name; without the dot of a local label. */
  readonly columns: Columns;
  /** Absent for the call of a macro. */
  readonly part: NamePart | undefined;
}

/** The names that a file defines, with their kinds and scopes. Files with the same definitions share one object. */
export interface Naming {
  /** The names of the file's macros. */
  readonly macros: readonly string[];
}

/** The scopes and definitions of a file. */
export interface Structure {
  readonly root: Region;
  /** Shared by structures whose definitions differ only in their places. */
  readonly naming: Naming;
  /** The scopes of macros and repetitions by the line that starts each. */
  readonly regions: ReadonlyMap<number, Region>;
  /** By line: the innermost scope of the line, in which its names are looked up first. */
  readonly regionOf: readonly Region[];
  /** By line: the global label of the local labels on the line. */
  readonly labelOf: readonly string[];
  /** All definitions in the order of the text, including repeated ones. */
  readonly definitions: readonly Definition[];
  /** Macros, repetitions and conditions by the line that starts them, from `blocksOf`. */
  readonly blocks: ReturnType<typeof blocksOf>;
}

/** The most recent namings by their content. */
const namings = new Map<string, Naming>();
const MAX_NAMINGS = 32;

const structures = new WeakMap<SourceFile, Structure>();
const includes = new WeakMap<SourceFile, readonly IncludeLine[]>();
const problemLines = new WeakMap<SourceFile, readonly number[]>();

/** The structure of a file, computed once. */
export function structureOf(file: SourceFile): Structure {
  return structures.get(file) ?? toItsEnd(findingStructure(file));
}

/** Computes the structure of a file, with pauses, so that {@link structureOf} has it. */
export function* findingStructure(file: SourceFile): Paused<Structure> {
  let structure = structures.get(file);
  if (!structure) structures.set(file, (structure = yield* readStructure(file)));
  return structure;
}

/** Updates the structure of `before` for `after`, the result of an edit: only the edited lines are read. */
export function carryStructure(before: SourceFile, after: SourceFile): void {
  const { start, oldEnd, newEnd } = changeBetween(before.lines, after.lines);
  const removed = before.lines.slice(start, oldEnd);
  const added = after.lines.slice(start, newEnd);
  carryIgnores(before, after, added);
  const hadProblems = problemLines.get(before);
  if (hadProblems) problemLines.set(after, movedProblems(hadProblems, start, removed.length, added));
  if (removed.some(definesStructure) || added.some(definesStructure)) return;
  const included = includes.get(before);
  // The places of includes stay valid if there are none, or if no line has moved.
  if (included && (included.length === 0 || removed.length === added.length)) includes.set(after, included);
  const structure = structures.get(before);
  if (structure && removed.length === added.length) structures.set(after, structure);
}

/** The lines with syntax errors in ascending order, computed once. */
export function problemLinesOf(file: SourceFile): readonly number[] {
  let found = problemLines.get(file);
  if (!found) problemLines.set(file, (found = movedProblems([], 0, 0, file.lines)));
  return found;
}

/** The lines with syntax errors after some lines were replaced. */
function movedProblems(
  known: readonly number[],
  start: number,
  removed: number,
  added: readonly Line[],
): number[] {
  const moved = added.length - removed;
  return [
    ...known.filter((line) => line < start),
    ...added.flatMap(({ problems }, index) => (problems.length > 0 ? [start + index] : [])),
    ...known.filter((line) => line >= start + removed).map((line) => line + moved),
  ];
}

function definesStructure(line: Line): boolean {
  return line.tree.labels.length > 0 || mayBoundBlock(line);
}

/** The includes of a file in the order of the text, computed once. */
export function includesOf(file: SourceFile): readonly IncludeLine[] {
  let found = includes.get(file);
  if (!found) includes.set(file, (found = includeLines(file)));
  return found;
}

function namingOf(definitions: readonly Definition[]): Naming {
  // Scopes are numbered in the order of the text.
  const scopes = new Map<Region, number>();
  const key = definitions
    .map(({ kind, name, region }) => {
      const scope = scopes.get(region) ?? scopes.size;
      scopes.set(region, scope);
      return `${kind} ${name} ${scope}`;
    })
    .join("\n");
  const naming = namings.get(key) ?? {
    macros: definitions.flatMap(({ kind, name }) => (kind === "macro" ? [name] : [])),
  };
  namings.delete(key);
  namings.set(key, naming);
  if (namings.size > MAX_NAMINGS) namings.delete(namings.keys().next().value!);
  return naming;
}

/** The uses of a full name in a file. */
export function usesOf(file: SourceFile, name: string): Use[] {
  const found: Use[] = [];
  // Every use contains this text.
  const word = name.slice(name.lastIndexOf(".") + 1);
  for (const [lineNumber, { text }] of file.lines.entries()) {
    if (!text.includes(word)) continue;
    for (const use of usesOn(file, lineNumber)) if (use.name === name) found.push(use);
  }
  return found;
}

/** The uses on a line in the order of the text. `global.local` uses two names. */
export function usesOn(file: SourceFile, lineNumber: number): Use[] {
  const line = file.lines[lineNumber];
  const label = structureOf(file).labelOf[lineNumber];
  const found: Use[] = [];
  for (const part of partsOf(line.tree)) {
    if (part.kind !== "name" && part.kind !== "mnemonic" && part.kind !== "tag") continue;
    const text = tokenText(line, part.token);
    if (parseTag(text)) continue;
    const { start, end } = tokenColumns(line, part.token);
    const dot = text.indexOf(".");
    const use = { line: lineNumber, token: part.token, part: namePart(part) };
    if (dot > 0) found.push({ ...use, name: text.slice(0, dot), columns: { start, end: start + dot } });
    const columns = dot < 0 ? { start, end } : { start: start + dot + 1, end };
    found.push({ ...use, name: qualify(text, label), columns });
  }
  return found;
}

/** A macro's parameter may stand for a tag after a colon. */
function namePart(part: Part): NamePart | undefined {
  if (part.kind === "name") return part;
  return part.kind === "tag" ? { kind: "name", token: part.token, operand: -1, alone: true } : undefined;
}

/** The definitions on a line in the order of the text. */
export function definitionsOn(file: SourceFile, line: number): Definition[] {
  const { definitions } = structureOf(file);
  const start = partitionPoint(definitions.length, (index) => definitions[index].line < line);
  let end = start;
  while (end < definitions.length && definitions[end].line === line) end++;
  return definitions.slice(start, end);
}

/** The definition of a name that is visible on a line: the innermost one, up to the file's. */
export function lookUp(file: SourceFile, line: number, name: string): Definition | undefined {
  for (const region of regionsFrom(file, line)) {
    const found = definitionIn(region, line, name);
    if (found) return found;
  }
  return undefined;
}

/** The scopes in which the names on a line are looked up, innermost first. */
export function* regionsFrom(file: SourceFile, line: number): Iterable<Region> {
  for (let region: Region | undefined = structureOf(file).regionOf[line]; region; region = region.parent) {
    yield region;
  }
}

/**
 * The definition of a name in a scope that is visible on a line; the defaults of a macro's parameters only see the
 * parameters, not the macro's other names.
 */
export function definitionIn(region: Region, line: number, name: string): Definition | undefined {
  const found = region.names.get(name);
  const isDefault = region.kind === "macro" && line === region.start;
  return isDefault && found?.kind !== "parameter" ? undefined : found;
}

/** The comment block above a line, or the comment after the definition on the line. */
export function commentAbove(file: SourceFile, line: number): string[] {
  const found: string[] = [];
  for (let index = line - 1; index >= 0; index--) {
    const { tokenCount, comments, text } = file.lines[index];
    if (tokenCount > 0 || comments.length === 0) break;
    found.unshift(cleanComment(text));
  }
  return trimBlank(found);
}

/** The text of a comment without its delimiters. */
export function cleanComment(text: string): string {
  const content = text.replace(/^\s*(?:;+|\/\/+|\/\*+|\*+(?!\/))?\s?/, "").trimEnd();
  if (!content.endsWith("*/")) return content;
  let end = content.length - 1;
  while (content[end - 1] === "*") end--;
  return content.slice(0, end).trimEnd();
}

function trimBlank(lines: string[]): string[] {
  let start = 0;
  let end = lines.length;
  while (start < end && /^[-=*#~]*$/.test(lines[start])) start++;
  while (end > start && /^[-=*#~]*$/.test(lines[end - 1])) end--;
  return lines.slice(start, end);
}

/** Lines between two pauses. */
const LINES_PER_PAUSE = 500;

function* readStructure(file: SourceFile): Paused<Structure> {
  const count = file.lines.length;
  const blocks = blocksOf(file, () => undefined);
  const root: Region = { kind: "file", start: 0, end: count, parent: undefined, names: new Map() };
  const regions = new Map<number, Region>();
  const regionOf: Region[] = new Array<Region>(count);
  const labelOf: string[] = new Array<string>(count);
  const definitions: Definition[] = [];
  const open: { region: Region; label: string }[] = [];
  let region = root;
  let label = "";
  for (let index = 0; index < count; index++) {
    if (index % LINES_PER_PAUSE === 0) yield;
    while (open.length > 0 && index >= region.end) {
      label = open.pop()!.label;
      region = region.parent!;
    }
    const line = file.lines[index];
    const { labels, statement } = line.tree;
    if (labels.length > 0 || statement?.kind === "directive") {
      for (const { name: token } of labels) {
        const text = tokenText(line, token);
        define("label", qualify(text, label), line, index, token);
        if (!text.startsWith(".")) label = text;
      }
      if (statement?.kind === "directive") {
        const { body } = statement;
        if (body.kind === "constant" || body.kind === "cell") {
          define(body.kind, tokenText(line, body.name), line, index, body.name);
        } else if (body.kind === "macro" || body.kind === "rept" || body.kind === "test") {
          if (body.kind === "macro") define("macro", tokenText(line, body.name), line, index, body.name);
          // The count of a repetition is looked up outside of it, the defaults of parameters inside of the macro.
          if (body.kind === "rept") regionOf[index] = region;
          labelOf[index] = label;
          open.push({ region, label });
          const end = blocks.get(index)?.end ?? count;
          region = { kind: body.kind, start: index, end, parent: region, names: new Map() };
          regions.set(index, region);
          if (body.kind === "macro") label = "";
          const inner =
            body.kind === "macro"
              ? body.parameters.map(({ name }) => name)
              : body.kind === "test" || body.variable === undefined
                ? []
                : [body.variable];
          for (const token of inner) {
            const kind = body.kind === "macro" ? "parameter" : "counter";
            define(kind, tokenText(line, token), line, index, token);
          }
        }
      }
    }
    regionOf[index] ??= region;
    labelOf[index] ??= label;
  }
  yield;
  return { root, naming: namingOf(definitions), regions, regionOf, labelOf, definitions, blocks };

  function define(kind: Defines, name: string, line: Line, index: number, token: TokenIndex): void {
    const { start, end } = tokenColumns(line, token);
    const local = line.text.charCodeAt(start) === 46;
    const columns = { start: local ? start + 1 : start, end };
    const definition: Definition = { kind, name, region, line: index, token, columns };
    definitions.push(definition);
    if (!region.names.has(name)) region.names.set(name, definition);
  }
}
