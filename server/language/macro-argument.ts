/**
 * The content of a cell before a macro call that gets it as an argument: what the first read in the expansion finds, if no write
 * precedes it.
 */

import type { Analysis } from "../../analysis/analyze.ts";
import type { OperandNode } from "../../grammar/ast.ts";
import { tokenText, type Line } from "../../grammar/line.ts";
import { INDIRECT, RELATIVE } from "../../isa/instruction-set.ts";
import { formOf } from "../../program/program.ts";
import {
  analysisOf,
  assembledSymbol,
  isRelative,
  modeOf,
  valueAt,
  valueOfSymbol,
  type Placed,
} from "./assembled-code.ts";
import { expansionOf } from "./macro-expansion.ts";
import { resolve, type Snapshot } from "./snapshot.ts";

interface Cell {
  readonly mode: number;
  readonly address: bigint;
}

export interface FirstRead {
  readonly analysis: Analysis;
  readonly placed: Placed;
  readonly position: number;
}

/** The first read of an argument in the only expansion of the call on a line; undefined if the cell may be written before. */
export function firstReadOf(
  snapshot: Snapshot,
  lineNumber: number,
  node: OperandNode,
): FirstRead | undefined {
  const { document } = snapshot;
  const assembly = snapshot.assembly();
  const expansion = assembly && expansionOf(assembly, document.file, lineNumber);
  if (!expansion || expansion.times !== 1) return undefined;
  const cell = cellOf(snapshot, lineNumber, node);
  if (!cell) return undefined;
  const { program } = assembly;
  for (const index of expansion.indexes) {
    const form = formOf(program, index);
    if (!form) return undefined;
    const placed = { program, index, pc: program.pcs[index], form };
    const analysis = analysisOf(snapshot, placed);
    if (!analysis?.reachable(index)) return undefined;
    const position = form.fields.findIndex(
      ({ operand }, at) => operand.kind === "memory" && operand.access !== "write" && isAt(placed, at, cell),
    );
    if (position >= 0) return { analysis, placed, position };
    if (form.definition.flow !== "next" || mayWrite(analysis, placed, cell)) return undefined;
  }
  return undefined;
}

/** The cell that an argument names, by a name or by a number. */
function cellOf(snapshot: Snapshot, lineNumber: number, node: OperandNode): Cell | undefined {
  const { document } = snapshot;
  const line: Line = document.file.lines[lineNumber];
  if (node.kind === "bare" && node.value.kind === "name") {
    const found = resolve(snapshot, document, lineNumber, tokenText(line, node.value.first));
    const assembled = found && assembledSymbol(snapshot, found);
    if (assembled?.symbol.kind !== "cell") return undefined;
    const { symbol, assembly } = assembled;
    const relative = isRelative(symbol, assembly.program.set.target);
    const address = valueOfSymbol(symbol, assembly);
    return relative === undefined || address === undefined
      ? undefined
      : { mode: relative ? RELATIVE : 0, address };
  }
  if (node.kind !== "memory" || node.indirect || node.relative || node.address.kind !== "number")
    return undefined;
  const address = Number(tokenText(line, node.address.first));
  return Number.isSafeInteger(address) ? { mode: 0, address: BigInt(address) } : undefined;
}

function isAt(placed: Placed, position: number, { mode, address }: Cell): boolean {
  return (modeOf(placed, position) & (INDIRECT | RELATIVE)) === mode && valueAt(placed, position) === address;
}

/** Whether an instruction may write the cell, or move the base that its address is added to. */
function mayWrite(analysis: Analysis, placed: Placed, { mode, address }: Cell): boolean {
  return placed.form.fields.some(({ operand }, position) => {
    if (operand.kind !== "memory" || operand.access !== "write") return false;
    const written = analysis.resolve(placed.index, position);
    if (written?.kind !== "cell" || operand.length !== undefined) return true;
    return mode === RELATIVE ? true : BigInt(written.address) === address;
  });
}
