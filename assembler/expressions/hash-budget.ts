/** Bounds how much a run hashes with Poseidon2, for selectors, map slots and declared functions. */

import type { Node } from "../../grammar/ast.ts";
import { MAX_HASHES } from "../limits.ts";
import type { EvaluationContext } from "./evaluate.ts";
import type { Scoped } from "./symbols.ts";
import { BYTES_PER_FIELD } from "../../isa/limits.ts";
import { grouped } from "../../program/grouped.ts";

/** The number of field elements that the sponge of Poseidon2 takes per permutation. */
const FIELDS_PER_PERMUTATION = 3;

/** The number of field elements for a text of ASCII characters. */
export function textFields(text: string): number {
  return Math.ceil(text.length / BYTES_PER_FIELD);
}

/** Takes a hash from the budget; returns false after reporting that the budget is used up. */
export function mayHash(at: Scoped<Node>, fields: number, { budget, report }: EvaluationContext): boolean {
  budget.hashes -= Math.max(1, Math.ceil(fields / FIELDS_PER_PERMUTATION));
  if (budget.hashes >= 0) return true;
  const most = grouped(MAX_HASHES);
  report(at, "limit-exceeded", `the program hashes too much: at most ${most} times three fields`);
  return false;
}
