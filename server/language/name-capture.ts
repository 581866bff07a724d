/**
 * Decides whether a symbol can be renamed without name capture: every name in the program must refer to the same symbol
 * as before.
 */

import { isLibraryName, reservedAs } from "../../assembler/expressions/reserved-names.ts";
import { fileNameOf } from "../documents/uris.ts";
import { memberNamed, operandOf } from "./name-resolution.ts";
import { occurrencesIn, programsOf } from "./references.ts";
import { definitionIn, regionsFrom, usesOf, type Definition, type Region, type Use } from "./scopes.ts";
import { structureOf } from "./scopes.ts";
import type { Found, Snapshot } from "./snapshot.ts";

/** All reasons against a name, as sentences. For each, a test has a program whose bytes would change. */
export const REASONS = {
  noName: (name: string) =>
    `\`${name}\` is not a name: a letter or an underscore, then letters, digits and underscores.`,
  reserved: (name: string, what: string) => `\`${name}\` is ${what}.`,
  libraryName: (name: string) => `\`${name}\`: such names are reserved for the standard library.`,
  defined: (name: string, line: number) => `\`${name}\` is defined already, on line ${line + 1}.`,
  definedElsewhere: (name: string, line: number, file: string) =>
    `\`${name}\` is defined already, on line ${line + 1} of ${file}.`,
  hidden: (name: string, line: number, file: string, other: string) =>
    `\`${name}\` on line ${line + 1} of ${file} would be the ${other}.`,
  captures: (name: string, line: number, file: string, other: string) =>
    wouldBeRenamed(name, `the ${other}`, line, file),
  tested: (name: string, line: number, file: string) =>
    wouldBeRenamed(name, "tested with `defined`", line, file),
  used: (name: string, line: number, file: string) => wouldBeRenamed(name, "used already", line, file),
} as const;

function wouldBeRenamed(name: string, stands: string, line: number, file: string): string {
  return `\`${name}\` is ${stands} on line ${line + 1} of ${file}, and would be what is renamed.`;
}

/**
 * Why a symbol can't be renamed, as a sentence; undefined if it can.
 *
 * @param name the new name, without the dot of a local label
 */
