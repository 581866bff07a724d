/** Describes bytecode and artifacts, so that they can be printed, measured or compared. */

import { MAX_BYTECODE_FIELDS } from "../isa/limits.ts";
import { instructionSet } from "../isa/instruction-set.ts";
import { DEFAULT_TARGET, type TargetName } from "../isa/table.ts";
import { decode } from "../program/codec.ts";
import { DATA, sizeOf, type Program } from "../program/program.ts";
import { printable } from "../artifact/abi.ts";
import { fieldsOf, type Artifact, type ArtifactFunction } from "../artifact/artifact.ts";
import { DISPATCH } from "../artifact/contract-functions.ts";
import { makerOf, releaseDoubt } from "../artifact/release.ts";
import { readDebugSymbols, type NoirFrame, isSameLine } from "../artifact/debug-symbols.ts";
import { describe, type Description } from "./naming.ts";
import { locateStatements, type DebugInfo } from "./noir-locations.ts";
import type { LabelledProgram } from "./labelled-program.ts";
import type { Unreadable } from "../artifact/json.ts";
import { MAX_INTERLEAVED_CHARACTERS } from "../artifact/limits.ts";

/** Bytecode with its description, and its debug symbols if there are any. */
export interface Contract extends Description {
  readonly program: Program;
  /** The source location of each statement; absent if there are no debug symbols. */
  readonly debug?: DebugInfo;
}

export interface ContractOptions {
  /** The instruction set. By default the artifact's, or else the default target. */
  readonly target?: TargetName | undefined;
  /** Whether lines of Noir are interleaved. */
  readonly source?: boolean;
}

/** Describes bytecode without an artifact. */
export function describeCode(bytes: Uint8Array, { target = DEFAULT_TARGET }: ContractOptions = {}): Contract {
  const program = decode(instructionSet(target), bytes);
  return { program, ...describe(program, { title: [sizeLine(program)] }) };
}

/** The function of an artifact with a name; by default the dispatch, or the only function. */
export function chooseFunction(artifact: Artifact, name?: string): ArtifactFunction | Unreadable {
  const { functions, others, selectors } = artifact;
  if (name === undefined) {
    if (functions[0].name === DISPATCH || functions.length === 1) return functions[0];
    return { error: `the contract has no \`${DISPATCH}\`; one of its functions has to be chosen` };
  }
  const found = functions.find((candidate) => candidate.name === name);
  if (found) return found;
  const isDispatched = [...selectors().values()].some((dispatched) => dispatched.name === name);
  if (isDispatched && functions.some((candidate) => candidate.name === DISPATCH))
    return { error: `\`${name}\` has no separate code: it is part of \`${DISPATCH}\`` };
  return {
    error: others.includes(name)
      ? `\`${name}\` isn't a public function: it doesn't run on the AVM`
      : `the contract has no function \`${printable(name)}\``,
  };
}

/** Describes one function of an artifact. */
export function describeFunction(
  artifact: Artifact,
  { name, bytecode, errors, debugSymbols }: ArtifactFunction,
  options: ContractOptions = {},
): Contract | Unreadable {
  const bytes = bytecode();
  if ("error" in bytes) return bytes;
  const target = options.target ?? artifact.release.nearest;
  const program = decode(instructionSet(target), bytes);
  const symbols = debugSymbols === undefined ? undefined : readDebugSymbols(debugSymbols, artifact.files);
  const title = [`${name} of ${artifact.name}`, releaseLine(artifact, options), sizeLine(program)];
  if (symbols && "error" in symbols) title.push(`its debug symbols can't be used: ${symbols.error}`);
  const known = symbols && !("error" in symbols) ? locateStatements(program, symbols) : undefined;
  const description = describe(program, {
    title,
    main: name,
    selectors: artifact.selectors(),
    errors: errors(),
    ...(known && { functionOf: (index) => functionOf(known, index, artifact.name) }),
    ...(known && options.source && { sourceAt: interleaver(known) }),
  });
  return { program, ...description, ...(known && { debug: known }) };
}

/** Describes an assembled program. Routines and functions keep the names that the source gives them. */
export function describeProgram({ program, labels, functions }: LabelledProgram): Contract {
  const names = new Map<number, string>();
  for (const { name, statement } of labels) {
    if (statement < program.count && !names.has(statement)) names.set(statement, name);
  }
  return { program, ...describe(program, { title: [sizeLine(program)], labels: names, functions }) };
}

// --- the first lines of a disassembly ---

function releaseLine({ release }: Artifact, options: ContractOptions): string {
  const doubt = options.target === undefined ? releaseDoubt(release) : undefined;
  return doubt ?? makerOf(release) ?? "it names no release";
}

/** The line at the top of every disassembly that {@link sizeLine} is in. */
export const DISASSEMBLY_HEADER = /^; \d+ bytes \(\d+ of \d+ fields\), \d+ instructions/;

function sizeLine(program: Program): string {
  const size = sizeOf(program);
  let instructions = 0;
  for (const opcode of program.opcodes) if (opcode !== DATA) instructions++;
  return `${size} bytes (${fieldsOf(size)} of ${MAX_BYTECODE_FIELDS} fields), ${instructions} instructions`;
}

// --- Noir ---

function functionOf({ locationOf, frames }: DebugInfo, index: number, contract: string): string | undefined {
  if (locationOf[index] < 0) return undefined;
  const name = frames(locationOf[index]).at(0)?.function;
  return name?.startsWith(`${contract}::`) ? name.slice(contract.length + 2) : name;
}

/** Returns a function that gives the Noir lines to print above a statement, up to {@link MAX_INTERLEAVED_CHARACTERS} in total. */
function interleaver(debug: DebugInfo): (index: number) => readonly string[] {
  let characters = 0;
  return (index) => {
    if (characters > MAX_INTERLEAVED_CHARACTERS) return [];
    const lines = sourceLines(debug, index);
    for (const line of lines) characters += line.length;
    return lines;
  };
}

/** The Noir lines of a statement's inlined calls, from the first that differs from those of the statement before it. */
function sourceLines({ locationOf, frames }: DebugInfo, index: number): string[] {
  const location = locationOf[index];
  const previous = index > 0 ? locationOf[index - 1] : -1;
  if (location < 0 || location === previous) return [];
  const list = frames(location);
  const before = previous < 0 ? [] : frames(previous);
  let common = 0;
  while (common < list.length && common < before.length && isSameLine(list[common], before[common])) common++;
  return list.slice(common).map((frame, index) => "  ".repeat(common + index) + frameText(frame));
}

function frameText({ path, line, function: name, text }: NoirFrame): string {
  // Only the package and the path below it are printed: the rest of the path belongs to the computer that compiled it.
  const inside = path.lastIndexOf("/src/");
  const short = inside < 0 ? path : path.slice(path.lastIndexOf("/", inside - 1) + 1);
  const place = printable(`${short}:${line + 1}${name === undefined ? "" : ` ${name}`}`);
  return `${place} | ${printable(text.trim())}`;
}
