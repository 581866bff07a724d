/** Recognises a number with commas between its digits, such as `#1,000`, which is parsed as several operands. */

import type { Node, OperandNode } from "../../grammar/ast.ts";
import { type Line, nodeText } from "../../grammar/line.ts";

/** The number that the last allowed operand and all surplus operands after it form; undefined if they form none. */
export function groupedDigits(
  line: Line,
  operands: readonly OperandNode[],
  wanted: number,
): { readonly node: Node; readonly message: string; readonly text: string } | undefined {
  if (wanted === 0) return undefined;
  const pieces = operands.slice(wanted - 1);
  const [first, ...rest] = pieces.map((operand) => nodeText(line, operand));
  if (!/^#?[1-9]\d{0,2}$/.test(first) || !rest.every((text) => /^\d{3}$/.test(text))) return undefined;
  const text = [first, ...rest].join("_");
  const node = { first: pieces[0].first, last: pieces.at(-1)!.last };
  return { node, message: `digits are grouped by \`_\`, not by commas: \`${text}\``, text };
}
