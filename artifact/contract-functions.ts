/** All functions of an artifact, as Aztec's `loadContractArtifact` reads them: what class ids and callers depend on. */

import { parametersOf } from "./abi.ts";
import { canonicalSignature, readAbiType, type AbiType, type AbiVariable } from "./abi-types.ts";
import { base64Of, bytesOfBase64 } from "./encodings.ts";
import { arrayOf, property, stringOf, type Unreadable } from "./json.ts";
import { MAX_FUNCTIONS } from "./limits.ts";
import { functionSelector } from "./selector.ts";

/** The function that Aztec calls for every public call; it looks at the selector and goes on to the one that is meant. */
export const DISPATCH = "public_dispatch";

export type FunctionKind = "public" | "private" | "utility";

export interface ContractFunction {
  readonly name: string;
  readonly kind: FunctionKind;
  /** Such as `view`, `only_self`, `initializer`. */
  readonly attributes: readonly string[];
  /** What callers pass; undefined if a type isn't known. */
  readonly parameters: readonly AbiVariable[] | undefined;
  /** Canonical; undefined if a type isn't known or has no signature. */
  readonly signature: string | undefined;
  readonly selector: number | undefined;
  /** One type or none. */
  readonly returnTypes: readonly AbiType[] | undefined;
  /** Base64 of the bytecode, empty if there is none. */
  readonly bytecode: string;
  readonly verificationKey: string | undefined;
}

/** The functions of an artifact's JSON, in its order. */
export function readFunctions(artifact: unknown): ContractFunction[] | Unreadable {
  const entries = [...arrayOf(artifact, "functions"), ...arrayOf(artifact, "nonDispatchPublicFunctions")];
  if (entries.length > MAX_FUNCTIONS)
    return { error: `the artifact has more than ${MAX_FUNCTIONS} functions` };
  return entries.map((entry) => readFunction(artifact, entry));
}

function readFunction(artifact: unknown, entry: unknown): ContractFunction {
  const name = stringOf(entry, "name") ?? "unnamed";
  const kind = kindOf(entry);
  const parameters = parametersOf(arrayOf(property(entry, "abi") ?? entry, "parameters"));
  const signature = parameters && canonicalSignature(name, parameters);
  const returnTypes = returnTypesOf(artifact, entry, name, kind).map((type) => readAbiType(type));
  return {
    name,
    kind,
    attributes: attributesOf(entry),
    parameters,
    signature,
    selector: signature === undefined ? undefined : functionSelector(signature),
    returnTypes: returnTypes.every((type) => type !== undefined) ? returnTypes : undefined,
    bytecode: bytecodeText(entry),
    verificationKey: stringOf(entry, "verification_key") ?? stringOf(entry, "verificationKey"),
  };
}

/** Attributes were called `public` until 2.x and are `abi_public` since 3.x; Aztec's libraries turn them into a type. */
function kindOf(entry: unknown): FunctionKind {
  const type = stringOf(entry, "functionType");
  if (type === "public" || type === "private" || type === "utility") return type;
  const given = arrayOf(entry, "custom_attributes");
  const has = (kind: FunctionKind) => given.includes(kind) || given.includes(`abi_${kind}`);
  if (has("private")) return "private";
  return has("public") || stringOf(entry, "name") === DISPATCH ? "public" : "utility";
}

const KINDS = new Set(["public", "private", "utility"]);

function attributesOf(entry: unknown): string[] {
  const given = arrayOf(entry, "custom_attributes")
    .filter((attribute) => typeof attribute === "string")
    .map((attribute) => attribute.replace(/^abi_/, ""))
    .filter((attribute) => !KINDS.has(attribute));
  const flags = FLAGS.filter(([flag]) => property(entry, flag) === true).map(([, attribute]) => attribute);
  return [...new Set([...given, ...flags])];
}

/** How Aztec's libraries write attributes once an artifact is loaded. */
const FLAGS = [
  ["isStatic", "view"],
  ["isInitializer", "initializer"],
  ["isOnlySelf", "only_self"],
] as const;

/** Of functions that run as part of a transaction, the return type is in `outputs`, not in the ABI. */
function returnTypesOf(
  artifact: unknown,
  entry: unknown,
  name: string,
  kind: FunctionKind,
): readonly unknown[] {
  if (property(entry, "functionType") !== undefined) return arrayOf(entry, "returnTypes");
  if (kind === "utility") {
    const type = property(property(property(entry, "abi"), "return_type"), "abi_type");
    return type === undefined ? [] : [type];
  }
  const path = `${stringOf(artifact, "name") ?? ""}::${name}_abi`;
  const structs = arrayOf(property(property(artifact, "outputs"), "structs"), "functions");
  const struct = structs.find((candidate) => stringOf(candidate, "path") === path);
  const field = arrayOf(struct, "fields").find((candidate) => stringOf(candidate, "name") === "return_type");
  const type = property(field, "type");
  return type === undefined ? [] : [type];
}

export function bytecodeText(entry: unknown): string {
  const bytecode = property(entry, "bytecode");
  if (typeof bytecode === "string") return bytecode;
  // Loaded by Aztec's libraries.
  if (bytecode instanceof Uint8Array) return base64Of(bytecode);
  // A buffer as some libraries write it.
  return stringOf(bytecode, "data") ?? "";
}

/** The bytecode as it is published or hashed: of private functions it is still compressed. */
export function bytecodeOf({ name, bytecode }: ContractFunction): Uint8Array | Unreadable {
  const bytes = bytesOfBase64(bytecode);
  return "error" in bytes ? { error: `the bytecode of ${name} can't be read: ${bytes.error}` } : bytes;
}
