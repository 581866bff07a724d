/**
 * Describes the analysis of an operand's cell: its tags and number, the writes they come from, and the paths that join.
 */

import type { Analysis, Why } from "../../analysis/analyze.ts";
import type { Location } from "../../diagnostics/diagnostic.ts";
import { ALL_TAGS, tagsOf, type Tag } from "../../isa/tags.ts";
import { frameOf, locateOperand, locateStatement, type Origins } from "../../program/source-locations.ts";
import { fileNameOf } from "../documents/uris.ts";
import { escaped, shownValue } from "./markdown.ts";

/** Maximum number of writes to list. */
const MAX_WRITES = 4;
/** Maximum number of calls to list. */
const MAX_CALLS = 6;

interface Operand {
  readonly analysis: Analysis;
  readonly origins: Origins | undefined;
  readonly index: number;
  readonly position: number;
  /** URI of the operand's document: places in other documents are shown with their file. */
  readonly uri: string;
}

/**
 * For an operand that no run accesses, because the program halts earlier, possibly at another operand of the same
 * instruction.
 */
const NEVER_HAPPENS = "Here: never happens, because the program halts before";
/** For an operand of an instruction that control never reaches. */
export const NEVER_REACHED = "Here: no run gets here";

/**
 * Describes the cell before a read. "never written", "unknown" and "one of" name the states that aren't a single tag.
 */
export function describeRead(operand: Operand): string {
  const { analysis, index, position } = operand;
  const why = analysis.why(index, position);
  if (!why) return "";
  const declared = analysis.declaredAt(index, position);
  const value = why.value === undefined ? "" : `, holds ${shownValue(why.value)}`;
  if (why.tags === 0) return declared ? shownDeclared(declared) : NEVER_HAPPENS;
  if (why.tags === ALL_TAGS) {
    if (declared) return shownDeclared(declared);
    return [`Here: unknown${maybeWrittenAt(operand, why)}`, ...byCall(operand)].join("  \n");
  }
  if (why.unwritten && why.writes.length === 0 && why.tags === 1)
    return "Here: never written, so it is `ff` `0`";
  const tags = tagsOf(why.tags);
  if (tags.length === 1) return `Here: \`${tags[0]}\`${value}${writtenAt(operand, why)}`;
  const lines = [`Here: one of ${tagsWithWrites(operand, why)}${value}`];
  lines.push(...byCall(operand));
  if (why.meets) lines.push(`The ways meet at ${link(operand, why.meets.index, undefined)}.`);
  if (declared) lines.push(shownDeclared(declared));
  return lines.join("  \n");
}

/** Describes the cell after a write. */
export function describeWrite(operand: Operand): string {
  const { analysis, index, position } = operand;
  const tags = analysis.tagsAt(index, position);
  const value = analysis.valueAt(index, position);
  const holds = value === undefined ? "" : `, holds ${shownValue(value)}`;
  const declared = analysis.declaredAt(index, position);
  if (tags === 0) return declared ? shownDeclared(declared) : NEVER_HAPPENS;
  if (tags === ALL_TAGS && declared) return shownDeclared(declared);
  const list = tagsOf(tags).map((tag) => `\`${tag}\``);
  const words = tags === ALL_TAGS ? "unknown" : `${list.length > 1 ? "one of " : ""}${list.join(", ")}`;
  return [`Afterwards: ${words}${holds}`, ...byCall(operand)].join("  \n");
}

function tagWords(tags: number): string {
  if (tags === ALL_TAGS) return "unknown";
  return tagsOf(tags)
    .map((tag) => `\`${tag}\``)
    .join(" or ");
}

/** ``By call: `u32` from line 12, `ff` from line 40``, if the routine is called with different tags. */
function byCall(operand: Operand): string[] {
  const contexts = operand.analysis.contextsAt(operand.index, operand.position);
  if (contexts.length === 0) return [];
  const shown = contexts.slice(0, MAX_CALLS).map(({ index, tags }) => {
    return `${tagWords(tags)} from ${link(operand, index, undefined)}`;
  });
  const more = contexts.length - shown.length;
  return [`By call: ${shown.join(", ")}${more > 0 ? `, and from ${more} more` : ""}.`];
}

/** ``By expansion: `u32` from line 12, `ff` from line 40``, for an operand in a macro or repetition. */
export function describeExpansions(operands: readonly Operand[]): string {
  const parts = operands.flatMap((operand) => {
    const { analysis, origins, index, position } = operand;
    const tags = analysis.tagsAt(index, position);
    const parent = origins && frameOf(origins, index).parent;
    if (!parent || tags === 0) return [];
    return [`${tagWords(tags)} from ${placeLink(operand, parent.frame.file.name, parent.line + 1)}`];
  });
  const different = [...new Set(parts)];
  if (different.length === 0) return "";
  const more = different.length - MAX_CALLS;
  return `By expansion: ${different.slice(0, MAX_CALLS).join(", ")}${more > 0 ? `, and from ${more} more` : ""}.`;
}

function shownDeclared(tag: Tag): string {
  return `Declared \`${tag}\` by its \`.cell\`; not proven here.`;
}

/** For example: `, written at line 3 and line 9`. */
function writtenAt(operand: Operand, { writes, unwritten, complete }: Why): string {
  if (writes.length === 0) return "";
  const places = writes.slice(0, MAX_WRITES).map(({ index, position }) => link(operand, index, position));
  const all = writes.length <= MAX_WRITES && complete;
  const rest = [...(unwritten ? ["never written on some way"] : []), ...(all ? [] : ["elsewhere"])];
  return `, written at ${listed([...new Set(places), ...rest])}`;
}

/** For example: `; it may have been written at line 3`. */
function maybeWrittenAt(operand: Operand, { writes }: Why): string {
  if (writes.length === 0) return "";
  const places = writes.slice(0, MAX_WRITES).map(({ index, position }) => link(operand, index, position));
  return `; it may have been written at ${listed([...new Set(places)])}`;
}

/** The tags, each with the places of its writes. */
function tagsWithWrites(operand: Operand, { tags, writes, unwritten, complete }: Why): string {
  const parts = tagsOf(tags).map((tag) => {
    const bit = ALL_TAGS & (1 << ALL.indexOf(tag));
    const places = writes
      .filter((write) => write.tags === bit)
      .slice(0, MAX_WRITES)
      .map(({ index, position }) => link(operand, index, position));
    if (tag === "ff" && unwritten) places.push("or never written");
    return places.length > 0 ? `\`${tag}\` (${[...new Set(places)].join(", ")})` : `\`${tag}\``;
  });
  return `${parts.join(", ")}${complete ? "" : ", written in many places"}`;
}

const ALL = tagsOf(ALL_TAGS);

function listed(parts: readonly string[]): string {
  return parts.length < 2
    ? parts.join("")
    : `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
}

/** A link to the source of a statement or of one of its operands. */
function link({ origins, uri, analysis }: Operand, index: number, position: number | undefined): string {
  if (!origins || index >= analysis.program.count) return "a place in raw bytes";
  const place: Location =
    position === undefined ? locateStatement(origins, index) : locateOperand(origins, index, position);
  return placeLink({ uri }, place.source, place.span.line + 1);
}

function placeLink({ uri }: Pick<Operand, "uri">, source: string, number: number): string {
  const text = source === uri ? `line ${number}` : `line ${number} of ${escaped(fileNameOf(source))}`;
  return `[${text}](${source}#L${number})`;
}
