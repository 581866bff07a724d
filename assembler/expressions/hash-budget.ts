/** Bounds the hashes of a run: selectors, slots of maps and declared functions. */

import type { Node } from "../../grammar/ast.ts";
import { MAX_HASHES } from "../limits.ts";
import type { EvaluationContext } from "./evaluate.ts";
import type { Scoped } from "./symbols.ts";

const CHARACTERS_PER_FIELD = 31;
const FIELDS_PER_PERMUTATION = 3;

/** Fields that a text is packed into. */
export function textFields(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_FIELD);
}

/** Counts the work of a hash; false after reporting that it is too much. */
export function mayHash(at: Scoped<Node>, fields: number, { budget, report }: EvaluationContext): boolean {
  budget.hashes -= Math.max(1, Math.ceil(fields / FIELDS_PER_PERMUTATION));
  if (budget.hashes >= 0) return true;
  const most = MAX_HASHES.toLocaleString("en");
  report(at, "limit-exceeded", `the program hashes too much: at most ${most} times three fields`);
  return false;
}
