import { tagCode } from "../../isa/tags.ts";
import type { TaggedCell } from "../../program/program.ts";
import { writeAt, type Op } from "../code/decoded-code.ts";
import { REGION } from "../domain/value.ts";
import type { Finding } from "../findings.ts";
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

/** How many cells of one range are examined. */
const MAX_CELLS = 4096;

/** How many computations are followed backwards to the first write with the wrong tag. */
const MAX_STEPS = 16;

/** `cell-tag`: an instruction writes another tag to a cell than its `.cell` directive declares. */
export const checkTaggedCells: Check = (context) => {
  const { code, facts, declared } = context;
  if (declared.isEmpty) return [];
  return inEach(code.ops.length, (number, found) => {
    const op = code.ops[number];
    if (facts.passed[number] === 0) return;
    for (const [k, operand] of op.plan.memory.entries()) {
      if (!operand.writes) continue;
      if (operand.length !== 1) {
        found.push(...findingsOfRange(context, op, k));
        continue;
      }
      const tags = facts.tags[op.firstSlot + k];
      for (const { cell, sure, isName } of cellsWritten(context, op, k)) {
        const wanted = 1 << tagCode(cell.tag);
        if ((tags & ~wanted) === 0) continue;
        const definite = (tags & wanted) === 0 && sure;
        if (!definite && tags === 0x7f) continue;
        if (definite && isConsequence(context, op, k, cell)) continue;
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

/**
 * True if the wrong tag only passes on an earlier mistake: it comes from operands that are declared with the same tag, and a
 * reported write has given them the wrong one.
 */
function isConsequence(context: CheckContext, op: Op, k: number, { tag }: TaggedCell): boolean {
  const { code, facts, declared } = context;
  const tags = facts.tags[op.firstSlot + k];
  const pending: { readonly op: Op; readonly operand: number }[] = [{ op, operand: k }];
  for (const [steps, write] of pending.entries()) {
    if (steps > MAX_STEPS) return false;
    const { firstSlot, plan } = write.op;
    const wrong = plan.memory.flatMap(({ writes }, j) => {
      const isWrong =
        !writes && facts.tags[firstSlot + j] === tags && declared.named(write.op, j)?.tag === tag;
      return isWrong ? [facts.origins[firstSlot + j]] : [];
    });
    if (wrong.length === 0 && steps > 0 && isReported(context, write.op, write.operand, tag)) return true;
    for (const origin of wrong) {
      const source = origin > 0 ? writeAt(code, origin) : undefined;
      if (source) pending.push(source);
    }
  }
  return false;
}

/** True if an operand certainly writes another tag to a cell that is declared with this one. */
function isReported(context: CheckContext, op: Op, k: number, tag: TaggedCell["tag"]): boolean {
  const { passed, tags } = context.facts;
  if (passed[op.number] === 0 || (tags[op.firstSlot + k] & (1 << tagCode(tag))) !== 0) return false;
  for (const { cell, sure } of cellsWritten(context, op, k)) if (sure && cell.tag === tag) return true;
  return false;
}

/** Reports the first cell in a written range that is declared with another tag than the range writes. */
function* findingsOfRange(context: CheckContext, op: Op, k: number): Iterable<Finding> {
  const { facts, tables, declared } = context;
  const { lengthOperand, position } = op.plan.memory[k];
  const start = facts.addresses[op.firstSlot + k];
  const size = facts.values[op.firstSlot + lengthOperand];
  const tags = facts.tags[op.firstSlot + k];
  // Only a range whose size is in a cell has one tag for all of its cells; 0x7f is the set of all tags.
  if (lengthOperand < 0 || !(start >= 0 && start < REGION) || Number.isNaN(size) || tags === 0x7f) return;
  const length = Math.min(tables.values.low(size), MAX_CELLS);
  for (let address = start; address < start + length; address++) {
    const cell = declared.at(address);
    const wanted = cell ? 1 << tagCode(cell.tag) : 0;
    if (!cell || (tags & wanted) !== 0) continue;
    const what =
      address === start
        ? `${operandText(context, op, k)} is`
        : `\`${cell.name}\` (${modeText(cell.mode, cell.address)}), in the range of ${operandText(context, op, k)}, is`;
    const message = `${what} ${article(cell.tag)}, and ${article(tagList(tags))} is written to it`;
    yield findingAt(op, "cell-tag", "definite", message, { position });
    return;
  }
}

/** The declared cells that an operand writes: the one that it names, or those at the addresses that it may resolve to. */
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
