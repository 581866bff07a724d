/** Creates the context of an evaluation. */

import { FUNCTIONS } from "./builtins.ts";
import { MAX_HASHES } from "../limits.ts";
import type { EvaluationContext } from "./evaluate.ts";

/**
 * Maximum number of names that one run compares for suggestions: without a limit, a hundred thousand misspelt names
 * would take hours.
 */
const MAX_COMPARISONS = 400_000;

/** A context for a new evaluation. */
export function freshContext(
  context: Pick<EvaluationContext, "target" | "report" | "here" | "offsetOf" | "sizeOf"> &
    Partial<Pick<EvaluationContext, "declarations">>,
): EvaluationContext {
  return {
    declarations: undefined,
    ...context,
    functions: FUNCTIONS,
    dependsOnLayout: false,
    use: undefined,
    inAddress: false,
    places: new Map(),
    active: new Set(),
    cyclic: new Set(),
    dependsOnPlace: false,
    known: new Map(),
    provisional: new Map(),
    budget: { comparisons: MAX_COMPARISONS, hashes: MAX_HASHES },
  };
}
