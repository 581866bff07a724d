/** Inspects a contract before it is published: functions, selectors, sizes, and the hashes that identify it. */

import {
  DISPATCH,
  bytecodeOf,
  readFunctions,
  type ContractFunction,
} from "../artifact/contract-functions.ts";
import { bytecodeCommitment } from "../artifact/class-id.ts";
import { contractClass, publicBytecode, rootOfFunctions } from "../artifact/contract-class.ts";
import { isClassTarget } from "../artifact/class-id.ts";
import { printable } from "../artifact/abi.ts";
import { fieldsOf } from "../artifact/artifact.ts";
import { stringOf, type Unreadable } from "../artifact/json.ts";
import { hexOfSelector } from "../artifact/selector.ts";
import { MAX_NAME_CHARACTERS } from "../artifact/limits.ts";
import { MAX_BYTECODE_FIELDS } from "../isa/limits.ts";
import type { TargetName } from "../isa/table.ts";
import type { Unit } from "./naming.ts";
import { tableLines } from "./text-table.ts";
import { grouped } from "../program/grouped.ts";

/** The result of an inspection. Fields that plain bytecode doesn't determine are null. */
export interface Inspection {
  readonly name: string | null;
  readonly target: TargetName;
  /** All functions but the dispatch, which only chooses between the public functions. */
  readonly functions: readonly InspectedFunction[];
  readonly publicBytecode: InspectedBytecode;
  readonly privateFunctionsRoot: string | null;
  readonly artifactHash: string | null;
  readonly classId: string | null;
}

export interface InspectedFunction {
  readonly name: string;
  readonly signature: string | null;
  readonly selector: string | null;
  /** The kind (`public`, `private`, `utility`), then attributes such as `view`, `initializer`, `only_self`. */
  readonly attributes: readonly string[];
  /** For a public function the size of its part of the public bytecode, if that was found; for others the size of their bytecode. */
  readonly bytes: number | null;
}

export interface InspectedBytecode {
  readonly bytes: number;
  readonly fields: number;
  readonly maxFields: number;
  /** Null if the bytecode is too large to publish, or if it isn't known how the target's releases compute the commitment. */
  readonly commitment: string | null;
}

/** Inspects bytecode without an artifact. */
export function inspectCode(bytecode: Uint8Array, target: TargetName): Inspection {
  return {
    name: null,
    target,
    functions: [],
    publicBytecode: inspectBytecode(bytecode, target),
    privateFunctionsRoot: null,
    artifactHash: null,
    classId: null,
  };
}

/**
 * Inspects an artifact's JSON. `units` are the parts of its public bytecode, if it has any and the caller looked for them.
 * The reasons for unknown fields are added to `doubts`.
 */
export function inspectArtifact(
  artifact: unknown,
  target: TargetName,
  units: readonly Unit[],
  doubts: string[],
): Inspection | Unreadable {
  const functions = readFunctions(artifact);
  if ("error" in functions) return functions;
  const bytecode = publicBytecode(functions);
  if ("error" in bytecode) return bytecode;
  const found = contractClass(artifact, functions, target);
  const root = isClassTarget(target) ? rootOfFunctions(functions, target) : undefined;
  if ("error" in found) doubts.push(`there is no class id: ${found.error}`);
  const publicCode = inspectBytecode(bytecode, target);
  return {
    name: printable(stringOf(artifact, "name") ?? "unnamed", MAX_NAME_CHARACTERS),
    target,
    functions: functions
      .filter(({ name }) => name !== DISPATCH)
      .map((entry) => inspectFunction(entry, units)),
    publicBytecode: publicCode,
    privateFunctionsRoot: typeof root === "bigint" ? hexOfField(root) : null,
    artifactHash: "error" in found ? null : hexOfField(found.artifactHash),
    classId: "error" in found || publicCode.commitment === null ? null : hexOfField(found.classId),
  };
}

function inspectFunction(entry: ContractFunction, units: readonly Unit[]): InspectedFunction {
  const { kind, name, attributes, signature, selector } = entry;
  return {
    name: printable(name, MAX_NAME_CHARACTERS),
    signature: signature === undefined ? null : printable(signature, signature.length),
    selector: selector === undefined ? null : hexOfSelector(selector),
    attributes: [kind, ...attributes.map((attribute) => printable(attribute, MAX_NAME_CHARACTERS))],
    bytes: kind === "public" ? sizeOfPart(signature, units) : sizeOfBytecode(entry),
  };
}

function sizeOfPart(signature: string | undefined, units: readonly Unit[]): number | null {
  if (signature === undefined) return null;
  return units.find((unit) => unit.function?.signature === signature)?.size ?? null;
}

function sizeOfBytecode(entry: ContractFunction): number | null {
  const bytes = bytecodeOf(entry);
  return "error" in bytes ? null : bytes.length;
}

function inspectBytecode(bytecode: Uint8Array, target: TargetName): InspectedBytecode {
  const fields = fieldsOf(bytecode.length);
  const known = isClassTarget(target) && fields <= MAX_BYTECODE_FIELDS;
  return {
    bytes: bytecode.length,
    fields,
    maxFields: MAX_BYTECODE_FIELDS,
    commitment: known ? hexOfField(bytecodeCommitment(bytecode)) : null,
  };
}

function hexOfField(value: bigint): string {
  return `0x${value.toString(16).padStart(64, "0")}`;
}

/** Renders the report as text. */
export function renderInspection(inspection: Inspection, title: string): string {
  const { target, functions, publicBytecode: code } = inspection;
  const share = ((100 * code.fields) / code.maxFields).toFixed(1);
  const over = code.fields > code.maxFields ? "; that is too much to publish" : "";
  const facts: [string, string | null][] = [
    [
      "size",
      `${grouped(code.bytes)} bytes, ${grouped(code.fields)} of ${grouped(code.maxFields)} fields (${share}%)${over}`,
    ],
    ["commitment", code.commitment],
    ["private functions root", inspection.privateFunctionsRoot],
    ["artifact hash", inspection.artifactHash],
    ["class id", inspection.classId],
  ];
  const lines = facts.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(24)}${value}`]));
  return [`${title} (${target})`, "", ...lines, "", ...renderFunctions(functions)].join("\n");
}

function renderFunctions(functions: readonly InspectedFunction[]): string[] {
  if (functions.length === 0) return [];
  const rows = functions.map(({ name, signature, selector, attributes, bytes }) => [
    selector ?? "",
    bytes === null ? "" : grouped(bytes),
    attributes.join(" "),
    signature ?? name,
  ]);
  const head = ["selector", "bytes", "attributes", "function"];
  return [...tableLines(head, rows, [0, 2]), ""];
}
