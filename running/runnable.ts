/** Prepares sources, bytecode and artifacts to be run. */

import { assemble, type AssembleOptions, type Assembly } from "../assembler/assemble.ts";
import { errorsOf } from "../assembler/output/artifact.ts";
import type { ContractError } from "../artifact/abi.ts";
import { tooMuchCode, type Artifact } from "../artifact/artifact.ts";
import { DISPATCH, readFunctions, type ContractFunction } from "../artifact/contract-functions.ts";
import type { DebugSymbols } from "../artifact/debug-symbols.ts";
import { readDebugSymbols } from "../artifact/debug-symbols.ts";
import { readBytecode } from "../artifact/input.ts";
import { printable } from "../artifact/abi.ts";
import { releaseDoubt } from "../artifact/release.ts";
import { MAX_CODE_BYTES } from "../artifact/limits.ts";
import { describeCode, describeFunction, type Contract } from "../disassembler/contract.ts";
import { hasErrors } from "../diagnostics/diagnostic.ts";
import { didYouMean, nearest } from "../diagnostics/suggest.ts";
import type { SourceFile } from "../grammar/source-file.ts";
import { DEFAULT_TARGET, type TargetName } from "../isa/table.ts";
import { encode } from "../program/codec.ts";
import { sizeOf } from "../program/program.ts";

export interface Runnable {
  /** The name in messages: the path that it was read from. */
  readonly name: string;
  readonly target: TargetName;
  readonly bytes: Uint8Array;
  /** Set for a source. */
  readonly assembly?: Assembly;
  readonly artifact?: Artifact;
  /** The errors that functions can revert with, by selector. */
  readonly errors?: ReadonlyMap<bigint, ContractError>;
  /** The Noir locations of an artifact's instructions. */
  readonly debugSymbols?: DebugSymbols;
  /** Describes code that has no source; computed on demand. */
  readonly describe?: () => Contract | undefined;
  /** Why the target isn't certain; absent if it is. */
  readonly doubt?: string;
}

/** Why there is nothing to run: a clause without a full stop. */
export interface NotRunnable {
  readonly error: string;
  /** Set for a source with errors; its diagnostics have them. */
  readonly assembly?: Assembly;
}

/** Assembles a source to run it. */
export function runnableSource(file: SourceFile, options: AssembleOptions): Runnable | NotRunnable {
  return runnableAssembly(assemble(file, options), file.name);
}

export function runnableAssembly(assembly: Assembly, name: string): Runnable | NotRunnable {
  if (hasErrors(assembly.diagnostics)) return { error: "it has errors", assembly };
  const { program } = assembly;
  if (sizeOf(program) > MAX_CODE_BYTES) return { ...tooMuchCode(), assembly };
  const errors = once(() => declaredErrors(assembly));
  return {
    name,
    target: program.set.target,
    bytes: encode(program),
    assembly,
    get errors() {
      return errors();
    },
  };
}

/** The messages whose selectors a source computes with `error_selector`. */
function declaredErrors(assembly: Assembly): ReadonlyMap<bigint, ContractError> {
  return new Map(
    [...errorsOf(assembly)].map(([selector, message]) => [selector, { text: message, message }]),
  );
}

export interface CodeChoice {
  readonly target?: TargetName | undefined;
  /** For an artifact without the dispatch, which is what Aztec runs: the function whose own bytecode is run. */
  readonly functionName?: string;
}

/** Prepares bytecode, bytecode written as text, or an artifact. */
export function runnableBytecode(
  name: string,
  bytes: Uint8Array,
  choice: CodeChoice = {},
): Runnable | NotRunnable {
  const input = readBytecode(bytes, name.toLowerCase().endsWith(".bin"));
  if ("error" in input) return input;
  if (input.kind === "code") return runnableCode(name, input.bytes, choice.target);
  return runnableArtifact(name, input.artifact, choice);
}

export function runnableArtifact(
  name: string,
  artifact: Artifact,
  { target, functionName }: CodeChoice = {},
): Runnable | NotRunnable {
  const chosen =
    artifact.functions.find((candidate) => candidate.name === DISPATCH) ??
    artifact.functions.find((candidate) => candidate.name === functionName) ??
    artifact.functions[0];
  const code = chosen.bytecode();
  if ("error" in code) return code;
  const symbols =
    chosen.debugSymbols === undefined ? undefined : readDebugSymbols(chosen.debugSymbols, artifact.files);
  const errors = new Map(artifact.functions.flatMap(({ errors }) => [...errors()]));
  const doubt = target === undefined ? releaseDoubt(artifact.release) : undefined;
  const describe = once(() => {
    const contract = describeFunction(artifact, chosen, { target });
    return "error" in contract ? undefined : contract;
  });
  return {
    name,
    target: target ?? artifact.release.nearest,
    bytes: code,
    artifact,
    errors,
    describe,
    ...(symbols && !("error" in symbols) && { debugSymbols: symbols }),
    ...(doubt !== undefined && { doubt }),
  };
}

/** Prepares bytecode without an artifact. */
export function runnableCode(name: string, bytes: Uint8Array, target: TargetName = DEFAULT_TARGET): Runnable {
  return { name, target, bytes, describe: once(() => describeCode(bytes, { target })) };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** The public function of an artifact that a call names. */
export function functionNamed(
  artifact: Artifact,
  name: string,
): ContractFunction | { readonly error: string } {
  const functions = readFunctions(artifact.json);
  if ("error" in functions) return functions;
  const found = functions.find((candidate) => candidate.name === name);
  if (found?.kind === "public") return found;
  if (found) return { error: `\`${name}\` is a ${found.kind} function: it doesn't run on the AVM` };
  const names = functions.filter(({ kind }) => kind === "public").map((candidate) => candidate.name);
  return { error: `the contract has no function \`${printable(name)}\`${didYouMean(nearest(name, names))}` };
}
