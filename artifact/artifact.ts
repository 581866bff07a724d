/**
 * Contract artifacts: the JSON that Aztec's compiler writes, as `aztec compile` leaves it and as Aztec's libraries hand
 * it on. Bytecode is taken out of it on demand.
 */

import { BYTES_PER_FIELD } from "../isa/limits.ts";
import type { TargetName } from "../isa/table.ts";
import { functionSelector } from "./selector.ts";
import { errorsOf, printable, signatureOf, type ContractError } from "./abi.ts";
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

/** The function that Aztec calls for every public call; it looks at the selector and goes on to the one that is meant. */
export const DISPATCH = "public_dispatch";

export interface Artifact {
  readonly name: string;
  /** Releases of Aztec and of the Noir compiler, where it says them. */
  readonly aztec: string | undefined;
  readonly noir: string | undefined;
  /** The instruction set, where those leave no doubt. */
  readonly target: TargetName | undefined;
  /** The functions with bytecode for the AVM, the dispatch first. */
  readonly functions: readonly ArtifactFunction[];
  /** Other functions, which run elsewhere. */
  readonly others: readonly string[];
  /** What the dispatch chooses from, by selector. Computed when it is first asked for. */
  readonly selectors: () => ReadonlyMap<number, PublicFunction>;
  readonly files: NoirFiles;
}

/** A function that other contracts and users can call. */
export interface PublicFunction {
  readonly name: string;
  readonly signature: string;
  /** Such as `view`, `only_self`, `initializer`. */
  readonly attributes: readonly string[];
}

export interface ArtifactFunction {
  readonly name: string;
  /** Undefined for the dispatch, and where a parameter's type isn't known. */
  readonly signature: string | undefined;
  /** Of the bytecode, from the length of its text. */
  readonly size: number;
  readonly bytecode: () => Uint8Array | Unreadable;
  /** By selector. */
  readonly errors: () => ReadonlyMap<bigint, ContractError>;
  readonly debugSymbols: string | undefined;
}

/** Fields that bytecode takes when it is published: one for its length, and one for every 31 bytes. */
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
  if (functions.length === 0) return { error: whyNoCode(all) };
  functions.sort((a, b) => Number(b.name === DISPATCH) - Number(a.name === DISPATCH));
  const aztec = stringOf(value, "aztec_version");
  const noir = stringOf(value, "noir_version");
  let selectors: ReadonlyMap<number, PublicFunction> | undefined;
  return {
    name: printable(stringOf(value, "name") ?? "unnamed", MAX_NAME_CHARACTERS),
    aztec: aztec === undefined ? undefined : printable(aztec, MAX_NAME_CHARACTERS),
    noir: noir === undefined ? undefined : printable(noir, MAX_NAME_CHARACTERS),
    target: targetOfRelease(aztec, noir),
    functions,
    others: all.filter((entry) => !isCode(entry)).map(nameOf),
    selectors: () =>
      (selectors ??= selectorsOf([...all.filter(isPublic), ...arrayOf(value, "nonDispatchPublicFunctions")])),
    files: readFiles(value),
  };
}

function whyNoCode(entries: readonly unknown[]): string {
  return entries.some(isPublic)
    ? "its public functions have no bytecode for the AVM yet: Aztec's compiler has to transpile it (`aztec compile`)"
    : "the contract has no public functions, so there is no bytecode for the AVM";
}

// --- functions ---

/** Attributes were called `public` until 2.x and are `abi_public` since 3.x; Aztec's libraries turn them into a type. */
function isPublic(entry: unknown): boolean {
  return (
    attributesOf(entry).includes("public") ||
    stringOf(entry, "functionType") === "public" ||
    nameOf(entry) === DISPATCH
  );
}

function attributesOf(entry: unknown): string[] {
  const given = arrayOf(entry, "custom_attributes").filter((attribute) => typeof attribute === "string");
  return given
    .slice(0, MAX_ATTRIBUTES)
    .map((attribute) => printable(attribute, MAX_NAME_CHARACTERS).replace(/^abi_/, ""));
}

/** Attributes of one function that are looked at. */
const MAX_ATTRIBUTES = 10;

function nameOf(entry: unknown): string {
  return printable(stringOf(entry, "name") ?? "unnamed", MAX_NAME_CHARACTERS);
}

function bytecodeText(entry: unknown): string {
  const bytecode = property(entry, "bytecode");
  if (typeof bytecode === "string") return bytecode;
  // A buffer as some libraries write it.
  return stringOf(bytecode, "data") ?? "";
}

/** What runs elsewhere is gzipped; `H4sI` are its first three bytes. */
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

/** What is said of code that is longer than anything here takes. */
export function tooMuchCode(): Unreadable {
  return { error: `it is more than ${MAX_CODE_BYTES.toLocaleString("en")} bytes of bytecode` };
}

function parametersOf(entry: unknown): readonly unknown[] {
  const abi = property(entry, "abi");
  return abi === undefined ? arrayOf(entry, "parameters") : arrayOf(abi, "parameters");
}

/** What names the function's kind or the test harness rather than what the function does. */
const KINDS = new Set(["public", "private", "utility"]);

function selectorsOf(entries: readonly unknown[]): ReadonlyMap<number, PublicFunction> {
  const selectors = new Map<number, PublicFunction>();
  let characters = 0;
  for (const entry of entries.slice(0, MAX_FUNCTIONS)) {
    const name = nameOf(entry);
    const signature = name === DISPATCH ? undefined : signatureOf(name, parametersOf(entry));
    if (signature === undefined) continue;
    characters += signature.length;
    if (characters > MAX_SIGNATURE_CHARACTERS) break;
    const attributes = attributesOf(entry).filter((attribute) => !KINDS.has(attribute));
    selectors.set(functionSelector(signature), { name, signature, attributes });
  }
  return selectors;
}

// --- the rest ---

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

/** The instruction set of each major release of Aztec. */
const TARGET_OF_MAJOR: Readonly<Record<string, TargetName>> = {
  "1": "v2",
  "2": "v2",
  "3": "v3",
  "4": "v4",
  "5": "v5",
  "6": "v6",
};

/** Which release of Noir came with which of Aztec, for artifacts from before 4.2, which name no release of Aztec. */
const TARGET_OF_NOIR: Readonly<Record<string, TargetName>> = {
  "7": "v2",
  "11": "v2",
  "15": "v3",
  "18": "v4",
};

function targetOfRelease(aztec: string | undefined, noir: string | undefined): TargetName | undefined {
  const major = /^v?([0-9]+)\./.exec(aztec ?? "");
  if (major) return Object.hasOwn(TARGET_OF_MAJOR, major[1]) ? TARGET_OF_MAJOR[major[1]] : undefined;
  const beta = /^1\.0\.0-beta\.([0-9]+)(?:\+|$)/.exec(noir ?? "");
  return beta && Object.hasOwn(TARGET_OF_NOIR, beta[1]) ? TARGET_OF_NOIR[beta[1]] : undefined;
}
