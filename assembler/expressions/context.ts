/** Makes the context of an evaluation. */

import { FUNCTIONS } from "./builtins.ts";
import { MAX_HASHES } from "../limits.ts";
import type { EvaluationContext } from "./evaluate.ts";

/** How many names one run compares for suggestions: with a hundred thousand misspelt names that would take hours. */
const MAX_COMPARISONS = 400_000;

/** A context for an evaluation, with nothing seen yet. */
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
