/**
 * Finds names and comments for a program, from its control flow and from an artifact. The disassembler prints them,
 * and the reports of sizes and differences use them.
 */

import { parseTag, tagCode } from "../isa/tags.ts";
import { blockGraph, routines, type BlockGraph, type Routine } from "../program/control-flow.ts";
import { formOf, sizeOf, valueOf, type Program } from "../program/program.ts";
import { printable, type ContractError } from "../artifact/abi.ts";
import type { PublicFunction } from "../artifact/artifact.ts";
import { findDispatch, type DispatchCase } from "./selector-dispatch.ts";
import { KNOWN_ERRORS } from "./known-errors.ts";
import { MAX_NAME_CHARACTERS } from "../artifact/limits.ts";
import {
  CALL_LABEL,
  JUMP_LABEL,
  NAMED_LABEL,
  NO_LABEL,
  type TextModel,
  OFFSET_DIGITS,
} from "./text-model.ts";

/** What an artifact or a source says about a program. All of it is optional. */
export interface Knowledge {
  /** Comment lines for the top of the text. */
  readonly title?: readonly string[];
  /** The function that the program was compiled from. */
  readonly main?: string;
  /** The functions that the dispatch chooses from, by selector. */
  readonly selectors?: ReadonlyMap<number, PublicFunction>;
  readonly errors?: ReadonlyMap<bigint, ContractError>;
  /** The function that a statement was compiled in, not a function that was inlined there. */
  readonly functionOf?: (index: number) => string | undefined;
  /** Comment lines with the source that a statement comes from. */
  readonly sourceAt?: (index: number) => readonly string[];
  /** Labels that the source gave to statements. */
  readonly labels?: ReadonlyMap<number, string>;
  /** Public functions by the statement that their code is known to begin with. */
  readonly functions?: ReadonlyMap<number, PublicFunction>;
}

export type UnitKind =
  /** The code at the start of the program. */
  | "start"
  /** The code of one public function, which the dispatch jumps to. */
  | "function"
  /** Code that an INTERNALCALL enters. */
  | "routine"
  /** A routine that only reverts. */
  | "trap";

/** A routine with its name. */
export interface Unit extends Routine {
  readonly kind: UnitKind;
  readonly name: string;
  /** The name before it is made unique; undefined if only the byte offset is known. */
  readonly knownAs: string | undefined;
  /** Its first statement. */
  readonly statement: number;
  /** Set for a unit of kind "function". */
  readonly function: PublicFunction | undefined;
  /** Set for a trap whose error is known. */
  readonly error: ContractError | undefined;
}

export interface Description {
  readonly model: TextModel;
  readonly graph: BlockGraph;
  /** In the order of the code. Together they cover all of it. */
  readonly units: readonly Unit[];
  /** By block: the index of its unit. */
  readonly unitOf: Uint32Array;
  /** The comparisons of selectors in the dispatch. */
  readonly cases: readonly DispatchCase[];
}

/** Describes a program. */
export function describe(program: Program, knowledge: Knowledge = {}): Description {
  const graph = blockGraph(program);
  const { selectors } = knowledge;
  const cases = selectors ? findDispatch(graph, (selector) => selectors.has(selector)) : [];
  const functions = new Map<number, PublicFunction>(declaredFunctions(graph, knowledge.functions));
  for (const { body, selector } of cases) {
    // Functions with the same code may share it; the unit gets the name of the first one.
    if (!functions.has(body)) functions.set(body, selectors!.get(selector)!);
  }
  const found = routines(graph, functions.keys());
  const names = new Names(program);
  const units = nameUnits(graph, found, functions, knowledge, names);
  const unitOf = new Uint32Array(graph.count);
  for (const [index, { blocks }] of units.entries()) for (const block of blocks) unitOf[block] = index;

  const notes = new Map<number, string>();
  noteErrors(program, knowledge.errors, notes);
  for (const { literal, comparison, selector } of cases) {
    const { name, signature } = selectors!.get(selector)!;
    notes.set(literal, `selector of ${printable(signature)}`);
    notes.set(comparison, `is it ${name}?`);
  }
  for (const [statement, name] of knowledge.labels ?? []) names.give(statement, name);
  let headers: Map<number, string[]> | undefined;
  const model: TextModel = {
    program,
    title: knowledge.title ?? [],
    labels: labelKinds(graph, names),
    names: names.given,
    // Only text shows them, and there may be as many as instructions.
    get headers() {
      return (headers ??= headersOf(graph, units, unitOf));
    },
    notes,
    ...(knowledge.sourceAt && { sourceAt: knowledge.sourceAt }),
  };
  return { model, graph, units, unitOf, cases };
}

