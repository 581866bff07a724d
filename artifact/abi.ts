/** Reads a contract's ABI: the signatures of its functions, and the messages of its errors. */

import {
  canonicalSignature,
  readAbiType,
  readAbiVariables,
  type AbiType,
  type AbiVariable,
} from "./abi-types.ts";
import { MAX_MESSAGE_CHARACTERS } from "./limits.ts";
import { arrayOf, entriesOf, naturalOf, property, stringOf } from "./json.ts";

/** The parameters that a caller passes; undefined if the type of one isn't known. */
export function parametersOf(parameters: readonly unknown[]): AbiVariable[] | undefined {
  // The first parameter may be the context, which the compiler adds and no caller passes.
  const path = stringOf(property(parameters[0], "type"), "path");
  return readAbiVariables(path?.includes("ContextInputs") ? parameters.slice(1) : parameters);
}

/** The canonical signature, without names of structs and parameters: `transfer((Field),u128)`. Undefined if a type isn't known. */
export function signatureOf(name: string, parameters: readonly unknown[]): string | undefined {
  const own = parametersOf(parameters);
  return own && canonicalSignature(name, own);
}

/** An error that a function can revert with. */
export interface ContractError {
  /** The text for a comment. */
  readonly text: string;
  /** The message, if the ABI has it in full. */
  readonly message?: string;
  /** The layout of the data after the selector: a message with the values that are put into it, or one value. */
  readonly data?: ErrorData;
}

export type ErrorData =
  | { readonly kind: "format"; readonly length: number; readonly items: readonly AbiType[] }
  | { readonly kind: "value"; readonly name: string; readonly type: AbiType };

/** The errors of an ABI's `error_types` by selector, an unsigned 64-bit number. */
export function errorsOf(owner: unknown, name: string): ReadonlyMap<bigint, ContractError> {
  const errors = new Map<bigint, ContractError>();
  for (const [selector, type] of entriesOf(owner, name)) {
    if (/^[0-9]{1,20}$/.test(selector)) errors.set(BigInt(selector), errorOf(type));
  }
  return errors;
}

function errorOf(type: unknown): ContractError {
  const message = stringOf(type, "string");
  if (message !== undefined) return { text: quoted(message), message };
  if (stringOf(type, "error_kind") === "fmtstring") {
    const items = arrayOf(type, "item_types").map((item) => readAbiType(item));
    const length = naturalOf(type, "length") ?? 0;
    const text = `a message of ${length} characters with ${items.length} value${items.length === 1 ? "" : "s"}`;
    return items.every((item) => item !== undefined)
      ? { text, data: { kind: "format", length, items } }
      : { text };
  }
  const name = printable(stringOf(type, "path") ?? stringOf(type, "kind") ?? "unknown");
  const value = readAbiType(type);
  return { text: `an error of type ${name}`, ...(value && { data: { kind: "value", name, type: value } }) };
}

function quoted(message: string): string {
  return `"${printable(message)}"`;
}

/**
 * Makes an untrusted text safe for a comment: one line, without characters that an editor or terminal interprets, and of
 * limited length.
 */
export function printable(text: string, length = MAX_MESSAGE_CHARACTERS): string {
  const short = text.length > length ? `${text.slice(0, length)}…` : text;
  return short.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}
