import { tagCode } from "../../isa/tags.ts";
import type { TaggedCell } from "../../program/program.ts";
import type { Op } from "../code/decoded-code.ts";
import {
  article,
  findingAt,
  inEach,
  modeText,
  operandText,
  tagList,
  type Check,
  type CheckContext,
} from "./context.ts";

/** `cell-tag`: something else than its tag is written to a cell that was given one by `.cell`. */
export const checkTaggedCells: Check = (context) => {
  const { code, facts, declared } = context;
  if (declared.isEmpty) return [];
  return inEach(code.ops.length, (number, found) => {
    const op = code.ops[number];
    if (facts.passed[number] === 0) return;
    for (const [k, operand] of op.plan.memory.entries()) {
      if (!operand.writes || operand.length !== 1) continue;
      const tags = facts.tags[op.firstSlot + k];
      for (const { cell, sure, isName } of cellsWritten(context, op, k)) {
        const wanted = 1 << tagCode(cell.tag);
        if ((tags & ~wanted) === 0) continue;
        const definite = (tags & wanted) === 0 && sure;
        if (!definite && tags === 0x7f) continue;
        const what = isName
          ? `\`${cell.name}\` (${modeText(cell.mode, cell.address)}) is`
          : `${operandText(context, op, k)} is \`${cell.name}\`, which is`;
        const given = article(tagList(tags & ~wanted));
        found.push(
          findingAt(
            op,
            "cell-tag",
            definite ? "definite" : "possible",
            `${what} ${article(cell.tag)}, and ${definite ? `${given} is written to it` : `may get ${given}`}`,
            { position: operand.position },
          ),
        );
      }
    }
  });
};

/** The declared cells that an operand writes: the one that it names, or those at the addresses that it may be. */
function* cellsWritten(
  { facts, tables, declared }: CheckContext,
  op: Op,
  k: number,
): Iterable<{ readonly cell: TaggedCell; readonly sure: boolean; readonly isName: boolean }> {
  const named = declared.named(op, k);
  if (named) {
    yield { cell: named, sure: true, isName: true };
    return;
  }
  const address = facts.addresses[op.firstSlot + k];
  if (Number.isNaN(address)) return;
  for (const member of tables.values.members(address) ?? []) {
    const cell = declared.at(member);
    if (cell) yield { cell, sure: address >= 0, isName: false };
  }
}
