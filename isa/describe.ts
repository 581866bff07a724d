/** Describes facts of the instruction table in words, for the command line, hover and the reference. */

import type { Gas, GasMultiplier, Operand, RangeLength, ResultTag, TagRequirement } from "./types.ts";
import type { Tag } from "./tags.ts";

/** The name of an operand in all output. */
export function shownOperand({ name }: Pick<Operand, "name">): string {
  return shown(name);
}

function shown(name: string): string {
  return name.replace(/Offset$/, "");
}

/** What an operand is and, of memory, which tags it has: `reads u32`, `writes ff, 4 cells`, `a tag`. */
export function describeOperand(operand: Operand): string {
  switch (operand.kind) {
    case "tag":
      return "a tag";
    case "immediate":
      return "a literal";
    case "target":
      return "a label or byte offset";
    case "enum":
      return `one of ${operand.members.map(({ name }) => name).join(", ")}`;
    case "memory": {
      const tags =
        operand.access === "read" ? describeRequirement(operand.requires) : describeResult(operand.result);
      const length = operand.length === undefined ? "" : `, ${describeLength(operand.length)}`;
      const when = operand.lazy
        ? "; read by others later"
        : operand.unchecked
          ? "; not checked on the network"
          : "";
      return `${operand.access}s ${tags}${length}${when}`;
    }
  }
}

function describeRequirement(requirement: TagRequirement | undefined): string {
  if (requirement === undefined) return "any tag";
  if (requirement === "integral") return "any tag but ff";
  if (typeof requirement === "string") return requirement;
  return "sameAs" in requirement ? `the tag of ${shown(requirement.sameAs)}` : oneOf(requirement.oneOf);
}

function describeResult(result: ResultTag | undefined): string {
  if (result === undefined) return "any tag";
  if (typeof result === "string") return result;
  if ("sameAs" in result) return `the tag of ${shown(result.sameAs)}`;
  if ("oneOf" in result) return oneOf(result.oneOf);
  if ("given" in result) return `the tag that ${shown(result.given)} names`;
  if ("member" in result) return `the tag of the member that ${shown(result.member)} chooses`;
  if ("each" in result) return result.each.join(", ");
  return `${result.then} where ${shown(result.when)} holds 1, else ${result.otherwise}`;
}

function oneOf(tags: readonly Tag[]): string {
  return `${tags.join(" or ")}, depending on the release`;
}

function describeLength(length: RangeLength): string {
  if (typeof length === "number") return length === 1 ? "1 cell" : `${length} cells`;
  return "cell" in length
    ? `as many cells as M[${shown(length.cell)}] says`
    : `as many cells as ${shown(length.immediate)} says`;
}

/** What an instruction costs before addressing: `18 L2 + 3 L2 for each unit of M[copySize]`. */
export function describeGas({ l2, da, dynamic }: Gas): string {
  const base = amounts(l2, da);
  if (!dynamic) return base;
  return `${base} + ${amounts(dynamic.l2, dynamic.da)} ${describeMultiplier(dynamic.per)}`;
}

function amounts(l2: number | undefined, da: number | undefined): string {
  return [l2 ? [`${l2} L2`] : [], da ? [`${da} DA`] : []].flat().join(", ") || "0 L2";
}

function describeMultiplier(per: GasMultiplier): string {
  if ("cell" in per) return `for each unit of M[${shown(per.cell)}]`;
  if ("tagBytes" in per) return `for each byte of the tag of ${shown(per.tagBytes)}`;
  if ("limbs" in per) {
    return `for each limb: M[${shown(per.limbs)}], and at least the digits that the modulus has in radix M[${shown(per.radix)}]`;
  }
  return "where the slot is written for the first time in the transaction";
}
