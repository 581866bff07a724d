import { tagCode } from "../../isa/tags.ts";
import { article, findingAt, isPause, operandText, tagList, type Check } from "./context.ts";

/** `cell-tag`: an instruction writes another tag to a cell than the one that its `.cell` declares. */
export const checkTaggedCells: Check = function* ({ program, code, facts, tables }) {
  if (!program.taggedCells?.length) return;
  for (const op of code.ops) {
    if (isPause(op.number)) yield undefined;
    if (facts.passed[op.number] === 0) continue;
    for (const [k, operand] of op.plan.memory.entries()) {
      if (!operand.writes || operand.length !== 1) continue;
      const tags = facts.tags[op.firstSlot + k];
      const address = facts.addresses[op.firstSlot + k];
      for (const cell of program.taggedCells) {
        const same = op.modes[k] === cell.mode && op.address(k) === cell.address;
        const hits =
          same ||
          (cell.mode === 0 && address === address && tables.values.members(address)?.includes(cell.address));
        const wanted = 1 << tagCode(cell.tag);
        if (!hits || (tags & ~wanted) === 0) continue;
        const definite = (tags & wanted) === 0 && (same || address >= 0);
        if (!definite && tags === 0x7f) continue;
        yield findingAt(
          op,
          "cell-tag",
          definite ? "definite" : "possible",
          `${operandText({ program }, op, k)} is \`${cell.name}\`, which is ${article(cell.tag)}, and ${definite ? "" : "may get "}${article(tagList(tags & ~wanted))}${definite ? " is written to it" : ""}`,
          { position: operand.position },
        );
      }
    }
  }
};
