/** Decodes the message in the data of a revert, and describes failures. */

import type { ContractError, ErrorData } from "../artifact/abi.ts";
import { decodeFields, jsonOfValue, type AbiValue } from "../artifact/abi-values.ts";
import type { Failure } from "../machine/outcome.ts";
import { shownFields } from "./values.ts";
import { BYTES_PER_FIELD } from "../isa/limits.ts";

/** Maximum number of characters of a decoded message. */
const MAX_CHARACTERS = 1_000;

/**
 * The message in the data of a revert. The data may be an error of the contract's artifact, by its selector; a text packed into
 * fields by `str`; or a text with one character per field. Undefined if it is none of them.
 */
export function revertMessage(
  data: readonly bigint[],
  errors?: ReadonlyMap<bigint, ContractError>,
): string | undefined {
  if (data.length === 0 || data.length > MAX_CHARACTERS) return undefined;
  const known = errors?.get(data[0]);
  if (known) return known.message ?? (known.data && dataMessage(known.data, data.slice(1))) ?? known.text;
  return (
    packedText(data) ?? charactersOf(data) ?? (data.length > 1 ? charactersOf(data.slice(1)) : undefined)
  );
}

/** Programs that may know an error by its selector. */
type ErrorSources = Iterable<{ readonly errors?: ReadonlyMap<bigint, ContractError> | undefined }>;

/** The message in the data of a revert by the errors of these programs, the first that knows it. */
export function revertMessageAmong(data: readonly bigint[], programs: ErrorSources): string | undefined {
  const known = [...programs].find(({ errors }) => data.length > 0 && errors?.has(data[0]));
  return revertMessage(data, known?.errors);
}

/**
 * Describes how a call failed: `halted with zero-divisor: …`, `reverted with 5`.
 *
 * @param size the number of fields of the data, if there are more than the failure holds
 */
export function describeFailure(
  { kind, code, message, returnData }: Failure,
  programs: ErrorSources,
  size = returnData.length,
): string {
  if (kind === "halt") return `halted with ${code}: ${message}`;
  const said = revertMessageAmong(returnData, programs);
  return `reverted with ${shownFields(returnData, size)}${said === undefined ? "" : ` ("${said}")`}`;
}

/** A message with its values inserted, or a value of an error type. Undefined if fields are missing. */
function dataMessage(what: ErrorData, fields: readonly bigint[]): string | undefined {
  if (what.kind === "value") {
    const value = decodeFields(what.type, fields);
    return value === undefined ? undefined : `${what.name} ${JSON.stringify(jsonOfValue(value))}`;
  }
  const { length, items } = what;
  const text = charactersOf(fields.slice(0, length));
  // The number of values is between the text and the values.
  const values = decodeFields({ kind: "tuple", fields: items }, fields.slice(length + 1));
  if (text === undefined || !Array.isArray(values)) return undefined;
  let next = 0;
  return text.replace(/\{\{|\}\}|\{[^{}]*\}/g, (hole) => {
    if (hole === "{{" || hole === "}}") return hole[0];
    const value = (values as readonly AbiValue[]).at(next++);
    if (value === undefined) return hole;
    return typeof value === "string" ? value : JSON.stringify(jsonOfValue(value)).replace(/^"(.*)"$/, "$1");
  });
}

/** The text packed into the bytes of fields, in big-endian order. A single letter is more likely a number, so it isn't text. */
function packedText(data: readonly bigint[]): string | undefined {
  const bytes: number[] = [];
  for (const field of data) {
    if (field >> BigInt(8 * BYTES_PER_FIELD) !== 0n) return undefined;
    const digits = field.toString(16);
    const even = digits.length % 2 === 0 ? digits : `0${digits}`;
    for (let at = 0; at < even.length; at += 2) bytes.push(Number.parseInt(even.slice(at, at + 2), 16));
  }
  return textOf(bytes);
}

function charactersOf(data: readonly bigint[]): string | undefined {
  return data.every((field) => field < 256n) ? textOf(data.map(Number)) : undefined;
}

function textOf(bytes: readonly number[]): string | undefined {
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
  if (end < 2) return undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes.slice(0, end)));
    return /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\n]+$/u.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}