/** The functions whose first statement begins a block. If nothing jumps there, it is part of the code above it. */
function declaredFunctions(
  { starts, blockOf }: BlockGraph,
  functions: Knowledge["functions"] = new Map(),
): [number, PublicFunction][] {
  return [...functions].filter(([statement]) => starts[blockOf[statement]] === statement);
}

/** What kind of label each statement needs. */
function labelKinds({ program, targets }: BlockGraph, names: Names): Uint8Array {
  const labels = new Uint8Array(program.count);
  for (let index = 0; index < program.count; index++) {
    const statement = targets[index];
    if (statement < 0) continue;
    if (formOf(program, index)!.definition.flow === "call") labels[statement] = CALL_LABEL;
    else if (labels[statement] === NO_LABEL) labels[statement] = JUMP_LABEL;
  }
  for (const statement of names.given.keys()) labels[statement] = NAMED_LABEL;
  return labels;
}

// --- names ---

/** Gives unique names to statements. */
class Names {
  readonly given = new Map<number, string>();
  private readonly taken = new Set<string>();
  private readonly program: Program;

  constructor(program: Program) {
    this.program = program;
  }

  /** Gives a statement the wanted name, or a similar name if that is taken. */
  give(statement: number, wanted: string): string {
    const existing = this.given.get(statement);
    if (existing !== undefined) return existing;
    let name = this.allowed(wanted);
    if (this.taken.has(name))
      name += `_${this.program.pcs[statement].toString(16).padStart(OFFSET_DIGITS, "0")}`;
    while (this.taken.has(name)) name += "_";
    this.taken.add(name);
    this.given.set(statement, name);
    return name;
  }

  /** Makes a valid label of a name: replaces characters that a label can't have, and avoids reserved words. */
  private allowed(wanted: string): string {
    const plain = wanted
      .replace(/[^A-Za-z0-9_]+/g, "_")
      .replace(/^(?=[0-9]|$)/, "_")
      .slice(0, MAX_NAME_CHARACTERS);
    const { byMnemonic, byForm } = this.program.set;
    const upper = plain.toUpperCase();
    const reserved =
      byMnemonic.has(upper) ||
      byForm.has(upper) ||
      parseTag(plain) !== undefined ||
      upper === "SP" ||
      /^(?:L|sub)_[0-9a-f]+$/.test(plain);
    return reserved ? `${plain}_` : plain;
  }
}

function nameUnits(
  graph: BlockGraph,
  found: readonly Routine[],
  functions: ReadonlyMap<number, PublicFunction>,
  knowledge: Knowledge,
  names: Names,
): Unit[] {
  const { starts, program } = graph;
  // The source's labels get their names first, then the functions of the contract, so that nothing else takes them.
  for (const [statement, { name }] of functions) {
    names.give(statement, knowledge.labels?.get(statement) ?? name);
  }
  const main = mainRoutine(graph, found);
  if (knowledge.main !== undefined && main !== undefined) names.give(starts[main.entry], knowledge.main);
  return found.map((routine, index): Unit => {
    const statement = starts[routine.entry];
    const contractFunction = functions.get(statement);
    const trap = contractFunction ? undefined : trapOf(graph, routine, knowledge.errors);
    let kind: UnitKind = contractFunction ? "function" : trap ? "trap" : "routine";
    if (index === 0 && routine.callers.length === 0 && !contractFunction) kind = "start";
    const knownAs =
      contractFunction?.name ??
      knowledge.labels?.get(statement) ??
      (routine === main ? knowledge.main : undefined) ??
      (kind === "start" ? START : undefined) ??
      (trap && `trap_${trap.name}`) ??
      (setsConstants(graph, routine) ? CONSTANTS_ROUTINE : compiledIn(graph, routine, knowledge.functionOf));
    // The start needs a label only if something jumps there.
    const name =
      knownAs === undefined
        ? `sub_${program.pcs[statement].toString(16).padStart(OFFSET_DIGITS, "0")}`
        : kind === "start" && knownAs === START
          ? START
          : names.give(statement, knownAs);
    const { entry, blocks, size, callers } = routine;
    return {
      entry,
      blocks,
      size,
      callers,
      kind,
      name,
      knownAs,
      statement,
      function: contractFunction,
      error: trap?.error,
    };
  });
}

