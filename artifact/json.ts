/** Parses untrusted JSON with a bound on its size, and reads its properties safely. */

import { MAX_JSON_DEPTH, MAX_JSON_VALUES } from "./limits.ts";
import { grouped } from "../program/grouped.ts";

/** The error for an input that can't be read: a sentence without a full stop. */
export interface Unreadable {
  readonly error: string;
  /** The JSON of a contract that has no bytecode for the AVM. */
  readonly contract?: unknown;
}

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/**
 * Parses JSON in UTF-8. Counts the values before it builds any: a megabyte of brackets would take a hundred megabytes as objects.
 */
export function parseJson(bytes: Uint8Array): { readonly value: unknown } | Unreadable {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      for (at++; at < bytes.length && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
    } else if (byte === COMMA) values++;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      values++;
      if (++depth > MAX_JSON_DEPTH) return { error: `the JSON is nested more than ${MAX_JSON_DEPTH} deep` };
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
    if (values > MAX_JSON_VALUES) {
      return { error: `the JSON has more than ${grouped(MAX_JSON_VALUES)} values` };
    }
  }
  try {
    return { value: JSON.parse(new TextDecoder().decode(bytes)) as unknown };
  } catch (error) {
    // The message of `JSON.parse` may quote the text, which may be very long.
    const reason = error instanceof SyntaxError ? error.message.replace(/(?:\.\.\.)?[,:]? ?"[^]*/, "") : "";
    return { error: `it is not valid JSON${reason === "" ? "" : ` (${reason})`}` };
  }
}

/** True for an object, false for arrays and null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The property with a name; undefined if `value` isn't an object with that property. */
export function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

export function stringOf(value: unknown, name: string): string | undefined {
  const found = property(value, name);
  return typeof found === "string" ? found : undefined;
}

/** The elements of an array property; empty if it isn't an array. */
export function arrayOf(value: unknown, name: string): readonly unknown[] {
  const found = property(value, name);
  return Array.isArray(found) ? (found as unknown[]) : [];
}

/** The entries of an object property; empty if it isn't an object. */
export function entriesOf(value: unknown, name: string): [string, unknown][] {
  const found = property(value, name);
  return typeof found === "object" && found !== null ? Object.entries(found) : [];
}

export function naturalOf(value: unknown, name: string): number | undefined {
  const found = property(value, name);
  return typeof found === "number" && Number.isInteger(found) && found >= 0 ? found : undefined;
}
