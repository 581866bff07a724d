/** The outcome of a run in JSON, for `avmasm run --format json`: docs/schema/run.schema.json. */

import { decodeFields, jsonOfValue, type AbiValue } from "../artifact/abi-values.ts";
import type { AbiType } from "../artifact/abi-types.ts";
import type { Outcome } from "../machine/outcome.ts";
import type { Session } from "./session.ts";
import { hexOf } from "./values.ts";
import { effectsByKind, type EffectsByKind } from "./effects.ts";

export interface RunReport {
  readonly target: string;
  readonly outcome: Outcome["kind"];
  /** At most 10,000 fields of the returned data. */
  readonly returnData: readonly string[];
  /** The number of returned fields. */
  readonly returnDataSize: number;
  /** The decoded result, if the called function is known. */
  readonly result?: unknown;
  readonly gas: { readonly l2: number; readonly da: number };
  readonly steps: number;
  readonly debugLogs: readonly {
    readonly level: number;
    readonly message: string;
    readonly fields: readonly string[];
    readonly file: string | null;
    readonly line: number | null;
  }[];
  readonly halt?: HaltReport;
  readonly revert?: { readonly message: string | null } & FailurePlace;
  readonly effects: EffectsReport;
}

/** The returned value; undefined if its type isn't known, if the data doesn't fit the type, or if the outcome lacks some of it. */
export function decodedValue(
  { kind, returnData, returnDataSize }: Outcome,
  returns: AbiType | undefined,
): AbiValue | undefined {
  if (kind !== "return" || !returns || returnData.length < returnDataSize) return undefined;
  return decodeFields(returns, returnData);
}

/** The same as JSON. */
export function decodedResult(outcome: Outcome, returns: AbiType | undefined): unknown {
  const value = decodedValue(outcome, returns);
  return value === undefined ? undefined : jsonOfValue(value);
}

interface FailurePlace {
  readonly pc: number;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly stack: readonly {
    readonly address: string;
    readonly routine: string;
    readonly file: string | null;
    readonly line: number | null;
  }[];
}

export interface HaltReport extends FailurePlace {
  readonly code: string;
  readonly message: string;
}

export type EffectsReport = EffectsByKind<string>;

/** Calls that are reported of those that lead to a failure. */
export const MAX_STACK = 1_000;

/** @param result the returned data, decoded for JSON; undefined if its type isn't known */
export function runReport(session: Session, outcome: Outcome, result?: unknown): RunReport {
  const { kind, returnData, returnDataSize, gas, steps, debugLogs, failure, effects } = outcome;
  const place = failure && placeOf(session, outcome);
  return {
    target: session.world.target,
    outcome: kind,
    returnData: returnData.map(hexOf),
    returnDataSize,
    ...(result !== undefined && { result }),
    gas: { l2: gas.l2, da: gas.da },
    steps,
    debugLogs: debugLogs.map(({ level, message, fields, address, pc }) => {
      const at = session.placesAt(address)?.at(pc);
      return { level, message, fields: fields.map(hexOf), file: at?.file ?? null, line: at?.line ?? null };
    }),
    ...(kind === "halt" && place && { halt: { code: failure.code, message: failure.message, ...place } }),
    ...(kind === "revert" &&
      place && { revert: { message: session.revertMessage(failure) ?? null, ...place } }),
    effects: effectsByKind(effects, hexOf),
  };
}

function placeOf(session: Session, { failure }: Outcome): FailurePlace | undefined {
  if (!failure) return undefined;
  const at = session.placesAt(failure.address)?.at(failure.pc);
  return {
    pc: failure.pc,
    file: at?.file ?? null,
    line: at?.line ?? null,
    column: at?.column ?? null,
    stack: session.stackOf(failure, MAX_STACK).frames.map(({ address, routine, file, line }) => ({
      address: hexOf(address),
      routine,
      file: file ?? null,
      line: line ?? null,
    })),
  };
}
