/** The kinds of breakpoints and their conditions. */

import type { Position } from "./position.ts";
import { parseWatchExpression, WatchError, type WatchExpression } from "./watch-expression.ts";

/** The conditions of a breakpoint. */
export interface Conditions {
  readonly condition?: WatchExpression;
  /** Compares the number of hits with a number. */
  readonly hits?: HitCondition;
  /** For a log point, which prints instead of stopping: texts and expressions alternately. */
  readonly log?: readonly (string | WatchExpression)[];
}

/** A breakpoint on a line, on a label (`function`) or on an instruction of the disassembly view (`instruction`). */
export interface CodeBreakpoint extends Conditions {
  readonly id: number;
  readonly kind: "breakpoint" | "instruction breakpoint" | "function breakpoint";
  hitCount: number;
}

/** One of the instructions at which a breakpoint stops. */
export interface BreakpointPlace {
  readonly breakpoint: CodeBreakpoint;
  /** Number of innermost expansions that are inside of the breakpoint's line. */
  readonly hidden: number;
}

export interface DataBreakpoint extends Conditions {
  readonly id: number;
  /** Number of the contract call whose memory it is. */
  readonly call: number;
  readonly address: number;
  /** What stops the run: an access to the cell, or that it gets another tag. */
  readonly access: "read" | "write" | "readWrite" | "tag change";
  hitCount: number;
}

export type HitCondition = (count: number) => boolean;

/** Parses `5`, `>= 5`, `== 5`, `> 5`, `< 5` or `% 5`. Undefined for any other text. */
function parseHitCondition(text: string): HitCondition | undefined {
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

/** The conditions of a breakpoint as a client sends them. */
export interface RequestedConditions {
  readonly condition?: string;
  readonly hitCondition?: string;
  readonly logMessage?: string;
}

/** Parses the conditions of a breakpoint. Returns a message if one is invalid. */
export function conditionsOf({
  condition,
  hitCondition,
  logMessage,
}: RequestedConditions): Conditions | string {
  try {
    const hits = hitCondition ? parseHitCondition(hitCondition) : undefined;
    if (hitCondition && !hits) return `\`${hitCondition}\` isn't a hit count: write 5, >= 5, == 5 or % 5`;
    return {
      ...(condition && { condition: parseWatchExpression(condition) }),
      ...(hits && { hits }),
      ...(logMessage && { log: parseLogMessage(logMessage) }),
    };
  } catch (error) {
    if (error instanceof WatchError) return error.message;
    throw error;
  }
}

/** Splits a log message into texts and the expressions in `{…}`. */
function parseLogMessage(message: string): (string | WatchExpression)[] {
  return message
    .split(/(\{[^{}]*\})/)
    .map((part) => (/^\{.*\}$/s.test(part) ? parseWatchExpression(part.slice(1, -1)) : part));
}

/** Why the debugger stopped. */
export interface Stop {
  readonly position: Position;
  readonly reason: string;
  readonly description?: string;
  readonly text?: string;
  readonly breakpoints?: readonly number[];
}