export function whyNotRename(snapshot: Snapshot, found: Found, name: string): string | undefined {
  const owner = found.definition.name.lastIndexOf(".");
  const wrong = whyNoName(snapshot, name, owner >= 0);
  if (wrong !== undefined) return wrong;
  const full = owner < 0 ? name : `${found.definition.name.slice(0, owner)}.${name}`;
  if (full === found.definition.name) return undefined;
  for (const program of programsOf(snapshot, found)) {
    if (owner < 0) {
      const reserved = whyReserved(program, name);
      if (reserved !== undefined) return reserved;
    }
    const reason = whyTaken(program, found, full) ?? whyCaptures(program, found.definition, full);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Why a name can't be defined at the top of a document's file, as a sentence; undefined if it can. */
export function whyNotDefine(snapshot: Snapshot, name: string): string | undefined {
  const wrong = whyNoName(snapshot, name, false);
  if (wrong !== undefined) return wrong;
  const { document } = snapshot;
  const { root } = structureOf(document.file);
  const definition = { kind: "constant", region: root, name } as unknown as Definition;
  for (const program of snapshot.programs(document)) {
    const reason =
      whyReserved(program, name) ?? whyDefined(program, name) ?? whyCaptures(program, definition, name);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Why a user can't define a name. A local label may have a reserved name, since its dot distinguishes it. */
function whyNoName(snapshot: Snapshot, name: string, isLocal: boolean): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return REASONS.noName(name);
  return isLocal ? undefined : whyReserved(snapshot, name);
}

/** Why the language or the library reserves a name, as a sentence; undefined if a user may define it. */
export function whyReserved({ set }: Snapshot, name: string): string | undefined {
  const reserved = reservedAs(name, set);
  if (reserved !== undefined) {
    // A wire form or a mnemonic.
    const what = /mnemonic|form/.test(reserved) ? "an instruction" : reserved;
    return REASONS.reserved(name, what);
  }
  return isLibraryName(name) ? REASONS.libraryName(name) : undefined;
}

/**
 * Why a name is taken: it is already defined in the symbol's scope, or a definition nearer to a use of the symbol would
 * hide it.
 */
function whyTaken(program: Snapshot, found: Found, name: string): string | undefined {
  const { region } = found.definition;
  const taken = region.kind === "file" ? undefined : region.names.get(name);
  if (taken) return alreadyDefined(name, taken);
  const defined = region.kind === "file" ? whyDefined(program, name) : undefined;
  if (defined !== undefined) return defined;
  for (const document of program.files) {
    for (const { line, is } of occurrencesIn(program, document, found)) {
      if (is === "definition") continue;
      const hiding = nearest(document.file, line, name);
      if (!hiding || hiding.region === region || hiding.region.kind === "file") continue;
      if (region.kind !== "file" && isInside(region, hiding.region)) continue;
      return REASONS.hidden(name, line, fileNameOf(document.uri), describe(hiding));
    }
  }
  return undefined;
}

function whyDefined(program: Snapshot, name: string): string | undefined {
  for (const { file, uri } of program.files) {
    const taken = structureOf(file).root.names.get(name);
    if (taken) return alreadyDefined(name, taken, uri === program.document.uri ? undefined : fileNameOf(uri));
  }
  return undefined;
}

/**
 * Why a name captures: an existing use of it, which now refers to something else or to nothing, would refer to the
 * symbol.
 */
function whyCaptures(program: Snapshot, { kind, region }: Definition, name: string): string | undefined {
  for (const document of program.files) {
    const { file, uri } = document;
    for (const use of usesOf(file, name)) {
      const isSeen = [...regionsFrom(file, use.line)].some((one) => one === region) || region.kind === "file";
      if (!isSeen) continue;
      const now = nearest(file, use.line, name);
      // A definition in an inner scope still takes precedence.
      if (now && now.region !== region && (region.kind === "file" || isInside(now.region, region))) continue;
      if (!now && standsForNoSymbol(program, document.file.lines[use.line], use, kind)) continue;
      if (now) return REASONS.captures(name, use.line, fileNameOf(uri), describe(now));
      const reason = isTested(document.file.lines[use.line], use) ? REASONS.tested : REASONS.used;
      return reason(name, use.line, fileNameOf(uri));
    }
  }
  return undefined;
}

/** True if a use always refers to a tag, a member of an enum or a mnemonic, whatever symbols have its name. */
function standsForNoSymbol(
  { set }: Snapshot,
  line: Parameters<typeof operandOf>[1],
  use: Use,
  kind: Definition["kind"],
): boolean {
  if (!use.part) return kind !== "macro" && kind !== "parameter";
  if (!use.part.alone || kind === "parameter") return false;
  const operand = operandOf(set, line, use.part.operand);
  return operand?.kind === "enum" && memberNamed(operand, use.name) !== undefined;
}

function isTested({ text }: { readonly text: string }, { columns }: Use): boolean {
  return /defined\s*\(\s*\.?$/.test(text.slice(0, columns.start));
}

function nearest(
  file: Parameters<typeof regionsFrom>[0],
  line: number,
  name: string,
): Definition | undefined {
  for (const region of regionsFrom(file, line)) {
    const found = definitionIn(region, line, name);
    if (found) return found;
  }
  return undefined;
}

function isInside(inner: Region, outer: Region): boolean {
  for (let region: Region | undefined = inner.parent; region; region = region.parent) {
    if (region === outer) return true;
  }
  return false;
}

function describe({ kind, name, line }: Definition): string {
  const word =
    kind === "counter" ? "counter of a repetition" : kind === "parameter" ? "macro's parameter" : kind;
  return `${word} \`${name}\` of line ${line + 1}`;
}

function alreadyDefined(name: string, { line }: Definition, file?: string): string {
  return file === undefined ? REASONS.defined(name, line) : REASONS.definedElsewhere(name, line, file);
}
