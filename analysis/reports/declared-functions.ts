/** Checks the code of a contract's public functions against their `.function` declarations. */

import { diagnostic, type Diagnostic, type Location, type Related } from "../../diagnostics/diagnostic.ts";
import { expansionsAround, frameOf, locateStatement } from "../../program/source-locations.ts";
import type { Analysis } from "../analyze.ts";
import { successors } from "../code/control-flow.ts";
import type { Op } from "../code/decoded-code.ts";

/** The part of a `.function` declaration that can be checked against code. */
export interface FunctionDeclaration {
  readonly name: string;
  readonly signature: string;
  /** Such as `view`. */
  readonly attributes: readonly string[];
  /** How many fields of calldata the arguments take. */
  readonly fields: number;
  /** The label at which the function's code begins; undefined if there is no such label. */
  readonly label: { readonly statement: number } | undefined;
  /** The place of the declaration. */
  readonly location: Location;
}

/** Reports each `view` function that changes state, and each instruction that reads calldata after the arguments. */
export function checkDeclaredFunctions(
  functions: readonly FunctionDeclaration[],
  analysis: Analysis,
): Diagnostic[] {
  if (!analysis.program.origins) return [];
  const found: Diagnostic[] = [];
  /** By instruction that reads calldata: of the functions that reach it, the one with the most argument fields. */
  const readers = new Map<Op, FunctionDeclaration>();
  for (const declared of functions) {
    const ops = opsOf(declared, analysis);
    const change = declared.attributes.includes("view")
      ? ops.find(({ plan }) => plan.changesState)
      : undefined;
    if (change) found.push(changeInView(declared, change, analysis));
    for (const op of ops) {
      if (op.plan.form.definition.mnemonic !== "CALLDATACOPY") continue;
      const other = readers.get(op);
      if (!other || other.fields < declared.fields) readers.set(op, declared);
    }
  }
  for (const [op, declared] of readers) {
    const beyond = readBeyond(declared, op, analysis);
    if (beyond) found.push(beyond);
  }
  return found;
}

/** The instructions that a function may execute, including those of the routines that it calls. */
function opsOf({ label }: FunctionDeclaration, analysis: Analysis): Op[] {
  const { code, graph } = analysis.internals;
  const entry = label && code.opOf[label.statement];
  if (!entry || !analysis.reachable(entry.index)) return [];
  const ops: Op[] = [];
  const blocks = new Set([graph.blockOf[entry.number]]);
  // The loop adds blocks to the set, and also visits those.
  for (const number of blocks) {
    const block = graph.blocks[number];
    const first = number === graph.blockOf[entry.number] ? entry.number : block.first;
    for (let at = first; at <= block.last; at++) {
      if (analysis.reachable(code.ops[at].index)) ops.push(code.ops[at]);
    }
    const last = code.ops[block.last];
    if (!analysis.reachable(last.index)) continue;
    for (const next of successors(last, block)) blocks.add(next);
    if (last.plan.flow === "call" && block.target >= 0) blocks.add(block.target);
  }
  return ops.sort((a, b) => a.pc - b.pc);
}

function changeInView(declared: FunctionDeclaration, op: Op, analysis: Analysis): Diagnostic {
  const { mnemonic } = op.plan.form.definition;
  const message = `\`${declared.name}\` is declared \`view\`, and its code changes state with ${mnemonic}: a caller that relies on \`view\` calls it statically, where that halts`;
  const related = placesOf(op, analysis, `${mnemonic} changes state`);
  return diagnostic("change-in-view", declared.location, message, { related });
}

/** Calldata consists of the selector and the fields of the arguments. What is read after them is 0. */
function readBeyond(declared: FunctionDeclaration, op: Op, analysis: Analysis): Diagnostic | undefined {
  const origins = analysis.program.origins!;
  const { fields } = op.plan.form;
  const lowOf = (name: string): number | undefined => {
    const position = fields.findIndex(({ operand }) => operand.name.startsWith(name));
    const low = analysis.boundsAt(op.index, position)?.low;
    return low === undefined ? undefined : Number(low);
  };
  const size = lowOf("copySize");
  const start = lowOf("cdStart");
  if (size === undefined || start === undefined || size === 0) return undefined;
  const end = start + size;
  if (end <= declared.fields + 1) return undefined;
  const has =
    declared.fields === 0
      ? "has no arguments, only its selector in field 0"
      : declared.fields === 1
        ? "has one argument, in field 1"
        : `has its arguments in fields 1 to ${declared.fields}`;
  const message = `field ${end - 1} of the calldata is read; \`${declared.signature}\` ${has}, and later fields read as 0`;
  return diagnostic("calldata-beyond-arguments", locateStatement(origins, op.index), message, {
    related: [
      ...expansionsAround(frameOf(origins, op.index)),
      { ...declared.location, message: "the function is declared here" },
    ],
  });
}

/** The place of an instruction, and those of the macro calls that it was expanded from. */
function placesOf(op: Op, { program }: Analysis, message: string): Related[] {
  const origins = program.origins!;
  const calls = expansionsAround(frameOf(origins, op.index)).map(({ source, span, message: text }) => ({
    source,
    span,
    message: text,
  }));
  return [{ ...locateStatement(origins, op.index), message }, ...calls];
}
