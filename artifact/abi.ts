/** What a contract's ABI says: signatures, by which its functions are called, and the messages of its errors. */

import { MAX_JSON_DEPTH, MAX_MESSAGE_CHARACTERS } from "./limits.ts";
import { arrayOf, entriesOf, naturalOf, property, stringOf } from "./json.ts";

/** How a type is written in a signature; undefined where it can't be part of one. */
function typeText(type: unknown, depth = 0): string | undefined {
  if (depth > MAX_JSON_DEPTH) return undefined;
  switch (stringOf(type, "kind")) {
    case "field":
      return "Field";
    case "boolean":
      return "bool";
    case "integer":
      return `${stringOf(type, "sign") === "signed" ? "i" : "u"}${naturalOf(type, "width") ?? "?"}`;
    case "string":
      return `str<${naturalOf(type, "length") ?? "?"}>`;
    case "array": {
      const element = typeText(property(type, "type"), depth + 1);
      return element === undefined ? undefined : `[${element};${naturalOf(type, "length") ?? "?"}]`;
    }
    case "struct": {
      const fields = arrayOf(type, "fields").map((field) => typeText(property(field, "type"), depth + 1));
      return fields.includes(undefined) ? undefined : `(${fields.join(",")})`;
    }
    default:
      return undefined;
  }
}

/** `transfer((Field),u128)`: names of structs and parameters don't count. Undefined where a type isn't known. */
export function signatureOf(name: string, parameters: readonly unknown[]): string | undefined {
  // The first parameter may be what the compiler itself passes in.
  const path = stringOf(property(parameters[0], "type"), "path");
  const own = path?.includes("ContextInputs") ? parameters.slice(1) : parameters;
  const types = own.map((parameter) => typeText(property(parameter, "type")));
  return types.includes(undefined) ? undefined : `${name}(${types.join(",")})`;
}

/** An error that a function can revert with. */
export interface ContractError {
  /** For a comment. */
  readonly text: string;
  /** The message, where the ABI has it in full. */
  readonly message?: string;
}

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
    const values = arrayOf(type, "item_types").length;
    const length = naturalOf(type, "length") ?? 0;
    return { text: `a message of ${length} characters with ${values} value${values === 1 ? "" : "s"}` };
  }
  return {
    text: `an error of type ${printable(stringOf(type, "path") ?? stringOf(type, "kind") ?? "unknown")}`,
  };
}

function quoted(message: string): string {
  return `"${printable(message)}"`;
}

/**
 * A text of somebody else's for a comment: one line, nothing in it that an editor or terminal would obey instead of
 * showing it, and not too long.
 */
export function printable(text: string, length = MAX_MESSAGE_CHARACTERS): string {
  const short = text.length > length ? `${text.slice(0, length)}…` : text;
  return short.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}