/** The name of the routine that only sets the cells with constants. */
export const CONSTANTS_ROUTINE = "globals";

/** The name of the code at the start. */
const START = "start";

/** The routine that the code at the start calls last: the calls before it only prepare memory. */
function mainRoutine(
  { program, starts, blockOf, targets }: BlockGraph,
  found: readonly Routine[],
): Routine | undefined {
  if (found.length === 0) return undefined;
  let last = -1;
  for (let index = 0; index < starts[1]; index++) {
    if (formOf(program, index)?.definition.flow === "call") last = targets[index];
  }
  return last < 0 ? undefined : found.find(({ entry }) => entry === blockOf[last]);
}

/** True if a routine only sets cells at fixed addresses. */
function setsConstants({ program, starts }: BlockGraph, { blocks }: Routine): boolean {
  if (blocks.length !== 1) return false;
  const end = starts[blocks[0] + 1] - 1;
  if (formOf(program, end)?.definition.flow !== "return" || end === starts[blocks[0]]) return false;
  for (let index = starts[blocks[0]]; index < end; index++) {
    if (formOf(program, index)?.definition.computes !== "set" || program.modes[index] !== 0) return false;
  }
  return true;
}

/** The function that most statements of a routine were compiled in. */
function compiledIn(
  { starts }: BlockGraph,
  { blocks }: Routine,
  functionOf: Knowledge["functionOf"],
): string | undefined {
  if (!functionOf) return undefined;
  const votes = new Map<string, number>();
  for (const block of blocks) {
    for (let index = starts[block]; index < starts[block + 1]; index++) {
      const name = functionOf(index);
      if (name !== undefined) votes.set(name, (votes.get(name) ?? 0) + 1);
    }
  }
  let best: string | undefined;
  for (const [name, count] of votes) if (best === undefined || count > votes.get(best)!) best = name;
  return best;
}

// --- errors ---

/** Maximum number of statements of a routine that is recognised as a trap. */
const MAX_TRAP_STATEMENTS = 100;

interface Trap {
  readonly name: string;
  readonly error: ContractError | undefined;
}

/** The error of a routine that only reverts; undefined if it does anything else. */
function trapOf(
  { program, starts, next, jump }: BlockGraph,
  { entry }: Routine,
  errors: Knowledge["errors"],
): Trap | undefined {
  let selector: bigint | undefined;
  // A trap sets the selector in its first statements, so this test rules most routines out early.
  const firstEnd = Math.min(starts[entry + 1], starts[entry] + MAX_TRAP_STATEMENTS);
  for (let index = starts[entry]; index < firstEnd && selector === undefined; index++) {
    selector = errorSelectorAt(program, index);
  }
  if (selector === undefined) return undefined;
  let count = 0;
  const seen = new Set([entry]);
  for (const block of seen) {
    count += starts[block + 1] - starts[block];
    if (count > MAX_TRAP_STATEMENTS) return undefined;
    for (let index = starts[block]; index < starts[block + 1]; index++) {
      const { flow, mnemonic } = formOf(program, index)?.definition ?? { flow: "halt", mnemonic: undefined };
      if (flow === "return" || flow === "call") return undefined;
      if (flow === "halt" && mnemonic !== "REVERT") return undefined;
    }
    for (const successor of [next[block], jump[block]]) if (successor >= 0) seen.add(successor);
  }
  const error = errorWith(selector, errors);
  return { name: error?.message === undefined ? hexOf(selector) : slug(error.message), error };
}

