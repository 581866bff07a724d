/** Reads all functions of an artifact as Aztec's `loadContractArtifact` does. Class ids and calls depend on them. */

import { parametersOf } from "./abi.ts";
import { canonicalSignature, readAbiType, type AbiType, type AbiVariable } from "./abi-types.ts";
import { base64Of, bytesOfBase64 } from "./encodings.ts";
import { arrayOf, property, stringOf, type Unreadable } from "./json.ts";
import { MAX_FUNCTIONS, MAX_SIGNATURE_CHARACTERS } from "./limits.ts";
import { functionSelector } from "./selector.ts";
import { grouped } from "../program/grouped.ts";

/** The function that Aztec runs for every public call. It jumps to the function that the selector in calldata names. */
export const DISPATCH = "public_dispatch";

export type FunctionKind = "public" | "private" | "utility";

export interface ContractFunction {
  readonly name: string;
  readonly kind: FunctionKind;
  /** Attributes such as `view`, `only_self`, `initializer`. */
  readonly attributes: readonly string[];
  /** The parameters that callers pass; undefined if a type isn't known. */
  readonly parameters: readonly AbiVariable[] | undefined;
  /** The canonical signature; undefined if a type isn't known or can't be in one. */
  readonly signature: string | undefined;
  readonly selector: number | undefined;
  /** One type, or none if it returns nothing. */
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
  const functions = entries.map((entry) => readFunction(artifact, entry));
  const characters = functions.reduce((sum, { signature = "" }) => sum + signature.length, 0);
  if (characters > MAX_SIGNATURE_CHARACTERS) {
    const most = grouped(MAX_SIGNATURE_CHARACTERS);
    return { error: `the signatures of the artifact's functions have more than ${most} characters` };
  }
  return functions.map((one) => ({
    ...one,
    selector: one.signature === undefined ? undefined : functionSelector(one.signature),
  }));
}

/** Reads a function except for its selector, which takes time in proportion to the signature. */
function readFunction(artifact: unknown, entry: unknown): Omit<ContractFunction, "selector"> {
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
    returnTypes: returnTypes.every((type) => type !== undefined) ? returnTypes : undefined,
    bytecode: bytecodeText(entry),
    verificationKey: stringOf(entry, "verification_key") ?? stringOf(entry, "verificationKey"),
  };
}

/** Attributes were called `public` until 2.x and are `abi_public` since 3.x; Aztec's libraries turn them into a type. */
export function kindOf(entry: unknown): FunctionKind {
  const type = stringOf(entry, "functionType");
  if (type === "public" || type === "private" || type === "utility") return type;
  const given = arrayOf(entry, "custom_attributes");
  const has = (kind: FunctionKind) => given.includes(kind) || given.includes(`abi_${kind}`);
  if (has("private")) return "private";
  return has("public") || stringOf(entry, "name") === DISPATCH ? "public" : "utility";
}

/** Attributes that name the kind of a function. */
const KINDS: ReadonlySet<string> = new Set(["public", "private", "utility"]);

/** The attributes of a function besides its kind, such as `view`. */
export function attributesOf(entry: unknown): string[] {
  const given = arrayOf(entry, "custom_attributes")
    .filter((attribute) => typeof attribute === "string")
    .map((attribute) => attribute.replace(/^abi_/, ""))
    .filter((attribute) => !KINDS.has(attribute));
  const flags = FLAGS.filter(([flag]) => property(entry, flag) === true).map(([, attribute]) => attribute);
  return [...new Set([...given, ...flags])];
}

/** The flags that Aztec's libraries write in place of attributes after loading an artifact. */
const FLAGS = [
  ["isStatic", "view"],
  ["isInitializer", "initializer"],
  ["isOnlySelf", "only_self"],
] as const;

/** Reads the return types. For public and private functions they are in `outputs`, not in the ABI. */
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
  // Written by Aztec's libraries after loading.
  if (bytecode instanceof Uint8Array) return base64Of(bytecode);
  // `JSON.stringify` of a Node buffer.
  return stringOf(bytecode, "data") ?? "";
}

/** Decodes the bytecode as it is published or hashed. That of private functions stays compressed. */
export function bytecodeOf({ name, bytecode }: ContractFunction): Uint8Array | Unreadable {
  const bytes = bytesOfBase64(bytecode);
  return "error" in bytes ? { error: `the bytecode of ${name} can't be read: ${bytes.error}` } : bytes;
}
