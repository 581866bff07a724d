/** Reports mistakes in instructions: unknown mnemonics, wrong numbers and orders of operands, and operands that don't fit. */

import { shownOperand } from "../../isa/describe.ts";
import { LIBRARY_MACROS, libraryFileOf } from "../expand/library-macros.ts";
import { didYouMean } from "../../diagnostics/suggest.ts";
import type { InstructionStatement, OperandNode } from "../../grammar/ast.ts";
import { adviceFor } from "../../grammar/foreign-words.ts";
import { nodeText, type Line } from "../../grammar/line.ts";
import {
  instructionSet,
  type InstructionDefinition,
  type InstructionSet,
  type WireForm,
} from "../../isa/instruction-set.ts";
import { TARGETS } from "../../isa/table.ts";
import { parseTag } from "../../isa/tags.ts";
import { nearestOf, type EvaluationContext } from "../expressions/evaluate.ts";
import { lookupName } from "../expressions/lookup.ts";
import { groupedDigits } from "../expressions/grouped-digits.ts";
import { addition } from "../expressions/insertion.ts";
import { replacement } from "../expressions/replacement.ts";
import type { Scoped } from "../expressions/symbols.ts";
import { misfitIn } from "./wire-forms.ts";
import { fitsKind, type ResolvedOperand } from "./operands.ts";

export function reportCount(
  at: Scoped<InstructionStatement>,
  instruction: InstructionDefinition,
  mnemonic: string,
  context: EvaluationContext,
): void {
  const wanted = instruction.operands.length;
  const { operands, mnemonic: token } = at.node;
  const names = instruction.operands.map(shownOperand).join(", ");
  const grouped = operands.length > wanted && groupedDigits(at.line, operands, wanted);
  if (grouped) {
    const node = { ...at, node: grouped.node };
    return context.report(node, "malformed-number", grouped.message, replacement(node, grouped.text));
  }
  const node =
    operands.length > wanted
      ? { first: operands[wanted].first, last: operands.at(-1)!.last }
      : { first: token, last: token };
  const list = wanted === 0 ? "" : ` (${names})`;
  const count = wanted === 1 ? "1 operand" : wanted === 0 ? "no operands" : `${wanted} operands`;
  if (reportCallOfLabel(at, instruction, context)) return;
  const hint = [missingOperands(at, instruction), countHint(at, instruction)].filter(Boolean).join(": ");
  context.report(
    { ...at, node },
    "operand-count",
    `\`${mnemonic}\` takes ${count}${list}; ${operands.length} given${hint && `: ${hint}`}`,
  );
}

/** Names the operands that are missing: those that another target doesn't have, those that must be, or else the last ones. */
function missingOperands(
  { node, ...at }: Scoped<InstructionStatement>,
  { mnemonic, operands: wanted }: InstructionDefinition,
): string | undefined {
  const given = node.operands.map((operand) => ({ ...at, node: operand }));
  if (given.length === 0 || given.length === wanted.length) return undefined;
  const [other] = TARGETS.map(
    (target) => instructionSet(target).byMnemonic.get(mnemonic)?.operands ?? [],
  ).filter(({ length }) => length === given.length);
  if (other as typeof other | undefined) {
    const known = other.map(shownOperand);
    if (given.length > wanted.length) {
      const now = wanted.map(shownOperand);
      return `${listOf(known.filter((name) => !now.includes(name)))} ${given.length - wanted.length === 1 ? "is" : "are"} for older targets`;
    }
    return `${areMissing(wanted.map(shownOperand).filter((name) => !known.includes(name)))}, which older targets don't have`;
  }
  const ways = waysToLeaveOut(given, wanted).map((way) => way.map(shownOperand));
  if (given.length > wanted.length) return undefined;
  const last = shownOperand(wanted.at(-1)!);
  if (isResult(wanted, given.length)) {
    const number = node.operands.find(({ kind }) => kind === "literal");
    const first = number ? `; \`${nodeText(at.line, number)}\` is SET into a cell first` : "";
    return `the last operand is the cell for the result, \`${last}\`${first}`;
  }
  if (ways.length === 0) return undefined;
  const names = wanted.slice(given.length).map(shownOperand);
  if (ways.every((way) => way.join() !== names.join())) {
    const choices = ways.map((way) => way.map((name) => `\`${name}\``).join(" and "));
    return `${choices.join(" or ")} ${names.length === 1 ? "is" : "are"} missing`;
  }
  return ways.length === 1 ? areMissing(names) : `${listOf(names)} must follow`;
}

