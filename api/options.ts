/** Validates the options that callers pass: JavaScript has no types, and a misspelt option would be ignored silently. */

import { isObject } from "../artifact/json.ts";
import { didYouMean, nearest } from "../diagnostics/suggest.ts";
import { TARGETS } from "../isa/table.ts";
import { parseField } from "../running/values.ts";
import type { FieldLike, SourceOptions } from "./types.ts";

type Kind = "string" | "boolean" | "function" | "array" | "object" | "field" | "target" | "include";

/** The options of a function, and the kind of each. */
export type OptionKinds<Options> = { readonly [Name in keyof Options]-?: Kind };

export const SOURCE_OPTIONS: OptionKinds<SourceOptions> = {
  name: "string",
  target: "target",
  include: "include",
};

/** Throws a TypeError for an unknown option or a value of the wrong kind. */
export function checkOptions<Options extends object>(
  caller: string,
  options: Options,
  kinds: OptionKinds<Options>,
): void {
  if (!isObject(options))
    throw new TypeError(`${caller}: the options are an object, found ${typeName(options)}`);
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(kinds, name)) {
      throw new TypeError(
        `${caller}: there is no option \`${name}\`${didYouMean(nearest(name, Object.keys(kinds)))}`,
      );
    }
    if (value === undefined) continue;
    const problem = problemOf(kinds[name as keyof Options], value);
    if (problem !== undefined) throw new TypeError(`${caller}: \`${name}\` ${problem}`);
  }
}

function problemOf(kind: Kind, value: unknown): string | undefined {
  switch (kind) {
    case "target":
      return (TARGETS as readonly unknown[]).includes(value)
        ? undefined
        : `is one of ${TARGETS.join(", ")}, found ${typeof value === "string" ? `\`${value}\`` : typeName(value)}`;
    case "include":
      return typeof value === "function" || isObject(value)
        ? undefined
        : `is a function or an object of texts by path, found ${typeName(value)}`;
    case "array":
      return Array.isArray(value) ? undefined : `is an array, found ${typeName(value)}`;
    case "object":
      return isObject(value) ? undefined : `is an object, found ${typeName(value)}`;
    case "field":
      return fieldProblem(value);
    default:
      return typeof value === kind ? undefined : `is a ${kind}, found ${typeName(value)}`;
  }
}

/** Parses a field. Throws a TypeError if the value isn't one. */
export function fieldOf(caller: string, what: string, value: FieldLike): bigint {
  const problem = fieldProblem(value);
  if (problem !== undefined) throw new TypeError(`${caller}: \`${what}\` ${problem}`);
  return parseField(String(value)) as bigint;
}

function fieldProblem(value: unknown): string | undefined {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    return `is ${value}: a number from 2^53 on, or with a fraction, has to be a bigint or text`;
  }
  if (typeof value !== "bigint" && typeof value !== "number" && typeof value !== "string") {
    return `is a bigint, a number or text, found ${typeName(value)}`;
  }
  const field = parseField(String(value));
  return typeof field === "bigint" ? undefined : `can't be a field: ${field.error}`;
}

export function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return value === undefined ? "undefined" : `${typeof value === "object" ? "an" : "a"} ${typeof value}`;
}
