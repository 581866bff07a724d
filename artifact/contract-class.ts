/** Computes a contract's class from its artifact, as Aztec does before the contract is published. */

import type { TargetName } from "../isa/table.ts";
import { artifactHash } from "./artifact-hash.ts";
import {
  MAX_PRIVATE_FUNCTIONS,
  bytecodeCommitment,
  classId,
  isClassTarget,
  privateFunctionsRoot,
  verificationKeyHash,
  type ClassTarget,
  type PrivateFunction,
} from "./class-id.ts";
import { bytecodeOf, type ContractFunction } from "./contract-functions.ts";
import type { Unreadable } from "./json.ts";

export interface ContractClass {
  readonly artifactHash: bigint;
  readonly privateFunctionsRoot: bigint;
  readonly publicBytecodeCommitment: bigint;
  readonly classId: bigint;
}

/** The bytecode that a contract publishes: that of its only public function with code, which Aztec requires to be the dispatch. */
export function publicBytecode(functions: readonly ContractFunction[]): Uint8Array | Unreadable {
  const dispatch = functions.find(({ kind, name }) => kind === "public" && name === "public_dispatch");
  return dispatch ? bytecodeOf(dispatch) : new Uint8Array();
}

/** Computes the class of an artifact's JSON. */
export function contractClass(
  artifact: unknown,
  functions: readonly ContractFunction[],
  target: TargetName,
): ContractClass | Unreadable {
  if (!isClassTarget(target)) return { error: `how releases of ${target} compute class ids isn't known` };
  const bytecode = publicBytecode(functions);
  if ("error" in bytecode) return bytecode;
  const root = rootOfFunctions(functions, target);
  if (typeof root === "object") return root;
  const hash = artifactHash(artifact, functions);
  if (typeof hash === "object") return hash;
  const commitment = bytecodeCommitment(bytecode);
  return {
    artifactHash: hash,
    privateFunctionsRoot: root,
    publicBytecodeCommitment: commitment,
    classId: classId(hash, root, commitment),
  };
}

/** The root of an artifact's private functions. */
export function rootOfFunctions(
  functions: readonly ContractFunction[],
  target: ClassTarget,
): bigint | Unreadable {
  const privateFunctions: PrivateFunction[] = [];
  for (const { name, kind, selector, verificationKey } of functions) {
    if (kind !== "private") continue;
    if (selector === undefined) return { error: `${name} has a type that isn't known` };
    if (verificationKey === undefined)
      return { error: `the private function ${name} has no verification key` };
    const hash = verificationKeyHash(verificationKey);
    if (typeof hash === "object") return hash;
    privateFunctions.push({ selector, verificationKeyHash: hash });
  }
  if (privateFunctions.length > MAX_PRIVATE_FUNCTIONS) {
    return { error: `a contract has at most ${MAX_PRIVATE_FUNCTIONS} private functions` };
  }
  return privateFunctionsRoot(privateFunctions, target);
}