function areMissing(names: readonly string[]): string {
  return `${listOf(names)} ${names.length === 1 ? "is" : "are"} missing`;
}

function listOf(names: readonly string[]): string {
  const list = names.map((name) => `\`${name}\``);
  return [list.slice(0, -1).join(", "), list.at(-1)].filter(Boolean).join(" and ");
}

/** True if only the last of several operands is missing, and it is the cell for the result. */
function isResult(wanted: InstructionDefinition["operands"], given: number): boolean {
  const last = wanted.at(-1)!;
  return given === wanted.length - 1 && given > 1 && last.kind === "memory" && last.access === "write";
}

/** All choices of operands that may have been left out, so that the given ones fit the others in order. */
function waysToLeaveOut(
  given: readonly Scoped<OperandNode>[],
  wanted: InstructionDefinition["operands"],
): InstructionDefinition["operands"][] {
  if (given.length > wanted.length) return [];
  if (wanted.length === 0) return [[]];
  const [first, ...others] = wanted;
  const without = waysToLeaveOut(given, others).map((left) => [first, ...left]);
  const taken = given.length > 0 && fitsKind(given[0], first) ? waysToLeaveOut(given.slice(1), others) : [];
  return [...taken, ...without];
}

/** Reports `CALL f` with a label: `CALL` calls a contract, and `INTERNALCALL` calls a routine. */
function reportCallOfLabel(
  at: Scoped<InstructionStatement>,
  instruction: InstructionDefinition,
  context: EvaluationContext,
): boolean {
  const { operands, mnemonic } = at.node;
  const [target] = operands;
  if (instruction.mnemonic !== "CALL" || operands.length !== 1 || target.kind !== "bare") return false;
  const name = nodeText(at.line, target);
  if (lookupName(name, at.scope, at.label)?.kind !== "label") return false;
  const node = { first: mnemonic, last: mnemonic };
  const message = `\`CALL\` calls another contract and takes ${instruction.operands.length} operands; \`INTERNALCALL ${name}\` calls a routine`;
  context.report({ ...at, node }, "operand-count", message, replacement({ ...at, node }, "INTERNALCALL"));
  return true;
}

/** A guess of what the author meant, if there are too few or too many operands. */
function countHint(
  { node, line }: Scoped<InstructionStatement>,
  instruction: InstructionDefinition,
): string | undefined {
  const { operands } = node;
  const given = operands.length;
  const wanted = instruction.operands.length;
  if (given < wanted && hasOperandsBehindSemicolon(line))
    return "the text after `;` is a comment; separate operands with commas";
  if (given === 0 && wanted > 0)
    return `they are named on the line, as in \`${exampleOf(instruction)}\`: there is no stack`;
  const isCell = (index: number): boolean => operands[index]?.kind === "memory";
  const mnemonic: string = instruction.mnemonic;
  switch (mnemonic) {
    case "JUMP":
      return given === 2 ? "`JUMPI cond, target` jumps on a condition" : undefined;
    case "JUMPI":
      return given === 1 ? "the first operand is the condition, a u1 in a cell" : undefined;
    case "MOV":
      if (given !== 3) return undefined;
      return operands[2].kind === "literal"
        ? "`SET dst, tag, #value` writes a number"
        : "`CAST src, dst, tag` changes the tag";
    case "SET": {
      if (given !== 2) return undefined;
      const second = nodeText(line, operands[1]);
      const typed = /^#(\d+|0x[\da-f]+)(u(?:1|8|16|32|64|128))$/i.exec(second);
      if (typed) return `the tag is a separate operand: \`${typed[2]}, #${typed[1]}\``;
      if (isCell(1)) return "`MOV src, dst` copies a cell";
      return parseTag(second) ? undefined : "the tag comes between the cell and the number";
    }
    case "CAST":
      return given === 2 && isCell(1) ? "the tag comes last" : undefined;
    case "CALL":
    case "STATICCALL":
      return given > wanted ? "`SUCCESSCOPY dst` tells whether the call succeeded" : undefined;
    case "REVERT":
      if (given === 1 && operands[0].kind === "bare" && operands[0].value.kind === "string")
        return `\`FAIL str(${nodeText(line, operands[0])})\` of \`<std/require.avm>\` reverts with a text`;
      return given === 1 ? "the first is a cell that holds how many cells are returned, a u32" : undefined;
    case "RETURN":
      return given === 1 ? "the first is a cell that holds how many cells are returned, a u32" : undefined;
    case "INTERNALCALL":
      return given > 1 ? "a routine finds its arguments in cells" : undefined;
    case "INTERNALRETURN":
      return "a routine leaves its results in cells";
  }
  return undefined;
}

