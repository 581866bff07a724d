/** JSON from strangers: parsed only where it is small enough once it is parsed, and looked at one property at a time. */

import { MAX_JSON_DEPTH, MAX_JSON_VALUES } from "./limits.ts";

/** What can't be read: why, as a sentence without its full stop. */
export interface Unreadable {
  readonly error: string;
  /** Of a contract that has no bytecode for the AVM, its JSON. */
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
 * Parses UTF-8. Values are counted before anything is built: a megabyte of brackets would become a hundred of objects.
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
      return { error: `the JSON has more than ${MAX_JSON_VALUES.toLocaleString("en")} values` };
    }
  }
  try {
    return { value: JSON.parse(new TextDecoder().decode(bytes)) as unknown };
  } catch (error) {
    // The message may quote the text itself, however long that is.
    const reason = error instanceof SyntaxError ? error.message.replace(/(?:\.\.\.)?[,:]? ?"[^]*/, "") : "";
    return { error: `it is not valid JSON${reason === "" ? "" : ` (${reason})`}` };
  }
}

/** True for what JSON writes in braces. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The property of that name, where `value` is an object with one. */
export function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

export function stringOf(value: unknown, name: string): string | undefined {
  const found = property(value, name);
  return typeof found === "string" ? found : undefined;
}

/** The elements of an array; none where it isn't one. */
export function arrayOf(value: unknown, name: string): readonly unknown[] {
  const found = property(value, name);
  return Array.isArray(found) ? (found as unknown[]) : [];
}

/** The properties of an object; none where it isn't one. */
export function entriesOf(value: unknown, name: string): [string, unknown][] {
  const found = property(value, name);
  return typeof found === "object" && found !== null ? Object.entries(found) : [];
}

export function naturalOf(value: unknown, name: string): number | undefined {
  const found = property(value, name);
  return typeof found === "number" && Number.isInteger(found) && found >= 0 ? found : undefined;
}
