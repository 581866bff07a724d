/** `textDocument/inlayHint`: inferred tags of written cells, byte offsets, gas, names of operands. */

import { InlayHintKind, type InlayHint, type Range } from "vscode-languageserver-types";
import { columnsOf, tokenColumns, type Line } from "../../grammar/line.ts";
import { shownOperand } from "../../isa/describe.ts";
import { ADDRESSING_GAS, INDIRECT, RELATIVE } from "../../isa/instruction-set.ts";
import { ALL_TAGS, tagsOf } from "../../isa/tags.ts";
import type { Operand } from "../../isa/types.ts";
import { positionAt } from "../documents/document.ts";
import { analysisOf, modeOf, placedOn, type Placed } from "../language/assembled-code.ts";
import type { Snapshot } from "../language/snapshot.ts";
import type { Paused } from "../../program/cooperative.ts";

/** Lines between two pauses. */
const LINES_PER_PAUSE = 100;

export function* inlayHints(snapshot: Snapshot, range: Range): Paused<InlayHint[]> {
  const { document, settings } = snapshot;
  const { lines } = document.file;
  const wanted = settings.inlayHints;
  if (!wanted.tags && !wanted.offsets && !wanted.gas && !wanted.operands) return [];
  const hints: InlayHint[] = [];
  const last = Math.min(range.end.line, lines.length - 1);
  for (let lineNumber = Math.max(0, range.start.line); lineNumber <= last; lineNumber++) {
    if (lineNumber % LINES_PER_PAUSE === 0) yield;
    const line = lines[lineNumber];
    const { statement } = line.tree;
    const placed =
      statement?.kind === "instruction" ? placedOn(snapshot, document.file, lineNumber) : undefined;
    if (statement?.kind !== "instruction" || !placed) continue;
    const at = (column: number) => positionAt(document, lineNumber, column);
    if (wanted.offsets) {
      const { start } = tokenColumns(line, statement.first);
      hints.push({ position: at(start), label: String(placed.pc), paddingRight: true });
    }
    for (const [position, node] of statement.operands.entries()) {
      if (position >= placed.form.fields.length) break;
      const { start, end } = columnsOf(line, node);
      const { operand } = placed.form.fields[position];
      if (wanted.operands) {
        const label = `${shownOperand(operand)}:`;
        const kind = InlayHintKind.Parameter;
        hints.push({ position: at(start), label, kind, paddingRight: true });
      }
      const tags = wanted.tags ? writtenTags(snapshot, placed, position, operand) : undefined;
      if (tags !== undefined) {
        hints.push({ position: at(end), label: `: ${tags}`, kind: InlayHintKind.Type });
      }
    }
    if (wanted.gas) hints.push({ position: at(endOf(line)), label: gasOf(placed), paddingLeft: true });
  }
  return hints;
}

/** The column after the statement, before any comment. */
function endOf(line: Line): number {
  return line.endOf(line.tokenCount - 1);
}

/** The tags of the written cell, unless the instruction determines them or they are unknown. */
function writtenTags(
  snapshot: Snapshot,
  placed: Placed,
  position: number,
  operand: Operand,
): string | undefined {
  if (operand.kind !== "memory" || operand.access !== "write") return undefined;
  if (typeof operand.result === "object" && "given" in operand.result) return undefined;
  const analysis = analysisOf(snapshot, placed);
  if (!analysis?.reachable(placed.index)) return undefined;
  const tags = analysis.tagsAt(placed.index, position);
  return tags === ALL_TAGS || tags === 0 ? undefined : tagsOf(tags).join("|");
}

/** The instruction's constant gas, with a sign if it has further, dynamic gas. */
function gasOf(placed: Placed): string {
  const { gas, operands } = placed.form.definition;
  const modes = operands.map((_, position) => modeOf(placed, position));
  const count = (bit: number): number => modes.filter((mode) => mode & bit).length;
  const relative = count(RELATIVE);
  const l2 =
    gas.l2 +
    count(INDIRECT) * ADDRESSING_GAS.indirect +
    relative * ADDRESSING_GAS.relative +
    (relative > 0 ? ADDRESSING_GAS.base : 0);
  const da = gas.da ? ` + ${gas.da} DA` : "";
  return `${l2} L2${da}${gas.dynamic ? " + …" : ""}`;
}
