/** Describes a symbol for hover and completion: its definition, its value, and its comment. */

import { type Line, nodeText } from "../../grammar/line.ts";
import { RELATIVE } from "../../isa/instruction-set.ts";
import { assembledSymbol, shownAddress, isRelative, valueOfSymbol } from "./assembled-code.ts";
import { describeFunction, functionAtLabel } from "./describe-function.ts";
import { code, escaped, shownValue } from "./markdown.ts";
import type { Found, Snapshot } from "./snapshot.ts";
import { fileNameOf } from "../documents/uris.ts";
import { cleanComment, commentAbove, structureOf } from "./scopes.ts";

/** The definition without its comment, then the value and the comment. */
export function describeSymbol(snapshot: Snapshot, found: Found): string {
  const { document, definition } = found;
  const sections = [code(shownDefinition(found))];
  const facts = factsOf(snapshot, found);
  if (facts) sections.push(facts);
  const comment = commentOn(found);
  if (comment.length > 0) sections.push(comment.map(escaped).join("  \n"));
  if (document !== snapshot.document) {
    sections.push(`Defined in ${escaped(fileNameOf(document.uri))}, line ${definition.line + 1}.`);
  }
  return sections.join("\n\n");
}

/** The source line of a definition, without labels before the defining statement. */
function shownDefinition({ document, definition }: Found): string {
  const line = document.file.lines[definition.line];
  switch (definition.kind) {
    case "label":
      return `${definition.name}:`;
    case "parameter":
    case "counter":
      return `${line.text.slice(definition.columns.start, definition.columns.end)} ; of ${statementText(line)}`;
    case "constant":
    case "cell":
    case "macro":
      return statementText(line);
  }
}

function statementText(line: Line): string {
  const { statement } = line.tree;
  if (!statement) return line.text.trim();
  return nodeText(line, { first: statement.first, last: line.tokenCount - 1 });
}

/** The symbol's value: a number, an address, an offset, or a routine's size. */
function factsOf(snapshot: Snapshot, found: Found): string | undefined {
  const assembled = assembledSymbol(snapshot, found);
  if (!assembled) return undefined;
  const { symbol, assembly } = assembled;
  const value = valueOfSymbol(symbol, assembly);
  if (value === undefined) return undefined;
  switch (symbol.kind) {
    case "label": {
      const declared = functionAtLabel(assembly, symbol.name);
      const offset = `Byte offset ${shownValue(value)}`;
      return declared ? `${offset}\n\n${describeFunction(snapshot, assembly, declared)}` : offset;
    }
    case "constant":
      return `Value ${shownValue(value)}`;
    case "cell": {
      const tag = symbol.tag ? `, \`${symbol.tag}\`` : "";
      return `\`${shownAddress(isRelative(symbol, assembly.program.set.target) ? RELATIVE : 0, value)}\`${tag}`;
    }
    case "macro":
    case "parameter":
    case "counter":
      return undefined;
  }
}

/** The comment block above the definition, else the comment after it. */
function commentOn({ document, definition }: Found): string[] {
  const { file } = document;
  const above = commentAbove(file, definition.line);
  // The comment of a macro also documents its parameters.
  if (above.length > 0 || definition.kind === "parameter") return above;
  const line = file.lines[definition.line];
  const behind = line.comments.at(-1);
  if (!behind || line.startsInComment) return [];
  return [cleanComment(line.text.slice(behind.start, behind.end))];
}

/** A short description for lists: the value of a constant, the cell of a name. */
export function shortDescription({ document, definition }: Found): string {
  const line = document.file.lines[definition.line];
  const { statement } = line.tree;
  if (statement?.kind !== "directive") return "";
  const { body } = statement;
  if (body.kind === "constant" && definition.kind === "constant") return nodeText(line, body.value);
  if (body.kind === "cell" && definition.kind === "cell" && body.operand) {
    return nodeText(line, { first: body.operand.first, last: body.tag ?? body.operand.last });
  }
  if (body.kind === "macro" && definition.kind === "macro") {
    return body.parameters.map(({ name }) => nodeText(line, { first: name, last: name })).join(", ");
  }
  return "";
}

/** True if a definition is visible on a line: it belongs to the file or to a scope around the line. */
export function isVisible(found: Found, document: Found["document"], line: number): boolean {
  const { region } = found.definition;
  if (region.kind === "file") return true;
  if (found.document !== document) return false;
  let current = structureOf(document.file).regionOf[line] as typeof region | undefined;
  while (current && current !== region) current = current.parent;
  return current === region;
}
