/** The exception filters: the kinds of failures before which the run stops. */

import type { DebugProtocol } from "@vscode/debugprotocol";
import { didYouMean, nearest } from "../diagnostics/suggest.ts";

export const EXCEPTION_FILTERS: readonly DebugProtocol.ExceptionBreakpointsFilter[] = [
  {
    filter: "halt",
    label: "Any halt",
    description: "Stops before the instruction at which the AVM halts.",
    default: true,
  },
  { filter: "revert", label: "REVERT", description: "Stops before a REVERT.", default: false },
  { filter: "tag-mismatch", label: "A wrong tag", default: false },
  { filter: "non-u32-address", label: "An address that isn't u32", default: false },
  { filter: "out-of-gas", label: "Out of gas", default: false },
  {
    filter: "tag-change",
    label: "A named cell's tag changes",
    description: "Stops before an instruction that gives a named cell another tag than it has.",
    default: false,
  },
];

/** The halt codes of a filter, besides the code with the filter's name. */
const FAILURES_OF: Readonly<Record<string, readonly string[]>> = {
  "tag-mismatch": ["wrong-tag", "non-integral-tag"],
  "non-u32-address": ["uninitialised-address", "non-u32-base", "uninitialised-base"],
};

/** True if one of the filters is for this failure. */
export function stopsAt(filters: readonly string[], { kind, code }: { kind: string; code: string }): boolean {
  if (kind === "revert") return filters.includes("revert");
  return filters.some(
    (filter) => filter === "halt" || filter === code || FAILURES_OF[filter]?.includes(code),
  );
}

/** The answer to a client that sets a filter: whether it exists, and which one it may have meant. */
export function checkedFilter(filter: string): DebugProtocol.Breakpoint {
  const known = EXCEPTION_FILTERS.map((one) => one.filter);
  if (known.includes(filter)) return { verified: true };
  const suggestion = didYouMean(nearest(filter, known));
  return { verified: false, message: `there is no filter \`${filter.slice(0, 60)}\`${suggestion}` };
}
