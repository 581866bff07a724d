/** Suppresses possible failures that can't happen if cells have the tags that their `.cell` directives declare. */

import { ALL_TAGS, tagCode, type TagSet } from "../../isa/tags.ts";
import type { TaggedCell } from "../../program/program.ts";
import { MAYBE_UNWRITTEN } from "../domain/memory.ts";
import type { Failure } from "../interpreter/facts.ts";
import type { CheckContext } from "./context.ts";

/** The tag of an address. */
const ADDRESS = 1 << tagCode("u32");

/**
 * True if the failure is possible only because the checker can't infer the cell's tag, and `.cell` declares a tag that the
 * instruction accepts. `cell-tag` reports writes that break the declared tag.
 */
export function isExcludedByDeclarations(
  { op, operand, rule, found, wanted }: Failure,
  { declared, facts }: CheckContext,
): boolean {
  if (declared.isEmpty) return false;
  const tagOf = (cell: TaggedCell | undefined): TagSet => (cell ? 1 << tagCode(cell.tag) : 0);
  switch (rule) {
    case "base-tag":
      return tagOf(declared.at(0)) === ADDRESS && !isNeverWritten(found);
    case "address-tag":
      return tagOf(declared.believedPointer(op, operand)) === ADDRESS && !isNeverWritten(found);
    case "tag": {
      const tag = tagOf(declared.believed(op, operand));
      return tag !== 0 && (tag & ~wanted) === 0 && !isNeverWritten(found);
    }
    case "same-tag": {
      const other = op.plan.memory[operand].sameAs;
      const mine = tagOf(declared.believed(op, operand)) || found & ALL_TAGS;
      const theirs = tagOf(declared.believed(op, other)) || facts.tags[op.firstSlot + other];
      return mine === theirs && (mine & (mine - 1)) === 0 && !isNeverWritten(found);
    }
    default:
      return false;
  }
}

/** True if some path reaches the instruction without a write to the cell, which then doesn't have its declared tag. */
function isNeverWritten(found: TagSet): boolean {
  return (found & MAYBE_UNWRITTEN) !== 0 && (found & ALL_TAGS) !== ALL_TAGS;
}
