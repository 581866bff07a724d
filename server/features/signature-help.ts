/** `textDocument/signatureHelp`: the operands of the statement at the cursor, with the current one marked. */

import {
  MarkupKind,
  type ParameterInformation,
  type Position,
  type SignatureHelp,
  type SignatureInformation,
} from "vscode-languageserver-types";
import { describeOperand, shownOperand } from "../../isa/describe.ts";
import { tokenText } from "../../grammar/line.ts";
import { commentAbove } from "../language/scopes.ts";
import { writingAt } from "../language/cursor.ts";
import { placeAt } from "../documents/document.ts";
import { escaped } from "../language/markdown.ts";
import { instructionNamed } from "../language/name-resolution.ts";
import { resolve, type Found, type Snapshot } from "../language/snapshot.ts";

export function signatureHelp(snapshot: Snapshot, position: Position): SignatureHelp | null {
  const { document } = snapshot;
  const { line, column } = placeAt(document, position);
  const { place, head, operand } = writingAt(document.file.lines[line], column);
  if (place !== "operand" || head.startsWith(".")) return null;
  const signature = instructionSignature(snapshot, head) ?? macroSignature(snapshot, line, head);
  if (!signature) return null;
  const count = signature.parameters?.length ?? 0;
  // An index past the last operand means that none is active.
  return { signatures: [signature], activeSignature: 0, activeParameter: Math.min(operand, count) };
}

function instructionSignature({ set }: Snapshot, head: string): SignatureInformation | undefined {
  const instruction = instructionNamed(set, head);
  if (!instruction) return undefined;
  const { definition, form } = instruction;
  return signatureFrom(
    form?.name ?? definition.mnemonic,
    definition.operands.map((operand) => ({ name: shownOperand(operand), about: describeOperand(operand) })),
    `${definition.summary}\n\n\`\`\`text\n${definition.expression}\n\`\`\``,
  );
}

function macroSignature(snapshot: Snapshot, line: number, head: string): SignatureInformation | undefined {
  const found = resolve(snapshot, snapshot.document, line, head);
  if (found?.definition.kind !== "macro") return undefined;
  const comment = commentAbove(found.document.file, found.definition.line);
  return signatureFrom(head, parametersOf(found), comment.map(escaped).join("  \n"));
}

function parametersOf({ document, definition }: Found): { name: string; about?: string }[] {
  const line = document.file.lines[definition.line];
  const { statement } = line.tree;
  if (statement?.kind !== "directive" || statement.body.kind !== "macro") return [];
  return statement.body.parameters.map(({ name, value }) => {
    if (!value) return { name: tokenText(line, name) };
    const text = line.text.slice(line.startOf(value.first), line.endOf(value.last));
    return { name: tokenText(line, name), about: `${text} unless it is given` };
  });
}

function signatureFrom(
  head: string,
  parameters: readonly { name: string; about?: string }[],
  documentation: string,
): SignatureInformation {
  let label = head;
  const described: ParameterInformation[] = [];
  for (const { name, about } of parameters) {
    label += described.length === 0 ? " " : ", ";
    described.push({
      label: [label.length, label.length + name.length],
      ...(about !== undefined && { documentation: about }),
    });
    label += name;
  }
  return {
    label,
    parameters: described,
    ...(documentation !== "" && { documentation: { kind: MarkupKind.Markdown, value: documentation } }),
  };
}
