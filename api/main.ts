/**
 * The library, `import … from "avm-assembly"`, for Node and browsers. It reads no files and needs no network:
 * callers pass texts and bytes. `docs/library.md` documents it.
 */

import { isObject } from "../artifact/json.ts";
import { chooseFunction, describeCode, describeFunction, describeProgram } from "../disassembler/contract.ts";
import { disassemble as textOf } from "../disassembler/disassemble.ts";
import { inspectArtifact, inspectCode } from "../disassembler/inspection.ts";
import type { Artifact as ReadArtifact } from "../artifact/artifact.ts";
import { declaredArtifactOf } from "../assembler/output/artifact.ts";
import { withLabels } from "../assembler/output/labels.ts";
import { parseSource } from "../grammar/source-file.ts";
import { DEFAULT_TARGET } from "../isa/table.ts";
import { check as checkSource } from "../project/check.ts";
import { encode } from "../program/codec.ts";
import { InputError } from "./errors.ts";
import { checkOptions, SOURCE_OPTIONS, typeName } from "./options.ts";
import { AssembledSource, readCode } from "./programs.ts";
import { runProgram } from "./run.ts";
import { assembleOptions, DEFAULT_NAME, diagnosticsOf } from "./sources.ts";
import type {
  Artifact,
  Assembled,
  Checked,
  CheckOptions,
  DisassembleOptions,
  Inspection,
  Outcome,
  ProgramLike,
  RunOptions,
  SourceOptions,
} from "./types.ts";

export { AssemblyError, InputError } from "./errors.ts";
export type * from "./types.ts";

/** Assembles source text. If it has errors, they are in `diagnostics` and `bytecode` is undefined. */
export function assemble(source: string, options: SourceOptions = {}): Assembled {
  requireText("assemble", source);
  checkOptions("assemble", options, SOURCE_OPTIONS);
  return new AssembledSource(source, options);
}

/** Assembles and checks source text without running it. */
export function check(source: string, options: CheckOptions = {}): Checked {
  requireText("check", source);
  checkOptions("check", options, { ...SOURCE_OPTIONS, strict: "boolean" });
  const { assembly, diagnostics } = checkSource(parseSource(options.name ?? DEFAULT_NAME, source), {
    ...assembleOptions(options),
    strict: options.strict ?? false,
  });
  return { target: assembly.program.set.target, diagnostics: diagnosticsOf(diagnostics) };
}

/** Disassembles bytecode, or a function of an artifact, to source text that assembles to the same bytes. */
export function disassemble(code: Uint8Array | Artifact, options: DisassembleOptions = {}): string {
  checkOptions("disassemble", options, {
    target: "target",
    function: "string",
    pc: "boolean",
    bytes: "boolean",
    source: "boolean",
  });
  const { function: name, pc = false, bytes = false, ...choice } = options;
  const input = readInput("disassemble", code);
  if (input.kind === "code") {
    if (name !== undefined) throw new TypeError("disassemble: bytecode has no functions to choose from");
    return textOf(describeCode(input.bytes, choice).model, { pc, bytes }).text;
  }
  const chosen = chooseFunction(input.artifact, name);
  const contract =
    "error" in chosen
      ? chosen
      : describeFunction(input.artifact, chosen, { ...choice, source: choice.source ?? false });
  if ("error" in contract) throw new InputError(`disassemble: ${contract.error}`);
  return textOf(contract.model, { pc, bytes }).text;
}

/** Inspects a contract: functions, selectors, sizes, and the hashes that identify it. */
export function inspect(program: ProgramLike, options: SourceOptions = {}): Inspection {
  checkOptions("inspect", options, SOURCE_OPTIONS);
  const source = typeof program === "string" ? new AssembledSource(program, options) : program;
  if (source instanceof AssembledSource) {
    const { assembly, target } = source;
    const artifact = declaredArtifactOf(assembly);
    if (!artifact) return inspectCode(encode(assembly.program), target);
    return orThrow(inspectArtifact(artifact, target, describeProgram(withLabels(assembly)).units, []));
  }
  const input = readInput("inspect", program as Uint8Array | Artifact);
  return input.kind === "code"
    ? inspectCode(input.bytes, options.target ?? DEFAULT_TARGET)
    : inspectArtifactFile(input.artifact, options);
}

/** Runs a program as Aztec's AVM does, with the same outcome and the same gas. */
export function run(program: ProgramLike, options: RunOptions = {}): Outcome {
  return runProgram(program, options);
}

function inspectArtifactFile(artifact: ReadArtifact, { target }: SourceOptions): Inspection {
  const dispatch = chooseFunction(artifact);
  const contract = "error" in dispatch ? undefined : describeFunction(artifact, dispatch, { target });
  if (contract && "error" in contract) throw new InputError(`inspect: ${contract.error}`);
  const used = target ?? artifact.release.nearest;
  return orThrow(inspectArtifact(artifact.json, used, contract?.units ?? [], []));
}

function orThrow(inspection: Inspection | { readonly error: string }): Inspection {
  if ("error" in inspection) throw new InputError(`inspect: ${inspection.error}`);
  return inspection;
}

function readInput(caller: string, code: Uint8Array | Artifact) {
  if (!(code instanceof Uint8Array) && !isObject(code)) {
    throw new TypeError(`${caller}: bytecode or an artifact was expected, found ${typeName(code)}`);
  }
  const input = readCode(code);
  if ("error" in input) throw new InputError(`${caller}: ${input.error}`);
  return input;
}

function requireText(caller: string, source: unknown): void {
  if (typeof source !== "string")
    throw new TypeError(`${caller}: the source is text, found ${typeName(source)}`);
}
