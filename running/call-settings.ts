/** How a program is called, as users write it: with the options of `avmasm run`, or with the keys of a launch configuration. */

import {
  callByName,
  callBySignature,
  listOf,
  type Arguments,
  type CallData,
  type NoCall,
} from "./call-data.ts";
import { setEnvironment } from "./environment.ts";
import type { Runnable } from "./runnable.ts";
import type { Session } from "./session.ts";
import { parseInteger } from "../artifact/integers.ts";
import { parseField } from "./values.ts";

/** A number of JSON, or a text with a number in any notation. */
type Given = string | number;

export interface CallSettingsGiven {
  /** Fields: a list, or one text with commas. */
  readonly calldata?: string | readonly Given[] | undefined;
  /** The function by its signature. */
  readonly call?: string | undefined;
  /** The function by its name. */
  readonly function?: string | undefined;
  readonly args?: Arguments | undefined;
  readonly sender?: Given | undefined;
  readonly address?: Given | undefined;
  /** `L2` or `L2,DA`. */
  readonly gas?: Given | undefined;
  /** Members of GETENVVAR with their values. */
  readonly env?: Iterable<readonly [member: string, value: Given]> | undefined;
}

/** The name of each setting in messages. */
export type SettingNames = Readonly<Record<keyof CallSettingsGiven, string>>;

const MAX_GAS = 0xffff_ffffn;

/** Says which settings exclude each other; undefined if all go together. */
export function conflictIn(
  { calldata, call, function: name, args }: CallSettingsGiven,
  names: SettingNames,
): string | undefined {
  const hasArguments = args !== undefined && listOf(args).length > 0;
  if (call !== undefined && name !== undefined)
    return `${names.call} and ${names.function} both name the function; give only one of them`;
  const hasFunction = call !== undefined || name !== undefined;
  if (hasFields(calldata) && (hasFunction || hasArguments))
    return `${names.calldata} is all that is passed; with a function, its arguments are ${names.args}`;
  return hasArguments && !hasFunction
    ? `${names.args} need ${names.call} or ${names.function}; fields are given with ${names.calldata}`
    : undefined;
}

function hasFields(calldata: CallSettingsGiven["calldata"]): boolean {
  return typeof calldata === "string" ? calldata.trim() !== "" : (calldata?.length ?? 0) > 0;
}

/** Encodes the calldata that is asked for. */
export function calldataFor(
  runnable: Runnable,
  given: CallSettingsGiven,
  names: SettingNames,
): CallData | NoCall {
  const conflict = conflictIn(given, names);
  if (conflict !== undefined) return { error: conflict, isUsage: true };
  const { calldata, call, function: name, args = { texts: [] } } = given;
  if (call !== undefined) return callBySignature(runnable, call, args);
  if (name !== undefined) return callByName(runnable, name, args);
  if (!hasFields(calldata)) return { calldata: [], returns: undefined };
  const fields: bigint[] = [];
  for (const one of typeof calldata === "string" ? calldata.split(",") : calldata!) {
    const field = fieldOf(one);
    if (typeof field !== "bigint") return { error: `${names.calldata}: ${field.error}`, isUsage: true };
    fields.push(field);
  }
  return { calldata: fields, returns: undefined };
}

/** Applies the settings of a call to a world. They override those in the world's file. Returns what is wrong with one. */
export function applySettings(
  { world, settings }: Session,
  { env = [], sender, address, gas }: CallSettingsGiven,
  names: SettingNames,
): string | undefined {
  for (const [member, given] of env) {
    const value = isTooLarge(given) ? undefined : parseInteger(String(given));
    if (value === undefined) return `${names.env}: \`${member}\`: ${notANumber(given)}`;
    const problem = setEnvironment(world, settings, member, value);
    if (problem !== undefined) return `${names.env}: ${problem}`;
  }
  for (const [key, given] of Object.entries({ sender, address })) {
    if (given === undefined) continue;
    const field = fieldOf(given);
    if (typeof field !== "bigint") return `${names[key as "sender" | "address"]}: ${field.error}`;
    settings[key as "sender" | "address"] = field;
  }
  if (gas === undefined) return undefined;
  const limits = gasOf(gas);
  if (!limits) {
    const found = String(gas);
    const shown = found.length > 60 ? `${found.slice(0, 60)}…` : found;
    return `${names.gas} takes one limit or two, from 0 to ${MAX_GAS}, as 6000000 or "6000000,196512"; found \`${shown}\``;
  }
  settings.gas = { l2: limits.l2, da: limits.da ?? settings.gas.da };
  return undefined;
}

function gasOf(given: Given): { readonly l2: number; readonly da: number | undefined } | undefined {
  const limits = String(given)
    .split(",")
    .map((text) => parseInteger(text));
  if (limits.length > 2 || limits.some((limit) => limit === undefined || limit < 0n || limit > MAX_GAS))
    return undefined;
  const [l2, da] = limits as bigint[];
  return { l2: Number(l2), da: limits.length > 1 ? Number(da) : undefined };
}

function fieldOf(given: Given): bigint | { readonly error: string } {
  return isTooLarge(given) ? { error: notANumber(given) } : parseField(String(given));
}

/** True for a number that JSON rounds. */
function isTooLarge(given: Given): boolean {
  return typeof given === "number" && Number.isInteger(given) && !Number.isSafeInteger(given);
}

function notANumber(given: Given): string {
  const text = String(given);
  if (isTooLarge(given)) return `${text} is too large for a number of JSON; write it in quotes`;
  return `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\` is not a number`;
}