/** An example of an instruction, with operands of the right kinds. */
function exampleOf({ mnemonic, operands }: InstructionDefinition): string {
  const written = operands.map((operand, index) => {
    switch (operand.kind) {
      case "memory":
        return `[${index + 1}]`;
      case "tag":
        return "u32";
      case "immediate":
        return "#1";
      case "target":
        return "label";
      case "enum":
        return operand.members[0].name;
    }
  });
  return `${mnemonic} ${written.join(", ")}`;
}

function hasOperandsBehindSemicolon({ text, comments }: Line): boolean {
  const start = comments.at(0)?.start ?? text.length;
  return /^;\s*(?:[[#]|(?:u1|u8|u16|u32|u64|u128|ff)\b)/i.test(text.slice(start));
}

/** Reports operands that would be right in another order, as one mistake; returns false if no order is right. */
export function reportOrder(
  at: Scoped<InstructionStatement>,
  instruction: InstructionDefinition,
  mnemonic: string,
  context: EvaluationContext,
): boolean {
  const nodes = at.node.operands.map((node) => ({ ...at, node }));
  const wanted = instruction.operands;
  const misfits = wanted.flatMap((operand, index) => (fitsKind(nodes[index], operand) ? [] : [index]));
  if (misfits.length < 2) return false;
  const free = [...misfits];
  const order = misfits.map((index) => {
    const from = free.findIndex((candidate) => fitsKind(nodes[candidate], wanted[index]));
    return from < 0 ? -1 : free.splice(from, 1)[0];
  });
  if (order.includes(-1)) return false;
  const texts = nodes.map(({ node }) => nodeText(at.line, node));
  const ordered = texts.slice();
  misfits.forEach((index, position) => (ordered[index] = texts[order[position]]));
  const node = { first: nodes[misfits[0]].node.first, last: nodes[misfits.at(-1)!].node.last };
  const text = ordered.slice(misfits[0], misfits.at(-1)! + 1).join(", ");
  const names = wanted.map(shownOperand).join(", ");
  context.report(
    { ...at, node },
    "operand-kind",
    `the operands of \`${mnemonic}\` are ${names}, in this order`,
    replacement({ ...at, node }, text),
  );
  return true;
}

/** The widest forms have 16 bits for an address. */
const MAX_OPERAND_ADDRESS = 65535n;

/**
 * Reports that an operand doesn't fit a wire form.
 *
 * @param misfit the index of the operand
 * @param alternatives the instruction, if the source names its wire form, so that other forms can be suggested
 */
export function reportMisfit(
  at: Scoped<InstructionStatement>,
  form: WireForm,
  misfit: number,
  operands: readonly ResolvedOperand[],
  alternatives: InstructionDefinition | undefined,
  context: EvaluationContext,
): void {
  const field = form.fields[misfit];
  const place = { ...at, node: at.node.operands[misfit] };
  const limit = (1n << BigInt(8 * field.size)) - 1n;
  const what =
    field.operand.kind === "memory" ? `an address in \`${form.name}\`` : `\`${shownOperand(field.operand)}\``;
  const isBeyondOperands = field.operand.kind === "memory" && operands[misfit].value > MAX_OPERAND_ADDRESS;
  const message = isBeyondOperands
    ? `${shown(operands[misfit].value)} is too large: an operand states addresses up to ${shown(MAX_OPERAND_ADDRESS)}; cells beyond are reached through a pointer, \`[[x]]\``
    : `${shown(operands[misfit].value)} is too large: ${what} is at most ${shown(limit)}`;
  const other = alternatives?.wireForms.find((candidate) => misfitIn(candidate, operands, true) < 0);
  if (alternatives) {
    const hint = other ? `; \`${other.name}\` would hold it` : "";
    const node = { first: at.node.mnemonic, last: at.node.mnemonic };
    const details = other ? replacement({ ...at, node }, alternatives.mnemonic) : {};
    context.report(place, "no-such-form", message + hint, details);
  } else context.report(place, "out-of-range", message);
}

/**
 * Reports a mnemonic that is neither that of an instruction nor the name of a macro.
 *
 * @param macros the names of all macros of the program
 * @param mayBeLabel whether a label can stand here, of which the colon is missing
 */
export function reportUnknown(
  at: Scoped<InstructionStatement>,
  written: string,
  set: InstructionSet,
  macros: ReadonlySet<string>,
  context: EvaluationContext,
  mayBeLabel = true,
): void {
  const node = { first: at.node.mnemonic, last: at.node.mnemonic };
  const upper = written.toUpperCase();
  const renamed = set.instructions.find(({ aliases }) => aliases?.includes(upper));
  const elsewhere = TARGETS.filter((target) => {
    const other = instructionSet(target);
    return other.byMnemonic.has(upper) || other.byForm.has(upper);
  });
  const symbol = at.scope.lookup(written);
  if (symbol?.kind === "macro") {
    const message = `the macro \`${written}\` is called above its definition`;
    return context.report({ ...at, node }, "unknown-mnemonic", message);
  }
  if (symbol) {
    const isRoutine = symbol.kind === "label" && at.node.operands.length === 0;
    const advice =
      symbol.kind !== "label"
        ? "and can't be called"
        : `and no instruction; \`INTERNALCALL ${written}\` calls it${isRoutine ? "" : ", with its arguments in cells"}`;
    const message = `\`${written}\` is a ${symbol.kind} here, ${advice}`;
    const related = [{ ...symbol.location, message: `the ${symbol.kind} is defined here` }];
    return context.report({ ...at, node }, "unknown-mnemonic", message, {
      related,
      ...(isRoutine && replacement({ ...at, node }, `INTERNALCALL ${written}`)),
    });
  }
  if (macros.has(written)) {
    const message = `the macro \`${written}\` is private to another expansion, which defines it`;
    return context.report({ ...at, node }, "unknown-mnemonic", message);
  }
  const [operand] = at.node.operands.filter(({ kind }) => kind === "bare");
  const behind = at.node.operands.length > 0 && operand ? nodeText(at.line, operand).toUpperCase() : "";
  if (mayBeLabel && (set.byMnemonic.has(behind) || set.byForm.has(behind))) {
    const message = `there is no instruction or macro \`${written}\`; a label ends with a colon`;
    return context.report({ ...at, node }, "missing-colon", message, {
      ...replacement({ ...at, node }, `${written}:`),
      dependence: { defines: [written] },
    });
  }
  if (/^(?:PROC|ENDP)$/.test(behind)) {
    const message = `a routine begins with its label, \`${written}:\`, and ends with INTERNALRETURN`;
    return context.report(at, "unknown-mnemonic", message, { dependence: { kind: message } });
  }
  if (upper === "TEST" && operand && operand.kind === "bare" && operand.value.kind === "string") {
    const message = `there is no instruction or macro \`${written}\`; a directive begins with a dot: \`.test\``;
    return context.report({ ...at, node }, "unknown-mnemonic", message, {
      ...replacement({ ...at, node }, ".test"),
      dependence: { block: "begins" },
    });
  }
  const otherCase = [...macros].find((macro) => macro.toUpperCase() === upper);
  if (otherCase !== undefined) {
    const message = `there is no instruction or macro \`${written}\`${didYouMean(otherCase)}`;
    return context.report(
      { ...at, node },
      "unknown-mnemonic",
      message,
      replacement({ ...at, node }, otherCase),
    );
  }
  const file = libraryFileOf(upper);
  if (file !== undefined && elsewhere.length === 0 && !isOfALoop(written, at.node)) {
    const message = `the macro \`${upper}\` is the library's: \`.include <std/${file}>\` brings it in`;
    return context.report({ ...at, node }, "unknown-mnemonic", message, {
      ...(written === upper && addition(at, `.include <std/${file}>`)),
      dependence: { uses: upper },
    });
  }
  const advice = renamed || elsewhere.length > 0 ? undefined : adviceFor(written);
  if (advice && !(advice.takesOperand && at.node.operands.length === 0)) {
    const { text, instead, block } = advice;
    const message = `there is no instruction or macro \`${written}\`; ${text}`;
    return context.report({ ...at, node }, "unknown-mnemonic", message, {
      ...replacement({ ...at, node }, instead),
      dependence: block ? { block } : { kind: text },
    });
  }
  const tagged = /^([a-z]\w*?)[_.]?(u1|u8|u16|u32|u64|u128|ff)$/i.exec(written);
  if (tagged && set.byMnemonic.has(tagged[1].toUpperCase())) {
    const mnemonic = tagged[1].toUpperCase();
    const takesTag = set.byMnemonic.get(mnemonic)!.operands.some(({ kind }) => kind === "tag");
    const how = takesTag ? "takes the tag as an operand" : "works on cells, which have tags";
    const message = `there is no instruction or macro \`${written}\`; \`${mnemonic}\` ${how}`;
    const details = takesTag ? {} : replacement({ ...at, node }, mnemonic);
    return context.report({ ...at, node }, "unknown-mnemonic", message, details);
  }
  const suggestion =
    renamed?.mnemonic ??
    nearestOf(written, () => [...set.byMnemonic.keys(), ...macros], context) ??
    nearestOf(written, () => [...set.byForm.keys()], context);
  const ofLibrary =
    suggestion === undefined && elsewhere.length === 0
      ? nearestOf(upper, () => Object.values(LIBRARY_MACROS).flat(), context)
      : undefined;
  if (ofLibrary !== undefined) {
    const message = `there is no instruction or macro \`${written}\`; did you mean \`${ofLibrary}\` of \`<std/${libraryFileOf(ofLibrary)!}>\`?`;
    return context.report(
      { ...at, node },
      "unknown-mnemonic",
      message,
      replacement({ ...at, node }, ofLibrary),
    );
  }
  const where = elsewhere.length > 0 ? ` in ${set.target}, only in ${elsewhere.join(", ")}` : "";
  if (suggestion === undefined && where === "" && at.node.operands.length === 0 && mayBeLabel) {
    const message = `there is no instruction or macro \`${written}\`; a label ends with a colon`;
    return context.report({ ...at, node }, "unknown-mnemonic", message, {
      ...replacement({ ...at, node }, `${written}:`),
      dependence: { defines: [written], strange: true },
    });
  }
  if (suggestion === undefined && where === "" && isExpression(at.node)) {
    const message =
      "a line isn't an expression: `ADD a, b, dst` and the like compute with cells, and write into one";
    return context.report(at, "unknown-mnemonic", message, { dependence: { kind: "assignments" } });
  }
  context.report(
    { ...at, node },
    "unknown-mnemonic",
    `there is no instruction or macro \`${written}\`${where}${didYouMean(suggestion)}`,
    {
      ...replacement({ ...at, node }, suggestion),
      dependence: {
        ...(suggestion === undefined && where === "" && { strange: true }),
        // It may be a label without its colon.
        ...(at.node.operands.length === 0 && mayBeLabel ? { defines: [written] } : { uses: written }),
      },
    },
  );
}

/** True for a word that ends or begins a loop in another language, such as `next i`, and is also the name of a library macro. */
function isOfALoop(written: string, { operands }: InstructionStatement): boolean {
  return written !== written.toUpperCase() && operands.length === 1 && adviceFor(written) !== undefined;
}

/** True for `x + 1`, which is read as the statement `x` with the operand `+1`. */
function isExpression({ operands: [operand, ...others] }: InstructionStatement): boolean {
  return others.length === 0 && operand?.kind === "bare" && operand.value.kind === "unary";
}

/** A number for a message: decimal if it is short, otherwise hexadecimal. */
export function shown(value: bigint): string {
  const text = String(value);
  return text.length <= 24 ? text : `0x${value.toString(16)}`;
}
