/** Breakpoints of every kind, and which of them a step meets. */

import type { Position } from "./stepping.ts";
import type { WatchExpression } from "./watch-expression.ts";

/** What is asked of a breakpoint besides its place. */
export interface Conditions {
  readonly condition?: WatchExpression;
  /** Stops from this hit on, at exactly this hit with `=`, or at each multiple with `%`. */
  readonly hits?: HitCondition;
  /** Prints instead of stopping; texts and expressions in turn. */
  readonly log?: readonly (string | WatchExpression)[];
}

/** A breakpoint on a line, on a label (`function`) or of the disassembly view (`instruction`). */
export interface CodeBreakpoint extends Conditions {
  readonly id: number;
  readonly kind: "breakpoint" | "instruction breakpoint" | "function breakpoint";
  hitCount: number;
}

/** One of the instructions that a breakpoint stands for. */
export interface BreakpointPlace {
  readonly breakpoint: CodeBreakpoint;
  /** How many of the innermost expansions lie below the line that it is set on. */
  readonly hidden: number;
}

export interface DataBreakpoint extends Conditions {
  readonly id: number;
  /** Number of the contract call whose memory it is. */
  readonly call: number;
  readonly address: number;
  readonly access: "read" | "write" | "readWrite";
  hitCount: number;
}

export type HitCondition = (count: number) => boolean;

/** Reads `5`, `>= 5`, `== 5`, `> 5`, `< 5`, `% 5`; undefined if it is none of them. */
export function parseHitCondition(text: string): HitCondition | undefined {
  const found = /^(>=|>|<=|<|==?|%)? *(\d{1,9})$/.exec(text.trim());
  if (!found) return undefined;
  const wanted = Number(found[2]);
  switch (found[1]) {
    case ">":
      return (count) => count > wanted;
    case "<":
      return (count) => count < wanted;
    case "<=":
      return (count) => count <= wanted;
    case "=":
    case "==":
      return (count) => count === wanted;
    case "%":
      return wanted === 0 ? undefined : (count) => count % wanted === 0;
    default:
      return (count) => count >= wanted;
  }
}

/** Why the debugger stands where it does. */
export interface Stop {
  readonly position: Position;
  readonly reason: string;
  readonly description?: string;
  readonly text?: string;
  readonly breakpoints?: readonly number[];
}
