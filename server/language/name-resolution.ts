/**
 * Name resolution: the meaning of each word of a line, by the symbols of the program and the instructions of the
 * target.
 */

import { tokenText, type Line } from "../../grammar/line.ts";
import { isDirectiveName, type DirectiveName } from "../../grammar/directives.ts";
import {
  parseTarget,
  type InstructionDefinition,
  type InstructionSet,
  type WireForm,
  environmentOperand,
} from "../../isa/instruction-set.ts";
import type { TargetName } from "../../isa/table.ts";
import { parseTag, type Tag } from "../../isa/tags.ts";
import type { EnumMember, EnumOperand, Operand } from "../../isa/types.ts";
import { builtinNamed } from "../../assembler/expressions/builtins.ts";
import type { Document } from "../documents/document.ts";
import type { Part } from "./classified-tokens.ts";
import { resolve, type Found, type Snapshot } from "./snapshot.ts";
import { definitionsOn, usesOn, type Use } from "./scopes.ts";

/** An instruction that a mnemonic or the name of a wire form refers to. */
export interface NamedInstruction {
  readonly kind: "instruction";
  readonly definition: InstructionDefinition;
  /** The form that the name selects; undefined for a mnemonic. */
  readonly form: WireForm | undefined;
}

export type Meaning =
  | NamedInstruction
  | { readonly kind: "symbol"; readonly found: Found }
  | { readonly kind: "tag"; readonly tag: Tag }
  | { readonly kind: "member"; readonly operand: EnumOperand; readonly member: EnumMember }
  | { readonly kind: "builtin"; readonly name: string }
  | { readonly kind: "directive"; readonly name: DirectiveName }
  | { readonly kind: "target"; readonly target: TargetName };

/** The instruction that a word refers to in an instruction set. */
export function instructionNamed(set: InstructionSet, word: string): NamedInstruction | undefined {
  const upper = word.toUpperCase();
  const definition = set.byMnemonic.get(upper);
  if (definition) return { kind: "instruction", definition, form: undefined };
  const form = set.byForm.get(upper);
  return form && { kind: "instruction", definition: form.definition, form };
}

/** The instruction of a line; undefined if the line has none or calls a macro. */
export function instructionOn(set: InstructionSet, line: Line): NamedInstruction | undefined {
  const { statement } = line.tree;
  return statement?.kind === "instruction"
    ? instructionNamed(set, tokenText(line, statement.mnemonic))
    : undefined;
}

/** The instruction table's operand at an index, for the instruction of a line. */
export function operandOf(set: InstructionSet, line: Line, index: number): Operand | undefined {
  return instructionOn(set, line)?.definition.operands.at(index < 0 ? Infinity : index);
}

/** The meaning of a part of a line; undefined for punctuation, numbers and undefined names. */
export function meaningOf(
  snapshot: Snapshot,
  document: Document,
  lineNumber: number,
  part: Part,
  column?: number,
): Meaning | undefined {
  const line = document.file.lines[lineNumber];
  const text = tokenText(line, part.token);
  switch (part.kind) {
    case "mnemonic": {
      const found = resolve(snapshot, document, lineNumber, text);
      if (found?.definition.kind === "macro") return { kind: "symbol", found };
      return instructionNamed(snapshot.set, text);
    }
    case "definition": {
      const found = definitionAt(document, snapshot, lineNumber, part);
      return found && { kind: "symbol", found };
    }
    case "name": {
      const uses = usesOn(document.file, lineNumber).filter(({ token }) => token === part.token);
      if (uses.length === 0) return tagMeaning(text);
      // `global.local` uses two names; without a column, it means the local one.
      const use = uses.find(({ columns }) => column !== undefined && column <= columns.end) ?? uses.at(-1)!;
      return meaningOfUse(snapshot, document, use);
    }
    case "tag": {
      const [use] = usesOn(document.file, lineNumber).filter(({ token }) => token === part.token);
      return tagMeaning(text) ?? ((use as Use | undefined) && meaningOfUse(snapshot, document, use));
    }
    case "function":
      return builtinNamed(text) ? { kind: "builtin", name: text.toLowerCase() } : undefined;
    case "directive": {
      const name = text.slice(1).toLowerCase();
      return isDirectiveName(name) ? { kind: "directive", name } : undefined;
    }
    case "target": {
      const target = parseTarget(text);
      return target && { kind: "target", target };
    }
    case "number":
    case "character":
    case "string":
    case "base":
    case "here":
    case "path":
      return undefined;
  }
}

/** The meaning of a use: a symbol, unless the place takes a keyword, a tag or a member. */
export function meaningOfUse(snapshot: Snapshot, document: Document, use: Use): Meaning | undefined {
  const found = resolve(snapshot, document, use.line, use.name);
  if (!use.part && found?.definition.kind !== "macro") return undefined;
  if (use.part?.alone) {
    const line = document.file.lines[use.line];
    const word = found?.definition.kind === "parameter" ? undefined : wordOfStep(snapshot.set, line, use);
    if (word) return word === "word" ? undefined : word;
    const operand = operandOf(snapshot.set, line, use.part.operand);
    const isParameter = found?.definition.kind === "parameter";
    if (operand?.kind === "tag" && !isParameter) return undefined;
    if (operand?.kind === "enum" && !isParameter) {
      const member = memberNamed(operand, use.name);
      return member && { kind: "member", operand, member };
    }
  }
  return found && { kind: "symbol", found };
}

/** What the first value of `.env` or `.emitted` stands for: a keyword of the directive, not a user's name. */
function wordOfStep(set: InstructionSet, line: Line, use: Use): Meaning | "word" | undefined {
  const { statement } = line.tree;
  if (statement?.kind !== "directive" || statement.body.kind !== "step") return undefined;
  if (statement.body.values.at(0)?.first !== use.token) return undefined;
  const directive = tokenText(line, statement.name).toLowerCase();
  if (directive === ".emitted") return "word";
  if (directive !== ".env") return undefined;
  const operand = environmentOperand(set);
  const member = operand && memberNamed(operand, use.name);
  return member ? { kind: "member", operand, member } : "word";
}

export function memberNamed(operand: EnumOperand, name: string): EnumMember | undefined {
  const upper = name.toUpperCase();
  return operand.members.find((member) => member.name === upper);
}

/** The definition that a defining part makes. A repeated definition refers to the first one of the name. */
function definitionAt(
  document: Document,
  snapshot: Snapshot,
  lineNumber: number,
  part: Part,
): Found | undefined {
  const here = definitionsOn(document.file, lineNumber).find(({ token }) => token === part.token);
  if (!here) return undefined;
  if (here.region.kind === "file") return resolve(snapshot, document, lineNumber, here.name);
  return { document, definition: here.region.names.get(here.name)! };
}

function tagMeaning(text: string): Meaning | undefined {
  const tag = parseTag(text);
  return tag && { kind: "tag", tag };
}
