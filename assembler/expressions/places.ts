/** Resolves memory operands, and cells plus or minus a number, to a {@link Place}: an address with mode bits. */

import type { Expression, OperandNode } from "../../grammar/ast.ts";
import { INDIRECT, RELATIVE } from "../../isa/instruction-set.ts";
import { nodeText } from "../../grammar/line.ts";
import {
  bounded,
  evaluate,
  isPlaceName,
  namesCell,
  resolveName,
  sumTerms,
  withinChain,
  type EvaluationContext,
  type Place,
} from "./evaluate.ts";
import { replacement } from "./replacement.ts";
import type { CellSymbol, Scoped } from "./symbols.ts";

/**
 * The place of an operand, or undefined after reporting why it has none. If `dependsOnLayout` of the context is set afterwards, the
 * layout isn't known yet, and the address must be ignored.
 */
export function placeOf(at: Scoped<OperandNode>, context: EvaluationContext): Place | undefined {
  const { node } = at;
  if (node.kind !== "memory") {
    const sum = { ...at, node: node.value };
    if (node.kind === "bare" && namesCell(sum)) return placeOfSum(sum, context);
    // The line has a syntax error, which is reported.
    if (at.line.problems.length > 0) return undefined;
    // Only the definition of a cell can have another kind of operand here.
    const isName = node.kind === "bare" && sum.node.kind === "name";
    if (isName && !resolveName(sum, context)) return undefined;
    const address = nodeText(sum.line, sum.node);
    const message =
      sum.node.kind === "number"
        ? `a cell is an address in brackets: write \`[${address}]\``
        : "a cell is an address in brackets, `[expr]` or `[sp+expr]`, or another cell or a neighbour of it";
    context.report(at, "operand-kind", message);
    return undefined;
  }
  const address = { ...at, node: node.address };
  if (node.relative || !namesCell(address)) {
    const value = evaluateAddress(address, context);
    const mode = (node.indirect ? INDIRECT : 0) | (node.relative ? RELATIVE : 0);
    return value === undefined && !context.dependsOnLayout ? undefined : { mode, address: value ?? 0n };
  }
  // NAME alone is the cell; `[NAME]` uses the cell as a pointer.
  const pointer = placeOfSum(address, context);
  if (!pointer) return undefined;
  if (node.indirect || pointer.mode & INDIRECT) {
    // The author of `[[p]]`, with a cell `p`, probably means `[p]`: in brackets a cell's name already is a pointer, unlike a number.
    const meant = pointer.mode & INDIRECT ? undefined : `[${nodeText(address.line, address.node)}]`;
    const advice =
      meant === undefined
        ? "MOV the pointer into a cell first"
        : `what the cell \`${nodeText(address.line, address.node)}\` points to is \`${meant}\``;
    const message = `\`${nodeText(at.line, at.node)}\` takes more than one step of indirection; ${advice}`;
    context.report(at, "operand-kind", message, replacement(at, meant));
    return undefined;
  }
  return { ...pointer, mode: pointer.mode | INDIRECT };
}

/** The place of a sum of one cell and numbers, in any order. */
function placeOfSum(at: Scoped<Expression>, context: EvaluationContext): Place | undefined {
  const terms = sumTerms(at.node);
  const cells = terms.filter(({ node }) => isPlaceName({ ...at, node }));
  if (cells.length !== 1 || cells[0].sign < 0) {
    const message = `\`${nodeText(at.line, at.node)}\` isn't a cell plus a number: only a number can be added to a cell or subtracted from it; the distance of two cells is \`addr(b) - addr(a)\``;
    context.report(at, "cell-as-number", message);
    return undefined;
  }
  const place = placeOfName({ ...at, node: cells[0].node }, context);
  let sum = place?.address ?? 0n;
  let isKnown = place !== undefined;
  for (const { node, sign } of terms) {
    if (node === cells[0].node) continue;
    const value = evaluateAddress({ ...at, node }, context);
    if (value === undefined) isKnown = false;
    else sum += BigInt(sign) * value;
  }
  if (!place || (!isKnown && !context.dependsOnLayout)) return undefined;
  if (place.mode & INDIRECT && terms.length > 1) {
    const message = `\`${nodeText(at.line, at.node)}\` isn't a cell: the address in a pointer is known only at run time, so no offset can be added to it`;
    context.report(at, "operand-kind", message);
    return undefined;
  }
  const address = isKnown ? bounded(sum, at, context) : 0n;
  return address === undefined ? undefined : { mode: place.mode, address };
}

/** The place of a cell, or of a macro parameter's argument, by name. */
function placeOfName(at: Scoped<Expression>, context: EvaluationContext): Place | undefined {
  const symbol = resolveName(at, context);
  if (symbol?.kind === "parameter") {
    return withinChain(symbol, at, context, () => placeOf(symbol.argument, context));
  }
  return symbol?.kind === "cell" ? placeOfCell(symbol, at, context) : undefined;
}

/** The place of a cell by its definition. */
function placeOfCell(
  cell: CellSymbol,
  at: Scoped<Expression>,
  context: EvaluationContext,
): Place | undefined {
  const known = context.places.get(cell);
  if (known) return known;
  const { dependsOnLayout, dependsOnPlace } = context;
  context.dependsOnLayout = context.dependsOnPlace = false;
  const place = withinChain(cell, at, context, () => placeOf(cell.operand, context));
  // A definition as an indirect operand is a mistake, which is reported at the definition.
  const isCell = place !== undefined && (place.mode & INDIRECT) === 0;
  if (isCell && !context.dependsOnLayout && !context.dependsOnPlace) context.places.set(cell, place);
  context.dependsOnLayout ||= dependsOnLayout;
  context.dependsOnPlace ||= dependsOnPlace;
  return isCell ? place : undefined;
}

function evaluateAddress(at: Scoped<Expression>, context: EvaluationContext): bigint | undefined {
  const { inAddress } = context;
  context.inAddress = true;
  const value = evaluate(at, context);
  context.inAddress = inAddress;
  return value;
}
