/**
 * Computes the hash of an artifact: over its name, its `outputs`, and the private and utility functions with their bytecode.
 * It follows `computeArtifactHash` of Aztec's `stdlib`.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { FIELD_MODULUS } from "../isa/tags.ts";
import { readAbiType } from "./abi-types.ts";
import { fieldOf } from "./class-id.ts";
import { bytecodeOf, type ContractFunction, type FunctionKind } from "./contract-functions.ts";
import { entriesOf, property, stringOf, type Unreadable } from "./json.ts";

/** The first byte of what is hashed: the version of the format, `VERSION` of Aztec's `artifact_hash.ts`. */
const VERSION = 1;

/** The hash, or why it can't be computed. */
export function artifactHash(artifact: unknown, functions: readonly ContractFunction[]): bigint | Unreadable {
  const privateRoot = functionTreeRoot(functions, "private");
  if ("error" in privateRoot) return privateRoot;
  const utilityRoot = functionTreeRoot(functions, "utility");
  if ("error" in utilityRoot) return utilityRoot;
  return fieldOf(hash(Uint8Array.of(VERSION), privateRoot, utilityRoot, metadataHash(artifact)));
}

function functionTreeRoot(
  functions: readonly ContractFunction[],
  kind: FunctionKind,
): Uint8Array | Unreadable {
  const leaves: { readonly selector: number; readonly hash: Uint8Array }[] = [];
  for (const entry of functions) {
    if (entry.kind !== kind) continue;
    const { name, selector, returnTypes } = entry;
    if (selector === undefined || returnTypes === undefined) {
      return { error: `${name} has a type that isn't known` };
    }
    const bytecode = bytecodeOf(entry);
    if ("error" in bytecode) return bytecode;
    const leaf = hash(
      Uint8Array.of(VERSION),
      bytesOfSelector(selector),
      hash(utf8(sortedJson(returnTypes))),
      hash(bytecode),
    );
    leaves.push({ selector, hash: leaf });
  }
  let level = leaves.sort((a, b) => a.selector - b.selector).map((leaf) => leaf.hash);
  if (level.length === 0) return EMPTY;
  let empty: Uint8Array = EMPTY;
  while (level.length > 1) {
    const next: Uint8Array[] = [];
    for (let index = 0; index < level.length; index += 2)
      next.push(hash(level[index], level[index + 1] ?? empty));
    level = next;
    empty = hash(empty, empty);
  }
  return level[0];
}

/** A leaf that no function has. */
const EMPTY = new Uint8Array(32);

function bytesOfSelector(selector: number): Uint8Array {
  return Uint8Array.of(selector >>> 24, selector >>> 16, selector >>> 8, selector);
}

function metadataHash(artifact: unknown): Uint8Array {
  const outputs = property(artifact, "outputs");
  const metadata = {
    name: stringOf(artifact, "name"),
    outputs: { globals: property(outputs, "globals") ?? {}, structs: structsOf(outputs, isLoaded(artifact)) },
  };
  return hash(utf8(sortedJson(metadata)));
}

/** True if Aztec's libraries loaded the artifact and wrote it again. Such an artifact is hashed unchanged. */
function isLoaded(artifact: unknown): boolean {
  return property(artifact, "nonDispatchPublicFunctions") !== undefined;
}

/** The exported types in the order that loading an artifact gives them. */
function structsOf(outputs: unknown, loaded: boolean): Readonly<Record<string, unknown>> {
  const structs: [string, unknown][] = entriesOf(outputs, "structs").map(([key, types]) => {
    if (!Array.isArray(types)) return [key, types];
    const known = types.map((type: unknown) => readAbiType(type) ?? type);
    return [key, !loaded && UNORDERED.has(key) ? known.sort(byPathDescending) : known];
  });
  return Object.fromEntries(structs);
}

/** The exported types that the compiler writes in no fixed order, and that loading an artifact sorts. */
const UNORDERED = new Set(["events", "functions"]);

function byPathDescending(a: unknown, b: unknown): number {
  return (stringOf(a, "path") ?? "") > (stringOf(b, "path") ?? "") ? -1 : 1;
}

/** Renders JSON with sorted keys and without white space. */
function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => sortedJson(item)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const fields = Object.entries(value as Readonly<Record<string, unknown>>)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${sortedJson(field)}`);
  return `{${fields.join(",")}}`;
}

/** SHA-256 reduced to a field element, as 32 bytes. */
function hash(...parts: readonly Uint8Array[]): Uint8Array {
  const digest = sha256.create();
  for (const part of parts) digest.update(part);
  let value = fieldOf(digest.digest()) % FIELD_MODULUS;
  const bytes = new Uint8Array(32);
  for (let index = 31; value > 0n; index--, value >>= 8n) bytes[index] = Number(value & 0xffn);
  return bytes;
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
