/**
 * Reads contract artifacts: the JSON that `aztec compile` writes, or that Aztec's libraries write after loading one.
 * Bytecode is decoded on demand.
 */

import { BYTES_PER_FIELD } from "../isa/limits.ts";
import { functionSelector } from "./selector.ts";
import { errorsOf, printable, signatureOf, type ContractError } from "./abi.ts";
import { attributesOf, DISPATCH, bytecodeText, kindOf } from "./contract-functions.ts";
import type { NoirFiles } from "./debug-symbols.ts";
import { bytesOfBase64 } from "./encodings.ts";
import { arrayOf, property, stringOf, type Unreadable } from "./json.ts";
import {
  MAX_CODE_BYTES,
  MAX_FUNCTIONS,
  MAX_NAME_CHARACTERS,
  MAX_SIGNATURE_CHARACTERS,
  MAX_SOURCE_CHARACTERS,
} from "./limits.ts";
import { noirFile, type NoirFile } from "./noir-source.ts";
import { releaseOfJson, type Release } from "./release.ts";
import { grouped } from "../program/grouped.ts";

export interface Artifact {
  readonly name: string;
  /** The compiler's release, and its instruction set. */
  readonly release: Release;
  /** The functions with bytecode for the AVM, the dispatch first. */
  readonly functions: readonly ArtifactFunction[];
  /** Names of the private and utility functions. */
  readonly others: readonly string[];
  /** The functions that the dispatch chooses from, by selector. Computed on first use. */
  readonly selectors: () => ReadonlyMap<number, PublicFunction>;
  readonly files: NoirFiles;
  /** The parsed JSON. */
  readonly json: unknown;
}

/** A function that other contracts and users can call. */
export interface PublicFunction {
  readonly name: string;
  readonly signature: string;
  /** Attributes such as `view`, `only_self`, `initializer`. */
  readonly attributes: readonly string[];
}

export interface ArtifactFunction {
  readonly name: string;
  /** The canonical signature. Undefined for the dispatch, and if a parameter's type isn't known. */
  readonly signature: string | undefined;
  /** Size of the bytecode in bytes, computed from the length of its text. */
  readonly size: number;
  readonly bytecode: () => Uint8Array | Unreadable;
  /** The errors that it can revert with, by selector. */
  readonly errors: () => ReadonlyMap<bigint, ContractError>;
  readonly debugSymbols: string | undefined;
}

/** Number of fields that bytecode takes when it is published: one for its length, and one for every 31 bytes. */
export function fieldsOf(bytes: number): number {
  return 1 + Math.ceil(bytes / BYTES_PER_FIELD);
}

/** Reads a JSON value as an artifact. */
export function readArtifact(value: unknown): Artifact | Unreadable {
  const entries = property(value, "functions");
  if (!Array.isArray(entries)) {
    return property(value, "bytecode") !== undefined
      ? { error: "it is the artifact of a Noir program, not of a contract: it has no bytecode for the AVM" }
      : { error: "it is JSON, but not a contract artifact: it has no list of functions" };
  }
  if (entries.length > MAX_FUNCTIONS)
    return { error: `the artifact has more than ${MAX_FUNCTIONS} functions` };
  const all = entries as unknown[];
  const isCode = (entry: unknown) => isPublic(entry) && !isCompressed(bytecodeText(entry));
  const functions = all.filter(isCode).map(readFunction);
  if (functions.length === 0) return { error: whyNoCode(all), contract: value };
  functions.sort((a, b) => Number(b.name === DISPATCH) - Number(a.name === DISPATCH));
  let selectors: ReadonlyMap<number, PublicFunction> | undefined;
  return {
    name: printable(stringOf(value, "name") ?? "unnamed", MAX_NAME_CHARACTERS),
    release: releaseOfJson(value),
    functions,
    others: all.filter((entry) => !isCode(entry)).map(nameOf),
    selectors: () =>
      (selectors ??= selectorsOf([...all.filter(isPublic), ...arrayOf(value, "nonDispatchPublicFunctions")])),
    files: readFiles(value),
    json: value,
  };
}

function whyNoCode(entries: readonly unknown[]): string {
  return entries.some(isPublic)
    ? "its public functions have no bytecode for the AVM yet: Aztec's compiler has to transpile it (`aztec compile`)"
    : "the contract has no public functions, so there is no bytecode for the AVM";
}

// --- functions ---

function isPublic(entry: unknown): boolean {
  return kindOf(entry) === "public";
}

/** Maximum number of attributes that are read of one function. */
const MAX_ATTRIBUTES = 10;

function nameOf(entry: unknown): string {
  return printable(stringOf(entry, "name") ?? "unnamed", MAX_NAME_CHARACTERS);
}

/** True for the bytecode of private and utility functions: it is gzipped, and `H4sI` is base64 of gzip's first three bytes. */
function isCompressed(bytecode: string): boolean {
  return bytecode === "" || bytecode.startsWith("H4sI");
}

function readFunction(entry: unknown): ArtifactFunction {
  const text = bytecodeText(entry);
  const name = nameOf(entry);
  const inAbi = property(entry, "abi") !== undefined;
  return {
    name,
    signature: name === DISPATCH ? undefined : signatureOf(name, parametersOf(entry)),
    size: Math.floor((text.replace(/={1,2}$/, "").length * 3) / 4),
    bytecode: () => {
      if (text.length > (MAX_CODE_BYTES / 3) * 4 + 4) return tooMuchCode();
      const bytes = bytesOfBase64(text);
      return "error" in bytes ? { error: `the bytecode of ${name} can't be read: ${bytes.error}` } : bytes;
    },
    errors: () => (inAbi ? errorsOf(property(entry, "abi"), "error_types") : errorsOf(entry, "errorTypes")),
    debugSymbols: stringOf(entry, "debug_symbols") ?? stringOf(entry, "debugSymbols"),
  };
}

/** The error for code over {@link MAX_CODE_BYTES}. */
export function tooMuchCode(): Unreadable {
  return { error: `it is more than ${grouped(MAX_CODE_BYTES)} bytes of bytecode` };
}

function parametersOf(entry: unknown): readonly unknown[] {
  const abi = property(entry, "abi");
  return abi === undefined ? arrayOf(entry, "parameters") : arrayOf(abi, "parameters");
}

function selectorsOf(entries: readonly unknown[]): ReadonlyMap<number, PublicFunction> {
  const selectors = new Map<number, PublicFunction>();
  let characters = 0;
  for (const entry of entries.slice(0, MAX_FUNCTIONS)) {
    const name = nameOf(entry);
    const signature = name === DISPATCH ? undefined : signatureOf(name, parametersOf(entry));
    if (signature === undefined) continue;
    characters += signature.length;
    if (characters > MAX_SIGNATURE_CHARACTERS) break;
    const attributes = attributesOf(entry)
      .slice(0, MAX_ATTRIBUTES)
      .map((attribute) => printable(attribute, MAX_NAME_CHARACTERS));
    selectors.set(functionSelector(signature), { name, signature, attributes });
  }
  return selectors;
}

// --- Noir's source files ---

function readFiles(artifact: unknown): NoirFiles {
  const map = property(artifact, "file_map") ?? property(artifact, "fileMap");
  const files = new Map<string, NoirFile | undefined>();
  let characters = 0;
  return (id) => {
    if (!files.has(id)) {
      const entry = property(map, id);
      characters += stringOf(entry, "source")?.length ?? 0;
      files.set(id, characters > MAX_SOURCE_CHARACTERS ? undefined : noirFile(entry));
    }
    return files.get(id);
  };
}
