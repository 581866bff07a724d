/** Noir's types as an artifact's ABI writes them: parses them, prints canonical signatures, and counts fields. */

import { arrayOf, naturalOf, property, stringOf } from "./json.ts";
import { MAX_JSON_DEPTH } from "./limits.ts";

export type AbiType =
  | { readonly kind: "field" | "boolean" }
  | { readonly kind: "integer"; readonly sign: "unsigned" | "signed"; readonly width: number }
  | { readonly kind: "string"; readonly length: number }
  | { readonly kind: "array"; readonly length: number; readonly type: AbiType }
  | { readonly kind: "struct"; readonly path: string; readonly fields: readonly AbiVariable[] }
  | { readonly kind: "tuple"; readonly fields: readonly AbiType[] };

/** A parameter, or a field of a struct. */
export interface AbiVariable {
  readonly name: string;
  readonly type: AbiType;
}

/** Parses a type from JSON. Undefined if Aztec's libraries don't know the type. */
export function readAbiType(value: unknown, depth = 0): AbiType | undefined {
  if (depth > MAX_JSON_DEPTH) return undefined;
  switch (stringOf(value, "kind")) {
    case "field":
      return { kind: "field" };
    case "boolean":
      return { kind: "boolean" };
    case "integer": {
      const sign = stringOf(value, "sign");
      const width = naturalOf(value, "width");
      if ((sign !== "unsigned" && sign !== "signed") || width === undefined) return undefined;
      return { kind: "integer", sign, width };
    }
    case "string": {
      const length = naturalOf(value, "length");
      return length === undefined ? undefined : { kind: "string", length };
    }
    case "array": {
      const length = naturalOf(value, "length");
      const type = readAbiType(property(value, "type"), depth + 1);
      return length === undefined || type === undefined ? undefined : { kind: "array", length, type };
    }
    case "struct": {
      const fields = readAbiVariables(arrayOf(value, "fields"), depth + 1);
      return fields && { kind: "struct", path: stringOf(value, "path") ?? "", fields };
    }
    case "tuple": {
      const fields = arrayOf(value, "fields").map((field) => readAbiType(field, depth + 1));
      return fields.every((field) => field !== undefined) ? { kind: "tuple", fields } : undefined;
    }
    default:
      return undefined;
  }
}

/** Parses parameters, or fields of a struct. Undefined if a type isn't known. */
export function readAbiVariables(values: readonly unknown[], depth = 0): AbiVariable[] | undefined {
  const variables: AbiVariable[] = [];
  for (const value of values) {
    const type = readAbiType(property(value, "type"), depth);
    if (type === undefined) return undefined;
    variables.push({ name: stringOf(value, "name") ?? "", type });
  }
  return variables;
}

/** The type in a canonical signature. Undefined for a tuple: Aztec's libraries have no signature with one. */
export function canonicalType(type: AbiType): string | undefined {
  switch (type.kind) {
    case "array": {
      const element = canonicalType(type.type);
      return element === undefined ? undefined : `[${element};${type.length}]`;
    }
    case "struct": {
      const fields = type.fields.map((field) => canonicalType(field.type));
      return fields.includes(undefined) ? undefined : `(${fields.join(",")})`;
    }
    case "tuple":
      return undefined;
    default:
      return simpleTypeName(type);
  }
}

/** `transfer((Field),u128)`: names of structs and parameters don't count. */
export function canonicalSignature(name: string, parameters: readonly AbiVariable[]): string | undefined {
  const types = parameters.map(({ type }) => canonicalType(type));
  return types.includes(undefined) ? undefined : `${name}(${types.join(",")})`;
}

/** The type as an author writes it: structs by the last part of their path. */
export function typeName(type: AbiType): string {
  switch (type.kind) {
    case "array":
      return `[${typeName(type.type)}; ${type.length}]`;
    case "struct":
      return type.path === ""
        ? `(${type.fields.map((field) => typeName(field.type)).join(", ")})`
        : lastPart(type.path);
    case "tuple":
      return `(${type.fields.map(typeName).join(", ")})`;
    default:
      return simpleTypeName(type);
  }
}

/** A type without parts. Signatures and authors write it in the same way. */
function simpleTypeName(type: Exclude<AbiType, { kind: "array" | "struct" | "tuple" }>): string {
  switch (type.kind) {
    case "field":
      return "Field";
    case "boolean":
      return "bool";
    case "integer":
      return `${type.sign === "signed" ? "i" : "u"}${type.width}`;
    case "string":
      return `str<${type.length}>`;
  }
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("::") + (path.includes("::") ? 2 : 1));
}

/** Number of fields that a value of the type takes in calldata and returndata. */
export function fieldCount(type: AbiType): number {
  switch (type.kind) {
    case "string":
      return type.length;
    case "array":
      return type.length * fieldCount(type.type);
    case "struct":
      return type.fields.reduce((sum, field) => sum + fieldCount(field.type), 0);
    case "tuple":
      return type.fields.reduce((sum, field) => sum + fieldCount(field), 0);
    default:
      return 1;
  }
}

/** A field of calldata, named by its parameter and the part of it: `to.inner` or `prices[2]`. */
export interface FlatField {
  readonly name: string;
  readonly type: AbiType;
}

/** The single fields of variables, in the order of calldata, at most `limit`. */
export function flattenVariables(variables: readonly AbiVariable[], limit: number): FlatField[] {
  const flat: FlatField[] = [];
  for (const { name, type } of variables) flattenInto(flat, name, type, limit);
  return flat;
}

function flattenInto(flat: FlatField[], name: string, type: AbiType, limit: number): void {
  if (flat.length >= limit) return;
  switch (type.kind) {
    case "string":
      for (let index = 0; index < type.length && flat.length < limit; index++) {
        flat.push({ name: `${name}[${index}]`, type: { kind: "integer", sign: "unsigned", width: 8 } });
      }
      return;
    case "array":
      for (let index = 0; index < type.length && flat.length < limit; index++) {
        const before = flat.length;
        flattenInto(flat, `${name}[${index}]`, type.type, limit);
        // An array of elements without fields has no fields, so its length isn't looped over.
        if (flat.length === before) return;
      }
      return;
    case "struct":
      for (const field of type.fields) flattenInto(flat, `${name}.${field.name}`, field.type, limit);
      return;
    case "tuple":
      for (const [index, field] of type.fields.entries()) flattenInto(flat, `${name}.${index}`, field, limit);
      return;
    default:
      flat.push({ name, type });
  }
}