/** The error selector that a statement sets: compilers write it as a 64-bit literal. */
function errorSelectorAt(program: Program, index: number): bigint | undefined {
  const form = formOf(program, index);
  if (form?.definition.computes !== "set") return undefined;
  const { fields } = form;
  for (let position = 0; position < fields.length; position++) {
    const { kind } = fields[position].operand;
    if (kind === "tag" && program.values[program.firsts[index] + position] !== ERROR_TAG) return undefined;
    if (kind === "immediate") return valueOf(program, index, position);
  }
  return undefined;
}

const ERROR_TAG = tagCode("u64");

function errorWith(selector: bigint, errors: Knowledge["errors"]): ContractError | undefined {
  const known = errors?.get(selector);
  if (known) return known;
  const message = KNOWN_ERRORS.get(selector);
  return message === undefined ? undefined : { text: `"${message}"`, message };
}

function noteErrors(program: Program, errors: Knowledge["errors"], notes: Map<number, string>): void {
  for (let index = 0; index < program.count; index++) {
    const selector = errorSelectorAt(program, index);
    const error = selector === undefined ? undefined : errorWith(selector, errors);
    if (error) notes.set(index, `error: ${error.text}`);
  }
}

/** Maximum number of characters of a message in a label. */
const SLUG_LENGTH = 48;

/** Makes part of a label from a message: `Caller isn't admin` becomes `caller_isn_t_admin`. */
function slug(message: string): string {
  const words = message
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  let text = "";
  for (const word of words) {
    if (text !== "" && text.length + 1 + word.length > SLUG_LENGTH) break;
    text += (text === "" ? "" : "_") + word;
  }
  return text.slice(0, SLUG_LENGTH);
}

function hexOf(value: bigint): string {
  return value.toString(16).padStart(16, "0");
}

// --- headers ---

/** Maximum number of callers that a header names. */
const CALLERS_NAMED = 5;

function headersOf(
  { program, blockOf, starts, count }: BlockGraph,
  units: readonly Unit[],
  unitOf: Uint32Array,
): Map<number, string[]> {
  const total = Math.max(1, sizeOf(program));
  const headers = new Map<number, string[]>();
  for (const unit of units) {
    if (unit.kind === "start") continue;
    const { statement, size, callers } = unit;
    const lines: string[] = [];
    if (unit.function) {
      const { signature, attributes } = unit.function;
      lines.push(printable(signature) + attributes.map((attribute) => `, ${attribute}`).join(""));
    }
    const share = `${((100 * size) / total).toFixed(1)}% of the code`;
    const calledFrom = new Map<number, number>();
    for (const caller of callers) {
      const from = unitOf[blockOf[caller]];
      calledFrom.set(from, (calledFrom.get(from) ?? 0) + 1);
    }
    const listed = [...calledFrom.keys()].slice(0, CALLERS_NAMED).map((index) => units[index].name);
    if (calledFrom.size > CALLERS_NAMED) listed.push(`${calledFrom.size - CALLERS_NAMED} more`);
    const times = callers.length === 1 ? "once" : `${callers.length} times`;
    const by = callers.length === 0 ? "" : `; called ${times}, by ${listed.join(", ")}`;
    lines.push(`${unit.function ? "" : `${unit.name}: `}${bytesText(size)}, ${share}${by}`);
    headers.set(statement, lines);
  }
  for (let block = 1; block < count; block++) {
    if (unitOf[block] === unitOf[block - 1] || headers.has(starts[block])) continue;
    headers.set(starts[block], [`${units[unitOf[block]].name}, continued`]);
  }
  return headers;
}

function bytesText(size: number): string {
  return size === 1 ? "1 byte" : `${size} bytes`;
}
