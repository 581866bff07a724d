/**
 * Encodes values of Noir's types as fields of calldata, and decodes fields of returndata. The layout is that
 * of Aztec's libraries: one field per number, structs and arrays in order, one field per character of a string.
 */

import { FIELD_MODULUS } from "../isa/tags.ts";
import { fieldCount, typeName, type AbiType, type AbiVariable } from "./abi-types.ts";
import { grouped } from "../program/grouped.ts";
import { parseInteger } from "./integers.ts";

/** A decoded value. Numbers are bigints; structs are objects by field name. */
export type AbiValue =
  bigint | boolean | string | readonly AbiValue[] | { readonly [name: string]: AbiValue };

/** Why a value doesn't fit its type: a clause without a full stop. */
export interface ValueError {
  readonly error: string;
}

/** Maximum number of fields of all arguments of one call. */
const MAX_ARGUMENT_FIELDS = 100_000;

/** Encodes the arguments of a call, each given as text: a number, `true`, a string, or JSON for arrays and structs. */
export function encodeArguments(
  parameters: readonly AbiVariable[],
  texts: readonly string[],
): bigint[] | ValueError {
  if (texts.length !== parameters.length) {
    return wrongCount(parameters, texts.length);
  }
  const fields: bigint[] = [];
  for (const [index, parameter] of parameters.entries()) {
    const error = encodeText(fields, named(parameter, index), texts[index]);
    if (error) return error;
  }
  return fields;
}

/** Encodes the arguments of a call, each given as a JavaScript value. Numbers may be bigints. */
export function encodeArgumentValues(
  parameters: readonly AbiVariable[],
  values: readonly unknown[],
): bigint[] | ValueError {
  if (values.length !== parameters.length) return wrongCount(parameters, values.length);
  const fields: bigint[] = [];
  for (const [index, parameter] of parameters.entries()) {
    const { name, type } = named(parameter, index);
    const error = encodeValue(fields, name, type, values[index]);
    if (error) return error;
  }
  return fields;
}

/** Encodes the arguments of a call, each given as a JSON value, or as the text that a command line takes. */
export function encodeMixedArguments(
  parameters: readonly AbiVariable[],
  given: readonly unknown[],
): bigint[] | ValueError {
  if (given.length !== parameters.length) return wrongCount(parameters, given.length);
  const fields: bigint[] = [];
  for (const [index, parameter] of parameters.entries()) {
    const value = given[index];
    const variable = named(parameter, index);
    const error =
      typeof value === "string"
        ? encodeText(fields, variable, value)
        : encodeValue(fields, variable.name, variable.type, value);
    if (error) return error;
  }
  return fields;
}

function wrongCount(parameters: readonly AbiVariable[], found: number): ValueError {
  const wanted = parameters
    .map(({ name, type }) => (name === "" ? typeName(type) : `${name}: ${typeName(type)}`))
    .join(", ");
  const count = `${parameters.length} argument${parameters.length === 1 ? "" : "s"}`;
  return { error: `it takes ${count}${wanted === "" ? "" : ` (${wanted})`}, found ${found}` };
}

/** Gives a parameter without a name the one that errors use. */
function named({ name, type }: AbiVariable, index: number): AbiVariable {
  return { name: name === "" ? `argument ${index + 1}` : name, type };
}

