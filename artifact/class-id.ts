/**
 * Computes the hashes that identify a contract class: the commitment to its public bytecode, the root of its private
 * functions, and the class id over both and the artifact hash. It follows `computeContractClassIdWithPreimage` of Aztec's
 * `stdlib` from 4.x on. Earlier releases aren't supported.
 */

import { hashFields } from "./poseidon2.ts";
import { BYTES_PER_FIELD } from "../isa/limits.ts";
import type { TargetName } from "../isa/table.ts";
import { bytesOfBase64 } from "./encodings.ts";
import type { Unreadable } from "./json.ts";

// Domain separators: numbers that Aztec's protocol hashes first, so that hashes for different purposes differ. The first two and the
// last have these names in `DomainSeparator` of `@aztec/constants`.
const PUBLIC_BYTECODE = 260313585n;
const PRIVATE_FUNCTION_LEAF = 1389398688n;
/** The domain separator that 5.x and later hash with the two children of a node. */
const MERKLE_NODE = 2982624097n;
const CONTRACT_CLASS_ID = 3923495515n;

/** `FUNCTION_TREE_HEIGHT` of `@aztec/constants`. */
const PRIVATE_TREE_HEIGHT = 7;

/** Maximum number of private functions of a contract. */
export const MAX_PRIVATE_FUNCTIONS = 2 ** PRIVATE_TREE_HEIGHT;

/** Targets whose class ids this module computes. */
export type ClassTarget = Extract<TargetName, "v4" | "v5" | "v6">;

export function isClassTarget(target: TargetName): target is ClassTarget {
  return target === "v4" || target === "v5" || target === "v6";
}

/** The published fields of bytecode after the field with its length: 31 bytes each, the last padded with zeros. */
function bytecodeFields(bytecode: Uint8Array): bigint[] {
  const fields: bigint[] = [];
  for (let start = 0; start < bytecode.length; start += BYTES_PER_FIELD) {
    const chunk = bytecode.subarray(start, start + BYTES_PER_FIELD);
    fields.push(fieldOf(chunk) << BigInt(8 * (BYTES_PER_FIELD - chunk.length)));
  }
  return fields;
}

/** The commitment to public bytecode. A contract without public bytecode has the commitment to zero bytes. */
export function bytecodeCommitment(bytecode: Uint8Array): bigint {
  const separator = PUBLIC_BYTECODE + (BigInt(bytecode.length) << 32n);
  return hashFields([separator, ...bytecodeFields(bytecode)]);
}

/** The hash of a private function's verification key. The key is base64 of fields of 32 bytes. */
export function verificationKeyHash(key: string): bigint | Unreadable {
  const bytes = bytesOfBase64(key);
  if ("error" in bytes) return { error: `a verification key can't be read: ${bytes.error}` };
  const fields: bigint[] = [];
  for (let start = 0; start < bytes.length; start += 32)
    fields.push(fieldOf(bytes.subarray(start, start + 32)));
  return hashFields(fields);
}

export interface PrivateFunction {
  readonly selector: number;
  readonly verificationKeyHash: bigint;
}

/** The root of the tree of private functions. */
export function privateFunctionsRoot(functions: readonly PrivateFunction[], target: ClassTarget): bigint {
  const node =
    target === "v4"
      ? (left: bigint, right: bigint) => hashFields([left, right])
      : (left: bigint, right: bigint) => hashFields([MERKLE_NODE, left, right]);
  let level = functions
    .toSorted((a, b) => a.selector - b.selector)
    .map(({ selector, verificationKeyHash: hash }) =>
      hashFields([PRIVATE_FUNCTION_LEAF, BigInt(selector), hash]),
    );
  let empty = hashFields([0n, 0n]);
  for (let height = 0; height < PRIVATE_TREE_HEIGHT; height++) {
    level = pairs(level, empty, node);
    empty = node(empty, empty);
  }
  return level.length === 0 ? empty : level[0];
}

/** Computes the next level of a tree. Skips nodes without a leaf below them. */
function pairs(
  level: readonly bigint[],
  empty: bigint,
  node: (left: bigint, right: bigint) => bigint,
): bigint[] {
  const next: bigint[] = [];
  for (let index = 0; index < level.length; index += 2)
    next.push(node(level[index], level[index + 1] ?? empty));
  return next;
}

export function classId(artifactHash: bigint, privateRoot: bigint, commitment: bigint): bigint {
  return hashFields([CONTRACT_CLASS_ID, artifactHash, privateRoot, commitment]);
}

/** Reads bytes as a number in big-endian order. */
export function fieldOf(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}