/** Encodes one argument into `fields`. */
function encodeText(fields: bigint[], { name, type }: AbiVariable, text: string): ValueError | undefined {
  const trimmed = text.trim();
  if (type.kind === "string") {
    const unquoted = trimmed.startsWith('"') ? parseLooseJson(trimmed) : undefined;
    return encodeValue(fields, name, type, unquoted ?? text);
  }
  if (!/^[[{"]/.test(trimmed)) return encodeValue(fields, name, type, trimmed);
  const value = parseLooseJson(trimmed);
  return value === undefined
    ? { error: `\`${name}\`: \`${shown(text)}\` is not valid JSON` }
    : encodeValue(fields, name, type, value);
}

/** Parses JSON in which numbers may have any size or be hexadecimal; numbers become strings. */
function parseLooseJson(text: string): unknown {
  const quoted = text.replace(/"(?:[^"\\]|\\.)*"|-?0[xX][0-9a-fA-F]+|-?[0-9]+/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );
  try {
    return JSON.parse(quoted) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Encodes a JSON value into `fields`. Numbers may also be strings, also hexadecimal; `name` is the value's name in
 * errors. A struct or tuple with one field may be given as that field.
 */
function encodeValue(fields: bigint[], name: string, type: AbiType, value: unknown): ValueError | undefined {
  if (fields.length > MAX_ARGUMENT_FIELDS) {
    return { error: `the arguments take more than ${grouped(MAX_ARGUMENT_FIELDS)} fields` };
  }
  switch (type.kind) {
    case "boolean":
      return encodeBoolean(fields, name, value);
    case "field":
    case "integer":
      return encodeNumber(fields, name, type, value);
    case "string":
      return encodeString(fields, name, type.length, value);
    case "array": {
      if (!Array.isArray(value)) return wrong(name, type, value);
      if (value.length !== type.length) {
        return { error: `\`${name}\` takes ${type.length} elements, found ${value.length}` };
      }
      return firstError(value, (element, index) =>
        encodeValue(fields, `${name}[${index}]`, type.type, element),
      );
    }
    case "tuple": {
      if (!Array.isArray(value) && type.fields.length === 1)
        return encodeValue(fields, name, type.fields[0], value);
      if (!Array.isArray(value) || value.length !== type.fields.length) return wrong(name, type, value);
      return firstError(type.fields, (field, index) =>
        encodeValue(fields, `${name}.${index}`, field, value[index]),
      );
    }
    case "struct":
      return encodeStruct(fields, name, type, value);
  }
}

function firstError<T>(
  items: readonly T[],
  encode: (item: T, index: number) => ValueError | undefined,
): ValueError | undefined {
  for (const [index, item] of items.entries()) {
    const error = encode(item, index);
    if (error) return error;
  }
  return undefined;
}

function encodeBoolean(fields: bigint[], name: string, value: unknown): ValueError | undefined {
  if (value === true || value === "true" || value === "1") fields.push(1n);
  else if (value === false || value === "false" || value === "0") fields.push(0n);
  else return { error: `\`${name}\` is true or false, found \`${shown(value)}\`` };
  return undefined;
}

function encodeNumber(
  fields: bigint[],
  name: string,
  type: AbiType & { readonly kind: "field" | "boolean" | "integer" },
  value: unknown,
): ValueError | undefined {
  const number = numberOf(value);
  if (number === undefined) return wrong(name, type, value);
  if (type.kind !== "integer") {
    if (number <= -FIELD_MODULUS || number >= FIELD_MODULUS) {
      return { error: `\`${name}\` is a field, and \`${shown(value)}\` is not less than the modulus` };
    }
    fields.push(number < 0n ? number + FIELD_MODULUS : number);
    return undefined;
  }
  const signed = type.sign === "signed";
  const low = signed ? -(1n << BigInt(type.width - 1)) : 0n;
  const high = (1n << BigInt(signed ? type.width - 1 : type.width)) - 1n;
  if (number < low || number > high) {
    const article = signed ? "an" : "a";
    return {
      error: `\`${name}\` is ${article} ${typeName(type)}, from ${low} to ${high}; found \`${shown(value)}\``,
    };
  }
  fields.push(number < 0n ? number + (1n << BigInt(type.width)) : number);
  return undefined;
}

function encodeString(
  fields: bigint[],
  name: string,
  length: number,
  value: unknown,
): ValueError | undefined {
  if (typeof value !== "string") return { error: `\`${name}\` is a text, found \`${shown(value)}\`` };
  const bytes = new TextEncoder().encode(value);
  if (bytes.length > length) {
    return { error: `\`${name}\` is a str<${length}>, and the text has ${bytes.length} bytes` };
  }
  for (let index = 0; index < length; index++) fields.push(BigInt(bytes[index] ?? 0));
  return undefined;
}

function encodeStruct(
  fields: bigint[],
  name: string,
  type: AbiType & { readonly kind: "struct" },
  value: unknown,
): ValueError | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const only = type.fields.length === 1 ? type.fields[0] : undefined;
    return only ? encodeValue(fields, name, only.type, value) : wrong(name, type, value);
  }
  const given = value as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(given).find((key) => !type.fields.some((field) => field.name === key));
  if (unknown !== undefined) {
    return { error: `\`${name}\`: ${typeName(type)} has no field \`${shown(unknown)}\`` };
  }
  return firstError(type.fields, (field) =>
    Object.hasOwn(given, field.name)
      ? encodeValue(fields, `${name}.${field.name}`, field.type, given[field.name])
      : { error: `\`${name}\`: the field \`${field.name}\` of ${typeName(type)} is missing` },
  );
}

function numberOf(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  if (value === true || value === "true") return undefined;
  return typeof value === "string" ? parseInteger(value) : undefined;
}

function wrong(name: string, type: AbiType, value: unknown): ValueError {
  return { error: `\`${name}\` is ${article(type)}, found \`${shown(value)}\`` };
}

function article(type: AbiType): string {
  switch (type.kind) {
    case "array":
      return `an array, ${typeName(type)}`;
    case "tuple":
      return `a tuple, ${typeName(type)}, written as an array`;
    case "struct":
      return `a struct, ${typeName(type)} {${type.fields.map((field) => field.name).join(", ")}}`;
    default:
      return `a number of type ${typeName(type)}`;
  }
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : textOf(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** The value as JSON, for a message. */
function textOf(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  const digits = (_key: string, part: unknown): unknown => (typeof part === "bigint" ? String(part) : part);
  try {
    return JSON.stringify(value, digits) ?? String(value);
  } catch {
    return "a value with itself in it";
  }
}

// --- decoding ---

/** Decodes fields. Undefined if there are too few, or if they are no value of the type. */
export function decodeFields(type: AbiType, fields: readonly bigint[]): AbiValue | undefined {
  if (fieldCount(type) > fields.length) return undefined;
  return new Decoder(fields).value(type);
}

class Decoder {
  readonly #fields: readonly bigint[];
  #at = 0;

  constructor(fields: readonly bigint[]) {
    this.#fields = fields;
  }

  value(type: AbiType): AbiValue {
    switch (type.kind) {
      case "field":
        return this.#next();
      case "boolean":
        return this.#next() !== 0n;
      case "integer": {
        const value = this.#next();
        const signed = type.sign === "signed" && value >> BigInt(type.width - 1) === 1n;
        return signed ? value - (1n << BigInt(type.width)) : value;
      }
      case "string": {
        const bytes = Array.from({ length: type.length }, () => Number(this.#next() & 0xffn));
        const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
        return new TextDecoder().decode(Uint8Array.from(bytes.slice(0, end)));
      }
      case "array":
        // An array of elements without fields could be very long, so it isn't decoded element by element.
        return fieldCount(type.type) === 0
          ? []
          : Array.from({ length: type.length }, () => this.value(type.type));
      case "tuple":
        return type.fields.map((field) => this.value(field));
      case "struct":
        return Object.fromEntries(type.fields.map((field) => [field.name, this.value(field.type)]));
    }
  }

  #next(): bigint {
    return this.#fields[this.#at++];
  }
}

/**
 * Converts a value for JSON. Numbers that a double can't hold, and fields, become strings (decimal; a field from 2^53 on
 * hexadecimal). A struct with one field becomes that field.
 */
export function jsonOfValue(value: AbiValue): unknown {
  if (typeof value === "bigint") {
    if (value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= -BigInt(Number.MAX_SAFE_INTEGER))
      return Number(value);
    return value < 1n << 128n ? String(value) : `0x${value.toString(16).padStart(64, "0")}`;
  }
  if (typeof value === "boolean" || typeof value === "string") return value;
  if (isList(value)) return value.map(jsonOfValue);
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, jsonOfValue(field)]));
}

function isList(value: AbiValue): value is readonly AbiValue[] {
  return Array.isArray(value);
}
